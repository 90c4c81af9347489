import { isRetired } from "../retired";
import { objectsOf, type Rule } from "../rule";

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

/** Replication and the network between the regions are the way back. */
export const wayBackRemoved: Rule = {
  id: "way-back-removed",
  severity: "warns",
  title: "Links between the regions stay until the relocation is complete",
  why: "Applications of both regions reach the writer through them, and replication back to the source runs over them: without it there is no lossless way back.",
  fix: "Run `relocate complete` first (or `relocate abort`, to give the relocation up).",
  find: (plans) =>
    objectsOf(plans.filter((plan) => !isRetired(plan)))
      .filter(({ type, kind }) => LINKS.includes(type) && (kind === "destroy" || kind === "replace"))
      .map((object) => ({ object, found: object.kind === "destroy" ? "it is destroyed" : "it is replaced" })),
};
