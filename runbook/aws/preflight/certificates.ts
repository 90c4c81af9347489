import { connect } from "node:tls";
import type { ManifestEdge } from "../../../lib/manifest";
import { findCertificates } from "../certificate";
import type { Clients } from "../clients";
import { GLOBAL_REGION } from "../region";
import type { AwsFinding, AwsLook } from "./finding";

/** A handshake that is not done by then has failed, in milliseconds. */
const PATIENCE = 5_000;
/** ACM renews 60 days before the end (ACM user guide, "Managed certificate renewal"): with less left, it could not. */
const LEFT_DAYS = 30;
const DAY = 24 * 3_600_000;

/** Whether the names that visitors and the edge ask for are answered with a certificate that is theirs and not about to end. */
export const certificateLook = (clients: Clients, edge: ManifestEdge, targetRegion: string): AwsLook => ({
  id: "certificates",
  title: "The public name and the target's origin have certificates that are issued, and answer with them",
  async find() {
    const origin = `${edge.origins.target}.origin.${edge.publicName}`;
    const found = await Promise.all([
      handshakeFindings(edge.publicName),
      handshakeFindings(origin),
      issuedFindings(clients, GLOBAL_REGION, edge.publicName),
      issuedFindings(clients, targetRegion, origin),
    ]);
    return found.flat();
  },
});

/** Whether ACM has issued a certificate for a name in the region where it is used, or still waits for its proof. */
export async function issuedFindings(clients: Clients, region: string, name: string): Promise<AwsFinding[]> {
  const { hostname } = new URL(`https://${name}`);
  const found = await findCertificates(clients.in("certificates", region), hostname);
  if (found.some(({ status }) => status === "ISSUED")) return [];
  const [pending] = found;
  if (!pending) {
    return [
      {
        severity: "warns",
        found: `${hostname}: ACM has no certificate for it in ${region}`,
        expected: "one that is issued, unless another account's is used",
        fix: "deploy the standby stack",
      },
    ];
  }
  const records = pending.validationRecords
    .filter(({ status }) => status !== "SUCCESS")
    .map((record) => `${record.name} ${record.type} ${record.value}`);
  return [
    {
      severity: "blocks",
      found: `${hostname}: ACM's certificate in ${region} is ${pending.status}${pending.failure ? ` (${pending.failure})` : ""}`,
      expected: "ISSUED",
      fix: records.length > 0 ? `publish ${records.join(", ")}` : "ask for it anew: deploy the standby stack",
    },
  ];
}

/** Shakes hands with a name over verified TLS. */
export async function handshakeFindings(name: string, now = new Date()): Promise<AwsFinding[]> {
  const { hostname, port } = new URL(`https://${name}`);
  const ended = await handshake(hostname, Number(port || 443)).catch((error: Error) => error);
  if (ended instanceof Error) {
    return [
      {
        severity: "warns",
        found: `${name}: no verified TLS from here: ${ended.message}`,
        expected: "a certificate for this name, from an authority that is trusted",
        fix: "see the certificate's validation records in dns-records.md; an origin that only CloudFront may reach cannot be asked from here",
      },
    ];
  }
  const days = Math.floor((ended.getTime() - now.getTime()) / DAY);
  if (days >= LEFT_DAYS) return [];
  return [
    {
      severity: "warns",
      found: `${name}: its certificate ends in ${days} days, at ${ended.toISOString()}`,
      expected: `${LEFT_DAYS} days or more: ACM has tried to renew it for a month by then`,
      fix: "put the certificate's validation records back (dns-records.md)",
    },
  ];
}

/** @returns when the certificate ends */
function handshake(host: string, port: number): Promise<Date> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, servername: host, timeout: PATIENCE });
    socket.once("secureConnect", () => {
      resolve(new Date(socket.getPeerCertificate().valid_to));
      socket.destroy();
    });
    socket.once("timeout", () => socket.destroy(new Error(`no answer within ${PATIENCE} ms`)));
    socket.once("error", reject);
  });
}
