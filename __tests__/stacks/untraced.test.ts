import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { App, Tokenization } from "cdktf";
import { Relocation, type RelocationProps } from "../../stacks/relocation";
import { relocation } from "./example";

const outdir = fs.mkdtempSync(path.join(os.tmpdir(), "untraced-"));

afterAll(() => fs.rmSync(outdir, { recursive: true }));

const make = (stackTraces: boolean, props: RelocationProps = relocation) =>
  new Relocation(new App({ outdir, stackTraces }), props);

/** Where a reference of the relocation was made, as CDKTF keeps it. */
function traceOf({ standby }: Relocation): string[] {
  const reference = Tokenization.reverse(standby.target.network.vpcId)[0]!;
  return reference.creationStack;
}

test("references of an app without stack traces carry none, those of another app do", () => {
  expect(traceOf(make(false))).toEqual([]);
  expect(traceOf(make(true)).join()).toContain("untraced.test.ts");
});

test("an error in a description keeps its trace, and the process its own way to write traces", () => {
  const traces: { prepareStackTrace?: unknown } = Error;
  const before = traces.prepareStackTrace;
  const existing = () => {
    throw new Error("no such network");
  };
  const broken = { ...relocation, source: { ...relocation.source, existing } };
  let stack = "";
  try {
    make(false, broken);
  } catch (error) {
    stack = (error as Error).stack!;
  }
  expect(stack).toMatch(/no such network[^]*untraced\.test\.ts/);
  expect(traces.prepareStackTrace).toBe(before);
});
