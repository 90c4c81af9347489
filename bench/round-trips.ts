import { once } from "node:events";
import { createConnection, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** What goes over some connections between the regions, counted where it sets out. */
export interface TripCounter {
  /**
   * Opens a port that leads to another one, and whose requests are counted.
   *
   * @param group connections of one group are asked at the same time, and groups one after the other
   */
  through(port: number, group: string): Promise<number>;
  /**
   * How many times one answer from the other region had to be waited for before the next question: of each group the
   * connection with the most.
   *
   * @param from of the moment, by `performance.now()`
   */
  between(from: number, to: number): number;
  close(): void;
}

export function countTrips(): TripCounter {
  /** Times at which a connection's client asked, with nothing under way. */
  const connections: { readonly group: string; readonly asked: number[] }[] = [];
  const sockets = new Set<Socket>();
  const servers: Server[] = [];
  return {
    async through(port, group) {
      const server = createServer({ noDelay: true }, (near) => {
        const far = createConnection({ host: "127.0.0.1", port, noDelay: true });
        const asked: number[] = [];
        connections.push({ group, asked });
        let isWaiting = false;
        for (const socket of [near, far]) {
          sockets.add(socket);
          // A side that ends takes the other with it.
          socket.on("error", () => undefined);
          socket.on("close", () => [near, far].forEach((one) => one.destroy()));
        }
        near.on("data", (data) => {
          if (!isWaiting) asked.push(performance.now());
          isWaiting = true;
          far.write(data);
        });
        far.on("data", (data) => {
          isWaiting = false;
          near.write(data);
        });
      });
      servers.push(server);
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      return (server.address() as AddressInfo).port;
    },
    between(from, to) {
      const most = new Map<string, number>();
      for (const { group, asked } of connections) {
        const trips = asked.filter((at) => at >= from && at <= to).length;
        most.set(group, Math.max(most.get(group) ?? 0, trips));
      }
      return [...most.values()].reduce((sum, one) => sum + one, 0);
    },
    close() {
      for (const server of servers) server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
