import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { misplaced, type Misplaced } from "../../split/placement";
import { prove } from "../../split/proof";
import { deployed } from "./deployed";
import { parseState, type StateResource } from "../../split/state";

const FIXTURES = join(__dirname, "fixtures");

let directory: string;
let state: string;
let resources: readonly StateResource[];
let moves: Misplaced[];

const scratch = (name: string): string => {
  const place = join(directory, name);
  mkdirSync(place);
  return place;
};

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "split-"));
  state = await deployed("mixed", directory);
  resources = parseState(state, "state.json").resources;
  moves = misplaced(resources);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const instances = (some: readonly StateResource[]) => some.flatMap((one) => one.instances).length;

test("A2: finds the global resources of both regions' modules, 37 objects, and leaves the regional ones", () => {
  expect(instances(moves.map(({ resource }) => resource))).toBe(37);
  expect(instances(resources) - 37).toBe(18);
  expect(moves.every(({ to }) => to.startsWith("module.global.aws_"))).toBe(true);
});

test("A2: what both modules have keeps its region in the name", () => {
  expect(moves.map(({ resource, to }) => [resource.address, to])).toContainEqual([
    "module.us_east_1.aws_iam_role.web",
    "module.global.aws_iam_role.web_us_east_1",
  ]);
});

test("A2: the split code with the moves plans No changes", async () => {
  const configuration = join(FIXTURES, "split");
  await expect(
    prove({ from: { state, resources, configuration }, moves, directory: scratch("code") }),
  ).resolves.toEqual({ changes: [], imported: 0 });
});

test("A2: without the code, what the state has at its new places plans No changes", async () => {
  await expect(prove({ from: { state, resources }, moves, directory: scratch("stated") })).resolves.toEqual({
    changes: [],
    imported: 0,
  });
});

test("fails the proof when moves are left out: the plan would destroy objects and make others", async () => {
  const configuration = join(FIXTURES, "split");
  const { changes } = await prove({
    from: { state, resources, configuration },
    moves: moves.slice(-1),
    directory: scratch("short"),
  });
  expect(changes.map(({ address, actions }) => [address, ...actions])).toEqual(
    expect.arrayContaining([
      [moves[0]?.resource.address, "delete"],
      [moves[0]?.to, "create"],
    ]),
  );
});
