import * as path from "node:path";
import { App, Op, TerraformOutput, TerraformVariable, Token } from "cdktf";
import type { Construct } from "constructs";
import { EdgeAccess } from "../lib/global/edge-access";
import { GateAccess } from "../lib/global/gate-access";
import { recordsByHand, writeDnsPlan, type PlannedRecord } from "../lib/global/dns-records";
import { edgePart, workloadEdge } from "./cutover-edge";
import type { CutoverGround } from "./cutover-ground";
import { plannedRecords } from "./dns-records";
import { gates } from "./gates";
import { PhaseStack } from "./phase-stack";
import type { RelocationProps } from "./relocation-props";
import type { StandbyStack } from "./standby";
import { writerNames, writerParameters } from "./writers";

/**
 * Third phase: everything that follows the active side, and the variable `cutover` that turns all of it together.
 *
 * It turns the edge, the names and parameters by which applications and poolers find the writer, and the gates of workers
 * and schedules; in one apply, all in place, and nothing that holds data. A workload with a database is switched by the
 * runbook, whose last steps write exactly what `cutover=true` would: the deploy afterwards plans no change. Set the
 * variable back to go back.
 *
 * Deploying it the first time brings the public name to this distribution. AWS refuses that while another distribution
 * carries the name, and Terraform while the name has records it does not manage: adopt the distribution, import the
 * records, or delete them.
 */
export class CutoverStack extends PhaseStack<"cutover"> {
  private readonly records: readonly PlannedRecord[];

  constructor(scope: Construct, relocation: RelocationProps, standby: StandbyStack) {
    super(scope, "cutover", relocation);
    const { workload, source, target } = relocation;
    const cutover = new TerraformVariable(this, "cutover", {
      type: "bool",
      default: false,
      nullable: false,
      description:
        `Which region is the active side of ${workload.name}: false for ${source.region}, true for ${target.region}. ` +
        "With a database, let the runbook switch first: it moves the writer before the visitors.",
    });
    const global = this.openGlobal();
    const side = (which: "source" | "target", active: string) => {
      const { [which]: props } = relocation;
      return { side: props, region: { ...standby[which], scope: this.openRegion(props.region) }, active };
    };
    const here = side("source", Token.asString(Op.not(cutover.value)));
    const ground = {
      relocation,
      global,
      account: standby.account,
      source: here,
      target: side("target", Token.asString(cutover.value)),
    };
    const edge = workload.edge && workloadEdge(ground, workload.edge);
    if (edge) {
      new EdgeAccess(global, "runner-access", { roleName: standby.runner.task.roleName, edge });
    }
    writerParameters(ground, here);
    const names = writerNames(ground, here);
    this.records = plannedRecords(ground, edge, names);
    this.tellRecordsByHand();
    const turned = gates(ground, standby.roles);
    this.allowGates(ground, standby, turned, names);
    this.tell({ edge: edge && edgePart(ground, edge), ...turned, writerNames: names });
  }

  /** The runbook turns services, schedules and writer names; where there is none it needs no right. */
  private allowGates(
    { relocation, global, account }: CutoverGround,
    { runner }: StandbyStack,
    { schedules }: ReturnType<typeof gates>,
    names: ReturnType<typeof writerNames>,
  ): void {
    const { workload, source, target } = relocation;
    const hasServices = Object.values(workload.services ?? {}).some(({ kind }) => kind !== "one-off");
    const found = [schedules, names].map((all) => Object.keys(all).length);
    if (!hasServices && found.every((count) => count === 0)) return;
    new GateAccess(global, "runner-gates", {
      ...{ roleName: runner.task.roleName, account, workload: workload.name },
      regions: [source.region, target.region],
      hasServices,
      schedules: Object.values(schedules).flatMap((schedule) =>
        [schedule.source ?? [], schedule.target].flat(),
      ),
      writerZoneIds: Object.values(names).map(({ zoneId }) => zoneId),
    });
  }

  /** Called at synth, when every stack is made: writes every record into a file beside the output folder (B11). */
  override prepareStack(): void {
    super.prepareStack();
    const app = App.of(this);
    const workloads = app.node.children.filter((stack) => stack instanceof CutoverStack);
    const { name } = this.relocation.workload;
    const file = workloads.length > 1 ? `${name}-dns-records.md` : "dns-records.md";
    writeDnsPlan(path.join(besideOutput(app.outdir), file), name, this.records);
  }

  /** DNS that is kept elsewhere is changed by people (D5). */
  private tellRecordsByHand(): void {
    const records = recordsByHand(this.records);
    if (records.length === 0) return;
    new TerraformOutput(this, "dns_changes_by_hand", {
      description: "DNS records that are left to people, each with the phase after which it can be made",
      value: records,
      staticId: true,
    });
  }
}

/** The project's folder, where the output folder is called as the CDKTF CLI calls it; any other one has its own copy. */
function besideOutput(outdir: string): string {
  return path.basename(outdir) === "cdktf.out" ? path.dirname(path.resolve(outdir)) : outdir;
}
