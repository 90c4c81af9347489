import { connect } from "node:tls";
import type { ManifestEdge } from "../../../lib/manifest";
import type { AwsFinding, AwsLook } from "./finding";

/** A handshake that is not done by then has failed, in milliseconds. */
const PATIENCE = 5_000;
/** ACM renews 60 days before the end (ACM user guide, "Managed certificate renewal"): with less left, it could not. */
const LEFT_DAYS = 30;
const DAY = 24 * 3_600_000;

/** Whether the names that visitors and the edge ask for are answered with a certificate that is theirs and not about to end. */
export const certificateLook = (edge: ManifestEdge): AwsLook => ({
  id: "certificates",
  title: "The public name and the target's origin answer with valid certificates",
  async find() {
    const origin = `${edge.origins.target}.origin.${edge.publicName}`;
    const found = await Promise.all([edge.publicName, origin].map((name) => handshakeFindings(name)));
    return found.flat();
  },
});

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
