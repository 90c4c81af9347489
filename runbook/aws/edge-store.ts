import {
  CloudFrontKeyValueStoreClient,
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  PutKeyCommand,
} from "@aws-sdk/client-cloudfront-keyvaluestore";
// The store takes requests signed for every region only; the SDK finds this signer once it is loaded.
import "@aws-sdk/signature-v4a";
import type { EndpointV2 } from "@smithy/types";
import { isFault, unlessFault } from "./fault";
import { type AwsRegion, connect } from "./region";

/** Others may write to the store in the same moment; more often in a row than this, somebody is at war. */
const TRIES = 5;

/**
 * A client of the key-value stores' data plane, which is no region's. The region is that of the STS endpoint whose
 * credentials are used (CloudFront developer guide, "Working with key-value data").
 */
export function edgeStoreIn(region: AwsRegion): CloudFrontKeyValueStoreClient {
  const { endpoint } = region;
  if (endpoint === undefined) return connect(CloudFrontKeyValueStoreClient, region);
  // The rule for real endpoints puts the account before the host, which another endpoint cannot have.
  const signing = { signingName: "cloudfront-keyvaluestore", signingRegion: "*", signingRegionSet: ["*"] };
  const here: EndpointV2 = {
    url: new URL(endpoint),
    properties: { authSchemes: [{ name: "sigv4a", ...signing, properties: {} }] },
  };
  return connect(CloudFrontKeyValueStoreClient, { name: region.name }, { endpointProvider: () => here });
}

/** One key of one store. */
export interface StoreKey {
  readonly storeArn: string;
  readonly key: string;
}

/**
 * Reads a key as the store has it; points of presence may be half a minute behind.
 *
 * Needs `cloudfront-keyvaluestore:GetKey`.
 *
 * @returns undefined when there is no such key
 */
export async function readKey(
  store: CloudFrontKeyValueStoreClient,
  { storeArn, key }: StoreKey,
): Promise<string | undefined> {
  const request = store.send(new GetKeyCommand({ KvsARN: storeArn, Key: key }));
  return (await unlessFault(request, "ResourceNotFound"))?.Value;
}

/**
 * Writes a key, and returns when the store has accepted it. A write by somebody else in between is not overwritten
 * unseen: the store is read again.
 *
 * Needs `cloudfront-keyvaluestore:DescribeKeyValueStore`, `GetKey` and `PutKey`.
 */
export async function writeKey(
  store: CloudFrontKeyValueStoreClient,
  { storeArn, key }: StoreKey,
  value: string,
): Promise<void> {
  await change(store, storeArn, async (IfMatch) => {
    // After the ETag: what was written before it, by a try whose answer was lost, is seen here.
    if ((await readKey(store, { storeArn, key })) === value) return;
    await store.send(new PutKeyCommand({ KvsARN: storeArn, Key: key, Value: value, IfMatch }));
  });
}

/** Gives `work` the store's own ETag, not the one that CloudFront's control plane shows, and anew when it has changed. */
async function change(
  store: CloudFrontKeyValueStoreClient,
  storeArn: string,
  work: (etag: string | undefined) => Promise<void>,
): Promise<void> {
  for (let tried = 1; ; tried++) {
    const { ETag } = await store.send(new DescribeKeyValueStoreCommand({ KvsARN: storeArn }));
    try {
      return await work(ETag);
    } catch (error) {
      if (tried === TRIES || !isFault(error, "Conflict")) throw error;
    }
  }
}
