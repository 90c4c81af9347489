import { readDistribution } from "../../../rehearsal/edge/distribution";
import type { States } from "../../../rehearsal/state";

const origin = (region: string, policy = "https-only") => ({
  origin_id: region,
  domain_name: `${region}.origin.shop.example.com`,
  custom_origin_config: [{ http_port: 80, https_port: 443, origin_protocol_policy: policy }],
});
const distribution = {
  id: "E1",
  enabled: true,
  origin: [origin("us-east-1"), origin("eu-west-1", "http-only")],
  default_cache_behavior: [
    {
      target_origin_id: "us-east-1",
      allowed_methods: ["GET", "HEAD", "POST"],
      function_association: [{ event_type: "viewer-request", function_arn: "arn:router" }],
    },
  ],
};
const router = {
  id: "router",
  arn: "arn:router",
  code: "function handler() {}",
  publish: true,
  key_value_store_associations: ["arn:store"],
};
const key = { key_value_store_arn: "arn:store", key: "active", value: "us-east-1" };

const resource = (type: string, name: string, values: object) => ({
  address: `${type}.${name}`,
  mode: "managed" as const,
  type,
  values: values as Record<string, unknown>,
});
const states = (changes: { distribution?: object; router?: object } = {}): States => ({
  "shop-cutover": {
    outputs: {},
    resources: [
      resource("aws_cloudfront_distribution", "edge", { ...distribution, ...changes.distribution }),
      resource("aws_cloudfront_function", "router", { ...router, ...changes.router }),
      resource("aws_cloudfrontkeyvaluestore_key", "active", key),
      resource("aws_cloudfrontkeyvaluestore_key", "other", {
        ...key,
        key_value_store_arn: "arn:other",
        value: "no",
      }),
    ],
  },
});

describe("the distribution in state", () => {
  test("is read with its origins, methods, router and the router's own store", () => {
    expect(readDistribution(states(), "E1")).toEqual({
      at: "shop-cutover: aws_cloudfront_distribution.edge",
      id: "E1",
      origins: [
        { id: "us-east-1", domainName: "us-east-1.origin.shop.example.com", port: 443 },
        { id: "eu-west-1", domainName: "eu-west-1.origin.shop.example.com", port: 80 },
      ],
      targetOriginId: "us-east-1",
      allowedMethods: ["GET", "HEAD", "POST"],
      cachedPaths: [],
      router: {
        at: "shop-cutover: aws_cloudfront_function.router",
        id: "router",
        code: "function handler() {}",
        store: { arn: "arn:store", entries: { active: "us-east-1" } },
      },
    });
  });

  test("may have no function, and a function no store", () => {
    const [behaviour] = distribution.default_cache_behavior;
    const plain = states({
      distribution: { default_cache_behavior: [{ ...behaviour, function_association: [] }] },
    });
    expect(readDistribution(plain, "E1").router).toBeUndefined();
    const storeless = states({ router: { key_value_store_associations: [] } });
    expect(readDistribution(storeless, "E1").router?.store).toBeUndefined();
  });

  const policy = (cookies: string) =>
    resource("aws_cloudfront_cache_policy", "cached", {
      id: "policy",
      parameters_in_cache_key_and_forwarded_to_origin: [
        {
          cookies_config: [{ cookie_behavior: cookies }],
          headers_config: [{ headers: [{ items: ["Host", "Origin"] }] }],
        },
      ],
    });
  const assets = {
    path_pattern: "/assets/*",
    target_origin_id: "us-east-1",
    allowed_methods: ["GET", "HEAD"],
    cache_policy_id: "policy",
    function_association: [{ event_type: "viewer-request", function_arn: "arn:router" }],
  };
  const withAssets = (behaviour: object, cookies = "none"): States => {
    const [entry] = Object.entries(states({ distribution: { ordered_cache_behavior: [behaviour] } }));
    const [name, stack] = entry!;
    return { [name]: { ...stack, resources: [...stack.resources, policy(cookies)] } };
  };

  test("is read with the paths that may be cached, and what their origin gets", () => {
    expect(readDistribution(withAssets(assets), "E1").cachedPaths).toEqual([
      { pattern: "/assets/*", allowedMethods: ["GET", "HEAD"], forwardedHeaders: ["host", "origin"] },
    ]);
  });

  test.each<[string, object, string, RegExp]>([
    ["flips on its own", { function_association: [] }, "none", /has another viewer-request function/],
    ["has another origin", { target_origin_id: "eu-west-1" }, "none", /has the target origin "eu-west-1"/],
    ["is cached by strangers' rules", { cache_policy_id: "managed" }, "none", /managed, which is not in the/],
    ["lets cookies through", {}, "all", /lets cookies through/],
  ])("fails when a path that may be cached %s", (_, changes, cookies, expected) => {
    expect(() => readDistribution(withAssets({ ...assets, ...changes }, cookies), "E1")).toThrow(expected);
  });

  test("fails when the manifest names one that is not there", () => {
    expect(() => readDistribution(states(), "E2")).toThrow(
      "The manifest names the distribution E2; the applied state has: E1 (shop-cutover: aws_cloudfront_distribution.edge)",
    );
  });

  test("fails with every reason for which no viewer would be answered", () => {
    const [behaviour] = distribution.default_cache_behavior;
    const broken = {
      enabled: false,
      default_cache_behavior: [
        {
          ...behaviour,
          target_origin_id: "ap-south-1",
          function_association: [{ event_type: "viewer-request", function_arn: "arn:gone" }],
        },
      ],
    };
    expect(() => readDistribution(states({ distribution: broken }), "E1")).toThrow(
      [
        "The edge cannot work as it is applied:",
        "shop-cutover: aws_cloudfront_distribution.edge: enabled is false, so no request is answered",
        'shop-cutover: aws_cloudfront_distribution.edge: target_origin_id is "ap-south-1", expected one of its origins: us-east-1, eu-west-1',
        "shop-cutover: aws_cloudfront_distribution.edge: its viewer-request function arn:gone is not in the applied state",
      ].join("\n  "),
    );
    expect(() => readDistribution(states({ router: { publish: false } }), "E1")).toThrow(
      "aws_cloudfront_function.router: publish is false, so points of presence never run it",
    );
  });
});
