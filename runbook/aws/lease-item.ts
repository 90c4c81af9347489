import {
  type AttributeValue,
  DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { Holder } from "../lease";
import type { SeenLease } from "../lease-keeping";
import { unlessFault } from "./fault";
import { type AwsRegion, connect } from "./region";

/** A client of DynamoDB in one region. */
export const dynamoIn = (region: AwsRegion): DynamoDBClient => connect(DynamoDBClient, region);

/** One relocation in the table of journal and lease that the replication stack makes. */
export interface JournalPlace {
  readonly table: string;
  /** Name of the workload. */
  readonly relocation: string;
}

/** The lease as it stands in the table: entry 0 of the relocation, the journal's entries being 1 and up. */
export interface LeaseItem extends SeenLease {
  /** Made up by the holder for this taking alone. @default - given back */
  readonly session?: string;
}

/** A lease that is taken now. */
export interface LeaseTaking {
  readonly token: number;
  readonly holder: Holder;
  /** Without a renewal for as long, it is free; in milliseconds. */
  readonly durationMs: number;
  readonly session: string;
}

/** Key of the lease. */
export const leaseKey = ({ relocation }: JournalPlace) => ({
  relocation: { S: relocation },
  entry: { N: "0" },
});

/** Reads who holds the lease. Needs `dynamodb:GetItem`. @returns undefined when nobody ever took it */
export async function readLease(
  dynamo: DynamoDBClient,
  place: JournalPlace,
  signal?: AbortSignal,
): Promise<LeaseItem | undefined> {
  const { Item } = await dynamo.send(
    new GetItemCommand({ TableName: place.table, Key: leaseKey(place), ConsistentRead: true }),
    { abortSignal: signal },
  );
  return Item && leaseOf(Item);
}

/**
 * Writes a new taking over the one that was seen, unless that has changed since.
 *
 * Needs `dynamodb:UpdateItem`.
 *
 * @returns whether it was written
 */
export async function replaceLease(
  dynamo: DynamoDBClient,
  place: JournalPlace,
  seen: LeaseItem | undefined,
  item: LeaseTaking,
): Promise<boolean> {
  const isAsSeen = seen ? "#token = :seenToken AND beat = :seenBeat" : "attribute_not_exists(#token)";
  const request = dynamo.send(
    new UpdateItemCommand({
      TableName: place.table,
      Key: leaseKey(place),
      // A try of ours whose answer was lost has written it already.
      ConditionExpression: `(${isAsSeen}) OR #session = :session`,
      UpdateExpression:
        "SET #token = :token, beat = :beat, holder = :holder, #host = :host, since = :since, durationMs = :durationMs, #session = :session",
      ExpressionAttributeNames: { "#token": "token", "#session": "session", "#host": "host" },
      ExpressionAttributeValues: {
        ":token": { N: String(item.token) },
        ":beat": { N: "0" },
        ":holder": { S: item.holder.who },
        ":host": { S: item.holder.host },
        ":since": { S: item.holder.since },
        ":durationMs": { N: String(item.durationMs) },
        ":session": { S: item.session },
        ...(seen && { ":seenToken": { N: String(seen.token) }, ":seenBeat": { N: String(seen.beat) } }),
      },
    }),
  );
  return (await unlessFault(request, "ConditionalCheckFailed")) !== undefined;
}

/** Renews a lease. @returns whether it was still held by that session */
export async function renewLease(
  dynamo: DynamoDBClient,
  place: JournalPlace,
  session: string,
  signal: AbortSignal,
): Promise<boolean> {
  return updateOwn(dynamo, place, session, "ADD beat :one", { ":one": { N: "1" } }, signal);
}

/** Gives a lease back; nothing when it is another's by now. Its token stays, so that none is used twice. */
export async function returnLease(
  dynamo: DynamoDBClient,
  place: JournalPlace,
  session: string,
): Promise<void> {
  await updateOwn(dynamo, place, session, "REMOVE #session");
}

async function updateOwn(
  dynamo: DynamoDBClient,
  place: JournalPlace,
  session: string,
  UpdateExpression: string,
  values: Record<string, AttributeValue> = {},
  abortSignal?: AbortSignal,
): Promise<boolean> {
  const request = dynamo.send(
    new UpdateItemCommand({
      TableName: place.table,
      Key: leaseKey(place),
      ConditionExpression: "#session = :session",
      UpdateExpression,
      ExpressionAttributeNames: { "#session": "session" },
      ExpressionAttributeValues: { ":session": { S: session }, ...values },
    }),
    { abortSignal },
  );
  return (await unlessFault(request, "ConditionalCheckFailed")) !== undefined;
}

const leaseOf = (item: Readonly<Record<string, AttributeValue>>): LeaseItem => ({
  token: Number(item.token?.N),
  beat: Number(item.beat?.N),
  holder: { who: item.holder?.S ?? "", host: item.host?.S ?? "", since: item.since?.S ?? "" },
  durationMs: Number(item.durationMs?.N),
  isHeld: item.session?.S !== undefined,
  session: item.session?.S,
});
