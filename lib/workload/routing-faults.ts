import { fault, repeated, unless } from "./fault";
import type { WorkloadWeb } from "./service";
import type { Workload } from "./workload";

/** Source: Elastic Load Balancing user guide, "Path conditions". */
const PATH_PATTERN = /^\/[A-Za-z0-9_\-.$/~"'@:+&*?]*$/;

/** @returns what keeps requests from finding one web service each */
export function routingFaults({ services, edge }: Workload): string[] {
  const web = Object.entries(services).filter((entry): entry is [string, WorkloadWeb] => {
    const { kind = "web" } = entry[1];
    return kind === "web";
  });
  const names = web.map(([name]) => name);
  const rest = web.filter(([, { paths }]) => paths === undefined).map(([name]) => name);
  return [
    ...unless(
      names.length === 0 || edge !== undefined,
      fault(
        "edge",
        `none, but the web ${names.length === 1 ? "service" : "services"} ${names.join(", ")}`,
        "an edge that brings them requests",
        'give the workload "edge" with its public name, or make them workers',
      ),
    ),
    ...unless(
      names.length > 0 || edge === undefined,
      fault(
        "edge",
        "no web service behind it",
        "at least one",
        'add a service of kind "web", or take the edge out',
      ),
    ),
    ...unless(
      names.length === 0 || rest.length > 0,
      fault(
        "services",
        `paths at every web service: ${names.join(", ")}`,
        "one that answers whatever no other one does",
        'leave "paths" out at one of them',
      ),
    ),
    ...unless(
      rest.length < 2,
      fault(
        "services",
        `${rest.length} web services without paths: ${rest.join(", ")}`,
        "exactly one, as it answers whatever no other one does",
        'give the others "paths"',
      ),
    ),
    ...web.flatMap(([name, { paths }]) => pathsFaults(`services.${name}.paths`, paths)),
    ...repeated(web.flatMap(([, { paths = [] }]) => [...new Set(paths)])).map((pattern) =>
      fault(
        "services",
        `the path "${pattern}" at ${web
          .filter(([, { paths = [] }]) => paths.includes(pattern))
          .map(([name]) => name)
          .join(" and ")}`,
        "every path at one service",
        "take it out at all but one",
      ),
    ),
  ];
}

function pathsFaults(path: string, paths: readonly string[] | undefined): string[] {
  if (!paths) return [];
  return [
    ...unless(
      paths.length > 0,
      fault(path, "an empty list", "at least one path", 'name one, or leave "paths" out'),
    ),
    ...repeated(paths).map((pattern) =>
      fault(path, `"${pattern}" twice`, "every path once", "take the second one out"),
    ),
    ...paths
      .filter((pattern) => !isPathPattern(pattern))
      .map((pattern) =>
        fault(
          path,
          `"${pattern}"`,
          "a path with * and ? as wildcards, which begins with / and is not /* itself",
          "write it such as /api/*",
        ),
      ),
  ];
}

/** Whether load balancer and distribution take a text as a pattern of some paths, not of all. */
export function isPathPattern(pattern: string): boolean {
  return PATH_PATTERN.test(pattern) && !/^\/\*+$/.test(pattern);
}
