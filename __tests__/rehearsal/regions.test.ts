import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { MANIFEST_OUTPUT, parseManifestPart, type PartOf, type Phase } from "../../lib/manifest";
import type { PublicPlace } from "../../rehearsal/place";
import { type Reaper, startReaper } from "../../rehearsal/reaper";
import { type Regions, startRegions } from "../../rehearsal/regions";
import type { States } from "../../rehearsal/state";
import { migrate } from "../../rehearsal/storefront/migrations";
import { locate } from "../../rehearsal/vpc-place";
import { applyExample } from "./applied-example";

jest.setTimeout(120_000);

let reaper: Reaper;
let states: States;
let regions: Regions;
const notices: string[] = [];
const clients: Client[] = [];

function part<P extends Phase>(phase: P): PartOf<P> {
  const stack = `storefront-${phase}`;
  return parseManifestPart(states[stack]?.outputs[MANIFEST_OUTPUT], stack) as PartOf<P>;
}
const orders = () => part("standby").databases.orders!;
const runner = () => {
  const { subnetIds, securityGroupIds } = part("replication").runner;
  return locate(states, "runner", subnetIds, securityGroupIds);
};
/** The server of a side, as it tells its own address. */
const serverOf = (side: "source" | "target") =>
  `127.0.0.1:${regions.clusters.find(({ host }) => host === orders()[side].host)?.localPort}`;
const service = (region: string) => regions.services.find(({ place }) => place.region === region)!;

async function operator(side: "source" | "target"): Promise<Client> {
  const client = new Client(await regions.operator(orders()[side].host, orders().databaseName, runner()));
  clients.push(client);
  await client.connect();
  return client;
}

/** Base address of a region's load balancer, as CloudFront's points near it reach it. */
async function door(region: string): Promise<string> {
  const point: PublicPlace = { region, public: "cloudfront", label: `point near ${region}` };
  const balancer = regions.loadBalancers.find(({ place }) => place.region === region)!;
  const { host, port } = await regions.network.reach(point, balancer.host, 443);
  return `http://${host}:${port}`;
}

const post = (base: string, key: string) =>
  fetch(`${base}/orders`, {
    method: "POST",
    headers: { "idempotency-key": key },
    body: JSON.stringify({ customer: "ada", lines: [{ product: "tea", quantity: 2 }] }),
  });

/** Repeats a write until it is acknowledged, as a client with the same key may. */
async function placed(base: string, key: string): Promise<{ id: string; writtenTo: string }> {
  for (;;) {
    const answer = await post(base, key);
    if (answer.ok) return (await answer.json()) as { id: string; writtenTo: string };
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "1"]);
    await sleep(20);
  }
}

/** What the fence and the opening amount to for an application that follows its host list. */
const closeSide = async (client: Client) => {
  await client.query("ALTER ROLE orders_app SET default_transaction_read_only = on");
  await client.query(
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'orders_app'",
  );
};
const openSide = (client: Client) =>
  client.query("ALTER ROLE orders_app RESET default_transaction_read_only");

beforeAll(async () => {
  reaper = startReaper();
  const directory = await mkdtemp(join(tmpdir(), "relocate-test-"));
  reaper.remove(directory);
  const applied = await applyExample(directory);
  states = applied.states;
  regions = await startRegions({
    ...{ ...applied, directory, reaper },
    latencyMs: 5,
    signal: new AbortController().signal,
    onNotice: (line) => notices.push(line),
  });
  for (const side of ["source", "target"] as const) {
    const client = await operator(side);
    const password = regions.secrets.read(orders()[side].applicationSecretArn);
    const role = { name: orders().applicationRole, password };
    await migrate(client, role);
    // The second run finds everything in place.
    await migrate(client, role);
    if (side === "target") await closeSide(client);
  }
  await regions.healthy(AbortSignal.timeout(60_000));
});

afterAll(async () => {
  await Promise.all(clients.map((client) => client.end()));
  await regions?.stop();
  await reaper.close();
});

test("A1 each region has its database: durable, TLS only, logical changes, its operator no superuser", async () => {
  for (const side of ["source", "target"] as const) {
    const client = await operator(side);
    const { rows } = await client.query(
      `SELECT current_setting('wal_level') AS wal, current_setting('fsync') AS fsync, s.ssl, r.rolsuper AS super,
         r.rolreplication AS replication, pg_has_role('pg_create_subscription', 'member') AS subscribes,
         current_setting('max_replication_slots') AS slots
       FROM pg_stat_ssl s, pg_roles r WHERE s.pid = pg_backend_pid() AND r.rolname = current_user`,
    );
    expect(rows).toEqual([
      {
        wal: "logical",
        fsync: "on",
        ssl: true,
        super: false,
        replication: true,
        subscribes: true,
        slots: "20",
      },
    ]);
  }
});

test("fails to connect without TLS, and with a name that the certificate does not carry", async () => {
  const config = await regions.operator(orders().source.host, "orders", runner());
  await expect(new Client({ ...config, ssl: false }).connect()).rejects.toThrow(/no encryption|pg_hba/);
  const other = new Client({
    ...config,
    ssl: { ca: regions.ca.certificate, servername: orders().target.host },
  });
  await expect(other.connect()).rejects.toThrow(/does not match certificate's altnames/);
});

test("an order is placed once however often it is sent, and read as it was placed", async () => {
  const base = await door("us-east-1");
  const first = await placed(base, "once");
  const again = await post(base, "once");
  expect(again.status).toBe(200);
  expect(await again.json()).toMatchObject({ id: first.id, key: "once", writtenTo: serverOf("source") });
  const read = await fetch(`${base}/orders/once`);
  expect(await read.json()).toEqual({
    ...{ id: first.id, key: "once", customer: "ada" },
    lines: [{ product: "tea", quantity: 2 }],
  });
  const list = (await (await fetch(`${base}/orders?limit=1`)).json()) as unknown[];
  expect(list).toHaveLength(1);
});

test("A1 the standby's tasks write to the one writer, across the peering", async () => {
  expect((await placed(await door("eu-west-1"), "from afar")).writtenTo).toBe(serverOf("source"));
});

test("fails requests that are no orders, saying what is missing", async () => {
  const base = await door("us-east-1");
  const problem = async (path: string, init?: RequestInit) => {
    const answer = await fetch(`${base}${path}`, init);
    return [answer.status, ((await answer.json()) as { problem: string }).problem];
  };
  const headers = { "idempotency-key": "x" };
  expect(await problem("/orders", { method: "POST" })).toEqual([
    400,
    expect.stringMatching(/Idempotency-Key/),
  ]);
  expect(await problem("/orders", { method: "POST", headers, body: "{" })).toEqual([400, expect.any(String)]);
  expect(await problem("/orders?limit=0")).toEqual([400, "limit is a number from 1 to 100"]);
  expect(await problem("/orders/%")).toEqual([400, "the address is not well-formed"]);
  expect(await problem("/orders/unknown")).toEqual([404, "no such order"]);
});

test("B4 when the writer moves, writes follow it and no read fails meanwhile", async () => {
  const [source, target] = [await operator("source"), await operator("target")];
  const doors = await Promise.all(["us-east-1", "eu-west-1"].map(door));
  let reading = true;
  const statuses = new Set<number>();
  const readers = doors.map(async (base) => {
    while (reading) statuses.add((await fetch(`${base}/orders?limit=5`)).status);
  });

  await closeSide(source);
  // Nobody is open now: writes are sent away, never acknowledged.
  expect((await Promise.all(doors.map((base) => post(base, "nobody")))).map(({ status }) => status)).toEqual([
    503, 503,
  ]);
  // What was acknowledged can still be read, though only the closed side has it.
  expect(
    (await Promise.all(doors.map((base) => fetch(`${base}/orders/once`)))).map(({ status }) => status),
  ).toEqual([200, 200]);
  await openSide(target);
  const there = await Promise.all(doors.map((base, index) => placed(base, `there ${index}`)));
  await closeSide(target);
  await openSide(source);
  const back = await Promise.all(doors.map((base, index) => placed(base, `back ${index}`)));

  reading = false;
  await Promise.all(readers);
  expect(there.map(({ writtenTo }) => writtenTo)).toEqual(Array(2).fill(serverOf("target")));
  expect(back.map(({ writtenTo }) => writtenTo)).toEqual(Array(2).fill(serverOf("source")));
  expect([...statuses]).toEqual([200]);
});

test("B2 one server subscribes to the other by its connection string, verified in full", async () => {
  const [source, target] = [await operator("source"), await operator("target")];
  await placed(await door("us-east-1"), "replicated");
  const conninfo = await regions.conninfo(orders().source.host, "orders", orders().target.host);
  expect(conninfo).toMatch(/^host='storefront-orders.* sslmode='verify-full' /);
  await target.query("TRUNCATE orders, order_lines, shipments");
  await source.query("CREATE PUBLICATION everything FOR TABLE orders, order_lines");
  await target.query(
    `CREATE SUBSCRIPTION everything CONNECTION ${target.escapeLiteral(conninfo)} PUBLICATION everything`,
  );
  const count = async () =>
    (await target.query("SELECT FROM orders WHERE idempotency_key = 'replicated'")).rowCount;
  while ((await count()) === 0) await sleep(20);
  await target.query("DROP SUBSCRIPTION everything");
});

test("a task that dies is started anew, and said to have died", async () => {
  const web = service("us-east-1");
  process.kill(web.processIds[0]!, "SIGKILL");
  while (web.restarts === 0) await sleep(20);
  await regions.healthy(AbortSignal.timeout(60_000));
  expect(web.restarts).toBe(1);
  expect(notices.filter((line) => line.includes("is started anew"))).toEqual([
    expect.stringMatching(
      /^storefront-standby: aws_ecs_service\.us-east-1_web_.*: task \d ended \(SIGKILL\)/,
    ),
  ]);
});
