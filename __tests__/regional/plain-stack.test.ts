import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Aspects, TerraformDataSource, TerraformResource } from "cdktf";
import { DatabaseCredentials } from "../../lib/regional/database-credentials";
import { modules } from "./modules";
import { inStack } from "./synthesized";

test("every module takes the provider that a stack without scopes gives it, what is read in passing too", () => {
  const made = inStack((stack) => {
    const provider = new AwsProvider(stack, "aws", { region: "eu-west-1", alias: "mine" });
    Aspects.of(stack).add({
      visit(node) {
        if (node instanceof TerraformResource || node instanceof TerraformDataSource)
          node.provider ??= provider;
      },
    });
    modules(stack, "eu-west-1", "10.20.0.0/16");
    const first = new DatabaseCredentials(stack, "credentials", { name: "storefront/orders" });
    new DatabaseCredentials(stack, "copy", { name: "storefront/orders", copyOf: first });
  });
  const blocks = ["resource", "data", "ephemeral"].flatMap((kind) =>
    Object.values(made.json[kind] ?? {}).flatMap((ofType) => Object.values(ofType as object) as object[]),
  );
  expect(blocks.length).toBeGreaterThan(50);
  expect(blocks.filter((block) => !("provider" in block) || block.provider !== "aws.mine")).toEqual([]);
});
