import * as fs from "node:fs";
import * as path from "node:path";
import { cannotStart, run } from "./command";

/** A project as a git ref has it, in a directory of its own. */
export interface Checkout {
  /** The project's directory in it. */
  readonly directory: string;
  /** Full name of the commit. */
  readonly commit: string;
  /** Takes it away again, git's own record of it too. */
  remove(): Promise<void>;
}

export interface CheckoutOptions {
  /** Branch, tag or commit. */
  readonly ref: string;
  /** The project's directory in the working tree. */
  readonly project: string;
  /** Where the tree goes: a path that does not exist yet. */
  readonly directory: string;
  /** Takes changes that are not committed as part of the working tree. */
  readonly allowUncommitted: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Checks a ref out beside the working tree, which it leaves alone. Packages are those that the working tree has installed,
 * since installing others may take minutes: a ref with other versions of them is synthesized with these.
 *
 * @throws Error when there is no git, no repository or no such ref, and when changes are not committed
 */
export async function checkOut(options: CheckoutOptions): Promise<Checkout> {
  const { ref, project, directory, allowUncommitted, signal } = options;
  const git = async (...list: string[]): Promise<string> => {
    const ended = await run({
      program: "git",
      arguments: list,
      directory: project,
      environment: process.env,
      signal,
    });
    if (ended.code === 0) return ended.stdout.trim();
    throw new Error(`git ${list[0]}: ${ended.stderr.trim()}`);
  };
  const prefix = await git("rev-parse", "--show-prefix").catch((error: Error) => {
    if (cannotStart(error)) throw new Error("--base needs git, and there is none on PATH");
    throw new Error(`--base ${ref}: ${project} is in no git repository`, { cause: error });
  });
  const commit = await git("rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`).catch(
    (error: Error) => {
      throw new Error(
        `--base ${ref}: there is no such branch, tag or commit here. In CI, fetch it first: git fetch origin ${ref}`,
        { cause: error },
      );
    },
  );
  const changed = allowUncommitted ? "" : await git("status", "--porcelain", "--", ".");
  if (changed !== "") {
    throw new Error(
      ["the working tree has changes that are not committed, which nobody else would see in this plan:"]
        .concat(changed.split("\n").map((line) => `  ${line}`))
        .concat("Commit them, or plan them nevertheless with --uncommitted")
        .join("\n"),
    );
  }
  await git("worktree", "add", "--detach", "--quiet", directory, commit);
  const inside = path.join(directory, prefix);
  const root = await git("rev-parse", "--show-toplevel");
  // Also in the repository's own root, where a workspace of several packages keeps them.
  for (const [from, to] of [
    [project, inside],
    [root, directory],
  ] as const) {
    const [packages, link] = [path.join(from, "node_modules"), path.join(to, "node_modules")];
    if (fs.existsSync(packages) && !fs.existsSync(link)) fs.symlinkSync(packages, link, "junction");
  }
  return {
    directory: inside,
    commit,
    // Also after Ctrl-C: nothing of it may stay in the repository.
    remove: async () => {
      const list = ["worktree", "remove", "--force", directory];
      const ended = await run({
        program: "git",
        arguments: list,
        directory: project,
        environment: process.env,
      });
      if (ended.code !== 0) throw new Error(`git worktree remove: ${ended.stderr.trim()}`);
    },
  };
}
