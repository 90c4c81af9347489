import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Acknowledgement } from "./load/ledger";
import type { Service } from "./services";
import type { WorkEvidence } from "./work-verdict";

/** How long workers may take for what is left when the last visitor has gone, in milliseconds. */
const PATIENCE = 60_000;
const BETWEEN = 200;
const SUFFIX = "_DATABASE_URL";

/** Nothing sends it requests: it is one that claims jobs. */
export const isWorker = ({ isBehind }: Pick<Service, "isBehind">): boolean => !isBehind;

/** What the workers' logs say they shipped, and from which databases they ship. */
export function readShipments(workers: readonly Service[]): Omit<WorkEvidence, "shifts"> {
  const lines = workers.flatMap(({ logFiles }) =>
    logFiles.flatMap((file) => readFileSync(file, "utf8").split("\n")),
  );
  return {
    shippedFrom: [...new Set(workers.flatMap(databasesOf))],
    shipped: lines.flatMap((line) => {
      const [, database, key] = /^shipped (\S+) (\S+)$/.exec(line) ?? [];
      return database !== undefined && key !== undefined ? [{ database, key }] : [];
    }),
  };
}

/** Waits until every acknowledged order has been shipped, or time is up: the verdict says what is missing. */
export async function shippedAll(
  workers: readonly Service[],
  ledger: readonly Acknowledgement[],
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    const { shipped, shippedFrom } = readShipments(workers);
    const due = ledger.filter(({ database }) => shippedFrom.includes(database)).length;
    if (shipped.length >= due || performance.now() > deadline) return;
    await sleep(BETWEEN, undefined, { signal });
  }
}

/** Names of the databases that a worker's environment leads to, as the sample application reads it. */
function databasesOf({ container }: Service): string[] {
  return Object.keys(container.environment)
    .filter((variable) => variable.endsWith(SUFFIX))
    .map((variable) => variable.slice(0, -SUFFIX.length).toLowerCase().replaceAll("_", "-"));
}
