/** Every region is shown with three zones, as nearly all have. */
const LETTERS = ["a", "b", "c"];

/** Names of a region's availability zones, such as `eu-west-1a`. */
export const zonesOf = (region: string): string[] => LETTERS.map((letter) => `${region}${letter}`);

const SHORT: Readonly<Record<string, string>> = {
  central: "c",
  north: "n",
  south: "s",
  east: "e",
  west: "w",
};

/**
 * The id of a zone, such as `euw1-az1` for `eu-west-1a`. In AWS each account has its own order of letters; here the
 * first letter is the first zone.
 */
export function zoneIdOf(zone: string): string {
  const [, area = "", direction = "", number = "", letter = ""] = /^(\w+)-(\w+)-(\d)(\w)$/.exec(zone) ?? [];
  const short = direction.replaceAll(/central|north|south|east|west/g, (word) => SHORT[word] ?? word);
  return `${area}${short}${number}-az${LETTERS.indexOf(letter) + 1}`;
}
