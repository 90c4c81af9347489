import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { propose, type Proposal } from "../../split/proposal";
import { prove } from "../../split/proof";
import { deployed } from "./deployed";

let directory: string;
let shop: string;
let account: string;
let proposal: Proposal;

/** The real provider's schemas have versions, and identities since Terraform 1.12. */
function asOfAnAccount(state: string): string {
  const { resources, ...rest } = JSON.parse(state) as {
    resources: readonly { type: string; instances: readonly object[] }[];
  };
  const versioned = (one: object) => ({
    ...one,
    schema_version: 2,
    identity_schema_version: 0,
    identity: { name: "x" },
  });
  return JSON.stringify({
    ...rest,
    resources: resources.map((one) =>
      one.type.startsWith("aws_iam_") ? { ...one, instances: one.instances.map(versioned) } : one,
    ),
  });
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "split-across-"));
  shop = asOfAnAccount(await deployed("keyed", directory));
  account = await deployed("account", directory);
  proposal = propose({
    state: { text: shop, from: "shop.json" },
    into: { text: account, from: "account.json" },
  });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("A2: finds what is global below nested modules with keys, and leaves data and other providers alone", () => {
  const found = proposal.moves.map(({ resource, to }) => [resource.address, to]);
  expect(found).toHaveLength(6);
  expect(found).toContainEqual([
    'module.shop["eu-west-1"].module.access.aws_iam_role.task',
    "module.shop_global.module.access.aws_iam_role.task_eu_west_1",
  ]);
  expect(proposal.state.others).toEqual(["terraform_data.release"]);
});

test("A2: each state plans No changes: one forgets, the other imports, and what it had stays", async () => {
  const { resources } = proposal.state;
  const proof = await prove({
    from: { state: shop, resources },
    into: { state: account, resources: proposal.into?.resources ?? [] },
    moves: proposal.moves,
    directory: join(directory, "proof"),
  });
  expect(proof).toEqual({ changes: [], imported: 6 });
});

test("A2: within the state, by blocks and by the script, No changes too", async () => {
  const { moves, state } = propose({ state: { text: shop, from: "shop.json" } });
  const from = { state: shop, resources: state.resources };
  await expect(prove({ from, moves, directory: join(directory, "within") })).resolves.toEqual({
    changes: [],
    imported: 0,
  });
});

test("what cannot be imported whole is named and stays; no id is guessed", () => {
  expect(proposal.notImportable.map(({ resource }) => resource.address)).toEqual([
    'module.shop["eu-west-1"].module.access.aws_iam_access_key.old',
    'module.shop["us-east-1"].module.access.aws_iam_access_key.old',
  ]);
  expect(proposal.files["imports.tf"]).not.toContain("aws_iam_access_key");
  expect(proposal.files["removed.tf"]).not.toContain("aws_iam_access_key");
  expect(proposal.files["moves.sh"]).toContain("aws_iam_access_key");
});

test("fails the proof when an import id leads to another object, or to none", async () => {
  const { resources } = proposal.state;
  const [first] = proposal.moves.filter(({ resource }) => resource.type === "aws_iam_role_policy");
  const wrong = {
    ...first!,
    resource: {
      ...first!.resource,
      instances: first!.resource.instances.map(({ key, attributes }) => ({
        key,
        attributes: { ...attributes, id: "nobody:own" },
      })),
    },
  };
  const { changes } = await prove({
    from: { state: shop, resources },
    into: { state: account, resources: proposal.into?.resources ?? [] },
    moves: proposal.moves.map((move) => (move === first ? wrong : move)),
    directory: join(directory, "wrong"),
  });
  expect(changes).toContainEqual({ address: wrong.to, actions: ["import"], by: "blocks", side: "into" });
});

test("fails for the same state on both sides", () => {
  expect(() =>
    propose({ state: { text: shop, from: "a.json" }, into: { text: shop, from: "b.json" } }),
  ).toThrow("b.json: is the same state as a.json");
});

test("fails where a removed block, which takes no keys, would take along what stays", () => {
  const role = { mode: "managed", type: "aws_iam_role", name: "web", provider: "aws", instances: [{}] };
  const text = JSON.stringify({
    version: 4,
    resources: ["eu-west-1", "main"].map((key) => ({ ...role, module: `module.roles["${key}"]` })),
  });
  const into = { text: "", from: "new" };
  expect(() => propose({ state: { text, from: "state.json" }, into })).toThrow(
    'module.roles["main"].aws_iam_role.web: stays, but shares its code with what goes to the other state',
  );
});
