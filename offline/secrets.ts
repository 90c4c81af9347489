/** A version of a secret. */
interface Version {
  readonly id: string;
  readonly text: string;
}

/** Which version is meant: by its id, or else by its label. */
export interface Wanted {
  readonly versionId?: string;
  /** @default - `AWSCURRENT` */
  readonly stage?: string;
}

/** A version as it is read. */
export interface ReadVersion extends Version {
  readonly stages: readonly string[];
}

/**
 * The texts of secrets, by ARN. They come in as write-only arguments, which no object may show, so they are held beside
 * the objects; and they are gone with the process, as no state ever had them.
 */
export interface Secrets {
  put(arn: string, version: Version): void;
  read(arn: string, wanted?: Wanted): ReadVersion | undefined;
  forget(arn: string): void;
}

const LABELS = ["AWSCURRENT", "AWSPREVIOUS"];

/** No secrets yet. */
export function createSecrets(): Secrets {
  const held = new Map<string, Version[]>();
  return {
    put(arn, version) {
      const others = (held.get(arn) ?? []).filter(({ id }) => id !== version.id);
      held.set(arn, [version, ...others]);
    },
    read(arn, { versionId, stage = "AWSCURRENT" } = {}) {
      // The newest stands first: Secrets Manager moves both labels by itself when a version is put.
      const labelled = (held.get(arn) ?? []).map((version, i) => ({
        ...version,
        stages: LABELS.slice(i, i + 1),
      }));
      return labelled.find(({ id, stages }) =>
        versionId === undefined ? stages.includes(stage) : id === versionId,
      );
    },
    forget: (arn) => void held.delete(arn),
  };
}
