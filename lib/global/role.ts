import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import { allow, assumableBy, type Statement } from "./policy";

export interface RoleProps {
  /** Unique in the account: roles have no region. At most 64 characters. */
  readonly name: string;
  /** The AWS service that takes the role, such as `ecs-tasks.amazonaws.com`. */
  readonly service: string;
  /** Id of the account the role stands in. */
  readonly account: string;
  /** What the role may do; statements without a resource are left out. */
  readonly statements: readonly Statement[];
}

/** IAM's own limit. */
const LONGEST_NAME = 64;

/** A role for an AWS service, with one inline policy. Stands in the global scope. */
export class Role extends Construct {
  /** Whoever uses the ARN waits until the role may do what it must: a task must not start on a role without rights. */
  readonly roleArn: string;
  readonly roleName: string;

  constructor(scope: Construct, id: string, props: RoleProps) {
    super(scope, id);
    this.node.addValidation({
      validate: () =>
        props.name.length > LONGEST_NAME
          ? [
              `${this.node.path}: the role name "${props.name}" has ${props.name.length} characters, IAM takes ` +
                `${LONGEST_NAME} at most. Fix: give the workload or the service a shorter name.`,
            ]
          : [],
    });
    const role = new IamRole(this, "role", {
      name: props.name,
      assumeRolePolicy: assumableBy(props.service, props.account),
    });
    this.roleName = role.name;
    this.roleArn = role.arn;
    if (props.statements.some(({ resources }) => resources.length > 0)) {
      const policy = new IamRolePolicy(this, "policy", {
        role: role.name,
        name: "access",
        policy: allow(props.statements),
      });
      this.roleArn = `arn:aws:iam::${props.account}:role/${policy.role}`;
    }
  }
}
