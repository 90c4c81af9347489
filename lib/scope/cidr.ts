/** First and last address of an IPv4 block, as numbers. */
interface AddressRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Reads an IPv4 block such as `10.10.0.0/16`.
 *
 * @returns undefined when the text is no such block
 */
export function addressRange(cidr: string): AddressRange | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  if (!match) return undefined;
  const [a, b, c, d, prefix] = match.slice(1).map(Number) as [number, number, number, number, number];
  if ([a, b, c, d].some((octet) => octet > 255) || prefix > 32) return undefined;
  const size = 2 ** (32 - prefix);
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  const first = address - (address % size);
  return { first, last: first + size - 1 };
}

/** Whether two IPv4 blocks share an address; false when one of them is no block. */
export function overlap(one: string, other: string): boolean {
  const a = addressRange(one);
  const b = addressRange(other);
  return a !== undefined && b !== undefined && a.first <= b.last && b.first <= a.last;
}
