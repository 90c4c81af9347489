import { TerraformVariable } from "cdktf";
import { Alias } from "../../lib/global/alias";
import { DnsRecord, type DnsRecordProps } from "../../lib/global/dns-record";
import { MailRecords } from "../../lib/global/mail-records";
import { WriterName, type WriterNameProps } from "../../lib/global/writer-name";
import { GlobalScope } from "../../lib/scope/global-scope";
import { inStack } from "../regional/synthesized";

/** @param build is handed the global scope and a variable's expression */
const inGlobal = (build: (global: GlobalScope, variable: string) => void) =>
  inStack((stack) => {
    const variable = new TerraformVariable(stack, "chosen", { type: "bool", default: false });
    build(new GlobalScope(stack, "global"), variable.stringValue);
  });

describe("a record", () => {
  const record = (props: Partial<DnsRecordProps> = {}, canBeLowered = false) =>
    inGlobal((global, variable) => {
      new DnsRecord(global, "public-name", {
        zoneId: "Z1",
        name: "shop.example.com",
        type: "CNAME",
        values: ["d1.cloudfront.net"],
        ttlSeconds: 3600,
        lowered: canBeLowered ? variable : undefined,
        ...props,
      });
    });

  test("B1: has a TTL, which a variable brings down to a minute", () => {
    expect(record().one("aws_route53_record")).toMatchObject({ ttl: 3600, records: ["d1.cloudfront.net"] });
    expect(record({}, true).one("aws_route53_record").ttl).toBe("${var.chosen ? 60 : 3600}");
    // What is shorter already is not raised.
    expect(record({ ttlSeconds: 30 }, true).one("aws_route53_record").ttl).toBe("${var.chosen ? 30 : 30}");
  });

  test("that exists is adopted with the scope's provider", () => {
    const made = record({ importId: "Z1_shop.example.com_CNAME" });
    expect(made.one("aws_route53_record").provider).toBe("aws.global");
    const [imported] = Object.values(made.json.import ?? {});
    expect(imported).toEqual({
      id: "Z1_shop.example.com_CNAME",
      to: Object.keys(made.all("aws_route53_record")).map((id) => `aws_route53_record.${id}`)[0],
    });
  });

  test("that is there already becomes this one only when that is asked for", () => {
    expect(record().one("aws_route53_record")).not.toHaveProperty("allow_overwrite");
    expect(record({ takeOver: true }).one("aws_route53_record").allow_overwrite).toBe(true);
  });

  test.each([0, 59.5, 172_801])("fails on a TTL of %d seconds", (ttlSeconds) => {
    expect(() => record({ ttlSeconds })).toThrow(
      /global\/public-name: found a TTL of .* seconds, expected 1 to 172800\. Fix: change "ttlSeconds"/,
    );
  });
});

test("B5: both regions' mail is signed and authorized side by side, with one DMARC record", () => {
  const identity = (region: string) => ({
    region,
    mailFrom: `mail-${region}.example.com`,
    dkimTokens: ["a", "b", "c"].map((token) => `${token}-${region}`),
  });
  const made = inGlobal((global) => {
    new MailRecords(global, "mail", {
      zoneId: "Z1",
      domain: "example.com",
      identities: [identity("us-east-1"), identity("eu-south-1")],
      dmarcPolicy: "reject",
      dmarcReportsTo: "dmarc@example.com",
    });
  });
  const records = Object.values(made.all("aws_route53_record")).map(({ type, name, records: values }) =>
    [type, name, ...(values as string[])].join(" "),
  );
  expect(records.sort()).toEqual(
    [
      "TXT _dmarc.example.com v=DMARC1; p=reject; rua=mailto:dmarc@example.com",
      ...["us-east-1", "eu-south-1"].flatMap((region) => [
        `MX mail-${region}.example.com 10 feedback-smtp.${region}.amazonses.com`,
        `TXT mail-${region}.example.com v=spf1 include:amazonses.com ~all`,
        ...["a", "b", "c"].map(
          (token) =>
            `CNAME ${token}-${region}._domainkey.example.com ${token}-${region}.dkim.` +
            `${region === "eu-south-1" ? "eu-south-1." : ""}amazonses.com`,
        ),
      ]),
    ].sort(),
  );
});

test("B5: records of an identity that sends already are taken over, a DMARC record never", () => {
  const made = (dmarcPolicy?: "existing") =>
    inGlobal((global) => {
      const identity = { region: "us-east-1", mailFrom: "mail.example.com", dkimTokens: ["a", "b", "c"] };
      new MailRecords(global, "mail", {
        zoneId: "Z1",
        domain: "example.com",
        identities: [identity],
        dmarcPolicy,
      });
    });
  const records = Object.values(made().all("aws_route53_record"));
  const kept = records.filter((record) => !record.allow_overwrite).map(({ name }) => name);
  expect(kept).toEqual(["_dmarc.example.com"]);
  expect(Object.keys(made("existing").all("aws_route53_record"))).toHaveLength(records.length - 1);
});

test("an alias takes the place of the records that lead elsewhere, when that is asked for", () => {
  const made = (takeOver?: boolean) =>
    inGlobal((global) => {
      const target = { targetName: "d1.cloudfront.net", targetZoneId: "Z2" };
      new Alias(global, "public-name", {
        zoneId: "Z1",
        name: "shop.example.com",
        ipv6: true,
        takeOver,
        ...target,
      });
    });
  const overwrite = (stack: ReturnType<typeof made>) =>
    Object.values(stack.all("aws_route53_record")).map((record) => record.allow_overwrite);
  expect(overwrite(made(true))).toEqual([true, true]);
  expect(overwrite(made())).toEqual([undefined, undefined]);
});

describe("the writer's private name", () => {
  const writerName = (props: Partial<WriterNameProps> = {}) =>
    inGlobal((global, variable) => {
      new WriterName(global, "orders-writer", {
        zoneName: "orders.storefront.internal",
        name: "writer.orders.storefront.internal",
        vpcs: [
          { vpcId: "vpc-1", region: "us-east-1" },
          { vpcId: "vpc-2", region: "eu-west-1" },
        ],
        source: "source.rds.amazonaws.com",
        target: "target.rds.amazonaws.com",
        active: variable,
        ...props,
      });
    });

  test("is asked for in both networks, kept for a second, and follows the active side", () => {
    const made = writerName();
    expect(made.one("aws_route53_zone").vpc).toEqual([
      { vpc_id: "vpc-1", vpc_region: "us-east-1" },
      { vpc_id: "vpc-2", vpc_region: "eu-west-1" },
    ]);
    expect(made.one("aws_route53_record")).toMatchObject({
      type: "CNAME",
      ttl: 1,
      records: ['${var.chosen ? "target.rds.amazonaws.com" : "source.rds.amazonaws.com"}'],
    });
  });

  test("fails outside of its zone", () => {
    expect(() => writerName({ name: "writer.example.com" })).toThrow(
      /orders-writer: found the name writer\.example\.com, expected one inside of its zone orders\.storefront\.internal.*Fix:/,
    );
  });
});
