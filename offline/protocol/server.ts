import * as path from "node:path";
import * as grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import type { Provider } from "./messages";
import { Refusal } from "./refusal";

/** Where Terraform would find the provider that is stood in for: its own registry, and OpenTofu's. */
const PROVIDER_ADDRESSES = ["registry.terraform.io/hashicorp/aws", "registry.opentofu.org/hashicorp/aws"];

/** A provider that Terraform can attach to. */
export interface Serving {
  /** Value for `TF_REATTACH_PROVIDERS`. */
  readonly reattach: string;
  close(): void;
}

type Answer = (request: object, connection: string) => object;

/** A fault of the stand-in itself becomes an error that Terraform shows, so that it is never mistaken for AWS. */
function failure(call: string, request: object, error: unknown): object {
  if (error instanceof Refusal)
    return { diagnostics: [{ severity: "ERROR", summary: error.attempt, detail: error.answer }] };
  const type = "type_name" in request ? ` of ${String(request.type_name)}` : "";
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    diagnostics: [
      { severity: "ERROR", summary: `Stand-in for hashicorp/aws: ${call}${type} failed`, detail },
    ],
  };
}

/** Serves a provider on a free port of 127.0.0.1, in the form Terraform attaches to without TLS or handshake. */
export async function serve(provider: Provider): Promise<Serving> {
  const definition = loadSync(path.join(__dirname, "tfplugin5.proto"), {
    keepCase: true,
    longs: Number,
    enums: String,
    defaults: true,
    oneofs: true,
  })["tfplugin5.Provider"] as grpc.ServiceDefinition;

  const server = new grpc.Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  const implementation = Object.entries(provider as unknown as Record<string, Answer>).map(
    ([name, answer]) => {
      const handle: grpc.handleUnaryCall<object, object> = (call, respond) => {
        try {
          respond(null, answer(call.request, call.getPeer()));
        } catch (error) {
          respond(null, failure(name, call.request, error));
        }
      };
      return [name, handle] as const;
    },
  );
  server.addService(definition, Object.fromEntries(implementation));

  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const attachment = {
    Protocol: "grpc",
    ProtocolVersion: 5,
    Pid: process.pid,
    // Terraform must not end this process when it is done: the next command attaches to it again.
    Test: true,
    Addr: { Network: "tcp", String: `127.0.0.1:${port}` },
  };
  return {
    reattach: JSON.stringify(Object.fromEntries(PROVIDER_ADDRESSES.map((address) => [address, attachment]))),
    close: () => server.forceShutdown(),
  };
}
