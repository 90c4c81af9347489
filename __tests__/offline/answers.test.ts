import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answerTo } from "../../offline/provider/answers";
import { startStandIn } from "../../offline/stand-in";
import { findTerraform } from "../../offline/terraform";

const type = "aws_ami";
const answer = (values: Record<string, string | string[] | null>) => ({ type, values });

test("an answer is one to the same question, in the same region", () => {
  const answers = [
    answer({ region: "us-east-1", name: "base", id: "ami-1" }),
    answer({ region: "eu-west-1", name: "base", id: "ami-2" }),
  ];
  const ask = (name: string, region: string) =>
    answerTo({ type, asked: { name, id: null }, region }, answers);
  expect(ask("base", "eu-west-1")).toHaveProperty("id", "ami-2");
  expect(ask("other", "eu-west-1")).toBeUndefined();
  expect(ask("base", "ap-south-1")).toBeUndefined();
});

test("answers without a region, as older providers left them, count when they are one", () => {
  const [one, other] = [answer({ owners: ["self"], id: "ami-1" }), answer({ owners: ["self"], id: "ami-2" })];
  const question = { type, asked: { owners: ["self"] }, region: "us-east-1" };
  expect(answerTo(question, [one, one])).toHaveProperty("id", "ami-1");
  expect(answerTo(question, [one, other])).toBeUndefined();
});

test("what a state has of a real account is answered again, when that is asked for", async () => {
  const place = mkdtempSync(join(tmpdir(), "answers-"));
  const state = join(place, "terraform.tfstate");
  const run = async (answersFromStates: boolean, ...list: string[]) => {
    const standIn = await startStandIn({ answersFromStates });
    try {
      standIn.offerTypesBelow(place);
      const terraform = await findTerraform({ environment: standIn.environment });
      return await terraform.run(place, ...list);
    } finally {
      standIn.close();
    }
  };
  try {
    writeFileSync(
      join(place, "main.tf"),
      `provider "aws" {
        region = "eu-west-1"
      }
      data "aws_caller_identity" "current" {}
      resource "aws_sns_topic" "alarms" {
        name = "alarms-\${data.aws_caller_identity.current.account_id}"
      }`,
    );
    for (const list of [["init"], ["apply", "-auto-approve"]])
      expect(await run(false, ...list)).toMatchObject({ code: 0 });
    writeFileSync(state, readFileSync(state, "utf8").replaceAll("123456789012", "210987654321"));
    expect(await run(true, "plan", "-detailed-exitcode")).toMatchObject({ code: 0 });
    expect(await run(false, "plan", "-detailed-exitcode")).toMatchObject({ code: 2 });
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
});
