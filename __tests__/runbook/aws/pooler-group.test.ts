import {
  CreateClusterCommand,
  CreateServiceCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { GetParameterHistoryCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import type { ManifestDatabase } from "../../../lib/manifest";
import { type Clients, openClients } from "../../../runbook/aws/clients";
import { poolerGroup } from "../../../runbook/aws/pooler-group";
import { taskAddresses } from "../../../runbook/aws/task-addresses";
import { SIDES, type Side } from "../../../runbook/side";
import { emulator, EMULATOR_TIMEOUT } from "./emulators/emulator";

const REGIONS = { source: "us-east-1", target: "eu-west-1" };
const NAME = "pooler-group-test";
const { signal } = new AbortController();
let clients: Clients;
let secrets: Record<Side, string>;

beforeAll(async () => {
  process.env.AWS_ENDPOINT_URL = await emulator("ministack");
  clients = openClients();
  const made = await Promise.all(SIDES.map(makeRegion));
  secrets = { source: made[0]!, target: made[1]! };
}, EMULATOR_TIMEOUT);
afterAll(() => clients.close());

async function makeRegion(side: Side): Promise<string> {
  const region = REGIONS[side];
  const ecs = clients.in("ecs", region);
  await ecs.send(new CreateClusterCommand({ clusterName: NAME }));
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      ...{ family: NAME, networkMode: "awsvpc", requiresCompatibilities: ["FARGATE"] },
      ...{ cpu: "256", memory: "512" },
      containerDefinitions: [{ name: "pooler", image: "scratch" }],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({
      ...{ cluster: NAME, serviceName: NAME, taskDefinition: NAME, desiredCount: 0, launchType: "FARGATE" },
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } },
    }),
  );
  await clients
    .in("parameters", region)
    .send(new PutParameterCommand({ Name: parameter, Value: HOSTS.source, Type: "String" }));
  const secret = new CreateSecretCommand({ Name: `${NAME}-admin`, SecretString: "administrator" });
  return (await clients.in("secrets", region).send(secret)).ARN!;
}

const parameter = `/relocate/${NAME}/writer`;
const HOSTS = { source: "orders.us-east-1.example.com", target: "orders.eu-west-1.example.com" };
const sideOf = (side: Side): ManifestDatabase["source"] => ({
  ...{ identifier: "orders", host: HOSTS[side], port: 5432, engineVersion: "18", majorVersion: 18 },
  ...{ operatorSecretArn: "arn:operator", applicationSecretArn: "arn:application" },
});
const group = () => {
  const instances = (side: Side) => ({
    ...{
      cluster: NAME,
      service: NAME,
      host: "orders.pooler.internal",
      port: 6432,
      writerParameter: parameter,
    },
    adminSecretArn: secrets[side],
  });
  return poolerGroup(clients, {
    database: {
      ...{ engine: "postgres", strategy: "logical", writerDiscovery: "pooler", databaseName: "orders" },
      ...{ operatorRole: "keeper", applicationRole: "shop_app" },
      ...{ source: sideOf("source"), target: sideOf("target") },
    },
    poolers: { source: instances("source"), target: instances("target") },
    regions: REGIONS,
    untilStagedMs: 1,
  });
};

test("what is staged stands in both regions' parameters, and is written once", async () => {
  const poolers = group();
  await poolers.stage("target", signal);
  await poolers.stage("target", signal);
  for (const region of Object.values(REGIONS)) {
    const { Parameters } = await clients
      .in("parameters", region)
      .send(new GetParameterHistoryCommand({ Name: parameter }));
    expect(Parameters!.map(({ Value }) => Value)).toEqual([HOSTS.source, HOSTS.target]);
  }
  await poolers.close();
});

test("fails where no pooler runs: a switch would hold nobody", async () => {
  const poolers = group();
  await expect(poolers.warm(signal)).rejects.toThrow("database orders: no pooler runs, expected some");
  await poolers.close();
});

test("fails for a running task whose address is not known yet: it would be left out of the hold", async () => {
  const ecs = clients.in("ecs", REGIONS.target);
  // The emulator's tasks run and never tell one.
  await ecs.send(
    new CreateServiceCommand({
      ...{
        cluster: NAME,
        serviceName: "running",
        taskDefinition: NAME,
        desiredCount: 1,
        launchType: "FARGATE",
      },
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } },
    }),
  );
  const { taskArns } = await ecs.send(new ListTasksCommand({ cluster: NAME, serviceName: "running" }));
  await expect(taskAddresses(ecs, { cluster: NAME, service: "running" })).rejects.toThrow(
    `eu-west-1: task ${taskArns![0]}: running without an address, expected one; wait a minute`,
  );
});
