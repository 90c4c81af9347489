import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MANIFEST_OUTPUT, MANIFEST_VERSION } from "../../lib/manifest";
import { relocate } from "./relocate";

const directory = mkdtempSync(join(tmpdir(), "relocate-cli-verify-http-"));
const write = (name: string, text: string) => writeFileSync(join(directory, name), text);
const servers: Server[] = [];
let origins: readonly string[];

/** One side: its orders, and when it was asked. */
async function serve(orders: object): Promise<string> {
  const server = createServer(({ url }, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(url === "/orders" ? orders : { at: performance.now() }));
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  origins = await Promise.all([serve({ total: 3 }), serve({ total: 4 })]);
  const common = {
    ...{ version: MANIFEST_VERSION, workload: "shop", sourceRegion: "us-east-1", targetRegion: "eu-west-1" },
  };
  const standby = {
    ...{ ...common, phase: "standby", databases: {}, caches: {}, services: {}, buckets: {}, queues: {} },
    ...{ secrets: {}, egressAddresses: { source: [], target: [] } },
  };
  const replication = {
    ...{
      ...common,
      phase: "replication",
      peeringConnectionId: "pcx-1",
      journalTable: "journal",
      poolers: {},
      bucketJobs: {},
    },
    ...{ completionParameter: "/relocate/shop/completion" },
    runner: { cluster: "runner", taskDefinitionArn: "arn:runner", subnetIds: [], securityGroupIds: [] },
  };
  const outputs = [standby, replication].map((part) => [`shop-${part.phase}`, { [MANIFEST_OUTPUT]: part }]);
  write("outputs.json", JSON.stringify(Object.fromEntries(outputs)));
  write("same.txt", "GET /health\n");
  write("orders.txt", "GET /health\nGET /orders\n");
  write("ignore.json", JSON.stringify([{ path: "^/health", json: ["/at"] }]));
});
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  }
});

const verify = async (file: string, ...args: string[]) =>
  relocate(["verify", "--http", file, "--http-ignore", "ignore.json", ...args], {}, directory).ended;
const urls = () => ["--source-url", origins[0]!, "--target-url", origins[1]!];

test("C4: verify --http ends with 0 where both sides answer the same, and with 1 where they do not, and says what", async () => {
  const [same, different] = await Promise.all([
    verify("same.txt", ...urls()),
    verify("orders.txt", "--json", ...urls()),
  ]);
  expect(same).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^1 requests, 0 answered differently; median source \d+ ms/) as string,
  });
  expect(different.code).toBe(1);
  expect(different.stderr).toMatch(/✓ GET \/health 200\n✗ GET \/orders\n[^]*total[^]*3[^]*4/);
  expect(JSON.parse(different.stdout)).toMatchObject({
    ...{ command: "verify", exitCode: 1, workload: "shop", equal: false },
    requests: [{ equal: true }, { equal: false }],
    next: [`relocate verify --http orders.txt --http-ignore ignore.json ${urls().join(" ")}`],
  });
});

test("fails where the outputs tell of no edge and no address is named", async () => {
  const { code, stderr } = await verify("same.txt");
  expect(code).toBe(1);
  expect(stderr).toContain(
    "--source-url: expected where the outputs tell of no edge; name where the source is asked",
  );
});
