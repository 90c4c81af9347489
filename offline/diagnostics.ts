import type { Ended } from "./command";

interface Diagnostic {
  readonly severity: string;
  readonly summary: string;
  readonly detail?: string;
  readonly address?: string;
  readonly range?: { readonly filename: string; readonly start: { readonly line: number } };
  readonly snippet?: { readonly context?: string | null; readonly code: string };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

const isDiagnostic = (value: unknown): value is Diagnostic =>
  isRecord(value) && typeof value.severity === "string" && typeof value.summary === "string";

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    // Text among the JSON lines; what matters of it stands on stderr.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Diagnostics of `validate -json` (one object) or of `plan -json` and `apply -json` (one object a line). */
function diagnosticsIn(output: string): Diagnostic[] {
  const whole = parsed(output);
  if (isRecord(whole) && Array.isArray(whole.diagnostics)) return whole.diagnostics.filter(isDiagnostic);
  return output
    .split("\n")
    .map((line) => parsed(line))
    .flatMap((message) =>
      isRecord(message) && isDiagnostic(message.diagnostic) ? [message.diagnostic] : [],
    );
}

function told({ summary, detail, range, snippet, address }: Diagnostic): string {
  const place = range ? `${range.filename} line ${range.start.line}` : undefined;
  const where = [place, address ?? snippet?.context ?? undefined]
    .filter((part) => part !== undefined)
    .join(", ");
  const lines = [`${summary}${where ? ` (${where})` : ""}`];
  // For what is missing Terraform shows the bracket where it should have stood.
  if (snippet && /\w/.test(snippet.code)) lines.push(`  ${snippet.code.trim()}`);
  if (detail)
    lines.push(
      ...detail
        .trim()
        .split("\n")
        .map((line) => `  ${line}`),
    );
  return lines.join("\n");
}

/**
 * An error that passes on, in Terraform's own words, why a command on a stack failed.
 *
 * @param action such as `plan`
 */
export function terraformError(stack: string, action: string, { code, stdout, stderr }: Ended): Error {
  const errors = diagnosticsIn(stdout).filter(({ severity }) => severity === "error");
  const rest = stderr.trim() || stdout.trim() || "it said nothing";
  const reasons = errors.length > 0 ? errors.map(told) : [rest];
  const ending = code === undefined ? "was ended by a signal" : `ended with exit code ${code}`;
  return new Error([`stack ${stack}: terraform ${action} ${ending}`, ...reasons].join("\n"));
}
