// What a request makes or changes of the login's own account, read from its path and its body: a row alone does not say which gist or key it is.
import { isObject } from "#base/json.ts";
import { type KeyUse, keyItself, thing } from "../../vocabulary/account-things.ts";
import type { RequestRow } from "./request-row.ts";

/** `body` is what was sent, read from JSON. */
type Made = {
  readonly reads: "path" | "body";
  readonly of: (request: {
    readonly path: readonly string[];
    readonly body: Readonly<Record<string, unknown>>;
  }) => readonly string[] | undefined;
};

const FILES_MAX = 300;

/** By the row's own words. What is not here is told by its path, as `covered-requests.ts` reads that. */
const MADE: Readonly<Record<string, Made>> = {
  "POST /gists": {
    reads: "body",
    of: ({ body }) => filesOf(body, mayBeTrue(body["public"]) ? "public" : "secret"),
  },
  ...ofPath(1, "gist", ["PATCH /gists/*", "POST /gists/*", "DELETE /gists/*"]),
  "POST /user/keys": key("login"),
  "POST /user/ssh_signing_keys": key("signing"),
  "POST /user/gpg_keys": key("gpg", "armored_public_key"),
  ...ofPath(2, "key", ["DELETE /user/keys/*", "DELETE /user/ssh_signing_keys/*"]),
  "POST /repos/*/*/keys": {
    reads: "body",
    of: ({ body }) => keyIn(body, body["read_only"] === true ? "deploy-read" : "deploy-write"),
  },
  ...ofPath(4, "key", ["DELETE /repos/*/*/keys/*"]),
  "POST /user/repos": { reads: "body", of: ({ body }) => repositoryIn(body) },
  "POST /orgs/*/repos": { reads: "body", of: ({ body }) => repositoryIn(body) },
  "mutation createRepository": { reads: "body", of: ({ body }) => repositoryIn(body) },
  "mutation cloneTemplateRepository": { reads: "body", of: ({ body }) => repositoryIn(body) },
  "PATCH /repos/*/*": { reads: "body", of: ({ body }) => changedIn(body) },
  "mutation updateRepository": { reads: "body", of: ({ body }) => changedIn(body) },
  // GitLab.
  "POST /api/v4/user/keys": {
    reads: "body",
    of: ({ body }) => keyIn(body, GITLAB_USES[wordOf(body["usage_type"] ?? "auth_and_signing")]),
  },
  ...ofPath(4, "key", ["DELETE /api/v4/user/keys/*"]),
  "POST /api/v4/user/gpg_keys": key("gpg"),
  "POST /api/v4/projects/*/deploy_keys": {
    reads: "body",
    of: ({ body }) => keyIn(body, mayBeTrue(body["can_push"]) ? "deploy-write" : "deploy-read"),
  },
  ...ofPath(5, "key", ["DELETE /api/v4/projects/*/deploy_keys/*"]),
  "POST /api/v4/projects": {
    reads: "body",
    of: ({ body }) =>
      repositoryIn({ visibility: "private", ...body, name: body["name"] ?? body["path"] }),
  },
  "POST /api/v4/snippets": { reads: "body", of: ({ body }) => snippetIn(body) },
  "POST /api/v4/projects/*/snippets": { reads: "body", of: ({ body }) => snippetIn(body) },
  "POST /api/v4/projects/*/access_tokens": token("project"),
  "POST /api/v4/groups/*/access_tokens": token("group"),
  "POST /api/v4/users/*/personal_access_tokens": token("user"),
  "POST /api/v4/user/personal_access_tokens": token("user"),
  // npm.
  "POST /-/npm/v1/tokens": {
    reads: "body",
    of: ({ body }) => [thing("token", "npm", body["readonly"] === true ? "read-only" : "full")],
  },
  ...ofUser(),
};

/** Names of all rows that are here. */
export const MADE_ROWS = Object.keys(MADE);

const GITLAB_USES: Readonly<Record<string, KeyUse | undefined>> = {
  auth: "login",
  signing: "signing",
  auth_and_signing: "both",
};

/** What is read of a request of this row; undefined where its path says all. */
export function madeBy({ method, path }: RequestRow): Made | undefined {
  const name = `${method} ${path}`;
  return Object.hasOwn(MADE, name) ? MADE[name] : undefined;
}

function ofPath(at: number, kind: "gist" | "key", rows: readonly string[]): Record<string, Made> {
  const how = kind === "gist" ? "existing" : "gone";
  const made: Made = { reads: "path", of: ({ path }) => [thing(kind, how, path[at])] };
  return Object.fromEntries(rows.map((row) => [row, made]));
}

function ofUser(): Record<string, Made> {
  const made: Made = { reads: "path", of: () => [thing("secret", "user")] };
  const rows = ["actions", "dependabot", "codespaces"].flatMap((app) =>
    ["PUT", "DELETE"].map((method) => [`${method} /user/${app}/secrets/*`, made] as const),
  );
  return Object.fromEntries(rows);
}

function token(whose: string): Made {
  return {
    reads: "body",
    of({ body: { scopes } }) {
      const all = Array.isArray(scopes) ? scopes : [scopes];
      return all.every((one) => typeof one === "string")
        ? [thing("token", whose, all.join().split(",").toSorted().join())]
        : undefined;
    },
  };
}

function key(use: KeyUse, field = "key"): Made {
  return { reads: "body", of: ({ body }) => keyIn(body, use, field) };
}

function keyIn(
  body: Readonly<Record<string, unknown>>,
  use: KeyUse | undefined,
  field = "key",
): readonly string[] | undefined {
  const text = body[field];
  return typeof text === "string" && use !== undefined
    ? [thing("key", use, keyItself(text))]
    : undefined;
}

function filesOf(
  { files }: Readonly<Record<string, unknown>>,
  seen: string,
): readonly string[] | undefined {
  const names = isObject(files) ? Object.keys(files) : [];
  return names.length === 0 || names.length > FILES_MAX
    ? undefined
    : names.map((name) => thing("gist", seen, name));
}

function snippetIn({
  files,
  file_name,
  visibility = "private",
}: Readonly<Record<string, unknown>>): readonly string[] | undefined {
  const names = Array.isArray(files)
    ? files.map((one: unknown) => (isObject(one) ? one["file_path"] : undefined))
    : [file_name];
  const isKnown = names.length > 0 && names.length <= FILES_MAX;
  return isKnown && names.every((one) => typeof one === "string")
    ? names.map((one) => thing("gist", String(visibility), one))
    : undefined;
}

function repositoryIn(body: Readonly<Record<string, unknown>>): readonly string[] | undefined {
  const { name } = body;
  return typeof name === "string"
    ? [thing("repository", seenBy(body), name.toLowerCase())]
    : undefined;
}

/** Who sees it; everybody where what is said does not agree, or is not read here: nobody knows which of it the forge takes. */
function seenBy({ visibility, private: isPrivate }: Readonly<Record<string, unknown>>): string {
  const said = typeof visibility === "string" ? visibility.toLowerCase() : undefined;
  if (isPrivate === undefined) return said ?? "public";
  const other = isPrivate === true ? "private" : "public";
  return visibility === undefined || said === other ? other : "public";
}

function changedIn(body: Readonly<Record<string, unknown>>): readonly string[] {
  const { visibility, private: isPrivate, name, archived } = body;
  return [
    ...(visibility === undefined && isPrivate === undefined ? [] : [thing("shown", seenBy(body))]),
    ...(name === undefined ? [] : [thing("renamed", wordOf(name).toLowerCase())]),
    ...(archived === undefined ? [] : [thing("archived", wordOf(archived))]),
  ];
}

/** A value as a call would name it; of what is no word its JSON, which no call names. */
function wordOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

/** WHY all that is not plainly false: servers take `"yes"`, `"on"` and `1` for true as well. */
function mayBeTrue(value: unknown): boolean {
  return ![undefined, null, false, "false", 0, "0", ""].includes(value as string);
}
