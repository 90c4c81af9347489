import { performance } from "node:perf_hooks";
import type { ComparedTable, Uncomparable } from "./compared-table";
import type { TableState, TableVerification, VerificationState, VerifyOptions } from "./result";

/** Tells how a verification comes along. */
export interface ProgressReport {
  /** A chunk of a table was compared. */
  reading(current: TableState, done: readonly TableVerification[]): Promise<void>;
  /** A table is done. */
  between(table: string, done: readonly TableVerification[]): Promise<void>;
}

/** Adds up what was read, and estimates the rest by what the servers believe of their tables' sizes. */
export function progressOf(
  database: string,
  begun: VerificationState,
  tables: readonly (ComparedTable | Uncomparable)[],
  tell: VerifyOptions["onProgress"],
): ProgressReport {
  const startedAt = performance.now();
  const estimates = new Map(
    tables.map((table) => [table.quoted, "fault" in table ? 0 : table.estimatedRows]),
  );
  const estimatedRows = [...estimates.values()].reduce((sum, rows) => sum + rows, 0);
  const readOf = (state: VerificationState): number =>
    state.done.reduce((sum, { rows }) => sum + rows.source, state.current?.found.rows.source ?? 0);
  const before = readOf(begun);
  const report = async (table: string, state: VerificationState): Promise<void> => {
    const rows = readOf(state);
    const rowsPerSecond = ((rows - before) / Math.max(1, performance.now() - startedAt)) * 1000;
    const doneRows = state.done.reduce((sum, done) => sum + (estimates.get(done.table) ?? 0), 0);
    const currentRows = Math.min(
      state.current?.found.rows.source ?? 0,
      estimates.get(state.current?.found.table ?? "") ?? 0,
    );
    const left = estimatedRows - doneRows - currentRows;
    await tell?.({
      database,
      table,
      tablesDone: state.done.length,
      tables: tables.length,
      rows,
      estimatedRows,
      percent:
        estimatedRows > 0
          ? ((estimatedRows - left) / estimatedRows) * 100
          : (state.done.length / Math.max(1, tables.length)) * 100,
      rowsPerSecond,
      remainingMs: rowsPerSecond > 0 ? (left / rowsPerSecond) * 1000 : undefined,
      state,
    });
  };
  // Both sides of a table are read at once, and whoever listens may take its time, as for a file: one after the other.
  let told: Promise<void> = Promise.resolve();
  const inTurn = (table: string, state: VerificationState): Promise<void> =>
    (told = told.then(() => report(table, state)));
  return {
    reading: (current, done) => inTurn(current.found.table, { ...begun, done: [...done], current }),
    between: (table, done) => inTurn(table, { ...begun, done: [...done], current: undefined }),
  };
}
