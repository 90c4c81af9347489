import { execFileSync } from "node:child_process";
import * as path from "node:path";
import type { SynthUse } from "./synth-app";

const SIZES: readonly (readonly [services: number, databases: number])[] = [
  [1, 1],
  [10, 1],
  [100, 1],
  [1, 10],
  [1, 50],
];

/** What a synthesis of so many services and databases took. */
export interface SynthRow extends SynthUse {
  readonly services: number;
  readonly databases: number;
  /** Milliseconds of processor time for each resource: no row's is above the first one's where growth is linear. */
  readonly cpuMsPerResource: number;
}

/** Synthesizes workloads of growing size, each in a process of its own, so that none uses what another one loaded. */
export function measureSynth(): SynthRow[] {
  return SIZES.map(([services, databases]) => {
    const printed = execFileSync(
      process.execPath,
      [
        ...["-r", "ts-node/register/transpile-only", path.join(__dirname, "synth-app.ts")],
        ...[`${services}`, `${databases}`],
      ],
      { encoding: "utf8", env: { ...process.env, CHECKPOINT_DISABLE: "1" } },
    );
    const use = JSON.parse(printed) as SynthUse;
    return {
      services,
      databases,
      ...use,
      cpuMsPerResource: Number((use.synthCpuMs / use.resources).toFixed(2)),
    };
  });
}

if (require.main === module) console.table(measureSynth());
