import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { randomUUID } from "node:crypto";
import { operatorHere, type Lease, type Operator } from "../lease";
import { keepLease, LEASE_DURATION, now, outlive, refusal, type Watching } from "../lease-keeping";
import {
  type JournalPlace,
  type LeaseTaking,
  readLease,
  renewLease,
  replaceLease,
  returnLease,
} from "./lease-item";

/** The lease of a relocation in DynamoDB. */
export interface DynamoLease extends Lease {
  /** Made up for this taking alone; what is written on condition of it is written by its holder. */
  readonly session: string;
}

export interface LeaseRequest extends JournalPlace {
  /** Who takes it: a second operator is told. @default - whoever runs this process */
  readonly operator?: Operator;
  /** Without a renewal for as long, it is lost; in milliseconds. @default 15000 */
  readonly durationMs?: number;
}

/**
 * Takes the lease of a relocation: one operator at a time.
 *
 * No two clocks are ever compared. Whoever finds it held watches it for its whole duration: a renewal seen means that the
 * holder lives; none means that the holder, who counts the same duration from before its own last renewal was sent, has
 * stopped relying on it already.
 *
 * Needs `dynamodb:GetItem` and `dynamodb:UpdateItem` on the table.
 *
 * @throws Error naming the living holder
 */
export async function takeLease(
  dynamo: DynamoDBClient,
  request: LeaseRequest,
  watching: Watching,
): Promise<DynamoLease> {
  const { durationMs = LEASE_DURATION, operator = operatorHere() } = request;
  const name = `table ${request.table}: ${request.relocation}`;
  const look = () => readLease(dynamo, request, watching.signal);
  const found = await look();
  const seen = found?.isHeld ? await outlive(found, look, name, watching) : found;
  const taking: LeaseTaking = {
    token: (seen?.token ?? 0) + 1,
    holder: { ...operator, since: new Date().toISOString() },
    durationMs,
    session: randomUUID(),
  };
  const takenAt = now();
  if (!(await replaceLease(dynamo, request, seen, taking))) {
    throw refusal(name, ((await look()) ?? taking).holder);
  }
  const { session } = taking;
  const lease = keepLease({
    ...taking,
    ...{ name, takenAt },
    renew: (signal) => renewLease(dynamo, request, session, signal),
    giveBack: () => returnLease(dynamo, request, session),
  });
  return { ...lease, session };
}
