import { LoadBalancer, type LoadBalancerProps } from "../../lib/regional/load-balancer";
import { Network } from "../../lib/regional/network";
import { inRegion } from "./synthesized";

const CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/example";

const loadBalancer = (props: Partial<LoadBalancerProps> = {}) =>
  inRegion("eu-west-1", (scope) => {
    const network = new Network(scope, "network", { name: "storefront", cidr: "10.20.0.0/16" });
    new LoadBalancer(scope, "load-balancer", {
      name: "storefront",
      network,
      certificateArn: CERTIFICATE,
      ...props,
    });
  });

test("A1: one listener answers HTTPS in the public subnets, with 404 where no rule says otherwise", () => {
  const made = loadBalancer();
  expect(JSON.stringify(made.one("aws_lb").subnets)).toMatch(/zone-a_public/);
  expect(made.one("aws_lb_listener")).toMatchObject({
    port: 443,
    protocol: "HTTPS",
    certificate_arn: CERTIFICATE,
    default_action: [{ type: "fixed-response", fixed_response: { status_code: "404" } }],
  });
});

test("every request is logged into a bucket that load balancers of this account alone may write to", () => {
  const made = loadBalancer();
  expect(made.one("aws_lb").access_logs).toMatchObject({ enabled: true });
  expect(made.one("aws_s3_bucket", "access-logs")).toMatchObject({ bucket_prefix: "storefront-log-" });
  const policy = String(made.one("aws_s3_bucket_policy").policy);
  expect(policy).toMatch(/"logdelivery\.elasticloadbalancing\.amazonaws\.com"/);
  expect(policy).toMatch(/AWSLogs\/\$\{data\.aws_caller_identity\.[^}]+account_id\}\/\*/);
  expect(made.one("aws_s3_bucket_lifecycle_configuration").rule).toMatchObject([
    { expiration: [{ days: 90 }] },
  ]);
});

test("neither it nor its logs can be deleted by mistake, until the guard is lifted", () => {
  const guards = (made: ReturnType<typeof loadBalancer>) => [
    made.one("aws_lb").enable_deletion_protection,
    made.one("aws_s3_bucket").force_destroy,
  ];
  expect(guards(loadBalancer())).toEqual([true, false]);
  expect(guards(loadBalancer({ deletionProtection: false }))).toEqual([false, true]);
});

test("one that is managed elsewhere is read, listener and all, and nothing of it is made", () => {
  let listenerArn = "";
  const made = inRegion("eu-west-1", (scope) => {
    const existing = LoadBalancer.fromExisting(scope, "load-balancer", {
      name: "shop",
      securityGroupId: "sg-1",
    });
    listenerArn = existing.listenerArn;
    expect(existing.securityGroupId).toBe("sg-1");
  });
  expect(made.one("data.aws_lb")).toMatchObject({ name: "shop" });
  expect(made.one("data.aws_lb_listener")).toMatchObject({ port: 443 });
  expect(listenerArn).toMatch(/data\.aws_lb_listener|TOKEN/);
  expect(made.json.resource).toBeUndefined();
});

test.each([
  [{}, "neither"],
  [
    { arn: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shop/1", name: "shop" },
    "both",
  ],
])("fails on one that is managed elsewhere and told by %j", (which, found) => {
  expect(() =>
    inRegion("eu-west-1", (scope) => {
      LoadBalancer.fromExisting(scope, "load-balancer", { ...which, securityGroupId: "sg-1" });
    }),
  ).toThrow(new RegExp(`eu-west-1/load-balancer: found ${found} of "arn" and "name".*Fix`));
});

test.each([
  ["a-load-balancer-with-too-long-a-name", /has 36 characters, AWS takes 32 at most/],
  ["internal-shop", /is not of the form AWS takes/],
  ["shop-", /is not of the form AWS takes/],
  ["shop_1", /is not of the form AWS takes/],
])("fails on the name %s", (name, message) => {
  expect(() => loadBalancer({ name })).toThrow(message);
  expect(() => loadBalancer({ name })).toThrow(/eu-west-1\/load-balancer: the load balancer name/);
});
