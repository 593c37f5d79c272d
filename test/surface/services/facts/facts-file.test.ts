// Facts files: what is read, what is refused.
import { describe, expect, test } from "vitest";
import { Failure } from "#base/failure.ts";
import { loadFactsFile, parseFactsFile } from "#surface/services/facts/facts-file.ts";
import { FACTS_FILE_HELP } from "#surface/services/facts/facts-file-help.ts";

test("an empty file gives empty facts and a plain shell of either kind", () => {
  expect(parseFactsFile("{}", "f.json")).toEqual({
    session: {},
    shell: expect.objectContaining({ dialect: "unknown", known: true }),
    holds: { quarantined: false, reason: undefined },
    writtenPaths: new Set(),
    answers: new Map(),
  });
});

test("all parts are read", () => {
  const facts = parseFactsFile(
    JSON.stringify({
      session: { projectRoot: "/p", interactive: false },
      shell: { dialect: "zsh", known: true, aliases: { g: "git" }, options: ["dotglob"] },
      environment: { variables: { PAGER: "less" }, withheld: ["LESS"] },
      holds: { quarantined: true, reason: "incident 4" },
      writtenPaths: ["/p/a"],
      answers: {
        "path:/p/a": { kind: "path", real: "/p/a", type: "file" },
        "glob::/p/*": { kind: "glob", paths: ["/p/a"] },
        "text:/p/a": { kind: "text" },
        "git:/p": {
          kind: "git",
          repository: { root: "/p", gitDirectory: "/p/.git", aliases: { x: "!y" } },
        },
        "git:/q": { kind: "git" },
        "lock:npm:/p/package-lock.json": {
          kind: "lock",
          lock: { registries: ["https://registry.example"] },
        },
        "lock:yarn:/p/yarn.lock": { kind: "lock" },
      },
    }),
    "f.json",
  );
  expect(facts.session).toEqual({ projectRoot: "/p", interactive: false });
  expect(facts.shell.aliases.get("g")).toBe("git");
  expect(facts.shell.options).toEqual(new Set(["dotglob"]));
  expect(facts.environment).toMatchObject({
    variables: new Map([["PAGER", "less"]]),
    withheld: new Set(["LESS"]),
    isExact: true,
  });
  expect(facts.holds).toEqual({ quarantined: true, reason: "incident 4" });
  expect(facts.answers.get("path:/p/a")).toEqual({
    kind: "path",
    real: "/p/a",
    type: "file",
    links: 1,
  });
  expect(facts.answers.get("glob::/p/*")).toMatchObject({ links: [], complete: true });
  const git = facts.answers.get("git:/p");
  if (git?.kind !== "git") throw new Error("no git answer");
  expect(git.repository?.aliases.get("x")).toBe("!y");
  expect(git.repository).toHaveProperty("branch", undefined);
  expect(facts.answers.get("git:/q")).toEqual({ kind: "git", repository: undefined });
  expect(facts.answers.get("lock:npm:/p/package-lock.json")).toEqual({
    kind: "lock",
    lock: { registries: ["https://registry.example"], workspaces: [] },
  });
  expect(facts.answers.get("lock:yarn:/p/yarn.lock")).toEqual({ kind: "lock", lock: undefined });
});

test("the example of the help is a facts file", () => {
  const example = FACTS_FILE_HELP.slice(FACTS_FILE_HELP.indexOf("{")).replace(
    "bash|zsh|unknown",
    "bash",
  );
  expect(parseFactsFile(example, "f.json").answers.size).toBe(7);
});

describe("refused", () => {
  test.each<[string, string]>([
    ["not json", "no valid JSON"],
    ["[]", "a list at the top"],
    ["5", "`the top`"],
    ['{"answer": {}}', "`answer`"],
    ['{"session": {"home": "relative"}}', "`session.home`"],
    ['{"shell": {"dialect": "fish", "known": true}}', "`shell.dialect`"],
    [
      '{"answers": {"path:/a": {"kind": "path", "real": 5, "type": "file"}}}',
      "answers.path:/a.real",
    ],
  ])("%s", (text, words) => {
    expect(() => parseFactsFile(text, "f.json")).toThrow(words);
    expect(() => parseFactsFile(text, "f.json")).toThrow(Failure);
  });

  test("a file that is not there", () => {
    expect(() => loadFactsFile("/nonexistent/facts.json")).toThrow("cannot read the facts file");
  });
});
