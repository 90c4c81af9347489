import { Token } from "cdktf";

/**
 * Says what is wrong in a description; reads as what the constructs say at synth.
 *
 * @param path where it is, such as `databases.orders.engineVersion`
 * @param found the value, quoted as it stands there
 * @param expected what would be right, and why when that is not plain
 * @param fix what to do about it
 */
export function fault(path: string, found: string, expected: string, fix: string): string {
  return `${path}: found ${found}, expected ${expected}. Fix: ${fix}.`;
}

/** The fault, unless what must hold does. */
export function unless(holds: boolean, faultOtherwise: string): string[] {
  return holds ? [] : [faultOtherwise];
}

/** @returns a fault for every wanted name that is not known, and for every one that is wanted twice */
export function namesFaults(
  path: string,
  wanted: readonly string[] = [],
  known: readonly string[],
  what: string,
): string[] {
  return [
    ...wanted
      .filter((name) => !known.includes(name))
      .map((name) =>
        fault(
          path,
          `"${name}"`,
          known.length > 0 ? `one of ${known.join(", ")}` : `no name, as the workload has no ${what}`,
          `add a ${what} "${name}" to the workload, or take the name out`,
        ),
      ),
    ...repeated(wanted).map((name) =>
      fault(path, `"${name}" twice`, "every name once", "take the second one out"),
    ),
  ];
}

/** Every text that stands more than once in a list, once. */
export function repeated(texts: readonly string[]): string[] {
  return [...new Set(texts.filter((text, index) => texts.indexOf(text) !== index))];
}

/** Whether a number is whole and within bounds, both included; what Terraform computes is left to AWS. */
export function isWhole(number: number, least: number, most = Number.MAX_SAFE_INTEGER): boolean {
  return Token.isUnresolved(number) || (Number.isInteger(number) && number >= least && number <= most);
}

/** Whether a text, if there is one, has a form; what Terraform computes is left to AWS. */
export function fits(form: RegExp, text: string | undefined): boolean {
  return text === undefined || Token.isUnresolved(text) || form.test(text);
}
