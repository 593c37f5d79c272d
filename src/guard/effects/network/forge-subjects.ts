// What a call of gh or glab is about: repositories that it names, those of the project where it names none, and paths of the interface.
import { knownPrefix, type Text, textOf } from "../../shell/values/text.ts";
import { ANY_SEGMENT, type Subjects } from "../../vocabulary/effect.ts";
import type { ModelContext } from "../model/command-model.ts";
import type { VerbCall } from "../model/verbs.ts";
import { thingsOfApi } from "./forge-things.ts";
import { pathOf } from "./url-paths.ts";

const VARIABLES: Readonly<Record<string, string>> = { gh: "GH_REPO", glab: "GITLAB_REPO" };
const NAME = /^[\w.-]+(?:\/[\w.-]+)+$/;
const REMOTES_MAX = 32;

/** Verbs whose operands are repositories. Of a transfer it is the second. */
const OF_REPOSITORIES =
  /^(?:repo (?:edit|delete|archive|unarchive|fork|sync|create)|issue transfer)$/;

/** An address at a forge. */
const PAGE = /^https:\/\/(?:github|gitlab)\.com\//i;

/**
 * Repositories, and owners where the call is about what they have. WHY those of the project where a word is not known: what is asked for
 * most often is one of them, and any other one has to be named.
 */
export function subjectsOf(call: VerbCall, context: ModelContext): Subjects {
  const owners = call.values("--org", "--group", "-g").flatMap((word) => textOf(word) ?? []);
  const options = call.values("-R", "--repo", "--repos").flatMap(listed);
  const isOf = OF_REPOSITORIES.test(call.verb);
  const operands = call.words
    .map((word, at) => ({
      text: textOf(word) ?? "",
      // WHY: behind an option it may be the value of that, a comment or a description.
      isSure: textOf(call.words[at - 1] ?? [])?.startsWith("-") !== true,
    }))
    .filter(({ text }) => PAGE.test(text) || (isOf && /^[^-].*\//.test(text)))
    .map(({ text, isSure }) => ({ name: repositoryOf(text), isSure }));
  const named = [...options.map((name) => ({ name, isSure: true })), ...operands];
  const known = named.flatMap(({ name }) => name ?? []);
  // The owner of a repository that is made.
  if (call.verb === "repo create") owners.push(...known.map((one) => one.split("/")[0] ?? ""));
  // An issue is moved from a repository to the one that is named.
  const isWhole =
    named.some(({ isSure }) => isSure) &&
    named.every(({ name, isSure }) => name !== undefined || !isSure) &&
    call.verb !== "issue transfer";
  return [...new Set([...known, ...owners, ...(isWhole ? [] : ownRepositories(call, context))])];
}

/** Repositories of a list of an option. */
function listed(word: Text): readonly (string | undefined)[] {
  return (textOf(word) ?? "?").split(",").map((one) => repositoryOf(one.replace(/^=/, "")));
}

/** What is meant where a call names none: what a variable says, else the remotes of the project. */
function ownRepositories({ name }: VerbCall, context: ModelContext): readonly string[] {
  const said = context.variable(VARIABLES[name] ?? "")?.map((text) => textOf(text) ?? "");
  const named = (said ?? []).filter((one) => one !== "").map((one) => repositoryOf(one));
  if (named.length > 0 && named.every((one) => one !== undefined)) return named;
  const repository = context.git(undefined);
  if (typeof repository !== "object") return [];
  const urls = [...repository.remotes.values()].flatMap((one) => one.split("\n"));
  return urls.slice(0, REMOTES_MAX).flatMap((url) => repositoryOf(url) ?? []);
}

/** `owner/name`, also with groups in between, of a name, with a host before it or not, or of an address. */
function repositoryOf(word: string): string | undefined {
  const isAddress = /^[a-z+]+:\/\//i.test(word);
  const path = isAddress
    ? word.replace(/^[a-z+]+:\/\/[^/]+\//i, "")
    : word.replace(/^[^/:]+:\/?(?=[^/])/, "").replace(/^(?:[\w-]+\.)+[a-z]{2,}\/(?=[^/]+\/)/i, "");
  const [whole = ""] = path.split(/[?#]|\/-\//);
  const plain = whole.replace(/\/$/, "").replace(/\.git$/, "");
  // A page of the repository: `owner/name/pull/7`.
  const name = plain.replace(
    /^([^/]+\/[^/]+)\/(?:pull|pulls|issues|releases|actions|discussions|tree|commit)\/.*$/,
    "$1",
  );
  return name.length <= 200 && NAME.test(name) ? name : undefined;
}

/** Paths of the interface that a call of `api` asks for. */
export function apiPaths(call: VerbCall, context: ModelContext): Subjects {
  const own = ownRepositories(call, context);
  const [endpoint] = endpointsOf(call.words);
  if (endpoint === undefined) return [];
  const path = pathOf(endpoint);
  if (call.name === "glab") return ofGitlab(path, own);
  return [...ofGithub(path, own), ...thingsOfApi(call, path)];
}

const WITH_VALUE =
  /^(?:-[XfFHpqt]|--(?:method|field|raw-field|input|header|preview|jq|template|hostname|cache))$/;

/** Words of the call that are no options, and no values of one. */
function endpointsOf(words: readonly Text[]): readonly Text[] {
  return words.filter(
    (word, at) =>
      !WITH_VALUE.test(textOf(words[at - 1] ?? []) ?? "") && !knownPrefix(word).startsWith("-"),
  );
}

/** What gh puts in for the repository at hand. */
const AT_HAND = /\{(?:owner|repo)\}|(?<=\/):(?:owner|repo)(?=\/|$)/g;

/**
 * WHY the project's own where a part of a repository's name is not known: a script asks what the repository at hand is called, and goes by the
 * answer, which may be a whole name.
 */
function ofGithub(path: string, own: readonly string[]): Subjects {
  const [first, owner = "", name = "", ...rest] = path
    .replace(AT_HAND, ANY_SEGMENT)
    .slice(1)
    .split("/");
  if (first !== "repos" || (owner !== ANY_SEGMENT && name !== ANY_SEGMENT)) return [path];
  const fitting = own.filter((one) => {
    const [itsOwner, itsName] = one.toLowerCase().split("/");
    const isNamed = (word: string, its: string | undefined): boolean =>
      word === ANY_SEGMENT || word.toLowerCase() === its;
    return isNamed(owner, itsOwner) && isNamed(name, itsName);
  });
  const asWhole = owner === ANY_SEGMENT && name !== ANY_SEGMENT ? own : [];
  return [
    ...fitting.map((one) => ["/repos", one, ...rest].join("/")),
    ...asWhole.map((one) => ["/repos", one, ...(name === "" ? [] : [name]), ...rest].join("/")),
  ];
}

/** As glab names the project at hand. */
const PROJECT_AT_HAND = /^\/api\/v4\/projects\/(?::fullpath|:id|\\)(?=\/|$)/;

function ofGitlab(path: string, own: readonly string[]): Subjects {
  if (path === "/graphql") return ["/api/graphql"];
  const whole = path.startsWith("/api/") ? path : `/api/v4${path}`;
  if (!PROJECT_AT_HAND.test(whole)) return [whole];
  return own.map((one) =>
    whole.replace(PROJECT_AT_HAND, () => `/api/v4/projects/${encodeURIComponent(one)}`),
  );
}
