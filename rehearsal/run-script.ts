import { extname, join } from "node:path";

/**
 * Arguments by which node runs a file of this folder, named without its ending: as it lies there, TypeScript in a
 * checkout and JavaScript in the installed package.
 */
export function scriptArguments(name: string): string[] {
  return extname(__filename) === ".ts"
    ? ["-r", require.resolve("ts-node/register/transpile-only"), join(__dirname, `${name}.ts`)]
    : [join(__dirname, `${name}.js`)];
}
