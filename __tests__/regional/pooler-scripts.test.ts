import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ANSWERS_TLS, IS_STAGED, STAGE_WRITER, START_POOLER } from "../../lib/regional/pooler-scripts";
import { poolerSettings } from "../../lib/regional/pooler-settings";

let directory: string;
let folders: { staged: string; own: string };
let environment: Record<string, string>;
let running: ChildProcess | undefined;

/** A command that stands in for one that AWS or an image brings; the shell itself and openssl are real. */
function command(name: string, script: string): void {
  fs.writeFileSync(path.join(directory, "bin", name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

const file = (...names: string[]) => path.join(directory, ...names);
const text = (...names: string[]) => fs.readFileSync(file(...names), "utf8");

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(10);
}

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "pooler-"));
  for (const name of ["bin", "staged", "own"]) fs.mkdirSync(file(name));
  folders = { staged: file("staged"), own: file("own") };
  environment = {
    PATH: `${file("bin")}:${process.env.PATH}`,
    STAGED: folders.staged,
    OWN: folders.own,
  };
});

afterEach(async () => {
  if (running && running.exitCode === null && running.signalCode === null) {
    running.kill();
    await once(running, "exit");
  }
  running = undefined;
  fs.rmSync(directory, { recursive: true });
});

describe("the sidecar", () => {
  const answer = (value: string) => {
    fs.writeFileSync(file("answer.new"), value);
    fs.renameSync(file("answer.new"), file("answer"));
  };
  let said = "";

  /** Starts it, with an SSM that says what `answer` was told; an answer that begins with "!" is an error. */
  function stage(): ChildProcess {
    said = "";
    command("curl", `while [ "$1" != --output ]; do shift; done; echo authorities > "$2"`);
    command(
      "aws",
      `case $(cat ${file("answer")}) in !*) cat ${file("answer")} >&2; exit 254;; esac; cat ${file("answer")}`,
    );
    running = spawn("sh", ["-c", STAGE_WRITER], {
      env: {
        ...environment,
        ...{ AUTHORITIES_URL: "https://example.com/ca.pem", WRITER_PARAMETER: "/shop/writer" },
        ...{
          FIRST_WRITER: "source.example.com",
          DATABASE: "orders",
          DATABASE_PORT: "5432",
          SECONDS_BETWEEN: "0.01",
        },
      },
    });
    for (const stream of [running.stdout!, running.stderr!])
      stream.on("data", (chunk) => (said += String(chunk)));
    return running;
  }
  const staged = () => spawnSync("sh", ["-c", IS_STAGED], { env: environment }).status === 0;
  const writer = () => (fs.existsSync(file("staged", "writer.ini")) ? text("staged", "writer.ini") : "");

  test("stages what the parameter says, and follows it", async () => {
    answer("source.example.com");
    expect(staged()).toBe(false);
    stage();
    await until(staged);
    expect(writer()).toBe("[databases]\norders = host=source.example.com port=5432\n");
    expect(text("staged", "ca.pem")).toBe("authorities\n");
    expect(fs.statSync(file("own")).mode & 0o1777).toBe(0o1777);
    answer("target.example.com");
    await until(() => writer().includes("target.example.com"));
  });

  test("stages the source before there is a parameter, and never goes back to it afterwards", async () => {
    answer("!An error occurred (ParameterNotFound)");
    stage();
    await until(() => writer().includes("source.example.com"));
    answer("target.example.com");
    await until(() => writer().includes("target.example.com"));
    answer("!An error occurred (ParameterNotFound)");
    await sleep(200);
    expect(writer()).toContain("target.example.com");
  });

  test.each(["!Could not connect to the endpoint URL", "bad host; port=1"])(
    "keeps what is staged when SSM says %s, and says so",
    async (nonsense) => {
      answer("source.example.com");
      stage();
      await until(staged);
      answer(nonsense);
      await until(() => said.includes(nonsense));
      expect(writer()).toContain("source.example.com");
      answer("target.example.com");
      await until(() => writer().includes("target.example.com"));
    },
  );

  test("fails to become healthy as long as there is neither writer nor parameter to be had", async () => {
    answer("!Could not connect to the endpoint URL");
    stage();
    await until(() => said.includes("Could not connect"));
    expect(staged()).toBe(false);
  });

  test("ends at once when the task does", async () => {
    answer("source.example.com");
    const sidecar = stage();
    await until(staged);
    sidecar.kill("SIGTERM");
    const [code] = (await once(sidecar, "exit")) as [number];
    expect(code).toBe(0);
  });
});

describe("PgBouncer's container", () => {
  const start = () =>
    spawnSync("sh", ["-c", START_POOLER], {
      encoding: "utf8",
      env: {
        ...environment,
        ...{ APPLICATION_ROLE: "orders_app", APPLICATION_PASSWORD: 'pa"ss $word' },
        ...{ ADMINISTRATOR: "relocate", ADMINISTRATOR_PASSWORD: "secret" },
        SETTINGS: poolerSettings(folders, 40),
      },
    });

  test("hands PgBouncer users, settings and a certificate that it alone can read, and no password in its environment", () => {
    command("pgbouncer", 'echo "$1"; env');
    const { stdout, status } = start();
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`^${file("own", "pgbouncer.ini")}\n`));
    expect(stdout).not.toContain("PASSWORD");
    expect(text("own", "users.txt")).toBe('"orders_app" "pa""ss $word"\n"relocate" "secret"\n');
    expect(text("own", "pgbouncer.ini")).toBe(poolerSettings(folders, 40));
    expect(text("own", "certificate.pem")).toMatch(/BEGIN CERTIFICATE/);
    for (const name of ["users.txt", "key.pem", "pgbouncer.ini"]) {
      expect([name, fs.statSync(file("own", name)).mode & 0o077]).toEqual([name, 0]);
    }
  });

  test("fails with openssl's own words when no certificate can be made", () => {
    command("openssl", "echo no entropy >&2; exit 1");
    command("pgbouncer", "echo started");
    const { stdout, stderr, status } = start();
    expect([stdout, stderr.trim(), status]).toEqual(["", "no entropy", 1]);
  });

  test("fails its health check when nothing answers", () => {
    expect(spawnSync("sh", ["-c", ANSWERS_TLS], { env: { ...environment, PORT: "1" } }).status).not.toBe(0);
  });
});

test("every line of the settings is one that PgBouncer's parser takes, and the writer comes from the staged file", () => {
  const lines = poolerSettings({ staged: "/staged", own: "/own" }, 40).trimEnd().split("\n");
  expect(lines.slice(0, 2)).toEqual(["%include /staged/writer.ini", "[pgbouncer]"]);
  expect(lines.slice(2).filter((line) => !/^[a-z_]+ = \S*$/.test(line))).toEqual([]);
  expect(lines).toContain("server_tls_sslmode = verify-full");
  expect(lines).toContain("client_tls_sslmode = require");
});
