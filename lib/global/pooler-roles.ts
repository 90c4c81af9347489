import { Construct } from "constructs";
import { imageAccess } from "./image-access";
import { logAccess } from "./log-access";
import { Role } from "./role";

/** What the poolers in front of one database may read. */
export interface PoolerRolesProps {
  /** Name of the pooler, such as `storefront-orders-pooler`: prefix of both roles' names. */
  readonly name: string;
  readonly account: string;
  /** Regions it runs in. */
  readonly regions: readonly string[];
  /** References of its images: PgBouncer's, and the sidecar's when it is not the default. */
  readonly images: readonly string[];
  /** ARNs of the application role's password, in both regions. */
  readonly credentialsSecretArns: readonly string[];
  /** Name of the SSM parameter with the writer's host, the same in both regions, such as `/relocate/shop/orders/writer`. */
  readonly writerParameter: string;
}

/**
 * The two roles of a pooler, made once for both regions: IAM is global.
 *
 * The administrator's password is not among the secrets: its own policy lets `execution` read it.
 *
 * Cost: none.
 */
export class PoolerRoles extends Construct {
  readonly execution: Role;
  readonly task: Role;

  constructor(scope: Construct, id: string, props: PoolerRolesProps) {
    super(scope, id);
    const { name, account, regions } = props;
    const common = { service: "ecs-tasks.amazonaws.com", account };
    const parameters = regions.map(
      (region) => `arn:aws:ssm:${region}:${account}:parameter${props.writerParameter}`,
    );
    this.execution = new Role(this, "execution", {
      ...common,
      name: `${name}-execution`,
      statements: [
        { actions: ["secretsmanager:GetSecretValue"], resources: props.credentialsSecretArns },
        logAccess(name, regions, account),
        ...imageAccess(props.images),
      ],
    });
    this.task = new Role(this, "task", {
      ...common,
      name: `${name}-task`,
      statements: [{ actions: ["ssm:GetParameter"], resources: parameters }],
    });
  }
}
