/** Where a run tells how far it is, line by line. */
export interface Progress {
  /** Runs one part of the course and tells how long it took, or that it failed. */
  part<T>(title: string, work: () => Promise<T>): Promise<T>;
  /** Something worth a line within a part. */
  note(line: string): void;
}

/** How progress lines look. */
export interface ProgressStyle {
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

/**
 * Tells progress as text: one line a part when it has ended, with its duration, and notes as they come.
 *
 * @param write takes one line without its end
 */
export function tellProgress(write: (line: string) => void, style: ProgressStyle): Progress {
  const begun = performance.now();
  const clock = () => style.dim(`${seconds(performance.now() - begun).padStart(7)} `);
  return {
    async part(title, work) {
      const start = performance.now();
      const took = () => style.dim(`(${seconds(performance.now() - start)})`);
      write(`${clock()} ${style.dim("·")} ${title} ...`);
      try {
        const result = await work();
        write(`${clock()} ${style.good("✓")} ${title} ${took()}`);
        return result;
      } catch (error) {
        write(`${clock()} ${style.bad("✗")} ${title} ${took()}`);
        throw error;
      }
    },
    note: (line) => write(`${clock()}   ${style.dim(line)}`),
  };
}

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;
