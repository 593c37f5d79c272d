// Requests that effects of a call cover, and those that no table or effect has.
import { expect, test } from "vitest";
import {
  coveredRequests,
  judgedRequest,
  REQUEST_TABLES,
} from "#guard/hold/requests/covered-requests.ts";
import { MADE_ROWS } from "#guard/hold/requests/made-things.ts";
import type { Api } from "#guard/hold/requests/request-row.ts";
import type { Effect } from "#guard/vocabulary/effect.ts";

const HOSTS: Readonly<Record<Api, string>> = {
  github: "api.github.com",
  gitlab: "gitlab.com",
  npm: "npm.example",
  registry: "ghcr.io",
  git: "github.com",
};
const place = { via: ["gh"], at: undefined };
const tells = (verb: string, options: readonly string[] = [], subjects = ["o/r"]): Effect => ({
  kind: "publish",
  channel: "release",
  destination: "github.com",
  refs: undefined,
  forge: { verb, options },
  subjects,
  ...place,
});
const names = (verb: string, ...subjects: readonly string[]): Effect => ({
  kind: "publish",
  channel: "package",
  destination: undefined,
  refs: undefined,
  verb,
  ...(subjects.length === 0 ? {} : { subjects }),
  ...place,
});
const deploys = (operation: string, ...subjects: readonly string[]): Effect => ({
  kind: "deploy",
  system: "forge",
  operation,
  subjects,
  ...place,
});
const asks = (verb: string, ...subjects: readonly string[]): Effect => ({
  kind: "egress",
  carries: [],
  verb,
  subjects,
  ...place,
  destination: { host: "api.github.com", port: undefined, scheme: "https" },
});
const pushes = (...subjects: readonly string[]): Effect => ({
  kind: "publish",
  channel: "release",
  destination: "ghcr.io",
  refs: undefined,
  subjects,
  ...place,
});

const LOOK: readonly Effect[] = [];
const BOTH = ["github", "POST /repos/o/b/pulls", "refused"] as const;
const OTHER_PROJECT = ["gitlab", "POST /api/v4/projects/g%2Fp/merge_requests", "refused"] as const;
test.each<[string, readonly Effect[], Api, string, "passes" | "refused"]>([
  ["a look", LOOK, "github", "GET /repos/o/r/pulls?state=all", "passes"],
  ["a look", LOOK, "github", "POST /repos/o/r/pulls", "refused"],
  ["a look", LOOK, "github", "GET /repos/o/r/%2e%2e/x", "refused"],
  ["a look", LOOK, "github", "GET /repos/o/r%2f..%2fx", "refused"],
  ["a look", LOOK, "github", "GET /repos//r", "refused"],
  ["a look", LOOK, "github", "GET /repos/o/%2570", "refused"],
  ["a look", LOOK, "git", "GET /o/r.git/info/refs?service=git-upload-pack", "passes"],
  ["a look", LOOK, "git", "POST /o/r.git/git-upload-pack", "passes"],
  ["a look", LOOK, "git", "GET /o/r.git/info/refs?service=git-receive-pack", "refused"],
  ["a look", LOOK, "npm", "POST /-/npm/v1/security/advisories/bulk", "passes"],
  ["pr create", [tells("pr create")], "github", "POST /repos/o/r/pulls", "passes"],
  ["pr create", [tells("pr create")], "github", "PUT /repos/o/r/pulls/1/merge", "refused"],
  ["pr create", [tells("pr create")], "github", "POST /repos/o/r/x/pulls", "refused"],
  ["pr merge", [tells("pr merge")], "github", "DELETE /repos/o/r/git/refs/heads/a/b", "refused"],
  [
    "pr merge -d",
    [tells("pr merge", ["delete-branch"])],
    ...(["github", "DELETE /repos/o/r/git/refs/heads/a/b", "passes"] as const),
  ],
  ["pr create", [tells("pr create")], "github", "POST /repos/O/R/pulls", "passes"],
  ["pr create", [tells("pr create")], "github", "POST /repos/other/secret/pulls", "refused"],
  ["pr create", [tells("pr create")], "github", "POST /repos/o/other/pulls", "refused"],
  ["pr create nowhere", [tells("pr create", [], [])], "github", "POST /repos/o/r/pulls", "refused"],
  ["two of them", [tells("pr create"), tells("issue create", [], ["o/b"])], ...BOTH],
  ["gh api post", [deploys("api post", "/a/thing")], "github", "POST /a/thing?x=1", "passes"],
  ["gh api post", [deploys("api post", "/a/\\")], "github", "POST /a/thing", "passes"],
  ["gh api post", [deploys("api post", "/a/\\")], "github", "POST /a/thing/b", "refused"],
  ["gh api post", [deploys("api post", "/a/thing")], "github", "POST /a/Thing", "refused"],
  ["gh api post", [deploys("api post", "/a/thing")], "github", "POST /repos/o/r/pulls", "refused"],
  ["gh api post", [deploys("api post", "/a/thing")], "github", "DELETE /a/thing", "refused"],
  ["gh api post", [deploys("api post", "/graphql")], "github", "POST /user/repos", "refused"],
  [
    "gh api post",
    [deploys("api post", "/o/r.git/git-receive-pack")],
    ...(["git", "POST /o/r.git/git-receive-pack", "refused"] as const),
  ],
  ["curl -X DELETE", [asks("DELETE", "/repos/o/r")], "github", "DELETE /repos/o/r", "passes"],
  ["curl -X DELETE", [asks("DELETE", "/repos/o/r")], "github", "DELETE /repos/o/s", "refused"],
  [
    "secret set",
    [deploys("secret set", "o/r")],
    ...(["github", "PUT /repos/o/r/actions/secrets/A", "passes"] as const),
  ],
  [
    "secret set",
    [deploys("secret set", "o/r")],
    ...(["github", "PUT /repos/o/s/actions/secrets/A", "refused"] as const),
  ],
  [
    "secret set",
    [deploys("secret set", "o/r")],
    ...(["github", "PUT /orgs/o/actions/secrets/A", "refused"] as const),
  ],
  [
    "secret set --org",
    [deploys("secret set", "o")],
    ...(["github", "PUT /orgs/o/actions/secrets/A", "passes"] as const),
  ],
  ["npm publish", [names("publish")], "npm", "PUT /@scope%2fname", "passes"],
  ["npm publish", [names("publish")], "npm", "DELETE /name/-rev/1", "refused"],
  ["npm publish", [names("publish")], "npm", "POST /-/npm/v1/tokens", "refused"],
  ["npm unpublish", [names("unpublish")], "npm", "DELETE /name/-rev/1", "passes"],
  ["npm publish a", [names("publish", "@s/a")], "npm", "PUT /@s%2fa", "passes"],
  ["npm publish a", [names("publish", "@s/a")], "npm", "PUT /@s%2fb", "refused"],
  ["npm dist-tag a", [names("dist-tag", "a")], "npm", "PUT /-/package/a/dist-tags/x", "passes"],
  ["npm dist-tag a", [names("dist-tag", "a")], "npm", "PUT /-/package/b/dist-tags/x", "refused"],
  ["npm owner a", [names("owner", "a")], "npm", "PUT /b/-rev/1", "refused"],
  ["npm token", [names("token", "a")], "npm", "POST /-/npm/v1/tokens", "passes"],
  ["skopeo copy", [pushes("ghcr.io/o/i")], "registry", "PUT /v2/o/i/manifests/1", "passes"],
  ["skopeo copy", [pushes("ghcr.io/o/i")], "registry", "POST /v2/o/i/blobs/uploads/", "passes"],
  ["skopeo copy", [pushes("ghcr.io/o/i")], "registry", "PUT /v2/o/other/manifests/1", "refused"],
  ["skopeo copy", [pushes("quay.io/o/i")], "registry", "PUT /v2/o/i/manifests/1", "refused"],
  ["skopeo sync", [pushes("ghcr.io/o/")], "registry", "PUT /v2/o/any/manifests/1", "passes"],
  [
    "mr create",
    [tells("mr create")],
    "gitlab",
    "POST /api/v4/projects/o%2Fr/merge_requests",
    "passes",
  ],
  ["mr create", [tells("mr create")], ...OTHER_PROJECT],
  ["mr create", [tells("mr create")], "gitlab", "DELETE /api/v4/projects/o%2Fr", "refused"],
  ["mr create", [tells("mr create")], "gitlab", "POST /g/p.git/git-receive-pack", "refused"],
])("%s: %s %s %s is %s", (_name, effects, api, line, kind) => {
  const [method = "", target = ""] = line.split(" ");
  expect(
    judgedRequest(coveredRequests(effects), { api, host: HOSTS[api], method, target }).kind,
  ).toBe(kind);
});

/** A mutation of a repository's things is judged by what its ids belong to. */
const mutation = (variables: unknown, owners?: ReadonlyMap<string, string>) =>
  judgedRequest(
    coveredRequests([tells("pr create"), tells("pr edit")]),
    { api: "github", method: "POST", target: "/graphql" },
    {
      query: {
        text: "mutation A($input: I!, $b: J!) { createPullRequest(input: $input) { id } b: updatePullRequest(input: $b) { id } }",
        variables,
      },
      ...(owners && { owners }),
    },
  );
const IDS = { input: { repositoryId: "R_1", title: "a" }, b: { pullRequestId: "P_1" } };

test("ids of a mutation are asked about", () => {
  expect(mutation(IDS)).toEqual({ kind: "whose", api: "github", ids: ["R_1", "P_1"] });
});

test.each<[string, Readonly<Record<string, string>>, string]>([
  ["all of the repository", { R_1: "O/r", P_1: "o/r" }, "passes"],
  ["one of another", { R_1: "o/r", P_1: "o/s" }, "refused"],
  ["one that nobody knows", { R_1: "o/r" }, "refused"],
])("ids: %s", (_name, owners, kind) => {
  expect(mutation(IDS, new Map(Object.entries(owners))).kind).toBe(kind);
});

test.each([
  [undefined],
  [{ input: {}, b: {} }],
  [{ input: { repositoryId: "R_1" } }],
  [{ input: { repositoryId: ["R_1"] }, b: { pullRequestId: "P_1" } }],
  [{ input: '{"repositoryId":"R_1"}', b: { pullRequestId: "P_1" } }],
])("values that name nothing: %j", (variables) => {
  expect(
    mutation(
      variables,
      new Map([
        ["R_1", "o/r"],
        ["P_1", "o/r"],
      ]),
    ).kind,
  ).toBe("refused");
});

const KEY = { title: "a", key: "ssh-ed25519 AAAA me" };

test("a project of GitLab by its number", () => {
  const covered = coveredRequests([tells("mr create")]);
  const asked = {
    api: "gitlab",
    method: "POST",
    target: "/api/v4/projects/7/merge_requests",
  } as const;
  expect(judgedRequest(covered, asked)).toEqual({ kind: "whose", api: "gitlab", ids: ["7"] });
  expect(judgedRequest(covered, asked, { owners: new Map([["7", "o/r"]]) }).kind).toBe("passes");
  expect(judgedRequest(covered, asked, { owners: new Map([["7", "o/s"]]) }).kind).toBe("refused");
  expect(judgedRequest(covered, asked, { owners: new Map() }).kind).toBe("refused");
});

test.each<[string, string, string, object | undefined, string]>([
  [
    "deploy-key add",
    "key deploy-read AAAA",
    "POST /api/v4/projects/o%2Fr/deploy_keys",
    KEY,
    "passes",
  ],
  [
    "deploy-key add",
    "key deploy-read AAAA",
    "POST /api/v4/projects/o%2Fr/deploy_keys",
    undefined,
    "body",
  ],
  [
    ...([
      "deploy-key add",
      "key deploy-read AAAA",
      "POST /api/v4/projects/o%2Fr/deploy_keys",
    ] as const),
    ...([{ ...KEY, can_push: "on" }, "refused"] as const),
  ],
  [
    "deploy-key add",
    "key deploy-read AAAA",
    "POST /api/v4/projects/o%2Fs/deploy_keys",
    KEY,
    "refused",
  ],
  ["ssh-key add", "key signing AAAA", "POST /api/v4/user/keys", KEY, "refused"],
  ["ssh-key add", "key both AAAA", "POST /api/v4/user/keys", KEY, "passes"],
  ["ssh-key add", "key both \\", "POST /api/v4/user/keys", KEY, "passes"],
  ["ssh-key add", "key both AAAA", "POST /api/v4/user/keys?key=b", KEY, "refused"],
  ["ssh-key delete", "key gone 7", "DELETE /api/v4/user/keys/7", undefined, "passes"],
  ["ssh-key delete", "key gone 7", "DELETE /api/v4/user/keys/8", undefined, "refused"],
  ["snippet create", "gist private a", "POST /api/v4/snippets", { file_name: "a" }, "passes"],
  [
    ...(["snippet create", "gist private a", "POST /api/v4/snippets"] as const),
    ...([{ visibility: "public", files: [{ file_path: "a" }] }, "refused"] as const),
  ],
  [
    ...([
      "token create",
      "token project read_api",
      "POST /api/v4/projects/o%2Fr/access_tokens",
    ] as const),
    ...([{ scopes: ["read_api", "api"] }, "refused"] as const),
  ],
  ["repo create", "repository private a", "POST /api/v4/projects", { path: "A" }, "passes"],
  [
    ...(["repo create", "repository private a", "POST /api/v4/projects"] as const),
    ...([{ path: "A", visibility: "public" }, "refused"] as const),
  ],
])("%s of %s: %s with %j is %s", (verb, named, line, body, kind) => {
  const [method = "", target = ""] = line.split(" ");
  const covered = coveredRequests([deploys(verb, "o/r", named)]);
  const known = body === undefined ? {} : { body: body as Record<string, unknown> };
  expect(judgedRequest(covered, { api: "gitlab", method, target }, known).kind).toBe(kind);
});

test.each(MADE_ROWS)("%s is a row of a table", (name) => {
  const rows = REQUEST_TABLES.flatMap((table) => table.rows);
  expect(rows.map(({ method, path }) => `${method} ${path}`)).toContain(name);
});

test("below the place of a registry", () => {
  const covered = coveredRequests([names("publish")]);
  const asked = { api: "npm", method: "PUT", target: "/npm/own/name" } as const;
  expect(judgedRequest(covered, asked).kind).toBe("refused");
  expect(judgedRequest(covered, { ...asked, base: "/npm/own/" }).kind).toBe("passes");
});

test("each row is of a method or a mutation, and each table says where it is from", () => {
  for (const { source, rows } of REQUEST_TABLES) {
    expect(source).toMatch(/^https:\/\//);
    for (const { method, path } of rows) {
      expect(`${method} ${path}`).toMatch(
        /^(?:mutation \w+|(?:GET|POST|PUT|PATCH|DELETE) (?:\/[\w.@*-]+)+)$/,
      );
      expect(path.split("**").length).toBeLessThanOrEqual(2);
    }
  }
});
