import { migrateBoth } from "../runbook/plans/course";
import { startClusters, stopClusters, type Clusters } from "../runbook/clusters";
import { EMULATOR_TIMEOUT } from "../runbook/aws/emulators/emulator";
import { openCloud, type Cloud } from "./cloud";
import { REGIONS } from "./cloud-parts";
import { relocate, type Run } from "./relocate";

let clusters: Clusters | undefined;
let cloud: Cloud;

beforeAll(async () => {
  clusters = await startClusters();
  await migrateBoth(clusters, "cli_orders");
  cloud = await openCloud("cli-shop", clusters, ["cli_orders"]);
}, EMULATOR_TIMEOUT);
afterAll(async () => {
  await cloud?.close();
  await stopClusters(clusters);
});

const run = (...args: string[]): Run =>
  relocate([...args, "--outputs", cloud.outputs, "--ca-file", cloud.authority], cloud.environment);

test("D2: start and cutover are carried out over real databases and emulated AWS", async () => {
  expect(await run("start").ended).toMatchObject({ code: 0 });
  expect(await run("cutover", "--yes").ended).toMatchObject({ code: 0 });
  expect(await cloud.activeOrigin()).toBe(REGIONS.target);
});
