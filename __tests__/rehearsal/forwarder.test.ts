import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { type Forwarder, openForwarder } from "../../rehearsal/forwarder";

const LATENCY = 20;

let server: Server;
let forwarder: Forwarder;
let accepted: Socket[];

/** A server that does what the test says with each connection, and a forwarder in front of it. */
async function open(handle: (socket: Socket) => void): Promise<void> {
  accepted = [];
  server = createServer({ allowHalfOpen: true }, (socket) => {
    accepted.push(socket);
    handle(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  forwarder = await openForwarder((server.address() as AddressInfo).port, LATENCY);
}

const dial = () => connect({ host: "127.0.0.1", port: forwarder.port, allowHalfOpen: true });

afterEach(async () => {
  await forwarder.close();
  accepted.forEach((socket) => socket.destroy());
  server.close();
  await once(server, "close");
});

test("the first answer takes the handshake's round trip and the way both ways, later ones the way both ways", async () => {
  await open((socket) => socket.pipe(socket));
  const before = performance.now();
  const socket = dial();
  socket.write("one");
  await once(socket, "data");
  // Lower bounds only: a busy machine is slower, never faster. Timers may fire a millisecond early.
  expect(performance.now() - before).toBeGreaterThanOrEqual(4 * LATENCY - 2);
  const again = performance.now();
  socket.write("two");
  await once(socket, "data");
  expect(performance.now() - again).toBeGreaterThanOrEqual(2 * LATENCY - 2);
  socket.destroy();
});

test("bytes arrive whole and in order, however many are on their way", async () => {
  await open((socket) => socket.pipe(socket));
  const sent = Array.from({ length: 200_000 }, (_, index) => `${index} `).join("");
  const socket = dial();
  socket.end(sent);
  expect(await text(socket)).toBe(sent);
});

test("200 connections at once each get their own answer", async () => {
  await open((socket) => socket.pipe(socket));
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, index) => {
      const socket = dial();
      socket.end(`hello ${index}`);
      return text(socket);
    }),
  );
  expect(answers).toEqual(answers.map((_, index) => `hello ${index}`));
});

test("a half-closed connection goes on the other way", async () => {
  await open((socket) => {
    socket.resume();
    socket.once("end", () => socket.end("the answer after your end"));
  });
  const socket = dial();
  socket.end("a question");
  expect(await text(socket)).toBe("the answer after your end");
});

test("fails for the client as a reset when the server resets", async () => {
  await open((socket) => socket.once("data", () => socket.resetAndDestroy()));
  const socket = dial();
  socket.write("x");
  const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
  expect(error.code).toBe("ECONNRESET");
});

test("fails for the server as a reset when the client resets", async () => {
  const seen = new Promise<NodeJS.ErrnoException>((resolve) => {
    void open((socket) => {
      socket.once("error", resolve);
      socket.once("data", () => socket.write("go"));
    }).then(() => {
      const socket = dial();
      socket.write("x");
      socket.once("data", () => socket.resetAndDestroy());
    });
  });
  expect((await seen).code).toBe("ECONNRESET");
});

test("fails for the client when nobody listens behind it", async () => {
  await open(() => undefined);
  server.close();
  await once(server, "close");
  const socket = dial();
  const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
  expect(error.code).toBe("ECONNRESET");
  server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
});
