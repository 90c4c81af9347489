import { index } from "./blocks";
import type { Misplaced } from "./placement";

/** `terraform state mv`, for those who like no blocks; it can be run again, and stops at the first fault. */
export const moveScript = (moves: readonly Misplaced[]): string =>
  [
    "#!/usr/bin/env bash",
    "# Moves objects within one state; run it in the root module. Stop all deploys first, and keep a copy:",
    "#   terraform state pull > before.tfstate",
    "set -euo pipefail",
    "terraform=${TERRAFORM_BINARY_NAME:-terraform}",
    'known=$("$terraform" state list)',
    'move() { if grep -qxF -- "$1" <<<"$known"; then "$terraform" state mv "$1" "$2"; fi; }',
    ...calls(moves),
    "",
  ].join("\n");

/** The same from one state to another; Terraform does that with files alone. */
export const acrossScript = (moves: readonly Misplaced[]): string =>
  [
    "#!/usr/bin/env bash",
    "# Moves objects from one state to another. Stop all deploys first. In each root module, with a copy kept:",
    "#   terraform state pull > from.tfstate     and in the other    terraform state pull > into.tfstate",
    "# then  bash moves.sh from.tfstate into.tfstate  and in each, the one they come to first:",
    "#   terraform state push into.tfstate       and in the other    terraform state push from.tfstate",
    "set -euo pipefail",
    'if [ $# -ne 2 ]; then echo "usage: $0 <from.tfstate> <into.tfstate>" >&2; exit 2; fi',
    "terraform=${TERRAFORM_BINARY_NAME:-terraform}",
    'from=$(realpath "$1") into=$(realpath -m "$2")',
    "# A directory without a backend: with one, Terraform takes no files.",
    'nowhere=$(mktemp -d) && trap \'rm -rf "$nowhere"\' EXIT && cd "$nowhere"',
    "# An empty file is no state to Terraform, though `state pull` prints nothing when there is none.",
    'if [ ! -s "$into" ]; then rm -f "$into"; fi',
    'known=$("$terraform" state list -state="$from")',
    'move() { if grep -qxF -- "$1" <<<"$known"; then "$terraform" state mv -state="$from" -state-out="$into" "$1" "$2"; fi; }',
    ...calls(moves),
    "",
  ].join("\n");

const calls = (moves: readonly Misplaced[]): string[] =>
  moves.flatMap(({ resource, to }) =>
    resource.instances.map(
      ({ key }) => `move ${shell(`${resource.address}${index(key)}`)} ${shell(`${to}${index(key)}`)}`,
    ),
  );

const shell = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
