/** MiB that go with so many CPU units: least, most, and in steps of. */
type Memory = readonly [least: number, most: number, step: number];

/** Source: ECS developer guide, "Task definition differences for Fargate", task CPU and memory. */
const SIZES: ReadonlyMap<number, Memory> = new Map<number, Memory>([
  [256, [512, 2048, 512]],
  [512, [1024, 4096, 1024]],
  [1024, [2048, 8192, 1024]],
  [2048, [4096, 16384, 1024]],
  [4096, [8192, 30720, 1024]],
  [8192, [16384, 61440, 4096]],
  [16384, [32768, 122880, 8192]],
]);
/** The one size that no step leads to. */
const ODD_ONE_OUT = { cpu: 256, memory: 1536 };

/** @returns what was found and what was expected; undefined for a size that Fargate runs */
export function fargateSizeFault(cpu: number, memory: number): string | undefined {
  const sizes = SIZES.get(cpu);
  if (!sizes) return `found ${cpu} CPU units, expected one of ${[...SIZES.keys()].join(", ")}`;
  const [least, most, step] = sizes;
  const odd = cpu === ODD_ONE_OUT.cpu && memory === ODD_ONE_OUT.memory;
  if (memory >= least && memory <= most && memory % step === 0 && !odd) return undefined;
  return `found ${memory} MiB with ${cpu} CPU units, expected ${least} to ${most} in steps of ${step}${
    cpu === ODD_ONE_OUT.cpu ? `, but not ${ODD_ONE_OUT.memory}` : ""
  }`;
}
