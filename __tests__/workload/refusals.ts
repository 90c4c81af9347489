import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { App } from "cdktf";
import { Relocation } from "../../stacks/relocation";
import type { RelocationProps } from "../../stacks/relocation-props";

/** What a relocation is refused with before anything is made of it, a line a fault; empty when it is taken. */
export function refusals(props: RelocationProps): string[] {
  return faultsOf(() => new Relocation(new App({ stackTraces: false }), props));
}

/**
 * What a relocation is refused with at synth at the latest, likewise.
 *
 * @param before puts into the app what is there before the relocation
 * @param after changes what the relocation has made
 */
export function refusalsAtSynth(
  props: RelocationProps,
  before: (app: App) => void,
  after: (made: Relocation) => void,
): string[] {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), "refused-"));
  try {
    return faultsOf(() => {
      const app = new App({ outdir, stackTraces: false });
      before(app);
      after(new Relocation(app, props));
      app.synth();
    });
  } finally {
    fs.rmSync(outdir, { recursive: true });
  }
}

function faultsOf(make: () => void): string[] {
  try {
    make();
  } catch (error) {
    const [title, ...faults] = (error as Error).message.split("\n");
    if (!title!.endsWith("cannot be synthesized:")) throw error;
    return faults.map((line) => line.trim());
  }
  return [];
}
