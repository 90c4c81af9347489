import type { ClientConfig } from "pg";
import { openConsole, type Console } from "./console";

/** One running PgBouncer. */
export interface PgbouncerInstance {
  /** For messages, such as the region and the address. */
  readonly name: string;
  /** How its administrator logs in; the database is always the console's. */
  readonly administrator: ClientConfig;
}

/** What an instance says of the database that it stands before. */
export interface DatabaseState {
  /** Writer that is in effect. */
  readonly host: string;
  readonly port: number;
  readonly paused: boolean;
  /** @default - the instance's own */
  readonly poolMode?: string;
}

/** The consoles of some instances, opened when first asked for and anew when lost. */
export interface Consoles {
  of(instance: PgbouncerInstance, signal: AbortSignal): Promise<Console>;
  close(): Promise<void>;
}

export function openConsoles(): Consoles {
  const open = new Map<string, { readonly console: Promise<Console>; isUseless: () => boolean }>();
  return {
    of(instance, signal) {
      const standing = open.get(instance.name);
      if (standing && !standing.isUseless()) return standing.console;
      // No await before this: of two callers at once, one would open a console that nobody closes.
      const opening = { console: openConsole(instance.administrator, signal), isUseless: () => false };
      open.set(instance.name, opening);
      opening.console.then(
        (opened) => (opening.isUseless = () => opened.lost),
        () => (opening.isUseless = () => true),
      );
      return opening.console;
    },
    async close() {
      const ending = [...open.values()];
      open.clear();
      await Promise.allSettled(ending.map(async ({ console }) => (await console).close()));
    },
  };
}

/** The command whose rows `databaseState` reads; PgBouncer answers it while it is paused, too. */
export const SHOW_DATABASES = "SHOW DATABASES";

/** @throws Error when the instance does not stand before this database */
export function databaseState(rows: readonly object[], name: string): DatabaseState {
  const row = (rows as readonly Record<string, string | number | null>[]).find((one) => one.name === name);
  if (!row) throw new Error(`it has no database ${name}: see the [databases] section of its configuration`);
  return {
    host: String(row.host),
    port: Number(row.port),
    // Text or number, by the version.
    paused: Number(row.paused) === 1,
    poolMode: row.pool_mode === null ? undefined : String(row.pool_mode),
  };
}

/** The command whose rows `defaultPoolMode` reads. */
export const SHOW_CONFIG = "SHOW CONFIG";

/** How server connections are shared where the database's own entry does not say. */
export const defaultPoolMode = (rows: readonly object[]): string | undefined =>
  (rows as readonly Record<string, string>[]).find(({ key }) => key === "pool_mode")?.value;
