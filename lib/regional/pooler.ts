import { SecretsmanagerSecretPolicy } from "@cdktf/provider-aws/lib/secretsmanager-secret-policy";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { ServiceDiscoveryPrivateDnsNamespace } from "@cdktf/provider-aws/lib/service-discovery-private-dns-namespace";
import { ServiceDiscoveryService } from "@cdktf/provider-aws/lib/service-discovery-service";
import { Construct } from "constructs";
import { runService, type IService } from "./ecs-service";
import { limitName } from "./name-limit";
import type { INetwork } from "./network";
import { openTo, openToHttps, type Opening } from "./openings";
import { openPooler, type PoolerOpeningsProps } from "./pooler-openings";
import { poolerAddress } from "./pooler-settings";
import { poolerTask, type PoolerTaskProps } from "./pooler-task";
import { RandomSecret } from "./random-secret";

/** The poolers of one region in front of one database. */
export interface IPooler extends IService {
  /** Private name that resolves to every instance in this network. */
  readonly host: string;
  readonly port: number;
  /** Secret whose whole text is the password of PgBouncer's administrator, `relocate`. */
  readonly adminSecretArn: string;
  /** Name of the SSM parameter whose value is the writer's host. */
  readonly writerParameter: string;
}

/** Which database a pooler stands before, who uses it, and what it runs. */
export interface PoolerProps
  extends
    Omit<PoolerTaskProps, "adminSecretArn" | "databasePort">,
    Pick<PoolerOpeningsProps, "otherCidr" | "clients"> {
  readonly network: INetwork;
  /** The database of this region, which both are opened to. */
  readonly database: Opening;
  /** ARNs of further roles that may read the administrator's password: the runbook's. @default - none */
  readonly administratorRoleArns?: readonly string[];
  /** Instances, in different zones. @default - 2 */
  readonly tasks?: number;
}

/** Seconds that clients keep the addresses: an instance that is gone must not be asked for long. */
const TTL_SECONDS = 5;
/** The namespace's name is a host name's label. */
const LONGEST_NAME = 63;

/**
 * PgBouncer in one region, between the services and the one writer, wherever it is: at the switch statements wait and
 * none fails. PostgreSQL only, transaction pooling: what outlives a transaction (session settings, advisory locks of a
 * session, LISTEN) does not work through it.
 *
 * **Switch.** A sidecar of each instance reads the parameter `writerParameter` every two seconds and stages its value; until
 * there is such a parameter, `firstWriter`. What is staged takes effect at a RELOAD: the runbook writes the parameter ahead, then
 * on every instance PAUSE, RELOAD, RESUME. An instance that starts in between begins with the staged writer, whose gate
 * still refuses writes: some statements may fail there, none is lost.
 * A pause that lasts 30 seconds is nobody's any more: the task itself asks both databases which is the writer, and goes on to it.
 *
 * **TLS to the database** is `verify-full`: RDS' certificate carries the real host name that the parameter holds. The
 * authorities are fetched by the sidecar when a task starts, over HTTPS, from `truststore.pki.rds.amazonaws.com` (RDS user
 * guide, "Using SSL/TLS to encrypt a connection to a DB instance"); without an answer no instance becomes healthy.
 *
 * **TLS from the application** is encrypted, and not verified (`sslmode=require`): each task makes a certificate of its
 * own that dies with it, so there is no key to keep, to rotate or to steal. Whoever wants it verified needs a private
 * authority, which costs more than the poolers do. The password is never sent in either case (SCRAM).
 *
 * Instances are told apart by their tasks' addresses: `host` resolves inside its own network only, so from the other
 * region the runbook asks ECS for them. A deployment starts new instances first; old ones wait for their clients to
 * leave, 120 seconds at most (PgBouncer 1.23 or newer).
 *
 * Nothing here holds data. Cost: two tasks of half a core, a private zone, a secret, logs, SSM calls within the free
 * throughput.
 */
export class Pooler extends Construct implements IPooler {
  readonly clusterName: string;
  readonly serviceName: string;
  readonly securityGroupId: string;
  readonly host: string;
  readonly port: number;
  readonly adminSecretArn: string;
  readonly writerParameter: string;

  /**
   * Poolers that are managed elsewhere: nothing of them is read or changed here.
   *
   * Each instance must stage the value of `writerParameter` so that a RELOAD takes it, and know the administrator
   * `relocate`. Nothing can be adopted: the configuration is the instances' own, which a deployment replaces.
   */
  static fromExisting(_scope: Construct, _id: string, props: IPooler): IPooler {
    return { ...props };
  }

  constructor(scope: Construct, id: string, props: PoolerProps) {
    super(scope, id);
    limitName(this, props.name, {
      what: "pooler",
      longest: LONGEST_NAME,
      form: /^[a-z0-9](-?[a-z0-9])*$/,
      formInWords: "lower-case letters, digits and single hyphens, first and last no hyphen",
    });
    const { name, network } = props;
    const { host, port } = poolerAddress(name);
    const administrator = new RandomSecret(this, "administrator", {
      name: `${name}/administrator`,
      description: "Password of PgBouncer's administrator; the whole text is the password",
    });
    const readable = letRead(this, administrator.arn, [
      props.executionRoleArn,
      ...(props.administratorRoleArns ?? []),
    ]);
    const task = poolerTask(this, {
      ...props,
      adminSecretArn: administrator.arn,
      databasePort: props.database.port,
    });
    const group = new SecurityGroup(this, "group", {
      name: `${name}-tasks`,
      description: `Poolers ${name}`,
      vpcId: network.vpcId,
      tags: { Name: `${name}-tasks` },
    });
    openToHttps(this, group.id);
    openTo(this, group.id, "database", { [props.databaseName]: props.database });
    openPooler(this, {
      name,
      pooler: { port, securityGroupId: group.id },
      databasePort: props.database.port,
      otherCidr: props.otherCidr,
      clients: props.clients,
    });
    const { clusterName, service } = runService(
      this,
      {
        name,
        network,
        taskDefinition: task.arn,
        securityGroupId: group.id,
        desiredCount: props.tasks ?? 2,
      },
      {
        serviceRegistries: { registryArn: register(this, name, network).arn },
        // How many there are is decided here: nothing scales them, and what is paused must not change in number, nor be
        // moved to another zone, which is what ECS does with new services unless it is told not to.
        lifecycle: undefined,
        availabilityZoneRebalancing: "DISABLED",
        dependsOn: [readable],
      },
    );
    this.clusterName = clusterName;
    this.serviceName = service.name;
    this.securityGroupId = group.id;
    this.host = host;
    this.port = port;
    this.adminSecretArn = administrator.arn;
    this.writerParameter = props.writerParameter;
  }
}

/** By the secret's own policy: the roles are made before it, and cannot name what is not there yet. */
function letRead(pooler: Pooler, secretArn: string, roleArns: readonly string[]): SecretsmanagerSecretPolicy {
  return new SecretsmanagerSecretPolicy(pooler, "administrator-readers", {
    secretArn,
    blockPublicPolicy: true,
    policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: roleArns },
          Action: "secretsmanager:GetSecretValue",
          Resource: secretArn,
        },
      ],
    }),
  });
}

function register(pooler: Pooler, name: string, network: INetwork): ServiceDiscoveryService {
  const [label, ...domain] = poolerAddress(name).host.split(".");
  const namespace = new ServiceDiscoveryPrivateDnsNamespace(pooler, "namespace", {
    name: domain.join("."),
    description: `Poolers ${name}`,
    vpc: network.vpcId,
  });
  return new ServiceDiscoveryService(pooler, "registry", {
    name: label!,
    dnsConfig: {
      namespaceId: namespace.id,
      routingPolicy: "MULTIVALUE",
      dnsRecords: [{ type: "A", ttl: TTL_SECONDS }],
    },
    // Has ECS take an instance out of DNS that fails its container's health check.
    healthCheckCustomConfig: { failureThreshold: 1 },
    forceDestroy: true,
  });
}
