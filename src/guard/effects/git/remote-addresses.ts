// Addresses of remotes as git reads them: rewritten by settings, and taken apart where they lead over ssh or http.
import type { GitFacts } from "../../facts/facts.ts";

/** The account, machine, port and place of a repository that is reached over ssh, each as git gives it to ssh. */
export type SshAddress = {
  /** `host` or `user@host`. */
  readonly login: string;
  readonly port: string | undefined;
  readonly path: string;
};

/** An address that a call names itself, as `url.*.insteadOf` of the settings leaves it. */
export function rewrittenAddress(
  address: string,
  facts: GitFacts | undefined,
  isPush = false,
): string {
  if (facts === undefined) return address;
  return (
    (isPush ? replaced(address, facts, "pushinsteadof") : undefined) ??
    replaced(address, facts, "insteadof") ??
    address
  );
}

/** WHY the longest: git replaces the longest beginning that fits. */
function replaced(
  address: string,
  facts: GitFacts,
  kind: "insteadof" | "pushinsteadof",
): string | undefined {
  let best: { readonly base: string; readonly begin: string } | undefined;
  for (const [key, values] of facts.push) {
    if (!key.startsWith("url.") || !key.endsWith(`.${kind}`)) continue;
    const base = key.slice("url.".length, -kind.length - 1);
    for (const begin of values.split("\n"))
      if (begin !== "" && address.startsWith(begin) && begin.length > (best?.begin.length ?? 0))
        best = { base, begin };
  }
  return best && best.base + address.slice(best.begin.length);
}

const ADDRESS_CHARS_MAX = 4096;
const LOGIN = /^(?:[^\s@:/\\-][^\s@:/\\]*@)?(?:[^\s@:/\\[\]-][^\s@:/\\[\]]*|\[[0-9a-fA-F:.]+\])$/;

/**
 * Takes an address apart as git does (`parse_connect_url` of its connect.c); undefined for one that is none of ssh, and for forms
 * that leave room for another reading: no name in it begins with a dash.
 */
export function sshAddress(address: string): SshAddress | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  if (address.length > ADDRESS_CHARS_MAX || /[\0-\x1f\x7f]/.test(address)) return undefined;
  const whole = /^(?:ssh|git\+ssh|ssh\+git):\/\/([^/]+)(\/.+)$/i.exec(address);
  if (whole !== null) {
    const [, place = "", path = ""] = whole.map(decoded);
    const [, login = "", port] = /^(.*?)(?::(\d{1,5})?)?$/.exec(place) ?? [];
    return made(login, port, path.startsWith("/~") ? path.slice(1) : path);
  }
  if (/^[\w+.-]+:\/\//.test(address) || /^[\w+.-]+::/.test(address)) return undefined;
  const short = /^((?:[^/:@[\]]+@)?(?:\[[^[\]]+\]|[^/:[\]]+)):(.+)$/.exec(address);
  if (short === null) return undefined;
  const [, login = "", path = ""] = short;
  const boxed = /^((?:[^@[\]]+@)?)\[([^[\]:]+):(\d{1,5})\]$/.exec(login);
  return boxed === null
    ? made(login, undefined, path.startsWith("/~") ? path.slice(1) : path)
    : made(`${boxed[1]}${boxed[2]}`, boxed[3], path.startsWith("/~") ? path.slice(1) : path);
}

/** A repository that is reached over http: the machine, its port, and the whole address. */
export type HttpAddress = {
  readonly scheme: "http" | "https";
  readonly host: string;
  readonly port: string;
  /** The address without an account, a password and slashes at its end. */
  readonly plain: string;
};

const HERE = /^(?:localhost|.*\.localhost|127\..*|0\..*|169\.254\..*|\[.*\])$/;

/**
 * Takes an address of http apart; undefined for another, for forms that leave room for another reading, and for places of this machine:
 * those are the session's own where it listens there.
 */
export function httpAddress(address: string): HttpAddress | undefined {
  if (address.length > ADDRESS_CHARS_MAX || /[^\x21-\x7e]|[\\?#]/.test(address)) return undefined;
  const found = /^(https?):\/\/(?:[^@/]*@)?([\w.-]+)(?::(\d{1,5}))?(\/[^@]*)?$/i.exec(address);
  if (found === null) return undefined;
  const [, name = "", written = "", given, path = ""] = found;
  const scheme = name.toLowerCase() === "https" ? "https" : "http";
  const host = written.toLowerCase();
  // WHY: numbers are written in many ways, and a dot at the end names the same machine.
  if (HERE.test(host) || /^(?:\d+|0x[\da-f]*)$/.test(host) || host.endsWith(".")) return undefined;
  const port = given ?? (scheme === "https" ? "443" : "80");
  const plain = `${scheme}://${host}:${port}${path.replace(/\/+$/, "")}`;
  return { scheme, host, port, plain };
}

function made(login: string, port: string | undefined, path: string): SshAddress | undefined {
  if (!LOGIN.test(login) || path === "" || path.startsWith("-")) return undefined;
  return { login: login.replace(/\[([^\]]*)\]$/, "$1"), port, path };
}

/** WHY empty for what does not decode: no part of an address is. */
function decoded(part: string | undefined): string {
  try {
    return decodeURIComponent(part ?? "");
  } catch {
    return "";
  }
}
