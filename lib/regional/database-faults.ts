import { Token } from "cdktf";
import type { Construct } from "constructs";
import { mysqlNameFault } from "../mysql-name";
import { postgresNameFault } from "../postgres-name";
import type { DatabaseEngine } from "../workload/database";
import { ENGINES, engineVersionFault } from "./database-engine";
import type { CommonDatabaseProps, OperatorPassword } from "./database-props";
import { limitName } from "./name-limit";

/** What is wrong with a value, by the property that holds it; undefined for nothing. */
export type Findings = { readonly [property: string]: string | undefined };

interface Checked extends Pick<CommonDatabaseProps, "name" | "databaseName" | "operatorRole" | "importId"> {
  readonly engineVersion: string;
}

/** Has synth refuse, all at once, what RDS would refuse only in the middle of an apply. */
export function refuseFaults(
  construct: Construct,
  engine: DatabaseEngine,
  props: Checked,
  more: Findings = {},
): void {
  limitName(construct, props.name, {
    what: "database",
    longest: 63,
    form: /^[a-z](-?[a-z0-9])*$/,
    formInWords: "lower-case letters, digits and single hyphens, first a letter, last no hyphen",
  });
  construct.node.addValidation({
    validate: () =>
      Object.entries({ ...commonFindings(engine, props), ...more })
        .filter(([, finding]) => finding !== undefined)
        .map(
          ([property, finding]) =>
            `${construct.node.path}: ${property}: ${finding}. Fix: change "${property}".`,
        ),
  });
}

function commonFindings(engine: DatabaseEngine, props: Checked): Findings {
  const { dialect } = ENGINES[engine];
  const nameFault = (what: "role" | "database") => (name: string) =>
    dialect === "mysql" ? mysqlNameFault(name, what) : postgresNameFault(name);
  return {
    databaseName: known(props.databaseName, nameFault("database")),
    operatorRole: known(props.operatorRole, nameFault("role")),
    engineVersion: known(props.engineVersion, (version) => engineVersionFault(engine, version)),
    importId: known(props.importId, (importId) =>
      importId === props.name
        ? undefined
        : `found "${importId}", expected the name "${props.name}": RDS knows it by that`,
    ),
  };
}

/** Holds a value against a rule, unless it is left out or known to Terraform only. */
export function known<T extends string | number>(
  value: T | undefined,
  rule: (value: T) => string | undefined,
): string | undefined {
  return value === undefined || Token.isUnresolved(value) ? undefined : rule(value);
}

/** What a database has in common with the one of another region that it is made from. */
interface Copied {
  readonly engine: DatabaseEngine;
  readonly engineVersion: string;
}

/** @returns what keeps a database from being AWS's own copy of another one; undefined when nothing does */
export function originFault(
  copy: Copied,
  origin: (Copied & { readonly operatorPassword?: OperatorPassword }) | undefined,
): string | undefined {
  if (!origin) return undefined;
  if (origin.engine !== copy.engine) {
    return `found a database of engine "${origin.engine}", expected "${copy.engine}": AWS copies within one engine`;
  }
  if (origin.operatorPassword === "rds") {
    return (
      `found a database whose operator's password RDS keeps, expected one with "operatorPassword" or "operatorSecretArn": ` +
      `AWS makes no copy of the others`
    );
  }
  return known(origin.engineVersion, (version) =>
    version === copy.engineVersion
      ? undefined
      : `found a database of version "${version}", expected "${copy.engineVersion}": AWS copies within one version`,
  );
}

/** @returns a finding when more than one of the properties is given that each say where a database comes from */
export function oneOriginOf(origins: { readonly [property: string]: unknown }): string | undefined {
  const given = Object.entries(origins)
    .filter(([, value]) => value !== undefined)
    .map(([property]) => `"${property}"`);
  return given.length > 1 ? `found ${given.join(" and ")}, expected one of them at most` : undefined;
}
