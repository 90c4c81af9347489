import { type Blocks, quoted } from "./blocks";

const hclBlock = (name: string, lines: readonly string[]): string =>
  [`${name} {`, ...lines.map((line) => `  ${line}`), "}", ""].join("\n");

/** Blocks in HCL. */
export const asHcl = ({ moved = [], removed = [], import: imports = [] }: Blocks): string =>
  [
    ...moved.map(({ from, to }) => hclBlock("moved", [`from = ${from}`, `to   = ${to}`])),
    ...removed.map(({ from }) =>
      hclBlock("removed", [`from = ${from}`, "lifecycle {", "  destroy = false", "}"]),
    ),
    ...imports.map(({ to, id }) => hclBlock("import", [`to = ${to}`, `id = ${quoted(id)}`])),
  ].join("\n");

/** Blocks in Terraform's JSON syntax, in which an id is a template. */
export function asJson({ import: imports, ...others }: Blocks): Blocks {
  const literal = (id: string) => id.replaceAll(/[$%](?=\{)/g, "$&$&");
  return imports ? { ...others, import: imports.map(({ to, id }) => ({ to, id: literal(id) })) } : others;
}

/**
 * A function that gives a CDKTF stack the blocks. `moveFromId` and `importFrom` would do on one construct each, but nothing
 * in CDKTF says `removed`: an override says all three in the same way.
 */
export function asConstructs(name: string, blocks: Blocks): string {
  const calls = Object.entries(asJson(blocks)).map(
    ([kind, list]) =>
      `  stack.addOverride("${kind}", ${JSON.stringify(list, null, 2).replaceAll("\n", "\n  ")});`,
  );
  return [
    'import type { TerraformStack } from "cdktf";',
    "",
    "/** Call it at the end of the stack's constructor; take it out once every state has been applied. */",
    `export function ${name}(stack: TerraformStack): void {`,
    ...calls,
    "}",
    "",
  ].join("\n");
}
