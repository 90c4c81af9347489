import { addressRange } from "../scope/cidr";

/** AWS's limits: a VPC is /16 at widest; a 256th of the block must hold a load balancer, which takes /27 at least. */
const WIDEST = 16;
const NARROWEST = 19;

/** @returns what keeps a block from being a network's, and what was expected; undefined when nothing does */
export function networkBlockFault(cidr: string): string | undefined {
  const range = addressRange(cidr);
  const width = Number(cidr.split("/")[1]);
  if (!range || width < WIDEST || width > NARROWEST) {
    return `found the block "${cidr}", expected an IPv4 block from /${WIDEST} to /${NARROWEST} such as 10.20.0.0/16`;
  }
  const begin = [24, 16, 8, 0].map((bits) => Math.floor(range.first / 2 ** bits) % 256).join(".");
  if (cidr !== `${begin}/${width}`) {
    return `found the block "${cidr}", which does not begin at its first address; expected "${begin}/${width}"`;
  }
  return undefined;
}
