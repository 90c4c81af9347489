import { App } from "cdktf";
import { Relocation, type Workload } from "./lib";

const storefront: Workload = {
  name: "storefront",
  databases: { orders: { engineVersion: "18" } },
  buckets: ["uploads"],
  services: {
    web: {
      image: "public.ecr.aws/example/storefront:1.0.0",
      port: 8080,
      healthCheckPath: "/healthz",
      tasks: 2,
      databases: ["orders"],
      buckets: ["uploads"],
    },
  },
  edge: { publicName: "shop.example.com", zone: "example.com" },
};

const app = new App({ stackTraces: false });
new Relocation(app, {
  workload: storefront,
  source: { region: "us-east-1", cidr: "10.10.0.0/16" },
  target: { region: "eu-west-1", cidr: "10.20.0.0/16" },
  runnerImage: "public.ecr.aws/example/relocate:0.1.0",
});
app.synth();
