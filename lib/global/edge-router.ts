import { CloudfrontFunction } from "@cdktf/provider-aws/lib/cloudfront-function";
import { CloudfrontKeyValueStore } from "@cdktf/provider-aws/lib/cloudfront-key-value-store";
import { CloudfrontkeyvaluestoreKey } from "@cdktf/provider-aws/lib/cloudfrontkeyvaluestore-key";
import { Construct } from "constructs";
import { routerCode } from "./router-code";

/** Key whose value is the origin id of the active side. */
export const ACTIVE_KEY = "active";

export interface RouterProps {
  /** Name of the function and of the store, unique in the account. */
  readonly name: string;
  /** Origin id of the active side: a Terraform expression that follows the `cutover` variable. */
  readonly active: string;
  /** Origin ids of both sides. */
  readonly origins: readonly string[];
}

/**
 * The edge switch: a function that asks a key-value store which origin is active.
 *
 * A flip updates the key and the function, both in place. CloudFront says that a change of the store reaches every point
 * of presence "in a few seconds"; half a minute has been measured.
 *
 * Cost: one call of the function and up to two reads of the store a request.
 *
 * Two more keys are written by the runbook alone and stay out of Terraform: `freeze`, `{"until": <unix seconds>}`, and
 * `smoke-key`, a secret.
 */
export class Router extends Construct {
  readonly functionArn: string;
  readonly functionName: string;
  readonly keyValueStoreArn: string;

  constructor(scope: Construct, id: string, props: RouterProps) {
    super(scope, id);
    const store = new CloudfrontKeyValueStore(this, "store", {
      name: props.name,
      comment: "Which origin the router function chooses",
    });
    new CloudfrontkeyvaluestoreKey(this, "active", {
      keyValueStoreArn: store.arn,
      key: ACTIVE_KEY,
      value: props.active,
    });
    const router = new CloudfrontFunction(this, "function", {
      name: props.name,
      comment: "Chooses the origin of the active side",
      runtime: "cloudfront-js-2.0",
      publish: true,
      code: routerCode({ committed: props.active, origins: props.origins }),
      keyValueStoreAssociations: [store.arn],
    });
    this.functionArn = router.arn;
    this.functionName = router.name;
    this.keyValueStoreArn = store.arn;
  }
}
