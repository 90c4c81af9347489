import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { App } from "cdktf";
import { Relocation, type ByName, type WorkloadDatabase, type WorkloadService } from "../lib";

/** What one synthesis took, as the process that made it saw it. */
export interface SynthUse {
  /** Milliseconds from the start of the process, Node's own start included. */
  readonly wholeMs: number;
  /** Milliseconds of processor time for constructs and files, without loading modules: whoever else is busy counts not. */
  readonly synthCpuMs: number;
  /** The most memory the process ever held. */
  readonly peakMib: number;
  /** Resources of the four stacks together. */
  readonly resources: number;
}

const IMAGE = "public.ecr.aws/example/bench:1.0.0";

/** Every tenth one is a web service, the others are workers; the first one uses every database. */
function services(count: number, databases: readonly string[]): ByName<WorkloadService> {
  const web = { image: IMAGE, port: 8080, healthCheckPath: "/healthz", tasks: 2 };
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `service-${index}`,
      index === 0
        ? { ...web, databases }
        : index % 10 === 0
          ? { ...web, databases: ["database-0"], paths: [`/service-${index}/*`] }
          : { kind: "worker", image: IMAGE, tasks: 1, databases: ["database-0"] },
    ]),
  );
}

function databases(count: number): ByName<WorkloadDatabase> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`database-${index}`, { engineVersion: "18" }]),
  );
}

function main(serviceCount: number, databaseCount: number): void {
  // Given where it is the app of a plan, which then reads the stacks.
  const given = process.env.CDKTF_OUTDIR;
  const outdir = given ?? fs.mkdtempSync(path.join(os.tmpdir(), "relocate-bench-synth-"));
  try {
    const begin = process.cpuUsage();
    const app = new App({ outdir, stackTraces: false });
    const all = databases(databaseCount);
    const { stacks } = new Relocation(app, {
      workload: {
        name: "bench",
        databases: all,
        services: services(serviceCount, Object.keys(all)),
        edge: { publicName: "shop.example.com", zone: "example.com" },
      },
      source: { region: "us-east-1", cidr: "10.10.0.0/16" },
      target: { region: "eu-west-1", cidr: "10.20.0.0/16" },
      runnerImage: "public.ecr.aws/example/relocate:0.1.0",
    });
    app.synth();
    const { user, system } = process.cpuUsage(begin);
    const use: SynthUse = {
      wholeMs: Math.round(performance.now()),
      synthCpuMs: Math.round((user + system) / 1000),
      peakMib: Math.round(process.resourceUsage().maxRSS / 1024),
      resources: stacks.reduce((sum, { node }) => sum + resources(path.join(outdir, "stacks", node.id)), 0),
    };
    console.log(JSON.stringify(use));
  } finally {
    if (given === undefined) fs.rmSync(outdir, { recursive: true, force: true });
  }
}

function resources(directory: string): number {
  const text = fs.readFileSync(path.join(directory, "cdk.tf.json"), "utf8");
  const { resource = {} } = JSON.parse(text) as { resource?: { readonly [type: string]: object } };
  return Object.values(resource).reduce((sum, ofType) => sum + Object.keys(ofType).length, 0);
}

main(Number(process.argv[2]), Number(process.argv[3]));
