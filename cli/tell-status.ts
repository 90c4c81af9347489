import { describeHolder } from "../runbook/lease";
import type { DatabaseStatus, SideStatus } from "../runbook/status/database-status";
import type { PointerStatus, Status } from "../runbook/status/status";
import type { TtlReadiness } from "../runbook/status/ttl-readiness";
import { SIDES, type Side } from "../runbook/side";
import type { Verdict } from "../runbook/verification/result";
import type { Style } from "./style";
import { duration } from "./tell-plan";

/** What `relocate status` shows. */
export interface StatusReport extends Status {
  readonly workload: string;
  readonly regions: Readonly<Record<Side, string>>;
  /** Of the public name. @default - there is none */
  readonly ttl?: TtlReadiness;
  /** The last whole comparison of both sides on this machine. @default - there was none */
  readonly verified?: { readonly endedAt: string; readonly verdict: Verdict };
  /** Databases that the runbook does not switch. */
  readonly leftToPeople: readonly string[];
}

/** The status in words, for a terminal. */
export function describeStatus(status: StatusReport, style: Style): string {
  const { workload, regions, phase, meaning, wayBack } = status;
  const rows: (readonly [string, string])[] = [
    ["phase", `${style.bold(phase)}: ${meaning}`],
    ["way back", wayBack],
    ...status.databases.flatMap((database) => databaseRows(database, style)),
    ...status.leftToPeople.map((left) => ["database", `${left}: left to you`] as const),
    ...(status.edge ? [["edge", pointerText(status.edge, status, style)] as const] : []),
    ...Object.entries(status.writerNames).map(
      ([name, pointer]) => [`writer name`, `${name}: ${pointerText(pointer, status, style)}`] as const,
    ),
    ...status.jobs.map(
      ({ kind, name, source, target }) =>
        [kind, `${name}: source ${source}, target ${target}${bothOn(source, target, style)}`] as const,
    ),
    ...(status.ttl ? [["ttl", mark(status.ttl.ready, status.ttl.meaning, style)] as const] : []),
    ["operator", operatorText(status, style)],
    ...(status.cutOff ? [["cut off", `${status.cutOff.plan}, since ${status.cutOff.at}`] as const] : []),
    [
      "verified",
      status.verified
        ? mark(
            status.verified.verdict === "equal",
            `${status.verified.verdict}, ${status.verified.endedAt}`,
            style,
          )
        : "not yet on this machine: relocate verify",
    ],
    ...(status.journalError === undefined
      ? []
      : [["journal", style.bad(`cannot be read: ${status.journalError}`)] as const]),
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return [
    `${style.bold(workload)}: source ${regions.source}, target ${regions.target} ${style.dim(status.at)}`,
    ...rows.map(
      ([label, text]) =>
        `  ${style.dim(label.padEnd(width))}  ${text.replaceAll("\n", `\n${" ".repeat(width + 4)}`)}`,
    ),
  ].join("\n");
}

function operatorText({ holder, journalError }: StatusReport, style: Style): string {
  if (holder) return describeHolder(holder);
  return journalError === undefined ? "nobody is at work" : style.warn("cannot be told");
}

function databaseRows(database: DatabaseStatus, style: Style): (readonly [string, string])[] {
  const { name, strategy, writerDiscovery, active } = database;
  const isWrong = active === "both" || active === "none" || active === "unknown";
  const shown = active === "ungated" ? "nothing of the runbook stands before it" : `active side ${active}`;
  return [
    [
      "database",
      `${style.bold(name)} (${strategy}, ${writerDiscovery}): ${isWrong ? style.bad(shown) : shown}`,
    ],
    ...SIDES.flatMap((side) =>
      sideText(side, database[side], style).map((text) => ["", `  ${text}`] as const),
    ),
  ];
}

function sideText(side: Side, status: SideStatus, style: Style): string[] {
  if (!status.reachable) return [style.bad(`${side}: cannot be reached: ${status.why}`)];
  const { gate, subscription, slots } = status;
  const gateText = gate ? `gate ${gate.open ? "open" : "closed"}` : "no gate";
  const rows = subscription
    ? `rows ${subscription.running ? "come in" : style.warn("do not come in now")}` +
      (subscription.copying > 0 ? `, ${subscription.copying} tables still to copy` : "")
    : "no replication to here";
  return [
    `${side}: ${gateText}; ${rows}`,
    ...slots.map((slot) => {
      const lag = slot.lagMs === undefined ? "" : ` (${duration(slot.lagMs)})`;
      const read = slot.isActive ? "read" : style.warn("not read");
      const text = `${side}: slot ${slot.name}: ${read}, behind ${bytes(slot.behindBytes)}${lag}, log kept ${bytes(slot.retainedBytes)}`;
      return slot.reason === undefined ? text : `${text}\n    ${style.bad(slot.reason)}`;
    }),
  ];
}

function pointerText(
  { names, sightings, error }: PointerStatus,
  { regions }: StatusReport,
  style: Style,
): string {
  const agreeing = sightings.filter(({ side }) => side !== undefined && side === names).length;
  const text = names
    ? `names the ${names} (${regions[names]}), seen by ${agreeing} of ${sightings.length} points`
    : "cannot be asked what it names";
  const isConverged = names !== undefined && agreeing === sightings.length && sightings.length > 0;
  return [isConverged ? text : style.warn(text), ...(error === undefined ? [] : [style.bad(error)])].join(
    "\n",
  );
}

const bothOn = (source: string, target: string, style: Style): string =>
  source === "on" && target === "on" ? style.bad(" (on both sides: its work may be done twice)") : "";

const mark = (good: boolean, text: string, style: Style): string =>
  good ? style.good(text) : style.warn(text);

/** Such as `512 B`, `16 MiB`. */
export function bytes(count: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = count;
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
