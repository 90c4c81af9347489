import * as fs from "node:fs";
import * as path from "node:path";
import { startStandIn } from "../../offline/stand-in";
import { openWorkspace } from "../../offline/workspace";
import { type Configuration, network, onBench, PROVIDERS, STACK } from "./configuration";

const here = { provider: "aws.here" };
const there = { provider: "aws.there" };

const MANAGED = {
  aws_db_instance: {
    orders: {
      ...here,
      identifier: "orders",
      engine: "mysql",
      engine_version: "8.4",
      instance_class: "db.m7g.large",
      username: "operator",
      manage_master_user_password: true,
      vpc_security_group_ids: ["sg-1"],
    },
  },
  aws_ecs_cluster: { shop: { ...here, name: "shop" } },
  aws_ecs_service: {
    web: { ...here, name: "web", cluster: "${aws_ecs_cluster.shop.arn}", desired_count: 3 },
  },
  aws_lb: { web: { ...here, name: "web", subnets: ["${aws_subnet.a.id}"] } },
  aws_lb_listener: {
    web: {
      ...here,
      load_balancer_arn: "${aws_lb.web.arn}",
      port: 443,
      protocol: "HTTPS",
      default_action: { type: "fixed-response", fixed_response: { content_type: "text/plain" } },
    },
  },
  aws_route_table: { a: { ...here, vpc_id: "${aws_vpc.main.id}" } },
  aws_route_table_association: {
    a: { ...here, subnet_id: "${aws_subnet.a.id}", route_table_id: "${aws_route_table.a.id}" },
  },
  aws_ssm_parameter: { proof: { ...here, name: "/proof", type: "String", value: "none" } },
  aws_subnet: {
    a: { ...here, vpc_id: "${aws_vpc.main.id}", cidr_block: "10.0.0.0/20", tags: { tier: "private" } },
    b: { ...here, vpc_id: "${aws_vpc.main.id}", cidr_block: "10.0.16.0/20" },
  },
  aws_vpc: { main: network("10.0.0.0/16"), other: network("10.1.0.0/16") },
};

const filter = (name: string, value: string) => [{ name, values: [value] }];

/** Reads what another stack manages, by names and ids alone; `ids` are those of that stack. */
const reading = (vpcId: string, subnetId: string, balancerArn: string): Configuration => ({
  data: {
    aws_db_instance: { orders: { ...here, db_instance_identifier: "orders" } },
    aws_ecs_cluster: { shop: { ...here, cluster_name: "shop" } },
    aws_ecs_service: {
      web: { ...here, cluster_arn: "${data.aws_ecs_cluster.shop.arn}", service_name: "web" },
    },
    aws_lb: { web: { ...here, name: "web" } },
    aws_lb_listener: { web: { ...here, load_balancer_arn: balancerArn, port: 443 } },
    aws_route_table: { a: { ...here, subnet_id: subnetId } },
    aws_route_tables: { all: { ...here, vpc_id: vpcId } },
    aws_ssm_parameter: { proof: { ...here, name: "/proof" } },
    aws_subnets: {
      all: { ...here, filter: filter("vpc-id", vpcId) },
      private: { ...here, filter: filter("vpc-id", vpcId), tags: { tier: "private" } },
      ownedByUs: { ...here, filter: [...filter("vpc-id", vpcId), ...filter("tag:owner", "us")] },
    },
    aws_vpc: { main: { ...here, id: vpcId } },
  },
});

test("data sources answer what another configuration has made, by name, id, filter and tag", async () => {
  await onBench({ resource: MANAGED }, async ({ workspace, standIn, rewrite }) => {
    await workspace.apply(STACK);
    const { resources } = await workspace.state(STACK);
    const managed = (address: string) => resources.find((one) => one.address === address)?.values ?? {};
    const [vpc, a, b] = ["aws_vpc.main", "aws_subnet.a", "aws_subnet.b"].map(
      (address) => managed(address).id as string,
    );
    standIn.cloud.update("aws_ssm_parameter", "/proof", { value: "done" });

    await rewrite({
      ...reading(vpc!, a!, managed("aws_lb.web").arn as string),
      removed: resources.map(({ address }) => ({ from: address, lifecycle: { destroy: false } })),
    });
    await workspace.apply(STACK);
    const state = await workspace.state(STACK);
    const read = (address: string) =>
      state.resources.find((one) => one.address === `data.${address}`)?.values ?? {};
    expect(read("aws_db_instance.orders")).toMatchObject({
      db_instance_arn: managed("aws_db_instance.orders").arn,
      endpoint: managed("aws_db_instance.orders").endpoint,
      engine: "mysql",
      master_user_secret: managed("aws_db_instance.orders").master_user_secret,
      master_username: "operator",
      vpc_security_groups: ["sg-1"],
    });
    expect(read("aws_ecs_service.web")).toMatchObject({
      arn: managed("aws_ecs_service.web").arn,
      desired_count: 3,
    });
    expect(read("aws_lb.web").dns_name).toBe(managed("aws_lb.web").dns_name);
    expect(read("aws_lb_listener.web")).toMatchObject({
      arn: managed("aws_lb_listener.web").arn,
      default_action: [{ type: "fixed-response" }],
    });
    expect(read("aws_route_table.a").route_table_id).toBe(managed("aws_route_table.a").id);
    expect(read("aws_route_tables.all").ids).toEqual([managed("aws_route_table.a").id]);
    expect(read("aws_ssm_parameter.proof").value).toBe("done");
    expect(read("aws_subnets.all").ids).toEqual([a, b].sort());
    expect(read("aws_subnets.private").ids).toEqual([a]);
    expect(read("aws_subnets.ownedByUs").ids).toEqual([a, b].sort());
    expect(read("aws_vpc.main").cidr_block).toBe("10.0.0.0/16");
  });
});

test("of what was there before, data sources say what has AWS's form, the same at each read", async () => {
  const outside = {
    data: {
      aws_db_instance: { orders: { ...there, db_instance_identifier: "orders" } },
      aws_ecr_repository: { web: { ...there, name: "shop/web" } },
      aws_elasticache_replication_group: { sessions: { ...there, replication_group_id: "sessions" } },
      aws_kms_key: { data: { ...there, key_id: "alias/data" } },
      aws_lb: {
        web: {
          ...there,
          arn: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188",
        },
      },
      aws_rds_cluster: { carts: { ...there, cluster_identifier: "carts" } },
      aws_s3_bucket: { uploads: { ...there, bucket: "uploads" } },
      aws_secretsmanager_secret: { password: { ...there, name: "password" } },
      aws_sqs_queue: { jobs: { ...there, name: "jobs" } },
      aws_subnets: { all: { ...there, filter: filter("vpc-id", "vpc-0") } },
      aws_vpc: { main: { ...there, id: "vpc-0" } },
    },
  };
  const matching = (pattern: RegExp) => expect.stringMatching(pattern) as string;
  await onBench(outside, async ({ workspace }) => {
    await workspace.apply(STACK);
    const { resources } = await workspace.state(STACK);
    const read = (address: string) =>
      resources.find((one) => one.address === `data.${address}`)?.values ?? {};
    expect(read("aws_db_instance.orders")).toMatchObject({
      db_instance_arn: "arn:aws:rds:eu-west-1:123456789012:db:orders",
      endpoint: matching(/^orders\.c[0-9a-f]{12}\.eu-west-1\.rds\.amazonaws\.com:5432$/),
      master_user_secret: [{ secret_status: "active" }],
    });
    expect(read("aws_ecr_repository.web").repository_url).toBe(
      "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/web",
    );
    expect(read("aws_elasticache_replication_group.sessions")).toMatchObject({
      port: 6379,
      primary_endpoint_address: matching(/^master\.sessions\./),
    });
    expect(read("aws_kms_key.data").arn).toMatch(/^arn:aws:kms:eu-west-1:\d+:key\/[0-9a-f-]{36}$/);
    expect(read("aws_lb.web")).toMatchObject({ arn_suffix: "app/web/50dc6c495c0c9188" });
    expect(read("aws_rds_cluster.carts").reader_endpoint).toMatch(/^carts\.cluster-ro-c/);
    expect(read("aws_s3_bucket.uploads").arn).toBe("arn:aws:s3:::uploads");
    expect(read("aws_secretsmanager_secret.password").arn).toMatch(/:secret:password-[0-9a-f]{6}$/);
    expect(read("aws_sqs_queue.jobs").url).toBe("https://sqs.eu-west-1.amazonaws.com/123456789012/jobs");
    expect(read("aws_subnets.all").ids).toHaveLength(3);
    expect(read("aws_vpc.main").cidr_block).toMatch(/^172\.\d+\.0\.0\/16$/);
    expect((await workspace.plan(STACK)).empty).toBe(true);
  });
});

test("fails to read a parameter that nobody put, but for AWS's own", async () => {
  const reading = (name: string) => ({ data: { aws_ssm_parameter: { one: { ...here, name } } } });
  await onBench(reading("/no/such"), async ({ workspace, rewrite }) => {
    await expect(workspace.plan(STACK)).rejects.toThrow(
      /reading SSM Parameter \(\/no\/such\)[\s\S]*ParameterNotFound: none of this name was put in us-east-1/,
    );
    await rewrite(reading("/aws/service/ami"));
    expect((await workspace.plan(STACK)).changes).toEqual([]);
  });
});

test("another stand-in finds in state files what an earlier one has made, in other stacks too", async () => {
  const parameter = {
    aws_ssm_parameter: { proof: { ...here, name: "/proof", type: "String", value: "none" } },
  };
  await onBench({ resource: parameter }, async ({ workspace, directory }) => {
    await workspace.apply(STACK);
    const second = await startStandIn();
    const source = path.join(directory, "reader");
    fs.mkdirSync(source);
    const reader = { ...PROVIDERS, data: { aws_ssm_parameter: { proof: { ...here, name: "/proof" } } } };
    fs.writeFileSync(path.join(source, "cdk.tf.json"), JSON.stringify(reader));
    try {
      const stacks = [{ name: "reader", directory: source, dependencies: [] }];
      const place = path.join(directory, "workspace");
      const another = await openWorkspace({ synthesis: { stacks }, directory: place, standIn: second });
      await another.init("reader");
      expect((await another.plan("reader")).empty).toBe(true);
    } finally {
      second.close();
    }
  });
});
