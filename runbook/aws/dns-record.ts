import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  Route53Client,
  type RRType,
} from "@aws-sdk/client-route-53";
import { type AwsRegion, connect, GLOBAL_REGION } from "./region";
import { waitFor, type Waiting } from "./wait";

/** Between two looks, in milliseconds: changes are everywhere within a minute. */
const PAUSE = 2_000;

/** A client of Route 53, which is global. */
export const route53In = (region: Omit<AwsRegion, "name"> = {}): Route53Client =>
  connect(Route53Client, { ...region, name: GLOBAL_REGION });

/** Which record of which zone. */
export interface RecordName {
  readonly zoneId: string;
  /** Such as `writer.storefront.internal`, with or without a dot at its end. */
  readonly name: string;
  /** Such as `CNAME`. */
  readonly type: RRType;
}

/** What a record says. */
export interface RecordContent {
  readonly ttlSeconds: number;
  /** In the form of the type: text records in quotes. */
  readonly values: readonly string[];
}

/**
 * Reads a record from the zone itself; resolvers may still have an older one, for as long as its TTL was.
 *
 * Needs `route53:ListResourceRecordSets`.
 *
 * @returns undefined when there is none
 * @throws Error when it is an alias, or one of several with weights or the like: such a set has an owner elsewhere
 */
export async function readRecord(
  route53: Route53Client,
  record: RecordName,
): Promise<RecordContent | undefined> {
  const { ResourceRecordSets } = await route53.send(
    new ListResourceRecordSetsCommand({
      HostedZoneId: record.zoneId,
      StartRecordName: record.name,
      StartRecordType: record.type,
      MaxItems: 1,
    }),
  );
  const [found] = ResourceRecordSets ?? [];
  if (!found || !isSame(found, record)) return undefined;
  if (found.AliasTarget || found.SetIdentifier !== undefined) {
    const kind = found.AliasTarget ? "an alias" : `one of a set (${found.SetIdentifier})`;
    throw new Error(
      `${at(record)}: ${kind}, expected a simple record; change it where it is managed, or correct the manifest`,
    );
  }
  return {
    ttlSeconds: found.TTL ?? 0,
    values: (found.ResourceRecords ?? []).flatMap(({ Value }) => Value ?? []),
  };
}

/**
 * Makes a record say something, whatever it said before; nothing is sent when it says so already.
 *
 * Needs `route53:ListResourceRecordSets` and `route53:ChangeResourceRecordSets`, which a condition on
 * `route53:ChangeResourceRecordSetsNormalizedRecordNames` can hold to this name.
 *
 * @returns id of the change for `waitUntilInSync`; undefined when nothing had to be changed
 */
export async function upsertRecord(
  route53: Route53Client,
  record: RecordName,
  content: RecordContent,
): Promise<string | undefined> {
  const found = await readRecord(route53, record);
  if (found && sameContent(found, content)) return undefined;
  const { ChangeInfo } = await route53.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: record.zoneId,
      ChangeBatch: {
        Changes: [
          {
            Action: "UPSERT",
            ResourceRecordSet: {
              Name: record.name,
              Type: record.type,
              TTL: content.ttlSeconds,
              ResourceRecords: content.values.map((Value) => ({ Value })),
            },
          },
        ],
      },
    }),
  );
  return ChangeInfo?.Id;
}

/**
 * Waits until all of Route 53's own name servers know a change; resolvers ask them only when their copy has run out.
 *
 * Needs `route53:GetChange`.
 */
export async function waitUntilInSync(
  route53: Route53Client,
  changeId: string,
  waiting: Waiting,
): Promise<void> {
  const what = `Route 53 change ${changeId}`;
  await waitFor({ what, expected: "INSYNC", pauseMs: PAUSE }, waiting, async () => {
    const { ChangeInfo } = await route53.send(new GetChangeCommand({ Id: changeId }));
    return ChangeInfo?.Status === "INSYNC"
      ? { value: undefined }
      : { still: ChangeInfo?.Status ?? "unknown" };
  });
}

const at = ({ zoneId, name, type }: RecordName) => `zone ${zoneId}: ${type} ${name}`;

/** Route 53 lists from the name it is asked for on, and writes a dot at the end and `*` as an octal code. */
function isSame(found: ResourceRecordSet, record: RecordName): boolean {
  const plain = (name: string) => name.toLowerCase().replaceAll("\\052", "*").replace(/\.$/, "");
  return found.Type === record.type && plain(found.Name ?? "") === plain(record.name);
}

function sameContent(one: RecordContent, other: RecordContent): boolean {
  const text = ({ ttlSeconds, values }: RecordContent) => JSON.stringify([ttlSeconds, [...values].sort()]);
  return text(one) === text(other);
}
