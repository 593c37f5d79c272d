// What a canary session proves, and what it must never be taken for.
import { describe, expect, test } from "vitest";
import {
  CANARY_CALLS,
  CANARY_FAULTS,
  type CallResult,
  isProven,
  modeProof,
  type SessionEnd,
} from "#govern/deploy/canary.ts";

const HELD = {
  text: "<tool_use_error>PreToolUse:Bash hook error: sallyport: touches a control of the session\nrule: builtin:team/tamper/controls\ninstead: ask</tool_use_error>",
  isError: true,
};
const RAN = { text: "sallyport-canary", isError: false };
/** The client's own words (2.1.328). */
const OLD =
  "Claude Code 2.1.328 is older than the minimum version required by your organization (9.9.9).";
const session = (
  changes: Partial<Record<keyof typeof CANARY_CALLS, CallResult | undefined>>,
  more: Partial<SessionEnd> = {},
) => {
  const all = { harmless: RAN, main: HELD, agent: HELD, ...changes };
  const results = new Map(
    Object.entries(all).flatMap(([name, result]) =>
      result === undefined
        ? []
        : [[CANARY_CALLS[name as keyof typeof CANARY_CALLS], result] as const],
    ),
  );
  const started = { mode: "default", version: "2.1.328" };
  return modeProof("default", { started, results, errors: "", ...more });
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
  test.each<[string, Parameters<typeof session>[0], Partial<SessionEnd>, string]>([
    ["the client was too old", {}, { started: undefined, errors: OLD, asked: 0 }, "too-old"],
    [
      "it ended before it began",
      {},
      { started: undefined, errors: "bad", asked: 0 },
      "not-started",
    ],
    ["it never asked its model", {}, { asked: 0, ended: "timed-out" }, "model-not-asked"],
    ["it did not end", {}, { started: undefined, ended: "timed-out", asked: 0 }, "timed-out"],
    ["it printed too much", { agent: undefined }, { ended: "too-much-output" }, "too-much-output"],
    ["no hook was called", { main: RAN }, { hooksCalled: 0 }, "hook-not-called"],
    ["a hook let it run", { main: RAN }, { hooksCalled: 2 }, "hook-let-run"],
    ["a hook failed", { main: error("PreToolUse:Bash hook error: x") }, {}, "hook-failed"],
    ["the client refused", { main: error("Permission to use Bash") }, {}, "refused-elsewhere"],
    [
      "a rule took the tool away",
      { harmless: undefined, main: error("No such tool available: Bash."), agent: undefined },
      {},
      "tool-missing",
    ],
    ["the call was never made", { main: undefined, agent: undefined }, {}, "call-not-made"],
    ["no sub-agent began", { agent: undefined }, {}, "agent-not-started"],
    ["everything is refused", { harmless: HELD }, {}, "harmless-refused"],
  ])("it says why in words of its own where %s", (_, results, more, expected) => {
    const early = more.started === undefined && "started" in more;
    const { fault } = session(
      early || more.asked === 0
        ? { harmless: undefined, main: undefined, agent: undefined }
        : results,
      more,
    );
    expect(fault).toBe(expected);
  });
  test("each word is another sentence", () => {
    const sentences = Object.values(CANARY_FAULTS);
    expect(new Set(sentences).size).toBe(sentences.length);
  });
  test("a call that should be refused speaks of a rule and is the client's own words", () => {
    const proof = session({ main: error("sallyport: no\nrule: x") });
    expect(proof.main).toBe("elsewhere");
  });
});
