import type { CtyType } from "../schema/block";
import type { Value } from "../value";
import { ACCOUNT, globalArn, type Made, nameOf, regionalArn } from "./made";

/** Results whose text stands in for something that another resource will refer to. */
const REFERRED_TO = /(^|_)(id|arn|name|endpoint|address|url|uri|domain|key|etag|token|version|ip)$/;

/** Services whose ARNs have no region. */
const WITHOUT_REGION = new Set(["iam", "cloudfront", "route53"]);

function arnOf(made: Made): string {
  const [service = "", ...rest] = made.type.replace(/^(data\.)?aws_/, "").split("_");
  const resource = `${rest.join("-") || service}/${nameOf(made)}`;
  return WITHOUT_REGION.has(service) ? globalArn(service, resource) : regionalArn(service, made, resource);
}

/**
 * A value for a computed attribute that no rule knows: of the right type, and text of its own where other resources
 * are likely to refer to it. Nothing claims that AWS would give the like.
 *
 * @param name the attribute's name
 * @param optional it is an argument that was left out: AWS gives most of those no value at all
 */
export function fallback(type: CtyType, name: string, made: Made, optional = false): Value {
  if (typeof type !== "string") {
    if (type[0] !== "object") return type[0] === "map" ? {} : [];
    return Object.fromEntries(Object.entries(type[1]).map(([part, of]) => [part, fallback(of, part, made)]));
  }
  if (type === "bool") return false;
  if (type === "number") return 0;
  if (type === "dynamic") return null;
  if (name === "region") return made.region;
  if (name === "owner_id" || name === "account_id") return ACCOUNT;
  if (name === "arn") return arnOf(made);
  if (name.endsWith("_arn") && !optional)
    return `${arnOf(made)}/${name.slice(0, -"_arn".length).replaceAll("_", "-")}`;
  if (name === "name") return nameOf(made);
  if (name === "id") {
    return `${made.type.replace(/^(data\.)?aws_/, "").replaceAll("_", "-")}-${made.digest.slice(0, 17)}`;
  }
  if (optional) return "";
  return REFERRED_TO.test(name) ? `${name.replaceAll("_", "-")}-${made.digest.slice(0, 8)}` : "";
}
