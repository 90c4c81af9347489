/**
 * Reads JSON of a file that somebody names.
 *
 * @param from where it stands, for the message
 * @param expected what it should be, and how to get one
 * @throws Error that tells a file which is cut off from one that never was JSON
 */
export function parseJson(text: string, from: string, expected: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const isCut = /^\s*\{/.test(text) && !/\}\s*$/.test(text);
    const what = isCut ? "is cut off: the JSON has no end" : `is not JSON: ${(error as Error).message}`;
    throw new Error(`${from}: ${what}; expected ${expected}`, { cause: error });
  }
}
