import type { ClientConfig } from "pg";
import type { ManifestDatabase } from "../../lib/manifest";
import { otherSide, type Side } from "../side";
import type { DatabasePair, Strategy, WriterEndpoint } from "../world";
import { formatConninfo } from "../postgres/conninfo";
import type { Clients } from "./clients";
import { promote } from "./rds-instance";
import { readCredentials, readSecret } from "./secret";

const STRATEGIES: readonly string[] = ["logical", "physical", "seeded"] satisfies readonly Strategy[];

/** Whether the runbook switches a database by itself: PostgreSQL, by what PostgreSQL itself can do. */
export const isCarried = ({ engine, strategy }: ManifestDatabase): boolean =>
  engine === "postgres" && STRATEGIES.includes(strategy);

export interface PairOptions {
  readonly name: string;
  /** One that is carried. */
  readonly database: ManifestDatabase;
  readonly regions: Readonly<Record<Side, string>>;
  readonly endpoint: WriterEndpoint;
  /** Certificates that servers are verified by, in PEM. @default - those that Node.js trusts */
  readonly authorities?: string;
}

/**
 * A database and its twin. Passwords are read from Secrets Manager at each call, since they rotate, and kept nowhere.
 *
 * The runbook verifies the servers' certificates in full. The servers encrypt what they send to each other, and verify
 * it where they are told by which file: RDS signs each region's certificates by an authority of that region, and gives a
 * server its own region's alone (RDS user guide, "Using SSL/TLS to encrypt a connection to a DB instance").
 *
 * Needs `secretsmanager:GetSecretValue` on the operators' and the applications' secrets, `kms:Decrypt` on their keys;
 * with a physical replica `rds:DescribeDBInstances` and `PromoteReadReplica` on the target's.
 */
export function databasePair(clients: Clients, options: PairOptions): DatabasePair {
  const { name, database, regions, endpoint, authorities } = options;
  const secrets = (side: Side) => clients.in("secrets", regions[side]);
  const login = async (side: Side): Promise<ClientConfig> => {
    const { host, port, operatorSecretArn } = database[side];
    const { username, password } = await readCredentials(secrets(side), operatorSecretArn);
    return { host, port, user: username, password, database: database.databaseName };
  };
  return {
    name,
    databaseName: database.databaseName,
    // Only carried databases are given.
    strategy: database.strategy as Strategy,
    endpoint,
    applicationRoles: [database.applicationRole],
    operator: async (side) => ({
      ...(await login(side)),
      ssl: { rejectUnauthorized: true, ...(authorities === undefined ? {} : { ca: authorities }) },
    }),
    async conninfo(subscriber) {
      const { host, port, user, password, database: dbname } = await login(otherSide(subscriber));
      const sslrootcert = database.serverAuthorities?.[subscriber];
      const verified =
        sslrootcert === undefined ? { sslmode: "require" } : { sslmode: "verify-full", sslrootcert };
      const settings = { host, port, dbname, user, password, ...verified };
      return formatConninfo(new Map(Object.entries(settings).map(([key, value]) => [key, String(value)])));
    },
    promote: async (signal) =>
      void (await promote(clients.in("rds", regions.target), database.target.identifier, { signal })),
    applicationPassword: () => readSecret(secrets("target"), database.target.applicationSecretArn),
  };
}
