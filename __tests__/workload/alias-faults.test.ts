import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { App, TerraformStack } from "cdktf";
import { Queue } from "../../lib/regional/queue";
import { RegionScope } from "../../lib/scope/region-scope";
import type { Relocation } from "../../stacks/relocation";
import type { RelocationProps } from "../../stacks/relocation-props";
import { relocation } from "../stacks/example";
import { props, region } from "./broken";
import { refusalsAtSynth } from "./refusals";

/** A stack with regions of its own, in the same app. */
function neighbour(app: App): RegionScope {
  return new RegionScope(new TerraformStack(app, "neighbour"), "eu-west-1", { region: "eu-west-1" });
}

const nameless = (scope: TerraformStack) => new AwsProvider(scope, "nameless", { region: "eu-west-1" });
const namesake = (scope: TerraformStack) =>
  new AwsProvider(scope, "namesake", { region: "eu-west-1", alias: "eu-west-1" });

const WITHOUT = /\/nameless: this AWS provider has no alias.*Fix: .+\.$/;
const TWICE = /\/namesake: the alias "eu-west-1" is already that of .*Fix: .+\.$/;
const UNKNOWN = /^source\.existing\.queues: found "mails", expected /;
const NO_IMAGE = /^runnerImage: found "".*Fix: .+\.$/;
const TOO_LONG = /^storefront-standby\/eu-west-1\/mails: the queue name "m+" has 81 characters.*Fix: .+\.$/;

/** What is wrong, the description, what is there before it and what is done with it, and every line of the one error. */
type Case = readonly [
  what: string,
  props: RelocationProps,
  before: (app: App) => void,
  after: (made: Relocation) => void,
  faults: readonly RegExp[],
];

const nothing = () => undefined;

const CASES: readonly Case[] = [
  [
    "a provider without an alias in a phase stack",
    relocation,
    nothing,
    ({ cutover }) => nameless(cutover),
    [/^storefront-cutover\/nameless: this AWS provider has no alias/],
  ],
  [
    "a provider with the alias of a phase stack's own",
    relocation,
    nothing,
    ({ standby }) => namesake(standby),
    [
      /^storefront-standby\/namesake: the alias "eu-west-1" is already that of storefront-standby\/eu-west-1\/aws/,
    ],
  ],
  [
    "both, each in another stack, with a resource that stands nowhere",
    relocation,
    nothing,
    ({ standby, decommission }) => {
      nameless(TerraformStack.of(neighbour(App.of(standby))));
      namesake(standby);
      new SqsQueue(decommission, "stray");
    },
    [TWICE, /^storefront-decommission\/stray: aws_sqs_queue stands in no scope/, /^neighbour\/nameless/],
  ],
  [
    "a provider without an alias that is there before a description that is wrong",
    props({ runnerImage: "" }),
    (app) => nameless(TerraformStack.of(neighbour(app))),
    nothing,
    [NO_IMAGE, WITHOUT],
  ],
  [
    "providers that a description of what exists brings along, and what the workload has not",
    region("source", {
      existing: (scope: RegionScope) => {
        nameless(TerraformStack.of(scope));
        namesake(TerraformStack.of(scope));
        return { queues: { mails: {} } };
      },
    }),
    nothing,
    nothing,
    [UNKNOWN, WITHOUT, TWICE],
  ],
  [
    "a provider without an alias beside a name that is too long for AWS",
    relocation,
    nothing,
    ({ standby, replication }) => {
      nameless(replication);
      new Queue(standby.target.scope, "mails", { name: "m".repeat(81) });
    },
    [TOO_LONG, WITHOUT],
  ],
];

test.each(CASES)("fails on %s, in one error", (_, description, before, after, faults) => {
  expect(refusalsAtSynth(description, before, after)).toEqual(
    faults.map((fault) => expect.stringMatching(fault) as string),
  );
});

test("fails on what exists on either side in one error", () => {
  const existing = () => ({ queues: { mails: {} } });
  const { source, target } = relocation;
  const both = props({ source: { ...source, existing }, target: { ...target, existing } });
  expect(refusalsAtSynth(both, nothing, nothing)).toEqual([
    expect.stringMatching(UNKNOWN),
    expect.stringMatching(/^target\.existing\.queues: found "mails"/),
  ]);
});
