import { once } from "node:events";
import { createConnection, isIP } from "node:net";
import { connect as encrypt } from "node:tls";
import type { ClientConfig } from "pg";

/** What a server shows of itself when it is asked for encryption. */
export interface ServerCertificate {
  /** Whom it was made for. */
  readonly subject: string;
  readonly notAfter: Date;
}

/** Length and code of the message by which a client asks for encryption (https://www.postgresql.org/docs/current/protocol-message-formats.html). */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);
/** In milliseconds. */
const PATIENCE = 5_000;

/**
 * Reads a server's certificate, without logging in and whether or not it can be verified.
 *
 * @throws Error when the server cannot be reached in 5 s, or does not encrypt
 */
export async function readCertificate(
  { host = "localhost", port = 5432 }: ClientConfig,
  signal: AbortSignal,
): Promise<ServerCertificate> {
  const soon = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
  const socket = createConnection({ host, port, signal: soon });
  try {
    await once(socket, "connect", { signal: soon });
    socket.write(SSL_REQUEST);
    const [answer] = (await once(socket, "data", { signal: soon })) as [Buffer];
    if (answer.toString("latin1") !== "S") throw new Error(`${host}:${port}: the server does not encrypt`);
    // An address is no name to ask for (RFC 6066, section 3).
    const servername = isIP(host) === 0 ? host : undefined;
    const encrypted = encrypt({ socket, servername, rejectUnauthorized: false });
    try {
      await once(encrypted, "secureConnect", { signal: soon });
      const { subject, valid_to } = encrypted.getPeerCertificate();
      return { subject: [subject.CN].flat().join(", "), notAfter: new Date(valid_to) };
    } finally {
      encrypted.destroy();
    }
  } finally {
    socket.destroy();
  }
}
