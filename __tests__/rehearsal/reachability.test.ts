import { obstacles } from "../../rehearsal/reachability";
import type { PublicPlace } from "../../rehearsal/place";
import { readTopology } from "../../rehearsal/topology";
import type { States } from "../../rehearsal/state";
import { locate } from "../../rehearsal/vpc-place";
import { changed, SOURCE, TARGET, twoRegions } from "./two-regions";

const place = (states: States, what: string, region: string, subnet = "private") =>
  locate(states, `${what} in ${region}`, [`subnet-${subnet}-${region}`], [`sg-${what}-${region}`]);

function across(states: States, what = "web", port = 5432): string[] {
  return obstacles(readTopology(states), place(states, what, SOURCE), place(states, "orders", TARGET), port);
}

const cloudFront: PublicPlace = { region: SOURCE, public: "cloudfront", label: "point of presence 1" };

function fromOutside(states: States, from: PublicPlace, port = 443, subnet = "public"): string[] {
  return obstacles(readTopology(states), from, place(states, "balancer", SOURCE, subnet), port);
}

describe("reachability inside and between VPCs", () => {
  test("a task reaches the database of its own region and of the other one", () => {
    const states = twoRegions();
    expect(across(states)).toEqual([]);
    const own = obstacles(
      readTopology(states),
      place(states, "web", SOURCE),
      place(states, "orders", SOURCE),
      5432,
    );
    expect(own).toEqual([]);
  });

  test("a database reaches its twin, for the subscription", () => {
    expect(across(twoRegions(), "orders")).toEqual([]);
  });

  test.each([
    [
      "the peering is missing",
      "aws_vpc_peering_connection.peering",
      /no aws_vpc_peering_connection between .*us-east-1_vpc and .*eu-west-1_vpc/,
    ],
    [
      "nobody accepts the peering",
      "aws_vpc_peering_connection_accepter.peering",
      /aws_vpc_peering_connection\.peering: nobody accepts it/,
    ],
    [
      "the way there has no route",
      `aws_route.${SOURCE}_peering`,
      /aws_route_table\.us-east-1_private: .*us-east-1_private sends 0\.0\.0\.0\/0 elsewhere; expected a route of 10\.20\.1\.0\/24/,
    ],
    [
      "the way back has no route",
      `aws_route.${TARGET}_peering`,
      /aws_route_table\.eu-west-1_private: .*expected a route of 10\.10\.1\.0\/24/,
    ],
    [
      "the task may not go out",
      `aws_vpc_security_group_egress_rule.${SOURCE}_web-to-far-orders`,
      /aws_security_group\.us-east-1_web: lets nothing out to orders in eu-west-1 on port 5432/,
    ],
    [
      "the database lets nobody in",
      `aws_vpc_security_group_ingress_rule.${TARGET}_orders-from-far`,
      /aws_security_group\.eu-west-1_orders: lets nothing in from web in us-east-1 on port 5432/,
    ],
  ])("fails when %s, naming what is at fault", (_, address, reason) => {
    const reasons = across(changed(twoRegions(), address, null));
    expect(reasons).toEqual([expect.stringMatching(reason)]);
  });

  test("fails with every reason at once", () => {
    let states = changed(twoRegions(), `aws_route.${TARGET}_peering`, null);
    states = changed(states, `aws_vpc_security_group_ingress_rule.${TARGET}_orders-from-far`, null);
    expect(across(states)).toHaveLength(2);
  });

  test("fails on another port than the rules let through", () => {
    expect(across(twoRegions(), "web", 6432)).toHaveLength(2);
  });

  test("fails when a rule names a security group of another region, which AWS does not know there", () => {
    const address = `aws_vpc_security_group_ingress_rule.${TARGET}_orders-from-far`;
    const states = changed(twoRegions(), address, ({ cidr_ipv4: _, ...rest }) => ({
      ...rest,
      referenced_security_group_id: `sg-web-${SOURCE}`,
    }));
    expect(across(states)).toEqual([expect.stringMatching(/eu-west-1_orders: lets nothing in/)]);
  });

  test("rules written inside the security group count as well", () => {
    const rule = `aws_vpc_security_group_ingress_rule.${TARGET}_orders-from-far`;
    const states = changed(
      changed(twoRegions(), rule, null),
      `aws_security_group.${TARGET}_orders`,
      (values) => ({
        ...values,
        ingress: [{ protocol: "-1", from_port: 0, to_port: 0, cidr_blocks: ["10.0.0.0/8"] }],
      }),
    );
    expect(across(states)).toEqual([]);
  });

  test("fails for a place whose security group is not in state", () => {
    const states = twoRegions();
    const ghost = { ...place(states, "web", SOURCE), securityGroupIds: ["sg-ghost"] };
    const reasons = obstacles(readTopology(states), ghost, place(states, "orders", TARGET), 5432);
    expect(reasons).toEqual(["web in us-east-1: security group sg-ghost is not in the applied state"]);
  });
});

describe("reachability from outside", () => {
  test("CloudFront reaches the load balancer", () => {
    expect(fromOutside(twoRegions(), cloudFront)).toEqual([]);
  });

  test("fails for anybody but CloudFront", () => {
    const reasons = fromOutside(twoRegions(), { ...cloudFront, public: "internet", label: "a visitor" });
    expect(reasons).toEqual([
      expect.stringMatching(/us-east-1_balancer: lets nothing in from a visitor on port 443/),
    ]);
  });

  test("fails when the prefix list is another one than CloudFront's", () => {
    const list = `data.aws_ec2_managed_prefix_list.${SOURCE}_cloudfront`;
    const states = changed(twoRegions(), list, (values) => ({
      ...values,
      name: "com.amazonaws.us-east-1.s3",
    }));
    expect(fromOutside(states, cloudFront)).toEqual([
      expect.stringMatching(/expected .* the prefix list com\.amazonaws\.global\.cloudfront/),
    ]);
  });

  test("fails when the load balancer stands in private subnets", () => {
    expect(fromOutside(twoRegions(), cloudFront, 443, "private")).toEqual([
      expect.stringMatching(/aws_subnet\.us-east-1_private: not public/),
    ]);
  });
});
