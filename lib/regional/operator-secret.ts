import { Fn, Token, type TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import type { CommonDatabaseProps } from "./database-props";
import { RandomSecret, secretText } from "./random-secret";

/** Version of a password that is made once. */
export const PASSWORD_VERSION = 1;

/** A database of another region that this one is made from. */
interface Origin {
  readonly operatorRole: string;
  readonly operatorSecretArn: string;
}

/**
 * Makes the operator's secret where the module keeps it: JSON with `username` and `password`, as RDS writes it. Of a
 * database that is made from another region's it is a copy, because the rows bring the other's password with them.
 *
 * @returns undefined where RDS keeps the password
 */
export function operatorSecret(
  scope: Construct,
  { name, operatorPassword, restoreFrom }: CommonDatabaseProps,
  { role, kmsKeyArn, origin }: { role: string; kmsKeyArn: string; origin?: Origin },
): RandomSecret | undefined {
  const asDefault = restoreFrom === undefined ? "rds" : "module";
  if (!origin && (operatorPassword ?? asDefault) === "rds") return undefined;
  return new RandomSecret(scope, "operator", {
    name: `${name}-operator`,
    description: `Master user of the database ${name}: JSON with username and password`,
    username: role,
    kmsKeyArn,
    copyOf: origin && { secretArn: origin.operatorSecretArn },
  });
}

/** The password in an operator's secret, for a write-only argument of the database. */
export function operatorPasswordIn(database: TerraformResource, secret: RandomSecret): string {
  return Token.asString(Fn.lookup(Fn.jsondecode(secretText(database, secret.arn)), "password", ""));
}
