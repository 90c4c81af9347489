import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TerraformStack } from "cdktf";
import { relocate } from "../cli/relocate";
import { apply } from "./deployed";
import { synthesizeShop } from "./shop-stack";

type AndThen = (stack: TerraformStack) => void;

let project: string;
interface Json {
  readonly moves: readonly { readonly from: string; readonly to: string; readonly constructPath: string }[];
  readonly changes: readonly unknown[];
  readonly imported: number;
  readonly files: readonly string[];
}

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), "split-constructs-"));
  const stack = synthesizeShop({ project, output: join(project, "cdktf.out"), is: "mixed" });
  await apply(stack);
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

const split = async (...args: string[]) => {
  const { code, stdout, stderr } = await relocate(["split", ...args], {}, project).ended;
  return { code, stdout, stderr };
};

test("A2: a CDKTF stack by its name: the new construct paths, CDKTF's own addresses, proven No changes", async () => {
  const { code, stdout, stderr } = await split("shop", "--json");
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const { moves, changes } = JSON.parse(stdout) as Json;
  expect(changes).toEqual([]);
  expect(moves).toHaveLength(18);
  expect(moves).toContainEqual({
    from: "aws_iam_role.us-east-1_identity_web_CB7C7A80",
    to: "aws_iam_role.global_identity_web-us-east-1_4DA70E65",
    constructPath: "global/identity/web-us-east-1",
    why: "a global resource in what belongs to us-east-1",
  });
  expect(moves).toContainEqual({
    from: "aws_sns_topic.global_alarms_topic_8756E153",
    to: "aws_sns_topic.us-east-1_alarms_topic_5E083313",
    constructPath: "us-east-1/alarms/topic",
    why: "a regional resource (us-east-1) in a global module",
  });
});

test("A2: the code with those constructs, and addMoves called as the output says, plans No changes", async () => {
  const { addMoves } = (await import(join(project, "split/moved.ts"))) as {
    addMoves: AndThen;
  };
  const after = synthesizeShop({ project, output: join(project, "after"), is: "split", andThen: addMoves });
  const { code, stdout } = await split("shop", "--config", after);
  expect(stdout).toContain("call addMoves(stack) at the end of the stack's constructor");
  expect(stdout).toMatch(
    /Proven offline on a copy of the state, by the blocks and by moves\.sh: No changes\.\n$/,
  );
  expect(code).toBe(0);
});

test("A2: across states, the blocks import every object by its id and forget it here, and nothing else", async () => {
  const { code, stdout } = await split("shop", "--across", "--only", "global", "--out", "across", "--json");
  expect(code).toBe(0);
  const { moves, changes, imported, files } = JSON.parse(stdout) as Json;
  expect({ changes, imported }).toEqual({ changes: [], imported: 20 });
  expect(moves).toHaveLength(16);
  expect(files).toEqual(["across/removed.ts", "across/imports.ts", "across/moves.sh"]);
});

test("A2: the code of both stacks, with addRemovals and addImports called, plans imports and nothing else", async () => {
  const written = (name: string) => import(join(project, "across", name)) as Promise<Record<string, AndThen>>;
  const { addRemovals } = await written("removed.ts");
  const { addImports } = await written("imports.ts");
  const left = synthesizeShop({ project, output: join(project, "left"), is: "left", andThen: addRemovals });
  const account = synthesizeShop({
    ...{ project, output: join(project, "account"), is: "account", andThen: addImports },
  });
  const { code, stdout } = await split(
    ...["shop", "--across", "--only", "global", "--out", "across"],
    ...["--config", left, "--across-config", account],
  );
  expect(stdout).toContain(
    "Call addRemovals(stack) at the end of this stack's\nconstructor and addImports(stack)",
  );
  expect(stdout).toMatch(
    /on copies of both states, by the blocks and by moves\.sh: No changes\. Imported: 20\.\n$/,
  );
  expect(code).toBe(0);
});
