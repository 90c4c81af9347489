import {
  type DynamoDBClient,
  paginateQuery,
  type TransactionCanceledException,
  TransactWriteItemsCommand,
  type TransactWriteItem,
} from "@aws-sdk/client-dynamodb";
import { setTimeout as sleep } from "node:timers/promises";
import type { Journal, JournalView } from "../journal";
import { type JournalEntry, parseEntries, stamp } from "../journal-entry";
import type { Watching } from "../lease-keeping";
import { isFault } from "./fault";
import { type DynamoLease, type LeaseRequest, takeLease } from "./lease";
import { type JournalPlace, leaseKey, readLease } from "./lease-item";

/** One transaction takes 100 items (DynamoDB developer guide, "Quotas"), and the lease is one of them. */
const ENTRIES_A_WRITE = 99;
/** A renewal of the lease in the same moment conflicts with a write; more often in a row, something else is wrong. */
const TRIES = 5;

/**
 * Opens the journal of a relocation in DynamoDB, for this operator alone.
 *
 * Entries are numbered without a gap. Each append is one transaction with the lease: it is written as a whole, and only
 * while the lease is this session's, so that whoever has lost it cannot write after its successor. Closing the journal
 * gives the lease back.
 *
 * Needs `dynamodb:GetItem`, `PutItem`, `UpdateItem` and `Query` on the table.
 *
 * Cost: a few writes a step, one every three seconds for the lease.
 *
 * @throws Error when another operator is at work (naming it), or an entry is not of this version
 */
export async function openDynamoJournal(
  dynamo: DynamoDBClient,
  request: LeaseRequest,
  watching: Watching,
): Promise<Journal> {
  const lease = await takeLease(dynamo, request, watching);
  try {
    return journalUnder(lease, dynamo, request, [...(await readJournal(dynamo, request))]);
  } catch (error) {
    await lease.release();
    throw error;
  }
}

function journalUnder(
  lease: DynamoLease,
  dynamo: DynamoDBClient,
  place: JournalPlace,
  entries: JournalEntry[],
): Journal {
  // Whoever gave up waiting for one append may begin the next: they are written one after the other all the same.
  let last: Promise<unknown> = Promise.resolve();
  let isCertain = true;
  return {
    lease,
    entries,
    append(...notes) {
      const stamped = stamp(notes, lease);
      const appended = last.then(() => append(stamped));
      last = appended.catch(() => undefined);
      return appended;
    },
    close: () => last.then(() => lease.release()),
  };

  async function append(stamped: readonly JournalEntry[]): Promise<void> {
    // A write that failed may have arrived all the same, with its answer lost.
    if (!isCertain) entries.splice(0, entries.length, ...(await readJournal(dynamo, place)));
    isCertain = false;
    for (let from = 0; from < stamped.length; from += ENTRIES_A_WRITE) {
      const writing = stamped.slice(from, from + ENTRIES_A_WRITE);
      await write(dynamo, place, lease, entries.length, writing);
      entries.push(...writing);
    }
    isCertain = true;
  }
}

/**
 * Reads the entries alone.
 *
 * Needs `dynamodb:Query` on the table.
 *
 * @throws Error when an entry is not of this version
 */
export async function readJournal(
  dynamo: DynamoDBClient,
  { table, relocation }: JournalPlace,
): Promise<readonly JournalEntry[]> {
  const lines: string[] = [];
  const pages = paginateQuery(
    { client: dynamo },
    {
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: "relocation = :relocation AND entry > :lease",
      ExpressionAttributeValues: { ":relocation": { S: relocation }, ":lease": { N: "0" } },
    },
  );
  for await (const { Items } of pages) lines.push(...(Items ?? []).map(({ line }) => line?.S ?? ""));
  return parseEntries(
    lines,
    `table ${table}: ${relocation}`,
    "Finish this relocation with the release that began it.",
  );
}

/**
 * A look at how things stand, without the lease.
 *
 * Needs `dynamodb:GetItem` and `dynamodb:Query` on the table.
 *
 * @throws Error when an entry is not of this version
 */
export async function viewDynamoJournal(dynamo: DynamoDBClient, place: JournalPlace): Promise<JournalView> {
  const [entries, lease] = await Promise.all([readJournal(dynamo, place), readLease(dynamo, place)]);
  return { entries, holder: lease?.isHeld ? lease.holder : undefined };
}

async function write(
  dynamo: DynamoDBClient,
  place: JournalPlace,
  lease: DynamoLease,
  last: number,
  entries: readonly JournalEntry[],
): Promise<void> {
  // The SDK gives each command a token, by which its own retries are carried out once (DynamoDB API reference,
  // "TransactWriteItems"); one that was cancelled has had no effect.
  for (let tried = 1; ; tried++) {
    lease.assertHeld();
    try {
      await dynamo.send(new TransactWriteItemsCommand({ TransactItems: items(place, lease, last, entries) }));
      return;
    } catch (error) {
      const reasons = isFault(error, "TransactionCanceled")
        ? ((error as TransactionCanceledException).CancellationReasons ?? [])
        : [];
      if (reasons[0]?.Code === "ConditionalCheckFailed") {
        throw new Error(
          `table ${place.table}: ${place.relocation}: the lease is another's, nothing was written; ` +
            "see `relocate status` for who is at work",
          { cause: error },
        );
      }
      const isConflict = reasons.some(({ Code }) => Code === "TransactionConflict");
      if (!isConflict || tried === TRIES) throw error;
      await sleep(20 + Math.random() * 80);
    }
  }
}

function items(
  place: JournalPlace,
  { session, token }: DynamoLease,
  last: number,
  entries: readonly JournalEntry[],
): TransactWriteItem[] {
  const underLease: TransactWriteItem = {
    Update: {
      TableName: place.table,
      Key: leaseKey(place),
      ConditionExpression: "#session = :session",
      UpdateExpression: "ADD beat :one",
      ExpressionAttributeNames: { "#session": "session" },
      ExpressionAttributeValues: { ":session": { S: session }, ":one": { N: "1" } },
    },
  };
  const puts = entries.map((entry, index): TransactWriteItem => ({
    Put: {
      TableName: place.table,
      Item: {
        relocation: { S: place.relocation },
        entry: { N: String(last + 1 + index) },
        token: { N: String(token) },
        line: { S: JSON.stringify(entry) },
      },
      ConditionExpression: "attribute_not_exists(entry)",
    },
  }));
  return [underLease, ...puts];
}
