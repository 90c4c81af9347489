import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readQuestion, writeAnswer, type Alias } from "./message";

/** The resolver of a region's network, which its tasks ask over UDP. */
export interface Resolver {
  readonly region: string;
  /** `127.0.0.1:<port>`, as `node:dns` takes it. */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Opens a resolver. What the name servers told it, it keeps for as long as that may be kept, and not a moment less: a
 * name follows its record only then.
 *
 * @param ask the name servers, as this region sees them now
 * @param now the time in milliseconds. @default - performance.now
 */
export async function openResolver(
  region: string,
  ask: (name: string) => Alias | undefined,
  now: () => number = () => performance.now(),
): Promise<Resolver> {
  const kept = new Map<string, { readonly alias: Alias; readonly until: number }>();
  const look = (name: string): Alias | undefined => {
    const known = kept.get(name);
    if (known && known.until > now()) return known.alias;
    const alias = ask(name);
    if (alias) kept.set(name, { alias, until: now() + alias.ttlSeconds * 1000 });
    return alias;
  };
  const socket = createSocket("udp4");
  socket.on("message", (packet, { address, port }) => {
    const question = readQuestion(packet);
    if (question) socket.send(writeAnswer(question, look(question.name)), port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    region,
    address: `127.0.0.1:${socket.address().port}`,
    async close() {
      const closed = once(socket, "close");
      socket.close();
      await closed;
    },
  };
}
