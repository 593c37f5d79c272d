// Values of one file that its view hides, and that belong to a host: with what stands in their place.
import { scanText } from "../../content/scan.ts";
import type { KeyKind, OwnedKey } from "../../facts/key-use.ts";
import { hostsOfKind } from "./key-hosts.ts";

/**
 * One of them. `shown` and `value` have the same length and signs. Of a login they are `user:password`, of an address all that follows its
 * host. `headers`: where a key may stand; of the others nothing.
 */
export type ViewKey = OwnedKey & {
  readonly headers: readonly string[];
  readonly shown: string;
  readonly value: string;
};

/** Values of one file that are looked at. */
const VALUES_MAX = 512;
/** WHY no short ones: answers are looked through for the value, and who may try a short one many times would learn it by that. */
const HIDDEN_CHARS_MIN = 14;
const VALUE = /^[\x21-\x7e]{14,4096}$/;
const LINE = /^\s*(?:export\s+)?([A-Za-z_]\w{0,127})\s*=\s*(.*?)\s*$/;
const QUOTED = /^(["'])([^"'\\]*)\1(?:\s+#.*)?$/;
const BARE = /^([^\s"'`\\]+)(?:\s+#.*)?$/;
/** A part of a value that stands for another variable. */
const REFERENCE = /\$[{A-Za-z_(]|\{\{|`/;
const ADDRESS = /^https:\/\/(?:([^/?#@\s]+)@)?([^/?#@\s]+)([/?][^#\s]*)?$/i;
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

/** Finds them in a file of variables, or of logins. */
export function viewKeys(path: string, text: string, view: string): readonly ViewKey[] {
  return /\/[._]netrc$/.test(path) ? loginsIn(text, view) : variablesIn(text, view);
}

function variablesIn(text: string, view: string): readonly ViewKey[] {
  const [lines, shown] = [text.split(/\r\n|\n|\r/), view.split(/\r\n|\n|\r/)];
  if (lines.length !== shown.length) return [];
  const found = new Map<string, ViewKey | undefined>();
  let looked = 0;
  for (const [at, line] of lines.entries()) {
    const other = shown[at] ?? "";
    if (line === other) continue;
    const [one, its] = [variableOf(line), variableOf(other)];
    if (one === undefined || its === undefined || one.name !== its.name) continue;
    looked += 1;
    if (looked > VALUES_MAX) break;
    const pair = { name: one.name, value: one.value, shown: its.value };
    // WHY neither of two: which of them counts is a matter of who loads the file.
    found.set(one.name, found.has(one.name) ? undefined : (addressOf(pair) ?? keyOf(pair)));
  }
  return [...found.values()].filter((one) => one !== undefined);
}

function variableOf(line: string): { readonly name: string; readonly value: string } | undefined {
  const [, name = "", source = ""] = LINE.exec(line) ?? [];
  const value = QUOTED.exec(source)?.[2] ?? BARE.exec(source)?.[1];
  return name === "" || value === undefined || REFERENCE.test(value) ? undefined : { name, value };
}

type Pair = { readonly name: string; readonly value: string; readonly shown: string };

/** A key that says itself whose it is. */
function keyOf(pair: Pair): ViewKey | undefined {
  if (!isHidden(pair)) return undefined;
  const { name, value } = pair;
  const { findings, isTruncated } = scanText(`${name}=${value}`, "view", { families: ["secret"] });
  const [one, ...others] = findings;
  const isWhole = one?.start === name.length + 1 && one.end === name.length + 1 + value.length;
  if (isTruncated || one === undefined || others.length > 0 || !isWhole) return undefined;
  const its = one.decoded === undefined ? hostsOfKind(one.detector) : undefined;
  return its && { ...pair, ...its, kind: "key" };
}

/** An address belongs to its own host: as a login, or by what follows the host. */
function addressOf(pair: Pair): ViewKey | undefined {
  const [, login = "", host = "", rest = ""] = ADDRESS.exec(pair.value) ?? [];
  const [, shownLogin = "", shownHost, shownRest = ""] = ADDRESS.exec(pair.shown) ?? [];
  const name = host.toLowerCase().replace(/:443$/, "");
  if (shownHost !== host || !HOST.test(name)) return undefined;
  const isLogin = login !== shownLogin;
  // WHY not both: one request would have to be made of two secrets.
  if (isLogin === (rest !== shownRest) || hasKeyOfOthers(pair, name)) return undefined;
  const written = isLogin
    ? { value: plainLogin(login), shown: plainLogin(shownLogin) }
    : { value: rest, shown: shownRest };
  if (written.value === undefined || written.shown === undefined) return undefined;
  const { value, shown } = written;
  return owned(pair.name, isLogin ? "login" : "address", { host: name, value, shown });
}

/** What programs send of a login in an address: decoded, with a colon. */
function plainLogin(login: string): string | undefined {
  try {
    const plain = decodeURIComponent(login);
    return plain.includes(":") ? plain : `${plain}:`;
  } catch {
    return undefined;
  }
}

/** Whether an address has a key in it that belongs elsewhere: somebody may have written it there. */
function hasKeyOfOthers({ name, value }: Pair, host: string): boolean {
  const { findings, isTruncated } = scanText(`${name}=${value}`, "view", { families: ["secret"] });
  return (
    isTruncated ||
    findings.some(({ detector }) => hostsOfKind(detector)?.hosts.includes(host) === false)
  );
}

/** `machine`, `login` and `password`, in this order; the view was made of a file that has nothing else. */
function loginsIn(text: string, view: string): readonly ViewKey[] {
  const logins = [loginTable(text), loginTable(view)] as const;
  return [...logins[0]].flatMap(([host, value]) => {
    const shown = logins[1].get(host);
    const one =
      value === undefined || shown === undefined || !HOST.test(host)
        ? undefined
        : owned(host, "login", { host, value, shown });
    return one === undefined ? [] : [one];
  });
}

/** Logins by host; undefined for a host that has several. */
function loginTable(text: string): ReadonlyMap<string, string | undefined> {
  const found = new Map<string, string | undefined>();
  const words = text
    .replace(/^[^\S\n\r]*#.*$/gm, "")
    .split(/\s+/)
    .filter((word) => word !== "");
  let [host, user] = ["", ""];
  for (let at = 0; at + 1 < words.length; at += 1) {
    const [word, next = ""] = [words[at], words[at + 1]];
    if (word === "default") [host, user] = ["", ""];
    if (word === "machine") [host, user] = [next.toLowerCase(), ""];
    if (word === "login") user = next;
    if (word === "password" && host !== "" && user !== "")
      found.set(host, found.has(host) ? undefined : `${user}:${next}`);
    if (word !== "default") at += 1;
  }
  return found;
}

function owned(
  name: string,
  kind: KeyKind,
  { host, value, shown }: { readonly host: string; readonly value: string; readonly shown: string },
): ViewKey | undefined {
  return isHidden({ name, value, shown })
    ? { name, kind, hosts: [host], headers: [], value, shown }
    : undefined;
}

/** Whether enough of a value is another in the view that nobody finds it by trying. */
function isHidden({ value, shown }: Pair): boolean {
  if (!VALUE.test(value) || !VALUE.test(shown) || value.length !== shown.length) return false;
  let hidden = 0;
  for (let at = 0; at < value.length; at += 1)
    if (value.charAt(at) !== shown.charAt(at)) hidden += 1;
  return hidden >= HIDDEN_CHARS_MIN;
}
