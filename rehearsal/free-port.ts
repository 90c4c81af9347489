import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Below what systems give to outgoing connections (32768 and more on Linux, `ip_local_port_range`; 49152 and more
 * elsewhere, RFC 6335): such a connection could take a port before the one who asked for it does.
 */
const [FIRST, BEYOND] = [15_000, 30_000];

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, BEYOND);
    const server = createServer().listen(port, "127.0.0.1");
    const [listening] = await Promise.allSettled([once(server, "listening")]);
    if (listening.status === "rejected") {
      if ((listening.reason as NodeJS.ErrnoException).code === "EADDRINUSE") continue;
      throw listening.reason;
    }
    server.close();
    await once(server, "close");
    return port;
  }
}
