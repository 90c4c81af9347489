import { extname, join } from "node:path";

/** A file of this folder as it lies there: TypeScript in a checkout, JavaScript in the installed package. */
export const ownScript = (name: string) => join(__dirname, name + extname(__filename));

/** Arguments by which node runs a script, after loading others. */
export function nodeArguments(script: string, preload: readonly string[] = []): string[] {
  const typescript = [script, ...preload].some((file) => extname(file) === ".ts");
  const compiler = typescript ? [require.resolve("ts-node/register/transpile-only")] : [];
  return [...[...compiler, ...preload].flatMap((file) => ["-r", file]), script];
}
