import {
  MANIFEST_OUTPUT,
  type ManifestPart,
  parseManifestPart,
  type PartOf,
  type Phase,
} from "../../lib/manifest";

/** What the phase stacks that were deployed tell the runbook. */
export interface Manifest {
  /** Name of the workload, and of its relocation in the journal. */
  readonly workload: string;
  readonly sourceRegion: string;
  readonly targetRegion: string;
  /** A phase that is missing has not been deployed, or its outputs were not given. */
  readonly parts: { readonly [P in Phase]?: PartOf<P> };
}

/** Outputs as they were read, and where. */
export interface ReadOutputs {
  /** Parsed JSON: outputs of stacks, nested as CDKTF does it, or those of one stack as Terraform prints them. */
  readonly value: unknown;
  /** Such as the file's name, for messages. */
  readonly from: string;
}

/**
 * Finds the manifest's parts in the outputs of stacks, wherever they stand in them: the CDKTF CLI writes
 * `{ "<stack>": { "<output>": value } }`, `terraform output -json` writes `{ "<output>": { value, type, sensitive } }`.
 *
 * @throws Error that lists every fault: no part at all, a part of another version, parts of different relocations, two
 * parts of one phase that differ
 */
export function gatherManifest(outputs: readonly ReadOutputs[]): Manifest {
  const faults: string[] = [];
  const found = outputs.flatMap(({ value, from }) =>
    findParts(value, from).flatMap((place): Found[] => {
      try {
        return [{ part: parseManifestPart(place.value, place.from), from: place.from }];
      } catch (error) {
        faults.push((error as Error).message);
        return [];
      }
    }),
  );
  const [first] = found;
  const places = outputs.map(({ from }) => from).join(", ");
  if (!first && faults.length === 0) {
    faults.push(
      `${places}: no output ${MANIFEST_OUTPUT}, expected one of each phase stack; write the outputs of the deployed ` +
        'stacks with "cdktf output <stacks> --outputs-file outputs.json"',
    );
  }
  const parts: { [P in Phase]?: PartOf<P> } = {};
  for (const { part, from } of found) {
    const { phase } = part;
    if (first && !isSameRelocation(first.part, part))
      faults.push(`${from}: of ${nameOf(part)}, expected ${nameOf(first.part)}, as ${first.from} has it`);
    else if (parts[phase] && JSON.stringify(parts[phase]) !== JSON.stringify(part))
      faults.push(`${from}: the phase ${phase} again, with other values; give the newest outputs only`);
    else Object.assign(parts, { [phase]: part });
  }
  if (faults.length > 0 || !first) throw new Error(faults.join("\n"));
  const { workload, sourceRegion, targetRegion } = first.part;
  return { workload, sourceRegion, targetRegion, parts };
}

/**
 * The parts a command needs.
 *
 * @throws Error that names every phase that is missing, with what to do
 */
export function requireParts<P extends Phase>(
  { workload, parts }: Manifest,
  phases: readonly P[],
): { readonly [Q in P]: PartOf<Q> } {
  const missing = phases.filter((phase) => !parts[phase]);
  if (missing.length === 0) return parts as { readonly [Q in P]: PartOf<Q> };
  const stacks = missing.map((phase) => `${workload}-${phase}`);
  throw new Error(
    `the outputs lack the phase ${missing.join(", ")}; deploy ${stacks.join(" ")}, then write the outputs of all stacks ` +
      'with "cdktf output <stacks> --outputs-file outputs.json"',
  );
}

interface Found {
  readonly part: ManifestPart;
  readonly from: string;
}

function findParts(value: unknown, from: string): ReadOutputs[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const at = `${from}: ${key}`;
    return key === MANIFEST_OUTPUT ? [{ value: plain(inner), from: at }] : findParts(inner, at);
  });
}

/** Terraform wraps a value; a manifest itself has no `sensitive`. */
function plain(output: unknown): unknown {
  const isWrapped =
    typeof output === "object" && output !== null && "value" in output && "sensitive" in output;
  return isWrapped ? output.value : output;
}

function isSameRelocation(one: ManifestPart, other: ManifestPart): boolean {
  return nameOf(one) === nameOf(other);
}

const nameOf = ({ workload, sourceRegion, targetRegion }: ManifestPart): string =>
  `${workload} (${sourceRegion} to ${targetRegion})`;
