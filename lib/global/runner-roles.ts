import { Construct } from "constructs";
import { imageAccess } from "./image-access";
import { logAccess } from "./log-access";
import { Role } from "./role";
import { type RunnerReach, runnerStatements } from "./runner-statements";

/** What the runbook's task may pull, read and write. */
export interface RunnerRolesProps {
  /** Name of the runner, such as `storefront-runner`: prefix of both roles' names. */
  readonly name: string;
  readonly account: string;
  /** Region the runner runs in. */
  readonly region: string;
  readonly image: string;
  /** ARN of the DynamoDB table that holds journal and lease. */
  readonly journalTableArn: string;
  /** ARNs of the secrets the runbook connects with: operators of both sides, application roles. */
  readonly secretArns: readonly string[];
  /** ARNs of the keys that the operators' secrets are encrypted with. */
  readonly secretKeyArns: readonly string[];
  /** What else it may look at and change. @default - nothing: journal and secrets alone */
  readonly reach?: RunnerReach;
}

/**
 * The two roles of the task that runs the runbook.
 *
 * What it may do to the edge and the gates is added by the cutover stack, which alone knows their ARNs.
 */
export class RunnerRoles extends Construct {
  readonly execution: Role;
  readonly task: Role;

  constructor(scope: Construct, id: string, props: RunnerRolesProps) {
    super(scope, id);
    const common = { service: "ecs-tasks.amazonaws.com", account: props.account };
    this.execution = new Role(this, "execution", {
      ...common,
      name: `${props.name}-execution`,
      statements: [logAccess(props.name, [props.region], props.account), ...imageAccess([props.image])],
    });
    this.task = new Role(this, "task", {
      ...common,
      name: `${props.name}-task`,
      statements: [
        { actions: ["secretsmanager:GetSecretValue"], resources: props.secretArns },
        { actions: ["kms:Decrypt"], resources: props.secretKeyArns },
        {
          actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query"],
          resources: [props.journalTableArn],
        },
        ...(props.reach ? runnerStatements(props.reach) : []),
      ],
    });
  }
}
