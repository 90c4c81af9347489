import type { LoadBalancerImportIds } from "../lib/regional/load-balancer";
import { fault, fits, namesFaults, unless } from "../lib/workload/fault";
import type { Workload } from "../lib/workload/workload";
import type { RelocationRegion } from "./relocation-props";
import { webServices } from "./web-services";

const KINDS = {
  loadBalancer: "loadbalancer/app/[^/]+/[0-9a-f]+",
  targetGroup: "targetgroup/[^/]+/[0-9a-f]+",
};

const fitsArn = (kind: keyof typeof KINDS, region: string, arn: string) =>
  fits(new RegExp(`^arn:aws:elasticloadbalancing:${region}:\\d{12}:${KINDS[kind]}$`), arn);

/** @returns what is wrong with the load balancer that is to be imported into one side, and with its target groups */
export function balancerFaults(
  side: string,
  { region, adopt = {}, existing }: RelocationRegion,
  workload: Workload,
): string[] {
  const path = `${side}.adopt.loadBalancer`;
  const { loadBalancer, targetGroups = {} } = adopt;
  return [
    ...(loadBalancer ? idFaults(path, loadBalancer, region) : []),
    ...unless(
      loadBalancer === undefined || workload.edge !== undefined,
      fault(path, "one", "none, as the workload has no edge", "add an edge, or take it out"),
    ),
    ...unless(
      loadBalancer === undefined || adopt.network !== undefined || existing !== undefined,
      fault(
        path,
        "one, but the network is a new one",
        "the network that it stands in",
        `give "${side}.adopt.network", or describe the network in ${side}.existing`,
      ),
    ),
    ...unless(
      Object.keys(targetGroups).length === 0 || loadBalancer !== undefined || existing !== undefined,
      fault(
        `${side}.adopt.targetGroups`,
        `${Object.keys(targetGroups).join(", ")}, but the load balancer is a new one`,
        "the load balancer that they hang on, as AWS takes a target group at one only",
        `give "${side}.adopt.loadBalancer", or take them out`,
      ),
    ),
    ...namesFaults(
      `${side}.adopt.targetGroups`,
      Object.keys(targetGroups),
      webServices(workload),
      "web service",
    ),
    ...Object.entries(targetGroups).flatMap(([name, arn]) =>
      unless(
        fitsArn("targetGroup", region, arn),
        fault(
          `${side}.adopt.targetGroups.${name}`,
          `"${arn}"`,
          `the ARN of a target group in ${region}`,
          "write it as AWS shows it",
        ),
      ),
    ),
  ];
}

function idFaults(path: string, ids: LoadBalancerImportIds, region: string): string[] {
  const { loadBalancer, listener, securityGroup } = ids;
  return [
    ...unless(
      fitsArn("loadBalancer", region, loadBalancer),
      fault(
        `${path}.loadBalancer`,
        `"${loadBalancer}"`,
        `the ARN of an application load balancer in ${region}`,
        "write it as AWS shows it",
      ),
    ),
    ...unless(
      listener.startsWith(`${loadBalancer.replace(":loadbalancer/", ":listener/")}/`),
      fault(
        `${path}.listener`,
        `"${listener}"`,
        "the ARN of a listener of that load balancer",
        "write it as AWS shows it",
      ),
    ),
    ...unless(
      fits(/^sg-[0-9a-f]+$/, securityGroup),
      fault(
        `${path}.securityGroup`,
        `"${securityGroup}"`,
        "the id of a security group on it",
        "write it such as sg-0123456789abcdef0",
      ),
    ),
  ];
}
