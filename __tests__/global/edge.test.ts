import { TerraformVariable } from "cdktf";
import { Edge, type EdgeProps } from "../../lib/global/edge";
import { EdgeAccess } from "../../lib/global/edge-access";
import { GlobalScope } from "../../lib/scope/global-scope";
import { inStack } from "../regional/synthesized";

const origin = (region: string) => ({ id: region, domainName: `${region}.origin.shop.example.com` });

const edge = (props: Partial<EdgeProps> = {}) =>
  inStack((stack) => {
    const active = new TerraformVariable(stack, "active", { type: "string" }).stringValue;
    const global = new GlobalScope(stack, "global");
    const made = new Edge(global, "edge", {
      name: "storefront",
      publicName: "shop.example.com",
      certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/example",
      source: origin("us-east-1"),
      target: origin("eu-west-1"),
      active,
      ...props,
    });
    new EdgeAccess(global, "access", { roleName: "runner", edge: made });
  });

interface Behavior {
  readonly [argument: string]: unknown;
}

function behaviors(props: Partial<EdgeProps>): { byDefault: Behavior; cached: Behavior[] } {
  const distribution = edge(props).one("aws_cloudfront_distribution");
  return {
    byDefault: distribution.default_cache_behavior as Behavior,
    cached: distribution.ordered_cache_behavior as Behavior[],
  };
}

test("answers do not tell what stands behind, and carry security headers unless the application has its own", () => {
  const policy = edge().one("aws_cloudfront_response_headers_policy");
  expect(policy.remove_headers_config).toMatchObject({
    items: expect.arrayContaining([{ header: "Server" }, { header: "X-Powered-By" }]) as unknown,
  });
  expect(policy.security_headers_config).toEqual({
    strict_transport_security: { access_control_max_age_sec: 31_536_000, override: false },
    content_type_options: { override: true },
    frame_options: { frame_option: "SAMEORIGIN", override: false },
    referrer_policy: { referrer_policy: "strict-origin-when-cross-origin", override: false },
  });
});

test("cached paths are answered by the active side too, for reading only, and never see a cookie", () => {
  const { byDefault, cached } = behaviors({ cachedPaths: ["/assets/*", "*.css"] });
  expect(cached.map((behavior) => behavior.path_pattern)).toEqual(["/assets/*", "*.css"]);
  for (const behavior of cached) {
    expect(behavior.function_association).toEqual(byDefault.function_association);
    expect(behavior.response_headers_policy_id).toBe(byDefault.response_headers_policy_id);
    expect(behavior.allowed_methods).toEqual(["GET", "HEAD", "OPTIONS"]);
    expect(behavior.origin_request_policy_id).toBeUndefined();
  }
  const policy = edge({ cachedPaths: ["/assets/*"] }).one("aws_cloudfront_cache_policy");
  expect(policy).toMatchObject({ min_ttl: 0, default_ttl: 0 });
  expect(policy.parameters_in_cache_key_and_forwarded_to_origin).toMatchObject({
    cookies_config: { cookie_behavior: "none" },
    headers_config: { headers: { items: ["Host", "Origin"] } },
  });
});

test("A3: without a function, the flip changes the origin of cached paths as well", () => {
  const { byDefault, cached } = behaviors({ flip: "distribution", cachedPaths: ["/assets/*"] });
  expect(byDefault.target_origin_id).toBe("${var.active}");
  expect(cached[0]?.target_origin_id).toBe("${var.active}");
});

test("with one region left, router, store and distribution keep their addresses", () => {
  const both = edge();
  const left = edge({ source: undefined });
  for (const type of [
    "aws_cloudfront_distribution",
    "aws_cloudfront_function",
    "aws_cloudfront_key_value_store",
  ]) {
    expect(Object.keys(left.all(type))).toEqual(Object.keys(both.all(type)));
  }
  const distribution = left.one("aws_cloudfront_distribution");
  expect(distribution.origin).toMatchObject([{ origin_id: "eu-west-1" }]);
  expect(distribution.default_cache_behavior).toMatchObject({ target_origin_id: "eu-west-1" });
  expect(left.one("aws_cloudfront_function").code).toContain('const ORIGINS = ["eu-west-1"];');
});

test("firewall, access logs and an existing distribution are taken as they are given", () => {
  const webAclArn = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/1";
  const made = edge({ webAclArn, accessLogBucket: "logs.s3.amazonaws.com", importId: "E1" });
  expect(made.one("aws_cloudfront_distribution")).toMatchObject({
    web_acl_id: webAclArn,
    logging_config: { bucket: "logs.s3.amazonaws.com", prefix: "storefront/", include_cookies: false },
  });
  expect(Object.values(made.json.import ?? {})).toMatchObject([{ id: "E1" }]);
});

test("the runbook may turn this edge, have it forget, and keep a distribution's access logs, which CloudFront asks rights for", () => {
  const rights = (props: Partial<EdgeProps>) => {
    const policy = JSON.parse(String(edge(props).one("aws_iam_role_policy").policy)) as {
      Statement: { Action: string[]; Resource: string[] }[];
    };
    return policy.Statement.map(({ Action, Resource }) => [Action.at(-1), Resource[0]]);
  };
  const accessLogBucket = "logs.s3.us-east-1.amazonaws.com";
  const forgetting = ["cloudfront:GetInvalidation", expect.stringMatching(/cloudfront_distribution/)];
  expect(rights({ accessLogBucket })).toEqual([
    ["cloudfront-keyvaluestore:DeleteKey", expect.stringMatching(/key_value_store/)],
    ["cloudfront:PublishFunction", expect.stringMatching(/cloudfront_function/)],
    forgetting,
  ]);
  const distribution = ["cloudfront:UpdateDistribution", expect.stringMatching(/cloudfront_distribution/)];
  expect(rights({ flip: "distribution" })).toEqual([distribution, forgetting]);
  expect(rights({ flip: "distribution", accessLogBucket })).toEqual([
    distribution,
    ["s3:PutBucketAcl", "arn:aws:s3:::logs"],
    forgetting,
  ]);
});

test.each<[string, Partial<EdgeProps>, RegExp]>([
  ["no origin", { source: undefined, target: undefined }, /found no origin, expected "source", "target"/],
  ["no path pattern", { cachedPaths: ["/a b"] }, /found the cached path "\/a b", which is no path pattern/],
  ["the whole site cached", { cachedPaths: ["/*"] }, /found the cached path "\/\*", which is every path/],
  ["a path twice", { cachedPaths: ["/a", "/a"] }, /found the cached path "\/a" twice/],
  [
    "a web ACL of another region",
    { webAclArn: "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/shop/1" },
    /found the web ACL .* scope CLOUDFRONT.*Fix: change "webAclArn"/,
  ],
  ["no domain name of a bucket", { accessLogBucket: "logs" }, /found the log bucket "logs".*Fix:/],
])("fails on %s", (_, props, expected) => {
  expect(() => edge(props)).toThrow(expected);
});
