import type { Construct } from "constructs";
import { ANSWERS_TLS, IS_STAGED, STAGE_WRITER, START_POOLER } from "./pooler-scripts";
import { POOLER_ADMINISTRATOR, POOLER_PORT, poolerSettings } from "./pooler-settings";
import { FargateTask } from "./task-definition";

/** What the containers of a pooler's task are made from. */
export interface PoolerTaskProps {
  /** Name of cluster, service, task family and private zone; 63 characters at most. Changing it replaces them. */
  readonly name: string;
  /**
   * Image with `pgbouncer` 1.21 or newer (1.23 for a quiet deployment), `psql`, `openssl`, `sh` and `sed`, that does not
   * run as root: such as `debian:trixie-slim` with the packages `pgbouncer`, `postgresql-client` and `openssl`, and
   * `USER postgres`.
   */
  readonly image: string;
  /** Image with `aws`, `curl` and `sh` that stages the configuration, as root. @default - AWS' own of the AWS CLI */
  readonly sidecarImage?: string;
  /** Name of the database inside the server, for clients too. */
  readonly databaseName: string;
  /** Role that clients log in as, here and at the database. */
  readonly applicationRole: string;
  /** ARN, in this region, of the secret whose whole text is that role's password. */
  readonly credentialsSecretArn: string;
  /** Name of an SSM parameter of this region whose value is the writer's host. */
  readonly writerParameter: string;
  /** The writer's host as long as there is no such parameter: the source's. */
  readonly firstWriter: string;
  /** Connections of one instance to the writer, at most. @default - 40 */
  readonly poolSize?: number;
  /** ARN of the secret whose whole text is the administrator's password. */
  readonly adminSecretArn: string;
  /** The same on both sides. */
  readonly databasePort: number;
  /** May read the parameter. */
  readonly taskRoleArn: string;
  /** May read the application role's password. */
  readonly executionRoleArn: string;
}

/** Amazon's image of the AWS CLI 2, the first on Amazon Linux 2023, which brings curl. */
const AWS_CLI = "public.ecr.aws/aws-cli/aws-cli:2.27.51";
const AUTHORITIES_URL = "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem";
const FOLDERS = { staged: "/staged", own: "/own" };
const SECONDS_BETWEEN = 2;
/** A switch gives up after 15 s. A promotion takes longer, and meanwhile there is no writer to go on with. */
const MOST_SECONDS_PAUSED = 30;

/** One instance: PgBouncer, and the sidecar that stages its configuration. */
export function poolerTask(scope: Construct, props: PoolerTaskProps): FargateTask {
  const folders = { STAGED: FOLDERS.staged, OWN: FOLDERS.own };
  const mounts = { staged: FOLDERS.staged, own: FOLDERS.own };
  return new FargateTask(scope, "task", {
    name: props.name,
    cpu: 512,
    memory: 1024,
    taskRoleArn: props.taskRoleArn,
    executionRoleArn: props.executionRoleArn,
    containers: [
      {
        name: "pgbouncer",
        image: props.image,
        entryPoint: ["sh", "-c"],
        command: [START_POOLER],
        port: POOLER_PORT,
        environment: {
          ...folders,
          PORT: String(POOLER_PORT),
          APPLICATION_ROLE: props.applicationRole,
          ADMINISTRATOR: POOLER_ADMINISTRATOR,
          DATABASE: props.databaseName,
          MOST_SECONDS_PAUSED: String(MOST_SECONDS_PAUSED),
          SETTINGS: poolerSettings(FOLDERS, props.poolSize ?? 40),
        },
        secrets: {
          APPLICATION_PASSWORD: props.credentialsSecretArn,
          ADMINISTRATOR_PASSWORD: props.adminSecretArn,
        },
        stopTimeout: 120,
        mounts,
        readonlyRootFilesystem: true,
        healthCheck: ANSWERS_TLS,
        after: ["writer"],
      },
      {
        name: "writer",
        image: props.sidecarImage ?? AWS_CLI,
        entryPoint: ["sh", "-c"],
        command: [STAGE_WRITER],
        environment: {
          ...folders,
          // The AWS CLI keeps a cache below it; all else of the container cannot be written to.
          HOME: FOLDERS.staged,
          AUTHORITIES_URL,
          WRITER_PARAMETER: props.writerParameter,
          FIRST_WRITER: props.firstWriter,
          DATABASE: props.databaseName,
          DATABASE_PORT: String(props.databasePort),
          SECONDS_BETWEEN: String(SECONDS_BETWEEN),
        },
        mounts,
        readonlyRootFilesystem: true,
        healthCheck: IS_STAGED,
      },
    ],
  });
}
