import * as os from "node:os";
import * as path from "node:path";
import { measureHold } from "./hold";
import { measureOfflinePlan } from "./offline-plan";
import { measureSynth } from "./synth";
import { measureVerify } from "./verify";

/** Nine switches: enough to see a spread, few enough to wait for. */
const REHEARSALS = 3;

async function main(): Promise<void> {
  const project = path.join(__dirname, "..");
  const sizes = measureSynth();
  const { synthesize, standIn, stacks } = await measureOfflinePlan(project);
  const plans = Object.values(stacks).map(({ init, plan }) => init + plan);
  const { holds, rehearsals } = await measureHold(project, REHEARSALS);
  const middle = holds[Math.floor(holds.length / 2)];
  console.log(`${os.cpus().length} cores, Node ${process.version}, ${process.platform} ${process.arch}`);
  console.table({
    "synthesis of the example": { value: synthesize, unit: "ms" },
    "start of the stand-in": { value: standIn, unit: "ms" },
    "offline init and plan, all four stacks": { value: plans.reduce((sum, one) => sum + one, 0), unit: "ms" },
    "hold, shortest": { value: holds[0], unit: "ms" },
    [`hold, median of ${holds.length}`]: { value: middle, unit: "ms" },
    "hold, longest": { value: holds.at(-1), unit: "ms" },
    "rehearsal, edge converging at once": { value: Math.max(...rehearsals), unit: "s" },
  });
  console.table(sizes);
  console.table(await measureVerify());
}

void main();
