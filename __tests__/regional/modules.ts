import type { Construct } from "constructs";
import { Bucket } from "../../lib/regional/bucket";
import { Database } from "../../lib/regional/database";
import { LoadBalancer } from "../../lib/regional/load-balancer";
import { Network } from "../../lib/regional/network";
import { Service, type ServiceProps } from "../../lib/regional/service";

/** One of each regional module, as a workload would have them. */
export interface Modules {
  readonly network: Network;
  readonly orders: Database;
  readonly loadBalancer: LoadBalancer;
  readonly web: Service;
  readonly uploads: Bucket;
}

export const ROLE = "arn:aws:iam::123456789012:role/example";

/** All modules of one region below a scope, with the same ids as the phase stacks give them. */
export function modules(
  scope: Construct,
  region: string,
  cidr: string,
  {
    databaseName = "orders",
    certificateArn = `arn:aws:acm:${region}:123456789012:certificate/example`,
    ...overrides
  }: Partial<ServiceProps & { databaseName: string; certificateArn: string }> = {},
): Modules {
  const network = new Network(scope, "network", { name: "storefront", cidr });
  const orders = new Database(scope, "orders", {
    name: "storefront-orders",
    network,
    engineVersion: "18",
    databaseName,
  });
  const loadBalancer = new LoadBalancer(scope, "load-balancer", {
    name: "storefront",
    network,
    certificateArn,
  });
  const web = new Service(scope, "web", {
    name: "storefront-web",
    network,
    loadBalancer,
    image: "public.ecr.aws/example/storefront:1.0.0",
    port: 8080,
    healthCheckPath: "/healthz",
    tasks: 2,
    environment: { ORDERS_HOST: orders.host },
    secrets: {
      ORDERS_DATABASE_PASSWORD: `arn:aws:secretsmanager:${region}:123456789012:secret:orders-abcdef`,
    },
    databases: { orders },
    taskRoleArn: ROLE,
    executionRoleArn: ROLE,
    ...overrides,
  });
  return {
    network,
    orders,
    loadBalancer,
    web,
    uploads: new Bucket(scope, "uploads", { name: "storefront-uploads" }),
  };
}
