import type { Holdings } from "../cloud";
import { type ObjectValue, textOf } from "../value";
import { keepSecret } from "./secret-version";

/**
 * What an apply changes besides the object itself, as far as the local world depends on it: an accepted peering turns
 * active on both ends, and a secret's new version takes the text that no state holds.
 */
export function spread(type: string, state: ObjectValue, config: ObjectValue, cloud: Holdings): void {
  if (type === "aws_secretsmanager_secret_version") keepSecret(state, config, cloud);
  if (type !== "aws_vpc_peering_connection_accepter" || state.accept_status !== "active") return;
  const connection = cloud
    .find("aws_vpc_peering_connection")
    .find((one) => one.id === state.vpc_peering_connection_id);
  if (connection) cloud.put("aws_vpc_peering_connection", { ...connection, accept_status: "active" });
}

/** What goes with an object that is destroyed. A secret's version leaves its text: the current one can never be taken away. */
export function clear(type: string, state: ObjectValue, cloud: Holdings): void {
  if (type === "aws_secretsmanager_secret") cloud.secrets.forget(textOf(state, "arn") ?? "");
}
