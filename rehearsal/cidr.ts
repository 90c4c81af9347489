import { BlockList, isIPv4 } from "node:net";

/** Whether every address of `inner` lies in `outer`, both IPv4 in CIDR form. */
export function covers(outer: string, inner: string): boolean {
  const [outerNet, outerPrefix] = parse(outer);
  const [innerNet, innerPrefix] = parse(inner);
  if (innerPrefix < outerPrefix) return false;
  const list = new BlockList();
  list.addSubnet(outerNet, outerPrefix);
  return list.check(innerNet);
}

function parse(cidr: string): [string, number] {
  const [net, prefix] = cidr.split("/");
  const bits = Number(prefix);
  if (!net || !isIPv4(net) || !Number.isInteger(bits) || bits < 0 || bits > 32) {
    throw new Error(`Expected an IPv4 range such as 10.10.0.0/16, found "${cidr}"`);
  }
  return [net, bits];
}
