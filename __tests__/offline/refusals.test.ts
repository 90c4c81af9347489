import { network, onBench, STACK } from "./configuration";

describe("fails with Terraform's own words, naming the stack", () => {
  const vpc = (more: Record<string, unknown>) => ({
    resource: { aws_vpc: { main: { ...network("10.0.0.0/16"), ...more } } },
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    [
      "an unknown argument",
      vpc({ cidr_blok: "10.0.0.0/8" }),
      /Extraneous JSON object property.*aws_vpc\.main[\s\S]*cidr_blok/,
    ],
    [
      "a missing argument",
      { resource: { aws_subnet: { a: { provider: "aws.here" } } } },
      /Missing required argument[\s\S]*"vpc_id"/,
    ],
    [
      "a value of another type",
      vpc({ enable_dns_support: [1] }),
      /Incorrect attribute value type[\s\S]*bool/,
    ],
    [
      "a reference to nothing",
      vpc({ cidr_block: "${aws_vpc_ipam.pool.cidr}" }),
      /Reference to undeclared resource[\s\S]*aws_vpc_ipam/,
    ],
    [
      "a result that its type does not have",
      {
        resource: {
          aws_vpc: { main: network("10.0.0.0/16") },
          aws_internet_gateway: { main: { provider: "aws.here", vpc_id: "${aws_vpc.main.no_such}" } },
        },
      },
      /Unsupported attribute[\s\S]*"no_such"/,
    ],
    [
      "a value for what AWS decides",
      vpc({ arn: "arn:aws:ec2:::x" }),
      /Value for unconfigurable attribute[\s\S]*"arn" is a result/,
    ],
    [
      "an alias that does not exist",
      { resource: { aws_vpc: { main: network("10.0.0.0/16", "nowhere") } } },
      /Provider configuration not present/,
    ],
  ])("%s", async (_name, configuration, message) => {
    await onBench({}, async ({ workspace, rewrite }) => {
      const refused = async () => {
        await rewrite(configuration);
        await workspace.validate(STACK);
        await workspace.plan(STACK);
      };
      await expect(refused()).rejects.toThrow(message);
      await expect(refused()).rejects.toThrow(
        new RegExp(`^stack ${STACK}: terraform (init|validate|plan) ended with exit code 1`),
      );
    });
  });

  test("a cycle", async () => {
    const rule = (other: string) => ({
      provider: "aws.here",
      name: "g",
      description: `\${aws_security_group.${other}.arn}`,
    });
    const cycle = { resource: { aws_security_group: { a: rule("b"), b: rule("a") } } };
    await onBench(cycle, async ({ workspace }) => {
      await expect(workspace.validate(STACK)).rejects.toThrow(/Cycle: aws_security_group/);
    });
  });
});
