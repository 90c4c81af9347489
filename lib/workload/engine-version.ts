/**
 * Whether a version is older than another one of the same engine.
 *
 * Numbers are compared as far as both have them: `18` is no older than `18.1`, as RDS takes the newest there is.
 */
export function isOlder(version: string, other: string): boolean {
  const [one, two] = [version, other].map((text) => text.split(/[^0-9]+/).map(Number)) as [
    number[],
    number[],
  ];
  const first = one.findIndex((number, index) => number !== two[index]);
  return first >= 0 && first < two.length && one[first]! < two[first]!;
}
