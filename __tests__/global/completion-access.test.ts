import { CompletionAccess } from "../../lib/global/completion-access";
import { Completion } from "../../lib/link/completion";
import { GlobalScope } from "../../lib/scope/global-scope";
import { RegionScope } from "../../lib/scope/region-scope";
import { inStack } from "../regional/synthesized";

test("the runbook may write this proof and no other parameter; Terraform never writes it again", () => {
  const made = inStack((stack) => {
    const region = new RegionScope(stack, "eu-west-1", { region: "eu-west-1" });
    const completion = new Completion(region, "completion", { workload: "storefront" });
    const global = new GlobalScope(stack, "global");
    new CompletionAccess(global, "access", { roleName: "storefront-runner-task", completion });
  });
  expect(made.one("aws_ssm_parameter")).toMatchObject({
    name: "/relocate/storefront/completion",
    insecure_value: "none",
    lifecycle: { ignore_changes: ["insecure_value"] },
  });
  const policy = made.one("aws_iam_role_policy");
  expect(policy.role).toBe("storefront-runner-task");
  expect(JSON.parse(String(policy.policy))).toMatchObject({
    Statement: [
      {
        Action: ["ssm:GetParameter", "ssm:PutParameter"],
        Resource: [expect.stringMatching(/^\$\{aws_ssm_parameter\.eu-west-1_completion_.*\.arn}$/)],
      },
    ],
  });
});
