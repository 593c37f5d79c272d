// What a call gives besides its effects, and what the shell that the client starts brings to it.
import { describe, expect, it } from "vitest";
import { deriveEffects } from "#guard/effects/derive.ts";
import { FactReader } from "#guard/facts/fact-reader.ts";
import type { SessionFacts, ShellFacts } from "#guard/facts/facts.ts";
import { plainShell } from "../../judging.ts";

const SESSION: SessionFacts = {
  sessionId: "s",
  projectRoot: "/p",
  home: "/h",
  user: "u",
  mode: "default",
  interactive: true,
  ownPaths: [],
};

function derived(command: string, shell: Partial<ShellFacts> = {}) {
  const facts = {
    session: SESSION,
    shell: plainShell("bash", shell),
    holds: { quarantined: false, reason: undefined },
    writtenPaths: new Set<string>(),
    answers: new Map(),
  };
  const input = { kind: "bash", command, background: false, sandboxOff: false } as const;
  const call = { id: "call", tool: "Bash", cwd: "/p", input };
  return deriveEffects(call, facts, new FactReader(facts.answers));
}

function pathsRead(...given: Parameters<typeof derived>): readonly string[] {
  return derived(...given).effects.flatMap((effect) =>
    effect.kind === "read" && effect.target.kind === "path" ? [effect.target.path] : [],
  );
}

describe("the command lines of a call", () => {
  it("are those that others start too, with what is known of their words", () => {
    expect(derived('cat a; env rm "$X"').commands.map(({ words }) => words)).toEqual([
      ["cat", "a"],
      ["env", "rm", ""],
      ["rm", ""],
      ["env", "rm", undefined],
      ["rm", undefined],
    ]);
  });
});

describe("the places that an effect comes from", () => {
  const originsOf = (command: string) => {
    const { effects, origins } = derived(command);
    return origins[effects.findIndex(({ kind }) => kind === "read")];
  };
  it("are all told", () => {
    expect(originsOf("cat a; cat a; head a")?.map(({ via }) => via.at(-1))).toEqual([
      ...["cat", "cat", "head"],
    ]);
  });
  it("are not told where there are too many", () => {
    expect(originsOf("cat a;".repeat(16))).toHaveLength(16);
    expect(originsOf("cat a;".repeat(17))).toBeUndefined();
  });
});

describe("what the shell brings", () => {
  const functions = new Map([["f", "{ cat a; }"]]);
  it.each(["if test -f x; then unset -f f; fi; f", "if test -f x; then :; else unset -f f; fi; f"])(
    "is a function that is there on one path: %s",
    (command) => {
      expect(pathsRead(command, { functions })).toEqual(["/p/a"]);
    },
  );
  it("is a home that is not the session's", () => {
    const variables = new Map([["HOME", "/elsewhere"]]);
    expect(pathsRead("cat ~/a", { variables })).toEqual(["/elsewhere/a"]);
    expect(pathsRead("cat ~/a")).toEqual(["/h/a"]);
  });
});
