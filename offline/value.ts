import { createHash } from "node:crypto";
import { Decoder, Encoder, ExtensionCodec } from "@msgpack/msgpack";

/** A value that Terraform knows only after apply, with what it already knows about it (its refinement). */
export class Unknown {
  constructor(
    readonly extension: number,
    readonly data: Uint8Array,
  ) {}
}

/** A value as Terraform sends it. */
export type Value = null | string | number | bigint | boolean | Uint8Array | Unknown | Value[] | ObjectValue;

/** An object, map or block. */
export interface ObjectValue {
  [name: string]: Value;
}

// Terraform's wire format, docs/plugin-protocol/object-wire-format.md: extension 0 is unknown, 12 unknown but refined.
const PLAIN = 0;
const REFINED = 12;

/** Known only after apply. */
export const UNKNOWN = new Unknown(PLAIN, new Uint8Array([0]));

const extensionCodec = new ExtensionCodec();
for (const type of [PLAIN, REFINED]) {
  extensionCodec.register({
    type,
    encode: (value) => (value instanceof Unknown && value.extension === type ? value.data : null),
    decode: (data) => (type === PLAIN ? UNKNOWN : new Unknown(type, data.slice())),
  });
}

/** Terraform's envelope around a value. */
export interface DynamicValue {
  readonly msgpack?: Uint8Array;
  readonly json?: Uint8Array;
}

/** Opens the envelope; an empty one is null. */
export function decode(envelope: DynamicValue | null | undefined): Value {
  if (envelope?.msgpack?.length) return new Decoder({ extensionCodec }).decode(envelope.msgpack) as Value;
  if (envelope?.json?.length) return JSON.parse(Buffer.from(envelope.json).toString("utf8")) as Value;
  return null;
}

/** Puts a value into the envelope. */
export const encode = (value: Value): DynamicValue => ({
  msgpack: Buffer.from(new Encoder({ extensionCodec }).encode(value)),
});

/** Whether a value is an object, map or block. */
export const isObject = (value: Value | undefined): value is ObjectValue =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Unknown) &&
  !(value instanceof Uint8Array);

/** The text under a name, or undefined when there is none that is known. */
export function textOf(value: Value | undefined, name: string): string | undefined {
  const found = isObject(value) ? value[name] : undefined;
  return typeof found === "string" && found !== "" ? found : undefined;
}

/** Whether some part is known only after apply. */
export function hasUnknown(value: Value): boolean {
  if (value instanceof Unknown) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isObject(value) && Object.values(value).some(hasUnknown);
}

/** One text for equal values: names in order, unknowns and bytes spelt out. */
export function canonical(value: Value | undefined): string {
  return JSON.stringify(value ?? null, (_name, part: unknown) => {
    const inner = part as Value;
    if (inner instanceof Unknown) return { unknown: inner.extension };
    if (typeof inner === "bigint") return { number: inner.toString() };
    if (inner instanceof Uint8Array) return { bytes: Buffer.from(inner).toString("base64") };
    if (!isObject(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** Whether two values are equal; two unknowns are. */
export const same = (a: Value | undefined, b: Value | undefined): boolean => canonical(a) === canonical(b);

/** Hexadecimal digits that depend on nothing but the parts. */
export const digestOf = (...parts: readonly string[]): string =>
  createHash("sha256").update(parts.join("\0")).digest("hex");
