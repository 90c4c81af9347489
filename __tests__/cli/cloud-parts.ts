import { RegisterScalableTargetCommand } from "@aws-sdk/client-application-auto-scaling";
import {
  CreateDistributionCommand,
  CreateFunctionCommand,
  CreateKeyValueStoreCommand,
  PublishFunctionCommand,
} from "@aws-sdk/client-cloudfront";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { CreateScheduleCommand, CreateScheduleGroupCommand } from "@aws-sdk/client-scheduler";
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { ManifestPart } from "../../lib/manifest";
import type { Clients } from "../../runbook/aws/clients";
import { ecsIn } from "../../runbook/aws/ecs-service";
import { readKey, writeKey } from "../../runbook/aws/edge-store";
import { SIDES, type Side } from "../../runbook/side";

/** Regions of the workload under test. */
export const REGIONS = { source: "us-east-1", target: "eu-west-1" } as const satisfies Record<Side, string>;

/** One phase's part of the manifest. */
export type Part<P> = Extract<ManifestPart, { phase: P }>;

/** The store, the router function, and one point of presence that believes what the store says. */
export async function makeEdge(
  clients: Clients,
  workload: string,
  { certificate: cert, key }: { readonly certificate: string; readonly key: string },
) {
  const cloudFront = clients.cloudFront();
  const made = await cloudFront.send(new CreateKeyValueStoreCommand({ Name: workload }));
  const active = { storeArn: made.KeyValueStore!.ARN!, key: "active" };
  const store = clients.in("edgeStore", REGIONS.target);
  await writeKey(store, active, REGIONS.source);
  const routerFunctionName = `${workload}-router`;
  const { ETag } = await cloudFront.send(
    new CreateFunctionCommand({
      Name: routerFunctionName,
      FunctionConfig: { Comment: "router", Runtime: "cloudfront-js-2.0" },
      FunctionCode: Buffer.from(`const COMMITTED = "${REGIONS.source}";\nfunction handler(event) {}\n`),
    }),
  );
  await cloudFront.send(new PublishFunctionCommand({ Name: routerFunctionName, IfMatch: ETag }));
  const { Distribution } = await cloudFront.send(
    new CreateDistributionCommand({
      DistributionConfig: {
        ...{ CallerReference: workload, Comment: workload, Enabled: true },
        Origins: {
          Quantity: 1,
          Items: [
            {
              Id: REGIONS.source,
              DomainName: "origin.example.com",
              CustomOriginConfig: { HTTPPort: 80, HTTPSPort: 443, OriginProtocolPolicy: "https-only" },
            },
          ],
        },
        DefaultCacheBehavior: { ViewerProtocolPolicy: "https-only", TargetOriginId: REGIONS.source },
      },
    }),
  );
  const point = createServer({ cert, key }, (_, response) => {
    void readKey(store, active).then((origin) => response.end(JSON.stringify({ active: origin })));
  });
  point.listen(0, "127.0.0.1");
  await once(point, "listening");
  return {
    key: active,
    manifest: {
      flip: "key-value-store",
      distributionId: Distribution!.Id!,
      publicName: `localhost:${(point.address() as AddressInfo).port}`,
      origins: REGIONS,
      routerFunctionName,
      keyValueStoreArn: active.storeArn,
      activeKey: active.key,
    } as const,
    async close() {
      point.close();
      await once(point, "close");
    },
  };
}

/** One service by its name in both regions. */
export function bothSides(name: string, tasks: number) {
  const service = { cluster: name, service: name, tasks };
  return { source: service, target: service };
}

/** A worker's scaling and service in both regions, on in the source's. */
export async function makeWorker(
  clients: Clients,
  workload: string,
): Promise<Part<"cutover">["workers"][string]> {
  const name = `${workload}-mailer`;
  const gate = { resourceId: `service/${name}/${name}`, minTasks: 1, maxTasks: 4 };
  const off = { minTasks: 0, maxTasks: 0 };
  for (const side of SIDES)
    await makeService(clients, side, name, { ...(side === "source" ? gate : off), running: 0 });
  return { source: gate, target: gate };
}

/** A web service of three tasks, of which one runs on the target. */
export async function makeWeb(clients: Clients, workload: string) {
  const name = `${workload}-web`;
  for (const side of SIDES) {
    const running = side === "source" ? 3 : 1;
    await makeService(clients, side, name, { minTasks: running, maxTasks: 12, running });
  }
  return bothSides(name, 3);
}

interface Scaled {
  readonly minTasks: number;
  readonly maxTasks: number;
  readonly running: number;
}

/** A service in a cluster of its name, with its scaling. */
async function makeService(clients: Clients, side: Side, name: string, scaled: Scaled): Promise<void> {
  const ecs = clients.in("ecs", REGIONS[side]);
  // moto's scaling knows a target only of a service of its own.
  const { AWS_ENDPOINT_URL_APPLICATION_AUTO_SCALING: moto } = process.env;
  const twin = ecsIn({ name: REGIONS[side], endpoint: moto });
  for (const place of [ecs, twin]) {
    await place.send(new CreateClusterCommand({ clusterName: name }));
    await place.send(
      new RegisterTaskDefinitionCommand({
        family: name,
        containerDefinitions: [{ name: "main", image: "scratch", memory: 512 }],
      }),
    );
    await place.send(
      new CreateServiceCommand({
        cluster: name,
        serviceName: name,
        taskDefinition: name,
        desiredCount: scaled.running,
      }),
    );
  }
  twin.destroy();
  await clients.in("autoScaling", REGIONS[side]).send(
    new RegisterScalableTargetCommand({
      ServiceNamespace: "ecs",
      ScalableDimension: "ecs:service:DesiredCount",
      ResourceId: `service/${name}/${name}`,
      MinCapacity: scaled.minTasks,
      MaxCapacity: scaled.maxTasks,
    }),
  );
}

/** A schedule in both regions, on in the source's. */
export async function makeSchedule(
  clients: Clients,
  workload: string,
): Promise<Part<"cutover">["schedules"][string]> {
  const schedule = { group: workload, name: "nightly" };
  for (const side of SIDES) {
    const scheduler = clients.in("scheduler", REGIONS[side]);
    await scheduler.send(new CreateScheduleGroupCommand({ Name: schedule.group }));
    await scheduler.send(
      new CreateScheduleCommand({
        GroupName: schedule.group,
        Name: schedule.name,
        ScheduleExpression: "cron(0 3 * * ? *)",
        State: side === "source" ? "ENABLED" : "DISABLED",
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: {
          Arn: `arn:aws:ecs:${REGIONS[side]}:123456789012:cluster/${workload}-mailer`,
          RoleArn: "arn:aws:iam::123456789012:role/scheduler",
          EcsParameters: {
            TaskDefinitionArn: `arn:aws:ecs:${REGIONS[side]}:123456789012:task-definition/close-day:7`,
          },
        },
      }),
    );
  }
  return { source: schedule, target: schedule };
}
