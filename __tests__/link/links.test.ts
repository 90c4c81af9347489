import { linkBuckets } from "../../lib/link/bucket-link";
import { linkDatabases, type DatabaseEnd } from "../../lib/link/database-link";
import { JournalTable } from "../../lib/link/journal-table";
import { peerNetworks } from "../../lib/link/network-peering";
import { Runner } from "../../lib/link/runner";
import { RegionScope } from "../../lib/scope/region-scope";
import { ROLE } from "../regional/modules";
import { inStack } from "../regional/synthesized";
import { databaseEnd, linked, type LinkedRegion, SOURCE } from "./linked";

test("a peering is asked for in one region, accepted in the other, and routed both ways from every private subnet", () => {
  const made = linked((source, target) => {
    peerNetworks(source, target);
  });
  expect(made.one("aws_vpc_peering_connection")).toMatchObject({
    provider: "aws.us-east-1",
    peer_region: "eu-west-1",
    auto_accept: false,
  });
  expect(made.one("aws_vpc_peering_connection_accepter")).toMatchObject({
    provider: "aws.eu-west-1",
    auto_accept: true,
  });
  const routes = Object.values(made.all("aws_route")).filter((route) => route.vpc_peering_connection_id);
  expect(routes.map((route) => [route.provider, route.destination_cidr_block])).toEqual([
    ["aws.eu-west-1", SOURCE.cidr],
    ["aws.eu-west-1", SOURCE.cidr],
    ["aws.us-east-1", "10.20.0.0/16"],
    ["aws.us-east-1", "10.20.0.0/16"],
  ]);
  expect(new Set(routes.map((route) => route.route_table_id)).size).toBe(4);
  for (const route of routes) {
    // The accepter's, not the requester's: a route over a connection that nobody has accepted is refused.
    expect(route.vpc_peering_connection_id).toMatch(/aws_vpc_peering_connection_accepter/);
    expect(route.route_table_id).toMatch(/private-routes/);
  }
});

test("each side opens its own half of the peering's name resolution", () => {
  const made = linked((source, target) => {
    peerNetworks(source, target);
  });
  const open = { allow_remote_vpc_dns_resolution: true };
  expect(made.one("aws_vpc_peering_connection_options", "us-east-1_peering")).toMatchObject({
    requester: open,
  });
  expect(made.one("aws_vpc_peering_connection_options", "eu-west-1_peering")).toMatchObject({
    accepter: open,
  });
});

test("databases reach each other, and services the database of either region, on 5432 alone", () => {
  const made = linked((source, target) => {
    linkDatabases(databaseEnd(source), databaseEnd(target));
  });
  const across = (type: string) =>
    Object.values(made.all(type))
      .filter((rule) => /^10\./.test(String(rule.cidr_ipv4)))
      .map((rule) => [
        rule.provider,
        /_(orders|web)_group/.exec(String(rule.security_group_id))?.[1],
        rule.cidr_ipv4,
        rule.from_port,
        rule.to_port,
      ]);
  expect(across("aws_vpc_security_group_ingress_rule")).toEqual([
    ["aws.eu-west-1", "orders", "10.10.0.0/16", 5432, 5432],
    ["aws.us-east-1", "orders", "10.20.0.0/16", 5432, 5432],
  ]);
  expect(across("aws_vpc_security_group_egress_rule")).toEqual([
    ["aws.eu-west-1", "orders", "10.10.0.0/16", 5432, 5432],
    ["aws.eu-west-1", "web", "10.10.0.0/16", 5432, 5432],
    ["aws.us-east-1", "orders", "10.20.0.0/16", 5432, 5432],
    ["aws.us-east-1", "web", "10.20.0.0/16", 5432, 5432],
  ]);
});

test("two databases on one port give a service one rule, because AWS refuses the same rule twice", () => {
  const made = linked((source, target) => {
    const both = (end: DatabaseEnd): DatabaseEnd => ({
      ...end,
      databases: { ...end.databases, carts: end.databases.orders! },
    });
    linkDatabases(both(databaseEnd(source)), both(databaseEnd(target)));
  });
  const web = Object.keys(made.all("aws_vpc_security_group_egress_rule")).filter((id) =>
    id.includes("_web-out"),
  );
  expect(web).toHaveLength(2);
});

test("B7: buckets replicate into each other, with deletions and changed replicas, once both keep versions", () => {
  const made = linked((source, target) => {
    linkBuckets(
      "uploads",
      { ...source, bucket: source.uploads },
      { ...target, bucket: target.uploads },
      ROLE,
    );
  });
  const links = Object.values(made.all("aws_s3_bucket_replication_configuration"));
  expect(links.map((link) => link.provider)).toEqual(["aws.eu-west-1", "aws.us-east-1"]);
  for (const link of links) {
    const [rule] = link.rule as Record<string, unknown>[];
    expect(rule).toMatchObject({
      status: "Enabled",
      filter: {},
      delete_marker_replication: { status: "Enabled" },
      source_selection_criteria: { replica_modifications: { status: "Enabled" } },
    });
    expect(link.bucket).toMatch(/aws_s3_bucket_versioning/);
    const destination = (rule?.destination as { bucket: string }).bucket;
    expect(destination).toMatch(/aws_s3_bucket_versioning/);
    expect(destination.includes("eu-west-1")).toBe(link.provider === "aws.us-east-1");
  }
});

test("the runner stands in the target's private subnets and reaches both databases and HTTPS, nothing else", () => {
  const made = linked((source, target) => {
    new Runner(target.scope, "runner", {
      name: "storefront-runner",
      network: target.network,
      image: "public.ecr.aws/example/relocate:0.1.0",
      databases: { orders: target.orders },
      otherCidr: source.network.cidr,
      otherDatabases: { orders: source.orders },
      taskRoleArn: ROLE,
      executionRoleArn: ROLE,
    });
  });
  const rules = Object.entries(made.all("aws_vpc_security_group_egress_rule"))
    .filter(([id]) => id.includes("runner"))
    .map(([, rule]) => [rule.cidr_ipv4 ?? "orders", rule.from_port, rule.to_port]);
  expect(rules).toEqual([
    ["0.0.0.0/0", 443, 443],
    ["orders", 5432, 5432],
    ["10.10.0.0/16", 5432, 5432],
  ]);
  expect(made.one("aws_vpc_security_group_ingress_rule", "orders-from-runner").provider).toBe(
    "aws.eu-west-1",
  );
  expect(Object.keys(made.all("aws_ecs_service")).filter((id) => id.includes("runner"))).toEqual([]);
});

test("the journal's table is paid by request, can be restored, and has one item an entry", () => {
  const made = inStack((stack) => {
    const scope = new RegionScope(stack, "eu-west-1", { region: "eu-west-1" });
    new JournalTable(scope, "journal", { name: "storefront-journal" });
  });
  expect(made.one("aws_dynamodb_table")).toMatchObject({
    billing_mode: "PAY_PER_REQUEST",
    hash_key: "relocation",
    range_key: "entry",
    point_in_time_recovery: { enabled: true },
  });
});

test("fails on a peering of overlapping networks", () => {
  const peer = (source: LinkedRegion, target: LinkedRegion) => {
    peerNetworks({ ...source, network: { ...source.network, cidr: "10.20.128.0/17" } }, target);
  };
  expect(() => linked(peer)).toThrow(
    /us-east-1\/peering-eu-west-1: 10\.20\.128\.0\/17 of us-east-1 overlaps 10\.20\.0\.0\/16 of eu-west-1.*Fix:/s,
  );
});

test("fails on a peering of a region with itself", () => {
  expect(() => linked((source) => peerNetworks(source, source))).toThrow(
    /stack\/us-east-1: both ends of the peering are in us-east-1.*Fix:/s,
  );
});
