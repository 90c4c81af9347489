import { type Example, here } from "./example";

const peering = { ...here, vpc_id: "vpc-1", peer_vpc_id: "vpc-2" };
const route = (network: string, peering: string | null) => ({
  ...here,
  route_table_id: "rtb-1",
  destination_cidr_block: network,
  ...(peering ? { vpc_peering_connection_id: peering } : { nat_gateway_id: "nat-1" }),
});
const replication = (bucket: string, status: string) => ({
  ...here,
  bucket,
  role: "arn:aws:iam::123456789012:role/replication",
  rule: { id: "all", status, destination: { bucket: "arn:aws:s3:::twin" } },
});
const record = (name: string, type: string) => ({
  ...here,
  zone_id: "Z1",
  name,
  type,
  ttl: 60,
  records: ["a"],
});

/** Changes of what lies between the regions and their visitors. */
export const NETWORK: readonly Example[] = [
  {
    rule: "way-back-removed",
    type: "aws_vpc_peering_connection",
    bad: [peering, null],
    good: [peering, { ...peering, tags: { a: "b" } }],
  },
  {
    rule: "way-back-removed",
    type: "aws_route",
    bad: [route("10.20.0.0/16", "pcx-1"), null],
    good: [route("0.0.0.0/0", null), null],
  },
  {
    rule: "way-back-removed",
    type: "aws_s3_bucket_replication_configuration",
    bad: [replication("a", "Enabled"), replication("a", "Disabled")],
    good: [replication("b", "Disabled"), replication("b", "Enabled")],
  },
  {
    rule: "name-removed",
    type: "aws_route53_record",
    bad: [record("shop.example.com", "A"), null],
    good: [record("_proof.shop.example.com", "CNAME"), null],
  },
];
