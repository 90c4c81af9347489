import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const ROOT = path.join(__dirname, "..");

interface SynthManifest {
  readonly stacks: Record<string, { readonly annotations: unknown[]; readonly dependencies: string[] }>;
}

test("A1: the example synthesizes its four phase stacks as cdktf.json runs it, without a warning", () => {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), "main-"));
  try {
    const app = spawnSync(process.execPath, ["-r", "ts-node/register/transpile-only", "main.ts"], {
      cwd: ROOT,
      env: { ...process.env, CDKTF_OUTDIR: outdir },
      encoding: "utf8",
    });
    expect(app).toMatchObject({ status: 0, stdout: "", stderr: "" });
    const { stacks } = JSON.parse(
      fs.readFileSync(path.join(outdir, "manifest.json"), "utf8"),
    ) as SynthManifest;
    expect(Object.values(stacks).flatMap(({ annotations }) => annotations)).toEqual([]);
    expect(Object.entries(stacks).map(([name, { dependencies }]) => [name, dependencies])).toEqual([
      ["storefront-cutover", ["storefront-standby"]],
      ["storefront-decommission", ["storefront-replication", "storefront-standby"]],
      ["storefront-replication", ["storefront-standby"]],
      ["storefront-standby", []],
    ]);
    // B11: the repository keeps the DNS plan of what it describes.
    expect(fs.readFileSync(path.join(outdir, "dns-records.md"), "utf8")).toBe(
      fs.readFileSync(path.join(ROOT, "dns-records.md"), "utf8"),
    );
  } finally {
    fs.rmSync(outdir, { recursive: true });
  }
});
