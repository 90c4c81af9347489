import { z } from "zod";
import type { Exchange } from "./exchange";
import type { Acknowledgement } from "./ledger";

/** An order's own answer: the same for the write that made it, for a repeated one and for a read. */
const order = z.object({ id: z.coerce.string(), key: z.string() });
const written = order.extend({ writtenTo: z.string() });

/** What a visitor orders; drawn from the key, so that a repeated try asks for the same. */
export function newOrder(key: string): object {
  const digits = [...key].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 9_973, 7);
  return {
    customer: `customer-${digits % 100}@example.com`,
    lines: [{ product: `product-${digits % 50}`, quantity: 1 + (digits % 3) }],
  };
}

/** The acknowledgement in an answer to a write, or undefined when there is none. */
export function readAcknowledgement(
  answer: Exchange,
  database: string,
  key: string,
): Acknowledgement | undefined {
  if (answer.status !== 200 && answer.status !== 201) return undefined;
  const parsed = written.safeParse(parseJson(answer.body));
  if (!parsed.success || parsed.data.key !== key) return undefined;
  const { id, writtenTo } = parsed.data;
  return { database, key, id, writtenTo, at: performance.timeOrigin + performance.now() };
}

/** `<kind>: <detail>` when an acknowledged order is not what is read. */
export function checkOrder(answer: Exchange, expected: Acknowledgement): string | undefined {
  if (answer.status === 404) return `acknowledged order missing: ${expected.key}, id ${expected.id}`;
  const parsed = order.safeParse(answer.status === undefined ? undefined : parseJson(answer.body));
  if (parsed.success && parsed.data.id === expected.id && parsed.data.key === expected.key) return undefined;
  const found = answer.status === undefined ? "" : answer.body.slice(0, 200);
  return `acknowledged order differs: expected id ${expected.id} for ${expected.key}, found ${found}`;
}

/** `<kind>: <detail>` when a list is not one. */
export function checkList(answer: Exchange): string | undefined {
  if (answer.status === undefined) return undefined;
  const parsed = z.array(z.unknown()).safeParse(parseJson(answer.body));
  return parsed.success ? undefined : `not a list: ${answer.status}: ${answer.body.slice(0, 200)}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Not JSON is simply not what was expected: the caller's check says so, with the text.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
