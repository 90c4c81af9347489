import { type Example, here } from "./example";

const group = { ...here, name: "open", ingress: [] as object[] };
const ingress = (port: number, cidr: string) => ({
  description: "",
  from_port: port,
  to_port: port,
  protocol: "tcp",
  cidr_blocks: [cidr],
  ipv6_cidr_blocks: [],
  prefix_list_ids: [],
  security_groups: [],
  self: false,
});
const policy = (action: string) => ({
  role: "app",
  policy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: action, Resource: "*" }],
  }),
});
const accessBlock = (bucket: string, isOn: boolean) => ({
  ...here,
  bucket,
  block_public_acls: isOn,
  block_public_policy: isOn,
  ignore_public_acls: isOn,
  restrict_public_buckets: isOn,
});
const bucketPolicy = (bucket: string, principal: string) => ({
  ...here,
  bucket,
  policy: JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Principal: { AWS: principal }, Action: "s3:GetObject", Resource: "*" },
  }),
});

/** Changes of who may reach what. */
export const ACCESS: readonly Example[] = [
  {
    rule: "open-to-the-world",
    type: "aws_security_group",
    bad: [group, { ...group, ingress: [ingress(5432, "0.0.0.0/0")] }],
    good: [
      { ...group, name: "web" },
      { ...group, name: "web", ingress: [ingress(443, "0.0.0.0/0"), ingress(5432, "10.0.0.0/8")] },
    ],
  },
  {
    rule: "open-to-the-world",
    type: "aws_vpc_security_group_ingress_rule",
    bad: [
      { ...here, security_group_id: "sg-1", ip_protocol: "-1", cidr_ipv4: "10.0.0.0/8" },
      { ...here, security_group_id: "sg-1", ip_protocol: "-1", cidr_ipv4: "0.0.0.0/1" },
    ],
    good: [
      null,
      {
        ...here,
        security_group_id: "sg-1",
        ip_protocol: "icmp",
        from_port: 8,
        to_port: 0,
        cidr_ipv4: "0.0.0.0/0",
      },
    ],
  },
  {
    rule: "made-public",
    type: "aws_s3_bucket_public_access_block",
    bad: [accessBlock("a", true), accessBlock("a", false)],
    good: [accessBlock("b", false), accessBlock("b", true)],
  },
  {
    rule: "made-public",
    type: "aws_s3_account_public_access_block",
    bad: [{ block_public_policy: true }, null],
    good: [null, { block_public_policy: true }],
  },
  {
    rule: "made-public",
    type: "aws_s3_bucket_policy",
    bad: [bucketPolicy("a", "123456789012"), bucketPolicy("a", "*")],
    good: [bucketPolicy("b", "*"), bucketPolicy("b", "123456789012")],
  },
  {
    rule: "made-public",
    type: "aws_db_snapshot",
    bad: [
      { ...here, db_instance_identifier: "a", db_snapshot_identifier: "a" },
      { ...here, db_instance_identifier: "a", db_snapshot_identifier: "a", shared_accounts: ["all"] },
    ],
    good: [
      { ...here, db_instance_identifier: "b", db_snapshot_identifier: "b" },
      {
        ...here,
        db_instance_identifier: "b",
        db_snapshot_identifier: "b",
        shared_accounts: ["123456789012"],
      },
    ],
  },
  {
    rule: "everything-allowed",
    type: "aws_iam_role_policy",
    bad: [policy("s3:GetObject"), policy("s3:*")],
    good: [policy("s3:*"), policy("s3:Get*")],
  },
  {
    rule: "everything-allowed",
    type: "aws_iam_role_policy_attachment",
    bad: [null, { role: "app", policy_arn: "arn:aws:iam::aws:policy/AdministratorAccess" }],
    good: [null, { role: "app", policy_arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }],
  },
];
