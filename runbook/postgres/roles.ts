import { escapeIdentifier, escapeLiteral } from "pg";
import type { Side } from "../side";
import type { DatabasePair } from "../world";
import { scramVerifier } from "./scram";
import { connect, type Session } from "./session";

/**
 * Tries an application role's password.
 *
 * @returns why the login is refused, or `undefined` when it succeeds
 */
export async function canLogIn(
  pair: DatabasePair,
  side: Side,
  role: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const [operator, password] = await Promise.all([pair.operator(side), pair.applicationPassword(role)]);
  const [login] = await Promise.allSettled([connect({ ...operator, user: role, password }, signal)]);
  if (login.status === "rejected") return `role ${role}: ${(login.reason as Error).message}`;
  await login.value.close();
  return undefined;
}

/**
 * Makes an application role on a side, or gives it the password of the secret. Never used on the source: there the
 * application lives with the password it has.
 */
export async function ensureRole(
  session: Session,
  role: string,
  password: string,
  signal: AbortSignal,
): Promise<void> {
  const [existing] = await session.query(signal, "SELECT FROM pg_roles WHERE rolname = $1", [role]);
  const verb = existing ? "ALTER" : "CREATE";
  await session.query(
    signal,
    `${verb} ROLE ${escapeIdentifier(role)} LOGIN PASSWORD ${escapeLiteral(scramVerifier(password))}`,
  );
}
