import { createServer, type AddressInfo, type Server } from "node:net";
import { once } from "node:events";
import { openNetwork, UnreachableError, type Network } from "../../rehearsal/network";
import { locate } from "../../rehearsal/vpc-place";
import { balancerOf, changed, hostOf, SOURCE, TARGET, twoRegions } from "./two-regions";

const states = twoRegions();
const web = (region: string) =>
  locate(states, `web in ${region}`, [`subnet-private-${region}`], [`sg-web-${region}`]);

let server: Server;
let local: number;
let network: Network;

beforeEach(async () => {
  server = createServer((socket) => socket.end()).listen(0, "127.0.0.1");
  await once(server, "listening");
  local = (server.address() as AddressInfo).port;
  network = openNetwork(states, 45);
  for (const region of [SOURCE, TARGET]) {
    const place = locate(
      states,
      `orders in ${region}`,
      [`subnet-private-${region}`],
      [`sg-orders-${region}`],
    );
    network.register({ host: hostOf(region), place, ports: { 5432: local } });
  }
  const place = locate(states, "balancer", [`subnet-public-${SOURCE}`], [`sg-balancer-${SOURCE}`]);
  network.register({ host: balancerOf(SOURCE), place, ports: { 443: local } });
});

afterEach(async () => {
  await network.close();
  server.close();
  await once(server, "close");
});

test("within a region the way leads straight to the local port", async () => {
  expect(await network.reach(web(SOURCE), hostOf(SOURCE), 5432)).toEqual({ host: "127.0.0.1", port: local });
});

test("between regions a forwarder stands in the way, the same one for the same pair", async () => {
  const first = await network.reach(web(SOURCE), hostOf(TARGET), 5432);
  expect(first.port).not.toBe(local);
  expect(await network.reach(web(SOURCE), hostOf(TARGET), 5432)).toEqual(first);
});

test("an alias record in state leads to the load balancer, whatever the case of the name", async () => {
  const point = { region: SOURCE, public: "cloudfront", label: "point 1" } as const;
  const name = "US-EAST-1.origin.shop.example.com.";
  expect(await network.reach(point, name, 443)).toEqual({ host: "127.0.0.1", port: local });
});

test("a private name leads to every instance of its own network, and to nothing elsewhere", () => {
  const host = "pgbouncer.orders.internal";
  for (const region of [SOURCE, TARGET]) {
    network.register({ host, place: web(region), isPrivate: true, ports: { 6432: local } });
  }
  expect(network.resolve(host, web(TARGET))?.place.region).toBe(TARGET);
  expect(network.resolve(host, web(SOURCE))?.place.region).toBe(SOURCE);
  expect(network.resolve(host, { region: SOURCE, public: "internet", label: "a visitor" })).toBeUndefined();
});

test("fails for a name that stands for nothing in state", async () => {
  await expect(network.reach(web(SOURCE), "orders.elsewhere.example.com", 5432)).rejects.toThrow(
    "a connection from web in us-east-1 to orders.elsewhere.example.com:5432 would get no answer:\n" +
      "  orders.elsewhere.example.com is no name of anything in the applied state",
  );
});

test("fails for a port that nobody listens on", async () => {
  await expect(network.reach(web(SOURCE), hostOf(SOURCE), 6432)).rejects.toThrow(
    "orders in us-east-1 listens on 5432, not on 6432",
  );
});

test("fails with the reasons when routes do not lead there", async () => {
  const broken = openNetwork(changed(states, "aws_vpc_peering_connection.peering", null), 45);
  for (const { host, place, ports } of network.endpoints) broken.register({ host, place, ports });
  await expect(broken.reach(web(SOURCE), hostOf(TARGET), 5432)).rejects.toThrow(UnreachableError);
  await broken.close();
});

test("fails for records that lead in a circle", () => {
  const circle = changed(states, "aws_route53_record.public", (values) => ({
    ...values,
    alias: [{ name: "us-east-1.origin.shop.example.com" }],
  }));
  expect(() => openNetwork(circle, 45).resolve("us-east-1.origin.shop.example.com", web(SOURCE))).toThrow(
    /in a circle/,
  );
});
