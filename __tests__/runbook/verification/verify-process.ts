/**
 * A verification in a process of its own that keeps its state in a file and kills itself with SIGKILL once a table has been
 * read so far. Arguments: a JSON object of type `VerifyElsewhere`.
 */
import type { ClientConfig } from "pg";
import type { Side } from "../../../runbook/side";
import { readVerificationFile, writeVerificationFile } from "../../../runbook/verification/state-file";
import { verifyTables } from "../../../runbook/verification/tables";

export interface VerifyElsewhere {
  readonly file: string;
  readonly database: string;
  readonly table: string;
  readonly operator: Readonly<Record<Side, ClientConfig>>;
}

async function verify({ file, database, table, operator }: VerifyElsewhere): Promise<void> {
  const none = (): Promise<never> => Promise.reject(new Error("a verification logs in as the operator"));
  await verifyTables(
    {
      name: database,
      databaseName: database,
      strategy: "logical",
      endpoint: { kind: "host-list" },
      applicationRoles: [],
      operator: (side) => Promise.resolve(operator[side]),
      conninfo: none,
      applicationPassword: none,
    },
    {
      signal: new AbortController().signal,
      state: (await readVerificationFile(file)).running,
      async onProgress({ state }) {
        await writeVerificationFile(file, { running: state });
        if (state.current?.found.table === table) process.kill(process.pid, "SIGKILL");
      },
    },
  );
}

void verify(JSON.parse(process.argv[2] ?? "") as VerifyElsewhere);
