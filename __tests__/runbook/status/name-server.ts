import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

/** A name server that answers every question by a CNAME and what it leads to. */
export async function nameServer(cnameTtl: number): Promise<{ socket: Socket; address: string }> {
  const socket = createSocket("udp4");
  socket.on("message", (question, { port, address }) => {
    const header = Buffer.from(question.subarray(0, 12));
    header.writeUInt16BE(0x8180, 2);
    header.writeUInt16BE(2, 6);
    const record = (type: number, ttl: number, data: Buffer) => {
      const fixed = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 0, 0, data.length]);
      fixed.writeUInt32BE(ttl, 6);
      return Buffer.concat([fixed, data]);
    };
    const answer = [
      header,
      question.subarray(12),
      record(5, cnameTtl, Buffer.from([1, 0x61, 0])),
      record(1, 7, Buffer.alloc(4)),
    ];
    socket.send(Buffer.concat(answer), port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { socket, address: `127.0.0.1:${socket.address().port}` };
}
