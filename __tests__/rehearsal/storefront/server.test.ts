import { EventEmitter, once } from "node:events";
import { Agent, get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { createStorefront } from "../../../rehearsal/storefront/server";

test("an answer that is under way when the server is told to end closes its connection, so that it can end", async () => {
  const steps = new EventEmitter();
  const reader = {
    async read() {
      const told = once(steps, "answer");
      steps.emit("asked");
      await told;
      return undefined;
    },
    close: () => Promise.resolve(),
  };
  const writer = {
    host: undefined,
    use: () => Promise.reject(new Error("no order is placed here")),
    close: () => Promise.resolve(),
  };
  const server = createStorefront(new Map([["orders", { writer, reader }]]), (line) => {
    throw new Error(line);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  const asked = once(steps, "asked");
  const request = get({ host: "127.0.0.1", port, path: "/orders", agent });
  await asked;
  const closed = once(server, "close");
  server.close();
  steps.emit("answer");
  const [response] = (await once(request, "response")) as [IncomingMessage];
  expect(response.headers.connection).toBe("close");
  response.resume();
  await closed;
  agent.destroy();
});
