import { check, findingsOf } from "../../../../runbook/postgres/preflight/check";
import type { Finding } from "../../../../runbook/postgres/preflight/finding";
import { START_KINDS, SWITCH_KINDS } from "../../../../runbook/postgres/preflight/kinds";
import { readSurvey, type SurveyTold } from "../../../../runbook/postgres/preflight/survey";
import { connect } from "../../../../runbook/postgres/session";
import { SIDES, type Side } from "../../../../runbook/side";
import type { DatabasePair } from "../../../../runbook/world";
import { APPLICATION, OPERATOR, migrate, type Clusters } from "../../clusters";

const TEMPLATE = "shop_template";
const ALL = new Map([...START_KINDS, ...SWITCH_KINDS].map((kind) => [kind.id, kind]));

/** Ids of every kind there is. */
export const KIND_IDS = [...ALL.keys()];

/** Makes the database that all others of a test file are copies of. */
export async function makeTemplate(clusters: Clusters): Promise<void> {
  await Promise.all(
    SIDES.map(async (side) => {
      await migrate(clusters[side], TEMPLATE);
      await clusters[side].as(OPERATOR, TEMPLATE, (client) =>
        client.query("CREATE INDEX ON shop.events (key)"),
      );
    }),
  );
}

/** A database with the shop's schema on both sides. */
export async function makeDatabase(clusters: Clusters, name: string): Promise<void> {
  await Promise.all(
    SIDES.map((side) =>
      clusters[side].as(OPERATOR, "postgres", (client) =>
        client.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`),
      ),
    ),
  );
}

/** What given kinds find in a database, by the operator's own sessions. */
export async function look(
  pair: DatabasePair,
  ids: readonly string[],
  told: Partial<Pick<SurveyTold, "phase" | "writer" | "patience">> = {},
): Promise<Finding[]> {
  const { signal } = new AbortController();
  const open = async (side: Side) => connect(await pair.operator(side), signal);
  const on = { source: await open("source"), target: await open("target") };
  try {
    const survey = await readSurvey({
      pair,
      on,
      phase: "start",
      writer: "source",
      patience: 60_000,
      ...told,
      signal,
    });
    const kinds = ids.map((id) => {
      const kind = ALL.get(id);
      if (!kind) throw new Error(`no kind is called ${id}`);
      return kind;
    });
    return findingsOf(await check(kinds, survey));
  } finally {
    await Promise.all([on.source.close(), on.target.close()]);
  }
}

/** Runs a fix as it says: each statement by itself; as the operator unless it names somebody else. */
export async function mend(clusters: Clusters, database: string, { fix }: Finding): Promise<void> {
  if (!("sql" in fix)) throw new Error(`not to be mended by SQL: ${fix.action}`);
  const user = userOf(fix.by);
  await clusters[fix.on].as(user, database, async (client) => {
    for (const statement of statementsOf(fix.sql)) await client.query(statement);
  });
}

function userOf(by = "the operator"): string {
  if (by.includes("operator")) return OPERATOR;
  return by.includes(APPLICATION) ? APPLICATION : "postgres";
}

/** A block in dollar quotes is one statement. */
const statementsOf = (sql: string): string[] =>
  (sql.match(/(?:\$(\w*)\$[\s\S]*?\$\1\$|[^;])+/g) ?? [])
    .map((one) => one.trim())
    .filter((one) => one !== "");
