import { messageOf } from "./attempt";
import { LONGEST_TIMER } from "./plan-faults";
import type { PlanProgress, PlanResult } from "./result";
import { fileChannel, webhookChannel, type StatusChannel, type StatusUpdate } from "./status-channels";
import { statusText, type Status, type StatusPhase } from "./status-text";
import type { Plan } from "./step";

export { parseWebhook } from "./status-channels";

/** Where status updates go. */
export interface StatusChannels {
  /** Is sent a POST with JSON `{ text, ... }`, as chat services take it. Its address may hold a token: never print it. */
  readonly webhook?: URL;
  /** One line for each update is added to it. */
  readonly file?: string;
}

/** How updates are sent. */
export interface StatusSettings extends StatusChannels {
  /** Name of the workload. */
  readonly workload: string;
  /** Between two updates while nothing changes, in milliseconds. */
  readonly everyMs: number;
}

/** Tells stakeholders how a plan goes on. Nothing it does disturbs the plan, or fails. */
export interface StatusUpdates {
  /** To be called with each line of progress; returns at once. */
  onProgress(progress: PlanProgress): void;
  /**
   * Tells how the plan ended, and returns when that has been sent or given up.
   *
   * @param result @default - it ended without one: nothing more is told
   * @returns what could not be sent, each channel once, without anything secret
   */
  end(result?: PlanResult): Promise<readonly string[]>;
}

/** For what is still to be sent at the end, in milliseconds. */
const END_PATIENCE = 10_000;

/** Begins to tell about a plan: with each change of phase, and at an interval. */
export function statusUpdates(plan: Plan, settings: StatusSettings): StatusUpdates {
  const channels = channelsOf(settings).map(sender);
  const begun = performance.now();
  let status: Omit<Status, "elapsedMs"> = {
    workload: settings.workload,
    title: plan.title,
    phase: "under way",
  };
  const tell = (isRoutine: boolean): void => {
    const now: Status = { ...status, elapsedMs: Math.round(performance.now() - begun) };
    const update = { at: new Date().toISOString(), text: statusText(now), plan: plan.id, ...now };
    for (const channel of channels) channel.send(update, isRoutine);
  };
  const timer = setInterval(() => tell(true), Math.min(settings.everyMs, LONGEST_TIMER));
  timer.unref();
  let isTold = false;
  return {
    onProgress({ event, step: id, title, observations, error }) {
      const number = plan.steps.findIndex((step) => step.id === id) + 1;
      const phase = phaseAfter(event, status.phase);
      const isChange = phase !== status.phase || !isTold;
      status = { ...status, phase, step: { title, number, of: plan.steps.length }, observations };
      if (error !== undefined) status = { ...status, error };
      isTold = true;
      if (isChange) tell(false);
    },
    async end(result) {
      clearInterval(timer);
      if (result) {
        const { outcome: phase, cause: error, stands } = result;
        status = { ...status, phase, error, stands, observations: undefined };
        tell(false);
      }
      return (await Promise.all(channels.map((channel) => channel.end()))).flat();
    },
  };
}

function phaseAfter(event: PlanProgress["event"], before: StatusPhase): StatusPhase {
  if (event === "crossed") return "past the point of no return";
  if (event === "failed") return "in trouble";
  if (event === "undone" || event === "not undone") return "being taken back";
  return before;
}

const channelsOf = ({ webhook, file }: StatusChannels): StatusChannel[] => [
  ...(webhook ? [webhookChannel(webhook)] : []),
  ...(file === undefined ? [] : [fileChannel(file)]),
];

interface Sender {
  /** @param isRoutine left out when the one before it is still under way */
  send(update: StatusUpdate, isRoutine: boolean): void;
  /** Waits for what is under way. @returns what could not be sent */
  end(): Promise<string[]>;
}

/** Sends one update after the other and keeps count of those that failed. */
function sender(channel: StatusChannel): Sender {
  const enough = new AbortController();
  let last: Promise<void> = Promise.resolve();
  let [sent, failed, waiting] = [0, 0, 0];
  let why = "";
  return {
    send(update, isRoutine) {
      if (isRoutine && waiting > 0) return;
      sent++;
      waiting++;
      last = last
        .then(() => channel.send(update, enough.signal))
        .catch((error: unknown) => {
          failed++;
          why = enough.signal.aborted ? "no answer in time" : messageOf(error);
        })
        .finally(() => void waiting--);
    },
    async end() {
      const timer = setTimeout(() => enough.abort(), END_PATIENCE);
      await last;
      clearTimeout(timer);
      return failed === 0 ? [] : [`${channel.name}: ${failed} of ${sent} updates could not be sent: ${why}`];
    },
  };
}
