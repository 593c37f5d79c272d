// Requests that effects of a call cover, and those that no table or effect has.
import { expect, test } from "vitest";
import {
  coveredRequests,
  judgedRequest,
  REQUEST_TABLES,
} from "#guard/hold/requests/covered-requests.ts";
import type { Api } from "#guard/hold/requests/request-row.ts";
import type { Effect } from "#guard/vocabulary/effect.ts";

const place = { via: ["gh"], at: undefined };
const tells = (verb: string, options: readonly string[] = []): Effect => ({
  ...{ kind: "publish", channel: "release", destination: "github.com", refs: undefined },
  ...{ forge: { verb, options }, ...place },
});
const names = (verb: string): Effect => ({
  ...{ kind: "publish", channel: "package", destination: undefined, refs: undefined, verb },
  ...place,
});
const deploys = (operation: string): Effect => ({
  ...{ kind: "deploy", system: "forge", operation, ...place },
});

const LOOK: readonly Effect[] = [];
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
  ["gh api post", [deploys("api post")], "github", "POST /anything", "passes"],
  ["gh api post", [deploys("api post")], "github", "DELETE /anything", "refused"],
  ["gh api post", [deploys("api post")], "git", "POST /o/r.git/git-receive-pack", "refused"],
  ["secret set", [deploys("secret set")], "github", "PUT /repos/o/r/actions/secrets/A", "passes"],
  ["npm publish", [names("publish")], "npm", "PUT /@scope%2fname", "passes"],
  ["npm publish", [names("publish")], "npm", "DELETE /name/-rev/1", "refused"],
  ["npm publish", [names("publish")], "npm", "POST /-/npm/v1/tokens", "refused"],
  ["npm unpublish", [names("unpublish")], "npm", "DELETE /name/-rev/1", "passes"],
  [
    "mr create",
    [tells("mr create")],
    "gitlab",
    "POST /api/v4/projects/g%2Fp/merge_requests",
    "passes",
  ],
  ["mr create", [tells("mr create")], "gitlab", "DELETE /api/v4/projects/g%2Fp", "refused"],
  ["mr create", [tells("mr create")], "gitlab", "POST /g/p.git/git-receive-pack", "refused"],
])("%s: %s %s %s is %s", (_name, effects, api, line, kind) => {
  const [method = "", target = ""] = line.split(" ");
  expect(judgedRequest(coveredRequests(effects), { api, method, target }).kind).toBe(kind);
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
