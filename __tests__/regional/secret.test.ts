import { TerraformOutput } from "cdktf";
import { Secret, type SecretProps } from "../../lib/regional/secret";
import { inPlainStack, inRegion } from "./synthesized";

const secret = (props: Partial<SecretProps> = {}, read: (secret: Secret) => string = ({ arn }) => arn) =>
  inRegion("us-east-1", (scope) => {
    const made = new Secret(scope, "signing", {
      name: "storefront/signing",
      replicaRegion: "eu-west-1",
      ...props,
    });
    new TerraformOutput(scope, "arn", { value: read(made) });
  });

const outputOf = (made: ReturnType<typeof secret>) =>
  (Object.values(made.json.output!) as { value: string }[])[0]?.value;

test("a secret has a copy in the other region, a value that only people write, and 30 days to be restored", () => {
  const made = secret();
  expect(made.one("aws_secretsmanager_secret")).toMatchObject({
    name: "storefront/signing",
    replica: [{ region: "eu-west-1" }],
    recovery_window_in_days: 30,
    lifecycle: { prevent_destroy: true },
  });
  expect(made.all("aws_secretsmanager_secret_version")).toEqual({});
});

test("a secret is readable in each region under an ARN of that region", () => {
  const own = outputOf(secret({}, (one) => one.arnIn("us-east-1")));
  expect(own).toMatch(/^\$\{aws_secretsmanager_secret\..+\.arn}$/);
  const other = outputOf(secret({}, (one) => one.arnIn("eu-west-1")));
  expect(other).toMatch(/^\$\{replace\(aws_secretsmanager_secret\..+\.arn, .+\.region.+, ":eu-west-1:"\)}$/);
});

test("a secret that is adopted has exactly its name, keeps its key, and the guard can be taken off", () => {
  const made = secret({
    importId: "arn:aws:secretsmanager:us-east-1:1:secret:x-abcdef",
    deletionProtection: false,
  });
  expect(made.one("aws_secretsmanager_secret")).not.toHaveProperty("name_prefix");
  expect(made.one("aws_secretsmanager_secret").lifecycle).toEqual({
    prevent_destroy: false,
    ignore_changes: ["kms_key_id"],
  });
  expect(made.json.import).toMatchObject([{ id: "arn:aws:secretsmanager:us-east-1:1:secret:x-abcdef" }]);
});

test("a secret works without the scopes, in a plain stack", () => {
  const made = inPlainStack((stack) => {
    const signing = new Secret(stack, "signing", { name: "signing" });
    new TerraformOutput(stack, "arn", { value: signing.arnIn("us-east-1") });
  });
  expect(made.one("aws_secretsmanager_secret")).not.toHaveProperty("replica");
});

test("fails when the secret is asked for in a third region, and on a name that Secrets Manager refuses", () => {
  expect(() => secret({}, (one) => one.arnIn("ap-south-1"))).toThrow(
    /us-east-1\/signing: there is no copy of this secret in ap-south-1, only in us-east-1 and eu-west-1.*Fix:/,
  );
  expect(() => secret({ name: "signing key" })).toThrow(/the secret name "signing key" is not of the form/);
});
