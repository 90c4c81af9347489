import { CloudformationStack } from "@cdktf/provider-aws/lib/cloudformation-stack";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { RandomSecret } from "./random-secret";

export interface CacheAccessProps {
  /** Name of the cache. */
  readonly name: string;
}

/**
 * One user of a cache, `default`, and its password: clients send the password alone, as with an AUTH token.
 *
 * The provider would keep the password of a user, and an AUTH token, in state. CloudFormation reads it from Secrets Manager
 * itself, by a reference that names one version of the secret, so Terraform sees nothing but the reference, and another
 * version is another reference. See docs/decisions/008.
 *
 * Users and groups of the engine `redis` serve Valkey too, and stay as they are when a cache goes from Redis to Valkey.
 * Source: ElastiCache user guide, "Role-Based Access Control (RBAC)"; CloudFormation user guide, "Get a secret or secret
 * value from Secrets Manager".
 */
export class CacheAccess extends Construct {
  /** Group for the cache to take. It is known beforehand, so a cache must wait for `ready`. */
  readonly userGroupId: string;
  /** There when the group is. */
  readonly ready: ITerraformDependable;
  /** Secret of this region; its whole text is the password. */
  readonly secretArn: string;

  constructor(scope: Construct, id: string, props: CacheAccessProps) {
    super(scope, id);
    const password = new RandomSecret(this, "password", {
      name: `${props.name}-cache`,
      description: `Password of the cache ${props.name}; the whole text is the password`,
    });
    this.ready = new CloudformationStack(this, "users", {
      name: `${props.name}-cache-users`,
      templateBody: template(props.name, password),
      onFailure: "DELETE",
    });
    this.userGroupId = props.name;
    this.secretArn = password.arn;
  }
}

function template(name: string, password: RandomSecret): string {
  return JSON.stringify({
    Resources: {
      User: {
        Type: "AWS::ElastiCache::User",
        Properties: {
          UserId: name,
          UserName: "default",
          Engine: "redis",
          AccessString: "on ~* &* +@all",
          Passwords: [`{{resolve:secretsmanager:${password.arn}:SecretString:::${password.versionId}}}`],
        },
      },
      Group: {
        Type: "AWS::ElastiCache::UserGroup",
        Properties: { UserGroupId: name, Engine: "redis", UserIds: [{ Ref: "User" }] },
      },
    },
  });
}
