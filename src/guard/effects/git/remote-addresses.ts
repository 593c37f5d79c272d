// Addresses of remotes as git reads them: rewritten by settings, and taken apart where they lead over ssh.
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
