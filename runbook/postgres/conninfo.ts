/**
 * The fields of a libpq connection string, of either form
 * (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING). May hold a password.
 *
 * @throws Error without any of the string, when it is of neither form
 */
export function parseConninfo(conninfo: string): Map<string, string> {
  return /^postgres(ql)?:\/\//.test(conninfo) ? parseUri(conninfo) : parsePairs(conninfo);
}

/** The same as keywords and values, each in quotes. */
export const formatConninfo = (fields: ReadonlyMap<string, string>): string =>
  [...fields].map(([key, value]) => `${key}='${value.replaceAll(/['\\]/g, "\\$&")}'`).join(" ");

const PAIR = /\s*([a-z_]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))(?=\s|$)/y;

function parsePairs(conninfo: string): Map<string, string> {
  const fields = new Map<string, string>();
  PAIR.lastIndex = 0;
  const text = conninfo.trim();
  while (PAIR.lastIndex < text.length) {
    const pair = PAIR.exec(text);
    if (!pair) throw new Error("the connection string is neither a URI nor a list of keyword=value");
    fields.set(pair[1] as string, (pair[2] ?? pair[3] ?? "").replaceAll(/\\(.)/g, "$1"));
  }
  return fields;
}

function parseUri(conninfo: string): Map<string, string> {
  if (!URL.canParse(conninfo)) throw new Error("the connection string is a URI with faults");
  const { hostname, port, username, password, pathname, searchParams } = new URL(conninfo);
  const parts = {
    host: hostname,
    port,
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    dbname: decodeURIComponent(pathname.slice(1)),
  };
  return new Map([...Object.entries(parts).filter(([, value]) => value !== ""), ...searchParams]);
}
