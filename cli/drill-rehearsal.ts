import { tellProgress } from "../rehearsal/progress";
import { rehearse } from "../rehearsal/rehearse";
import { describeReport } from "../rehearsal/report";
import { tell } from "./answer";
import { readFlags, REHEARSE_DEFAULTS } from "./rehearse-flags";
import { styleFor } from "./style";

/**
 * Plays the move in the working directory as `relocate rehearse` does, and tells its report.
 *
 * @throws Error with what went wrong
 */
export async function rehearseHere(signal: AbortSignal): Promise<void> {
  const settings = readFlags(REHEARSE_DEFAULTS, process.cwd());
  if ("faults" in settings) throw new Error(settings.faults.join("\n"));
  const style = styleFor(process.stderr);
  const report = await rehearse({ ...settings, progress: tellProgress(tell, style), signal });
  tell(describeReport(report, style));
  if (!report.ok) throw new Error(report.faults.join("\n"));
}
