import { isRetired } from "../retired";
import type { ReviewedObject } from "../reviewed-plan";
import { objectsOf, type Rule } from "../rule";
import { blocks, text } from "../value";

/** What carries data or connections between the regions. */
const LINKS = [
  "aws_vpc_peering_connection",
  "aws_vpc_peering_connection_accepter",
  "aws_route",
  "aws_s3_bucket_replication_configuration",
  "aws_ecr_replication_configuration",
  "aws_elasticache_global_replication_group",
  "aws_rds_global_cluster",
];

/** Routes lead elsewhere, too: those to the other region lead over the peering. */
const isLink = ({ type, before }: ReviewedObject): boolean =>
  LINKS.includes(type) && (type !== "aws_route" || text(before?.vpc_peering_connection_id) !== "");

function stoppedIn({ before, after }: ReviewedObject): string[] {
  const enabled = new Set(
    blocks(before?.rule)
      .filter(({ status }) => status === "Enabled")
      .map(({ id }) => id),
  );
  return blocks(after?.rule)
    .filter(({ id, status }) => status === "Disabled" && enabled.has(id))
    .map(({ id }) => text(id));
}

/** Replication and the network between the regions are the way back. */
export const wayBackRemoved: Rule = {
  id: "way-back-removed",
  severity: "warns",
  title: "Links between the regions stay until the relocation is complete",
  why: "Applications of both regions reach the writer through them, and replication back to the source runs over them: without it there is no lossless way back.",
  fix: "Run `relocate complete` first (or `relocate abort`, to give the relocation up).",
  find: (plans) =>
    objectsOf(plans.filter((plan) => !isRetired(plan))).flatMap((object) => {
      if (!isLink(object)) return [];
      if (object.kind === "destroy") return [{ object, found: "it is destroyed" }];
      if (object.kind === "replace") return [{ object, found: "it is replaced" }];
      return stoppedIn(object).map((rule) => ({
        object,
        found: `its rule ${rule} goes from Enabled to Disabled`,
      }));
    }),
};
