import { chown, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ServerUser } from "../binaries";

/** A writer's address as one region's poolers reach it on this machine. */
export interface LocalWriter {
  readonly host: string;
  readonly port: number;
}

export interface SidecarOptions {
  /** Folder that PgBouncer reads. */
  readonly directory: string;
  readonly databaseName: string;
  /** File with the authorities that sign the databases' certificates. */
  readonly authorities: string;
  /** Who reads the files. @default - who runs this process */
  readonly user?: ServerUser;
  /** The host that the parameter names now; undefined when there is no such parameter. */
  readParameter(): string | undefined;
  /** The writer as long as there is no parameter. */
  readonly firstWriter: string;
  locate(host: string): Promise<LocalWriter>;
  onFault(fault: string): void;
}

/** The local twin of the container that stages a pooler's configuration. */
export interface Sidecar {
  stop(): void;
}

/** Milliseconds between two looks at the parameter; in AWS it is seconds. */
const BETWEEN = 100;

/**
 * Does what the sidecar's script does in AWS: writes the file that PgBouncer includes, again whenever the parameter
 * changes, and never reloads. Returns when the first one is there.
 */
export async function startSidecar(options: SidecarOptions): Promise<Sidecar> {
  const { directory, databaseName, user } = options;
  let staged: string | undefined;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const place = async (name: string, text: string) => {
    const path = join(directory, name);
    await writeFile(`${path}.new`, text);
    if (user) await chown(`${path}.new`, user.uid, user.gid);
    await rename(`${path}.new`, path);
  };
  const look = async () => {
    const writer = options.readParameter() ?? staged ?? options.firstWriter;
    if (writer === staged) return;
    const { host, port } = await options.locate(writer);
    await place("writer.ini", `[databases]\n${databaseName} = host=${host} port=${port}\n`);
    staged = writer;
  };
  const again = () => {
    timer = setTimeout(() => {
      look()
        .catch((error: Error) => options.onFault(error.message))
        .finally(() => void (stopped || again()));
    }, BETWEEN);
  };

  await place("ca.pem", await readFile(options.authorities, "utf8"));
  await look();
  again();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
