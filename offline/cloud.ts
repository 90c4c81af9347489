import { createSecrets, type Secrets } from "./secrets";
import type { ObjectValue, Value } from "./value";

/** What "AWS" holds. */
export interface Cloud {
  /** Copies of all objects of a type, such as `aws_cloudfront_function`, with every attribute as it stands. */
  find(type: string): ObjectValue[];
  /**
   * Changes an object as something other than Terraform would (the runbook, an operator): the next plan sees it.
   *
   * @param id the object's `id` or `arn`
   * @param patch attributes to set, by their Terraform names
   * @throws Error when no object, or more than one, has that id, and when the type has no such attribute
   */
  update(type: string, id: string, patch: ObjectValue): void;
  /** The current text of a secret, or undefined when none was written in this run. No object and no state shows it. */
  secretText(arn: string): string | undefined;
}

/** The cloud as the provider sees it. */
export interface Holdings extends Cloud {
  /** The object that a state describes, or undefined when this cloud has never heard of it. */
  read(type: string, state: ObjectValue): ObjectValue | undefined;
  /** The object that is meant, in a region (or in none, for global types), or undefined. */
  lookUp(type: string, region: string, means: (state: ObjectValue) => boolean): ObjectValue | undefined;
  put(type: string, state: ObjectValue): void;
  /** Takes up what a state records, unless the object stands already or has been destroyed here. */
  recall(type: string, state: ObjectValue): void;
  remove(type: string, state: ObjectValue): void;
  /** All objects of a type there ever were: AWS keeps counting where the destroyed ones left off. */
  findEver(type: string): ObjectValue[];
  /** Takes a digest that identifies a new object; false when it has been taken before. */
  reserve(digest: string): boolean;
  readonly secrets: Secrets;
}

const text = (value: Value | undefined) => (typeof value === "string" ? value : "");

/** The ARN first: several revisions of one thing share their id. The region, because two regions may share a name. */
const keyOf = (state: ObjectValue) => `${text(state.region)}|${text(state.arn) || text(state.id)}`;

/** An empty cloud. */
export function createCloud(): Holdings {
  const objects = new Map<string, Map<string, ObjectValue>>();
  const removed = new Map<string, ObjectValue[]>();
  const reserved = new Set<string>();
  const secrets = createSecrets();

  const ofType = (type: string) => {
    const found = objects.get(type) ?? new Map<string, ObjectValue>();
    objects.set(type, found);
    return found;
  };
  const named = (type: string, id: string) =>
    [...ofType(type).values()].filter((state) => state.id === id || state.arn === id);

  return {
    find: (type) => [...ofType(type).values()].map((state) => structuredClone(state)),

    update(type, id, patch) {
      const [state, ...others] = named(type, id);
      if (!state || others.length > 0) {
        const held = [...ofType(type).values()].map((one) => text(one.arn) || text(one.id));
        throw new Error(
          `${type} "${id}": expected one object with this id or ARN; found ${state ? others.length + 1 : "none"}` +
            ` among ${held.join(", ") || "no objects of this type"}`,
        );
      }
      const unknown = Object.keys(patch).filter((name) => !(name in state));
      if (unknown.length > 0) throw new Error(`${type} "${id}" has no attribute ${unknown.join(", ")}`);
      ofType(type).set(keyOf(state), { ...state, ...patch });
    },

    secrets,
    secretText: (arn) => secrets.read(arn)?.text,
    read: (type, state) => ofType(type).get(keyOf(state)),
    lookUp: (type, region, means) =>
      [...ofType(type).values()].find(
        (state) => (state.region === undefined || state.region === region) && means(state),
      ),
    put: (type, state) => void ofType(type).set(keyOf(state), state),
    recall(type, state) {
      const key = keyOf(state);
      const gone = (removed.get(type) ?? []).some((one) => keyOf(one) === key);
      if (!gone && !ofType(type).has(key)) ofType(type).set(key, state);
    },
    remove(type, state) {
      if (ofType(type).delete(keyOf(state))) removed.set(type, [...(removed.get(type) ?? []), state]);
    },
    findEver: (type) => [...(removed.get(type) ?? []), ...ofType(type).values()],
    reserve(digest) {
      if (reserved.has(digest)) return false;
      reserved.add(digest);
      return true;
    },
  };
}
