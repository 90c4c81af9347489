import { fault, unless } from "../lib/workload/fault";
import type { RelocationProps } from "./relocation-props";

/** @returns what keeps a relocation from following the completed one that it names, whose own description is right */
export function successionFaults({ workload, source, follows }: RelocationProps): string[] {
  if (!follows) return [];
  return [
    ...unless(
      follows.workload.name === workload.name,
      fault(
        "follows.workload.name",
        `"${follows.workload.name}"`,
        `"${workload.name}", whose stacks these are`,
        "name the relocation of this workload",
      ),
    ),
    ...unless(
      follows.target.region === source.region,
      fault(
        "follows.target.region",
        `"${follows.target.region}"`,
        `"${source.region}", where the workload runs today`,
        "name the relocation that brought it there",
      ),
    ),
    ...(["keys", "secrets"] as const).flatMap((kind) =>
      (workload[kind] ?? [])
        .filter((name) => follows.workload[kind]?.includes(name) && !(name in (source.adopt?.[kind] ?? {})))
        .filter(() => source.existing === undefined)
        .map((name) =>
          fault(
            `source.adopt.${kind}`,
            `no "${name}"`,
            `what was its replica in ${source.region}, on its own by now: another one would be made in its place`,
            `make it independent of ${follows.source.region}, and give its ${kind === "keys" ? "id" : "ARN"}`,
          ),
        ),
    ),
  ];
}
