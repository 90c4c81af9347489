import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";

/** PostgreSQL's own default, `scram_iterations`. */
const ITERATIONS = 4096;

/**
 * What PostgreSQL keeps of a password, worked out here, so that the password itself is in no statement that a server
 * may log. RFC 5802, section 3; the notation is that of `pg_authid.rolpassword`
 * (https://www.postgresql.org/docs/current/catalog-pg-authid.html).
 */
export function scramVerifier(password: string, salt: Buffer = randomBytes(16)): string {
  // RFC 4013 (SASLprep): for all but rare characters it is this normalization.
  const salted = pbkdf2Sync(password.normalize("NFKC"), salt, ITERATIONS, 32, "sha256");
  const clientKey = createHmac("sha256", salted).update("Client Key").digest();
  const storedKey = createHash("sha256").update(clientKey).digest("base64");
  const serverKey = createHmac("sha256", salted).update("Server Key").digest("base64");
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}
