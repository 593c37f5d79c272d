// Texts of GraphQL, and which mutations are found in them.
import { expect, test } from "vitest";
import { mutatedFields } from "#guard/hold/requests/graphql-operations.ts";

test.each<[string, readonly string[] | undefined]>([
  ["{ viewer { login } }", []],
  ["query A($n: Int = 1) @a(b: {c: 1}) { viewer { login } } fragment F on X { mutation }", []],
  ['query { a(text: "mutation { x }") }', []],
  ['query { a(text: """ } mutation { x } \\""" """) }', []],
  ["# mutation { x }\n{ a }", []],
  ["mutation { createIssue(input: {a: {b: 1}}) { issue { id } } }", ["createIssue"]],
  [
    "mutation A($i: I! = {x: 1}) { a: createIssue @skip(if: false) addComment }",
    ["createIssue", "addComment"],
  ],
  ["query A { a } mutation B { deleteRef }", ["deleteRef"]],
  ["mutation { ...F } fragment F on Mutation { deleteRef }", undefined],
  ["mutation { ... on Mutation { deleteRef } }", undefined],
  ["subscription { a }", undefined],
  ["mutation", undefined],
  ["{ a", undefined],
  ["", undefined],
  ['{ a(text: "unended) }', undefined],
  ["type A { b: C }", undefined],
])("%s", (text, fields) => {
  expect(mutatedFields(text)?.map(({ name }) => name)).toEqual(fields);
});

test.each([
  ["mutation A($input: I!) { createIssue(input: $input) { id } }", "input"],
  ["mutation { a: createIssue(input: $b) { id } }", "b"],
  ["mutation { createIssue(input: $b, more: 1) { id } }", undefined],
  ['mutation { createIssue(input: {repositoryId: "R"}) { id } }', undefined],
  ["mutation { createIssue(id: $b) { id } }", undefined],
  ["mutation { createIssue }", undefined],
])("the variable of the input of %s", (text, input) => {
  expect(mutatedFields(text)).toEqual([{ name: "createIssue", input }]);
});
