import type { KeptVerifications } from "../runbook/plans/final-pass-steps";
import { readVerificationFile, writeVerificationFile } from "../runbook/verification/state-file";
import { worstVerdict, type Verdict } from "../runbook/verification/result";

/** The file in the working directory by which a verification goes on, and the next one knows what it need not read again. */
export const verificationFile = (workload: string, database: string): string =>
  `${workload}-${database}-verification.json`;

/** What the last whole verification of every database found. @returns undefined when one of them has none */
export async function lastVerification(
  workload: string,
  databases: readonly string[],
): Promise<{ readonly endedAt: string; readonly verdict: Verdict } | undefined> {
  const kept = await Promise.all(
    databases.map((database) => readVerificationFile(verificationFile(workload, database))),
  );
  const found = kept.flatMap(({ last }) => last ?? []);
  const [oldest] = found.map(({ endedAt }) => endedAt).sort();
  if (oldest === undefined || found.length < databases.length) return undefined;
  return { endedAt: oldest, verdict: worstVerdict(found.map(({ verdict }) => verdict)) };
}

/** What the files of the working directory say, for a switch to go on from. */
export const keptVerifications = (workload: string): KeptVerifications => ({
  last: async (database) => (await readVerificationFile(verificationFile(workload, database))).last,
  async keep(found) {
    const file = verificationFile(workload, found.database);
    await writeVerificationFile(file, { ...(await readVerificationFile(file)), last: found });
  },
});
