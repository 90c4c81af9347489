import { Bucket, type IBucket } from "../lib/regional/bucket";
import { Key, type IKey } from "../lib/regional/key";
import { KeyReplica } from "../lib/regional/key-replica";
import { Queue, type IQueue } from "../lib/regional/queue";
import { QueueAlarms } from "../lib/regional/queue-alarms";
import { Registry, type IRegistry } from "../lib/regional/registry";
import { Secret, type ISecret } from "../lib/regional/secret";
import type { ByName } from "../lib/workload/workload";
import { queueName, secretName } from "./adopted-modules";
import { fromNames } from "./by-name";
import { nameIn, type RegionGround } from "./region-ground";

interface Stores {
  readonly buckets: ByName<IBucket>;
  readonly queues: ByName<IQueue>;
  readonly registries: ByName<IRegistry>;
  readonly secrets: ByName<ISecret>;
  readonly keys: ByName<IKey>;
}

/** One region's buckets, queues, registries, secrets and keys. */
export function regionStores(ground: RegionGround): Stores {
  const { workload, existing } = ground;
  return {
    buckets: fromNames(workload.buckets, (name) => existing.buckets?.[name] ?? newBucket(ground, name)),
    queues: fromNames(workload.queues, (name) => existing.queues?.[name] ?? newQueue(ground, name)),
    registries: fromNames(
      workload.registries,
      (name) => existing.registries?.[name] ?? newRegistry(ground, name),
    ),
    secrets: fromNames(workload.secrets, (name) => existing.secrets?.[name] ?? secret(ground, name)),
    keys: fromNames(workload.keys, (name) => existing.keys?.[name] ?? newKey(ground, name)),
  };
}

function newBucket(ground: RegionGround, name: string): IBucket {
  const { scope, workload, side } = ground;
  return new Bucket(scope, name, {
    name: nameIn(ground, name),
    cacheSnapshots: Object.values(workload.caches ?? {}).some(({ strategy }) => strategy === "snapshot"),
    importId: side.adopt?.buckets?.[name],
  });
}

function newQueue(ground: RegionGround, name: string): IQueue {
  const { scope, side } = ground;
  const importId = side.adopt?.queues?.[name];
  const queue = new Queue(scope, name, {
    name: importId === undefined ? nameIn(ground, name) : queueName(importId),
    deletionProtection: side.deletionProtection,
    importId,
  });
  new QueueAlarms(scope, `${name}-alarms`, {
    queue,
    deadLetters: queue.deadLetters,
    notify: side.notify,
  });
  return queue;
}

function newRegistry({ scope, side, workload }: RegionGround, name: string): IRegistry {
  return new Registry(scope, name, {
    // Below the workload's name, by which the link between the regions knows what to copy.
    name: `${workload.name}/${name}`,
    deletionProtection: side.deletionProtection,
    importId: side.adopt?.registries?.[name],
  });
}

/** The first region has the secret, and the other one the copy that Secrets Manager keeps current. */
function secret({ scope, side, workload, first, otherRegion }: RegionGround, name: string): ISecret {
  const original = first?.secrets[name];
  if (original instanceof Secret) return { arn: original.arnIn(scope.region) };
  // One that is managed elsewhere has its replicas there as well; here it becomes a secret of its own.
  const importId = side.adopt?.secrets?.[name];
  return new Secret(scope, name, {
    name: importId === undefined ? `${workload.name}/${name}` : secretName(importId),
    replicaRegion: first ? undefined : otherRegion,
    deletionProtection: side.deletionProtection,
    importId,
  });
}

function newKey(ground: RegionGround, name: string): IKey {
  const { scope, side, workload, first } = ground;
  const common = {
    name: nameIn(ground, name),
    deletionProtection: side.deletionProtection,
    importId: side.adopt?.keys?.[name],
  };
  const primary = first?.keys[name];
  if (primary) return new KeyReplica(scope, name, { ...common, primary });
  return new Key(scope, name, { ...common, description: `Key "${name}" of ${workload.name}` });
}
