import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { keepStates, type StateKeeper } from "../../offline/state-keeper";

let directory: string;
let keeper: StateKeeper;

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "states-"));
  keeper = await keepStates();
});

afterAll(() => {
  keeper.close();
  fs.rmSync(directory, { recursive: true });
});

const file = (name: string) => path.join(directory, name);
const put = (address: string, body: string) => fetch(address, { method: "POST", body });

test("a state is kept in its file, and read from it again", async () => {
  const address = keeper.addressOf(file("standby.tfstate"));
  expect((await fetch(address)).status).toBe(404);
  expect((await put(address, '{"serial":1}')).status).toBe(200);
  expect((await put(address, '{"serial":2}')).status).toBe(200);
  expect(await (await fetch(address)).text()).toBe('{"serial":2}');
  expect(fs.readdirSync(directory)).toEqual(["standby.tfstate"]);
  expect(fs.readFileSync(file("standby.tfstate"), "utf8")).toBe('{"serial":2}');
});

test("a file has one address, which leads to no other one", async () => {
  const address = keeper.addressOf(file("cutover.tfstate"));
  expect(keeper.addressOf(file("cutover.tfstate"))).toBe(address);
  await put(address, "{}");
  expect((await fetch(keeper.addressOf(file("another.tfstate")))).status).toBe(404);
});

test("fails to read what it was not asked to keep, and to write where there is no folder", async () => {
  const { origin } = new URL(keeper.addressOf(file("standby.tfstate")));
  expect((await fetch(`${origin}/standby.tfstate`)).status).toBe(403);
  const refused = await put(keeper.addressOf(path.join(directory, "nowhere", "state")), "{}");
  expect([refused.status, await refused.text()]).toEqual([500, expect.stringContaining("ENOENT")]);
});
