import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  type Route53Client,
} from "@aws-sdk/client-route-53";
import { readRecord, route53In, upsertRecord, waitUntilInSync } from "../../../runbook/aws/dns-record";
import { emulator, EMULATOR_TIMEOUT } from "./emulators/emulator";
import { type FaultProxy, openFaultProxy } from "./emulators/fault-proxy";

let proxy: FaultProxy;
let route53: Route53Client;
let zoneId: string;

beforeAll(async () => {
  proxy = await openFaultProxy(await emulator("ministack"));
  route53 = route53In({ endpoint: proxy.endpoint });
  const { HostedZone } = await route53.send(
    new CreateHostedZoneCommand({ Name: "storefront.internal", CallerReference: "dns-record-test" }),
  );
  zoneId = HostedZone!.Id!;
}, EMULATOR_TIMEOUT);
afterAll(async () => {
  route53.destroy();
  await proxy.close();
});

const writer = () => ({ zoneId, name: "orders.storefront.internal", type: "CNAME" as const });
const content = (host: string) => ({ ttlSeconds: 1, values: [host] });

test("a record is made, changed and left alone, and a change is waited for until all name servers know it", async () => {
  expect(await readRecord(route53, writer())).toBeUndefined();
  await upsertRecord(route53, writer(), content("source.example.com"));
  const changeId = await upsertRecord(route53, writer(), content("target.example.com"));
  expect(await readRecord(route53, writer())).toEqual(content("target.example.com"));
  const seen: string[] = [];
  const { signal } = new AbortController();
  await waitUntilInSync(route53, changeId!, { signal, pauseMs: 1, onChange: (state) => seen.push(state) });
  expect(seen).toEqual(["PENDING"]);
  expect(await upsertRecord(route53, writer(), content("target.example.com"))).toBeUndefined();
});

test("a record is not taken for another whose name comes after it, nor for one of another type", async () => {
  const at = (name: string, type: "A" | "AAAA" | "TXT" = "A") => ({ zoneId, name, type });
  await upsertRecord(route53, at("b.storefront.internal"), { ttlSeconds: 60, values: ["192.0.2.1"] });
  expect(await readRecord(route53, at("a.storefront.internal"))).toBeUndefined();
  expect(await readRecord(route53, at("b.storefront.internal", "AAAA"))).toBeUndefined();
  expect(await readRecord(route53, at("B.storefront.internal."))).toMatchObject({ values: ["192.0.2.1"] });
});

test("a wildcard is found under its own name", async () => {
  const wildcard = { zoneId, name: "*.storefront.internal", type: "TXT" as const };
  const text = { ttlSeconds: 60, values: ['"v=spf1 -all"'] };
  await upsertRecord(route53, wildcard, text);
  expect(await readRecord(route53, wildcard)).toEqual(text);
});

test("the order of values makes no change", async () => {
  const many = { zoneId, name: "many.storefront.internal", type: "A" as const };
  await upsertRecord(route53, many, { ttlSeconds: 60, values: ["192.0.2.1", "192.0.2.2"] });
  const same = { ttlSeconds: 60, values: ["192.0.2.2", "192.0.2.1"] };
  expect(await upsertRecord(route53, many, same)).toBeUndefined();
});

test("an answer that is lost does not fail the change", async () => {
  proxy.next("none", "answer lost");
  const changeId = await upsertRecord(route53, writer(), content("lost.example.com"));
  expect(changeId).toBeDefined();
  expect(await readRecord(route53, writer())).toEqual(content("lost.example.com"));
});

test("fails for an alias and for one of a weighted set, which are managed elsewhere", async () => {
  await route53.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: zoneId,
      ChangeBatch: {
        Changes: [
          {
            Action: "UPSERT",
            ResourceRecordSet: {
              Name: "weighted.storefront.internal",
              Type: "CNAME",
              SetIdentifier: "blue",
              Weight: 10,
              TTL: 60,
              ResourceRecords: [{ Value: "blue.example.com" }],
            },
          },
        ],
      },
    }),
  );
  const weighted = { zoneId, name: "weighted.storefront.internal", type: "CNAME" as const };
  await expect(upsertRecord(route53, weighted, content("green.example.com"))).rejects.toThrow(
    `zone ${zoneId}: CNAME weighted.storefront.internal: one of a set (blue), expected a simple record; change it where`,
  );
});
