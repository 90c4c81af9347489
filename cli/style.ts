import { createColors } from "picocolors";

/** How lines look. */
export interface Style {
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly bold: (text: string) => string;
}

/** Colours on a terminal only, and not where `NO_COLOR` is set. */
export function styleFor(stream: NodeJS.WriteStream): Style {
  // Undefined where it is no terminal, and picocolors then decides by itself: it colours whatever runs in CI.
  const isTerminal = Boolean(stream.isTTY);
  const colours = createColors(isTerminal && !process.env.NO_COLOR);
  return {
    dim: colours.dim,
    good: colours.green,
    bad: colours.red,
    warn: colours.yellow,
    bold: colours.bold,
  };
}
