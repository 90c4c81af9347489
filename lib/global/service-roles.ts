import { Construct } from "constructs";
import { imageAccess } from "./image-access";
import { logAccess } from "./log-access";
import type { Statement } from "./policy";
import { Role } from "./role";

/** What a service's tasks may pull, read and write, in all regions. */
export interface ServiceRolesProps {
  /** Name of the service, such as `storefront-web`: prefix of both roles' names. */
  readonly name: string;
  readonly account: string;
  /** Regions the service runs in. */
  readonly regions: readonly string[];
  /** References of its images; the pull is allowed where one is in ECR. @default - none but those of `registryArns` */
  readonly images?: readonly string[];
  /** ARNs of the registries of the workload that its images are in, in both regions. @default - none */
  readonly registryArns?: readonly string[];
  /** ARNs of the secrets a task starts with, in both regions, those of its caches included. @default - none */
  readonly secretArns?: readonly string[];
  /** ARNs of the buckets the application uses, in both regions; they are encrypted with S3's own keys. @default - none */
  readonly bucketArns?: readonly string[];
  /** ARNs of the queues it sends to and receives from, in both regions; SQS's own keys encrypt them. @default - none */
  readonly queueArns?: readonly string[];
  /** ARNs of the multi-Region keys it encrypts with: the primary's and the replica's. @default - none */
  readonly keyArns?: readonly string[];
  /** ARNs of the mail identities it sends from, in both regions. @default - none */
  readonly mailIdentityArns?: readonly string[];
  /** Domain of those identities: only addresses of it may stand in `From`. @default - whatever the identities allow */
  readonly mailDomain?: string;
}

/**
 * The two roles of a service, made once for both regions: IAM is global.
 *
 * `execution` is what ECS needs to start a task (image, log, secrets); `task` is what the application itself may do.
 *
 * Cost: none.
 */
export class ServiceRoles extends Construct {
  readonly execution: Role;
  readonly task: Role;

  constructor(scope: Construct, id: string, props: ServiceRolesProps) {
    super(scope, id);
    const common = { service: "ecs-tasks.amazonaws.com", account: props.account };
    this.execution = new Role(this, "execution", {
      ...common,
      name: `${props.name}-execution`,
      statements: [
        { actions: ["secretsmanager:GetSecretValue"], resources: props.secretArns ?? [] },
        logAccess(props.name, props.regions, props.account),
        ...imageAccess(props.images ?? [], props.registryArns),
      ],
    });
    this.task = new Role(this, "task", {
      ...common,
      name: `${props.name}-task`,
      statements: [
        { actions: ["s3:ListBucket"], resources: props.bucketArns ?? [] },
        {
          // A large upload that fails halfway is paid for until it is aborted.
          actions: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
          resources: (props.bucketArns ?? []).map((arn) => `${arn}/*`),
        },
        {
          actions: [
            "sqs:SendMessage",
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:ChangeMessageVisibility",
            "sqs:GetQueueAttributes",
          ],
          resources: props.queueArns ?? [],
        },
        { actions: ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"], resources: props.keyArns ?? [] },
        ...mailAccess(props),
      ],
    });
  }
}

/**
 * Sending, with the identity's own configuration set, which `MailIdentity` calls by the domain.
 *
 * An identity's default configuration set must be allowed like one that the sender names.
 * Source: SES developer guide, "Using configuration sets", permissions to use them.
 */
function mailAccess({ account, regions, mailDomain, mailIdentityArns = [] }: ServiceRolesProps): Statement[] {
  const actions = ["ses:SendEmail", "ses:SendRawEmail"];
  if (mailIdentityArns.length === 0) return [];
  if (mailDomain === undefined) return [{ actions, resources: mailIdentityArns }];
  const name = mailDomain.replaceAll(".", "-");
  const sets = regions.map((region) => `arn:aws:ses:${region}:${account}:configuration-set/${name}`);
  return [
    {
      actions,
      resources: [...mailIdentityArns, ...sets],
      conditions: { StringLike: { "ses:FromAddress": `*@${mailDomain}` } },
    },
  ];
}
