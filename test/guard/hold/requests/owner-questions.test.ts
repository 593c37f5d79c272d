// What is asked about ids, and how answers of any form are read.
import { expect, test } from "vitest";
import { ownerQuestion, ownersIn } from "#guard/hold/requests/owner-questions.ts";

test("asks a forge that has such a question", () => {
  expect(ownerQuestion("github", ["A"])).toMatchObject({ method: "POST", target: "/graphql" });
  expect(ownerQuestion("gitlab", ["7"])).toEqual({ method: "GET", target: "/api/v4/projects/7" });
});

test.each([
  ["npm", ["a"]],
  ["gitlab", ["7", "8"]],
  ["gitlab", ["../user"]],
  ["github", []],
  ["github", Array.from({ length: 51 }, () => "A")],
] as const)("asks nothing of %s about %j", (api, ids) => {
  expect(ownerQuestion(api, ids)).toBeUndefined();
});

test.each<["github" | "gitlab", string, Readonly<Record<string, string>>]>([
  [
    "github",
    '{"data":{"nodes":[{"id":"A","nameWithOwner":"o/r"},{"id":"B","repository":{"nameWithOwner":"o/s"}}]}}',
    { A: "o/r", B: "o/s" },
  ],
  ["github", '{"data":{"nodes":[null,{"repository":{"nameWithOwner":1}}]}}', {}],
  ["github", '{"data":{"nodes":[{"nameWithOwner":"o/r"}]}}', {}],
  ["github", '{"errors":[]}', {}],
  ["github", '{"data":null}', {}],
  ["github", "[]", {}],
  ["github", "nonsense", {}],
  ["github", "", {}],
  ["gitlab", '{"id":7,"path_with_namespace":"g/p"}', {}],
])("an answer of %s: %s", (api, answer, owners) => {
  expect(Object.fromEntries(ownersIn(api, ["A", "B"], answer))).toEqual(owners);
});

test("the project of GitLab is the one that was asked for", () => {
  const answer = '{"id":7,"path_with_namespace":"g/p"}';
  expect([...ownersIn("gitlab", ["7"], answer)]).toEqual([["7", "g/p"]]);
  expect([...ownersIn("gitlab", ["8"], answer)]).toEqual([]);
});
