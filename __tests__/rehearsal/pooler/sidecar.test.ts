import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startSidecar, type Sidecar } from "../../../rehearsal/pooler/sidecar";

describe("the local twin of the sidecar", () => {
  let directory: string;
  let sidecar: Sidecar | undefined;
  let parameter: string | undefined;
  const faults: string[] = [];
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "relocate-sidecar-"));
    writeFileSync(join(directory, "authority"), "authorities");
    parameter = undefined;
    faults.length = 0;
  });
  afterEach(() => {
    sidecar?.stop();
    sidecar = undefined;
    rmSync(directory, { recursive: true });
  });
  const ports: Readonly<Record<string, number>> = { source: 1001, target: 1002 };
  const start = async () => {
    sidecar = await startSidecar({
      ...{
        directory,
        databaseName: "orders",
        authorities: join(directory, "authority"),
        firstWriter: "source",
      },
      readParameter: () => parameter,
      locate: (host) =>
        ports[host] === undefined
          ? Promise.reject(new Error(`${host} is not to be found`))
          : Promise.resolve({ host: "127.0.0.1", port: ports[host] }),
      onFault: (fault) => faults.push(fault),
    });
  };
  const staged = () => readFileSync(join(directory, "writer.ini"), "utf8");
  const until = async (condition: () => boolean) => {
    while (!condition()) await pause(5);
  };

  test("stages the first writer and the authorities before PgBouncer starts, and follows the parameter", async () => {
    await start();
    expect(staged()).toBe("[databases]\norders = host=127.0.0.1 port=1001\n");
    expect(readFileSync(join(directory, "ca.pem"), "utf8")).toBe("authorities");
    parameter = "target";
    await until(() => staged().includes("port=1002"));
  });

  test("keeps what is staged when the parameter names nothing that it knows, says so, and follows the next one", async () => {
    await start();
    parameter = "elsewhere";
    await until(() => faults.length > 0);
    expect(faults[0]).toBe("elsewhere is not to be found");
    expect(staged()).toContain("port=1001");
    parameter = "target";
    await until(() => staged().includes("port=1002"));
  });

  test("fails when there is no way to the first writer", async () => {
    parameter = "elsewhere";
    await expect(start()).rejects.toThrow("elsewhere is not to be found");
  });
});
