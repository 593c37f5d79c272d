// Which requests the effects of a judged call cover at an interface that a table knows: everything else is no part of what was judged.
import { REGISTRY_HOSTS } from "#base/registry-hosts.ts";
import type { Effect } from "../../vocabulary/effect.ts";
import { GITHUB } from "./github-requests.ts";
import { mutatedFields } from "./graphql-operations.ts";
import { OTHERS } from "./other-requests.ts";
import type { Api, RequestKind, RequestRow } from "./request-row.ts";

/** What a call was judged to do at interfaces: words of programs as tables have them, and methods that it names itself. */
export type CoveredRequests = {
  readonly verbs: ReadonlySet<string>;
  /** With the host that it is for, or without one where a program of a forge means its own. */
  readonly methods: ReadonlySet<string>;
};

/** A request as it was asked. `base`: where the interface begins below its host. */
export type AskedRequest = {
  readonly api: Api;
  readonly host?: string;
  readonly method: string;
  readonly target: string;
  readonly base?: string;
};

/** `body`: what it does is said in there alone. `refused`: in words of the tables, with nothing that the call wrote. */
export type RequestJudgement =
  | { readonly kind: "passes" | "body" }
  | { readonly kind: "refused"; readonly what: string };

/** All tables, for who looks at them as data. */
export const REQUEST_TABLES = [...GITHUB, ...OTHERS];

const METHODS = /^(?:get|head|post|put|patch|delete)$/i;
const SEGMENTS_MAX = 64;
const PASSES = { kind: "passes" } as const;

/** Hosts whose interface is known by their name. */
const APIS: Readonly<Record<string, Api>> = {
  ...{ "api.github.com": "github", "uploads.github.com": "github", "github.com": "git" },
  "gitlab.com": "gitlab",
  ...Object.fromEntries(REGISTRY_HOSTS.npm.map((host) => [host, "npm"] as const)),
  "npm.pkg.github.com": "npm",
  ...{ "registry-1.docker.io": "registry", "auth.docker.io": "registry", "ghcr.io": "registry" },
  "quay.io": "registry",
};

/** The interface of a host; undefined for one of which there is no table. */
export function apiOf(host: string): Api | undefined {
  return Object.hasOwn(APIS, host) ? APIS[host] : undefined;
}

/** What the effects of a call cover. */
export function coveredRequests(effects: readonly Effect[]): CoveredRequests {
  const verbs = new Set<string>();
  const methods = new Set<string>();
  const add = (verb: string, options: readonly string[] = []): void => {
    const method = verb.replace(/^api /, "");
    if (method !== verb && METHODS.test(method)) methods.add(method.toUpperCase());
    verbs.add(verb);
    for (const option of options) verbs.add(`${verb} --${option}`);
  };
  for (const effect of effects) {
    if (effect.kind === "egress" && effect.verb !== undefined) {
      const { verb, destination } = effect;
      if (METHODS.test(verb)) methods.add(`${verb.toUpperCase()} ${destination.host}`);
      else add(verb);
    }
    if (effect.kind === "deploy") add(effect.operation);
    if (effect.kind !== "publish") continue;
    const { forge, verb, channel } = effect;
    if (forge !== undefined) add(forge.verb, forge.options);
    else if (verb !== undefined) add(verb);
    else if (channel === "package") add("publish");
    else if (channel === "release") add("push");
  }
  return { verbs, methods };
}

/** Judges a request; `body` is given once it was asked for. */
export function judgedRequest(
  covered: CoveredRequests,
  asked: AskedRequest,
  body?: string,
): RequestJudgement {
  const { method } = asked;
  const path = segmentsOf(asked);
  if (path === undefined) return refused(`${named(method)} to an address that reads in two ways`);
  const api = asked.api === "gitlab" && path[0] !== "api" ? "git" : asked.api;
  if (isGraphql(api, path)) return graphqlJudgement(covered, { asked, api, body });
  const row = rowsOf(api).find((one) => one.method === method && fits(one.path, path));
  const kind = row?.kind ?? (/^(?:GET|HEAD|OPTIONS)$/.test(method) ? "read" : undefined);
  if (kind === "read" && !asksToPush(api, asked.target)) return PASSES;
  if (namesMethod(covered, asked, api)) return PASSES;
  if (row?.verbs.some((verb) => covered.verbs.has(verb)) === true) return PASSES;
  if (kind === "read") return refused("a push over https");
  return refused(row === undefined ? `${named(method)} that no table knows` : inWords(row));
}

/** WHY by the query: with that address git asks for the references before it pushes. */
function asksToPush(api: Api, target: string): boolean {
  return api === "git" && /[?&]service=git-receive-pack\b/.test(target);
}

/** Whether the call names the method itself. WHY not of git's own: what is pushed is judged elsewhere. */
function namesMethod({ methods }: CoveredRequests, asked: AskedRequest, api: Api): boolean {
  const { method, host } = asked;
  if (api === "git") return false;
  const isForge = api === "github" || api === "gitlab";
  return (isForge && methods.has(method)) || methods.has(`${method} ${host}`);
}

function graphqlJudgement(
  covered: CoveredRequests,
  {
    asked,
    api,
    body,
  }: { readonly asked: AskedRequest; readonly api: Api; readonly body: string | undefined },
): RequestJudgement {
  // WHY no query in the address: a server may take what stands there for the one in the body.
  if (asked.method !== "POST" || asked.target.includes("?"))
    return refused("a request of GraphQL that is no plain POST");
  if (body === undefined) return { kind: "body" };
  const fields = mutatedFields(body);
  if (fields === undefined) return refused("a request of GraphQL that cannot be read");
  for (const field of fields) {
    const row = rowsOf(api).find((one) => one.method === "mutation" && one.path === field);
    const isCovered =
      namesMethod(covered, asked, api) ||
      row?.verbs.some((verb) => covered.verbs.has(verb)) === true;
    if (!isCovered)
      return refused(row === undefined ? "a mutation that no table knows" : inWords(row));
  }
  return PASSES;
}

function isGraphql(api: Api, [first, second, ...more]: readonly string[]): boolean {
  if (api === "github") return first === "graphql" && second === undefined;
  return api === "gitlab" && first === "api" && second === "graphql" && more.length === 0;
}

/** Segments of a path, decoded; undefined for one that servers may read otherwise than it is read here. */
function segmentsOf({ target, base = "/" }: AskedRequest): readonly string[] | undefined {
  const [path = ""] = target.split("?");
  const below = path.startsWith(base) ? path.slice(base.length) : path.slice(1);
  const words = below.replace(/\/$/, "").split("/");
  if (words.length > SEGMENTS_MAX || /[\\#;]/.test(path)) return undefined;
  const segments: string[] = [];
  for (const word of words) {
    const plain = decoded(word);
    if (plain === undefined || (plain === "" && words.length > 1)) return undefined;
    if (/(?:^|\/)\.{1,2}(?:\/|$)|[^ -$&-[\]-~]/.test(plain)) return undefined;
    segments.push(plain);
  }
  return segments;
}

function decoded(word: string): string | undefined {
  try {
    return decodeURIComponent(word);
  } catch {
    return undefined;
  }
}

function fits(pattern: string, path: readonly string[]): boolean {
  const parts = pattern.slice(1).split("/");
  const at = parts.indexOf("**");
  const isOne = (part: string | undefined, word: string | undefined): boolean =>
    word !== undefined && (part === "*" || part === word);
  if (at < 0) return parts.length === path.length && parts.every((part, n) => isOne(part, path[n]));
  const after = parts.slice(at + 1);
  return (
    path.length >= parts.length &&
    parts.slice(0, at).every((part, n) => isOne(part, path[n])) &&
    after.every((part, n) => isOne(part, path[path.length - after.length + n]))
  );
}

function rowsOf(api: Api): readonly RequestRow[] {
  return REQUEST_TABLES.flatMap((table) => (table.api === api ? table.rows : []));
}

const KIND_WORDS: Readonly<Record<RequestKind, string>> = {
  ...{ read: "which changes nothing", write: "which changes something there" },
  ...{ publish: "which others see", delete: "which takes something away" },
};

function inWords({ method, path, kind }: RequestRow): string {
  return `\`${method} ${path}\`, ${KIND_WORDS[kind]}`;
}

/** WHY no other words: a method is the call's own. */
function named(method: string): string {
  return METHODS.test(method) ? `a \`${method}\`` : "a request of an unusual method";
}

function refused(what: string): RequestJudgement {
  return { kind: "refused", what };
}
