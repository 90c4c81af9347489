interface StateJson {
  readonly resources?: readonly ResourceJson[];
}

interface ResourceJson {
  readonly mode: string;
  readonly type: string;
  readonly provider: string;
  readonly instances?: readonly Readonly<Record<string, unknown>>[];
}

/**
 * A state as it is planned offline: without resource identities, which Terraform keeps since 1.12 and the stand-in for AWS
 * has none of.
 *
 * @param isMadeUp for a configuration that was made up from the state: what that cannot ask for is left out (other providers, data
 * sources, outputs), and all objects get its one provider, as Terraform asks for the very one that made an object
 */
export function stateForCopy(state: string, isMadeUp: boolean): string {
  if (state.trim() === "") return state;
  const { resources = [], ...rest } = JSON.parse(state) as StateJson;
  const plain = resources.map(withoutIdentity);
  if (!isMadeUp) return JSON.stringify({ ...rest, resources: plain });
  const own = plain
    .filter(({ mode, type }) => mode === "managed" && type.startsWith("aws_"))
    .map((one) => ({ ...one, provider: /provider\["[^"]*"\]/.exec(one.provider)?.[0] }));
  return JSON.stringify({ ...rest, outputs: {}, check_results: null, resources: own });
}

const withoutIdentity = (resource: ResourceJson): ResourceJson => ({
  ...resource,
  instances: (resource.instances ?? []).map((instance) => ({
    ...instance,
    identity: undefined,
    identity_schema_version: undefined,
  })),
});
