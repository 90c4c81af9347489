import type { Holdings } from "../cloud";
import { type ObjectValue, textOf, type Value } from "../value";
import { keepSecret } from "./secret-version";

function accept(state: ObjectValue, cloud: Holdings): void {
  if (state.accept_status !== "active") return;
  const connection = cloud
    .find("aws_vpc_peering_connection")
    .find((one) => one.id === state.vpc_peering_connection_id);
  if (connection) cloud.put("aws_vpc_peering_connection", { ...connection, accept_status: "active" });
}

/** A cluster that a global database is made from shows it from then on, whether its configuration says so or not. */
function joinGlobalDatabase(id: Value, source: Value, cloud: Holdings): void {
  const cluster = cloud.find("aws_rds_cluster").find(({ arn }) => arn === source);
  if (cluster) cloud.put("aws_rds_cluster", { ...cluster, global_cluster_identifier: id });
}

/**
 * What an apply changes besides the object itself, as far as the local world or the next plan depends on it: an accepted
 * peering turns active on both ends, a secret's new version takes the text that no state holds, and a cluster joins the
 * global database that was made from it.
 */
export function spread(type: string, state: ObjectValue, config: ObjectValue, cloud: Holdings): void {
  if (type === "aws_secretsmanager_secret_version") keepSecret(state, config, cloud);
  if (type === "aws_vpc_peering_connection_accepter") accept(state, cloud);
  if (type === "aws_rds_global_cluster")
    joinGlobalDatabase(state.id ?? null, state.source_db_cluster_identifier ?? null, cloud);
}

/** What goes with an object that is destroyed. A secret's version leaves its text: the current one can never be taken away. */
export function clear(type: string, state: ObjectValue, cloud: Holdings): void {
  if (type === "aws_rds_global_cluster")
    joinGlobalDatabase(null, state.source_db_cluster_identifier ?? null, cloud);
  if (type === "aws_secretsmanager_secret") cloud.secrets.forget(textOf(state, "arn") ?? "");
}
