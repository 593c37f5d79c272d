// Tests that somebody names: a corpus file or a model is its cases alone, and only what needs a build waits for one.
import { expect, it } from "vitest";
import { corpusOf, needBuild } from "../../scripts/chosen-tests.ts";

const CORPUS = "test/corpus/corpus.test.ts";

it.each<[readonly string[], readonly string[], readonly string[]]>([
  [["test/corpus/commands/git.yaml"], [CORPUS], ["commands/git.yaml"]],
  [["./test/corpus/shell/words.yaml"], [CORPUS], ["shell/words.yaml"]],
  [["src/guard/effects/commands/git.ts"], [CORPUS], ["commands/git.yaml"]],
  [["src/guard/effects/commands/no-such.ts"], ["src/guard/effects/commands/no-such.ts"], []],
  [["test/record"], ["test/record"], []],
  [["test/record", "test/corpus/commands/git.yaml"], ["test/record", CORPUS], []],
])("%j", (names, filters, corpus) => {
  expect(corpusOf(names)).toEqual({ filters, corpus });
});

it.each([
  [[], true],
  [[CORPUS], false],
  [["test/base"], false],
  [["test/client"], true],
  [["test/package"], true],
  [["test/surface/hook"], true],
  [["test/surface/cli/main.test.ts"], true],
  [["no such test"], true],
])("%j needs a build: %s", (filters, expected) => {
  expect(needBuild(filters)).toBe(expected);
});
