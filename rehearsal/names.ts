import { z } from "zod";
import { absent, blocks, resources, type States, texts } from "./state";

const record = z.object({
  name: z.string(),
  fqdn: absent(z.string()),
  type: z.string(),
  records: texts,
  alias: blocks(z.object({ name: z.string() })),
});

/** Aliases to aliases: more than a few are a circle. */
const LONGEST_CHAIN = 8;

/** DNS names are compared without case, final dot, and the prefix by which an alias asks a load balancer for IPv6 as well. */
const plain = (name: string) =>
  name
    .toLowerCase()
    .replace(/\.$/, "")
    .replace(/^dualstack\./, "");

/** Follows the CNAME and alias records in state; a name without one stands for itself. */
export function readNames(states: States): (name: string) => string {
  const next = new Map<string, string>();
  for (const { values } of resources(states, "aws_route53_record", record)) {
    const target = values.alias[0]?.name ?? (values.type === "CNAME" ? values.records[0] : undefined);
    if (target) next.set(plain(values.fqdn ?? values.name), plain(target));
  }
  return (name) => {
    let current = plain(name);
    for (let steps = 0; next.has(current); steps++) {
      if (steps === LONGEST_CHAIN)
        throw new Error(`${name}: its Route 53 records lead in a circle at ${current}`);
      current = next.get(current)!;
    }
    return current;
  };
}
