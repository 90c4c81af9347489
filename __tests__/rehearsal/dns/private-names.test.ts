import { createSocket } from "node:dgram";
import { once } from "node:events";
import { Resolver as Client } from "node:dns/promises";
import { openPrivateNames, type PrivateNames } from "../../../rehearsal/dns/private-names";
import { openResolver, type Resolver } from "../../../rehearsal/dns/resolver";
import { localWriterName } from "../../../rehearsal/dns/writer-name";
import type { Cloud } from "../../../offline/cloud";
import { seededRandom } from "../../../rehearsal/seeded";
import type { States } from "../../../rehearsal/state";

const NAME = "writer.ledger.market.internal";
const HOSTS = { source: "ledger.us-east-1.example.com", target: "ledger.eu-west-1.example.com" };

const statesWith = (values: Record<string, unknown>): States => ({
  "market-cutover": {
    resources: [
      { address: "aws_route53_record.writer", mode: "managed", type: "aws_route53_record", values },
    ],
    outputs: {},
  },
});
const record = { id: "r-1", zone_id: "Z1", name: NAME, type: "CNAME", ttl: 1, records: [HOSTS.source] };
const writerNames = { ledger: { zoneId: "Z1", name: NAME, ttlSeconds: 1 } };

/** What a client of a resolver is told. */
async function asked(address: string, name: string): Promise<string[]> {
  const client = new Client({ timeout: 2_000, tries: 1 });
  client.setServers([address]);
  return client.resolveCname(name);
}

describe("a resolver", () => {
  let resolver: Resolver | undefined;
  afterEach(async () => {
    await resolver?.close();
    resolver = undefined;
  });

  test("keeps an answer for as long as its TTL, whatever the name servers say meanwhile", async () => {
    let now = 0;
    let target = "one.example.com";
    resolver = await openResolver(
      "us-east-1",
      () => ({ target, ttlSeconds: 1 }),
      () => now,
    );
    expect(await asked(resolver.address, NAME)).toEqual(["one.example.com"]);
    target = "two.example.com";
    now = 999;
    expect(await asked(resolver.address, NAME)).toEqual(["one.example.com"]);
    now = 1_000;
    expect(await asked(resolver.address, NAME)).toEqual(["two.example.com"]);
  });

  test("takes a name in any case", async () => {
    resolver = await openResolver("us-east-1", (name) =>
      name === NAME ? { target: "one.example.com", ttlSeconds: 1 } : undefined,
    );
    expect(await asked(resolver.address, NAME.toUpperCase())).toEqual(["one.example.com"]);
  });

  test("fails for a name that nobody knows, and leaves what is no question unanswered", async () => {
    resolver = await openResolver("us-east-1", () => undefined);
    await expect(asked(resolver.address, "nobody.internal")).rejects.toMatchObject({ code: "ENOTFOUND" });
    const socket = createSocket("udp4");
    const [host, port] = resolver.address.split(":");
    for (const packet of [Buffer.alloc(3), Buffer.alloc(12, 0xff)]) socket.send(packet, Number(port), host);
    // It still answers the next one.
    await expect(asked(resolver.address, "nobody.internal")).rejects.toMatchObject({ code: "ENOTFOUND" });
    const closed = once(socket, "close");
    socket.close();
    await closed;
  });
});

describe("B4: a name that follows the writer", () => {
  let names: PrivateNames | undefined;
  const updates: unknown[] = [];
  const cloud = {
    update: (...update: unknown[]) => void updates.push(update),
  } as unknown as Cloud;
  const open = async (delayMs: number, values: Record<string, unknown> = record) =>
    (names = await openPrivateNames({
      ...{ states: statesWith(values), writerNames, delayMs, random: seededRandom(1) },
      regions: ["us-east-1", "eu-west-1"],
    }));
  const pointer = () => localWriterName(names!.names.get("ledger")!, names!, HOSTS, cloud);
  afterEach(async () => {
    updates.length = 0;
    await names?.close();
    names = undefined;
  });

  test("leads to the source, and after the change to the target for every region's resolver", async () => {
    await open(0, { ...record, ttl: 0 });
    expect(await pointer().current()).toBe("source");
    expect((await pointer().probe()).map(({ side }) => side)).toEqual(["source", "source"]);
    await pointer().point("target");
    expect(await pointer().current()).toBe("target");
    expect(await pointer().probe()).toEqual([
      { vantagePoint: "resolver of us-east-1", side: "target" },
      { vantagePoint: "resolver of eu-west-1", side: "target" },
    ]);
    expect(updates).toEqual([["aws_route53_record", "r-1", { records: [HOSTS.target] }]]);
  });

  test("is changed once however often it is pointed there", async () => {
    await open(0);
    await pointer().point("source");
    expect(updates).toEqual([]);
  });

  test("is known to one region's name servers before the other's", async () => {
    await open(600_000, { ...record, ttl: 0 });
    await pointer().point("target");
    expect(new Set((await pointer().probe()).map(({ side }) => side))).toEqual(new Set(["source", "target"]));
  });

  test("fails without its record in state", async () => {
    await expect(open(0, { ...record, zone_id: "Z2" })).rejects.toThrow(
      `database ledger: no CNAME record ${NAME} in the applied state`,
    );
  });
});
