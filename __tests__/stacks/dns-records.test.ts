import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { everyModule, everyModuleRelocation } from "./every-module";
import { relocation, storefront, synthesized, synthesizeInto } from "./example";
import type { RelocationProps } from "../../stacks/relocation";

let directory: string;

beforeAll(() => (directory = fs.mkdtempSync(path.join(os.tmpdir(), "dns-"))));
afterAll(() => fs.rmSync(directory, { recursive: true }));

/** The file that a synthesis into `<project>/<outdir>` leaves. */
function written(project: string, outdir: string, props: RelocationProps): string | undefined {
  const root = path.join(directory, project);
  fs.mkdirSync(root);
  synthesizeInto(path.join(root, outdir), props);
  const file = path.join(root, "dns-records.md");
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined;
}

test("B11: every record stands in a file beside the output, the same at every synth", () => {
  const text = written("shop", "cdktf.out", everyModuleRelocation);
  expect(text).toMatch(/`us-east-1\.origin\.shop\.example\.com` \| A \| 60 \(alias\).*Terraform \| standby/);
  expect(text).toMatch(/`shop\.example\.com` \| CNAME \| 3600, lowered 60 .*Terraform \| cutover/);
  expect(text).toMatch(/`_dmarc\.example\.com` \| TXT .*p=quarantine/);
  expect(text).toMatch(/`writer\.catalog\.shop\.internal` \| CNAME \| 1 /);
  expect(text).toContain("--var lower_ttl=true");
  expect(text).not.toContain("TfToken");
  expect(written("again", "cdktf.out", everyModuleRelocation)).toBe(text);
});

test("B11: an output folder of another name keeps the file to itself", () => {
  expect(written("other", "out", relocation)).toBeUndefined();
  expect(fs.readFileSync(path.join(directory, "other/out/dns-records.md"), "utf8")).toContain("storefront");
});

test("D5: with DNS kept elsewhere the records to make are an output, and no zone is asked for", () => {
  const certificateArn =
    "arn:aws:acm:us-east-1:123456789012:certificate/5e1f0c7a-2c59-4a3e-9a61-8a53e2a0b7a1";
  const origin = (region: string) => certificateArn.replace("us-east-1", region);
  const stacks = synthesized({
    ...relocation,
    workload: {
      ...storefront,
      edge: { publicName: "shop.example.com", certificateArn },
      mail: everyModule.mail,
    },
    source: { ...relocation.source, originCertificateArn: origin("us-east-1") },
    target: { ...relocation.target, originCertificateArn: origin("eu-west-1") },
  });
  for (const stack of Object.values(stacks)) {
    expect(stack.data?.aws_route53_zone).toBeUndefined();
    expect(stack.resource.aws_route53_record).toBeUndefined();
  }
  const records = stacks.cutover!.output.dns_changes_by_hand!.value as {
    name: string;
    type: string;
    after: string;
  }[];
  expect(records.filter(({ type }) => type === "CNAME").map(({ name, after }) => [name, after])).toEqual(
    expect.arrayContaining([
      ["us-east-1.origin.shop.example.com", "standby"],
      ["eu-west-1.origin.shop.example.com", "standby"],
      ["shop.example.com", "cutover"],
    ]),
  );
  expect(records.filter(({ type }) => type === "MX")).toHaveLength(2);
});
