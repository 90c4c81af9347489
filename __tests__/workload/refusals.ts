import { App } from "cdktf";
import { Relocation } from "../../stacks/relocation";
import type { RelocationProps } from "../../stacks/relocation-props";

/** What a relocation is refused with before anything is made of it, a line a fault; empty when it is taken. */
export function refusals(props: RelocationProps): string[] {
  try {
    new Relocation(new App({ stackTraces: false }), props);
  } catch (error) {
    const [title, ...faults] = (error as Error).message.split("\n");
    if (!title!.endsWith("cannot be synthesized:")) throw error;
    return faults.map((line) => line.trim());
  }
  return [];
}
