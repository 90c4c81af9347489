import { cannotStart, type Ended, run } from "./command";

/**
 * Write-only arguments and ephemeral resources, by which passwords stay out of the state, came with 1.11 in both.
 *
 * Source: changelog of Terraform 1.11 ("write-only attributes"); "What's new in OpenTofu 1.11".
 */
const LEAST = { major: 1, minor: 11 };

/** Variables by which a user steers Terraform elsewhere; here they would lead it to a directory or workspace of theirs. */
const LEADS_ASTRAY = /^TF_(DATA_DIR|WORKSPACE|REATTACH_PROVIDERS|CLI_ARGS.*)$/;

/**
 * Terraform lives for seconds: to collect its garbage as often as a server does takes a fifth of the processor time of a
 * plan, and saves tens of MiB. Source: pkg.go.dev/runtime, "Environment Variables", `GOGC`, 100 when it is not set.
 */
const GARBAGE = { GOGC: "400" };

/** The real Terraform, or OpenTofu. */
export interface Terraform {
  /** What every call gets; for a script that calls the binary itself. */
  readonly environment: NodeJS.ProcessEnv;
  /** Runs it in a directory. @throws the signal's reason when aborted; an exit code other than 0 is returned */
  run(directory: string, ...args: readonly string[]): Promise<Ended>;
}

interface Options {
  /** Added to the environment of every call, such as a stand-in's. */
  readonly environment: Readonly<Record<string, string>>;
  /** @default - calls run to their end */
  readonly signal?: AbortSignal;
}

/** Names to look for where none is given. */
const USUAL = ["terraform", "tofu"];

const HINT =
  `install Terraform or OpenTofu ${LEAST.major}.${LEAST.minor} or newer, or name another binary in` +
  " TERRAFORM_BINARY_NAME";

/** What `version -json` says, or undefined when that is not a version. */
function versionIn(output: string): string | undefined {
  try {
    // OpenTofu prints its warnings before, on the same stream.
    const parsed: unknown = JSON.parse(output.slice(Math.max(0, output.search(/^\{/m))));
    const found = typeof parsed === "object" && parsed !== null && "terraform_version" in parsed;
    return found ? String(parsed.terraform_version) : undefined;
  } catch (error) {
    // Before 0.13 there was no JSON.
    if (error instanceof SyntaxError) return /^(?:Terraform|OpenTofu) v(\d\S*)/m.exec(output)?.[1];
    throw error;
  }
}

/**
 * Finds Terraform: the binary that `TERRAFORM_BINARY_NAME` names, otherwise `terraform` or `tofu` on the path.
 *
 * @throws Error in one line when it is missing or older than 1.11
 */
export async function findTerraform({ environment, signal }: Options): Promise<Terraform> {
  const named = process.env.TERRAFORM_BINARY_NAME;
  const names = named ? [named] : USUAL;
  const own = Object.entries(process.env).filter(([name]) => !LEADS_ASTRAY.test(name));
  const merged = { ...GARBAGE, ...Object.fromEntries(own), TF_IN_AUTOMATION: "1", ...environment };
  for (const binary of names) {
    const call = (directory: string, list: readonly string[]) =>
      run({ program: binary, arguments: list, directory, environment: merged, signal });
    const asked = await call(process.cwd(), ["version", "-json"]).catch((error: unknown) => {
      if (cannotStart(error)) return undefined;
      throw error;
    });
    if (!asked) continue;
    requireNew(binary, versionIn(asked.stdout));
    return {
      environment: { ...merged, TERRAFORM_BINARY_NAME: binary },
      run: (directory, ...list) => call(directory, list),
    };
  }
  throw new Error(`${names.join(" and ")}: not found; ${HINT}`);
}

function requireNew(binary: string, version: string | undefined): void {
  const [major = 0, minor = 0] = (version ?? "").split(".").map(Number);
  if (version !== undefined && (major > LEAST.major || (major === LEAST.major && minor >= LEAST.minor)))
    return;
  throw new Error(
    `${binary}: expected version ${LEAST.major}.${LEAST.minor} or newer, found ${version ?? "none"}; ${HINT}`,
  );
}
