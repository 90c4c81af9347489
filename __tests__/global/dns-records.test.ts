import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { dnsPlan, recordsByHand, writeDnsPlan, type PlannedRecord } from "../../lib/global/dns-records";

const publicName: PlannedRecord = {
  name: "shop.example.com",
  type: "CNAME",
  values: ["${TfToken[TOKEN.7]}"],
  ttlSeconds: 3600,
  lowered: true,
  phase: "cutover",
  madeBy: "terraform",
  note: "the public name",
};
const dkim: PlannedRecord = {
  name: "${TfToken[TOKEN.3]}._domainkey.example.com",
  type: "CNAME",
  values: ["${TfToken[TOKEN.3]}.dkim.amazonses.com"],
  ttlSeconds: 3600,
  phase: "standby",
  madeBy: "hand",
  note: "mail | signature",
};
const origin: PlannedRecord = {
  name: "eu-west-1.origin.shop.example.com",
  type: "A",
  values: ["${aws_lb.one.dns_name}"],
  phase: "standby",
  madeBy: "terraform",
  note: "the region's load balancer",
};

test("B11: every record stands with type, TTL, value, maker and phase, and what is unknown says so", () => {
  const rows = dnsPlan("storefront", [publicName, dkim, origin])
    .split("\n")
    .filter((line) => line.startsWith("| `"));
  expect(rows).toEqual([
    "| `<known after apply>._domainkey.example.com` | CNAME | 3600 | `<known after apply>.dkim.amazonses.com` | hand | standby | mail \\| signature |",
    "| `eu-west-1.origin.shop.example.com` | A | 60 (alias) | `<known after apply>` | Terraform | standby | the region's load balancer |",
    "| `shop.example.com` | CNAME | 3600, lowered 60 | `<known after apply>` | Terraform | cutover | the public name |",
  ]);
});

test("B11: the text is the same whatever the order, and whatever numbers tokens have", () => {
  const renumbered = { ...publicName, values: ["${TfToken[TOKEN.99]}"] };
  expect(dnsPlan("storefront", [origin, renumbered, dkim])).toBe(
    dnsPlan("storefront", [publicName, dkim, origin]),
  );
});

test("B1: the file says when TTLs go down and up again, and by what command", () => {
  const text = dnsPlan("storefront", [publicName]);
  expect(text).toContain(
    "| 48 hours before the cutover, at the latest | Lower the TTL of `shop.example.com`: `cdktf deploy storefront-cutover --var lower_ttl=true` |",
  );
  expect(text).toContain("3600 seconds later at the latest");
  expect(text).toContain("24 hours after the cutover");
  expect(dnsPlan("storefront", [{ ...publicName, madeBy: "hand" }])).toContain(
    "where DNS is kept by hand, set the TTL to 60",
  );
  expect(dnsPlan("storefront", [origin])).toContain("No TTL has to be lowered");
});

test("D5: what is left to people keeps its references, so that Terraform can print it", () => {
  expect(recordsByHand([publicName, dkim, origin])).toEqual([
    {
      name: dkim.name,
      type: "CNAME",
      values: dkim.values,
      ttlSeconds: 3600,
      after: "standby",
      note: "mail | signature",
    },
  ]);
});

test("B11: a file that says the same already is not written again", () => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "dns-"));
  try {
    const file = path.join(directory, "dns-records.md");
    writeDnsPlan(file, "storefront", [origin]);
    fs.utimesSync(file, 1, 1);
    writeDnsPlan(file, "storefront", [origin]);
    expect(fs.statSync(file).mtimeMs).toBe(1000);
    writeDnsPlan(file, "storefront", [origin, publicName]);
    expect(fs.readFileSync(file, "utf8")).toBe(dnsPlan("storefront", [origin, publicName]));
  } finally {
    fs.rmSync(directory, { recursive: true });
  }
});
