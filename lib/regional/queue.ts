import { DataAwsSqsQueue } from "@cdktf/provider-aws/lib/data-aws-sqs-queue";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy";
import { SqsQueueRedriveAllowPolicy } from "@cdktf/provider-aws/lib/sqs-queue-redrive-allow-policy";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { limitName } from "./name-limit";

/** A queue of one region. */
export interface IQueue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
}

/** How a queue is called, and how it treats messages. */
export interface QueueProps {
  /** Unique in the account and region. Changing it plans a new, empty queue. */
  readonly name: string;
  /** Seconds a received message stays hidden, 0 to 43200: longer than the work on one takes. @default - 30 */
  readonly visibilityTimeoutSeconds?: number;
  /**
   * Whether Terraform refuses to destroy the queues. Set it to false and deploy before they are to be destroyed.
   *
   * @default - true
   */
  readonly deletionProtection?: boolean;
  /** URL of a queue that exists and is managed here from now on; "name" must be its name. @default - a new one */
  readonly importId?: string;
}

/** A queue that is managed elsewhere. */
export interface ExistingQueueProps {
  /** Name of the queue, in the region of the scope. */
  readonly name: string;
}

const DEAD_LETTERS = "-dead-letters";
const LONGEST_HIDDEN_SECONDS = 43_200;
/** The most that SQS keeps a message: whoever is on holiday when a queue stops must not lose it. */
const KEEP_SECONDS = 14 * 24 * 60 * 60;
const TRIES = 5;

/**
 * A standard queue, and a second one for messages that were received five times and never deleted.
 *
 * Each region has its own, and messages do not cross: workers of the source empty the source's queue before the switch.
 * Encrypted with keys of SQS itself, and answers over TLS only.
 *
 * What destroys data: a destroyed queue takes its messages with it. Adopting one (`importId`) replaces its policy, its
 * encryption, its times and its dead-letter queue by those here; senders whose rights come from its policy lose them.
 *
 * Cost: requests.
 */
export class Queue extends Construct implements IQueue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  /** Where messages go that nobody could work on. */
  readonly deadLetters: IQueue;

  /** A queue that is managed elsewhere, read from AWS. */
  static fromExisting(scope: Construct, id: string, props: ExistingQueueProps): IQueue {
    const { url, arn } = new DataAwsSqsQueue(scope, id, { name: props.name });
    return { name: props.name, url, arn };
  }

  constructor(scope: Construct, id: string, props: QueueProps) {
    super(scope, id);
    limitName(this, props.name, {
      what: "queue",
      longest: 80 - DEAD_LETTERS.length,
      form: /^[a-zA-Z0-9_-]+$/,
      formInWords: 'letters, digits, "_" and "-"',
    });
    this.node.addValidation({ validate: () => faults(this.node.path, props) });
    const common = {
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: KEEP_SECONDS,
      lifecycle: { preventDestroy: props.deletionProtection ?? true },
    };
    const deadLetters = new SqsQueue(this, "dead-letters", {
      ...common,
      name: `${props.name}${DEAD_LETTERS}`,
    });
    const queue = new SqsQueue(this, "queue", {
      ...common,
      name: props.name,
      visibilityTimeoutSeconds: props.visibilityTimeoutSeconds ?? 30,
      redrivePolicy: Fn.jsonencode({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: TRIES }),
    });
    if (props.importId !== undefined) queue.importFrom(props.importId);
    new SqsQueueRedriveAllowPolicy(this, "dead-letters-of", {
      queueUrl: deadLetters.url,
      redriveAllowPolicy: Fn.jsonencode({ redrivePermission: "byQueue", sourceQueueArns: [queue.arn] }),
    });
    tlsOnly(this, "tls-only", queue);
    tlsOnly(this, "dead-letters-tls-only", deadLetters);

    this.name = props.name;
    this.url = queue.url;
    this.arn = queue.arn;
    this.deadLetters = { name: `${props.name}${DEAD_LETTERS}`, url: deadLetters.url, arn: deadLetters.arn };
  }
}

function tlsOnly(scope: Construct, id: string, queue: SqsQueue): void {
  new SqsQueuePolicy(scope, id, {
    queueUrl: queue.url,
    policy: Fn.jsonencode({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "TlsOnly",
          Effect: "Deny",
          Principal: "*",
          Action: "sqs:*",
          Resource: queue.arn,
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    }),
  });
}

function faults(path: string, { visibilityTimeoutSeconds: seconds }: QueueProps): string[] {
  const fits =
    seconds === undefined ||
    Token.isUnresolved(seconds) ||
    (Number.isInteger(seconds) && seconds >= 0 && seconds <= LONGEST_HIDDEN_SECONDS);
  if (fits) return [];
  return [
    `${path}: visibilityTimeoutSeconds: found ${seconds}, expected a whole number from 0 to ${LONGEST_HIDDEN_SECONDS}. ` +
      `Fix: change "visibilityTimeoutSeconds".`,
  ];
}
