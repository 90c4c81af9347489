import type { StackState } from "../../offline/workspace";
import type { States } from "../../rehearsal/state";

type Values = Record<string, unknown>;
type Resource = StackState["resources"][number];

export const SOURCE = "us-east-1";
export const TARGET = "eu-west-1";
export const hostOf = (region: string) => `shop-orders.c0ffee.${region}.rds.amazonaws.com`;
export const balancerOf = (region: string) => `shop-web-1.${region}.elb.amazonaws.com`;
export const arn = (service: string, region: string, rest: string) =>
  `arn:aws:${service}:${region}:123456789012:${rest}`;
export const applicationSecret = (region: string) =>
  arn("secretsmanager", region, "secret:shop-orders-application-AbCdEf");

const resource = (address: string, values: Values): Resource => ({
  address,
  mode: address.startsWith("data.") ? "data" : "managed",
  type: address.replace(/^data\./, "").split(".")[0] ?? "",
  values,
});

/** The applied state of two peered regions with a database and a web service each, written by hand as AWS would fill it. */
export function twoRegions(): States {
  const standby = [SOURCE, TARGET].flatMap((region, index) => region_(region, index === 0 ? TARGET : SOURCE));
  return {
    "shop-standby": { resources: [...global_(), ...standby], outputs: {} },
    "shop-replication": { resources: link(), outputs: {} },
  };
}

/** The same states but for one resource, whose values are changed; null takes it away. */
export function changed(
  states: States,
  address: string,
  change: ((values: Values) => Values) | null,
): States {
  let touched = 0;
  const entries = Object.entries(states).map(([stack, state]) => {
    const resources = state.resources.flatMap((one) => {
      if (one.address !== address) return [one];
      touched++;
      return change ? [{ ...one, values: change(one.values) }] : [];
    });
    return [stack, { ...state, resources }] as const;
  });
  if (touched !== 1) throw new Error(`expected one resource ${address}, found ${touched}`);
  return Object.fromEntries(entries);
}

const cidrOf = (region: string) => (region === SOURCE ? "10.10" : "10.20");

function global_(): Resource[] {
  return [
    resource("aws_iam_role.execution", {
      name: "shop-execution",
      arn: "arn:aws:iam::123456789012:role/shop-execution",
    }),
    resource("aws_iam_role_policy.execution", {
      role: "shop-execution",
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: "secretsmanager:GetSecretValue",
            Resource: [SOURCE, TARGET].map(applicationSecret),
          },
        ],
      }),
    }),
    resource(`aws_secretsmanager_secret.orders`, {
      id: applicationSecret(SOURCE),
      arn: applicationSecret(SOURCE),
      replica: [{ region: TARGET }],
    }),
    resource(`aws_secretsmanager_secret_version.orders`, { secret_id: applicationSecret(SOURCE) }),
    resource("aws_route53_record.public", {
      name: "us-east-1.origin.shop.example.com",
      fqdn: "us-east-1.origin.shop.example.com",
      type: "A",
      alias: [{ name: balancerOf(SOURCE), zone_id: "Z1" }],
    }),
  ];
}

function region_(region: string, other: string): Resource[] {
  const net = cidrOf(region);
  const id = (kind: string) => `${kind}-${region}`;
  const named = (type: string, name: string, values: Values) => resource(`${type}.${region}_${name}`, values);
  const group = (name: string) => named("aws_security_group", name, { id: id(`sg-${name}`) });
  const rule = (direction: string, name: string, from: string, values: Values) =>
    named(`aws_vpc_security_group_${direction}_rule`, name, {
      security_group_id: id(`sg-${from}`),
      ip_protocol: "tcp",
      ...values,
    });
  const ports = (port: number) => ({ from_port: port, to_port: port });
  return [
    named("aws_vpc", "vpc", {
      id: id("vpc"),
      cidr_block: `${net}.0.0/16`,
      main_route_table_id: id("rtb-main"),
    }),
    ...["public", "private"].flatMap((kind, index) => [
      named("aws_subnet", kind, {
        id: id(`subnet-${kind}`),
        arn: arn("ec2", region, `subnet/${kind}`),
        vpc_id: id("vpc"),
        cidr_block: `${net}.${index}.0/24`,
      }),
      named("aws_route_table", kind, { id: id(`rtb-${kind}`), vpc_id: id("vpc"), route: [] }),
      named("aws_route_table_association", kind, {
        route_table_id: id(`rtb-${kind}`),
        subnet_id: id(`subnet-${kind}`),
      }),
    ]),
    named("aws_route", "public", {
      route_table_id: id("rtb-public"),
      destination_cidr_block: "0.0.0.0/0",
      gateway_id: `igw-${region}`,
    }),
    named("aws_route", "private", {
      route_table_id: id("rtb-private"),
      destination_cidr_block: "0.0.0.0/0",
      nat_gateway_id: id("nat"),
    }),
    resource(`data.aws_ec2_managed_prefix_list.${region}_cloudfront`, {
      id: id("pl"),
      name: "com.amazonaws.global.cloudfront.origin-facing",
    }),
    ...["balancer", "web", "orders"].map(group),
    rule("ingress", "balancer-from-cloudfront", "balancer", { prefix_list_id: id("pl"), ...ports(443) }),
    rule("egress", "balancer-to-web", "balancer", {
      referenced_security_group_id: id("sg-web"),
      ...ports(8080),
    }),
    rule("ingress", "web-from-balancer", "web", {
      referenced_security_group_id: id("sg-balancer"),
      ...ports(8080),
    }),
    rule("egress", "web-to-orders", "web", { referenced_security_group_id: id("sg-orders"), ...ports(5432) }),
    rule("egress", "web-to-far-orders", "web", { cidr_ipv4: `${cidrOf(other)}.0.0/16`, ...ports(5432) }),
    rule("ingress", "orders-from-web", "orders", {
      referenced_security_group_id: id("sg-web"),
      ...ports(5432),
    }),
    rule("ingress", "orders-from-far", "orders", { cidr_ipv4: `${cidrOf(other)}.0.0/16`, ...ports(5432) }),
    rule("egress", "orders-to-far", "orders", { cidr_ipv4: `${cidrOf(other)}.0.0/16`, ...ports(5432) }),
    named("aws_db_subnet_group", "orders", {
      arn: arn("rds", region, "subgrp:shop-orders"),
      name: "shop-orders",
      subnet_ids: [id("subnet-private")],
    }),
    named("aws_db_parameter_group", "orders", {
      arn: arn("rds", region, "pg:shop-orders"),
      name: "shop-orders",
      parameter: [
        { name: "rds.logical_replication", value: "1" },
        { name: "rds.force_ssl", value: "1" },
        { name: "max_replication_slots", value: "20" },
        { name: "shared_buffers", value: "{DBInstanceClassMemory/32768}" },
      ],
    }),
    named("aws_db_instance", "orders", {
      arn: arn("rds", region, "db:shop-orders"),
      identifier: "shop-orders",
      address: hostOf(region),
      port: 5432,
      engine: "postgres",
      engine_version: "18",
      username: "shop_operator",
      db_name: "orders",
      parameter_group_name: "shop-orders",
      db_subnet_group_name: "shop-orders",
      vpc_security_group_ids: [id("sg-orders")],
      master_user_secret: [{ secret_arn: arn("secretsmanager", region, "secret:rds!db-1-AbCdEf") }],
    }),
    named("aws_lb", "web", {
      arn: arn("elasticloadbalancing", region, "loadbalancer/app/web/1"),
      dns_name: balancerOf(region),
      subnets: [id("subnet-public")],
      security_groups: [id("sg-balancer")],
    }),
    named("aws_lb_target_group", "web", {
      arn: arn("elasticloadbalancing", region, "targetgroup/web/1"),
      health_check: [{ path: "/healthz", matcher: "200", interval: 10, timeout: 5 }],
    }),
    named("aws_lb_listener", "https", {
      arn: arn("elasticloadbalancing", region, "listener/app/web/1/2"),
      load_balancer_arn: arn("elasticloadbalancing", region, "loadbalancer/app/web/1"),
      port: 443,
      default_action: [
        {
          type: "fixed-response",
          fixed_response: [{ content_type: "text/plain", message_body: "Not found", status_code: "404" }],
        },
      ],
    }),
    named("aws_lb_listener_rule", "web", {
      listener_arn: arn("elasticloadbalancing", region, "listener/app/web/1/2"),
      priority: 50000,
      condition: [{ path_pattern: [{ values: ["/*"] }] }],
      action: [
        { type: "forward", target_group_arn: arn("elasticloadbalancing", region, "targetgroup/web/1") },
      ],
    }),
    named("aws_ecs_task_definition", "web", {
      arn: arn("ecs", region, "task-definition/shop-web:1"),
      execution_role_arn: "arn:aws:iam::123456789012:role/shop-execution",
      container_definitions: JSON.stringify([container(region, other)]),
    }),
    named("aws_ecs_service", "web", {
      name: "web",
      task_definition: arn("ecs", region, "task-definition/shop-web:1"),
      desired_count: 2,
      network_configuration: [{ subnets: [id("subnet-private")], security_groups: [id("sg-web")] }],
      load_balancer: [
        {
          target_group_arn: arn("elasticloadbalancing", region, "targetgroup/web/1"),
          container_name: "web",
          container_port: 8080,
        },
      ],
    }),
  ];
}

function container(region: string, other: string) {
  const url =
    `postgresql://orders_app@${hostOf(region)}:5432,${hostOf(other)}:5432/orders` +
    `?target_session_attrs=read-write&sslmode=verify-full`;
  return {
    name: "web",
    environment: [
      { name: "PORT", value: "8080" },
      { name: "AWS_REGION", value: region },
      { name: "ORDERS_DATABASE_URL", value: url },
    ],
    secrets: [{ name: "ORDERS_DATABASE_PASSWORD", valueFrom: applicationSecret(region) }],
  };
}

function link(): Resource[] {
  return [
    resource("aws_vpc_peering_connection.peering", {
      id: "pcx-1",
      vpc_id: `vpc-${TARGET}`,
      peer_vpc_id: `vpc-${SOURCE}`,
      auto_accept: false,
    }),
    resource("aws_vpc_peering_connection_accepter.peering", {
      vpc_peering_connection_id: "pcx-1",
      auto_accept: true,
    }),
    ...[SOURCE, TARGET].map((region) =>
      resource(`aws_route.${region}_peering`, {
        route_table_id: `rtb-private-${region}`,
        destination_cidr_block: `${cidrOf(region === SOURCE ? TARGET : SOURCE)}.0.0/16`,
        vpc_peering_connection_id: "pcx-1",
      }),
    ),
  ];
}
