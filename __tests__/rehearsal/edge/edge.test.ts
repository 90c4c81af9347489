import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createCloud } from "../../../offline/cloud";
import type { ManifestEdge } from "../../../lib/manifest";
import type { Distribution } from "../../../rehearsal/edge/distribution";
import { startEdge, type Edge, type EdgeOptions } from "../../../rehearsal/edge/edge";
import { localEdgeSwitch } from "../../../rehearsal/edge/edge-switch";
import type { Network } from "../../../rehearsal/network";

const REGIONS = ["us-east-1", "eu-west-1"] as const;
const code = readFileSync(join(__dirname, "../../../lib/global/router.js"), "utf8")
  .replace(/^const COMMITTED = .*;$/m, 'const COMMITTED = "us-east-1";')
  .replace(/^const ORIGINS = .*;$/m, 'const ORIGINS = ["us-east-1", "eu-west-1"];');

/** Origins that answer with their region and what they were asked; `drop` ends that many connections unanswered. */
class Origins {
  readonly ports: Record<string, number> = {};
  readonly seen: { region: string; method: string; url: string; headers: IncomingMessage["headers"] }[] = [];
  drop = 0;
  readonly #servers: Server[] = [];

  async start() {
    for (const region of REGIONS) {
      const server = createServer((request, response) => {
        this.seen.push({
          region,
          method: request.method ?? "",
          url: request.url ?? "",
          headers: request.headers,
        });
        if (this.drop > 0) {
          this.drop -= 1;
          request.socket.destroy();
          return;
        }
        const chunks: Buffer[] = [];
        request.on("data", (chunk: Buffer) => chunks.push(chunk));
        request.on("end", () => {
          response.setHeader("x-region", region);
          response.end(Buffer.concat(chunks));
        });
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      this.ports[`${region}.origin.shop.example.com`] = (server.address() as AddressInfo).port;
      this.#servers.push(server);
    }
  }

  async stop() {
    for (const server of this.#servers) {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    }
  }

  network(): Pick<Network, "reach"> {
    return {
      reach: (from, host) => {
        const port = this.ports[host];
        if (!port) return Promise.reject(new Error(`${from.label} cannot reach ${host}`));
        return Promise.resolve({ host: "127.0.0.1", port });
      },
    };
  }
}

const distribution: Distribution = {
  at: "storefront-cutover: aws_cloudfront_distribution.edge",
  id: "E1",
  origins: REGIONS.map((id) => ({ id, domainName: `${id}.origin.shop.example.com`, port: 443 })),
  targetOriginId: "us-east-1",
  allowedMethods: ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"],
  cachedPaths: [],
  router: { at: "router", id: "router", code, store: { arn: "arn:store", entries: { active: "us-east-1" } } },
};
const common = { distributionId: "E1", publicName: "shop.example.com" };
const origins = { source: "us-east-1", target: "eu-west-1" };
const byKey: ManifestEdge = {
  ...common,
  origins,
  flip: "key-value-store",
  routerFunctionName: "router",
  keyValueStoreArn: "arn:store",
  activeKey: "active",
};

describe("the local edge", () => {
  let upstream: Origins;
  let edge: Edge;
  let faults: string[];
  const open = async (changes: Partial<EdgeOptions> = {}) => {
    edge = await startEdge({
      distribution,
      network: upstream.network(),
      regions: REGIONS,
      convergenceMs: 0,
      onFault: (fault) => faults.push(fault),
      ...changes,
    });
  };
  const send = (index: number, path: string, init?: RequestInit) =>
    fetch(`${edge.points[index]?.url}${path}`, init);

  beforeEach(async () => {
    faults = [];
    upstream = new Origins();
    await upstream.start();
  });
  afterEach(async () => {
    await edge.close();
    await upstream.stop();
  });

  test("forwards method, path, query, headers, cookies and body to the origin the store names", async () => {
    await open();
    const answer = await send(0, "/orders?limit=5&tag=a&tag=b&flag", {
      method: "POST",
      headers: { "idempotency-key": "k-1", cookie: "a=1; b=2" },
      body: '{"sum":3}',
    });
    expect(await answer.text()).toBe('{"sum":3}');
    expect(answer.headers.get("x-region")).toBe("us-east-1");
    expect(upstream.seen[0]).toMatchObject({ method: "POST", url: "/orders?limit=5&tag=a&tag=b&flag" });
    expect(upstream.seen[0]?.headers).toMatchObject({ "idempotency-key": "k-1", cookie: "a=1; b=2" });
  });

  test("has half of its points near each region", async () => {
    await open();
    const near = (region: string) =>
      edge.points.filter(({ label }) => label.endsWith(`near ${region}`)).length;
    expect([edge.points.length, near("us-east-1"), near("eu-west-1")]).toEqual([6, 3, 3]);
  });

  test("A3: follows the store point by point, and falls back to the published side when the store is out", async () => {
    await open({ convergenceMs: 3_600_000 });
    edge.store?.put("active", "eu-west-1");
    const regions = async () =>
      Promise.all(
        edge.points.map(async (_, index) => (await send(index, "/orders")).headers.get("x-region")),
      );
    expect((await regions()).filter((region) => region === "eu-west-1")).toHaveLength(1);
    edge.store?.outage(true);
    expect(new Set(await regions())).toEqual(new Set(["us-east-1"]));
    expect(faults).toEqual([]);
  });

  test("sends a safe request a second time when the connection breaks, and an unsafe one never", async () => {
    await open();
    upstream.drop = 1;
    expect((await send(0, "/orders")).status).toBe(200);
    expect(upstream.seen).toHaveLength(2);
    upstream.drop = 1;
    expect((await send(0, "/orders", { method: "POST", body: "{}" })).status).toBe(502);
    expect(upstream.seen).toHaveLength(3);
  });

  test("refuses methods that the behaviour does not allow", async () => {
    await open({ distribution: { ...distribution, allowedMethods: ["GET", "HEAD"] } });
    expect((await send(0, "/orders", { method: "POST", body: "{}" })).status).toBe(403);
    expect(upstream.seen).toEqual([]);
  });

  test("lets through on a path that may be cached what CloudFront would: reading, and no cookie", async () => {
    const assets = { pattern: "/assets/*", allowedMethods: ["GET"], forwardedHeaders: ["origin"] };
    await open({ distribution: { ...distribution, cachedPaths: [assets] } });
    const headers = { cookie: "session=1", authorization: "Bearer 1", origin: "https://shop.example.com" };
    expect((await send(0, "/assets/app.js", { headers })).status).toBe(200);
    expect((await send(0, "/assets/app.js", { method: "POST", body: "{}" })).status).toBe(403);
    expect((await send(0, "/other/assets/app.js", { headers })).status).toBe(200);
    const [cached, other] = upstream.seen.map((request) => request.headers);
    expect(cached).toMatchObject({ origin: "https://shop.example.com" });
    expect(cached?.cookie).toBeUndefined();
    expect(cached?.authorization).toBeUndefined();
    expect(other).toMatchObject({ cookie: "session=1", authorization: "Bearer 1" });
  });

  test("answers 503 and says why when the function throws", async () => {
    const broken = "function handler() { throw new Error('broken'); }";
    await open({ distribution: { ...distribution, router: { at: "router", id: "router", code: broken } } });
    expect((await send(0, "/")).status).toBe(503);
    expect(faults[0]).toMatch(/the router function failed: .*broken/);
  });

  test("fails to start when an origin is out of reach, naming who cannot reach what", async () => {
    await open();
    const [near] = distribution.origins;
    const far = { id: "eu-west-1", domainName: "nowhere.example.com", port: 443 };
    const options = {
      distribution: { ...distribution, origins: near ? [near, far] : [] },
      network: upstream.network(),
    };
    await expect(startEdge({ ...options, regions: REGIONS })).rejects.toThrow(
      "point of presence 1 near us-east-1 cannot reach nowhere.example.com",
    );
  });
});

describe("A3: the edge switch", () => {
  let upstream: Origins;
  let edge: Edge | undefined;

  beforeEach(async () => {
    upstream = new Origins();
    await upstream.start();
  });
  afterEach(async () => {
    await edge?.close();
    await upstream.stop();
  });

  const cloud = () => {
    const made = createCloud();
    made.put("aws_cloudfrontkeyvaluestore_key", {
      id: "arn:store,active",
      key_value_store_arn: "arn:store",
      key: "active",
      value: "us-east-1",
    });
    made.put("aws_cloudfront_function", { id: "router", arn: "arn:function", code });
    made.put("aws_cloudfront_distribution", {
      id: "E1",
      default_cache_behavior: [{ target_origin_id: "us-east-1", compress: true }],
      ordered_cache_behavior: [{ target_origin_id: "us-east-1", path_pattern: "/assets/*" }],
    });
    return made;
  };
  const start = async (options: Partial<EdgeOptions>) => {
    edge = await startEdge({ distribution, network: upstream.network(), regions: REGIONS, ...options });
    return edge;
  };
  const sides = (sightings: readonly { side?: string }[]) => sightings.map(({ side }) => side);

  test("writes the key and the committed side, at the edge and in the cloud, and every point follows", async () => {
    const held = cloud();
    const started = await start({ convergenceMs: 0 });
    const edgeSwitch = localEdgeSwitch({ edge: started, distribution, manifest: byKey, cloud: held });
    expect(await edgeSwitch.current()).toBe("source");
    expect(sides(await edgeSwitch.probe())).toEqual(Array(6).fill("source"));
    await edgeSwitch.point("target");
    expect(await edgeSwitch.current()).toBe("target");
    expect(sides(await edgeSwitch.probe())).toEqual(Array(6).fill("target"));
    expect(held.find("aws_cloudfrontkeyvaluestore_key")[0]?.value).toBe("eu-west-1");
    const committed = code.replace('const COMMITTED = "us-east-1";', 'const COMMITTED = "eu-west-1";');
    expect(held.find("aws_cloudfront_function")[0]?.code).toBe(committed);
  });

  test("is at peace with being told the same side twice", async () => {
    const held = cloud();
    const started = await start({ convergenceMs: 0 });
    const edgeSwitch = localEdgeSwitch({ edge: started, distribution, manifest: byKey, cloud: held });
    await edgeSwitch.point("target");
    const once = JSON.stringify(held.find("aws_cloudfront_function"));
    await edgeSwitch.point("target");
    expect(JSON.stringify(held.find("aws_cloudfront_function"))).toBe(once);
  });

  test("with flip distribution, changes the behaviour's origin and nothing else", async () => {
    const held = cloud();
    const plain = { ...distribution, router: undefined };
    const started = await start({ distribution: plain, convergenceMs: 0 });
    const manifest: ManifestEdge = { ...common, origins, flip: "distribution" };
    const edgeSwitch = localEdgeSwitch({ edge: started, distribution: plain, manifest, cloud: held });
    expect(await edgeSwitch.current()).toBe("source");
    await edgeSwitch.point("target");
    expect(sides(await edgeSwitch.probe())).toEqual(Array(6).fill("target"));
    expect(held.find("aws_cloudfront_distribution")[0]).toMatchObject({
      default_cache_behavior: [{ target_origin_id: "eu-west-1", compress: true }],
      ordered_cache_behavior: [{ target_origin_id: "eu-west-1", path_pattern: "/assets/*" }],
    });
    const answer = await fetch(`${started.points[0]?.url}/orders`);
    expect(answer.headers.get("x-region")).toBe("eu-west-1");
  });

  test("a point that does not answer has no side", async () => {
    const started = await start({ points: 2, convergenceMs: 0 });
    const edgeSwitch = localEdgeSwitch({ edge: started, distribution, manifest: byKey, cloud: cloud() });
    await started.points[1]?.close();
    expect(sides(await edgeSwitch.probe())).toEqual(["source", undefined]);
  });

  test("fails when the store names a side that the manifest does not know", async () => {
    const started = await start({});
    const edgeSwitch = localEdgeSwitch({ edge: started, distribution, manifest: byKey, cloud: cloud() });
    started.store?.put("active", "ap-south-1");
    await expect(edgeSwitch.current()).rejects.toThrow(
      'the edge names "ap-south-1", expected us-east-1 or eu-west-1',
    );
  });
});
