import { App, S3Backend, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { MANIFEST_OUTPUT, MANIFEST_VERSION, type PartOf, type Phase } from "../lib/manifest";
import { GlobalScope } from "../lib/scope/global-scope";
import { RegionScope } from "../lib/scope/region-scope";
import { acceptedLoss } from "./accepted-loss";
import { leftBehind } from "./left-behind";
import { faultsBelow, refuseFaults } from "./refuse-faults";
import type { RelocationBackend, RelocationProps } from "./relocation-props";

/** The part of the manifest that differs from phase to phase. */
type Told<P extends Phase> = Omit<
  PartOf<P>,
  "version" | "phase" | "workload" | "sourceRegion" | "targetRegion"
>;

/** Write-only arguments and ephemeral resources, by which passwords stay out of the state. */
const LEAST_TERRAFORM = ">= 1.11";

/**
 * One phase of a relocation: what is deployed together, and can be taken back together.
 *
 * State is kept in a local file, or where the relocation's `backend` says.
 */
export abstract class PhaseStack<P extends Phase> extends TerraformStack {
  readonly phase: P;
  protected readonly relocation: RelocationProps;

  constructor(scope: Construct, phase: P, relocation: RelocationProps) {
    super(scope, `${relocation.workload.name}-${phase}`);
    this.phase = phase;
    this.relocation = relocation;
    this.addOverride("terraform.required_version", LEAST_TERRAFORM);
    if (relocation.backend) new S3Backend(this, stateIn(relocation.backend, this.node.id));
  }

  /**
   * Called at synth, when every stack is made. CDKTF would stop at the first stack with a fault.
   *
   * @throws Error that lists what is wrong with any stack of the app, unless nothing is with this one
   */
  override runAllValidations(): void {
    if (faultsBelow(this).length > 0) refuseFaults(this.relocation.workload.name, faultsBelow(App.of(this)));
  }

  /** Has Terraform forget what the same stack of the completed relocation before holds and this one does not. */
  follow(completed: PhaseStack<P>): void {
    const former = completed.relocation.source.region;
    const { source, target } = this.relocation;
    // What it forgets it reads a last time.
    if (former !== source.region && former !== target.region) this.openRegion(former);
    const removed = leftBehind(completed, this);
    if (removed.length > 0) this.addOverride("removed", removed);
  }

  /** Opens a region in this stack. Each stack opens its own: a provider cannot be shared between stacks. */
  protected openRegion(region: string): RegionScope {
    const { accountId } = this.relocation;
    return new RegionScope(this, region, { region, tags: this.defaultTags(), account: accountId });
  }

  protected openGlobal(): GlobalScope {
    const { accountId } = this.relocation;
    return new GlobalScope(this, "global", { tags: this.defaultTags(), account: accountId });
  }

  /** Puts this stack's part of the manifest into its output. Never a secret: outputs are printed. */
  protected tell(part: Told<P>): void {
    new TerraformOutput(this, MANIFEST_OUTPUT, {
      description: "What this phase tells the runbook",
      value: {
        version: MANIFEST_VERSION,
        workload: this.relocation.workload.name,
        sourceRegion: this.relocation.source.region,
        targetRegion: this.relocation.target.region,
        phase: this.phase,
        ...part,
      },
      staticId: true,
    });
  }

  private defaultTags() {
    const loss = acceptedLoss(this.relocation.workload);
    return {
      ...this.relocation.tags,
      // A tag, so that no plan of any phase can be read without seeing it. Tags take no comma in every service.
      ...(loss === undefined ? {} : { "relocate:accepted-loss": loss.replaceAll(",", " +") }),
      "relocate:workload": this.relocation.workload.name,
      "relocate:phase": this.phase,
    };
  }
}

/** The bindings know no lock file yet; what they do not know they pass on as it is. */
function stateIn({ bucket, region, keyPrefix = "" }: RelocationBackend, stack: string) {
  return { bucket, region, key: `${keyPrefix}${stack}.tfstate`, encrypt: true, useLockfile: true };
}
