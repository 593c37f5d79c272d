// What is looked at before a request may reach a registry: its form, its headers, its address. Nothing of it is kept.
import type { IncomingMessage } from "node:http";
import { READING_REGISTRIES } from "#base/registry-hosts.ts";
import { isReading } from "./registry-paths.ts";
import type { Refusal } from "./refusals.ts";

/** Headers that change what a connection speaks or where a request ends. */
const OF_THE_BODY = ["transfer-encoding", "trailer", "expect"];
const OF_THE_PROTOCOL = ["upgrade", "http2-settings"];

/**
 * The registry that a CONNECT asks for. WHY by the whole text: `host:443` in one spelling, so that no other port, address,
 * user, case, dot at the end or name that only begins alike is ever read out of it.
 */
export function registryAskedFor(target: string | undefined): string | undefined {
  return READING_REGISTRIES.find((host) => target === `${host}:443`);
}

/** What is wrong with a CONNECT to a registry; undefined where nothing is. Old programs send no Host header. */
export function connectFault(request: IncomingMessage, host: string): Refusal | undefined {
  const seen = headerValues(request);
  const named = seen.get("host") ?? [];
  if (named.some((value) => value !== host && value !== `${host}:443`)) return "host-header";
  return named.length > 1 ? "host-header" : bodyFault(seen);
}

/** What is wrong with a request inside the tunnel to a registry; undefined where it only reads packages. */
export function requestFault(request: IncomingMessage, host: string): Refusal | undefined {
  const { method = "", url = "" } = request;
  return formFault(request, host) ?? (isReading(host, method, url) ? undefined : "path");
}

/** The same of its form alone, whatever address it asks for. */
export function formFault(request: IncomingMessage, host: string): Refusal | undefined {
  const { method = "", httpVersion } = request;
  if (httpVersion !== "1.1") return "malformed";
  const seen = headerValues(request);
  const named = seen.get("host") ?? [];
  if (named.length !== 1 || (named[0] !== host && named[0] !== `${host}:443`)) return "host-header";
  if (method !== "GET" && method !== "HEAD") return "method";
  if (OF_THE_PROTOCOL.some((name) => seen.has(name))) return "upgrade";
  return bodyFault(seen);
}

/** WHY a length of 0 passes: some programs write it with every request, and it is no body. */
function bodyFault(seen: ReadonlyMap<string, readonly string[]>): Refusal | undefined {
  const lengths = seen.get("content-length") ?? [];
  if (lengths.some((length) => length !== "0")) return "body";
  return OF_THE_BODY.some((name) => seen.has(name)) ? "body" : undefined;
}

/** Every value of every header as it came. WHY not node's own table: it drops what is written twice. */
function headerValues({ rawHeaders }: IncomingMessage): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? "").toLowerCase();
    const value = rawHeaders[at + 1] ?? "";
    const same = values.get(name);
    if (same === undefined) values.set(name, [value]);
    else same.push(value);
  }
  return values;
}
