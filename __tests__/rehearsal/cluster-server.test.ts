import { once } from "node:events";
import { chmod, mkdtemp } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBinaries } from "../../rehearsal/binaries";
import { createAuthority } from "../../rehearsal/certificates";
import { startServer } from "../../rehearsal/cluster-server";
import { settingsOf } from "../../rehearsal/cluster-settings";
import { startReaper } from "../../rehearsal/reaper";

test("a port that another program took in the meantime is given up for another one", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const taken = (other.address() as AddressInfo).port;
  const directory = await mkdtemp(join(tmpdir(), "relocate-test-"));
  await chmod(directory, 0o711);
  const reaper = startReaper();
  reaper.remove(directory);
  const binaries = await findBinaries(directory);
  const tried: number[] = [];
  const server = await startServer({
    label: "orders",
    host: "orders.example.com",
    directory: join(directory, "orders"),
    settings(port) {
      tried.push(port);
      const settings = settingsOf(new Map(), port, binaries.settings);
      if (tried.length > 1) return settings;
      return { ...settings, lines: [...settings.lines, `port = ${taken}`] };
    },
    operator: { role: "operator", password: "secret" },
    binaries,
    authority: await createAuthority(directory),
    reaper,
    signal: new AbortController().signal,
    onNotice: (line) => expect(line).toBeUndefined(),
  });
  expect(tried).toHaveLength(2);
  expect(server.localPort).toBe(tried[1]);
  await server.stop();
  await reaper.close();
  other.close();
});
