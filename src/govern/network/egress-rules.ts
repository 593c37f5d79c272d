// What may be reached through the egress proxy: words for hosts, classes and networks, the policy's own host rules, and one decision.
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { allowedHosts, deniedHosts, exceptedHosts } from "#govern/compile/sandbox-settings.ts";
import { PLAIN_SITE } from "#govern/compile/site.ts";
import type { Rule } from "#guard/policy/policy.ts";
import type { Destinations } from "./destinations.ts";
import {
  type HostForm,
  hostForm,
  isInNetwork,
  type NamedNetwork,
  namedNetwork,
} from "./host-form.ts";

/**
 * `any`: TLS whose handshake names the host, or plain HTTP. `read`: plain HTTP by GET, HEAD and OPTIONS alone: in a tunnel
 * nobody sees a method. `raw`: whatever is said in a tunnel (ssh, a database), of which nothing is looked at.
 */
const MODES = ["any", "read", "raw"] as const;
export type EgressMode = (typeof MODES)[number];

type Target =
  | { readonly kind: "host"; readonly host: string; readonly isBelow: boolean }
  | { readonly kind: "network"; readonly network: NamedNetwork }
  | { readonly kind: "class"; readonly id: string };

/** One thing that may be reached, or must not be. `ports` undefined: those of the web to allow, and all to deny. */
export type EgressEntry = {
  readonly target: Target;
  readonly ports: readonly number[] | undefined;
  /** How a path has to begin; undefined for every path. Only requests show one. */
  readonly path: string | undefined;
  readonly mode: EgressMode;
  /** Where it stands, for people. */
  readonly by: string;
};

/** All that decides. */
export type EgressRules = {
  readonly allow: readonly EgressEntry[];
  readonly deny: readonly EgressEntry[];
  /** Of each rule of the policy that denies what it does not list: what it lists. */
  readonly onlyListed: readonly (readonly EgressEntry[])[];
  readonly classes: Destinations["classes"];
};

const WEB_PORTS: readonly number[] = [80, 443];
const READING = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Reads one word: a class, a host, `*.host` for all below it, an address or a network; then ports after a colon, with `+`
 * between them; for a host the beginning of paths; then how after an equals sign. Throws Failure `usage`.
 */
export function egressEntry(
  word: string,
  classes: Destinations["classes"],
  by: string,
): EgressEntry {
  const [, place = "", list, path, how] =
    /^(\[[0-9a-fA-F:.]+\](?:\/\d+)?|[\d.]+\/\d+|[^:=/\s]+|[0-9a-fA-F:]*::[0-9a-fA-F:]*(?:\/\d+)?)(?::(\d{1,5}(?:\+\d{1,5})*))?(\/[^=\s]*)?(?:=([a-z]+))?$/.exec(
      word,
    ) ?? [];
  const wrong = (why: string): Failure => new Failure("usage", `\`${printable(word)}\` ${why}`);
  const mode = MODES.find((one) => one === (how ?? "any"));
  if (mode === undefined) throw wrong(`ends in no way to reach a host: ${MODES.join(", ")}`);
  const target = targetOf(place, classes);
  if (target === undefined)
    throw wrong(
      `is no destination: name a class (${classes.map(({ id }) => id).join(", ")}), a host, \`*.host\`, an address or a network, then \`:port\` and \`=${MODES.join("|")}\` as needed`,
    );
  const ports = list?.split("+").map(Number);
  if (ports?.some((port) => port < 1 || port > 65_535) === true) throw wrong("has no such port");
  if (mode === "raw" && (ports === undefined || target.kind === "class"))
    throw wrong("lets anything pass: name one host and its port with `=raw`");
  if (path !== undefined && (target.kind !== "host" || mode === "raw" || !isPlainPath(path)))
    throw wrong("has a path: name one host before it, and a plain beginning of paths");
  return { target, ports, path, mode, by };
}

function targetOf(place: string, classes: Destinations["classes"]): Target | undefined {
  if (classes.some(({ id }) => id === place)) return { kind: "class", id: place };
  const network = namedNetwork(place);
  if (network !== undefined) return { kind: "network", network };
  const isBelow = place.startsWith("*.");
  const form = hostForm(isBelow ? place.slice(2) : place);
  // WHY not all below one label: `*.com` is no list.
  if (form?.kind !== "name" || (isBelow && !form.host.includes("."))) return undefined;
  return { kind: "host", host: form.host, isBelow };
}

/** The rules of a policy and of words, together: what either refuses is refused. */
export function egressRules(
  rules: readonly Rule[],
  words: { readonly allow: readonly string[]; readonly deny: readonly string[] },
  { classes }: Destinations,
): EgressRules {
  const read = (list: readonly string[], by: string): readonly EgressEntry[] =>
    list.map((word) => egressEntry(word, classes, by));
  const named = (list: readonly string[]): readonly EgressEntry[] =>
    list.flatMap((host) => {
      const target = targetOf(host, classes);
      return target === undefined || target.kind === "class"
        ? []
        : [{ target, ports: undefined, path: undefined, mode: "any" as const, by: "the policy" }];
    });
  const listed = allowedHosts(rules, PLAIN_SITE);
  return {
    allow: [...named(listed), ...read(words.allow, "`--allow`")],
    deny: [...named(deniedHosts(rules)), ...read(words.deny, "`--deny`")],
    onlyListed: exceptedHosts(rules).map((excepted) => named([...excepted, ...listed])),
    classes,
  };
}

/** A connection, or a request of plain HTTP, as it is asked for. */
export type EgressAsked = {
  readonly form: HostForm;
  readonly port: number;
  /** Undefined for a tunnel. */
  readonly method?: string | undefined;
  /** Undefined for a tunnel. Without what follows a question mark. */
  readonly path?: string | undefined;
};

/** Why something is refused by the rules. */
export type RuleRefusal = "denied" | "host" | "port" | "literal" | "spelling" | "method" | "path";
export type EgressDecision =
  | {
      readonly isAllowed: true;
      readonly mode: EgressMode;
      readonly of: string;
      readonly by: string;
    }
  | {
      readonly isAllowed: false;
      readonly why: RuleRefusal;
      readonly of: string;
      readonly by: string;
    };

/** What class a host is of; `address` for one that is no name. */
export function classOf(form: HostForm, classes: Destinations["classes"]): string {
  if (form.kind === "address") return "address";
  return classes.find((one) => one.has(form.host))?.id ?? "other";
}

/** Whether a target is the one of an entry, whatever its port and path. `of` is the class of the host. */
export function meetsEntry({ target }: EgressEntry, form: HostForm, of: string): boolean {
  if (target.kind === "class") return target.id === of;
  if (target.kind === "network")
    return form.kind === "address" && isInNetwork(form.host, target.network);
  return (
    form.kind === "name" &&
    (target.isBelow ? form.host.endsWith(`.${target.host}`) : form.host === target.host)
  );
}

/** Whether everybody reads a path as the same one: no steps up, nothing that decodes to a part of a path. */
function isPlainPath(path: string): boolean {
  return !/\/\/|\\|;|%(?:2e|2f|5c|25|00)|\/\.{1,2}(?:\/|$)/i.test(path);
}

/** Whether a path begins so, at a whole part. */
function beginsWith(path: string, start: string): boolean {
  const base = start.endsWith("/") ? start.slice(0, -1) : start;
  return path === base || path.startsWith(`${base}/`);
}

/** Decides by name, port, method and path. What the name leads to is looked at by whoever connects (`mayLeadTo`). */
export function decideEgress(asked: EgressAsked, rules: EgressRules): EgressDecision {
  const { form, port, method, path } = asked;
  const of = classOf(form, rules.classes);
  const no = (why: RuleRefusal, by = "no rule"): EgressDecision => ({
    isAllowed: false,
    why,
    of,
    by,
  });
  if (form.kind === "address" && !form.isUsual) return no("spelling");
  const meets = (entry: EgressEntry): boolean => meetsEntry(entry, form, of);
  const denied = rules.deny.find(
    (entry) =>
      meets(entry) &&
      (entry.ports === undefined || entry.ports.includes(port)) &&
      // WHY also where nobody can tell: a path that is denied must not pass unseen.
      (entry.path === undefined ||
        path === undefined ||
        !isPlainPath(path) ||
        beginsWith(path, entry.path)),
  );
  if (denied !== undefined)
    return no(denied.path !== undefined && path === undefined ? "path" : "denied", denied.by);
  // WHY not of these two: without them there is no session that could heed a policy.
  const isClients = of === "model" || of === "authentication";
  if (!isClients && rules.onlyListed.some((listed) => !listed.some(meets)))
    return no("denied", "the policy, which lists what is reached");
  const named = rules.allow.filter(meets);
  if (named.length === 0) return no(form.kind === "address" ? "literal" : "host");
  const reached = named.filter(({ ports }) => (ports ?? WEB_PORTS).includes(port));
  if (reached.length === 0) return no("port", named[0]?.by);
  const open = reached.filter(
    (entry) =>
      entry.path === undefined ||
      (path !== undefined && isPlainPath(path) && beginsWith(path, entry.path)),
  );
  const [first] = open;
  if (first === undefined) return no("path", reached[0]?.by);
  const best = open.find(({ mode }) => mode === "raw") ?? open.find(({ mode }) => mode === "any");
  if (best === undefined && (method === undefined || !READING.has(method)))
    return no("method", first.by);
  const { mode, by } = best ?? first;
  return { isAllowed: true, mode, of, by };
}

/** Whether a rule names a network in which an address lies, at that port: then a name may lead there. */
export function isNamedAddress(address: string, port: number, { allow }: EgressRules): boolean {
  return allow.some(
    ({ target, ports }) =>
      target.kind === "network" &&
      (ports ?? WEB_PORTS).includes(port) &&
      isInNetwork(address, target.network),
  );
}
