// Which requests the effects of a judged call cover at an interface that a table knows: everything else is no part of what was judged.
import { REGISTRY_HOSTS } from "#base/registry-hosts.ts";
import { ANY_SEGMENT, type Effect, type Subjects } from "../../vocabulary/effect.ts";
import { isOfAccount, isThing } from "../../vocabulary/account-things.ts";
import { isObject, type JsonRecord } from "#base/json.ts";
import { GITHUB } from "./github-requests.ts";
import { mutatedFields } from "./graphql-operations.ts";
import { madeBy } from "./made-things.ts";
import { OTHERS } from "./other-requests.ts";
import type { Api, RequestKind, RequestRow } from "./request-row.ts";

/** What a call was judged to do at interfaces: words of programs as tables have them, and methods that it names itself. */
export type CoveredRequests = {
  readonly verbs: ReadonlyMap<string, Covered>;
  /** With the host that it is for, or without one where a program of a forge means its own. */
  readonly methods: ReadonlyMap<string, Covered>;
};

/** What of it: `any` where nobody could tell what the call is about. */
type Covered = "any" | ReadonlySet<string>;

/** A request as it was asked. `base`: where the interface begins below its host. */
export type AskedRequest = {
  readonly api: Api;
  readonly host?: string;
  readonly method: string;
  readonly target: string;
  readonly base?: string;
};

/** A query of GraphQL, with the values for its variables. */
export type AskedQuery = { readonly text: string; readonly variables: unknown };

/**
 * `body`: what it does is said in there alone. `whose`: it names things by ids; asked again with `owners`, the repositories that they belong to.
 * `refused`: in words of the tables, with nothing that the call wrote.
 */
export type RequestJudgement =
  | { readonly kind: "passes" | "body" }
  | { readonly kind: "whose"; readonly api: Api; readonly ids: readonly string[] }
  | { readonly kind: "refused"; readonly what: string };

/** What is known beside the first line of a request. */
export type KnownOfRequest = {
  readonly query?: AskedQuery;
  /** All of a body of JSON. */
  readonly body?: JsonRecord;
  /** Repositories by id; those that nobody could tell are missing. */
  readonly owners?: ReadonlyMap<string, string>;
};

/** All tables, for who looks at them as data. */
export const REQUEST_TABLES = [...GITHUB, ...OTHERS];

const METHODS = /^(?:get|head|post|put|patch|delete)$/i;
const SEGMENTS_MAX = 64;
const PASSES = { kind: "passes" } as const;

/** Hosts whose interface is known by their name. */
const APIS: Readonly<Record<string, Api>> = {
  "api.github.com": "github",
  "uploads.github.com": "github",
  "github.com": "git",
  "gitlab.com": "gitlab",
  ...Object.fromEntries(REGISTRY_HOSTS.npm.map((host) => [host, "npm"] as const)),
  "npm.pkg.github.com": "npm",
  "registry-1.docker.io": "registry",
  "auth.docker.io": "registry",
  "ghcr.io": "registry",
  "quay.io": "registry",
};

/** The interface of a host; undefined for one of which there is no table. */
export function apiOf(host: string): Api | undefined {
  return Object.hasOwn(APIS, host) ? APIS[host] : undefined;
}

/** What the effects of a call cover. */
export function coveredRequests(effects: readonly Effect[]): CoveredRequests {
  const verbs = new Map<string, Covered>();
  const methods = new Map<string, Covered>();
  const add = (
    verb: string,
    about: Subjects | undefined,
    options: readonly string[] = [],
  ): void => {
    const method = verb.replace(/^api /, "");
    if (method !== verb && METHODS.test(method)) cover(methods, method.toUpperCase(), about);
    for (const one of [verb, ...options.map((option) => `${verb} --${option}`)])
      cover(verbs, one, about);
  };
  for (const effect of effects) {
    if (effect.kind === "egress" && effect.verb !== undefined) {
      const { verb, destination, subjects } = effect;
      if (METHODS.test(verb)) cover(methods, `${verb.toUpperCase()} ${destination.host}`, subjects);
      else add(verb, subjects);
    }
    if (effect.kind === "deploy") add(effect.operation, effect.subjects);
    if (effect.kind !== "publish") continue;
    const { forge, verb, channel, subjects } = effect;
    if (forge !== undefined) add(forge.verb, subjects, forge.options);
    else if (verb !== undefined) add(verb, subjects);
    else if (channel === "package") add("publish", subjects);
    else if (channel === "release") add("push", subjects);
  }
  return { verbs, methods };
}

function cover(all: Map<string, Covered>, name: string, about: Subjects | undefined): void {
  const before = all.get(name) ?? new Set();
  const isAny = about === undefined || before === "any";
  // Paths are not the same in other letters; names are.
  const said = (one: string): string =>
    one.startsWith("/") || isOfAccount(one) ? one : one.toLowerCase();
  all.set(name, isAny ? "any" : new Set([...before, ...about.map(said)]));
}

/** Judges a request by its first line; what else has to be known of it is given once it was asked for. */
export function judgedRequest(
  covered: CoveredRequests,
  asked: AskedRequest,
  known: KnownOfRequest = {},
): RequestJudgement {
  const { method } = asked;
  const path = segmentsOf(asked);
  if (path === undefined) return refused(`${named(method)} to an address that reads in two ways`);
  const api = asked.api === "gitlab" && path[0] !== "api" ? "git" : asked.api;
  if (isGraphql(api, path)) return graphqlJudgement(covered, { asked, api, path, known });
  const row = rowsOf(api).find((one) => one.method === method && fits(one.path, path));
  const kind = row?.kind ?? (/^(?:GET|HEAD|OPTIONS)$/.test(method) ? "read" : undefined);
  if (kind === "read" && !asksToPush(api, asked.target)) return PASSES;
  const naming = namingRequest(covered, { asked, api, path });
  if (naming.length > 0) return thingsJudgement(naming, { asked, path, row, known }) ?? PASSES;
  if (kind === "read") return refused("a push over https");
  const about = subjectsOf(covered, row);
  if (row === undefined) return refused(`${named(method)} that no table knows`);
  if (about.length === 0) return refused(inWords(row));
  const judgement = thingsJudgement(about, { asked, path, row, known });
  if (judgement !== undefined) return judgement;
  const subject = subjectOf(api, path, asked.host);
  if (subject === undefined || about.some((one) => isAbout(one, subject))) return PASSES;
  // A project of GitLab has a number as well.
  if (api !== "gitlab" || !/^\d{1,20}$/.test(subject)) return refused(elsewhere(api, row));
  return ownedJudgement(about, { api, ids: [subject], row, owners: known.owners });
}

/** What the call was judged to do a row to; several for each of its words, none where it was not judged to. */
function subjectsOf({ verbs }: CoveredRequests, row: RequestRow | undefined): readonly Covered[] {
  return (row?.verbs ?? []).flatMap((verb) => verbs.get(verb) ?? []);
}

function isAbout(covered: Covered, subject: string): boolean {
  const name = subject.toLowerCase();
  if (covered === "any" || covered.has(name)) return true;
  return [...covered].some((one) => one.endsWith("/") && name.startsWith(one));
}

/**
 * Whether what a request makes or changes of the account's own is what the call names; undefined where nothing is against it. WHY one covering
 * that names no such thing is enough: nobody could tell what it is about.
 */
function thingsJudgement(
  about: readonly Covered[],
  {
    asked,
    path,
    row,
    known,
  }: {
    readonly asked: AskedRequest;
    readonly path: readonly string[];
    readonly row: RequestRow | undefined;
    readonly known: KnownOfRequest;
  },
): RequestJudgement | undefined {
  const made = row === undefined ? undefined : madeBy(row);
  if (row === undefined || made === undefined) return undefined;
  const named = about.map((one) => (one === "any" ? [] : [...one].filter(isOfAccount)));
  if (named.some((things) => things.length === 0)) return undefined;
  if (made.reads === "body" && known.body === undefined) return { kind: "body" };
  // WHY none in the address: a server may take what stands there for what is in the body.
  const isPlain = made.reads === "path" || !asked.target.includes("?");
  const things = isPlain ? made.of({ path, body: known.body ?? {} }) : undefined;
  if (things === undefined) return refused(`${inWords(row)}, in a form that cannot be read`);
  const isNamed = things.every((asks) => named.flat().some((one) => isThing(one, asks)));
  return isNamed ? undefined : refused(`${inWords(row)}, of another kind than the call names`);
}

/** What a request is about, as effects name it; undefined for what belongs to whoever is logged in. */
function subjectOf(api: Api, path: readonly string[], host = ""): string | undefined {
  const [first, second = "", third = "", fourth = ""] = path;
  switch (api) {
    case "github":
      if (first === "orgs") return second;
      return first === "repos" ? `${second}/${third}` : undefined;
    case "gitlab":
      return third === "projects" && fourth !== "" ? fourth : undefined;
    case "npm":
      if (first !== "-") return first;
      return path.includes("package") && second !== "team"
        ? path[path.indexOf("package") + 1]
        : undefined;
    case "registry": {
      const end = path.findLastIndex((one) => one === "blobs" || one === "manifests");
      return `${host}/${path.slice(1, end).join("/")}`;
    }
    case "git":
      return undefined;
    default:
      return api satisfies never;
  }
}

function ownedJudgement(
  about: readonly Covered[],
  {
    api,
    ids,
    row,
    owners,
  }: {
    readonly api: Api;
    readonly ids: readonly string[];
    readonly row: RequestRow;
    readonly owners: KnownOfRequest["owners"];
  },
): RequestJudgement {
  if (about.includes("any")) return PASSES;
  if (owners === undefined) return { kind: "whose", api, ids };
  const isOwn = ids.every((id) => {
    const owner = owners.get(id);
    return owner !== undefined && about.some((one) => isAbout(one, owner));
  });
  return isOwn ? PASSES : refused(elsewhere(api, row));
}

/** WHY by the query: with that address git asks for the references before it pushes. */
function asksToPush(api: Api, target: string): boolean {
  return api === "git" && /[?&]service=git-receive-pack\b/.test(target);
}

type Placed = {
  readonly asked: AskedRequest;
  readonly api: Api;
  readonly path: readonly string[];
};

/** Where the call names the method and the path itself. WHY not of git's own: what is pushed is judged elsewhere. */
function namingRequest(
  { methods }: CoveredRequests,
  { asked, api, path }: Placed,
): readonly Covered[] {
  const { method, host, base = "/" } = asked;
  if (api === "git") return [];
  const isForge = api === "github" || api === "gitlab";
  const all = [...(isForge ? [method] : []), `${method} ${host}`].flatMap(
    (name) => methods.get(name) ?? [],
  );
  const whole = [...base.split("/").filter((one) => one !== ""), ...path];
  return all.filter((one) => one === "any" || [...one].some((named) => isPath(named, whole)));
}

/** Whether a path that a call names is this one. */
function isPath(named: string, path: readonly string[]): boolean {
  if (!named.startsWith("/")) return false;
  const words = named.slice(1).replace(/\/$/, "").split("/");
  return (
    words.length === path.length &&
    words.every((word, at) => word === ANY_SEGMENT || decoded(word) === path[at])
  );
}

function graphqlJudgement(
  covered: CoveredRequests,
  { asked, api, path, known }: Placed & { readonly known: KnownOfRequest },
): RequestJudgement {
  // WHY no query in the address: a server may take what stands there for the one in the body.
  if (asked.method !== "POST" || asked.target.includes("?"))
    return refused("a request of GraphQL that is no plain POST");
  const { query, owners } = known;
  if (query === undefined) return { kind: "body" };
  const fields = mutatedFields(query.text);
  if (fields === undefined) return refused("a request of GraphQL that cannot be read");
  if (fields.length === 0 || namingRequest(covered, { asked, api, path }).length > 0) return PASSES;
  const asking = new Set<string>();
  for (const { name, input } of fields) {
    const row = rowsOf(api).find((one) => one.method === "mutation" && one.path === name);
    const about = subjectsOf(covered, row);
    if (row === undefined) return refused("a mutation that no table knows");
    if (about.length === 0) return refused(inWords(row));
    if (about.includes("any")) continue;
    const values = input === undefined ? undefined : valueOf(query.variables, input);
    const body = isObject(values) ? values : undefined;
    const made = thingsJudgement(about, {
      asked,
      path,
      row,
      known: body === undefined ? {} : { body },
    });
    if (made !== undefined) return made.kind === "refused" ? made : refused(elsewhere(api, row));
    if (OF_PERSONS.has(name)) continue;
    const ids = idsIn(name, values);
    if (ids === undefined) return refused(elsewhere(api, row));
    const judgement = ownedJudgement(about, { api, ids, row, owners });
    if (judgement.kind === "whose") for (const id of ids) asking.add(id);
    else if (judgement.kind !== "passes") return judgement;
  }
  return asking.size === 0 ? PASSES : { kind: "whose", api, ids: [...asking] };
}

/** Mutations of what belongs to a person or an organization, and to no repository. */
const OF_PERSONS: ReadonlySet<string> = new Set([
  ...["addProjectV2ItemById", "deleteProjectV2Item", "addProjectV2DraftIssue"],
  ...["updateProjectV2DraftIssue", "updateProjectV2ItemFieldValue", "clearProjectV2ItemFieldValue"],
  ...["createProjectV2", "updateProjectV2", "deleteProjectV2"],
  ...["createRepository", "cloneTemplateRepository"],
]);

/** Keys of an input that say what is changed. */
const CHANGED = [
  ...["repositoryId", "pullRequestId", "issueId", "subjectId", "labelableId", "assignableId"],
  "lockableId",
];

/** Ids of all that a mutation changes; undefined where it does not say so, or not in a way that is read here. */
function idsIn(mutation: string, input: unknown): readonly string[] | undefined {
  const keys = /^updateIssue(?:Comment)?$/.test(mutation) ? ["id"] : CHANGED;
  const ids = keys.map((key) => valueOf(input, key)).filter((id) => id !== undefined);
  const known = ids.filter((id) => typeof id === "string" && /^[\w=+/.-]{1,200}$/.test(id));
  return known.length === ids.length && ids.length > 0 ? (known as string[]) : undefined;
}

function valueOf(of: unknown, key: string): unknown {
  const record = Object(of) as Readonly<Record<string, unknown>>;
  return Object.hasOwn(record, key) ? record[key] : undefined;
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
  read: "which changes nothing",
  write: "which changes something there",
  publish: "which others see",
  delete: "which takes something away",
};

function inWords({ method, path, kind }: RequestRow): string {
  return `\`${method} ${path}\`, ${KIND_WORDS[kind]}`;
}

const SUBJECT_WORDS: Readonly<Record<Api, string>> = {
  github: "another repository",
  gitlab: "another project",
  npm: "another package",
  registry: "another image",
  git: "another repository",
};

function elsewhere(api: Api, row: RequestRow): string {
  return `${inWords(row)}, of ${SUBJECT_WORDS[api]} than the call names`;
}

/** WHY no other words: a method is the call's own. */
function named(method: string): string {
  return METHODS.test(method) ? `a \`${method}\`` : "a request of an unusual method";
}

function refused(what: string): RequestJudgement {
  return { kind: "refused", what };
}
