// A request of a held call as it goes out: with the true value of a key in the place of the made-up one, where the host reads it.
import type { OutgoingHttpHeaders } from "node:http";
import type { ViewKey } from "#guard/hold/keys/view-keys.ts";
import type { KeyUse } from "#guard/facts/key-use.ts";

/** A key that a person let go to a host, or a program's own login there. `base`: the place below the host that it is for. */
export type ApprovedKey = Omit<ViewKey, "hosts"> &
  KeyUse & {
    readonly base?: string;
    /** Id of what a person signed for it. */
    readonly grant?: string;
    /** Whether it may still go out; it may unless given. */
    readonly isOpen?: () => boolean;
    /** What answers have in the place of the value, of its length; `shown` unless given. */
    readonly standIn?: string;
  };

/** What goes out, and the keys that were put in. */
export type ExchangedRequest = {
  readonly target: string;
  readonly headers: OutgoingHttpHeaders;
  readonly used: readonly ApprovedKey[];
};

const LOGIN_HEADER = "authorization";
const WITH_SCHEME = /^([A-Za-z][\w-]{0,40}) +(\S+)$/;

/**
 * Puts keys in. WHY only where a value is whole, in headers that say who asks, and at the beginning of an address that is secret itself: what
 * stands in a body, in another header or anywhere in a path may be kept by the host, and shown to others.
 */
export function exchangedRequest(
  asked: { readonly target: string; readonly headers: OutgoingHttpHeaders },
  all: readonly ApprovedKey[],
): ExchangedRequest {
  const used = new Set<ApprovedKey>();
  const keys = all.filter(({ base = "" }) => asked.target.startsWith(base));
  const headers: OutgoingHttpHeaders = { ...asked.headers };
  for (const [name, values] of Object.entries(headers)) {
    const [value, ...others] = Array.isArray(values) ? values : [String(values)];
    if (value === undefined || others.length > 0) continue;
    for (const key of keys) {
      const put = name === LOGIN_HEADER ? inLogin(value, key) : inOwnHeader(name, value, key);
      if (put === undefined) continue;
      headers[name] = put;
      used.add(key);
      break;
    }
  }
  let { target } = asked;
  for (const key of keys) {
    const put = key.kind === "address" ? inTarget(target, key) : undefined;
    if (put === undefined) continue;
    target = put;
    used.add(key);
    break;
  }
  return { target, headers, used: [...used] };
}

function inLogin(value: string, key: ApprovedKey): string | undefined {
  if (key.kind === "address") return undefined;
  const [, scheme = "", token = value] = WITH_SCHEME.exec(value) ?? [];
  if (scheme.toLowerCase() !== "basic")
    return key.kind === "key" && token === key.shown
      ? value.slice(0, value.length - token.length) + key.value
      : undefined;
  const login = Buffer.from(token, "base64").toString("latin1");
  const colon = login.indexOf(":");
  if (colon < 0) return undefined;
  const put = key.kind === "login" ? wholeLogin(login, key) : partOfLogin(login, colon, key);
  return put === undefined
    ? undefined
    : `${scheme} ${Buffer.from(put, "latin1").toString("base64")}`;
}

function wholeLogin(login: string, { shown, value }: ApprovedKey): string | undefined {
  return login === shown ? value : undefined;
}

/** A key goes in the place of the user, or of the password. */
function partOfLogin(
  login: string,
  colon: number,
  { shown, value }: ApprovedKey,
): string | undefined {
  const [user, password] = [login.slice(0, colon), login.slice(colon + 1)];
  if (user !== shown && password !== shown) return undefined;
  return `${user === shown ? value : user}:${password === shown ? value : password}`;
}

function inOwnHeader(name: string, value: string, key: ApprovedKey): string | undefined {
  return key.headers.includes(name) && value === key.shown ? key.value : undefined;
}

/** The address itself, or one below it. */
function inTarget(target: string, key: ApprovedKey): string | undefined {
  const [shown, value] = [fromRoot(key.shown), fromRoot(key.value)];
  if (!target.startsWith(shown)) return undefined;
  const next = target.charAt(shown.length);
  const isWhole = next === "" || (shown.includes("?") ? "&" : "/?").includes(next);
  return isWhole || shown.endsWith("/") ? value + target.slice(shown.length) : undefined;
}

function fromRoot(rest: string): string {
  return rest.startsWith("?") ? `/${rest}` : rest;
}
