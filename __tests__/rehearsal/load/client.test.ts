import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { openClient, type Client } from "../../../rehearsal/load/client";
import type { Acknowledgement } from "../../../rehearsal/load/ledger";
import { startTally, type Tally } from "../../../rehearsal/load/tally";

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly key: string;
}
/** What the shop does with one request; "drop" ends the connection unanswered. */
type Reaction = "drop" | { readonly status: number; readonly body: unknown };

const ORDERS = "orders";
const unavailable: Reaction = { status: 503, body: { problem: "try again" } };
const ordered = (key: string, id = "7"): Reaction => ({
  status: 201,
  body: { id, key, writtenTo: "orders.us-east-1.example.com" },
});

describe("the clients", () => {
  let server: Server;
  let client: Client;
  let tally: Tally;
  let asked: Asked[];
  let ledger: Acknowledgement[];
  let reactions: Reaction[];
  let url: string;
  const open = (databases: readonly string[]) =>
    openClient({
      ...{ urls: [url], databases, tally },
      random: () => 0,
      acknowledge: (entry) => ledger.push(entry),
    });

  beforeEach(async () => {
    asked = [];
    ledger = [];
    reactions = [];
    server = createServer((request, response) => {
      const { method = "", url = "", headers } = request;
      asked.push({ method, url, key: String(headers["idempotency-key"]) });
      const reaction = reactions.shift() ?? "drop";
      if (reaction === "drop") return request.socket.destroy();
      response.writeHead(reaction.status, { "retry-after": "0" });
      return response.end(JSON.stringify(reaction.body));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    tally = startTally();
    // Always 0: every read asks for the first acknowledged order.
    client = open([ORDERS]);
  });
  afterEach(async () => {
    client.close();
    await new Promise((resolve) => server.close(resolve));
  });

  test("A5: put a write into the ledger when it is acknowledged, with the side that took it", async () => {
    reactions = [ordered("k-1")];
    await client.write("k-1");
    const writtenTo = "orders.us-east-1.example.com";
    expect(ledger).toMatchObject([{ database: ORDERS, key: "k-1", id: "7", writtenTo }]);
    expect(tally.summary()).toMatchObject({
      writes: 1,
      acknowledged: 1,
      unacknowledged: 0,
      failedWrites: {},
    });
  });

  test("try a refused or lost write again with the same key, and count each failure by its kind", async () => {
    reactions = [unavailable, "drop", unavailable, ordered("k-1")];
    await client.write("k-1");
    expect(asked.map(({ key }) => key)).toEqual(["k-1", "k-1", "k-1", "k-1"]);
    expect(ledger).toHaveLength(1);
    expect(tally.summary()).toMatchObject({
      writes: 1,
      acknowledged: 1,
      retriedWrites: 3,
      failedWrites: { "503": 2, "connection lost": 1 },
    });
  });

  test("give up what is refused for good, and what fails ninety times", async () => {
    reactions = [{ status: 400, body: {} }];
    await client.write("k-1");
    expect(asked).toHaveLength(1);
    reactions = Array<Reaction>(90).fill(unavailable);
    await client.write("k-2");
    expect(asked).toHaveLength(91);
    expect(ledger).toEqual([]);
    expect(tally.summary()).toMatchObject({ unacknowledged: 2, failedWrites: { "400": 1, "503": 90 } });
  });

  test("take no answer for an acknowledgement that names another order or no database", async () => {
    reactions = [ordered("k-other"), { status: 201, body: { id: "7", key: "k-1" } }];
    await client.write("k-1");
    await client.write("k-1");
    expect(ledger).toEqual([]);
  });

  test("write to the databases in turn, read each order where it was written, and count failures by database", async () => {
    client.close();
    client = open([ORDERS, "ledger"]);
    reactions = [ordered("k-1"), unavailable, ordered("k-2"), { status: 200, body: { id: "7", key: "k-1" } }];
    await client.write("k-1");
    await client.write("k-2");
    await client.read();
    expect(asked.map(({ url: path }) => path)).toEqual(["/orders", "/ledger", "/ledger", "/orders/k-1"]);
    expect(ledger.map(({ database }) => database)).toEqual([ORDERS, "ledger"]);
    expect(tally.summary().failedWritesOf).toEqual({ ledger: { "503": 1 } });
  });

  test("read acknowledged orders by their key", async () => {
    reactions = [ordered("k-1"), { status: 200, body: { id: "7", key: "k-1" } }];
    await client.write("k-1");
    await client.read();
    expect(asked[1]).toMatchObject({ method: "GET", url: "/orders/k-1" });
    expect(tally.summary()).toMatchObject({ reads: 1, failedReads: {} });
  });

  test("read the list as long as nothing was acknowledged", async () => {
    reactions = [
      { status: 200, body: [] },
      { status: 200, body: { not: "a list" } },
    ];
    await client.read();
    expect(asked[0]?.url).toBe("/orders?limit=20");
    await client.read();
    expect(tally.summary()).toMatchObject({ reads: 2, failedReads: { "not a list": 1 } });
  });

  test.each<[string, Reaction, string]>([
    ["is missing", { status: 404, body: {} }, "acknowledged order missing"],
    ["has another id", { status: 200, body: { id: "8", key: "k-1" } }, "acknowledged order differs"],
    ["is refused", unavailable, "503"],
    ["is never answered", "drop", "connection lost"],
  ])("fail a read of an acknowledged order that %s, without a second try", async (_, reaction, kind) => {
    reactions = [ordered("k-1"), reaction, reaction];
    await client.write("k-1");
    await client.read();
    expect(tally.summary().failedReads).toEqual({ [kind]: 1 });
    expect(tally.summary().samples[0]).toContain(kind);
    expect(asked).toHaveLength(2);
  });
});
