import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { z } from "zod";
import { startClusters, stopClusters, type Clusters } from "../../runbook/clusters";
import { migrateBoth } from "../../runbook/plans/course";
import { openCloud, type Cloud } from "../cloud";
import { planResult } from "../plan-result";
import { relocate, type Run } from "../relocate";

export const DATABASE = "orders";

/** What the tests of one course share: each goes on where the one before it has left the relocation. */
export interface CourseGround {
  readonly clusters: Clusters;
  readonly cloud: Cloud;
  /** Where the command runs. */
  readonly directory: string;
  /** All that was ever printed. */
  readonly printed: () => string;
  run(...args: string[]): Run;
  /** Runs a plan's command to its end. */
  plan(...args: string[]): Promise<z.infer<typeof planResult> & { readonly stderr: string }>;
  status(): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/** @param workload its name: everything it has in the emulators is called by it */
export async function openCourse(workload: string): Promise<CourseGround> {
  const directory = mkdtempSync(join(tmpdir(), "relocate-cli-runbook-"));
  const clusters = await startClusters();
  await migrateBoth(clusters, DATABASE);
  const cloud = await openCloud(workload, clusters, [DATABASE]);
  let printed = "";
  const run = (...args: string[]): Run => {
    const shared = ["--outputs", cloud.outputs, "--ca-file", cloud.authority];
    const started = relocate([...args, ...shared], cloud.environment, directory);
    void started.ended.then(({ stdout, stderr }) => (printed += stdout + stderr));
    return started;
  };
  return {
    ...{ clusters, cloud, directory, run, printed: () => printed },
    async plan(...args) {
      const { code, stdout, stderr } = await run(...args, "--json").ended;
      const found = planResult.parse(JSON.parse(stdout));
      // What was printed tells why, when it is not as it should be.
      expect({ code, cause: found.cause, stderr: found.outcome === "done" ? "" : stderr }).toEqual({
        ...{ code: 0, cause: undefined, stderr: "" },
      });
      return { ...found, stderr };
    },
    async status() {
      const { code, stdout } = await run("status", "--json").ended;
      return { code, ...(JSON.parse(stdout) as Record<string, unknown>) };
    },
    async close() {
      await cloud.close();
      await stopClusters(clusters);
    },
  };
}
