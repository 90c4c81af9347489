import { zoneIdOf, zonesOf } from "../../offline/computed/availability-zones";
import { policyDocument } from "../../offline/computed/policy-document";
import { network, onBench, STACK } from "./configuration";

test.each([
  ["us-east-1a", "use1-az1"],
  ["eu-west-1b", "euw1-az2"],
  ["ap-southeast-2c", "apse2-az3"],
  ["eu-central-1a", "euc1-az1"],
])("zone %s has the id %s", (zone, id) => {
  expect(zoneIdOf(zone)).toBe(id);
  expect(zonesOf(zone.slice(0, -1))).toContain(zone);
});

test("a policy document is spelt as IAM spells it", () => {
  const statement = {
    sid: "Read",
    effect: null,
    actions: ["s3:GetObject"],
    not_actions: null,
    resources: ["arn:aws:s3:::b/*", "arn:aws:s3:::a/*"],
    principals: [{ type: "Service", identifiers: ["s3.amazonaws.com"] }],
    condition: [
      { test: "StringEquals", variable: "aws:SourceAccount", values: ["123456789012"] },
      { test: "StringEquals", variable: "aws:SourceArn", values: ["x", "y"] },
    ],
  };
  expect(
    policyDocument({
      version: null,
      statement: [statement, { principals: [{ type: "*", identifiers: ["*"] }] }],
    }),
  ).toEqual({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Read",
        Effect: "Allow",
        Action: "s3:GetObject",
        Resource: ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"],
        Principal: { Service: "s3.amazonaws.com" },
        Condition: { StringEquals: { "aws:SourceAccount": "123456789012", "aws:SourceArn": ["x", "y"] } },
      },
      { Effect: "Allow", Principal: "*" },
    ],
  });
});

test("a certificate offers one record per name, which the validation can wait for, in a zone looked up by name", async () => {
  const domain = "shop.example.com";
  const certificate = {
    data: { aws_route53_zone: { zone: { provider: "aws.here", name: "example.com" } } },
    resource: {
      aws_acm_certificate: {
        edge: {
          provider: "aws.here",
          domain_name: domain,
          subject_alternative_names: [`*.${domain}`, "www.example.com"],
          validation_method: "DNS",
        },
      },
      aws_route53_record: {
        proof: {
          provider: "aws.here",
          for_each:
            "${{for option in aws_acm_certificate.edge.domain_validation_options : option.domain_name => option}}",
          zone_id: "${data.aws_route53_zone.zone.zone_id}",
          name: "${each.value.resource_record_name}",
          type: "${each.value.resource_record_type}",
          records: ["${each.value.resource_record_value}"],
          ttl: 300,
          allow_overwrite: true,
        },
      },
      aws_acm_certificate_validation: {
        edge: {
          provider: "aws.here",
          certificate_arn: "${aws_acm_certificate.edge.arn}",
          validation_record_fqdns: "${[for record in aws_route53_record.proof : record.fqdn]}",
        },
      },
    },
  };
  await onBench(certificate, async ({ workspace }) => {
    await workspace.apply(STACK);
    const { resources } = await workspace.state(STACK);
    const records = resources.filter(({ type }) => type === "aws_route53_record").map(({ values }) => values);
    expect(records).toHaveLength(3);
    // A wildcard is proven by the record of the name below which it stands.
    expect(new Set(records.map(({ name }) => name)).size).toBe(2);
    for (const { fqdn, zone_id: zone } of records) {
      expect(fqdn).toMatch(/^_[0-9a-f]{32}\.(shop|www)\.example\.com$/);
      expect(zone).toMatch(/^Z[0-9A-F]{19}$/);
    }
  });
});

test("a peering turns active on both ends when its accepter accepts, and the accepter sees both networks", async () => {
  const peering = {
    resource: {
      aws_vpc: { a: network("10.10.0.0/16"), b: network("10.20.0.0/16", "there") },
      aws_vpc_peering_connection: {
        link: {
          provider: "aws.here",
          vpc_id: "${aws_vpc.a.id}",
          peer_vpc_id: "${aws_vpc.b.id}",
          peer_region: "eu-west-1",
        },
      },
      aws_vpc_peering_connection_accepter: {
        link: {
          provider: "aws.there",
          vpc_peering_connection_id: "${aws_vpc_peering_connection.link.id}",
          auto_accept: true,
        },
      },
    },
  };
  await onBench(peering, async ({ workspace, standIn }) => {
    await workspace.apply(STACK);
    const [connection] = standIn.cloud.find("aws_vpc_peering_connection");
    const [accepter] = standIn.cloud.find("aws_vpc_peering_connection_accepter");
    expect(connection).toMatchObject({ accept_status: "active" });
    expect(accepter).toMatchObject({
      accept_status: "active",
      peer_region: "us-east-1",
      peer_vpc_id: connection?.vpc_id,
      vpc_id: connection?.peer_vpc_id,
    });
    expect((await workspace.plan(STACK)).changes).toEqual([]);
  });
});
