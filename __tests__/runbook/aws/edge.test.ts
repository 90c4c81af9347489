import {
  type CloudFrontClient,
  CreateDistributionCommand,
  CreateFunctionCommand,
  CreateKeyValueStoreCommand,
  DescribeFunctionCommand,
  GetDistributionConfigCommand,
  GetFunctionCommand,
  ListInvalidationsCommand,
  UpdateDistributionCommand,
} from "@aws-sdk/client-cloudfront";
import type { CloudFrontKeyValueStoreClient } from "@aws-sdk/client-cloudfront-keyvaluestore";
import { changeOrigin, cloudFrontIn, originOf, waitUntilDeployed } from "../../../runbook/aws/distribution";
import { editFunction } from "../../../runbook/aws/edge-function";
import { edgeStoreIn, readKey, writeKey } from "../../../runbook/aws/edge-store";
import { invalidate } from "../../../runbook/aws/invalidation";
import { emulator, EMULATOR_TIMEOUT } from "./emulators/emulator";
import { type FaultProxy, openFaultProxy } from "./emulators/fault-proxy";

const waiting = { signal: new AbortController().signal, pauseMs: 1 };
let proxy: FaultProxy;
let cloudFront: CloudFrontClient;
let store: CloudFrontKeyValueStoreClient;
let storeArn: string;

beforeAll(async () => {
  proxy = await openFaultProxy(await emulator("ministack"));
  cloudFront = cloudFrontIn({ endpoint: proxy.endpoint });
  store = edgeStoreIn({ name: "eu-west-1", endpoint: proxy.endpoint });
  const made = await cloudFront.send(new CreateKeyValueStoreCommand({ Name: "edge-test" }));
  storeArn = made.KeyValueStore!.ARN!;
}, EMULATOR_TIMEOUT);
afterAll(async () => {
  cloudFront.destroy();
  store.destroy();
  await proxy.close();
});

describe("key-value store", () => {
  test("A3: a key is written, read and written over, each as often as you like", async () => {
    const active = { storeArn, key: "active" };
    expect(await readKey(store, active)).toBeUndefined();
    for (const side of ["us-east-1", "eu-west-1", "eu-west-1"]) {
      await writeKey(store, active, side);
      expect(await readKey(store, active)).toBe(side);
    }
  });

  test("two who write at the same time both succeed: neither overwrites what it has not seen", async () => {
    const keys = ["one", "two", "three"].map((key) => ({ storeArn, key }));
    await Promise.all(keys.map((key) => writeKey(store, key, key.key)));
    expect(await Promise.all(keys.map((key) => readKey(store, key)))).toEqual(["one", "two", "three"]);
  });

  test("an answer that is lost does not fail the write", async () => {
    // ETag, present value, write: the last one's answer is lost, and the next try finds its ETag gone.
    proxy.next("none", "none", "answer lost");
    await writeKey(store, { storeArn, key: "lost" }, "eu-west-1");
    expect(await readKey(store, { storeArn, key: "lost" })).toBe("eu-west-1");
  });

  test("fails with the store's name for a store that is not there", async () => {
    const missing = { storeArn: `${storeArn}-missing`, key: "active" };
    await expect(writeKey(store, missing, "eu-west-1")).rejects.toThrow(
      /eu-west-1: CloudFrontKeyValueStore DescribeKeyValueStore: ResourceNotFound/,
    );
  });
});

describe("distribution", () => {
  let distributionId: string;
  const origin = (Id: string) => ({
    Id,
    DomainName: `${Id}.example.com`,
    CustomOriginConfig: { HTTPPort: 80, HTTPSPort: 443, OriginProtocolPolicy: "https-only" as const },
  });
  const behaviour = { ViewerProtocolPolicy: "redirect-to-https" as const, TargetOriginId: "us-east-1" };

  beforeAll(async () => {
    const { Distribution } = await cloudFront.send(
      new CreateDistributionCommand({
        DistributionConfig: {
          CallerReference: "edge-test",
          Comment: "shop",
          Enabled: true,
          Origins: { Quantity: 2, Items: [origin("us-east-1"), origin("eu-west-1")] },
          DefaultCacheBehavior: behaviour,
          CacheBehaviors: { Quantity: 1, Items: [{ ...behaviour, PathPattern: "/static/*" }] },
        },
      }),
    );
    distributionId = Distribution!.Id!;
  });

  test("A3: every behaviour of one origin goes to the other, all else stays, and back", async () => {
    const before = await config();
    expect(await changeOrigin(cloudFront, { distributionId, from: "us-east-1", to: "eu-west-1" })).toBe(true);
    expect(await originOf(cloudFront, distributionId)).toBe("eu-west-1");
    const flipped = await config();
    expect(flipped).toEqual({
      ...before,
      DefaultCacheBehavior: { ...before.DefaultCacheBehavior, TargetOriginId: "eu-west-1" },
      CacheBehaviors: {
        ...before.CacheBehaviors,
        Items: [{ ...before.CacheBehaviors!.Items![0]!, TargetOriginId: "eu-west-1" }],
      },
    });
    expect(await changeOrigin(cloudFront, { distributionId, from: "us-east-1", to: "eu-west-1" })).toBe(
      false,
    );
    await waitUntilDeployed(cloudFront, distributionId, waiting);
    expect(await changeOrigin(cloudFront, { distributionId, from: "eu-west-1", to: "us-east-1" })).toBe(true);
    expect(await config()).toEqual(before);
  });

  test("an answer that is lost does not fail the change", async () => {
    proxy.next("none", "answer lost");
    await changeOrigin(cloudFront, { distributionId, from: "us-east-1", to: "eu-west-1" });
    expect(await originOf(cloudFront, distributionId)).toBe("eu-west-1");
  });

  test("a change by somebody else in between is kept", async () => {
    const direct = cloudFrontIn({ endpoint: await emulator("ministack") });
    const another = async () => {
      const { DistributionConfig, ETag } = await direct.send(
        new GetDistributionConfigCommand({ Id: distributionId }),
      );
      const changed = { ...DistributionConfig!, Comment: "changed by another" };
      await direct.send(
        new UpdateDistributionCommand({ Id: distributionId, IfMatch: ETag, DistributionConfig: changed }),
      );
    };
    proxy.next({ meanwhile: another });
    proxy.count();
    await changeOrigin(cloudFront, { distributionId, from: "eu-west-1", to: "us-east-1" });
    direct.destroy();
    // Read, refused, read again, written.
    expect(proxy.count()).toBe(4);
    expect(await config()).toMatchObject({
      Comment: "changed by another",
      DefaultCacheBehavior: { TargetOriginId: "us-east-1" },
    });
  });

  test("fails for an origin that the distribution does not have", async () => {
    const change = changeOrigin(cloudFront, { distributionId, from: "us-east-1", to: "eu-north-1" });
    await expect(change).rejects.toThrow(
      `distribution ${distributionId}: origins us-east-1, eu-west-1, expected eu-north-1 among them; deploy the cutover`,
    );
  });

  test("an invalidation is waited for, and an answer that is lost makes no second one", async () => {
    const request = { distributionId, paths: ["/*", "/assets/*"], reference: "cutover-1" };
    proxy.next("answer lost");
    const id = await invalidate(cloudFront, request, waiting);
    const { InvalidationList } = await cloudFront.send(
      new ListInvalidationsCommand({ DistributionId: distributionId }),
    );
    expect(InvalidationList?.Items).toMatchObject([{ Id: id, Status: "Completed" }]);
  });

  async function config() {
    const { DistributionConfig } = await cloudFront.send(
      new GetDistributionConfigCommand({ Id: distributionId }),
    );
    return DistributionConfig!;
  }
});

describe("function", () => {
  const name = "edge-test-router";

  beforeAll(async () => {
    await cloudFront.send(
      new CreateFunctionCommand({
        Name: name,
        FunctionConfig: {
          Comment: "router",
          Runtime: "cloudfront-js-2.0",
          KeyValueStoreAssociations: { Quantity: 1, Items: [{ KeyValueStoreARN: storeArn }] },
        },
        FunctionCode: Buffer.from('const committed = "us-east-1";'),
      }),
    );
  });

  const live = async () => {
    const { FunctionCode } = await cloudFront.send(new GetFunctionCommand({ Name: name, Stage: "LIVE" }));
    return Buffer.from(FunctionCode!).toString();
  };
  const toTarget = (code: string) => code.replace("us-east-1", "eu-west-1");

  test("an edit is published, also when a crash has left it unpublished, and nothing else changes", async () => {
    expect(await editFunction(cloudFront, name, toTarget)).toBe(true);
    expect(await live()).toBe('const committed = "eu-west-1";');
    expect(await editFunction(cloudFront, name, toTarget)).toBe(false);
    const { FunctionSummary } = await cloudFront.send(
      new DescribeFunctionCommand({ Name: name, Stage: "LIVE" }),
    );
    expect(FunctionSummary!.FunctionConfig).toMatchObject({
      Comment: "router",
      Runtime: "cloudfront-js-2.0",
    });
  });

  test("an answer that is lost, of the update or of the publication, does not fail the edit", async () => {
    const back = (code: string) => code.replace("eu-west-1", "us-east-1");
    // Description, code in development, update: the answer to the last is lost.
    proxy.next("none", "none", "answer lost");
    await editFunction(cloudFront, name, back);
    expect(await live()).toBe('const committed = "us-east-1";');
  });
});
