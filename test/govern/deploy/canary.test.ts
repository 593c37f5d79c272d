// What a canary session proves, and what it must never be taken for.
import { describe, expect, test } from "vitest";
import { CANARY_CALLS, type CallResult, isProven, modeProof } from "#govern/deploy/canary.ts";

const HELD = {
  text: "<tool_use_error>PreToolUse:Bash hook error: sallyport: touches a control of the session\nrule: builtin:team/tamper/controls\ninstead: ask</tool_use_error>",
  isError: true,
};
const RAN = { text: "sallyport-canary", isError: false };
const session = (changes: Partial<Record<keyof typeof CANARY_CALLS, CallResult | undefined>>) => {
  const all = { harmless: RAN, main: HELD, agent: HELD, ...changes };
  const results = new Map(
    Object.entries(all).flatMap(([name, result]) =>
      result === undefined
        ? []
        : [[CANARY_CALLS[name as keyof typeof CANARY_CALLS], result] as const],
    ),
  );
  const started = { mode: "default", version: "2.1.328" };
  return modeProof("default", { started, results, errors: "" });
};

test("hooks are proven where the guard refused in the main loop and in a sub-agent, and the harmless call ran", () => {
  expect(session({})).toMatchObject({ main: "held", agent: "held", harmless: "ran", said: "" });
  expect(isProven(session({}))).toBe(true);
});

describe("nothing is proven where", () => {
  const error = (text: string) => ({ text, isError: true });
  test.each<[string, Parameters<typeof session>[0], object]>([
    ["the call ran", { main: { text: "", isError: false } }, { main: "ran" }],
    ["the call ran and failed", { main: error("Exit code 127\nnot found") }, { main: "ran" }],
    [
      "a hook failed",
      {
        main: error('PreToolUse:Bash hook error: x failed; blocking because onFailure is "block"'),
      },
      { main: "broken" },
    ],
    [
      "a hook of somebody else refused",
      { main: error("PreToolUse:Bash hook error: no\nrule: mine") },
      { main: "broken" },
    ],
    [
      "the client itself refused",
      { main: error("This command requires approval") },
      { main: "elsewhere" },
    ],
    ["the call was never made", { main: undefined }, { main: "missing" }],
    ["no sub-agent began", { agent: undefined }, { agent: "missing" }],
    ["the sub-agent's call ran", { agent: { text: "ok", isError: false } }, { agent: "ran" }],
    ["everything is refused", { harmless: HELD }, { harmless: "refused" }],
    [
      "the harmless call printed something else",
      { harmless: { text: "x", isError: false } },
      { harmless: "refused" },
    ],
  ])("%s", (_, changes, expected) => {
    const proof = session(changes);
    expect(proof).toMatchObject(expected);
    expect(isProven(proof)).toBe(false);
  });
  test("the client did not start: what it said is kept", () => {
    const proof = modeProof("plan", {
      started: undefined,
      results: new Map(),
      errors: "bad settings",
    });
    expect(proof).toMatchObject({ main: "missing", said: "bad settings", version: undefined });
    expect(isProven(proof)).toBe(false);
  });
  test("a call that should be refused speaks of a rule and is the client's own words", () => {
    const proof = session({ main: error("sallyport: no\nrule: x") });
    expect(proof.main).toBe("elsewhere");
  });
});
