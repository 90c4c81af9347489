import { CreateTableCommand, type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { openDynamoJournal, readJournal, viewDynamoJournal } from "../../../runbook/aws/dynamo-journal";
import { takeLease, type DynamoLease } from "../../../runbook/aws/lease";
import { dynamoIn, readLease, renewLease } from "../../../runbook/aws/lease-item";
import type { JournalNote } from "../../../runbook/journal";
import { emulator, EMULATOR_TIMEOUT } from "./emulators/emulator";
import { type FaultProxy, openFaultProxy } from "./emulators/fault-proxy";

const signal = new AbortController().signal;
const table = "relocate-journal-test";
const begun = (step: string): JournalNote => ({ run: 1, plan: "cutover", event: "step begun", step });

// moto carries a transaction out again when it comes a second time with the same token.
describe("journal and lease in DynamoDB", () => {
  let proxy: FaultProxy;
  let dynamo: DynamoDBClient;

  beforeAll(async () => {
    const endpoint = await emulator("ministack");
    proxy = await openFaultProxy(endpoint);
    dynamo = dynamoIn({ name: "eu-west-1", endpoint: proxy.endpoint });
    // As the replication stack makes it.
    await dynamo.send(
      new CreateTableCommand({
        TableName: table,
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [
          { AttributeName: "relocation", KeyType: "HASH" },
          { AttributeName: "entry", KeyType: "RANGE" },
        ],
        AttributeDefinitions: [
          { AttributeName: "relocation", AttributeType: "S" },
          { AttributeName: "entry", AttributeType: "N" },
        ],
      }),
    );
  }, EMULATOR_TIMEOUT);
  afterAll(async () => {
    dynamo.destroy();
    await proxy.close();
  });

  const place = (relocation: string) => ({ table, relocation });
  const request = (relocation: string, who = "alice") => ({
    ...place(relocation),
    operator: { who, host: "laptop" },
  });
  /** Renewed often enough for a test to see it, and long enough for a busy machine. */
  const brief = { durationMs: 3_000 };

  test("what one operator wrote, the next one reads, in order and stamped", async () => {
    const first = await openDynamoJournal(dynamo, request("order"), { signal });
    await first.append(begun("gate"), begun("fence"));
    await first.append(begun("drain"));
    await first.close();
    const second = await openDynamoJournal(dynamo, request("order", "bob"), { signal });
    expect(second.entries.map(({ step }) => step)).toEqual(["gate", "fence", "drain"]);
    expect(second.entries).toEqual(first.entries);
    expect(second.lease.token).toBe(first.lease.token + 1);
    await second.close();
  });

  test("a look shows entries and holder, and takes nothing", async () => {
    expect(await viewDynamoJournal(dynamo, place("look"))).toEqual({ entries: [], holder: undefined });
    const journal = await openDynamoJournal(dynamo, request("look"), { signal });
    await journal.append(begun("fence"));
    const { entries, holder } = await viewDynamoJournal(dynamo, place("look"));
    expect([entries, holder]).toEqual([journal.entries, journal.lease.holder]);
    expect(holder).toMatchObject({ who: "alice", host: "laptop" });
    await journal.close();
    expect((await viewDynamoJournal(dynamo, place("look"))).holder).toBeUndefined();
  });

  test("more entries than one transaction takes are all written, in order", async () => {
    const journal = await openDynamoJournal(dynamo, request("many"), { signal });
    const steps = Array.from({ length: 230 }, (_, index) => `step ${index}`);
    await journal.append(...steps.map(begun));
    expect((await readJournal(dynamo, place("many"))).map(({ step }) => step)).toEqual(steps);
    await journal.close();
  });

  test("appends that overlap are written one after the other", async () => {
    const journal = await openDynamoJournal(dynamo, request("overlap"), { signal });
    await Promise.all(["a", "b", "c", "d"].map((step) => journal.append(begun(step))));
    expect((await readJournal(dynamo, place("overlap"))).map(({ step }) => step)).toEqual([
      "a",
      "b",
      "c",
      "d",
    ]);
    await journal.close();
  });

  test("fails for a second operator while the first one lives, and names it", async () => {
    const first = await openDynamoJournal(dynamo, { ...request("held"), ...brief }, { signal });
    const seen: string[] = [];
    const second = openDynamoJournal(dynamo, request("held", "bob"), {
      signal,
      onChange: (s) => seen.push(s),
    });
    await expect(second).rejects.toThrow(
      /held: another operator is at work: alice on laptop, since 2.*wait until it has ended/,
    );
    expect(seen).toEqual([expect.stringContaining("held by alice on laptop, since")]);
    first.lease.assertHeld();
    await first.close();
  });

  test("a dead operator's lease ends, and what it still tries to write is refused", async () => {
    const dead = await openDynamoJournal(dynamo, { ...request("dead"), ...brief }, { signal });
    await dead.append(begun("fence"));
    const { session } = dead.lease as DynamoLease;
    const lostNow = new Promise((resolve) => dead.lease.lost.addEventListener("abort", resolve));
    await takeOver("dead");
    await lostNow;
    expect(() => dead.lease.assertHeld()).toThrow(/the lease is lost: somebody else has taken it/);
    await expect(dead.append(begun("open"))).rejects.toThrow("the lease is lost");
    expect(await renewLease(dynamo, place("dead"), session, signal)).toBe(false);
    expect((await readJournal(dynamo, place("dead"))).map(({ step }) => step)).toEqual(["fence"]);
    await dead.close();
    expect(await readLease(dynamo, place("dead"))).toMatchObject({ holder: { who: "bob" }, token: 99 });
  });

  /** What another operator's taking leaves, without waiting for this one's end. */
  async function takeOver(relocation: string): Promise<void> {
    await dynamo.send(
      new PutItemCommand({
        TableName: table,
        Item: {
          relocation: { S: relocation },
          entry: { N: "0" },
          token: { N: "99" },
          beat: { N: "0" },
          holder: { S: "bob" },
          host: { S: "laptop" },
          since: { S: new Date().toISOString() },
          durationMs: { N: "600" },
          session: { S: "bob's" },
        },
      }),
    );
  }

  test("a lease that nobody renews any more is taken over with a higher token", async () => {
    await takeOver("silent");
    const lease = await takeLease(dynamo, request("silent"), { signal });
    expect(lease.token).toBe(100);
    await lease.release();
    expect(await readLease(dynamo, place("silent"))).toMatchObject({ token: 100, isHeld: false });
  });

  test("a living operator keeps the lease for longer than it lasts", async () => {
    const lease = await takeLease(dynamo, { ...request("kept"), durationMs: 2_000 }, { signal });
    // Five renewals take as long as the lease lasts.
    while ((await readLease(dynamo, place("kept")))!.beat < 6) await new Promise((go) => setTimeout(go, 50));
    lease.assertHeld();
    await lease.release();
  });

  test("an operator who is cut off from the table stops by itself, before anybody may take over", async () => {
    const road = await openFaultProxy(proxy.endpoint);
    const cutOff = dynamoIn({ name: "eu-west-1", endpoint: road.endpoint });
    const lease = await takeLease(cutOff, { ...request("cut off"), durationMs: 600 }, { signal });
    const lost = new Promise((resolve) => lease.lost.addEventListener("abort", resolve));
    await road.close();
    await lost;
    expect(lease.ending.aborted).toBe(true);
    expect(() => lease.assertHeld()).toThrow(
      /cut off: the lease is lost: it could not be renewed for 600 ms/,
    );
    cutOff.destroy();
  });

  test("an operator whose machine has slept for longer than the lease lasts does not rely on it", async () => {
    const lease = await takeLease(dynamo, request("slept"), { signal });
    const clock = jest.spyOn(Date, "now").mockReturnValue(Date.now() + 15_000);
    expect(() => lease.assertHeld()).toThrow(
      /slept: the lease is lost: it could not be renewed for 15000 ms/,
    );
    clock.mockRestore();
    await lease.release();
  });

  test("of many operators that come at once, one gets the lease", async () => {
    const takings = await Promise.allSettled(
      ["a", "b", "c", "d", "e"].map((holder) =>
        takeLease(dynamo, { ...request("crowd", holder), ...brief }, { signal }),
      ),
    );
    const taken = takings.flatMap((taking) => (taking.status === "fulfilled" ? [taking.value] : []));
    expect(taken).toHaveLength(1);
    await taken[0]!.release();
  });

  test("an answer that is lost leaves neither a lease nobody has nor an entry twice", async () => {
    proxy.next("none", "answer lost");
    const journal = await openDynamoJournal(dynamo, request("lost"), { signal });
    proxy.next("answer lost");
    await journal.append(begun("fence"));
    await journal.append(begun("drain"));
    expect((await readJournal(dynamo, place("lost"))).map(({ step }) => step)).toEqual(["fence", "drain"]);
    await journal.close();
  });

  test("fails with every entry that is not of this version", async () => {
    const entry = (line: string, number: number) =>
      new PutItemCommand({
        TableName: table,
        Item: { relocation: { S: "foreign" }, entry: { N: String(number) }, line: { S: line } },
      });
    await dynamo.send(entry("{", 1));
    await dynamo.send(entry('{"version":99}', 2));
    await expect(openDynamoJournal(dynamo, request("foreign"), { signal })).rejects.toThrow(
      /not a journal of version 1\n {2}line 1: .*\n {2}line 2: version: .*\n {2}Finish this relocation/,
    );
    expect(await readLease(dynamo, place("foreign"))).toMatchObject({ isHeld: false });
  });
});
