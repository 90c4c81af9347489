import { objectsOf, type Rule } from "../rule";
import { isTrue, text } from "../value";

/** What says of a type that it is encrypted, where AWS does not do so by itself. */
const SWITCHES: Readonly<Record<string, string>> = {
  aws_db_instance: "storage_encrypted",
  aws_rds_cluster: "storage_encrypted",
  aws_docdb_cluster: "storage_encrypted",
  aws_neptune_cluster: "storage_encrypted",
  aws_elasticache_replication_group: "at_rest_encryption_enabled",
  aws_efs_file_system: "encrypted",
  aws_ebs_volume: "encrypted",
};

/** Arguments by which an object takes its encryption from another one. */
const ORIGINS = [
  "replicate_source_db",
  "replication_source_identifier",
  "snapshot_identifier",
  "snapshot_id",
  "global_cluster_identifier",
  "global_replication_group_id",
];

/** A new store without encryption: it cannot be turned on later. */
export const createdUnencrypted: Rule = {
  id: "created-unencrypted",
  severity: "warns",
  title: "What is made anew is encrypted",
  why: "Encryption at rest cannot be turned on afterwards: that takes another object and another move of the data.",
  fix: "Turn it on now, with the region's own key.",
  find: (plans) =>
    objectsOf(plans).flatMap((object) => {
      const { type, kind, after, unknown } = object;
      const name = SWITCHES[type];
      if (name === undefined || kind !== "create" || !after || isTrue(after[name]) || unknown[name] === true)
        return [];
      if (ORIGINS.some((origin) => text(after[origin]) !== "" || unknown[origin] === true)) return [];
      return [
        {
          object,
          found: `${name} is ${after[name] === undefined || after[name] === null ? "not set" : "false"}`,
        },
      ];
    }),
};
