/** A server that may be the writer, a pooler before it, or a name that leads to it. */
export interface Host {
  readonly host: string;
  readonly port: number;
}

/** What a libpq connection URI says. */
export interface DatabaseUrl {
  readonly hosts: readonly Host[];
  readonly user: string;
  readonly database: string;
  readonly sslMode: SslMode;
  readonly sslNegotiation: "postgres" | "direct";
}

/** How far the server's certificate is verified: not at all, its authority, its name as well (libpq, "sslmode"). */
export type SslMode = "require" | "verify-ca" | "verify-full";

/**
 * Reads a libpq URI such as `postgresql://app@a:5432,b:5432/shop?target_session_attrs=read-write&sslmode=verify-full`
 * (PostgreSQL documentation, "Connection URIs"); a WHATWG URL cannot hold several hosts. Several hosts need the wish for the
 * one that takes writes, and their real names; one host is a pooler or a name that follows the writer.
 *
 * @throws Error that lists everything that is not as this application needs it
 */
export function parseDatabaseUrl(text: string): DatabaseUrl {
  const parts = /^postgres(?:ql)?:\/\/([^:@/]+)@([^/]+)\/([^?]+)(?:\?(.*))?$/.exec(text);
  if (!parts)
    throw new Error(
      "Expected postgresql://<user>@<host>:<port>,<host>:<port>/<database>?<options>, without a password",
    );
  const [, user = "", list = "", database = "", query] = parts;
  const options = new URLSearchParams(query);
  const hosts = list.split(",").map((one) => {
    const [host = "", port = "5432"] = one.split(":");
    return { host, port: Number(port) };
  });
  const negotiation = options.get("sslnegotiation") ?? "postgres";
  const several = hosts.length > 1;
  const faults = [
    ...(several ? expect(options, "target_session_attrs", ["read-write"]) : []),
    ...expect(options, "sslmode", several ? ["verify-full"] : ["require", "verify-ca", "verify-full"]),
    ...(negotiation === "postgres" || negotiation === "direct" ? [] : [`sslnegotiation is "${negotiation}"`]),
    ...hosts
      .filter(({ host, port }) => !host || !(port > 0))
      .map(({ host }) => `host "${host}" has no valid port`),
  ];
  if (faults.length > 0) throw new Error(`The database URL does not fit: ${faults.join("; ")}`);
  return {
    hosts,
    user: decodeURIComponent(user),
    database: decodeURIComponent(database),
    sslMode: options.get("sslmode") as SslMode,
    sslNegotiation: negotiation as DatabaseUrl["sslNegotiation"],
  };
}

function expect(options: URLSearchParams, name: string, values: readonly string[]): string[] {
  const found = options.get(name);
  if (found !== null && values.includes(found)) return [];
  const expected = values.map((value) => `"${value}"`).join(" or ");
  return [`${name} is ${found === null ? "absent" : `"${found}"`}, expected ${expected}`];
}
