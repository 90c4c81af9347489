import { createConnection, createServer, type AddressInfo, type Socket } from "node:net";
import { once } from "node:events";

/** Stops reading a sender whose bytes on the way exceed this: what a link of 45 ms holds at about 1 Gbit/s. */
const IN_FLIGHT_LIMIT = 4 * 1024 * 1024;

/** A TCP port on this machine that leads to another one as if from far away. */
export interface Forwarder {
  readonly port: number;
  /** Keeps everything back that is on its way, as when the link between the regions is down, or lets it arrive. */
  cut(lasts: boolean): void;
  /** Ends the listener and every connection. */
  close(): Promise<void>;
}

/**
 * Opens a port whose connections take as long as between two regions: the first byte waits for the round trip of the
 * TCP handshake, every byte for the way, order kept. End and reset of a connection travel the same way.
 *
 * @param latencyMs one way, in milliseconds
 */
export async function openForwarder(to: number, latencyMs: number): Promise<Forwarder> {
  const sockets = new Set<Socket>();
  const link = openLink();
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  };
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    track(near);
    const established = performance.now() + 2 * latencyMs;
    const outward = passage(near, established + latencyMs, latencyMs, link);
    const arrive = () => {
      // Reset before it arrived: then there is nobody to connect for.
      if (near.destroyed) return;
      const far = createConnection({ host: "127.0.0.1", port: to, allowHalfOpen: true, noDelay: true });
      track(far);
      outward.deliverTo(far);
      passage(far, established, latencyMs, link).deliverTo(near);
    };
    // The first packet of the handshake is under way; the server hears of the connection when it arrives.
    setTimeout(() => link.whenUp(arrive), latencyMs);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    cut: (lasts) => link.cut(lasts),
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** The link between two regions, for all connections on it. */
interface Link {
  readonly isDown: boolean;
  /** Does something now, or as soon as the link is up again. */
  whenUp(then: () => void): void;
  cut(lasts: boolean): void;
}

function openLink(): Link {
  const waiting = new Set<() => void>();
  let isDown = false;
  return {
    get isDown() {
      return isDown;
    },
    whenUp(then) {
      if (isDown) waiting.add(then);
      else then();
    },
    cut(lasts) {
      isDown = lasts;
      if (lasts) return;
      const all = [...waiting];
      waiting.clear();
      for (const then of all) then();
    },
  };
}

type Parcel = { readonly due: number } & (
  { readonly data: Buffer } | { readonly end: true } | { readonly reset: true }
);

/** One direction of one connection: takes what `from` sends, hands it over when its time has come. */
function passage(from: Socket, earliest: number, latencyMs: number, link: Link) {
  const parcels: Parcel[] = [];
  let inFlight = 0;
  let ended = false;
  let timer: NodeJS.Timeout | undefined;
  let to: Socket | undefined;
  let blocked = false;

  const due = () => Math.max(performance.now() + latencyMs, earliest);
  const schedule = () => {
    const next = parcels[0];
    if (timer || !next || !to || blocked) return;
    timer = setTimeout(deliver, Math.max(0, next.due - performance.now()));
  };
  function deliver() {
    timer = undefined;
    if (link.isDown) return link.whenUp(deliver);
    // Timers are counted in whole milliseconds: what is due within this one goes along.
    const now = performance.now() + 0.5;
    while (to && !blocked && parcels[0] && parcels[0].due <= now) hand(parcels.shift()!, to);
    if (inFlight < IN_FLIGHT_LIMIT / 2 && from.isPaused() && !blocked) from.resume();
    schedule();
  }
  function hand(parcel: Parcel, socket: Socket) {
    if (socket.destroyed) return;
    if ("reset" in parcel) socket.resetAndDestroy();
    else if ("end" in parcel) socket.end();
    else {
      inFlight -= parcel.data.length;
      blocked = !socket.write(parcel.data);
    }
  }
  from.on("data", (data: Buffer) => {
    parcels.push({ due: due(), data });
    inFlight += data.length;
    if (inFlight > IN_FLIGHT_LIMIT) from.pause();
    schedule();
  });
  from.once("end", () => {
    ended = true;
    parcels.push({ due: due(), end: true });
    schedule();
  });
  // Told by "close", which follows.
  from.on("error", () => undefined);
  from.once("close", (failed) => {
    if (ended && !failed) return;
    parcels.push({ due: due(), reset: true });
    schedule();
  });
  return {
    deliverTo(socket: Socket) {
      to = socket;
      socket.on("drain", () => {
        blocked = false;
        deliver();
      });
      schedule();
    },
  };
}
