import * as fs from "node:fs";
import * as path from "node:path";
import { isEdgePart, isGlobalType } from "../../lib/scope/global-types";

/**
 * Types without a `region` argument that are neither in the table nor wanted there: the provider does not let them choose
 * a region, but AWS keeps them in one.
 */
const REGIONAL_WITHOUT_ARGUMENT = new Set([
  "aws_dx_hosted_connection",
  "aws_rolesanywhere_profile",
  "aws_rolesanywhere_trust_anchor",
]);

/** Every resource type of the installed bindings, with whether it takes a `region`. */
function resourceTypes(): { type: string; regional: boolean }[] {
  const bindings = path.join(path.dirname(require.resolve("@cdktf/provider-aws/package.json")), "lib");
  return fs
    .readdirSync(bindings)
    .filter((folder) => !folder.startsWith("data-") && folder !== "provider")
    .map((folder) => path.join(bindings, folder, "index.d.ts"))
    .filter((file) => fs.existsSync(file))
    .flatMap((file) => {
      const text = fs.readFileSync(file, "utf8");
      const type = /static readonly tfResourceType = "(aws_\w+)"/.exec(text)?.[1];
      const config = /export interface \w+ extends cdktf\.TerraformMetaArguments \{([^]*?)\n\}/.exec(
        text,
      )?.[1];
      return type && config ? [{ type, regional: /\n {4}readonly region\?/.test(config) }] : [];
    });
}

test("A2: the table of global types says what the installed bindings say", () => {
  const types = resourceTypes();
  expect(types.length).toBeGreaterThan(1400);
  const wrong = types
    .filter(({ type }) => !REGIONAL_WITHOUT_ARGUMENT.has(type))
    .filter(({ type, regional }) => isGlobalType(type) === regional)
    .map(({ type }) => type);
  expect(wrong).toEqual([]);
});

test("A2: IAM, CloudFront and Route 53 are global; Route 53's resolvers and the newer firewalls are not", () => {
  for (const type of [
    "aws_iam_role",
    "aws_cloudfront_distribution",
    "aws_cloudfrontkeyvaluestore_key",
    "aws_route53_record",
  ])
    expect([type, isGlobalType(type)]).toEqual([type, true]);
  for (const type of ["aws_route53_resolver_rule", "aws_wafv2_web_acl", "aws_iamx_thing", "aws_db_instance"])
    expect([type, isGlobalType(type)]).toEqual([type, false]);
});

test("A2: of regional types only CloudFront's own parts pass for the global scope", () => {
  expect(isEdgePart("aws_acm_certificate", undefined)).toBe(true);
  expect(isEdgePart("aws_wafv2_web_acl", "CLOUDFRONT")).toBe(true);
  expect(isEdgePart("aws_wafv2_web_acl", "REGIONAL")).toBe(false);
  expect(isEdgePart("aws_acmpca_certificate", undefined)).toBe(false);
});
