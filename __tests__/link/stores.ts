import * as fs from "node:fs";
import * as path from "node:path";
import { App, TerraformStack } from "cdktf";
import { Cache, type CacheProps } from "../../lib/regional/cache";
import { CacheAlarms } from "../../lib/regional/cache-alarms";
import { FlowLogs } from "../../lib/regional/flow-logs";
import { MailAlarms } from "../../lib/regional/mail-alarms";
import { MailIdentity } from "../../lib/regional/mail-identity";
import { Network, type NetworkImportIds } from "../../lib/regional/network";
import { Queue } from "../../lib/regional/queue";
import { QueueAlarms } from "../../lib/regional/queue-alarms";
import { Registry } from "../../lib/regional/registry";
import type { RegionScope } from "../../lib/scope/region-scope";
import type { StandIn } from "../../offline/stand-in";
import { openWorkspace, type Workspace } from "../../offline/workspace";

export const ACCOUNT = "123456789012";
/** The one stack's name. */
export const STACK = "stores";

/** What a region is given to take over; everything is new where it is left out. */
export interface Adopted {
  readonly network?: NetworkImportIds;
  readonly queue?: string;
  readonly secret?: string;
  readonly key?: string;
}

export function region(scope: RegionScope, cidr: string, roleArn: string, adopted: Adopted = {}) {
  const network = new Network(scope, "network", { name: "storefront", cidr, importIds: adopted.network });
  new FlowLogs(scope, "flow-logs", { network, name: "storefront", roleArn });
  const queue = new Queue(scope, "mails", { name: "storefront-mails", importId: adopted.queue });
  new QueueAlarms(scope, "mails-alarms", { queue, deadLetters: queue.deadLetters });
  const registry = new Registry(scope, "images", {
    name: "storefront/images",
    importId: adopted.network && "storefront/images",
  });
  const mail = new MailIdentity(scope, "mail", {
    domain: "example.com",
    mailFrom: `mail-${scope.region}.example.com`,
    importId: adopted.network && "example.com",
  });
  new MailAlarms(scope, "mail-alarms", { name: "storefront" });
  return { scope, region: scope.region, network, queue, registry, mail };
}

export function cache(scope: RegionScope, network: Network, props: Partial<CacheProps> = {}): Cache {
  const made = new Cache(scope, "sessions", {
    name: "storefront-sessions",
    network,
    engine: "valkey",
    engineVersion: "8.0",
    nodeType: "cache.m7g.large",
    ...props,
  });
  new CacheAlarms(scope, "sessions-alarms", { cache: made });
  return made;
}

/** Opens what `build` puts into a stack for Terraform, with local state of its own below the directory. */
export async function open(
  standIn: StandIn,
  directory: string,
  build: (stack: TerraformStack) => void,
): Promise<Workspace> {
  fs.mkdirSync(directory, { recursive: true });
  const outdir = path.join(directory, "synthesized");
  const app = new App({ outdir });
  build(new TerraformStack(app, STACK));
  app.synth();
  const stack = { name: STACK, directory: path.join(outdir, "stacks", STACK), dependencies: [] };
  const opened = await openWorkspace({
    synthesis: { stacks: [stack] },
    directory: path.join(directory, "workspace"),
    standIn,
  });
  await opened.init(STACK);
  return opened;
}
