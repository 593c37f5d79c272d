// Keys of hidden files that a call would use towards the host that they belong to: which, and the question about them.
import { printable } from "#base/printable.ts";
import { pathInWords } from "../../effects/headline.ts";
import { withKnownHosts } from "../../hold/keys/known-hosts.ts";
import { reachedHosts } from "../../hold/reached-hosts.ts";
import type { Effect } from "../../vocabulary/effect.ts";
import type { KeyUse, OwnedKey } from "../../facts/key-use.ts";
import type { FactReader } from "../../facts/fact-reader.ts";
import type { SessionFacts } from "../../facts/facts.ts";
import type { ToolCall } from "../../toolcall/tool-call.ts";
import type { Reason, Told } from "../decision.ts";
import { builtin } from "./reasons.ts";

/** What is judged, and the files of which it is shown views. */
export type KeyedCall = {
  readonly call: ToolCall | undefined;
  readonly effects: readonly Effect[];
  readonly views: readonly string[];
  readonly reader: FactReader;
  readonly session: SessionFacts;
  /** Real paths of files that the session wrote. */
  readonly writtenPaths: ReadonlySet<string>;
};

/** Characters of what people decide by, behind `sallyport: this`, and of the line below it: what is longer is cut (`protocol/reason-text.ts`). */
const WHAT_CHARS_MAX = 80;
const WHY_CHARS_MAX = 300;
const HTTPS = 443;
/** It trusts no authority that a variable names, so that nobody can stand between it and a host. */
const TRUSTS_ITSELF = "wget";

/**
 * The keys that go out with their true values once a person said yes: of loaded files alone, to hosts that effects name, over https. One of a
 * file of variables only where the command names it, or runs code that may use it. None where nobody can be asked: then the call is what it was.
 */
export function keyUses({
  call,
  effects,
  views,
  reader,
  session,
  writtenPaths,
}: KeyedCall): readonly KeyUse[] {
  if (views.length === 0 || call?.input.kind !== "bash" || !session.interactive) return [];
  const hosts = askedHosts(effects);
  // WHY by the hosts that a proxy can hold it to: without it nobody stands between the call and a host.
  if (hosts.size === 0 || reachedHosts(withKnownHosts(effects)) === undefined) return [];
  const { command } = call.input;
  const runsMore = effects.some((effect) => isOfMore(effect, views));
  const isUsed = ({ kind, name }: OwnedKey): boolean =>
    runsMore || (kind === "login" && hosts.has(name)) || namesWord(command, name);
  const uses = views.flatMap((file) => {
    const answer = reader.ask({ kind: "shown", path: file });
    const keys = answer?.kind === "shown" ? (answer.keys ?? []) : [];
    // WHY: of these the file says where they belong, and of what the session wrote a person never said that.
    const isOfPerson = ({ kind }: OwnedKey): boolean => kind === "key" || !writtenPaths.has(file);
    return keys
      .filter((key) => isUsed(key) && isOfPerson(key))
      .flatMap(({ name, kind, hosts: its }) =>
        its.filter((host) => hosts.has(host)).map((host): KeyUse => ({ file, name, kind, host })),
      );
  });
  // WHY: a person reads each of them in the question. Those that it has no place for stay as they are.
  const named: KeyUse[] = [];
  for (const use of uses) if (toldOf([...named, use], session) !== undefined) named.push(use);
  return named;
}

/** Hosts that programs of the call ask over https at its usual port. */
function askedHosts(effects: readonly Effect[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const effect of effects) {
    if (effect.kind !== "egress") continue;
    const { host, port, scheme } = effect.destination;
    const program = effect.via.at(-1);
    if (host === undefined || scheme !== "https" || (port ?? HTTPS) !== HTTPS) continue;
    if (program === TRUSTS_ITSELF) continue;
    // Its interface has a name of its own.
    found.add(program === "gh" && host === "github.com" ? "api.github.com" : host);
  }
  return found;
}

/** Whether code runs that may use what the command does not name. The files themselves are loaded, and use nothing. */
function isOfMore(effect: Effect, views: readonly string[]): boolean {
  if (effect.kind === "unknown") return true;
  return (
    effect.kind === "execute" && effect.origin !== "system" && !views.includes(effect.program ?? "")
  );
}

function namesWord(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1))
    if (!WORD.test(text.charAt(at - 1)) && !WORD.test(text.charAt(at + name.length))) return true;
  return false;
}

const WORD = /^\w$/;

/**
 * The question about them, one for all. WHY never remembered and of no policy's rule: a secret leaves, and each time a person says so. What
 * they said yes to otherwise, such as the host, was never this.
 */
export function keyReason(uses: readonly KeyUse[], session: SessionFacts): Reason | undefined {
  const told = uses.length === 0 ? undefined : toldOf(uses, session);
  if (told === undefined) return undefined;
  return {
    ...builtin("ask", "key", `sends ${listed(uses, session)}: ${WHY}`),
    instead: "say what the call does there, and who wanted it",
    told,
  };
}

/** What a person decides by: all of them by name, in one of two lines. Undefined where they have no place there. */
function toldOf(uses: readonly KeyUse[], session: SessionFacts): Told | undefined {
  const all = listed(uses, session);
  if (all.length <= WHAT_CHARS_MAX) return { what: `sends ${all}`, why: WHY };
  const why = `${all}; ${WHY}`;
  const what =
    uses.length === 1
      ? "sends a key of a hidden file to its own host"
      : `sends ${uses.length} keys of hidden files to their own hosts`;
  return why.length <= WHY_CHARS_MAX ? { what, why } : undefined;
}

function listed(uses: readonly KeyUse[], session: SessionFacts): string {
  const hosts = [...new Set(uses.map(({ host }) => host))];
  const told = hosts.map((host) => {
    const its = uses.filter((use) => use.host === host).map((use) => inWords(use, session));
    return `${its.join(" and ")} to \`${host}\``;
  });
  return printable(told.join(", and "));
}

const WHY =
  "the command has a made-up value; the true one is put in outside, for that host alone, and acts for you there";

function inWords({ file, name, kind }: KeyUse, session: SessionFacts): string {
  const place = pathInWords(file, session);
  switch (kind) {
    case "key":
      return `the key \`${name}\` of ${place}`;
    case "login":
      return name.includes(".") ? `the login of ${place}` : `the login in \`${name}\` of ${place}`;
    case "address":
      return `the secret address \`${name}\` of ${place}`;
    default:
      return kind satisfies never;
  }
}
