import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** Keeps states in files, for Terraform's backend `http`. */
export interface StateKeeper {
  /** Address that a state is read from and written to; nobody else on the machine can guess it. */
  addressOf(file: string): string;
  close(): void;
}

/**
 * Starts a keeper of states, on the loopback interface.
 *
 * Terraform's own backend `local` writes the whole state anew after every resource, so an apply of hundreds takes three
 * times as long; to this backend it writes every 20 seconds, and at the end.
 * Source: hashicorp/terraform, internal/states/statemgr/filesystem.go and internal/backend/local/hook_state.go; the
 * protocol: developer.hashicorp.com/terraform/language/backend/http.
 */
export async function keepStates(): Promise<StateKeeper> {
  const files = new Map<string, string>();
  const server = http.createServer((request, response) => {
    const file = files.get(request.url ?? "");
    if (file === undefined) return void response.writeHead(403).end();
    answer(file, request, response).catch((error: Error) => response.writeHead(500).end(error.message));
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    addressOf(file) {
      const [known] = [...files].find(([, kept]) => kept === file) ?? [];
      const path = known ?? `/${randomUUID()}`;
      files.set(path, file);
      return `http://127.0.0.1:${port}${path}`;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(file: string, request: http.IncomingMessage, response: http.ServerResponse) {
  switch (request.method) {
    case "GET":
      return fs.existsSync(file)
        ? response.writeHead(200).end(fs.readFileSync(file))
        : response.writeHead(404).end();
    case "POST": {
      const state = await text(request);
      // Whoever reads it meanwhile finds the one before, whole.
      fs.writeFileSync(`${file}.new`, state);
      fs.renameSync(`${file}.new`, file);
      return response.writeHead(200).end();
    }
    default:
      return response.writeHead(405).end();
  }
}
