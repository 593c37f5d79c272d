// Which repository a thing belongs to that a request names by an id alone: what is asked for that, and how the answer is read.
import { isObject, readJson } from "#base/json.ts";
import type { Api } from "./request-row.ts";

/** A request that changes nothing. */
export type OwnerQuestion = {
  readonly method: string;
  readonly target: string;
  readonly body?: string;
};

/** What tells `owner/name` of each (https://docs.github.com/en/graphql/reference/interfaces#repositorynode). */
const OWNERS =
  "query($ids:[ID!]!){nodes(ids:$ids){id ...on Repository{nameWithOwner} ...on RepositoryNode{repository{nameWithOwner}}}}";
const IDS_MAX = 50;

/** What to ask about these ids; undefined where no such question is known, or for too many. */
export function ownerQuestion(api: Api, ids: readonly string[]): OwnerQuestion | undefined {
  if (ids.length === 0 || ids.length > IDS_MAX) return undefined;
  if (api === "github")
    return {
      method: "POST",
      target: "/graphql",
      body: JSON.stringify({ query: OWNERS, variables: { ids } }),
    };
  const [id = "", ...others] = ids;
  // https://docs.gitlab.com/api/projects/#get-a-single-project
  return api === "gitlab" && others.length === 0 && /^\d{1,20}$/.test(id)
    ? { method: "GET", target: `/api/v4/projects/${id}` }
    : undefined;
}

/** Repositories by id, as an answer to that question tells them; those that it does not tell are missing. */
export function ownersIn(
  api: Api,
  ids: readonly string[],
  answer: string,
): ReadonlyMap<string, string> {
  const found = readJson(answer);
  const owners = new Map<string, string>();
  const note = (id: string | undefined, name: unknown): void => {
    if (id !== undefined && typeof name === "string") owners.set(id, name);
  };
  if (!isObject(found)) return owners;
  if (api === "gitlab") {
    if (String(found["id"]) === ids[0]) note(ids[0], found["path_with_namespace"]);
    return owners;
  }
  const nodes = isObject(found["data"]) ? found["data"]["nodes"] : undefined;
  if (!Array.isArray(nodes) || nodes.length !== ids.length) return owners;
  for (const [at, node] of nodes.entries()) {
    if (!isObject(node)) continue;
    const repository = isObject(node["repository"]) ? node["repository"] : node;
    note(ids[at], repository["nameWithOwner"]);
  }
  return owners;
}
