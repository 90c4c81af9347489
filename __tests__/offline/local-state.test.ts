import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { stateFile, withLocalState } from "../../offline/local-state";

let directory: string;
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "relocate-test-"));
});
afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

function synthesized(name: string, configuration: object) {
  const place = path.join(directory, "synthesized", name);
  fs.mkdirSync(place, { recursive: true });
  fs.writeFileSync(path.join(place, "cdk.tf.json"), JSON.stringify(configuration));
  return { name, directory: place, dependencies: [] };
}

const addressOf = (file: string) => `http://127.0.0.1/${file}`;

const bucket = (key: string) => ({ bucket: "states", key, region: "us-east-1", encrypt: true });
const reading = (key: string) => ({
  terraform: { backend: { s3: bucket("second") }, required_providers: { aws: { source: "aws" } } },
  data: { terraform_remote_state: { other: { backend: "s3", config: bucket(key) } } },
});

test("backends and the remote states that read them become local files below the workspace", () => {
  const stacks = [
    synthesized("first", { terraform: { backend: { s3: bucket("first") } }, variable: { cutover: {} } }),
    synthesized("second", reading("first")),
  ];
  const workspace = path.join(directory, "workspace");
  const [first, second] = withLocalState(stacks, workspace, addressOf).map(
    ({ directory: place }) => JSON.parse(fs.readFileSync(path.join(place, "cdk.tf.json"), "utf8")) as object,
  );
  expect(first).toEqual({
    terraform: { backend: { http: { address: addressOf(stateFile(workspace, "first")) } } },
    variable: { cutover: {} },
  });
  expect(second).toEqual({
    terraform: {
      backend: { http: { address: addressOf(stateFile(workspace, "second")) } },
      required_providers: { aws: { source: "aws" } },
    },
    data: {
      terraform_remote_state: {
        other: { backend: "local", config: { path: stateFile(workspace, "first") } },
      },
    },
  });
});

test("assets come along; state, locks and plugins that lie beside a stack do not", () => {
  const stack = synthesized("first", {});
  fs.mkdirSync(path.join(stack.directory, "assets", "router"), { recursive: true });
  fs.writeFileSync(path.join(stack.directory, "assets", "router", "code.js"), "code");
  fs.mkdirSync(path.join(stack.directory, ".terraform"));
  for (const name of ["terraform.tfstate", "terraform.tfstate.backup", ".terraform.lock.hcl", "plan"]) {
    fs.writeFileSync(path.join(stack.directory, name), "{}");
  }
  const [copy] = withLocalState([stack], path.join(directory, "workspace"), addressOf);
  expect(fs.readdirSync(copy!.directory).sort()).toEqual(["assets", "cdk.tf.json"]);
  expect(fs.readFileSync(path.join(copy!.directory, "assets", "router", "code.js"), "utf8")).toBe("code");
});

test("fails when a stack reads a state that no stack of the app keeps", () => {
  const stacks = [synthesized("second", reading("of-somebody-else"))];
  expect(() => withLocalState(stacks, path.join(directory, "workspace"), addressOf)).toThrow(
    /stack second: data\.terraform_remote_state\.other reads a state that no stack of this app keeps .*of-somebody-else/,
  );
});
