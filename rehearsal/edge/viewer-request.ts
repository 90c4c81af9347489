import type { IncomingMessage } from "node:http";
import type { EventValues, ViewerRequest } from "./function-runtime";

/** Headers that belong to one connection (RFC 9110, 7.6.1). */
export const HOP_BY_HOP = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** Turns an HTTP request into what a viewer-request function sees. */
export function toViewerRequest(message: IncomingMessage): ViewerRequest {
  const [uri = "/", query = ""] = splitOnce(message.url ?? "/", "?");
  const { cookie = "", ...rest } = message.headers;
  const headers: EventValues = {};
  for (const [name, value] of Object.entries(rest)) {
    if (value !== undefined) headers[name] = { value: Array.isArray(value) ? value.join(", ") : value };
  }
  return {
    method: message.method ?? "GET",
    uri,
    querystring: toValues(query.split("&")),
    headers,
    cookies: toValues(cookie.split(/; */)),
  };
}

/** Path and headers of the request to the origin, from what the function returned. */
export function toOriginRequest(request: ViewerRequest): { path: string; headers: Record<string, string> } {
  const query = toPairs(request.querystring).join("&");
  const headers: Record<string, string> = {};
  for (const [name, { value }] of Object.entries(request.headers)) {
    if (!HOP_BY_HOP.includes(name)) headers[name] = value;
  }
  const cookies = toPairs(request.cookies).join("; ");
  if (cookies) headers.cookie = cookies;
  return { path: query ? `${request.uri}?${query}` : request.uri, headers };
}

function toValues(pairs: readonly string[]): EventValues {
  const all = new Map<string, string[]>();
  for (const pair of pairs.filter(Boolean)) {
    const [name = "", value = ""] = splitOnce(pair, "=");
    all.set(name, [...(all.get(name) ?? []), value]);
  }
  const entries = [...all].map(([name, values]) => {
    const first = values[0] ?? "";
    return [
      name,
      values.length > 1 ? { value: first, multiValue: values.map((value) => ({ value })) } : { value: first },
    ];
  });
  return Object.fromEntries(entries) as EventValues;
}

function toPairs(values: EventValues): string[] {
  return Object.entries(values).flatMap(([name, { value, multiValue }]) =>
    (multiValue ?? [{ value }]).map((one) => (one.value === "" ? name : `${name}=${one.value}`)),
  );
}

function splitOnce(text: string, by: string): string[] {
  const at = text.indexOf(by);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + by.length)];
}
