import * as os from "node:os";
import { App, type TerraformStack } from "cdktf";
import { SourceStack } from "./aborted";
import { KeptStack, TargetCutoverStack, TargetStack } from "./completed";
import { CutoverStack } from "./cutover";
import { DecommissionStack } from "./decommission";
import { ReplicationStack } from "./replication";
import type { RelocationProps } from "./relocation-props";
import { refuseRelocation } from "./refuse-relocation";
import { StandbyStack } from "./standby";
import { untraced } from "./untraced";

export type { RelocationBackend, RelocationProps, RelocationRegion } from "./relocation-props";

/**
 * Moves a workload from one region to another: four stacks, deployed one after the other.
 *
 * `<workload>-standby`, `<workload>-replication`, `<workload>-cutover`, `<workload>-decommission`. State is kept in local
 * files, or where `backend` says. Synth leaves `dns-records.md` beside the output folder: every record, its TTL, and who
 * changes it when.
 *
 * @throws Error that lists everything that is wrong with the description
 */
export class Relocation {
  readonly standby: StandbyStack;
  readonly replication: ReplicationStack;
  readonly cutover: CutoverStack;
  readonly decommission: DecommissionStack;

  /** @param app the app itself: the CDKTF CLI knows stacks by their ids, so they stand directly below it */
  constructor(app: App, props: RelocationProps) {
    refuseRelocation(app, props);
    this.standby = untraced(app, () => new StandbyStack(app, props));
    this.replication = untraced(app, () => new ReplicationStack(app, props, this.standby));
    this.cutover = untraced(app, () => new CutoverStack(app, props, this.standby));
    this.decommission = untraced(
      app,
      () => new DecommissionStack(app, props, this.standby, this.replication),
    );
    if (props.follows) this.follow(props.follows);
  }

  /** The four stacks in the order they are deployed, to give each a backend for instance. */
  get stacks(): readonly TerraformStack[] {
    return [this.standby, this.replication, this.cutover, this.decommission];
  }

  private follow(before: RelocationProps): void {
    // Made for its addresses, and never synthesized.
    const { standby, cutover, decommission } = new CompletedRelocation(
      new App({ outdir: os.tmpdir(), stackTraces: false }),
      before,
    );
    this.standby.follow(standby);
    this.cutover.follow(cutover);
    this.decommission.follow(decommission);
  }
}

/**
 * A relocation that is taken back before its cutover: the standby stack with the source's side alone.
 *
 * Put it in the place of `Relocation`, with the same props. Deploying it plans the loss of everything in the target's
 * region, and of nothing in the source's: its tasks get a new definition that names their own database only, and the
 * copy of the password goes with it. Before:
 *
 * 1. after the runbook's `start`: drop the subscriptions on both sides, then publications and the schema `relocate`. A
 *    replication slot that is left on the source keeps WAL until its storage is full;
 * 2. destroy the stacks `decommission`, `cutover` (it takes the public name along) and `replication`, as far as they were
 *    deployed: this synthesizes the standby stack alone;
 * 3. deploy the standby stack with `target.deletionProtection: false`, and empty the target's buckets: AWS deletes
 *    neither a guarded database nor a bucket that holds an object.
 *
 * Never after a cutover: the target's databases hold what was written since. Of each a final snapshot is kept, but it is
 * unreadable once its key is gone, 30 days later.
 *
 * @throws Error that lists everything that is wrong with the description
 */
export class AbortedRelocation {
  readonly standby: SourceStack;

  /** @param app the app itself */
  constructor(app: App, props: RelocationProps) {
    refuseRelocation(app, props);
    this.standby = untraced(app, () => new SourceStack(app, props));
  }
}

/**
 * A relocation whose source is retired: standby and cutover with the target alone, and what decommission has kept.
 *
 * Put it in the place of `Relocation`, with the same props, when late visitors have stopped coming. Terraform refuses to
 * plan any of its stacks before both proofs stand: that `relocate complete` has ended the way back, and that
 * `retire_source=true` has taken the last snapshots. Deploying plans the loss of everything in the source's region, and of
 * nothing in the target's: its tasks get a new definition that names their own database only, straight, without pooler or
 * name; names of both, records and rules that tied the regions together go. Of a database that goes RDS takes one more
 * final snapshot. Keys and secrets of the source stay, as the target's are replicas: see `KeyReplica` and `Secret` for how
 * to make them independent.
 *
 * Before:
 *
 * 1. with writer discovery `pooler`: give the database another one and deploy the standby stack, as the poolers go next;
 * 2. destroy the stack `replication`: its rules and routes lead into what goes;
 * 3. deploy the standby stack with `source.deletionProtection: false`, and empty the source's buckets and registries.
 *
 * Then deploy `standby`, `cutover` and `decommission`, without variables but those of restored snapshots. The next relocation
 * of the workload, back or onward, names this one as `follows`.
 *
 * @throws Error that lists everything that is wrong with the description
 */
export class CompletedRelocation {
  readonly standby: TargetStack;
  readonly cutover: TargetCutoverStack;
  readonly decommission: KeptStack;

  /** @param app the app itself */
  constructor(app: App, props: RelocationProps) {
    refuseRelocation(app, props);
    this.standby = untraced(app, () => new TargetStack(app, props));
    this.cutover = untraced(app, () => new TargetCutoverStack(app, props, this.standby));
    this.decommission = untraced(app, () => new KeptStack(app, props, this.standby));
  }

  /** The three stacks in the order they are deployed. */
  get stacks(): readonly TerraformStack[] {
    return [this.standby, this.cutover, this.decommission];
  }
}
