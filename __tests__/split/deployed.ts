import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startStandIn } from "../../offline/stand-in";
import { findTerraform } from "../../offline/terraform";

/**
 * Applies root modules offline, with local state.
 *
 * @param places directories of root modules
 */
export async function apply(...places: readonly string[]): Promise<void> {
  const standIn = await startStandIn();
  try {
    const terraform = await findTerraform({ environment: standIn.environment });
    for (const place of places) {
      standIn.offerTypesBelow(place);
      for (const list of [["init"], ["apply", "-auto-approve"]]) {
        const { code, stderr } = await terraform.run(place, ...list);
        if (code !== 0) throw new Error(stderr);
      }
    }
  } finally {
    standIn.close();
  }
}

/** Deploys a copy of a fixture. @returns the text of its state */
export async function deployed(fixture: string, directory: string): Promise<string> {
  const place = join(directory, fixture);
  cpSync(join(__dirname, "fixtures", fixture), place, { recursive: true });
  await apply(place);
  return readFileSync(join(place, "terraform.tfstate"), "utf8");
}
