import { EcrReplicationConfiguration } from "@cdktf/provider-aws/lib/ecr-replication-configuration";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { accountId } from "../account";
import type { LinkEnd } from "./link-end";

/**
 * Replicates the images of two regions' registries into each other, for all repositories whose name begins with a prefix.
 *
 * An account has ONE replication configuration a region, for all its repositories: this is it, and takes the place of any
 * other. Where one is managed elsewhere, add the rule there instead of calling this.
 *
 * Only images that are pushed from then on are replicated: push those that tasks run from once more. An image arrives
 * within minutes, and goes no further than one region.
 *
 * @param prefix begin of the repositories' names, such as the workload's name
 * @throws Error when both ends are in one region
 *
 * Cost: storage twice, traffic between the regions.
 */
export function linkRegistries(prefix: string, one: LinkEnd, other: LinkEnd): void {
  if (one.region === other.region) {
    throw new Error(
      `${one.scope.node.path}: both ends of the registries' link are in ${one.region}, but a link joins two regions. ` +
        `Fix: give the ends different scopes and regions.`,
    );
  }
  replicate(prefix, one, other.region);
  replicate(prefix, other, one.region);
}

function replicate(prefix: string, { scope: end }: LinkEnd, region: string): void {
  const scope = new Construct(end, `registries-to-${region}`);
  scope.node.addValidation({ validate: () => faults(scope.node.path, prefix) });
  const account = accountId(scope);
  new EcrReplicationConfiguration(scope, "replication", {
    replicationConfiguration: {
      rule: [
        {
          destination: [{ region, registryId: account }],
          repositoryFilter: [{ filter: prefix, filterType: "PREFIX_MATCH" }],
        },
      ],
    },
  });
}

/** Source: ECR API reference, RepositoryFilter. */
function faults(path: string, prefix: string): string[] {
  if (Token.isUnresolved(prefix) || /^(?=..)[a-z0-9]+([._\-/][a-z0-9]+)*[._\-/]?$/.test(prefix)) return [];
  return [
    `${path}: found the prefix "${prefix}", expected two or more lower-case letters and digits as repositories' names ` +
      `begin with. Fix: give "prefix" such a text.`,
  ];
}
