import type { Misplaced } from "./placement";

/** `moved` blocks, for objects that stay in their state. HCL, and JSON for CDKTF. Needs Terraform 1.1. */
export const movedBlocks = (moves: readonly Misplaced[]): string =>
  moves.map(({ resource, to }) => `moved {\n  from = ${resource.address}\n  to   = ${to}\n}\n`).join("\n");

/** The same as a construct adds them: `stack.addOverride("moved", [...])`. */
export const movedJson = (moves: readonly Misplaced[]): string =>
  `${JSON.stringify({ moved: moves.map(({ resource, to }) => ({ from: resource.address, to })) }, null, 2)}\n`;

/** `removed` blocks for the state that is left; nothing is destroyed. Needs Terraform 1.7. */
export const removedBlocks = (moves: readonly Misplaced[]): string =>
  moves
    .map(
      ({ resource }) =>
        `removed {\n  from = ${resource.address}\n  lifecycle {\n    destroy = false\n  }\n}\n`,
    )
    .join("\n");

/** `import` blocks for the state they come to. Needs Terraform 1.5. */
export const importBlocks = (moves: readonly Misplaced[], importId: ImportId): string =>
  moves
    .flatMap(({ resource, to }) =>
      resource.instances.map(
        ({ key, attributes }) =>
          `import {\n  to = ${to}${index(key)}\n  id = ${quoted(importId(resource.type, attributes))}\n}\n`,
      ),
    )
    .join("\n");

/** The id by which Terraform imports an object. */
export type ImportId = (type: string, attributes: Readonly<Record<string, unknown>>) => string;

/** The same moves by hand, for those who like neither block; idempotent, and stops at the first fault. */
export const moveScript = (moves: readonly Misplaced[], binary = "terraform"): string =>
  [
    "#!/usr/bin/env bash",
    "# Moves objects within one state. Stop all deploys first, and keep a copy: terraform state pull > before.tfstate",
    "set -euo pipefail",
    `terraform=\${TERRAFORM_BINARY_NAME:-${binary}}`,
    'known=$("$terraform" state list)',
    'move() { if grep -qxF -- "$1" <<<"$known"; then "$terraform" state mv "$1" "$2"; fi; }',
    ...moves.flatMap(({ resource, to }) =>
      resource.instances.map(
        ({ key }) => `move ${shell(`${resource.address}${index(key)}`)} ${shell(`${to}${index(key)}`)}`,
      ),
    ),
    "",
  ].join("\n");

const quoted = (text: string): string => JSON.stringify(text).replaceAll(/[$%](?=\{)/g, "$&$&");
const index = (key: string | number | undefined): string =>
  key === undefined ? "" : `[${typeof key === "number" ? key : quoted(key)}]`;
const shell = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
