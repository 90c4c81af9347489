import type { StackState, Workspace } from "../../offline/workspace";
import { openPhaseStacks } from "../../rehearsal/phase-stacks";

const decommission = {
  version: 2,
  workload: "shop",
  sourceRegion: "us-east-1",
  targetRegion: "eu-west-1",
  phase: "decommission",
  finalSnapshots: {},
  archiveBucket: "shop-archive",
  finalBackupParameter: "/relocate/shop/final-backup",
};

/** Answers as Terraform would for stacks that hold nothing but their output. */
function workspace(stacks: readonly string[], output: unknown): Workspace {
  const state: StackState = { resources: [], outputs: { relocate_manifest: output } };
  const done = () => Promise.resolve();
  const plan = () => Promise.resolve({ changes: [], outputs: [], empty: true, json: {} });
  return {
    stacks,
    init: done,
    validate: done,
    apply: done,
    deploy: plan,
    destroy: done,
    plan,
    state: () => Promise.resolve(state),
  };
}
const all = ["shop-standby", "shop-replication", "shop-cutover", "shop-decommission"];

describe("the phase stacks", () => {
  test("are found by the end of their names, and tell their part of the manifest once they are applied", async () => {
    const stacks = openPhaseStacks(workspace(all, decommission));
    expect(stacks.nameOf("cutover")).toBe("shop-cutover");
    expect(stacks.states).toEqual({});
    await stacks.apply("decommission");
    expect(Object.keys(stacks.states)).toEqual(["shop-decommission"]);
    expect(stacks.part("decommission").archiveBucket).toBe("shop-archive");
  });

  test("fails with every phase that has no stack or several, and with what there is", () => {
    expect(() => openPhaseStacks(workspace(["a-standby", "b-standby", "shop-cutover"], undefined))).toThrow(
      [
        "The app's stacks are not those of one relocation (a-standby, b-standby, shop-cutover):",
        "  standby: found a-standby and b-standby, expected one stack",
        "  replication: found none, expected one stack",
        "  decommission: found none, expected one stack",
      ].join("\n"),
    );
  });

  test("fails when a stack tells no part, or another phase's", async () => {
    const silent = openPhaseStacks(workspace(all, undefined));
    await silent.apply("cutover");
    expect(() => silent.part("cutover")).toThrow("shop-cutover: output relocate_manifest");
    const mistaken = openPhaseStacks(workspace(all, decommission));
    await mistaken.apply("cutover");
    expect(() => mistaken.part("cutover")).toThrow(
      'shop-cutover: its manifest is the one of phase "decommission"',
    );
  });
});
