// Names that mean no program: they do nothing, unless something else may answer to them or the call itself makes them.
import { spawnSync } from "node:child_process";
import { afterAll, describe, expect, it, test, type TestContext } from "vitest";
import type { FactAnswer, FactQuery, ShellFacts } from "#guard/facts/facts.ts";
import { queryKey } from "#guard/facts/facts.ts";
import { isShellWord } from "#guard/shell/syntax/shell-words.ts";
import { judgeWithFacts } from "#surface/services/facts/judge.ts";
import { makeProject, plainShell } from "../../judging.ts";

const project = makeProject();
afterAll(() => project.remove());

const PATH = "/opt/tools/bin:/usr/bin";
/** What lies in the directories of this machine: git with its own programs, and nothing else. */
const INSTALLED = new Map([
  ["git", "/usr/bin"],
  ["git-status", "/usr/lib/git-core"],
  ["git-lfs", "/opt/tools/bin"],
]);

async function verdict(
  command: string,
  shell: Partial<ShellFacts> = {},
  installed: ReadonlyMap<string, string> | "not told" = INSTALLED,
) {
  const answerProgram = (query: Extract<FactQuery, { kind: "program" }>): FactAnswer => {
    const directory = installed === "not told" ? undefined : installed.get(query.name);
    const isSeen = directory !== undefined && query.directories.includes(directory);
    return { kind: "program", directory: isSeen ? directory : undefined };
  };
  const { decision } = await judgeWithFacts({
    call: {
      id: "call",
      tool: "Bash",
      cwd: project.project,
      input: { kind: "bash", command, background: false, sandboxOff: false },
    },
    policy: project.policy,
    session: project.session,
    shell: plainShell("bash", { variables: new Map([["PATH", PATH]]), ...shell }),
    answer: async (queries) => {
      const others = queries.filter((query) => query.kind !== "program");
      const answers = new Map(await project.answer(others));
      if (installed === "not told") return answers;
      for (const query of queries)
        if (query.kind === "program") answers.set(queryKey(query), answerProgram(query));
      return answers;
    },
  });
  return decision.verdict;
}

describe("a program that is nowhere", () => {
  test.each([
    ["nosuch", "allow"],
    ['alias p="git push"; p', "allow"],
    ["nosuch .env", "allow"],
    ["env nosuch && ls", "allow"],
    // Text that the shell reads later finds the alias in force.
    ['alias p="git push"; echo $(p)', "ask"],
    ['alias p="git push"; cat <(p)', "ask"],
    ['alias p="git push"; eval p', "ask"],
    ['alias p="git push"; trap p EXIT', "ask"],
    ['alias p="git push"\np', "ask"],
    // The next word behind an alias that ends in a blank is an alias as well.
    ['alias e="env "\nalias p="cat .env"\ne p', "deny"],
    // The call itself may make it.
    ["nosuch & cp pub.txt nosuch", "ask"],
    ["cp pub.txt nosuch; nosuch", "ask"],
    ["nosuch & npm test", "ask"],
    ["PATH=./bin:$PATH; nosuch", "ask"],
    ["PATH=./bin nosuch", "ask"],
    // A dot may be a suffix alias of zsh; a slash is a file.
    ["nosuch.sh", "ask"],
    ["./nosuch", "ask"],
    ["zpty", "ask"],
    ["zsocket x", "ask"],
  ])("%s: %s", async (command, expected) => {
    expect(await verdict(command)).toBe(expected);
  });
  it("is asked about where its absence is not certain", async () => {
    expect(await verdict("nosuch", {}, "not told")).toBe("ask");
    expect(await verdict("nosuch", { variables: new Map() })).toBe("ask");
    expect(await verdict("nosuch", { known: false })).toBe("ask");
    expect(await verdict("nosuch", { variables: new Map([["PATH", "bin:/usr/bin"]]) })).toBe("ask");
    expect(await verdict("nosuch", {}, new Map([["nosuch", "/usr/bin"]]))).toBe("ask");
    // Looked for in the standard directories as well: a program may fall back on them.
    expect(await verdict("env -i nosuch", {}, new Map([["nosuch", "/bin"]]))).toBe("ask");
  });
  it("is asked about where a function of the user's answers for it", async () => {
    for (const handler of ["command_not_found_handle", "command_not_found_handler"])
      expect(await verdict("nosuch", { functions: new Map([[handler, "{ git push; }"]]) })).toBe(
        "ask",
      );
  });
});

describe("a subcommand that git does not have", () => {
  test.each([
    ["git pushx", "allow"],
    ["git -C . pushx", "allow"],
    ["git lfs", "ask"],
    ["git -c help.autocorrect=1 pushx", "ask"],
    ["git -c alias.pushx=push pushx", "ask"],
    ["git pushx & cp pub.txt git-pushx", "ask"],
    // With a slash it is a path.
    ["git foo/bar", "ask"],
    ["git push", "ask"],
  ])("%s: %s", async (command, expected) => {
    expect(await verdict(command)).toBe(expected);
  });
  it("is asked about where git's own programs cannot be listed", async () => {
    expect(await verdict("git pushx", {}, new Map([["git", "/usr/bin"]]))).toBe("ask");
    expect(await verdict("git pushx", {}, "not told")).toBe("ask");
  });
});

describe.each([
  ["bash", ["--norc", "-c", "compgen -b; compgen -k"]],
  ["zsh", ["-fc", "print -l ${(k)builtins} ${(k)reswords}"]],
])("every word that %s answers to itself", (shell, args) => {
  it("is known to be no program", (ctx: TestContext) => {
    const env = { PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8" };
    const run = spawnSync(shell, args, { encoding: "utf8", env });
    if (run.error !== undefined) return ctx.skip(`${shell} is not installed`);
    const words = run.stdout.split("\n").filter((word) => word !== "");
    expect(words.length).toBeGreaterThan(50);
    expect(words.filter((word) => !isShellWord(word))).toEqual([]);
  });
});
