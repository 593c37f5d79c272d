// structured-secret: generated values with any punctuation, read by the form of the file that they stand in, and what Secrets of Kubernetes hold.
import { NAME_WORDS } from "../detection/assignment.ts";
import type { Detector, Hit, Span } from "../detection/detector.ts";
import { base64Bytes } from "../detection/encoded.ts";
import type { Tier } from "../detection/finding.ts";
import { isManaged } from "../detection/managed-value.ts";
import { isPlaceholder } from "../detection/placeholder.ts";
import { nameStrength } from "../detection/secret-names.ts";
import { valueQuality } from "../detection/value-quality.ts";

const NAME_CHARS_MAX = 80;
const VALUE_CHARS_MAX = 260;
/** From here on a name that says little is enough, and one that says all makes the finding sure. */
const WEAK_CHARS_MIN = 20;
const WEAK_SIGNS_MIN = 3;
const SURE_CHARS_MIN = 16;

const NAME_WORD = new RegExp(NAME_WORDS.join("|"), "gi");
/** The rest of a name, what closes it, and the sign that gives it a value: on its line, in the next entry of a list, or below it as a block. */
const GIVEN =
  /(?<rest>[\w$.-]{0,60})["'`]?[\])]?(?:[ \t]{0,8}(?:=>|:=|[=:,])[ \t]{0,8}|[ \t]{0,4}\r?\n[ \t]{1,32}["']?value["']?[ \t]{0,2}:[ \t]{1,8})(?<block>[|>][-+]?[ \t]{0,4}\r?\n[ \t]{1,32})?/y;
/** What may stand before a name whose value goes on to the end of its line. */
const ALONE =
  /^[ \t]*(?:(?:export|set|ENV|ARG|-|\*|name:|- name:|-[ \t]{1,4}key:|[A-Za-z][\w-]{1,20})[ \t]{1,4}){0,3}["']?$/;
/** What follows a text in quotes. */
const BEHIND_QUOTE = /^[ \t]{0,8}(?:[,;)\]}#]|\/\/|\r?\n|$)/;
const BARE = /[^\s]{1,260}(?=[ \t]{0,8}(?:\r?\n|$)|[ \t]{1,8}#)/y;

const NAMED: Detector = {
  id: "structured-secret",
  title: "a generated value that its name calls a secret",
  family: "secret",
  tier: "medium",
  rank: 12,
  keywords: NAME_WORDS,
  before: 120,
  after: 400,
  *find(window, { file }) {
    if (file.isLock) return;
    let behind = 0;
    for (const { 0: word, index } of window.matchAll(NAME_WORD)) {
      if (index < behind) continue;
      GIVEN.lastIndex = index + word.length;
      const given = GIVEN.exec(window);
      if (given === null) continue;
      const at = GIVEN.lastIndex;
      const start = nameStart(window, index);
      const span = valueAt(window, at, {
        isBare: !file.isCode && isAlone(window, start, given[0]),
        isArgument: /,[ \t]*$/.test(given[0]),
      });
      if (span === undefined) continue;
      const name = window.slice(start, index + word.length + (given.groups?.["rest"] ?? "").length);
      const tier = tierOf(name, plain(window.slice(span.start, span.end)));
      if (tier === undefined) continue;
      behind = span.end;
      // What stands in tests and examples may be made up.
      yield { ...span, tier: file.isTest || file.isExample ? "medium" : tier };
    }
  },
};

/** How sure a name and a generated value make it; undefined where one of them is none. */
function tierOf(name: string, value: string): Tier | undefined {
  const strength = nameStrength(name);
  if (strength === "none" || !isManaged(value)) return undefined;
  if (strength === "weak") return isSigned(value) ? "medium" : undefined;
  return value.length < SURE_CHARS_MIN ? "medium" : "high";
}

/** Whether it is so long and has so many signs that it is no path, no digest and no public key: `key` names those as well. */
function isSigned(value: string): boolean {
  const signs = new Set(value.match(/[^A-Za-z0-9+/=_.:-]/g));
  return value.length >= WEAK_CHARS_MIN && signs.size >= WEAK_SIGNS_MIN;
}

/** A value without the escapes of its form: what is judged is its characters. */
function plain(written: string): string {
  return written.replaceAll(/\\(.)/g, "$1").replaceAll("''", "'");
}

function nameStart(window: string, index: number): number {
  let start = index;
  while (start > 0 && index - start < NAME_CHARS_MAX && /[\w$.-]/.test(window[start - 1] ?? ""))
    start -= 1;
  return start;
}

function isAlone(window: string, start: number, given: string): boolean {
  if (given.includes(",")) return false;
  const ahead = window.slice(Math.max(0, start - NAME_CHARS_MAX), start);
  return ALONE.test(ahead.slice(ahead.lastIndexOf("\n") + 1));
}

function valueAt(
  window: string,
  at: number,
  { isBare, isArgument }: { readonly isBare: boolean; readonly isArgument: boolean },
): Span | undefined {
  const opened = /^[brfuL@]{0,2}(?<quote>["'`])/.exec(window.slice(at, at + 3));
  const quote = opened?.groups?.["quote"];
  if (quote !== undefined) {
    const start = at + (opened?.[0].length ?? 0);
    const end = closingOf(window, start, quote);
    if (end !== undefined && end > start) return { start, end };
  }
  if (!isBare || isArgument) return undefined;
  BARE.lastIndex = at;
  const bare = BARE.exec(window);
  if (bare === null) return undefined;
  // An entry of a list is in quotes as a whole: `- 'PASSWORD=…'`.
  return { start: at, end: at + bare[0].length };
}

/** Where a text in quotes ends: at the first quote that is neither escaped nor doubled and that something follows which may. */
function closingOf(window: string, start: number, quote: string): number | undefined {
  const most = Math.min(window.length, start + VALUE_CHARS_MAX);
  let raw: number | undefined;
  for (let at = start; at < most; at += 1) {
    const unit = window[at];
    if (unit === "\n") break;
    if (unit === "\\") {
      // WHY: in some forms nothing is escaped, so a text may end with a backslash; it does where no other end is found.
      if (window[at + 1] === quote && BEHIND_QUOTE.test(window.slice(at + 2, at + 12)))
        raw ??= at + 1;
      at += 1;
    } else if (unit === quote) {
      if (window[at + 1] === quote && quote === "'") at += 1;
      else if (BEHIND_QUOTE.test(window.slice(at + 1, at + 11))) return at;
    }
  }
  return raw;
}

/** Characters of a manifest around its `kind` that are looked through. */
const MANIFEST_CHARS = 16_000;
const ENTRIES_MAX = 200;
const BLOCK =
  /^(?<indent>[ \t]*)(?:-[ ])?["']?(?<block>data|stringData)["']?:[ \t]*\{?[ \t]*\r?$/gm;
const ENTRY =
  /^(?<indent>[ \t]+)["']?(?<name>[\w.-]{1,80})["']?:[ \t]{0,8}(?<lead>(?:[|>][-+]?[ \t]*\r?\n[ \t]+)?)(?<value>[^\r\n]{1,8192})/;

const MANIFEST: Detector = {
  id: "kubernetes-secret",
  title: "a value of a Kubernetes Secret",
  family: "secret",
  tier: "medium",
  rank: 13,
  keywords: [
    "kind: secret",
    '"kind": "secret"',
    '"kind":"secret"',
    "kind: 'secret'",
    'kind: "secret"',
  ],
  before: MANIFEST_CHARS / 2,
  after: MANIFEST_CHARS / 2,
  *find(window) {
    const hits = new Map<number, Hit>();
    for (const { index } of window.matchAll(
      /kind["']?:[ ]?["']?Secret["']?[ \t]*(?=[\r\n,}#]|$)/g,
    )) {
      const from = Math.max(
        window.lastIndexOf("\n---", index),
        window.lastIndexOf("\n- apiVersion", index),
        0,
      );
      const next = window.indexOf("\n---", index);
      for (const hit of valuesOf(window.slice(from, next === -1 ? window.length : next)))
        hits.set(from + hit.start, { ...hit, start: from + hit.start, end: from + hit.end });
      if (hits.size > ENTRIES_MAX) break;
    }
    yield* [...hits.values()].sort((one, other) => one.start - other.start);
  },
};

function* valuesOf(manifest: string): Generator<Hit> {
  let count = 0;
  for (const match of manifest.matchAll(BLOCK)) {
    const { indent = "", block } = match.groups ?? {};
    let at = match.index + match[0].length + 1;
    while (at < manifest.length && count < ENTRIES_MAX) {
      const entry = ENTRY.exec(manifest.slice(at, at + VALUE_CHARS_MAX + 8_300));
      if (entry === null || (entry.groups?.["indent"] ?? "").length <= indent.length) break;
      count += 1;
      const { name = "", value = "" } = entry.groups ?? {};
      const start = at + entry[0].length - value.length;
      const [from, to] = unquoted(value);
      const tier = entryTier(name, value.slice(from, to), block === "data");
      if (tier !== undefined) yield { start: start + from, end: start + to, tier };
      at = manifest.indexOf("\n", start) + 1;
      if (at === 0) break;
    }
  }
}

/** Where a value stands in the text of its line, without the quotes and the comma of JSON. */
function unquoted(value: string): readonly [from: number, to: number] {
  const whole = value.trimEnd();
  const end = whole.endsWith(",") ? whole.slice(0, -1).trimEnd().length : whole.length;
  const quote = value[0];
  const isQuoted = (quote === '"' || quote === "'") && end > 1 && value[end - 1] === quote;
  return isQuoted ? [1, end - 1] : [0, end];
}

/** How sure an entry of a Secret is one. Whoever made it said so; a user's name and a host stand in it as well. */
function entryTier(name: string, written: string, isEncoded: boolean): Tier | undefined {
  if (isEncoded && !/^[A-Za-z0-9+/]{4,8192}={0,2}$/.test(written)) return undefined;
  const value = isEncoded ? base64Bytes(written.replace(/=+$/, "")).trim() : plain(written);
  if (!/^[ -~]{4,512}$/.test(value)) return undefined;
  const isMade = isManaged(value);
  if (!isMade && isPlaceholder(value)) return undefined;
  const quality = isMade ? "random" : valueQuality(value);
  if (quality === "random") return value.length >= SURE_CHARS_MIN ? "high" : "medium";
  if (quality !== "mixed") return undefined;
  const strength = nameStrength(name);
  return strength === "password" || strength === "strong" ? "medium" : undefined;
}

export const structuredSecret = [NAMED, MANIFEST];
