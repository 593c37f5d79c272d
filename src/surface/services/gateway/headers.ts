// The few headers that cross the gateway: outwards none in the caller's own words, inwards those that package managers need.
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import { isReading } from "./registry-paths.ts";

const USER_AGENT = "sallyport-gateway";
/** The forms of a package's description, each with the one way in which it is asked for here, by what a caller names. */
const ACCEPTED: readonly (readonly [named: string, sent: string])[] = [
  [
    "application/vnd.npm.install-v1+json",
    "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*; q=0.5",
  ],
  [
    "application/vnd.pypi.simple.v1+json",
    "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.2, text/html; q=0.01",
  ],
  ["application/vnd.pypi.simple.v1+html", "application/vnd.pypi.simple.v1+html, text/html; q=0.2"],
  ["application/json", "application/json, */*; q=0.5"],
];
const ETAG = /^(?:W\/)?"[A-Za-z0-9+/=_.:-]{1,96}"$/;
const DATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const RANGE = /^bytes=\d{0,12}-\d{0,12}$/;

/** Headers of an answer that pass, by the values they may have; a value that does not fit is left out. */
const ANSWERED: Readonly<Record<string, RegExp>> = {
  "content-type": /^[\x20-\x7e]{1,200}$/,
  "content-length": /^\d{1,15}$/,
  "content-encoding": /^[a-z0-9, -]{1,40}$/i,
  "content-range": /^[a-z0-9 */-]{1,80}$/i,
  etag: /^[\x21-\x7e]{1,200}$/,
  "last-modified": DATE,
  "cache-control": /^[\x20-\x7e]{1,200}$/,
  // Bundler puts pieces of an index together by it.
  "repr-digest": /^[\x20-\x7e]{1,300}$/,
};

/**
 * What a registry is asked with. Nothing is taken over in the caller's words but a validator or a range of bytes in a fixed
 * grammar, which tell the registry's keepers no more than a path could.
 */
export function headersFor(host: string, asked: IncomingHttpHeaders): OutgoingHttpHeaders {
  return {
    ...fixedHeaders(host, asked),
    ...fitting("if-none-match", asked["if-none-match"], ETAG),
    ...fitting("if-modified-since", asked["if-modified-since"], DATE),
    ...fitting("range", asked.range, RANGE),
  };
}

/** The same in which nothing at all is in the caller's words: it chooses among a few forms. */
export function fixedHeaders(host: string, asked: IncomingHttpHeaders): OutgoingHttpHeaders {
  return {
    host,
    "user-agent": USER_AGENT,
    accept: acceptOf(asked.accept),
    // WHY never the caller's list: one form that all of them read.
    "accept-encoding": asked["accept-encoding"]?.includes("gzip") === true ? "gzip" : "identity",
  };
}

/** What of a registry's answer passes, but for where it leads. */
export function answerHeaders(answered: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.assign(
    {},
    ...Object.entries(ANSWERED).map(([name, form]) => fitting(name, answered[name], form)),
  ) as OutgoingHttpHeaders;
}

/** Where a registry leads to, written out, when that is an address of a package on one of the registries. */
export function readingLocation(
  location: string | undefined,
  from: string,
  method: string,
): string | undefined {
  if (location === undefined || location === "") return undefined;
  const url = URL.canParse(location, from) ? new URL(location, from) : undefined;
  if (url === undefined || url.protocol !== "https:" || url.port !== "") return undefined;
  const isPlain =
    url.username === "" && url.password === "" && url.search === "" && url.hash === "";
  if (!isPlain || !isReading(url.hostname, method, url.pathname)) return undefined;
  return `https://${url.hostname}${url.pathname}`;
}

function acceptOf(asked: string | undefined): string {
  return ACCEPTED.find(([named]) => asked?.includes(named) === true)?.[1] ?? "*/*";
}

function fitting(name: string, value: unknown, form: RegExp): OutgoingHttpHeaders {
  return typeof value === "string" && form.test(value) ? { [name]: value } : {};
}
