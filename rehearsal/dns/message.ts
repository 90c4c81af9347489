/** A question as far as this resolver understands it: class IN (RFC 1035, section 4). */
export interface Question {
  readonly id: number;
  /** In lower case, without the final dot. */
  readonly name: string;
  /** Such as 5 for CNAME. */
  readonly type: number;
}

/** An alias, and how long it may be kept. */
export interface Alias {
  readonly target: string;
  readonly ttlSeconds: number;
}

const CNAME = 5;
const HEADER = 12;
const IN = 1;
/** Response, recursion desired and available. */
const ANSWERED = 0x8180;
const NO_SUCH_NAME = 3;
/** A pointer to the name of the question, which follows the header. */
const THE_NAME = 0xc000 | HEADER;

/** Reads the one question of a packet; undefined for what is none, which is then left unanswered. */
export function readQuestion(packet: Buffer): Question | undefined {
  if (packet.length < HEADER || packet.readUInt16BE(4) !== 1) return undefined;
  const labels: string[] = [];
  let at = HEADER;
  for (let length = packet[at] ?? 0; length > 0; length = packet[at] ?? 0) {
    if (length > 63) return undefined;
    labels.push(packet.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  if (packet.length < at + 5) return undefined;
  return {
    id: packet.readUInt16BE(0),
    name: labels.join(".").toLowerCase(),
    type: packet.readUInt16BE(at + 1),
  };
}

/** The answer to a question; without an alias: that there is no such name. */
export function writeAnswer({ id, name, type }: Question, alias: Alias | undefined): Buffer {
  const header = Buffer.alloc(HEADER);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(alias ? ANSWERED : ANSWERED | NO_SUCH_NAME, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(alias ? 1 : 0, 6);
  const question = Buffer.concat([encoded(name), words(type, IN)]);
  if (!alias) return Buffer.concat([header, question]);
  const target = encoded(alias.target);
  const ttl = Buffer.alloc(4);
  ttl.writeUInt32BE(alias.ttlSeconds);
  return Buffer.concat([
    ...[header, question],
    ...[words(THE_NAME, CNAME, IN), ttl, words(target.length), target],
  ]);
}

function encoded(name: string): Buffer {
  const labels = name.split(".").map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label)]));
  return Buffer.concat([...labels, Buffer.of(0)]);
}

function words(...values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(2 * values.length);
  values.forEach((value, index) => buffer.writeUInt16BE(value, 2 * index));
  return buffer;
}
