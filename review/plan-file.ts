import { readFile } from "node:fs/promises";
import * as path from "node:path";
import type { ZodError } from "zod";
import { parseJson } from "../offline/parse-json";
import { planJson, type PlanJson } from "./plan-json";

/** A plan as it was read. */
export interface PlanFile {
  /** Where it stands. */
  readonly file: string;
  readonly json: PlanJson;
}

const SHOW = "terraform show -json <plan file> > plan.json";
/** What a saved plan begins with: it is a ZIP archive. */
const ZIP = "PK";

/**
 * Reads plans, all of them, before anything is said of one.
 *
 * @throws Error that lists every file that is not a plan, with what it is and how to get one
 */
export async function readPlanFiles(files: readonly string[]): Promise<PlanFile[]> {
  const read = await Promise.allSettled(files.map(readPlanFile));
  const faults = read.flatMap((one) => (one.status === "rejected" ? [(one.reason as Error).message] : []));
  if (faults.length > 0) throw new Error(faults.join("\n"));
  return read.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
}

async function readPlanFile(file: string): Promise<PlanFile> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      `${file}: cannot be read: ${error.code === "ENOENT" ? "there is no such file" : error.message}`,
    );
  });
  return { file: path.normalize(file), json: parsePlan(text, file) };
}

/**
 * Reads a plan's JSON.
 *
 * @param from where it stands, for the message
 * @throws Error that says what was found instead of a plan, and how to get one
 */
export function parsePlan(text: string, from: string): PlanJson {
  if (text.trim() === "") throw new Error(`${from}: is empty; expected a plan as JSON, from: ${SHOW}`);
  if (text.startsWith(ZIP)) {
    throw new Error(
      `${from}: is a saved plan; expected one as JSON, from: terraform show -json ${from} > ${from}.json`,
    );
  }
  const value = parseJson(text, from, `a plan, from: ${SHOW}`);
  const version = formatVersion(value);
  if (version === undefined) {
    throw new Error(
      `${from}: has no format_version, so it is no plan; expected a plan as JSON, from: ${SHOW}`,
    );
  }
  if (!/^1\.\d+$/.test(version)) {
    throw new Error(
      `${from}: has format version ${version}, expected 1.x: another Terraform wrote it than this release knows. ` +
        "Update cdktf-relocate, or make the plan with Terraform 1.11 or newer",
    );
  }
  const parsed = planJson.safeParse(value);
  if (!parsed.success) throw new Error(notAPlan(value, from, parsed.error));
  if (parsed.data.errored) {
    throw new Error(`${from}: Terraform ended this plan with an error, so it is not whole; mend that first`);
  }
  return parsed.data;
}

function formatVersion(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("format_version" in value)) return undefined;
  return String(value.format_version);
}

function notAPlan(value: unknown, from: string, error: ZodError): string {
  const keys = Object.keys(value as object);
  if (keys.includes("values") && !keys.includes("planned_values")) {
    return `${from}: is a state, not a plan; expected one as JSON, from: ${SHOW}`;
  }
  const issues = error.issues.map((issue) => `  ${issue.path.join(".") || "(whole)"}: ${issue.message}`);
  return [`${from}: is not a plan as Terraform writes it`, ...issues].join("\n");
}
