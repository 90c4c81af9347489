import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A stack as `cdktf synth` leaves it. */
export interface SynthesizedStack {
  readonly directory: string;
  /** File of the local state. */
  readonly state: string;
}

interface Manifest {
  readonly stacks?: Readonly<Record<string, { readonly workingDirectory: string }>>;
}

interface Configuration {
  readonly terraform?: { readonly backend?: Readonly<Record<string, { readonly path?: string }>> };
}

/**
 * Finds a stack by its name in `cdktf.out`, and its state.
 *
 * @param project where `cdktf.out` lies
 * @throws Error when there is no such stack, listing those there are, and when its state is not a local file
 */
export function synthesizedStack(name: string, project: string): SynthesizedStack {
  const manifest = join(project, "cdktf.out", "manifest.json");
  if (!existsSync(manifest))
    throw new Error(
      `${name}: there is no such file, and no stack of that name: cdktf.out/manifest.json is missing; run cdktf synth first`,
    );
  const { stacks = {} } = JSON.parse(readFileSync(manifest, "utf8")) as Manifest;
  const found = stacks[name];
  if (!found) {
    const names = Object.keys(stacks).join(", ") || "none";
    throw new Error(
      `${name}: there is no such file, and no stack of that name; the stacks in cdktf.out: ${names}`,
    );
  }
  const directory = join(project, "cdktf.out", found.workingDirectory);
  const { terraform } = JSON.parse(readFileSync(join(directory, "cdk.tf.json"), "utf8")) as Configuration;
  const [[backend = "local", { path }] = ["local", {} as { path?: string }]] = Object.entries(
    terraform?.backend ?? {},
  );
  if (backend !== "local") {
    const at = `cdktf.out/${found.workingDirectory}`;
    throw new Error(
      `${name}: its state is in a backend ${JSON.stringify(backend)}; get it: terraform -chdir=${at} init && terraform -chdir=${at} state pull > state.json; then: relocate split state.json --stack ${at}`,
    );
  }
  const state = path ?? join(directory, "terraform.tfstate");
  if (!existsSync(state))
    throw new Error(`${name}: has no state at ${state}: nothing was deployed from here`);
  return { directory, state };
}
