import { parseState, parseStateOfOthers } from "../../split/state";

interface Resource {
  readonly mode?: string;
  readonly module?: string;
  readonly type?: string;
  readonly instances?: readonly object[];
}

const state = (...resources: readonly Resource[]) =>
  JSON.stringify({
    version: 4,
    resources: resources.map((one) => ({
      mode: "managed",
      type: "aws_iam_role",
      name: "web",
      provider: 'provider["registry.terraform.io/hashicorp/aws"]',
      instances: [{ attributes: { name: "web" } }],
      ...one,
    })),
  });

test("reads nested modules and instances by count and for_each, and leaves data out", () => {
  const text = state(
    {
      module: 'module.shop["eu-west-1"].module.access',
      instances: [{ index_key: "web" }, { index_key: "jobs" }],
    },
    { type: "aws_iam_user", instances: [{ index_key: 0 }, { index_key: 1 }] },
    { type: "aws_iam_policy_document", mode: "data" },
    { type: "random_id" },
    { type: "aws_iam_group", instances: [] },
  );
  const { resources, others } = parseState(text, "state.json");
  expect(resources.map(({ address, instances }) => [address, instances.map(({ key }) => key)])).toEqual([
    ['module.shop["eu-west-1"].module.access.aws_iam_role.web', ["web", "jobs"]],
    ["aws_iam_user.web", [0, 1]],
  ]);
  expect(others).toEqual(["random_id.web"]);
});

test("the state that objects come to may be empty, or have resources of other providers only", () => {
  const none = { resources: [], others: [], lineage: undefined };
  expect(parseStateOfOthers("", "into.json")).toEqual(none);
  expect(parseStateOfOthers(state(), "into.json")).toEqual(none);
  expect(parseStateOfOthers(state({ type: "random_id" }), "into.json").others).toEqual(["random_id.web"]);
});

test.each([
  ["an empty file", "", "is empty; expected a state, from: terraform state pull > state.json"],
  ["a saved plan", "PK\u0003\u0004", "is a saved plan, not a state"],
  ["a truncated file", '{"version": 4, "resources": [', "is cut off: the JSON has no end"],
  ["text", "no json", "is not JSON"],
  ["what show prints", '{"format_version":"1.0","values":{}}', "is what `terraform show -json` prints"],
  ["JSON of another kind", '{"version": "2.1", "services": {}}', "is JSON, but not a state"],
  ["a list", "[]", "is JSON, but not a state"],
  [
    "a state of an older version",
    '{"version": 3, "modules": []}',
    "is a state of version 3, older than the version 4",
  ],
  ["a state of a newer version", '{"version": 5, "resources": []}', "is a state of version 5, newer than"],
  [
    "a state with damaged resources",
    '{"version": 4, "resources": [{"mode": "managed"}]}',
    /is not a state that can be read:\n[^]*resources\[0\]\.type/,
  ],
  ["an encrypted state", '{"meta": {}, "encrypted_data": "x"}', "is encrypted; expected a readable state"],
  ["a state without resources", state(), "has no resources, so there is nothing to split"],
  ["a state of data alone", state({ mode: "data" }), "has no resources, so there is nothing to split"],
  [
    "a state of another provider",
    state({ type: "google_project" }, { type: "random_id" }),
    "has no resources of hashicorp/aws, but google_project, random_id",
  ],
  [
    "deposed and tainted objects, all of them at once",
    state(
      { instances: [{}, { deposed: "4a1b2c3d" }] },
      { type: "aws_iam_user", instances: [{ index_key: "ann", status: "tainted" }] },
    ),
    "aws_iam_role.web: has a deposed object (4a1b2c3d), left over from a replacement\n" +
      'aws_iam_user.web["ann"]: is tainted, so the next apply replaces it\n' +
      "state.json: apply first, then split what that leaves",
  ],
])("fails for %s", (_, text, message) => {
  expect(() => parseState(text, "state.json")).toThrow(message);
});
