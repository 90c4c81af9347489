import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Command } from "commander";

/** Options of every command that reads the manifest. */
export interface SharedFlags {
  /** Files with the outputs of the stacks. @default - what `RELOCATE_OUTPUTS` holds, else `outputs.json` */
  readonly outputs?: readonly string[];
  /** @default - the DynamoDB table of the manifest */
  readonly journal?: string;
  /** @default - the authorities that Node.js trusts */
  readonly caFile?: string;
  readonly json: boolean;
}

const DEFAULT_OUTPUTS = "outputs.json";

/** Files to read the outputs from; none where the environment brings them. */
export const outputFiles = ({ outputs }: Pick<SharedFlags, "outputs">): readonly string[] =>
  outputs ?? (process.env.RELOCATE_OUTPUTS ? [] : [DEFAULT_OUTPUTS]);

/** Help of `--outputs`: where the manifest comes from. */
export const OUTPUTS_HELP = `
The stacks tell the runbook what there is by their outputs; several files may be given, also of \`terraform output -json\`:
  $ cdktf output storefront-standby storefront-replication storefront-cutover --outputs-file outputs.json
`;

/** Help of the shared options. */
export const SHARED_HELP = `${OUTPUTS_HELP}Databases are reached from the runner's network: see "relocate run-in-aws --help". RDS' authorities, for --ca-file or
NODE_EXTRA_CA_CERTS: https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem
`;

/** Where the manifest comes from, as an option. */
export const OUTPUTS_OPTION = [
  "--outputs <files...>",
  `outputs of the deployed stacks (default: ${DEFAULT_OUTPUTS})`,
] as const;

/** Adds the shared options to a command. */
export function withSharedOptions(command: Command): Command {
  return command
    .option(...OUTPUTS_OPTION)
    .option(
      "--journal <file>",
      "journal in a file of this machine (default: the DynamoDB table of the stacks)",
    )
    .option(
      "--ca-file <file>",
      "authorities of the databases' certificates, PEM (default: what Node.js trusts)",
    )
    .option("--json", "print the result as one JSON object", false);
}

/** Every fault of the shared options' values. */
export function sharedFaults(flags: SharedFlags): string[] {
  const { caFile, journal } = flags;
  return [
    ...outputFaults(flags),
    ...(journal === undefined ? [] : journalFaults(journal)),
    ...(caFile === undefined ? [] : authorityFaults(caFile)),
  ];
}

/** Every fault of `--outputs`. */
export const outputFaults = (flags: Pick<SharedFlags, "outputs">): string[] =>
  outputFiles(flags)
    .filter((file) => !isFile(file))
    .map(
      (file) =>
        `--outputs ${file}: no such file; write it with "cdktf output <stacks> --outputs-file ${file}"`,
    );

/** The file itself is made by the first command; a folder that is not there was mistyped. */
function journalFaults(file: string): string[] {
  if (existsSync(file) && statSync(file).isDirectory())
    return [`--journal ${file}: a folder, expected a file`];
  const folder = dirname(file);
  return existsSync(folder) ? [] : [`--journal ${file}: no such folder ${folder}, expected it to be there`];
}

/** Also a pipe of the shell's: `--outputs <(...)`. */
const isFile = (file: string): boolean => existsSync(file) && !statSync(file).isDirectory();

function authorityFaults(file: string): string[] {
  if (!isFile(file)) return [`--ca-file ${file}: no such file`];
  // OpenSSL passes over what is no certificate, and every server would be found untrusted. A pipe can be read once only.
  const isPem =
    !statSync(file).isFile() || readFileSync(file, "utf8").includes("-----BEGIN CERTIFICATE-----");
  return isPem ? [] : [`--ca-file ${file}: holds no certificate, expected one or more in PEM`];
}

/**
 * A command with the shared options as they were given: what the operator can type next.
 *
 * @param own words of the command itself. @default - none
 */
export function commandLine(
  command: string,
  { outputs, journal, caFile }: Pick<SharedFlags, "outputs" | "journal" | "caFile">,
  own: readonly string[] = [],
): string {
  return [
    `relocate ${command}`,
    ...own,
    ...(outputs === undefined ? [] : ["--outputs", ...outputs]),
    ...(journal === undefined ? [] : ["--journal", journal]),
    ...(caFile === undefined ? [] : ["--ca-file", caFile]),
  ]
    .map((word, index) =>
      index === 0 || /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`,
    )
    .join(" ");
}
