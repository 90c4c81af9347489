import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { MANIFEST_OUTPUT, MANIFEST_VERSION, type PartOf, type Phase } from "../lib/manifest";
import { GlobalScope } from "../lib/scope/global-scope";
import { RegionScope } from "../lib/scope/region-scope";
import type { RelocationProps } from "./relocation-props";

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
 * State is kept in a local file until a backend is added to the stack, such as `new S3Backend(stack, ...)`.
 */
export abstract class PhaseStack<P extends Phase> extends TerraformStack {
  readonly phase: P;
  protected readonly relocation: RelocationProps;

  constructor(scope: Construct, phase: P, relocation: RelocationProps) {
    super(scope, `${relocation.workload.name}-${phase}`);
    this.phase = phase;
    this.relocation = relocation;
    this.addOverride("terraform.required_version", LEAST_TERRAFORM);
  }

  /** Opens a region in this stack. Each stack opens its own: a provider cannot be shared between stacks. */
  protected openRegion(region: string): RegionScope {
    return new RegionScope(this, region, { region, tags: this.defaultTags() });
  }

  protected openGlobal(): GlobalScope {
    return new GlobalScope(this, "global", { tags: this.defaultTags() });
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
    return { "relocate:workload": this.relocation.workload.name, "relocate:phase": this.phase };
  }
}
