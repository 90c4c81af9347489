const UNITS: Readonly<Record<string, number>> = { MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };

/** Bytes of a size such as `512MiB` or `1.5GiB`; undefined when it is none. */
export function parseSize(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(MiB|GiB|TiB)$/.exec(text) ?? [];
  const factor = UNITS[unit ?? ""];
  return factor === undefined ? undefined : Number(amount) * factor;
}
