import { TerraformOutput } from "cdktf";
import { Queue, type QueueProps } from "../../lib/regional/queue";
import { QueueAlarms } from "../../lib/regional/queue-alarms";
import { inPlainStack, inRegion } from "./synthesized";

const queue = (props: Partial<QueueProps> = {}) =>
  inRegion("eu-west-1", (scope) => {
    new Queue(scope, "mails", { name: "storefront-mails", ...props });
  });

test("a queue is encrypted, answers over TLS only, and keeps what nobody could work on for two weeks", () => {
  const made = queue();
  const main = made.one("aws_sqs_queue", "mails_queue");
  const deadLetters = made.one("aws_sqs_queue", "mails_dead-letters");
  expect([main.name, deadLetters.name]).toEqual(["storefront-mails", "storefront-mails-dead-letters"]);
  for (const one of [main, deadLetters]) {
    expect(one).toMatchObject({ sqs_managed_sse_enabled: true, message_retention_seconds: 1_209_600 });
  }
  expect(main.redrive_policy).toMatch(/deadLetterTargetArn.+dead-letters.+maxReceiveCount" = 5/);
  expect(made.one("aws_sqs_queue_redrive_allow_policy").redrive_allow_policy).toMatch(/byQueue.+mails_queue/);
  const policies = Object.values(made.all("aws_sqs_queue_policy"));
  expect(policies).toHaveLength(2);
  for (const { policy } of policies) expect(policy).toMatch(/"Deny".*"aws:SecureTransport" = "false"/);
});

test("both queues are guarded against deletion, until the guard is taken off", () => {
  const guards = (made: ReturnType<typeof queue>) =>
    Object.values(made.all("aws_sqs_queue")).map(({ lifecycle }) => lifecycle);
  expect(guards(queue())).toEqual(Array(2).fill({ prevent_destroy: true }));
  expect(guards(queue({ deletionProtection: false }))).toEqual(Array(2).fill({ prevent_destroy: false }));
});

test("B6: a queue that nobody empties, and messages that nobody could work on, raise an alarm", () => {
  const made = inRegion("eu-west-1", (scope) => {
    const mails = new Queue(scope, "mails", { name: "mails" });
    new QueueAlarms(scope, "alarms", { queue: mails, deadLetters: mails.deadLetters, oldestSeconds: 60 });
    new QueueAlarms(scope, "legacy-alarms", {
      queue: Queue.fromExisting(scope, "legacy", { name: "legacy" }),
    });
  });
  const alarms = Object.values(made.all("aws_cloudwatch_metric_alarm"));
  expect(alarms.map((one) => [one.dimensions, one.metric_name, one.threshold])).toEqual([
    [{ QueueName: "mails" }, "ApproximateAgeOfOldestMessage", 60],
    [{ QueueName: "mails-dead-letters" }, "ApproximateNumberOfMessagesVisible", 0],
    [{ QueueName: "legacy" }, "ApproximateAgeOfOldestMessage", 900],
  ]);
});

test("a queue works without the scopes, in a plain stack", () => {
  const made = inPlainStack((stack) => {
    const mails = new Queue(stack, "mails", { name: "mails" });
    new TerraformOutput(stack, "url", { value: mails.url });
  });
  expect(made.one("aws_sqs_queue", "mails_queue")).not.toHaveProperty("provider");
});

test("fails on a name that leaves no room for the dead letters', and on a time that SQS refuses", () => {
  const wrong = () => queue({ name: "q".repeat(68), visibilityTimeoutSeconds: 43_201 });
  expect(wrong).toThrow(/eu-west-1\/mails: the queue name "q+" has 68 characters, AWS takes 67 at most/);
  expect(wrong).toThrow(
    /visibilityTimeoutSeconds: found 43201, expected a whole number from 0 to 43200.*Fix:/,
  );
});
