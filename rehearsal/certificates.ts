import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generate } from "selfsigned";

/** Signs the servers' certificates; stands for the authority that AWS signs RDS certificates with. */
export interface CertificateAuthority {
  /** File with the authority's certificate, PEM. */
  readonly file: string;
  /** The authority's certificate, PEM. */
  readonly certificate: string;
  /** A server certificate for one DNS name, with its key, both PEM. */
  issue(host: string): Promise<{ readonly certificate: string; readonly key: string }>;
}

const day = 24 * 3600 * 1000;

/** Makes a new authority that lives as long as the run; its key stays in memory. */
export async function createAuthority(directory: string): Promise<CertificateAuthority> {
  // An hour of the past: containers and laptops after sleep have clocks that are a little off.
  const valid = {
    notBeforeDate: new Date(Date.now() - day / 24),
    notAfterDate: new Date(Date.now() + 7 * day),
  };
  const common = { ...valid, keyType: "ec" as const, algorithm: "sha256" };
  const own = await generate([{ name: "commonName", value: "relocate rehearsal authority" }], {
    ...common,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const file = join(directory, "authority.pem");
  await writeFile(file, own.cert, { mode: 0o644 });
  return {
    file,
    certificate: own.cert,
    async issue(host) {
      // A common name holds 64 characters at most (RFC 5280, ub-common-name); RDS names can be longer. Clients read the
      // alternative name alone.
      const issued = await generate([{ name: "commonName", value: "database" }], {
        ...common,
        ca: { key: own.private, cert: own.cert },
        extensions: [
          { name: "basicConstraints", cA: false, critical: true },
          { name: "keyUsage", digitalSignature: true, critical: true },
          { name: "extKeyUsage", serverAuth: true },
          { name: "subjectAltName", altNames: [{ type: 2, value: host }] },
        ],
      });
      return { certificate: issued.cert, key: issued.private };
    },
  };
}
