import * as os from "node:os";
import * as path from "node:path";
import { holdRow, measureHold } from "./hold";
import { measureOfflinePlan } from "./offline-plan";
import { measurePlans } from "./plan";
import { measureSynth } from "./synth";
import { measureVerify } from "./verify";

async function main(): Promise<void> {
  const project = path.join(__dirname, "..");
  const sizes = measureSynth();
  const { synthesize, standIn, stacks } = await measureOfflinePlan(project);
  const plans = Object.values(stacks).map(({ init, plan }) => init + plan);
  const holds: Record<string, ReturnType<typeof holdRow>> = {};
  for (const way of ["host-list", "pooler", "cname"] as const) holds[way] = holdRow(await measureHold(way));
  console.log(`${os.cpus().length} cores, Node ${process.version}, ${process.platform} ${process.arch}`);
  console.table({
    "synthesis of the example": { value: synthesize, unit: "ms" },
    "start of the stand-in": { value: standIn, unit: "ms" },
    "offline init and plan, all four stacks": { value: plans.reduce((sum, one) => sum + one, 0), unit: "ms" },
  });
  console.table(await measurePlans());
  console.table(holds);
  console.table(sizes);
  console.table(await measureVerify());
}

void main();
