import type { Holdings } from "../cloud";
import type { ObjectValue } from "../value";

/**
 * What an apply changes besides the object itself, as far as the local world depends on it: an accepted peering turns
 * active on both ends.
 */
export function spread(type: string, state: ObjectValue, cloud: Holdings): void {
  if (type !== "aws_vpc_peering_connection_accepter" || state.accept_status !== "active") return;
  const connection = cloud
    .find("aws_vpc_peering_connection")
    .find((one) => one.id === state.vpc_peering_connection_id);
  if (connection) cloud.put("aws_vpc_peering_connection", { ...connection, accept_status: "active" });
}
