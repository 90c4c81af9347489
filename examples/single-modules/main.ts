import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { App, TerraformOutput, TerraformStack } from "cdktf";
import {
  Bucket,
  Database,
  DatabaseAlarms,
  DatabaseCredentials,
  GlobalScope,
  linkBuckets,
  Network,
  peerNetworks,
  RegionScope,
  ReplicationRole,
} from "cdktf-relocate";
import type { Construct } from "constructs";

const ACCOUNT = "123456789012";

/** A stack that was there before, with two aliased providers of its own and resources that name them. */
class ShopStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const virginia = this.provider("us-east-1", "virginia");
    const ireland = this.provider("eu-west-1", "ireland");
    const alarms = new SnsTopic(this, "alarms", { provider: ireland, name: "shop-alarms" });

    // From here on it is new. Nothing below a scope names a provider: each gets the stack's own one of its region.
    const global = new GlobalScope(this, "global", { provider: virginia });
    const source = this.region("us-east-1", virginia, "10.10.0.0/16");
    const target = this.region("eu-west-1", ireland, "10.20.0.0/16");
    peerNetworks(source, target);

    const buckets = [source, target].map(
      ({ scope: region }) => new Bucket(region, "uploads", { name: "shop-uploads" }),
    );
    const [one, other] = buckets as [Bucket, Bucket];
    const role = new ReplicationRole(global, "bucket-replication", {
      name: "shop-bucket-replication",
      account: ACCOUNT,
      bucketArns: [one.arn, other.arn],
    });
    linkBuckets("uploads", { ...source, bucket: one }, { ...target, bucket: other }, role.roleArn);

    const database = new Database(target.scope, "orders", {
      name: "shop-orders",
      network: target.network,
      engineVersion: "18",
      databaseName: "orders",
    });
    new DatabaseCredentials(target.scope, "orders-credentials", { name: "shop/orders/orders_app" });
    new DatabaseAlarms(target.scope, "orders-alarms", { database, notify: [alarms.arn] });
    new TerraformOutput(this, "orders_host", { value: database.host });
  }

  private provider(region: string, alias: string): AwsProvider {
    return new AwsProvider(this, alias, { region, alias, allowedAccountIds: [ACCOUNT] });
  }

  private region(region: string, provider: AwsProvider, cidr: string) {
    const scope = new RegionScope(this, region, { region, provider });
    return { region, scope, network: new Network(scope, "network", { name: "shop", cidr }) };
  }
}

const app = new App();
new ShopStack(app, "shop");
app.synth();
