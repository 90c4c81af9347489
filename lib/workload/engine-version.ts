import type { DatabaseEngine } from "./database";

/** How RDS writes the versions of one engine. */
interface VersionForm {
  readonly form: RegExp;
  readonly inWords: string;
  readonly example: string;
}

const POSTGRES: VersionForm = {
  form: /^\d{2}(\.\d+)?$/,
  inWords: "a major version of PostgreSQL, with or without a minor one",
  example: "18 or 17.4",
};

/** Source: RDS and Aurora user guides, lists of engine versions. */
const FORMS: Readonly<Record<DatabaseEngine, VersionForm>> = {
  postgres: POSTGRES,
  "aurora-postgresql": POSTGRES,
  mysql: {
    form: /^(8|9|\d{2})\.\d+(\.\d+)?$/,
    inWords: "MySQL 8.0 or newer, with or without the last number",
    example: "8.4 or 8.4.3",
  },
  "aurora-mysql": {
    form: /^8\.0(\.mysql_aurora\.3\.\d+(\.\d+)?)?$/,
    inWords: "Aurora MySQL 3",
    example: "8.0.mysql_aurora.3.08.0",
  },
};

/** The engines there are. */
export const ENGINES = Object.keys(FORMS) as readonly DatabaseEngine[];

/** @returns what was expected instead; undefined for a version that RDS could know */
export function engineVersionFault(engine: DatabaseEngine, version: string): VersionForm | undefined {
  return FORMS[engine].form.test(version) ? undefined : FORMS[engine];
}

/** Whether a version is older than another one of the same engine; `18` counts as the newest of its kind. */
export function isOlder(version: string, other: string): boolean {
  const [one, two] = [version, other].map((text) => text.split(/[^0-9]+/).map(Number)) as [
    number[],
    number[],
  ];
  const first = one.findIndex((number, index) => index >= two.length || number !== two[index]);
  return first >= 0 && first < two.length && one[first]! < two[first]!;
}
