import { Construct } from "constructs";
import { logStreamAccess } from "./log-access";
import type { Statement } from "./policy";
import { Role, type IRole } from "./role";

export interface ServiceRolesProps {
  /** Prefix of both roles' names, such as `storefront-web`. */
  readonly name: string;
  readonly account: string;
  /** Container image: when it comes from a private registry of ECR, the execution role may pull exactly it. */
  readonly image: string;
  /** Names of the service's log groups, by region. */
  readonly logGroups: { readonly [region: string]: string };
  /** ARNs of the secrets a task starts with, in both regions. */
  readonly secretArns: readonly string[];
  /** ARNs of the buckets the application uses, in both regions. */
  readonly bucketArns: readonly string[];
  /** ARNs of the keys that those buckets are encrypted with. @default - none, the buckets use S3's own keys */
  readonly bucketKeyArns?: readonly string[];
}

/**
 * The two roles of a service, made once for both regions: IAM is global.
 *
 * `execution` is what ECS needs to start a task (image, logs, secrets); `task` is what the application itself may do.
 */
export class ServiceRoles extends Construct {
  readonly execution: IRole;
  readonly task: IRole;

  constructor(scope: Construct, id: string, props: ServiceRolesProps) {
    super(scope, id);
    const common = { service: "ecs-tasks.amazonaws.com", account: props.account };
    this.execution = new Role(this, "execution", {
      ...common,
      name: `${props.name}-execution`,
      statements: [
        { actions: ["secretsmanager:GetSecretValue"], resources: props.secretArns },
        logStreamAccess(props.logGroups, props.account),
        ...pullAccess(props.image),
      ],
    });
    this.task = new Role(this, "task", {
      ...common,
      name: `${props.name}-task`,
      statements: [
        { actions: ["s3:ListBucket"], resources: props.bucketArns },
        {
          actions: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
          resources: props.bucketArns.map((arn) => `${arn}/*`),
        },
        { actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: props.bucketKeyArns ?? [] },
      ],
    });
  }
}

/** Nothing for a public image; for one in ECR, the pull of that repository alone. */
function pullAccess(image: string): Statement[] {
  const match = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:@]+)/.exec(image);
  if (!match) return [];
  const [, account, region, repository] = match;
  return [
    // The token is the account's: the action knows no resource (service authorization reference, Amazon ECR).
    { actions: ["ecr:GetAuthorizationToken"], resources: ["*"] },
    {
      actions: ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
      resources: [`arn:aws:ecr:${region}:${account}:repository/${repository}`],
    },
  ];
}
