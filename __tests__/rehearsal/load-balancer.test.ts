import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type LoadBalancer, openLoadBalancers } from "../../rehearsal/load-balancer";
import { matcher, type Target } from "../../rehearsal/target-group";
import { changed, SOURCE, twoRegions } from "./two-regions";

let balancers: LoadBalancer[];
let servers: Server[];

beforeEach(async () => {
  servers = [];
  balancers = await openLoadBalancers(twoRegions());
});

afterEach(async () => {
  await Promise.all(balancers.map((one) => one.close()));
  for (const server of servers) server.close().closeAllConnections();
});

const balancer = () => balancers.find(({ place }) => place.region === SOURCE)!;
const url = (path: string) => `http://127.0.0.1:${balancer().ports[443]}${path}`;

/** A task that is healthy as long as it says so. */
async function task(handle: RequestListener, health = () => 200): Promise<Target> {
  const server = createServer((request, response) => {
    if (request.url === "/healthz") response.writeHead(health()).end();
    else handle(request, response);
  }).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return balancer().targetGroups[0]!.register((server.address() as AddressInfo).port);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

test("a request goes to the tasks in turn, with its method, headers and body", async () => {
  for (const name of ["one", "two"]) {
    const target = await task((request, response) => {
      response.setHeader("x-task", name);
      request.pipe(
        response.writeHead(201, {
          "x-method": request.method ?? "",
          "x-key": request.headers["idempotency-key"],
        }),
      );
    });
    await until(() => target.healthy);
  }
  const answers = await Promise.all(
    [1, 2, 3, 4].map(() =>
      fetch(url("/orders"), { method: "POST", body: "hello", headers: { "idempotency-key": "k" } }),
    ),
  );
  expect(answers.map((it) => it.headers.get("x-task")).sort()).toEqual(["one", "one", "two", "two"]);
  expect(answers.map((it) => [it.status, it.headers.get("x-method"), it.headers.get("x-key")])).toEqual(
    Array(4).fill([201, "POST", "k"]),
  );
  expect(await answers[0]!.text()).toBe("hello");
});

test("a task that fails its health checks gets no more requests until it passes them again", async () => {
  let health = 200;
  const ill = await task(
    (_, response) => void response.end("ill"),
    () => health,
  );
  const well = await task((_, response) => void response.end("well"));
  await until(() => ill.healthy && well.healthy);
  health = 500;
  await until(() => !ill.healthy);
  const answers = await Promise.all([1, 2, 3].map(async () => (await fetch(url("/"))).text()));
  expect(answers).toEqual(["well", "well", "well"]);
  health = 200;
  await until(() => ill.healthy);
}, 60_000);

test("with no healthy task all are tried", async () => {
  await task(
    (_, response) => void response.end("at your service"),
    () => 500,
  );
  expect(await (await fetch(url("/"))).text()).toBe("at your service");
});

test("fails with 503 without tasks, and with 502 when a task hangs up", async () => {
  expect((await fetch(url("/"))).status).toBe(503);
  const target = await task((request) => request.socket.destroy());
  expect((await fetch(url("/"))).status).toBe(502);
  balancer().targetGroups[0]!.deregister(target);
  expect((await fetch(url("/"))).status).toBe(503);
});

test("fails with 504 when a task says nothing for as long as the load balancer waits", async () => {
  await Promise.all(balancers.map((one) => one.close()));
  balancers = await openLoadBalancers(
    changed(twoRegions(), `aws_lb.${SOURCE}_web`, (it) => ({ ...it, idle_timeout: 0.05 })),
  );
  await task(() => undefined);
  expect((await fetch(url("/"))).status).toBe(504);
});

test("fails to open when a listener forwards to a group that is not in state", async () => {
  const states = changed(twoRegions(), `aws_lb_target_group.${SOURCE}_web`, null);
  await expect(openLoadBalancers(states)).rejects.toThrow(
    /aws_lb_listener_rule\.us-east-1_web: action is "forward" to arn/,
  );
});

/** The states with other values in the rule of the web service. */
const withRule = (values: Record<string, unknown>) =>
  changed(twoRegions(), `aws_lb_listener_rule.${SOURCE}_web`, (it) => ({ ...it, ...values }));

/** Answers of the first balancer of these states, by path. */
async function answers(states: ReturnType<typeof withRule>, paths: readonly string[]) {
  await Promise.all(balancers.map((one) => one.close()));
  balancers = await openLoadBalancers(states);
  const found = await Promise.all(paths.map((path) => fetch(url(path), { redirect: "manual" })));
  return found.map((it) => it.headers.get("location") ?? it.status);
}

test("a request goes by its path, without the query, to the service whose pattern fits; to none is 404", async () => {
  const states = withRule({ condition: [{ path_pattern: [{ values: ["/api/*", "/v?/x"] }] }] });
  const paths = ["/api/orders?x=/", "/v1/x", "/v12/x", "/API/orders", "/?/api/"];
  // 503 is the group's own, which has no task here.
  expect(await answers(states, paths)).toEqual([503, 503, 404, 404, 404]);
});

test("a rule of another stack with a lower priority comes first", async () => {
  const [late] = withRule({
    priority: 1,
    action: [{ type: "redirect", redirect: [{ host: "shop.example.com", status_code: "HTTP_302" }] }],
  })["shop-standby"]!.resources.filter(({ address }) => address === `aws_lb_listener_rule.${SOURCE}_web`);
  const states = { ...twoRegions(), "shop-decommission": { resources: [late!], outputs: {} } };
  expect(await answers(states, ["/orders?page=2"])).toEqual(["https://shop.example.com/orders?page=2"]);
});

test("fails to open when a rule goes by more than the path", async () => {
  const states = withRule({
    condition: [{ path_pattern: [], host_header: [{ values: ["a.example.com"] }] }],
  });
  await expect(openLoadBalancers(states)).rejects.toThrow(/only paths are understood here/);
});

test("the codes that mean healthy may be one, several or a range", () => {
  expect([199, 200, 204, 299, 300, 404].filter(matcher("200-299,404"))).toEqual([200, 204, 299, 404]);
});
