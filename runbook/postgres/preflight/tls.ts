import type { ClientConfig } from "pg";
import { otherSide, SIDES, type Side } from "../../side";
import { parseConninfo } from "../conninfo";
import { readCertificate, type ServerCertificate } from "../server-certificate";
import type { Kind, Sighting } from "./kind";
import { onEachSide, type Survey } from "./survey";
import { settingFix } from "./setting";

/** A certificate that ends within a month ends before the way back does. In milliseconds. */
const MONTH = 30 * 24 * 60 * 60 * 1_000;

/** Between regions rows go over lines that are not ours alone. */
export const tls: Kind = {
  id: "tls",
  title: "All connections are encrypted, by certificates that last",
  async find(survey) {
    const ends = await onEachSide(SIDES, (side) => endFindings(survey, side));
    const ways = await Promise.all(
      SIDES.map(async (side) => wayFindings(side, await survey.pair.conninfo(side))),
    );
    return [...ends, ...ways.flat()];
  },
};

async function endFindings({ pair, on, server, signal }: Survey, side: Side): Promise<Sighting[]> {
  const [row] = await on[side].query<{ ssl: string; used: boolean }>(
    signal,
    "SELECT current_setting('ssl') AS ssl, coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS used",
  );
  if (row?.ssl !== "on") {
    return [
      {
        severity: "warns",
        side,
        found: `the ${side}'s server does not encrypt (ssl is off)`,
        expected: "ssl on, with a certificate that its clients can verify",
        fix: settingFix(side, server[side], { ssl: "on" }),
      },
    ];
  }
  const operator = await pair.operator(side);
  const certificate = await readCertificate(operator, signal);
  return [...loginFindings(side, operator, row.used), ...certificateFindings(side, certificate, new Date())];
}

function loginFindings(side: Side, { ssl }: ClientConfig, used: boolean): Sighting[] {
  const isVerified = used && (ssl === true || (typeof ssl === "object" && ssl.rejectUnauthorized !== false));
  if (isVerified) return [];
  return [
    {
      severity: "warns",
      side,
      found: `the runbook's own connection to the ${side} is ${used ? "encrypted, and does not verify whose server it is" : "not encrypted"}`,
      expected: "an encrypted one that verifies certificate and name",
      fix: { action: "give the runbook the authority's certificate (for RDS its bundle)" },
    },
  ];
}

/** What a certificate's dates mean at a time. */
export function certificateFindings(side: Side, certificate: ServerCertificate, now: Date): Sighting[] {
  const { notAfter, subject } = certificate;
  const left = notAfter.getTime() - now.getTime();
  if (left > MONTH) return [];
  return [
    {
      severity: left <= 0 ? "blocks" : "warns",
      side,
      found: `the certificate of the ${side}'s server (${subject}) ${left <= 0 ? "has ended" : "ends"} at ${notAfter.toISOString()}`,
      expected: "one that outlasts the relocation and the time in which it can be taken back",
      fix: {
        action:
          "renew it and reload the server; on RDS choose a newer authority (`aws rds modify-db-instance --ca-certificate-identifier`)",
      },
    },
  ];
}

/** What libpq does without being told is to take what it gets (https://www.postgresql.org/docs/current/libpq-ssl.html). */
function wayFindings(subscriber: Side, conninfo: string): Sighting[] {
  const mode = parseConninfo(conninfo).get("sslmode") ?? "prefer";
  if (mode === "verify-full") return [];
  const publisher = otherSide(subscriber);
  const isEncrypted = mode === "require" || mode === "verify-ca";
  return [
    {
      severity: isEncrypted ? "note" : "warns",
      side: subscriber,
      found: `the ${subscriber}'s server reads from the ${publisher} with sslmode ${mode}: ${isEncrypted ? "encrypted, and not verified by name" : "encrypted only if the other asks for it"}`,
      expected: "verify-full, where the server has the other's authority; require at least",
      fix: {
        action: `give the connection string sslmode=${isEncrypted ? "verify-full and sslrootcert" : "require"}`,
      },
    },
  ];
}
