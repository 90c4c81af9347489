import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { openRepository, type Repository } from "../cli/repository";

const ROOT = join(__dirname, "../..");
const CI = join(ROOT, "examples/ci");
const RELOCATE = `node -r ${require.resolve("ts-node/register/transpile-only")} ${join(ROOT, "cli/relocate.ts")}`;

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}
interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<
      string,
      { readonly permissions?: Readonly<Record<string, string>>; readonly steps: readonly Step[] }
    >
  >;
}

/** Terraform reads YAML, which Node.js does not. */
function workflow(file: string): Workflow {
  const expression = `jsonencode(yamldecode(file(${JSON.stringify(file)})))`;
  const printed = execFileSync(process.env.TERRAFORM_BINARY_NAME || "terraform", ["console"], {
    cwd: tmpdir(),
    input: expression,
    encoding: "utf8",
    stdio: ["pipe", "pipe", "ignore"],
    env: { ...process.env, CHECKPOINT_DISABLE: "1" },
  });
  return JSON.parse(JSON.parse(printed) as string) as Workflow;
}
const stepsOf = ({ jobs }: Workflow) => Object.values(jobs).flatMap(({ steps }) => steps);

const own = join(ROOT, ".github/workflows/plan.yml");
const offline = join(CI, "plan.yml");
const real = join(CI, "real-plan.yml");

describe.each([own, offline, real].map((file) => [relative(ROOT, file), file]))("%s", (_, file) => {
  const read = workflow(file);

  test("runs for pull requests, with actions that are pinned by commit, each with its version beside it", () => {
    const text = readFileSync(file, "utf8");
    expect(text).toMatch(/^on: pull_request$/m);
    const uses = text.match(/uses: .*/g) ?? [];
    expect(uses.length).toBe(stepsOf(read).filter((step) => step.uses).length);
    for (const one of uses) expect(one).toMatch(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test("leaves no token behind with the checkout, and puts nothing that an author names into a script", () => {
    for (const step of stepsOf(read)) {
      if (step.uses?.startsWith("actions/checkout@"))
        expect(step.with).toMatchObject({ "persist-credentials": false });
      expect(step.run ?? "").not.toContain("${{");
    }
  });

  test("runs scripts that are here", () => {
    const scripts = stepsOf(read).flatMap(({ run = "" }) => run.match(/(?:\.|examples\/ci)\/[\w-]+/g) ?? []);
    expect(scripts.length).toBeGreaterThan(0);
    for (const script of scripts) {
      const place = join(CI, script.split("/").at(-1) ?? "");
      expect([script, existsSync(place) && (statSync(place).mode & 0o111) !== 0]).toEqual([script, true]);
    }
  });
});

test("A2: jobs may read the repository and write the comment; the one that plans for real may ask for its role", () => {
  for (const file of [own, offline]) {
    const { permissions, jobs } = workflow(file);
    expect(permissions).toEqual({ contents: "read", "pull-requests": "write" });
    expect(Object.values(jobs).map((job) => job.permissions)).toEqual([undefined]);
  }
  const { permissions, jobs } = workflow(real);
  expect(permissions).toEqual({ contents: "read" });
  expect(jobs.synth?.permissions).toBeUndefined();
  expect(jobs.plan?.permissions).toEqual({ contents: "read", "id-token": "write" });
  expect(jobs.review?.permissions).toEqual({ contents: "read", "pull-requests": "write" });
  const [role] = jobs.plan?.steps.filter(({ uses }) => uses?.startsWith("aws-actions/")) ?? [];
  expect(Object.keys(role?.with ?? {})).toEqual(["aws-region", "role-to-assume"]);
});

describe("the scripts, in a project", () => {
  let repository: Repository;
  let scratch: string;
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), "ci-"));
    repository = openRepository();
    repository.write({
      shop: { aws_s3_bucket: { orders: { bucket: "orders" } } },
      desk: { aws_sqs_queue: { mail: { name: "mail" } } },
    });
    repository.commit();
    repository.git("checkout", "--quiet", "-b", "change");
    // What a pull request brings along is run: it must not find the token.
    repository.write(
      {
        shop: { aws_s3_bucket: { orders: { bucket: "orders-2" } } },
        desk: { aws_sqs_queue: { mail: { name: "mail" } } },
      },
      'require("node:fs").writeFileSync("token-seen", String(process.env.GITHUB_TOKEN));',
    );
    writeFileSync(join(repository.root, ".gitignore"), "node_modules\ncdktf.out\ntoken-seen\nplans\n");
    repository.commit();
  });
  afterAll(() => {
    repository.remove();
    rmSync(scratch, { recursive: true, force: true });
  });

  async function run(line: string, environment: NodeJS.ProcessEnv = {}) {
    const child = spawn("bash", ["-c", line], {
      cwd: repository.project,
      env: { ...process.env, GITHUB_ACTIONS: "", CHECKPOINT_DISABLE: "1", RELOCATE, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const)
      child[name].setEncoding("utf8").on("data", (text: string) => (output[name] += text));
    const [code] = (await once(child, "close")) as [number | null];
    return { code, ...output };
  }

  test("A2: plan-and-review plans against the base, posts the review as the pull request's comment, and fails what is blocked", async () => {
    const posted: string[] = [];
    const server = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk: Buffer) => (text += chunk.toString()));
      request.on("end", () => {
        if (request.method === "POST") posted.push((JSON.parse(text) as { body: string }).body);
        response.end(request.method === "GET" ? "[]" : "{}");
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const event = join(scratch, "event.json");
    writeFileSync(event, JSON.stringify({ pull_request: { number: 7 } }));
    const { code, stdout, stderr } = await run(`${CI}/plan-and-review main plans`, {
      GITHUB_ACTIONS: "true",
      GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      GITHUB_REPOSITORY: "shop/infrastructure",
      GITHUB_EVENT_PATH: event,
      GITHUB_TOKEN: "ghs_secret",
    });
    server.close();
    expect({ code, stderr: code === 3 ? "" : stderr }).toEqual({ code: 3, stderr: "" });
    const review = readFileSync(join(repository.project, "plans/review.md"), "utf8");
    expect(review).toContain("`aws_s3_bucket.orders` (shop, us-east-1): it is replaced because of bucket");
    expect(posted).toEqual([review]);
    expect(stdout).toContain(review);
    expect(stderr).toContain("posted the review of pull request 7");
    expect(stdout + stderr).not.toContain("ghs_secret");
    expect(readFileSync(join(repository.project, "token-seen"), "utf8")).toBe("undefined");
  });

  test("A2: list-stacks names the stacks of the manifest, and real-plan plans each for review", async () => {
    execFileSync("bash", ["-c", "CDKTF_OUTDIR=cdktf.out node -r ts-node/register/transpile-only main.js"], {
      cwd: repository.project,
    });
    const listed = await run(`${CI}/list-stacks`);
    const stacks = JSON.parse(listed.stdout) as string[];
    expect([listed.code, [...stacks].sort()]).toEqual([0, ["desk", "shop"]]);
    const plans = stacks.map((stack) => `${CI}/real-plan ${stack} plans/real`).join(" && ");
    const planned = await run(`${RELOCATE} offline -- bash -c '${plans}'`);
    expect({ code: planned.code, stderr: planned.code === 0 ? "" : planned.stderr }).toEqual({
      code: 0,
      stderr: "",
    });
    const reviewed = await run(`${RELOCATE} review plans/real/*.json`);
    expect([reviewed.code, reviewed.stderr]).toEqual([0, ""]);
    expect(reviewed.stdout).toContain("| shop | us-east-1 | 1 |");
    // The saved plan, which may hold what is secret, does not stay.
    expect(existsSync(join(repository.project, "cdktf.out/stacks/shop/tfplan"))).toBe(false);
  });

  test("fails without the ref to plan against", async () => {
    const { code, stderr } = await run(`${CI}/plan-and-review`);
    expect(code).not.toBe(0);
    expect(stderr).toContain("the git ref to plan against, such as origin/main");
  });
});
