import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";

/** What one `relocate plan` took, with the synthesis and every Terraform that it ran. */
export interface PlanRow {
  readonly what: string;
  /** Resources of all stacks together. */
  readonly resources: number;
  readonly wholeMs: number;
  /** Milliseconds of processor time of all processes: whoever else is busy counts not. */
  readonly cpuMs: number;
  /** The most memory that all processes held at one time, in MiB. */
  readonly peakMib: number;
}

const PROJECT = path.join(__dirname, "..");
const TRANSPILER = "ts-node/register/transpile-only";
/** How often memory is looked at, in milliseconds. */
const GLANCE = 20;

const appOf = (services: number, databases: number): string =>
  `node -r ${TRANSPILER} ${path.join(__dirname, "synth-app.ts")} ${services} ${databases}`;

/** What is planned: the README's example, the flip, and workloads of growing size. */
const CASES: readonly (readonly [what: string, args: readonly string[]])[] = [
  ["the example's four stacks", []],
  ["the same, with cutover=true", ["--var", "cutover=true"]],
  ["10 services, 1 database", ["--app", appOf(10, 1)]],
  ["50 services, 1 database", ["--app", appOf(50, 1)]],
  ["1 service, 10 databases", ["--app", appOf(1, 10)]],
];

/** Plans each case by the command itself, one after the other. */
export async function measurePlans(): Promise<PlanRow[]> {
  const rows: PlanRow[] = [];
  for (const [what, args] of CASES) rows.push(await measure(what, args));
  return rows;
}

async function measure(what: string, args: readonly string[]): Promise<PlanRow> {
  const line = [process.execPath, "-r", TRANSPILER, "cli/relocate.ts", "plan", ...args];
  // The shell tells the processor time of all that it has started.
  const child = spawn("bash", ["-c", 'TIMEFORMAT="%R %U %S"; time "$@" 2>/dev/null', "time", ...line], {
    cwd: PROJECT,
    env: { ...process.env, CHECKPOINT_DISABLE: "1", LC_ALL: "C" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => (output[name] += text));
  let peakKib = 0;
  const glances = setInterval(() => (peakKib = Math.max(peakKib, heldBelow(child.pid ?? 0))), GLANCE);
  const [code] = (await once(child, "close")) as [number];
  clearInterval(glances);
  if (code !== 0) throw new Error(`${line.join(" ")}: ended with exit code ${code}`);
  const [whole = 0, user = 0, system = 0] = output.stderr.trim().split(" ").map(Number);
  const resources = [...output.stdout.matchAll(/(\d+) to (?:create|update)/g)].map(([, count]) =>
    Number(count),
  );
  return {
    what,
    resources: resources.reduce((sum, one) => sum + one, 0),
    wholeMs: Math.round(whole * 1000),
    cpuMs: Math.round((user + system) * 1000),
    peakMib: Math.round(peakKib / 1024),
  };
}

/** Memory that a process and all below it hold now, in KiB. Source: proc(5), `PPid` and `VmRSS` of /proc/<pid>/status. */
function heldBelow(root: number): number {
  const all = fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const status = statusOf(pid);
      return [{ pid: Number(pid), parent: numberIn(status, "PPid"), held: numberIn(status, "VmRSS") }];
    });
  const below = (pid: number): number =>
    all.filter(({ parent }) => parent === pid).reduce((sum, one) => sum + one.held + below(one.pid), 0);
  return below(root);
}

/** Empty when the process has ended meanwhile. */
const statusOf = (pid: string): string => {
  try {
    return fs.readFileSync(`/proc/${pid}/status`, "utf8");
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return "";
    throw error;
  }
};

const numberIn = (status: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);

if (require.main === module) void measurePlans().then((rows) => console.table(rows));
