import { TerraformOutput } from "cdktf";
import {
  Network,
  type ExistingNetworkProps,
  type INetwork,
  type NetworkImportIds,
  type NetworkProps,
  type ZoneImportIds,
} from "../../lib/regional/network";
import { inPlainStack, inRegion } from "./synthesized";

const network = (props: Partial<NetworkProps> = {}) =>
  inRegion("eu-west-1", (scope) => {
    new Network(scope, "network", { name: "storefront", cidr: "10.20.0.0/16", ...props });
  });

test("A1: a network spans two zones of its region, private subnets with a NAT gateway of their own zone", () => {
  const made = network();
  expect(Object.keys(made.all("aws_subnet"))).toHaveLength(4);
  expect(Object.keys(made.all("aws_nat_gateway"))).toHaveLength(2);
  for (const zone of ["zone-a", "zone-b"]) {
    const route = made.one("aws_route", zone);
    expect(route.nat_gateway_id).toMatch(new RegExp(`aws_nat_gateway.+${zone}`));
    expect(route.destination_cidr_block).toBe("0.0.0.0/0");
    const association = made.one("aws_route_table_association", `${zone}_private`);
    expect(association.subnet_id).toMatch(new RegExp(`${zone}_private-subnet`));
    expect(association.route_table_id).toMatch(new RegExp(`${zone}_private-routes`));
    expect(made.one("aws_nat_gateway", zone).subnet_id).toMatch(new RegExp(`${zone}_public-subnet`));
    expect(made.one("aws_route_table_association", `${zone}_public`).route_table_id).toMatch(
      /_public-routes/,
    );
  }
  expect(made.one("aws_route", "public-default").gateway_id).toMatch(/aws_internet_gateway/);
});

test("whoever stands in a subnet is made after its way out: a load balancer's gateway, a task's NAT", () => {
  const made = inRegion("eu-west-1", (scope) => {
    const { publicSubnetIds, privateSubnetIds } = new Network(scope, "network", {
      name: "storefront",
      cidr: "10.20.0.0/16",
    });
    new TerraformOutput(scope, "subnets", { value: [publicSubnetIds[0], privateSubnetIds[0]] });
  });
  const [output] = Object.values(made.json.output!) as [{ value: string[] }];
  expect(output.value).toEqual([
    expect.stringMatching(/aws_route_table_association\..*zone-a_public-association.*\.subnet_id/),
    expect.stringMatching(/aws_route_table_association\..*zone-a_private-association.*\.subnet_id/),
  ]);
  expect(made.one("aws_route_table_association", "zone-a_public").depends_on).toEqual([
    expect.stringMatching(/^aws_route\..*public-default/),
  ]);
  expect(made.one("aws_route_table_association", "zone-a_private").depends_on).toEqual([
    expect.stringMatching(/^aws_route\..*zone-a_private-default/),
  ]);
});

test("subnets get blocks of their own inside the network's", () => {
  const blocks = Object.values(network().all("aws_subnet")).map((subnet) => subnet.cidr_block);
  expect(blocks).toEqual([
    '${cidrsubnet("10.20.0.0/16", 4, 0)}',
    '${cidrsubnet("10.20.0.0/16", 8, 240)}',
    '${cidrsubnet("10.20.0.0/16", 4, 1)}',
    '${cidrsubnet("10.20.0.0/16", 8, 241)}',
  ]);
});

test("subnets stay where they are when AWS lists other zones, unless the zones are named", () => {
  for (const subnet of Object.values(network().all("aws_subnet"))) {
    expect(subnet.lifecycle).toEqual({ ignore_changes: ["availability_zone"] });
  }
  const named = network({ availabilityZones: ["eu-west-1a", "eu-west-1c"] });
  expect(named.all("data.aws_availability_zones")).toEqual({});
  const zones = Object.values(named.all("aws_subnet")).map((subnet) => subnet.availability_zone);
  expect(zones).toEqual(["eu-west-1a", "eu-west-1a", "eu-west-1c", "eu-west-1c"]);
});

test("only CloudFront reaches the load balancer, on 443, and the default group is closed", () => {
  const made = network();
  expect(made.one("data.aws_ec2_managed_prefix_list").name).toBe(
    "com.amazonaws.global.cloudfront.origin-facing",
  );
  const rule = made.one("aws_vpc_security_group_ingress_rule");
  expect(rule).toMatchObject({ from_port: 443, to_port: 443, ip_protocol: "tcp" });
  expect(rule.prefix_list_id).toMatch(/aws_ec2_managed_prefix_list/);
  expect(rule).not.toHaveProperty("cidr_ipv4");
  const closed = made.one("aws_default_security_group");
  expect(closed).not.toHaveProperty("ingress");
  expect(closed).not.toHaveProperty("egress");
});

test("B5: the addresses that a network calls out from are those of its NAT gateways", () => {
  const made = inRegion("eu-west-1", (scope) => {
    const { egressAddresses } = new Network(scope, "network", { name: "storefront", cidr: "10.20.0.0/16" });
    new TerraformOutput(scope, "egress", { value: egressAddresses });
  });
  const [output] = Object.values(made.json.output!) as [{ value: string[] }];
  expect(output.value).toEqual([
    expect.stringMatching(/^\$\{aws_eip\..+zone-a.+\.public_ip}$/),
    expect.stringMatching(/^\$\{aws_eip\..+zone-b.+\.public_ip}$/),
  ]);
  expect(made.one("aws_nat_gateway", "zone-b").allocation_id).toMatch(/aws_eip\..+zone-b/);
});

test("a network that is managed elsewhere is read, but for what is given", () => {
  const read = (given: Partial<ExistingNetworkProps> = {}) => {
    const made = inRegion("eu-west-1", (scope) => {
      const network = Network.fromExisting(scope, "network", {
        vpcId: "vpc-1",
        privateSubnetIds: ["subnet-1", "subnet-2"],
        loadBalancerSecurityGroupId: "sg-1",
        ...given,
      });
      new TerraformOutput(scope, "known", { value: network });
    });
    const [output] = Object.values(made.json.output!) as [{ value: INetwork }];
    return { made, network: output.value };
  };
  const { made, network: whole } = read();
  expect(made.one("data.aws_vpc").id).toBe("vpc-1");
  expect(Object.values(made.all("data.aws_route_table")).map((table) => table.subnet_id)).toEqual([
    "subnet-1",
    "subnet-2",
  ]);
  // DescribeNatGateways knows no filter for public ones: a private one shows by having no address.
  expect(whole.egressAddresses).toMatch(
    /^\$\{compact\(values\(data\.aws_nat_gateway\..+\)\[\*]\.public_ip\)}$/,
  );
  expect(made.one("data.aws_nat_gateways").filter).toEqual([{ name: "state", values: ["available"] }]);
  expect(made.json).not.toHaveProperty("resource");

  const { made: fewer, network: given } = read({
    privateRouteTableIds: ["rtb-1"],
    egressAddresses: ["192.0.2.1"],
  });
  expect(given).toMatchObject({ privateRouteTableIds: ["rtb-1"], egressAddresses: ["192.0.2.1"] });
  expect(fewer.all("data.aws_route_table")).toEqual({});
  expect(fewer.all("data.aws_nat_gateways")).toEqual({});
});

const zoneIds = (zone: string): ZoneImportIds => ({
  publicSubnet: `subnet-public-${zone}`,
  privateSubnet: `subnet-private-${zone}`,
  natAddress: `eipalloc-${zone}`,
  natGateway: `nat-${zone}`,
  privateRouteTable: `rtb-${zone}`,
});
const importIds = (...zones: string[]): NetworkImportIds => ({
  vpc: "vpc-1",
  internetGateway: "igw-1",
  publicRouteTable: "rtb-public",
  zones: zones.map(zoneIds),
});

test("a network that is adopted keeps its subnets' blocks and zones, and whatever stands in its default group", () => {
  const made = network({ importIds: importIds("a", "b") });
  for (const subnet of Object.values(made.all("aws_subnet"))) {
    expect(subnet.lifecycle).toEqual({ ignore_changes: ["availability_zone", "cidr_block"] });
  }
  expect(made.all("aws_default_security_group")).toEqual({});
  const imports = made.json.import as unknown as { id: string }[];
  expect(imports.map(({ id }) => id)).toEqual(
    expect.arrayContaining([
      "vpc-1",
      "igw-1",
      "rtb-public",
      "rtb-public_0.0.0.0/0",
      "subnet-public-b/rtb-public",
      "subnet-private-b/rtb-b",
      "rtb-b_0.0.0.0/0",
      "eipalloc-b",
      "nat-b",
    ]),
  );
});

test("an adopted network keeps the S3 endpoint it has, as AWS takes no second one on the same route tables", () => {
  const imported = (s3Endpoint?: string) => {
    const made = network({ importIds: { ...importIds("a", "b"), s3Endpoint } });
    return (made.json.import as unknown as { id: string }[]).map(({ id }) => id);
  };
  expect(imported("vpce-1")).toContain("vpce-1");
  expect(imported()).toHaveLength(imported("vpce-1").length - 1);
});

test("fails on an adopted network with more or fewer zones than the network has", () => {
  expect(() => network({ importIds: importIds("a") })).toThrow(
    /eu-west-1\/network: importIds: found 1 zones, expected 2, as many as the network has.*Fix:/,
  );
});

test("S3 is reached from the private subnets without NAT", () => {
  const endpoint = network().one("aws_vpc_endpoint");
  expect(endpoint.service_name).toMatch(/^com\.amazonaws\.\$\{aws_vpc\..+\.region\}\.s3$/);
  expect(endpoint.route_table_ids).toHaveLength(2);
});

test("a network works without the scopes, in a plain stack", () => {
  const made = inPlainStack((stack) => {
    new Network(stack, "network", { name: "storefront", cidr: "10.20.0.0/16" });
  });
  expect(made.one("aws_vpc")).not.toHaveProperty("provider");
});

test("fails on a block too small to be split, and on zones that are no two, naming both with the fix", () => {
  const wrong = () => network({ cidr: "10.20.0.0/24", availabilityZones: ["eu-west-1a", "eu-west-1a"] });
  expect(wrong).toThrow(/eu-west-1\/network: found the block "10\.20\.0\.0\/24".*Fix: give "cidr"/s);
  expect(wrong).toThrow(
    /eu-west-1\/network: availability zones \[eu-west-1a, eu-west-1a\].*Fix: name two to 8/s,
  );
});

test.each([
  ["10.20.1.0/16", /does not begin at its first address; expected "10\.20\.0\.0\/16"/],
  ["10.20.16.0/18", /expected "10\.20\.0\.0\/18"/],
  ["010.20.0.0/16", /expected "10\.20\.0\.0\/16"/],
  ["10.0.0.0/15", /expected an IPv4 block from \/16 to \/19/],
  ["10.20.0.0/20", /expected an IPv4 block from \/16 to \/19/],
  ["10.20.0.0", /expected an IPv4 block/],
])("fails on the block %s, which AWS would not take", (cidr, expected) => {
  expect(() => network({ cidr })).toThrow(expected);
});
