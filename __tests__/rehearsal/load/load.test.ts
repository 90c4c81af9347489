import { once } from "node:events";
import { appendFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { readLedger } from "../../../rehearsal/load/ledger";
import { startLoad, type Load, type LoadOptions } from "../../../rehearsal/load/load";
import { startReaper, type Reaper } from "../../../rehearsal/reaper";

describe("the load", () => {
  let directory: string;
  let reaper: Reaper;
  let server: Server;
  let url: string;
  let load: Load | undefined;
  const deaths: Error[] = [];
  /** Keys in the order in which they were written. */
  let written: string[];

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "relocate-load-"));
    reaper = startReaper();
    load = undefined;
    written = [];
    deaths.length = 0;
    server = createServer((request, response) => {
      const key = String(request.headers["idempotency-key"]);
      if (request.method === "POST") {
        written.push(key);
        response.writeHead(201).end(JSON.stringify({ id: String(written.length), key, writtenTo: "here" }));
        server.emit("ordered");
      } else if (request.url?.startsWith("/orders?")) {
        response.end("[]");
      } else {
        const known = decodeURIComponent(request.url?.split("/")[2] ?? "");
        response.end(JSON.stringify({ id: String(written.indexOf(known) + 1), key: known }));
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    await load?.kill();
    await reaper.close();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
    rmSync(directory, { recursive: true });
  });

  const start = async (changes: Partial<LoadOptions> = {}) => {
    const ledger = join(directory, "ledger.jsonl");
    const plan = { urls: [url], databases: ["orders"], rate: 400, writeShare: 0.4, seed: 1, ledger };
    load = await startLoad({ ...plan, reaper, onDeath: (reason) => deaths.push(reason), ...changes });
    return { load, ledger };
  };
  const untilOrdered = async (count: number) => {
    while (written.length < count) await once(server, "ordered");
  };

  test("sends reads and writes until it is stopped, and every acknowledged write is in the ledger", async () => {
    const { load, ledger } = await start();
    await untilOrdered(100);
    const summary = await load.stop();
    const entries = readLedger(ledger);
    expect(summary).toMatchObject({ failedReads: {}, failedWrites: {}, unacknowledged: 0 });
    expect(summary.acknowledged).toBe(entries.length);
    expect(entries.map(({ key }) => key).sort()).toEqual([...written].sort());
    expect(summary.writes / (summary.writes + summary.reads)).toBeGreaterThan(0.25);
    expect(summary.writes / (summary.writes + summary.reads)).toBeLessThan(0.55);
    expect(deaths).toEqual([]);
  });

  test("keeps the ledger of clients that were killed, up to a line that was cut off", async () => {
    const { ledger } = await start({ writeShare: 1 });
    while (!existsSync(ledger) || readLedger(ledger).length === 0) await pause(5);
    await load?.kill();
    appendFileSync(ledger, '{"key":"cut of');
    expect(readLedger(ledger).length).toBeGreaterThan(0);
    // They were asked to end: that is not a death to tell of.
    expect(deaths).toEqual([]);
  });

  test("fails to start when the ledger cannot be written", async () => {
    await expect(start({ ledger: join(directory, "missing", "ledger.jsonl") })).rejects.toThrow(
      "the clients' process ended with exit code",
    );
    expect(deaths).toHaveLength(1);
  });
});
