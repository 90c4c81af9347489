import * as fs from "node:fs";
import * as path from "node:path";
import type { SynthesizedStack } from "./synthesis";

const CONFIGURATION = "cdk.tf.json";

type Json = null | string | number | boolean | Json[] | { [name: string]: Json };
type JsonObject = { [name: string]: Json };

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function read(stack: SynthesizedStack): JsonObject {
  return JSON.parse(fs.readFileSync(path.join(stack.directory, CONFIGURATION), "utf8")) as JsonObject;
}

const sorted = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const names = Object.keys(value).filter((name) => value[name] !== null && name !== "workspaces");
  return Object.fromEntries(names.sort().map((name) => [name, sorted(value[name] ?? null)]));
};

/** One text for a backend and its settings: a stack's own, and every remote state that reads it, have the same. */
const backendText = (type: Json | undefined, settings: Json | undefined) =>
  JSON.stringify([type ?? null, sorted(settings ?? null)]);

function ownBackend(configuration: JsonObject): string | undefined {
  const terraform = configuration.terraform;
  const backend = isObject(terraform) && isObject(terraform.backend) ? terraform.backend : {};
  const [entry] = Object.entries(backend);
  return entry && backendText(entry[0], entry[1]);
}

/** Path of a stack's state below the workspace. */
export const stateFile = (directory: string, stack: string): string =>
  path.join(directory, "state", `${stack}.tfstate`);

function localised(
  stack: SynthesizedStack,
  configuration: JsonObject,
  owners: ReadonlyMap<string, string>,
  directory: string,
  addressOf: (file: string) => string,
) {
  const terraform = isObject(configuration.terraform) ? configuration.terraform : {};
  const rewritten: JsonObject = {
    ...configuration,
    terraform: { ...terraform, backend: { http: { address: addressOf(stateFile(directory, stack.name)) } } },
  };
  const data = isObject(configuration.data) ? configuration.data : {};
  const states = isObject(data.terraform_remote_state) ? data.terraform_remote_state : {};
  if (Object.keys(states).length === 0) return rewritten;
  const redirected = Object.entries(states).map(([id, state]) => {
    const { backend, config } = isObject(state) ? state : {};
    const owner = owners.get(backendText(backend, config));
    if (owner === undefined) {
      throw new Error(
        `stack ${stack.name}: data.terraform_remote_state.${id} reads a state that no stack of this app keeps` +
          ` (${backendText(backend, config)}); offline there is no such state: pass the values it gives as variables`,
      );
    }
    const local = { backend: "local", config: { path: stateFile(directory, owner) } };
    return [id, local] as const;
  });
  rewritten.data = { ...data, terraform_remote_state: Object.fromEntries(redirected) };
  return rewritten;
}

/**
 * Copies stacks to a directory of their own and leads all state there: backends and remote states become local files,
 * so that no bucket is asked for and the user's own state is never touched.
 *
 * @param addressOf gives the address by which Terraform's backend `http` keeps a file
 * @returns the copied stacks
 * @throws Error when a stack reads the state of something that is not part of the app
 */
export function withLocalState(
  stacks: readonly SynthesizedStack[],
  directory: string,
  addressOf: (file: string) => string,
): SynthesizedStack[] {
  const configurations = new Map(stacks.map((stack) => [stack, read(stack)]));
  const owners = new Map<string, string>();
  for (const [stack, configuration] of configurations) {
    const backend = ownBackend(configuration);
    if (backend !== undefined) owners.set(backend, stack.name);
  }
  fs.mkdirSync(path.join(directory, "state"), { recursive: true });
  return [...configurations].map(([stack, configuration]) => {
    const copy = path.join(directory, "stacks", stack.name);
    fs.rmSync(copy, { recursive: true, force: true });
    // What Terraform keeps beside a configuration belongs to the place it was initialised for.
    const carried = (source: string) =>
      !/\/(\.terraform|\.terraform\.lock\.hcl|plan|[^/]*\.tfstate[^/]*)$/.test(source);
    fs.cpSync(stack.directory, copy, { recursive: true, filter: carried });
    const text = JSON.stringify(localised(stack, configuration, owners, directory, addressOf), null, 2);
    fs.writeFileSync(path.join(copy, CONFIGURATION), text);
    return { ...stack, directory: copy };
  });
}
