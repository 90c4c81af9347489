import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandLine } from "../../cli/shared-options";
import { readVerifyFlags, type VerifyFlags } from "../../cli/verify-flags";
import { MANIFEST_OUTPUT, MANIFEST_VERSION } from "../../lib/manifest";
import { REGIONS } from "./cloud-parts";
import { relocate } from "./relocate";

const directory = mkdtempSync(join(tmpdir(), "relocate-cli-answers-"));

test("what to type next is quoted for a shell", () => {
  const outputs = ["plain.json", "it's here.json"];
  expect(commandLine("status", { outputs })).toBe(
    String.raw`relocate status --outputs plain.json 'it'\''s here.json'`,
  );
});

test("fails with one JSON object for bad usage, too", async () => {
  const { code, stdout, stderr } = await relocate(["status", "--json", "--every", "5s"], {}, directory).ended;
  expect(JSON.parse(stdout)).toEqual({
    command: "status",
    exitCode: 2,
    error: expect.stringMatching(/^--every: no such option\n--outputs outputs.json: no such file/) as string,
    next: [],
  });
  expect(code).toBe(2);
  expect(stderr).toContain("See relocate status --help");
});

test("fails for files that cannot be what they are given as, and for a URL with a password, which is not shown", () => {
  const file = join(directory, "text.pem");
  writeFileSync(file, "no certificate");
  const faults = (flags: Partial<VerifyFlags>) =>
    readVerifyFlags({ share: "100%", http: file, httpUnsafe: false, json: false, outputs: [file], ...flags });
  expect(faults({ outputs: [directory], caFile: file })).toEqual({
    faults: [
      expect.stringContaining(`--outputs ${directory}: no such file`) as string,
      `--ca-file ${file}: holds no certificate, expected one or more in PEM`,
    ],
  });
  expect(faults({ caFile: directory, sourceUrl: "https://keeper:hunter2@origin.example.com" })).toEqual({
    faults: [
      `--ca-file ${directory}: no such file`,
      "--source-url: expected no user or password in it; requests carry them in a header",
    ],
  });
});

/** Of a workload that nobody reaches. */
function writeOutputs(): string {
  const side = {
    ...{ identifier: "orders", host: "nowhere.invalid", port: 5432, engineVersion: "18", majorVersion: 18 },
    ...{ operatorSecretArn: "arn:operator", applicationSecretArn: "arn:application" },
  };
  const common = {
    ...{ version: MANIFEST_VERSION, workload: "shop" },
    ...{ sourceRegion: REGIONS.source, targetRegion: REGIONS.target },
  };
  const orders = {
    ...{ engine: "postgres", strategy: "logical", writerDiscovery: "host-list", databaseName: "orders" },
    ...{ operatorRole: "keeper", applicationRole: "app", source: side, target: side },
  };
  const standby = {
    ...{ ...common, phase: "standby", databases: { orders }, caches: {}, services: {}, buckets: {} },
    ...{ queues: {}, secrets: {}, egressAddresses: { source: [], target: [] } },
  };
  const replication = {
    ...{
      ...common,
      phase: "replication",
      peeringConnectionId: "pcx-1",
      journalTable: "journal",
      poolers: {},
      bucketJobs: {},
    },
    runner: { cluster: "runner", taskDefinitionArn: "arn:task", subnetIds: [], securityGroupIds: [] },
    completionParameter: "/relocate/shop/completion",
  };
  const cutover = { ...common, phase: "cutover", workers: {}, schedules: {}, writerNames: {} };
  const outputs = join(directory, "nobody.json");
  const stacks = [standby, replication, cutover].map(
    (part) => [part.phase, { [MANIFEST_OUTPUT]: part }] as const,
  );
  writeFileSync(outputs, JSON.stringify(Object.fromEntries(stacks)));
  return outputs;
}

/** A machine that has never heard of AWS. */
const STRANGER = {
  ...{ HOME: directory, AWS_EC2_METADATA_DISABLED: "true", AWS_ENDPOINT_URL: "", AWS_PROFILE: "" },
  ...{ AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", AWS_SESSION_TOKEN: "" },
};

test("fails without credentials: status says that nothing can be told, not that all is well", async () => {
  const { code, stdout } = await relocate(["status", "--outputs", writeOutputs()], STRANGER, directory).ended;
  expect(code).toBe(1);
  expect(stdout).toMatch(/phase +cannot be told/);
  expect(stdout).toMatch(/operator +cannot be told/);
  expect(stdout).toMatch(
    /journal +cannot be read: .*; run it in the runner's task, or name a profile in AWS_PROFILE/,
  );
});

test("fails with 2 for paths to be forgotten where no edge is managed: nothing was asked of AWS", async () => {
  const outputs = ["--outputs", writeOutputs()];
  const { code, stdout } = await relocate(
    ["rollback", "--dry-run", "--json", ...outputs, "--invalidate", "/*"],
    STRANGER,
    directory,
  ).ended;
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toEqual({
    ...{ command: "rollback", exitCode: 2, next: [] },
    error: "--invalidate: shop has no edge that is managed here, expected one; leave the option out",
  });
});

test("fails without credentials before a cutover has begun anything, and nothing is left half way", async () => {
  const journal = ["--outputs", writeOutputs(), "--journal", "journal.jsonl"];
  const cutover = ["cutover", "--yes", "--json", ...journal];
  for (const attempt of [1, 2]) {
    const { code, stdout } = await relocate(cutover, STRANGER, directory).ended;
    expect({ attempt, code, ...(JSON.parse(stdout) as object) }).toMatchObject({
      ...{ attempt, code: 1, exitCode: 1, outcome: "stopped", resumed: false },
      stands: "nothing was begun: the same command starts anew",
    });
  }
});
