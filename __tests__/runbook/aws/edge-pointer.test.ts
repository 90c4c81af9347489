import { CreateDistributionCommand } from "@aws-sdk/client-cloudfront";
import { type Clients, openClients } from "../../../runbook/aws/clients";
import { edgePointer } from "../../../runbook/aws/edge";
import type { Pointer } from "../../../runbook/world";
import { emulator, EMULATOR_TIMEOUT } from "./emulators/emulator";

const ORIGINS = { source: "us-east-1", target: "eu-west-1" };
let clients: Clients;
let distributionId: string;

beforeAll(async () => {
  process.env.AWS_ENDPOINT_URL = await emulator("ministack");
  clients = openClients();
  const origin = (Id: string) => ({ Id, DomainName: `${Id}.origin.shop.example.com` });
  const { Distribution } = await clients.cloudFront().send(
    new CreateDistributionCommand({
      DistributionConfig: {
        ...{ CallerReference: "edge-pointer-test", Comment: "shop", Enabled: true },
        Origins: { Quantity: 2, Items: Object.values(ORIGINS).map(origin) },
        DefaultCacheBehavior: { ViewerProtocolPolicy: "redirect-to-https", TargetOriginId: ORIGINS.source },
      },
    }),
  );
  distributionId = Distribution!.Id!;
}, EMULATOR_TIMEOUT);
afterAll(() => clients.close());

const pointer = (origins = ORIGINS): Pointer =>
  edgePointer(
    clients,
    { flip: "distribution", distributionId, publicName: "shop.example.com", origins },
    "eu-west-1",
  );

test("A3: without a router the distribution itself names the side, is turned there and back, and tells when it has arrived", async () => {
  const edge = pointer();
  expect(await edge.current()).toBe("source");
  for (const side of ["target", "target", "source"] as const) {
    await edge.point(side);
    expect(await edge.current()).toBe(side);
    expect(await edge.probe()).toEqual([{ vantagePoint: `distribution ${distributionId}`, side }]);
  }
});

test("fails for a distribution that names neither side", async () => {
  const elsewhere = pointer({ source: "us-west-2", target: "eu-west-1" });
  await expect(elsewhere.current()).rejects.toThrow(
    'the edge names the origin "us-east-1", expected us-west-2 or eu-west-1; deploy the cutover stack',
  );
});
