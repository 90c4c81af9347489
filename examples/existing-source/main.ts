import { App } from "cdktf";
import {
  Bucket,
  Database,
  type ExistingModules,
  LoadBalancer,
  Network,
  type RegionScope,
  Relocation,
  Service,
  type Workload,
} from "cdktf-relocate";

const IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/storefront:1.0.0";

const storefront: Workload = {
  name: "storefront",
  databases: { orders: { engineVersion: "16.8", targetEngineVersion: "18" } },
  buckets: ["uploads"],
  services: {
    web: {
      image: IMAGE,
      port: 8080,
      healthCheckPath: "/healthz",
      tasks: 2,
      databases: ["orders"],
      buckets: ["uploads"],
    },
    mailer: { kind: "worker", image: IMAGE, command: ["node", "mailer.js"], tasks: 1, databases: ["orders"] },
  },
  edge: { publicName: "shop.example.com", zone: "example.com" },
};

/** The source as it stands, made by another tool years ago: it is read and linked, never changed or deleted. */
function source(region: RegionScope): ExistingModules {
  const network = Network.fromExisting(region, "network", {
    vpcId: "vpc-0f1e2d3c4b5a69788",
    privateSubnetIds: ["subnet-0a1b2c3d4e5f60718", "subnet-0b1c2d3e4f5061728"],
    loadBalancerSecurityGroupId: "sg-0a1a2a3a4a5a6a7a8",
  });
  return {
    network,
    databases: {
      orders: Database.fromExisting(region, "orders", {
        identifier: "shop-production",
        securityGroupId: "sg-0b1b2b3b4b5b6b7b8",
      }),
    },
    // The whole text of this secret is the password of the role "orders_app".
    credentials: { orders: "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/orders-AbCdEf" },
    buckets: { uploads: Bucket.fromExisting(region, "uploads", { bucketName: "shop-production-uploads" }) },
    loadBalancer: LoadBalancer.fromExisting(region, "load-balancer", {
      name: "shop-production",
      securityGroupId: "sg-0a1a2a3a4a5a6a7a8",
    }),
    services: {
      web: Service.fromExisting(region, "web", {
        clusterName: "shop",
        serviceName: "web",
        securityGroupId: "sg-0c1c2c3c4c5c6c7c8",
      }),
      mailer: Service.fromExisting(region, "mailer", {
        clusterName: "shop",
        serviceName: "mailer",
        securityGroupId: "sg-0d1d2d3d4d5d6d7d8",
      }),
    },
  };
}

const app = new App();
new Relocation(app, {
  workload: storefront,
  source: { region: "us-east-1", existing: source },
  target: { region: "eu-west-1", cidr: "10.20.0.0/16" },
  runnerImage: "public.ecr.aws/example/relocate:0.1.0",
});
app.synth();
