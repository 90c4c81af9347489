import { CreateHostedZoneCommand } from "@aws-sdk/client-route-53";
import { type Clients, openClients } from "../../../runbook/aws/clients";
import { writerNamePointer } from "../../../runbook/aws/writer-name";
import type { Pointer } from "../../../runbook/world";
import { nameServer } from "../status/name-server";
import { emulator, EMULATOR_TIMEOUT } from "./emulators/emulator";

const NAME = "orders.writer.shop.internal";
const HOSTS = { source: "orders.us-east-1.example.com", target: "orders.eu-west-1.example.com" };
let clients: Clients;
let zoneId: string;
/** What this network's resolver says; a name that it does not know yet is an error. */
let resolved: string | undefined;

beforeAll(async () => {
  process.env.AWS_ENDPOINT_URL = await emulator("ministack");
  clients = openClients();
  const { HostedZone } = await clients
    .route53()
    .send(new CreateHostedZoneCommand({ Name: "writer.shop.internal", CallerReference: "writer-name-test" }));
  zoneId = HostedZone!.Id!.replace("/hostedzone/", "");
}, EMULATOR_TIMEOUT);
afterAll(() => clients.close());

const pointer = (hosts = HOSTS, servers: readonly string[] = ["10.0.0.2"]): Pointer =>
  writerNamePointer(clients, {
    record: { zoneId, name: NAME, ttlSeconds: 1 },
    hosts,
    resolver: {
      getServers: () => [...servers],
      resolveCname: () =>
        resolved === undefined ? Promise.reject(new Error("ENOTFOUND")) : Promise.resolve([resolved]),
    },
  });

test("fails for a name that leads nowhere yet", async () => {
  await expect(pointer().current()).rejects.toThrow(
    `${NAME} leads to nothing, expected ${HOSTS.source} or ${HOSTS.target}; deploy the cutover stack`,
  );
});

test("the name leads to the writer, and is seen so by the zone at once, by resolvers as they come to know it", async () => {
  const name = pointer();
  await name.point("source");
  resolved = HOSTS.source;
  expect(await name.current()).toBe("source");
  await name.point("target");
  await name.point("target");
  expect(await name.current()).toBe("target");
  const zone = { vantagePoint: `zone ${zoneId}`, side: "target" };
  const resolver = await name.probe();
  expect(resolver).toEqual([zone, { ...resolver[1], side: "source" }]);
  resolved = HOSTS.target;
  expect((await name.probe()).map(({ side }) => side)).toEqual(["target", "target"]);
  resolved = undefined;
  expect((await name.probe()).map(({ side }) => side)).toEqual(["target", undefined]);
});

test("fails for a name that leads to neither side", async () => {
  await expect(pointer({ ...HOSTS, target: "elsewhere.example.com" }).current()).rejects.toThrow(
    `${NAME} leads to ${HOSTS.target}, expected ${HOSTS.source} or elsewhere.example.com`,
  );
});

test("how long resolvers keep the name is measured by asking each of them again and again", async () => {
  const [one, other] = await Promise.all([nameServer(1), nameServer(30)]);
  try {
    const { delay } = pointer(HOSTS, [one.address, other.address]);
    const { answerMs, ...measured } = await delay!(new AbortController().signal);
    // One of them keeps it longer than its record says.
    expect(measured).toEqual({ keptMs: 30_000, asked: 10 });
    expect(answerMs).toBeGreaterThanOrEqual(0);
  } finally {
    one.socket.close();
    other.socket.close();
  }
});
