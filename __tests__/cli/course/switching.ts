import { ListInvalidationsCommand } from "@aws-sdk/client-cloudfront";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describeService } from "../../../runbook/aws/ecs-service";
import { readParameter } from "../../../runbook/aws/parameter";
import { readScaling } from "../../../runbook/aws/task-scaling";
import { openSides } from "../../runbook/plans/course";
import { REGIONS } from "../cloud-parts";
import { type CourseGround, DATABASE } from "./ground";

/** There, back, there again, and the end of the way back. */
export function switching(ground: CourseGround): void {
  test("a dry run of the cutover touches nothing", async () => {
    const { code, stdout } = await ground.run("cutover", "--dry-run").ended;
    expect(code).toBe(0);
    expect(stdout).toContain("the point of no return");
    expect(await openSides(ground.clusters, DATABASE)).toEqual(["source"]);
    expect(await ground.cloud.activeOrigin()).toBe(REGIONS.source);
  });

  test("A3 B4 B6 B7: cutover moves databases, edge and jobs, with the target at full capacity and every object there", async () => {
    const there = await ground.plan("cutover", "--yes");
    expect(there.stderr).toContain("the point of no return is behind");
    expect(there.next[0]).toBe(
      "cdktf deploy cli-shop-cutover --ignore-missing-stack-dependencies --var cutover=true   # plans no change",
    );
    expect(await openSides(ground.clusters, DATABASE)).toEqual(["target"]);
    expect(await ground.cloud.activeOrigin()).toBe(REGIONS.target);
    expect(await tasksOnTarget()).toEqual({ minTasks: 1, maxTasks: 4, kept: false });
    expect(there.steps.find(({ id }) => id === "capacity")).toMatchObject({
      observations: { "web.tasks": 3 },
    });
    const { cluster, service } = ground.cloud.parts.standby.services.web!.target;
    const web = await describeService(ground.cloud.clients.in("ecs", REGIONS.target), { cluster, service });
    expect(web.running).toBe(3);
    expect(there.steps.find(({ id }) => id === "buckets-final")).toMatchObject({
      observations: { "uploads.objects": 2, "uploads.lacking": 0, "uploads.extra": 0 },
    });
  });

  test("watch leaves the source's slots alone while the target is the writer", async () => {
    const { code, stdout, stderr } = await ground.run("watch", "--warn", "0.001MiB", "--stop", "0.001MiB")
      .ended;
    expect(stderr).toContain("(the source is not the writer: nothing is dropped)");
    expect(stdout).toContain("nothing was dropped");
    expect(code).toBe(0);
  });

  test("status tells the way back that is open", async () => {
    expect(await ground.status()).toMatchObject({
      phase: "switched",
      wayBack: expect.stringContaining("rollback") as string,
    });
  });

  test("D7: rollback moves them back", async () => {
    await ground.plan("rollback");
    expect(await openSides(ground.clusters, DATABASE)).toEqual(["source"]);
    expect(await ground.cloud.activeOrigin()).toBe(REGIONS.source);
    expect(await tasksOnTarget()).toEqual({ minTasks: 0, maxTasks: 0, kept: false });
  });

  test("a cutover after a rollback is like the first one, and has the edge forget what it is told to", async () => {
    const { steps } = await ground.plan("cutover", "--yes", "--invalidate", "/*", "/assets/*");
    expect(await openSides(ground.clusters, DATABASE)).toEqual(["target"]);
    const { InvalidationList } = await ground.cloud.clients.cloudFront().send(
      new ListInvalidationsCommand({
        DistributionId: ground.cloud.parts.cutover.edge!.distributionId,
      }),
    );
    expect(steps.find(({ id }) => id === "forgotten")).toMatchObject({
      state: "done",
      observations: { invalidation: InvalidationList?.Items?.[0]?.Id },
    });
  });

  test("C6: complete writes the proof, and the post-mortem with the real timeline", async () => {
    const { next } = await ground.plan("complete", "--yes");
    expect(next[0]).toContain("cdktf deploy cli-shop-decommission");
    const ssm = ground.cloud.clients.in("parameters", REGIONS.target);
    expect(await readParameter(ssm, ground.cloud.parts.replication.completionParameter)).toMatch(
      /completedAt/,
    );
    expect(readFileSync(join(ground.directory, "cli-shop-post-mortem.md"), "utf8")).toContain("cli-shop");
  });

  test("status tells that there is no way back any more", async () => {
    expect(await ground.status()).toMatchObject({ phase: "completed", wayBack: "none" });
  });

  const tasksOnTarget = () =>
    readScaling(
      ground.cloud.clients.in("autoScaling", REGIONS.target),
      ground.cloud.parts.cutover.workers.mailer!.target.resourceId,
    );
}
