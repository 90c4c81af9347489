import { setTimeout as sleep } from "node:timers/promises";
import {
  worstVerdict,
  type TableVerification,
  type Verdict,
  type Verification,
} from "../runbook/verification/result";
import { readVerificationFile, writeVerificationFile } from "../runbook/verification/state-file";
import { verifyTables } from "../runbook/verification/tables";
import type { DatabasePair } from "../runbook/world";
import { type Answer, tell } from "./answer";
import { EXIT } from "./exit-codes";
import { openGround } from "./ground";
import { interruptible } from "./interrupt";
import { commandLine } from "./shared-options";
import { styleFor, type Style } from "./style";
import { duration } from "./tell-plan";
import { verificationFile } from "./verification-file";
import type { VerifyFlags, VerifySettings } from "./verify-flags";

/** Between two lines of progress of one database, in milliseconds. */
const LINE_INTERVAL = 2_000;

/** Compares all databases at once, round after round where that is asked for. */
export async function verifyData(flags: VerifyFlags, settings: VerifySettings): Promise<Answer> {
  const ground = await openGround(flags);
  const { workload } = ground.manifest;
  const { databases, leftToPeople } = ground.world;
  const style = styleFor(process.stderr);
  try {
    const found = await interruptible(
      async (signal) => {
        for (let isFirst = true; ; isFirst = false) {
          const round = await Promise.all(
            databases.map((pair) => verifyOne(pair, { workload, flags, settings, signal, isFirst, style })),
          );
          if (settings.everyMs === undefined) return round;
          for (const one of round) tell(describe(one, style));
          await sleep(settings.everyMs, undefined, { signal });
        }
      },
      () => tell("interrupted: what has been read is kept, and the same command goes on from there"),
    );
    const verdict = worstVerdict(found.map((one) => one.verdict));
    const line = (command: string) => commandLine(command, flags);
    const left = leftToPeople.map((database) => `database ${database}: left to you, not compared`);
    return {
      exitCode: EXIT_OF[verdict],
      json: { workload, verdict, databases: found, notCompared: leftToPeople },
      text: [...found.map((one) => describe(one, styleFor(process.stdout))), ...left].join("\n"),
      next: [verdict === "equal" ? line("cutover") : line("verify")],
    };
  } finally {
    ground.close();
  }
}

const EXIT_OF: Readonly<Record<Verdict, number>> = {
  equal: EXIT.ok,
  different: EXIT.failed,
  unsettled: EXIT.stopped,
};

interface Round {
  readonly workload: string;
  readonly flags: VerifyFlags;
  readonly settings: VerifySettings;
  readonly signal: AbortSignal;
  /** A later one reads only what was written since. */
  readonly isFirst: boolean;
  readonly style: Style;
}

async function verifyOne(pair: DatabasePair, round: Round): Promise<Verification> {
  const { workload, flags, settings, signal, isFirst, style } = round;
  // A choice of tables is a look at these, and no part of a whole verification.
  const isWhole = flags.tables === undefined;
  const file = verificationFile(workload, pair.name);
  const kept = await readVerificationFile(file);
  let told = performance.now();
  if (isWhole && kept.running)
    tell(style.dim(`${pair.name}: goes on with what was begun at ${kept.running.startedAt}`));
  const found = await verifyTables(pair, {
    signal,
    share: settings.share,
    tables: flags.tables,
    state: isWhole ? kept.running : undefined,
    since: isFirst ? undefined : kept.last,
    async onProgress({ table, percent, rowsPerSecond, remainingMs, state }) {
      if (isWhole) await writeVerificationFile(file, { ...kept, running: state });
      if (performance.now() - told < LINE_INTERVAL) return;
      told = performance.now();
      const left = remainingMs === undefined ? "" : `, about ${duration(remainingMs)} left`;
      tell(
        style.dim(
          `· ${pair.name}: ${table}: ${percent.toFixed(0)} %, ${Math.round(rowsPerSecond)} rows/s${left}`,
        ),
      );
    },
  });
  if (isWhole) await writeVerificationFile(file, { last: found });
  tell(`${MARKS[found.verdict](style)} ${pair.name} ${style.dim(`(${tookOf(found)})`)}`);
  return found;
}

const MARKS: Readonly<Record<Verdict, (style: Style) => string>> = {
  equal: (style) => style.good("✓"),
  different: (style) => style.bad("✗"),
  unsettled: (style) => style.warn("?"),
};

const tookOf = ({ startedAt, endedAt }: Verification): string =>
  duration(Date.parse(endedAt) - Date.parse(startedAt));

/** One database: a line for what is equal, and what is not in full. */
function describe({ database, verdict, rows, tables }: Verification, style: Style): string {
  const marked = { equal: style.good, different: style.bad, unsettled: style.warn }[verdict](verdict);
  return [
    `${database}: ${marked}, ${tables.length} tables, ${rows} rows of the source`,
    ...tables.filter((table) => table.verdict !== "equal").flatMap((table) => describeTable(table)),
  ].join("\n");
}

function describeTable({ table, verdict, fault, differences, more, unsettled }: TableVerification): string[] {
  return [
    `  ${table}: ${verdict}${fault === undefined ? "" : `: ${fault}`}`,
    ...differences.map(({ key, kind }) => `    ${kind}: ${key}`),
    ...(more ? ["    and more"] : []),
    ...unsettled.map((key) => `    written all the while: ${key}`),
  ];
}
