import * as fs from "node:fs";
import * as path from "node:path";
import { cannotStart, type Ended, run } from "./command";

/** A project as a git ref has it, in a directory of its own. */
export interface Checkout {
  /** The project's directory in it. */
  readonly directory: string;
  /** What whoever reads the plan should know of the two versions. */
  readonly notes: readonly string[];
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
  /** A directory whose files are nobody's change, such as the one for plans. @default - none */
  readonly written?: string;
  readonly signal?: AbortSignal;
}

/** What git sets for the hooks it runs: it would lead these calls to the index of whoever runs the hook. */
const LEADS_ASTRAY = /^GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|COMMON_DIR|OBJECT_DIRECTORY|NAMESPACE)$/;

/**
 * Checks a ref out beside the working tree, which it leaves alone, with its index and its hooks. Packages are those that the
 * working tree has installed, since installing others may take minutes: a ref with other versions of them is synthesized
 * with these.
 *
 * @throws Error when there is no git, no repository or no such ref, and when changes are not committed
 */
export async function checkOut(options: CheckoutOptions): Promise<Checkout> {
  const { ref, project, directory, allowUncommitted, signal } = options;
  const git = gitIn(project, signal);
  const { prefix, root } = await repositoryOf(git, options);
  const commit = await commitOf(git, options);
  if (!allowUncommitted) await refuseUncommitted(git, options);
  const notes = await notesOn(git, ref, commit);
  // Also after Ctrl-C: nothing of it may stay in the repository.
  const take = () => gitIn(project)("worktree", "remove", "--force", directory);
  const remove = async () => {
    const { code, stderr } = await take();
    if (code !== 0) throw new Error(`git worktree remove ${directory}: ${stderr.trim()}`);
  };
  try {
    const add = ["worktree", "add", "--detach", "--quiet", directory, commit];
    const { code, stderr } = await git("-c", `core.hooksPath=${path.join(directory, "no-hooks")}`, ...add);
    if (code !== 0) throw new Error(`git worktree add: ${stderr.trim()}`);
  } catch (error) {
    // There may be nothing to take away: what ended the adding is what has to be told.
    await take();
    throw error;
  }
  const inside = path.join(directory, prefix);
  if (!fs.existsSync(inside)) {
    await remove();
    throw new Error(`--base ${ref}: has no directory ${prefix}: all is new to it; plan without --base`);
  }
  linkPackages(project, inside);
  // Also in the repository's own root, where a workspace of several packages keeps them.
  linkPackages(root, directory);
  return { directory: inside, notes, remove };
}

type Git = (...list: string[]) => Promise<Ended>;

const gitIn = (directory: string, signal?: AbortSignal): Git => {
  const own = Object.entries(process.env).filter(([name]) => !LEADS_ASTRAY.test(name));
  const environment = Object.fromEntries(own);
  return (...list) => run({ program: "git", arguments: list, directory, environment, signal });
};

async function repositoryOf(git: Git, { ref, project }: CheckoutOptions) {
  const asked = await git("rev-parse", "--show-prefix", "--show-toplevel").catch((error: unknown) => {
    if (cannotStart(error)) throw new Error(`--base ${ref}: needs git, and there is none on PATH`);
    throw error;
  });
  if (asked.code !== 0)
    throw new Error(`--base ${ref}: ${project} is in no git repository: ${asked.stderr.trim()}`);
  const [prefix = "", root = project] = asked.stdout.split("\n");
  return { prefix, root };
}

async function commitOf(git: Git, { ref }: CheckoutOptions): Promise<string> {
  const found = await git("rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`);
  if (found.code === 0) return found.stdout.trim();
  const shallow = await git("rev-parse", "--is-shallow-repository");
  const isShallow = shallow.stdout.trim() === "true";
  throw new Error(
    `--base ${ref}: there is no such branch, tag or commit here. ` +
      (isShallow
        ? "This clone is shallow: fetch the rest (git fetch --unshallow; with actions/checkout, fetch-depth: 0)"
        : `Fetch it first (git fetch origin), or name one that is here (git branch --all)`),
  );
}

async function refuseUncommitted(git: Git, { project, written }: CheckoutOptions): Promise<void> {
  const inside = written === undefined ? "" : path.relative(project, path.resolve(project, written));
  const isInside = inside !== "" && !inside.startsWith("..") && !path.isAbsolute(inside);
  const places = [".", ...(isInside ? [`:(exclude,literal)${inside}`] : [])];
  const { code, stdout, stderr } = await git("--no-optional-locks", "status", "--porcelain", "--", ...places);
  if (code !== 0) throw new Error(`git status: ${stderr.trim()}`);
  if (stdout.trim() === "") return;
  throw new Error(
    ["the working tree has changes that are not committed, which nobody else would see in this plan:"]
      .concat(
        stdout
          .trimEnd()
          .split("\n")
          .map((line) => `  ${line}`),
      )
      .concat("Commit them, or plan them nevertheless with --uncommitted")
      .join("\n"),
  );
}

async function notesOn(git: Git, ref: string, commit: string): Promise<string[]> {
  const { code: isBehind } = await git("merge-base", "--is-ancestor", commit, "HEAD");
  const { code: isOther } = await git("diff", "--quiet", commit, "--", "package.json", "package-lock.json");
  return [
    ...(isBehind === 1
      ? [
          `${ref} has commits that are not in this branch: the plan takes them back. To leave them out: ` +
            `--base $(git merge-base ${ref} HEAD)`,
        ]
      : []),
    ...(isOther === 1
      ? [`${ref} asks for other packages: it is synthesized with those that are installed here`]
      : []),
  ];
}

function linkPackages(from: string, to: string): void {
  const [packages, link] = [path.join(from, "node_modules"), path.join(to, "node_modules")];
  if (fs.existsSync(packages) && !fs.existsSync(link)) fs.symlinkSync(packages, link, "junction");
}
