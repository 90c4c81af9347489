import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSecureContext, TLSSocket } from "node:tls";
import { createAuthority } from "../../../rehearsal/certificates";
import { readCertificate } from "../../../runbook/postgres/server-certificate";

/** Names that were asked for. */
const asked: string[] = [];
let server: Server;
let answer = "S";

beforeAll(async () => {
  const authority = await createAuthority(mkdtempSync(join(tmpdir(), "relocate-certificate-")));
  const { certificate: cert, key } = await authority.issue("localhost");
  const secureContext = createSecureContext({ cert, key });
  // A server encrypts once it has been asked to, in eight bytes.
  server = createServer((socket: Socket) => {
    socket.once("data", () => {
      socket.write(answer);
      const encrypted = new TLSSocket(socket, {
        ...{ isServer: true, secureContext },
        SNICallback(name, found) {
          asked.push(name);
          found(null, secureContext);
        },
      });
      encrypted.on("error", () => socket.destroy());
    });
  }).listen(0);
  await once(server, "listening");
});
afterAll(() => void server.close());

const read = (host: string) =>
  readCertificate({ host, port: (server.address() as AddressInfo).port }, new AbortController().signal);

test("a server's certificate is read by its name, and by its address without asking for a name", async () => {
  expect(await read("localhost")).toEqual({ subject: "database", notAfter: expect.any(Date) as Date });
  expect(await read("127.0.0.1")).toMatchObject({ subject: "database" });
  expect(asked).toEqual(["localhost"]);
});

test("fails for a server that does not encrypt", async () => {
  answer = "N";
  await expect(read("localhost")).rejects.toThrow(/^localhost:\d+: the server does not encrypt$/);
});
