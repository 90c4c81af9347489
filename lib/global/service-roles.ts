import { Construct } from "constructs";
import { imageAccess } from "./image-access";
import { logAccess } from "./log-access";
import { Role } from "./role";

export interface ServiceRolesProps {
  /** Name of the service, such as `storefront-web`: prefix of both roles' names. */
  readonly name: string;
  readonly account: string;
  /** Regions the service runs in. */
  readonly regions: readonly string[];
  readonly image: string;
  /** ARNs of the secrets a task starts with, in both regions. */
  readonly secretArns: readonly string[];
  /** ARNs of the buckets the application uses, in both regions; they are encrypted with S3's own keys. */
  readonly bucketArns: readonly string[];
}

/**
 * The two roles of a service, made once for both regions: IAM is global.
 *
 * `execution` is what ECS needs to start a task (image, log, secrets); `task` is what the application itself may do.
 */
export class ServiceRoles extends Construct {
  readonly execution: Role;
  readonly task: Role;

  constructor(scope: Construct, id: string, props: ServiceRolesProps) {
    super(scope, id);
    const common = { service: "ecs-tasks.amazonaws.com", account: props.account };
    this.execution = new Role(this, "execution", {
      ...common,
      name: `${props.name}-execution`,
      statements: [
        { actions: ["secretsmanager:GetSecretValue"], resources: props.secretArns },
        logAccess(props.name, props.regions, props.account),
        ...imageAccess(props.image),
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
      ],
    });
  }
}
