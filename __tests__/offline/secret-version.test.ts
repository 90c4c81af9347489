import * as fs from "node:fs";
import * as path from "node:path";
import { openWorkspace } from "../../offline/workspace";
import { startStandIn } from "../../offline/stand-in";
import { textOf } from "../../offline/value";
import { onBench, STACK, type Configuration } from "./configuration";

const PASSWORD = "aws_secretsmanager_random_password";
const VERSION = "aws_secretsmanager_secret_version";

interface Shape {
  readonly firstVersion?: number;
  readonly copyVersion?: number;
  /** Provider that opens the first secret for the copy. */
  readonly openedBy?: string;
  readonly opened?: string;
}

/** A secret in one region whose text is made up there, and a copy of it in the other. */
function pair({ firstVersion = 1, copyVersion = 1, openedBy = "here", opened }: Shape = {}): Configuration {
  const version = (alias: string, text: string, number: number) => ({
    provider: `aws.${alias}`,
    secret_id: `\${aws_secretsmanager_secret.${alias}.arn}`,
    secret_string_wo: text,
    secret_string_wo_version: number,
  });
  return {
    ephemeral: {
      [PASSWORD]: { made: { provider: "aws.here", password_length: 40, exclude_punctuation: true } },
      [VERSION]: {
        first: { provider: `aws.${openedBy}`, secret_id: opened ?? `\${${VERSION}.here.secret_id}` },
      },
    },
    resource: {
      aws_secretsmanager_secret: {
        here: { provider: "aws.here", name: "orders" },
        there: { provider: "aws.there", name: "orders" },
      },
      [VERSION]: {
        here: version("here", `\${ephemeral.${PASSWORD}.made.random_password}`, firstVersion),
        there: version("there", `\${ephemeral.${VERSION}.first.secret_string}`, copyVersion),
      },
    },
  };
}

const arn = (region: string) => expect.stringContaining(`:${region}:`) as string;

test("a copy in another region has the text of the first, which neither plan nor state shows, and a second plan is empty", async () => {
  await onBench(pair(), async ({ workspace, standIn, directory, rewrite }) => {
    const plan = await workspace.plan(STACK);
    await workspace.apply(STACK);
    const arns = standIn.cloud.find("aws_secretsmanager_secret").map((one) => textOf(one, "arn"));
    // Terraform makes both at the same time.
    const [there, here] = arns.sort();
    expect([there, here]).toEqual([arn("eu-west-1"), arn("us-east-1")]);
    const text = standIn.cloud.secretText(here!);
    expect(text).toMatch(/^[A-Za-z0-9]{40}$/);
    expect(standIn.cloud.secretText(there!)).toBe(text);

    const state = fs.readFileSync(path.join(directory, "workspace", "state", `${STACK}.tfstate`), "utf8");
    expect(state).not.toContain(text);
    expect(JSON.stringify(plan.json)).not.toContain(text);
    expect((await workspace.plan(STACK)).empty).toBe(true);

    // A raised number copies again; one that stays keeps what it has.
    await rewrite(pair({ firstVersion: 2 }));
    await workspace.apply(STACK);
    const renewed = standIn.cloud.secretText(here!);
    expect(renewed).not.toBe(text);
    expect(standIn.cloud.secretText(there!)).toBe(text);
    await rewrite(pair({ firstVersion: 2, copyVersion: 2 }));
    await workspace.apply(STACK);
    expect(standIn.cloud.secretText(there!)).toBe(renewed);
  });
});

test("a replica reads as its original, and a secret that Terraform does not manage has a text of its own", async () => {
  const outside = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:legacy-AbCdEf";
  const read = (alias: string, id: string) => ({ provider: `aws.${alias}`, secret_id: id });
  const copy = (name: string) => ({
    provider: "aws.here",
    secret_id: `\${aws_secretsmanager_secret.${name}.arn}`,
    secret_string_wo: `\${ephemeral.${VERSION}.${name}.secret_string}`,
    secret_string_wo_version: 1,
  });
  const secrets = {
    ephemeral: {
      [VERSION]: {
        replica: read("there", `\${replace(${VERSION}.original.secret_id, ":us-east-1:", ":eu-west-1:")}`),
        outside: read("there", outside),
      },
    },
    resource: {
      aws_secretsmanager_secret: {
        original: { provider: "aws.here", name: "original", replica: [{ region: "eu-west-1" }] },
        replica: { provider: "aws.here", name: "replica" },
        outside: { provider: "aws.here", name: "outside" },
      },
      [VERSION]: {
        original: {
          provider: "aws.here",
          secret_id: "${aws_secretsmanager_secret.original.arn}",
          secret_string_wo: "kept beside the state",
          secret_string_wo_version: 1,
        },
        replica: copy("replica"),
        outside: copy("outside"),
      },
    },
  };
  await onBench(secrets, async ({ workspace, standIn, directory, synthesis }) => {
    await workspace.apply(STACK);
    const texts = standIn.cloud
      .find("aws_secretsmanager_secret")
      .map((one) => [textOf(one, "name"), standIn.cloud.secretText(textOf(one, "arn") ?? "")]);
    expect(Object.fromEntries(texts)).toEqual({
      original: "kept beside the state",
      replica: "kept beside the state",
      outside: expect.stringMatching(/^offline-[0-9a-f]{32}$/) as string,
    });

    // Another stand-in has the state only: what it must read, it makes up.
    const second = await startStandIn();
    try {
      const again = await openWorkspace({
        synthesis,
        directory: path.join(directory, "workspace"),
        standIn: second,
      });
      await again.init(STACK);
      expect((await again.plan(STACK)).empty).toBe(true);
    } finally {
      second.close();
    }
  });
});

describe("fails in the words of Secrets Manager", () => {
  test.each<[string, Shape, RegExp]>([
    [
      "on a secret of another region than the provider's",
      { openedBy: "there" },
      /reading Secrets Manager Secret Version \(arn:aws:[^)]*\)[\s\S]*can't find the specified secret\. It is one of us-east-1; the\s+provider asks in eu-west-1/,
    ],
    [
      "on a name that nobody has",
      { opened: "no-such-secret" },
      /Secret Version \(no-such-secret\)[\s\S]*ResourceNotFoundException: Secrets Manager can't find the specified secret\./,
    ],
    [
      "on a secret that has no text yet",
      { opened: "${aws_secretsmanager_secret.there.arn}", openedBy: "there" },
      /can't find the specified secret value for staging label: AWSCURRENT/,
    ],
  ])("%s", async (_name, shape, message) => {
    await onBench(pair(shape), async ({ workspace }) => {
      await expect(workspace.apply(STACK)).rejects.toThrow(message);
    });
  });
});
