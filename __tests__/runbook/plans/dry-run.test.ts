import type { Plan } from "../../../runbook/step";
import { dryRun } from "../../../runbook/dry-run";
import { abortPlan } from "../../../runbook/plans/abort";
import { completePlan } from "../../../runbook/plans/complete";
import { cutoverPlan } from "../../../runbook/plans/cutover";
import { rollbackPlan } from "../../../runbook/plans/rollback";
import { startPlan } from "../../../runbook/plans/start";
import { SIDES, type Side } from "../../../runbook/side";
import type { World } from "../../../runbook/world";
import { migrate, pairOn, startClusters, stopClusters, type Clusters } from "../clusters";
import { catalogPicture } from "./catalog-picture";
import { operator } from "./course";

/** Nothing but what is asked for here takes a transaction's number. */
const QUIET = { autovacuum: "off" };

describe("dry run on real servers", () => {
  let clusters: Clusters;
  beforeAll(async () => {
    clusters = await startClusters(QUIET);
    for (const side of SIDES) await migrate(clusters[side], "shop");
  });
  afterAll(() => stopClusters(clusters));

  const world = (): World => ({ databases: [pairOn(clusters, "shop")] });
  /** Any write anywhere on a server takes the next number. */
  const picture = () =>
    Promise.all(
      SIDES.map(async (side) => ({
        catalog: await catalogPicture(clusters[side], "shop"),
        next: await clusters[side].as("postgres", "postgres", async (client) => {
          const { rows } = await client.query<{ next: string }>(
            "SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next",
          );
          return rows[0]?.next;
        }),
      })),
    );
  /** What a plan has sent may still be on its way. */
  const quietPicture = async () => {
    for (;;) {
      const [first, second] = [await picture(), await picture()];
      if (JSON.stringify(first) === JSON.stringify(second)) return second;
    }
  };
  const dry = (plan: (world: World) => Plan) =>
    dryRun(plan(world()), { signal: new AbortController().signal });

  test("each plan tells what it would do, and no server has taken a write", async () => {
    const before = await quietPicture();
    const start = await dry(startPlan);
    const titles = start.steps.filter(({ actions }) => actions.length > 0).map(({ id }) => id);
    expect(titles).toEqual(["schema", "noted", "gates", "publications", "forward", "reverse", "proven"]);
    for (const plan of [cutoverPlan, rollbackPlan, completePlan, abortPlan]) await dry(plan);
    expect(await picture()).toEqual(before);
  });

  test("with replication in place, a cutover tells its handover, and neither side takes a write", async () => {
    const somebody = operator();
    expect(await somebody.run(startPlan(world()))).toMatchObject({ outcome: "done" });
    const before = await quietPicture();
    const cutover = await dry(cutoverPlan);
    expect(cutover.steps.filter(({ error }) => error !== undefined)).toEqual([]);
    expect(cutover.steps.find(({ isPointOfNoReturn }) => isPointOfNoReturn)?.actions.join("\n")).toContain(
      "CALL",
    );
    const actionsOf = (id: string) => cutover.steps.find((step) => step.id === id)?.actions;
    const marker = (from: Side, to: Side) => [
      `shop: ${from}: INSERT INTO relocate.marker, and DELETE it when the ${to} has it`,
    ];
    expect([actionsOf("writer"), actionsOf("lag"), actionsOf("reverse")]).toEqual([
      [],
      marker("source", "target"),
      marker("target", "source"),
    ]);
    for (const plan of [startPlan, rollbackPlan, completePlan, abortPlan]) {
      const { steps } = await dry(plan);
      // Logins and passwords are in connection strings, and these are never shown.
      expect(JSON.stringify(steps)).not.toContain("not a secret");
    }
    expect(await picture()).toEqual(before);
    somebody.close();
  });
});
