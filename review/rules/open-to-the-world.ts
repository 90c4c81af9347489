import type { ReviewedObject } from "../reviewed-plan";
import { objectsOf, type Rule } from "../rule";
import { blocks, text } from "../value";

/** Networks that no company has for itself: wider than the widest private one (10.0.0.0/8), or than any IPv6 allocation. */
const isEverybody = (network: string): boolean => {
  const [address = "", length = ""] = network.split("/");
  return length !== "" && Number(length) < (address.includes(":") ? 12 : 8);
};
/** Error messages and pings, which networks need. */
const CONTROL = ["icmp", "icmpv6", "1", "58"];
/** Ports that a load balancer offers to everybody. */
const WEB = [80, 443];

interface Opening {
  readonly from: number;
  readonly to: number;
  readonly sources: readonly string[];
}

/** A security group that lets everybody in, to something other than the web. */
export const openToTheWorld: Rule = {
  id: "open-to-the-world",
  severity: "blocks",
  title: "No security group lets everybody in",
  why: "Databases and tasks of both regions are reached through peering; nothing of them has to be reachable from the internet.",
  fix: "Name the other side's network or security group as the source.",
  find: (plans) =>
    objectsOf(plans)
      .filter(({ kind }) => kind === "create" || kind === "update" || kind === "replace")
      .flatMap((object) => {
        const before = new Set(openings(object.type, object.before).map(describe));
        return openings(object.type, object.after)
          .map(describe)
          .filter((opening) => !before.has(opening))
          .map((opening) => ({ object, found: opening }));
      }),
};

function openings(type: string, values: ReviewedObject["after"]): Opening[] {
  return rulesIn(type, values ?? {}).filter(
    ({ from, to, sources }) => sources.some(isEverybody) && !(from === to && WEB.includes(from)),
  );
}

function rulesIn(type: string, values: Readonly<Record<string, unknown>>): Opening[] {
  if (type === "aws_vpc_security_group_ingress_rule") {
    if (isControl(values)) return [];
    return [{ ...ports(values), sources: [text(values.cidr_ipv4), text(values.cidr_ipv6)] }];
  }
  if (type === "aws_security_group_rule" && values.type === "ingress")
    return isControl(values) ? [] : [fromLists(values)];
  if (type === "aws_security_group")
    return blocks(values.ingress)
      .filter((rule) => !isControl(rule))
      .map(fromLists);
  return [];
}

const isControl = (values: Readonly<Record<string, unknown>>): boolean =>
  CONTROL.includes(text(values.ip_protocol) || text(values.protocol));

const fromLists = (values: Readonly<Record<string, unknown>>): Opening => ({
  ...ports(values),
  sources: [values.cidr_blocks, values.ipv6_cidr_blocks].flatMap((list) =>
    Array.isArray(list) ? list.map(String) : [],
  ),
});

/** Protocol -1 means every port. */
function ports(values: Readonly<Record<string, unknown>>): { from: number; to: number } {
  const all = text(values.ip_protocol) === "-1" || text(values.protocol) === "-1";
  return all
    ? { from: 0, to: 65_535 }
    : { from: Number(values.from_port ?? 0), to: Number(values.to_port ?? 65_535) };
}

const describe = ({ from, to, sources }: Opening): string =>
  `${sources.filter(isEverybody).join(" and ")} may reach port ${from === to ? from : `${from} to ${to}`}`;
