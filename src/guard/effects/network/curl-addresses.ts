// Addresses that curl is told besides plain URLs: lists and ranges in one, and where a name is said to lead.
import { literal, type Text, textOf } from "../../shell/values/text.ts";

/** So many URLs are taken from one. */
const URLS_MAX = 64;

/** A list in braces or a range in brackets (curl's manual, "URL"). */
const PART = /\{([^{}[\]]*)\}|\[([^{}[\]]*)\]/g;

/** An address of the sixth version in brackets, which is no range. */
const IPV6 = /^[\da-f]*:[\da-f.]*:[\da-f:.]*(?:%[\w.-]+)?$/i;

/** The URLs that lists and ranges of one stand for; undefined where they cannot be told or are too many. */
export function listedUrls(url: string): readonly string[] | undefined {
  if (!/[{}[\]]/.test(url)) return [url];
  if (url.includes("\\")) return undefined;
  let urls = [""];
  let end = 0;
  for (const found of url.matchAll(PART)) {
    const values = valuesOf(found[1], found[2]);
    const before = url.slice(end, found.index);
    if (values === undefined || urls.length * values.length > URLS_MAX) return undefined;
    urls = urls.flatMap((start) => values.map((value) => `${start}${before}${value}`));
    end = found.index + found[0].length;
  }
  const rest = url.slice(end);
  // What is left of a bracket is a mistake, at which curl stops.
  return /[{}[\]]/.test(rest.replace(PART, "")) ? undefined : urls.map((start) => start + rest);
}

function valuesOf(list: string | undefined, range = ""): readonly string[] | undefined {
  if (list !== undefined) return list.split(",");
  if (IPV6.test(range)) return [`[${range}]`];
  const [, from = "", to = "", step] =
    /^(\d{1,9})-(\d{1,9})(?::(\d{1,9}))?$/.exec(range) ??
    /^([A-Za-z])-([A-Za-z])(?::(\d{1,9}))?$/.exec(range) ??
    [];
  if (from === "") return undefined;
  const isNumber = /^\d/.test(from);
  const first = isNumber ? Number(from) : from.charCodeAt(0);
  const last = isNumber ? Number(to) : to.charCodeAt(0);
  const by = Number(step ?? 1);
  if (by === 0 || last < first || (last - first) / by >= URLS_MAX) return undefined;
  const values: string[] = [];
  for (let at = first; at <= last; at += by)
    values.push(
      isNumber
        ? String(at).padStart(from.startsWith("0") ? from.length : 0, "0")
        : String.fromCharCode(at),
    );
  return values;
}

/** `[+]host:port:address[,address]` of `--resolve`, or `-host:port`, which only forgets. */
const RESOLVED = /^(?:\+?(?:\*|[\w.-]+|\[[\da-f:.]+\]):(\d+):([\da-f:.,[\]]+)|-[^,]+:\d+)$/i;

/** `host:port:host:port` of `--connect-to`; each may be empty. */
const CONNECTED = /^(?:[\w.-]*|\[[\da-f:.]+\]):\d*:([\w.-]*|\[[\da-f:.]+\]):(\d*)$/i;

/** Where curl connects to in place of the hosts of its URLs; undefined where that cannot be told. */
export function toldAddresses(
  resolved: readonly Text[],
  connected: readonly Text[],
): readonly Text[] | undefined {
  const urls: string[] = [];
  for (const word of resolved) {
    const found = RESOLVED.exec(textOf(word) ?? "");
    if (found === null) return undefined;
    const addresses = (found[2] ?? "").split(",").filter((address) => address !== "");
    urls.push(...addresses.map((address) => `http://${bracketed(address)}:${found[1]}/`));
  }
  for (const word of connected) {
    const found = CONNECTED.exec(textOf(word) ?? "");
    if (found === null) return undefined;
    const [, host = "", port = ""] = found;
    if (host !== "") urls.push(`http://${host}${port === "" ? "" : `:${port}`}/`);
  }
  return urls.map((url) => literal(url));
}

function bracketed(address: string): string {
  return /:.*:/.test(address) && !address.startsWith("[") ? `[${address}]` : address;
}
