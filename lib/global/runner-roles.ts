import { Construct } from "constructs";
import { logStreamAccess } from "./log-access";
import { Role, type IRole } from "./role";

export interface RunnerRolesProps {
  /** Prefix of both roles' names, such as `storefront-runner`. */
  readonly name: string;
  readonly account: string;
  /** Name of the runner's log group, by region. */
  readonly logGroups: { readonly [region: string]: string };
  /** ARN of the DynamoDB table that holds journal and lease. */
  readonly journalTableArn: string;
  /** ARNs of the secrets the runbook connects with: operators of both sides, application roles. */
  readonly secretArns: readonly string[];
  /** ARNs of the keys those secrets are encrypted with. @default - none, the secrets use the service's own key */
  readonly secretKeyArns?: readonly string[];
}

/**
 * The two roles of the task that runs the runbook.
 *
 * What it may do to the edge is added by the cutover stack, which alone knows the edge's ARNs.
 */
export class RunnerRoles extends Construct {
  readonly execution: IRole;
  readonly task: IRole;

  constructor(scope: Construct, id: string, props: RunnerRolesProps) {
    super(scope, id);
    const common = { service: "ecs-tasks.amazonaws.com", account: props.account };
    this.execution = new Role(this, "execution", {
      ...common,
      name: `${props.name}-execution`,
      statements: [logStreamAccess(props.logGroups, props.account)],
    });
    this.task = new Role(this, "task", {
      ...common,
      name: `${props.name}-task`,
      statements: [
        { actions: ["secretsmanager:GetSecretValue"], resources: props.secretArns },
        { actions: ["kms:Decrypt"], resources: props.secretKeyArns ?? [] },
        {
          actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query"],
          resources: [props.journalTableArn],
        },
      ],
    });
  }
}
