/** A server that may be the writer. */
export interface Host {
  readonly host: string;
  readonly port: number;
}

/** What a libpq connection URI with several hosts says. */
export interface DatabaseUrl {
  readonly hosts: readonly Host[];
  readonly user: string;
  readonly database: string;
  readonly sslNegotiation: "postgres" | "direct";
}

/**
 * Reads a libpq URI such as `postgresql://app@a:5432,b:5432/shop?target_session_attrs=read-write&sslmode=verify-full`
 * (PostgreSQL documentation, "Connection URIs"); a WHATWG URL cannot hold several hosts.
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
  const faults = [
    ...expect(options, "target_session_attrs", "read-write"),
    ...expect(options, "sslmode", "verify-full"),
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
    sslNegotiation: negotiation as DatabaseUrl["sslNegotiation"],
  };
}

function expect(options: URLSearchParams, name: string, value: string): string[] {
  const found = options.get(name);
  return found === value
    ? []
    : [`${name} is ${found === null ? "absent" : `"${found}"`}, expected "${value}"`];
}
