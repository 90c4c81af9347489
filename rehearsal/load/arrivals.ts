import type { Random } from "../seeded";

/**
 * When requests arrive, in milliseconds from the start: a Poisson process, as many independent visitors make one. The
 * times depend on the rate and the seed alone, never on how fast answers come.
 *
 * @param rate requests per second
 */
export function* arrivals(rate: number, random: Random): Generator<number, never> {
  for (let at = 0; ;) {
    at += (-Math.log(1 - random()) / rate) * 1000;
    yield at;
  }
}
