import { TerraformOutput } from "cdktf";
import { DatabaseCredentials } from "../../lib/regional/database-credentials";
import { RegionScope } from "../../lib/scope/region-scope";
import { inPlainStack, inRegion, inStack } from "./synthesized";

const NAME = "storefront/orders/orders_app";

const pair = () =>
  inStack((stack) => {
    const [source, target] = ["us-east-1", "eu-west-1"].map(
      (region) => new RegionScope(stack, region, { region }),
    ) as [RegionScope, RegionScope];
    const first = new DatabaseCredentials(source, "credentials", { name: NAME });
    new DatabaseCredentials(target, "credentials", { name: NAME, copyOf: first });
  });

test("the application's password is made up during the apply and never stands in plan or state", () => {
  const made = inRegion("us-east-1", (scope) => {
    new DatabaseCredentials(scope, "credentials", { name: NAME });
  });
  const version = made.one("aws_secretsmanager_secret_version");
  expect(version).not.toHaveProperty("secret_string");
  const passwords = made.json.ephemeral?.aws_secretsmanager_random_password as object;
  const [id] = Object.keys(passwords);
  expect(version.secret_string_wo).toBe(
    `\${ephemeral.aws_secretsmanager_random_password.${id}.random_password}`,
  );
  expect(Object.values(passwords)).toEqual([
    { provider: "aws.us-east-1", password_length: 40, exclude_punctuation: true },
  ]);
});

test("each region has a secret of its own with the same password, and none depends on the other being there", () => {
  const made = pair();
  const secrets = Object.values(made.all("aws_secretsmanager_secret"));
  expect(secrets.map(({ provider }) => provider)).toEqual(["aws.eu-west-1", "aws.us-east-1"]);
  expect(secrets.filter((secret) => "replica" in secret)).toEqual([]);
  const [opened] = Object.values(
    made.json.ephemeral?.aws_secretsmanager_secret_version as object,
  ) as object[];
  expect(opened).toMatchObject({
    provider: "aws.eu-west-1",
    secret_id: expect.stringMatching(/aws_secretsmanager_secret_version\.us-east-1_credentials/) as string,
    region: expect.stringMatching(/^\$\{element\(split\(":", aws_secretsmanager.+\), 3\)}$/) as string,
  });
  expect(made.one("aws_secretsmanager_secret_version", "eu-west-1").secret_string_wo).toMatch(
    /^\$\{ephemeral\.aws_secretsmanager_secret_version\.eu-west-1_credentials_version_.+\.secret_string}$/,
  );
});

test("the copy keeps address and number when the first region is gone, so that nothing is written anew", () => {
  const both = pair().all("aws_secretsmanager_secret_version");
  const alone = inRegion("eu-west-1", (scope) => {
    new DatabaseCredentials(scope, "credentials", { name: NAME });
  }).all("aws_secretsmanager_secret_version");
  const [[address, version]] = Object.entries(alone) as [[string, Record<string, unknown>]];
  expect(both).toHaveProperty(address);
  expect(both[address]).toMatchObject({ secret_string_wo_version: version.secret_string_wo_version });
});

test("a secret that is managed elsewhere is read, and can be copied", () => {
  const made = inRegion("eu-west-1", (scope) => {
    const secretArn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:legacy-AbCdEf";
    const copy = new DatabaseCredentials(scope, "credentials", { name: NAME, copyOf: { secretArn } });
    const own = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:own-AbCdEf";
    const existing = DatabaseCredentials.fromExisting(scope, "existing", { secretArn: own });
    new TerraformOutput(scope, "arns", { value: [copy.secretArn, existing.secretArn] });
  });
  expect(made.one("data.aws_secretsmanager_secret").arn).toMatch(/:secret:own-AbCdEf$/);
  const [opened] = Object.values(
    made.json.ephemeral?.aws_secretsmanager_secret_version as object,
  ) as object[];
  expect(opened).toMatchObject({ secret_id: expect.stringMatching(/:secret:legacy-AbCdEf$/) as string });
});

test("credentials work without the scopes: what is opened takes the stack's one provider", () => {
  const made = inPlainStack((stack) => {
    new DatabaseCredentials(stack, "credentials", { name: NAME });
  });
  const passwords = made.json.ephemeral?.aws_secretsmanager_random_password as object;
  expect(Object.values(passwords)).toEqual([{ password_length: 40, exclude_punctuation: true }]);
});
