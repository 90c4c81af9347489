import { WriterParameter } from "../../lib/link/writer-parameter";
import { Pooler, type PoolerProps } from "../../lib/regional/pooler";
import { poolerAddress } from "../../lib/regional/pooler-settings";
import { modules, ROLE } from "./modules";
import { inRegion } from "./synthesized";

const NAME = "storefront-orders-pooler";

const pooler = (props: Partial<PoolerProps> = {}) =>
  inRegion("eu-west-1", (scope) => {
    const { network, orders, web } = modules(scope, "eu-west-1", "10.20.0.0/16");
    const made = new Pooler(scope, "orders-pooler", {
      name: NAME,
      network,
      image: "example/pgbouncer:1.24",
      database: orders,
      databaseName: "orders",
      applicationRole: "orders_app",
      credentialsSecretArn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-AbCdEf",
      writerParameter: "/relocate/storefront/orders/writer",
      firstWriter: orders.host,
      otherCidr: "10.10.0.0/16",
      clients: { web },
      taskRoleArn: ROLE,
      executionRoleArn: ROLE,
      ...props,
    });
    new WriterParameter(scope, "orders-writer", { name: made.writerParameter, writer: orders.host });
  });
const made = pooler();

test("its address is known before it is made, and resolves to every instance", () => {
  expect(poolerAddress(NAME)).toEqual({ host: `pgbouncer.${NAME}.internal`, port: 6432 });
  expect(made.one("aws_service_discovery_private_dns_namespace")).toMatchObject({ name: `${NAME}.internal` });
  expect(made.one("aws_service_discovery_service")).toMatchObject({
    name: "pgbouncer",
    dns_config: { routing_policy: "MULTIVALUE", dns_records: [{ type: "A", ttl: 5 }] },
  });
  expect(made.one("aws_ecs_service", "pooler").service_registries).toMatchObject({
    registry_arn: expect.stringMatching(/aws_service_discovery_service/) as string,
  });
});

test("the number of instances is this construct's to say, and no autoscaling changes it", () => {
  const service = made.one("aws_ecs_service", "pooler");
  expect(service.desired_count).toBe(2);
  // ECS would move what is paused to another zone.
  expect(service.availability_zone_rebalancing).toBe("DISABLED");
  expect(service.lifecycle).toBeUndefined();
  expect(Object.keys(made.all("aws_appautoscaling_target")).filter((id) => id.includes("pooler"))).toEqual(
    [],
  );
});

test("clients reach the pooler, the pooler the databases of both regions, and the runbook of the other region the pooler", () => {
  const group = (value: unknown) =>
    /_(web|orders|orders-pooler)_group/.exec(String(value))?.[1] ?? String(value);
  const rules = (type: string) =>
    Object.entries(made.all(type))
      .filter(([id]) => id.includes("_orders-pooler_"))
      .map(([, rule]) => {
        const peer = group(rule.referenced_security_group_id ?? rule.cidr_ipv4);
        return `${group(rule.security_group_id)} ${peer} ${String(rule.from_port)}`;
      })
      .sort();
  expect(rules("aws_vpc_security_group_egress_rule")).toEqual([
    "orders-pooler 0.0.0.0/0 443",
    "orders-pooler 10.10.0.0/16 5432",
    "orders-pooler orders 5432",
    "web orders-pooler 6432",
  ]);
  expect(rules("aws_vpc_security_group_ingress_rule")).toEqual([
    "orders orders-pooler 5432",
    "orders-pooler 10.10.0.0/16 6432",
    "orders-pooler web 6432",
  ]);
});

test("nothing can be written in its containers but the volumes, and PgBouncer waits until its configuration is staged", () => {
  const definition = made.one("aws_ecs_task_definition", "pooler");
  const text = String(definition.container_definitions);
  expect(text.match(/"readonlyRootFilesystem" = true/g)).toHaveLength(2);
  expect(text).toContain('"dependsOn" = [{"containerName" = "writer", "condition" = "HEALTHY"}]');
  expect(definition.volume).toEqual([{ name: "own" }, { name: "staged" }]);
});

test("the parameter says what the writer is", () => {
  expect(made.one("aws_ssm_parameter")).toMatchObject({
    name: "/relocate/storefront/orders/writer",
    type: "String",
    insecure_value: expect.stringMatching(/aws_db_instance\..*\.address/) as string,
  });
});

test.each(["Orders", "orders_pooler", "o".repeat(64)])(
  "fails on the name %s, which no host can have",
  (name) => {
    expect(() => pooler({ name })).toThrow(/eu-west-1\/orders-pooler: the pooler name/);
  },
);
