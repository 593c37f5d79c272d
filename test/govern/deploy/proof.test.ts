// What a proof before a deployment takes for harmless calls that run, and what for people who are locked out.
import { describe, expect, test } from "vitest";
import type { SessionEnd } from "#govern/deploy/canary.ts";
import { type ProofCall, proofOutcome, proofVerdict } from "#govern/deploy/proof.ts";

const RAN = { text: "ok", isError: false };
const refusal = (text: string) => ({ text, isError: true });
const RULE = refusal(
  "<tool_use_error>PreToolUse:Bash hook error: sallyport: refused. This pushes\nWhy: no\nMore: sallyport explain --last [managed:shop/shop/push; also x]</tool_use_error>",
);
const ASKED = refusal(
  "sallyport: this pushes\nWhy: others see it\nMore: sallyport explain --last [managed:shop/shop/push]",
);
const NOBODY = refusal(
  "PreToolUse:Bash hook error: sallyport: refused. Nobody can answer\nMore: sallyport explain --last [guard/nobody-to-ask; also builtin:team/publish/any]",
);
const SESSION: SessionEnd = {
  started: { mode: "default", version: "2.1.328" },
  results: new Map(),
  errors: "",
  ended: "by-itself",
  asked: 6,
  hooksCalled: 5,
};
const outcomes = (changes: Partial<Record<ProofCall, typeof RAN | undefined>> = {}) =>
  Object.entries({ read: RAN, commit: RAN, test: RAN, push: RAN, harmful: RULE, ...changes }).map(
    ([call, result]) => proofOutcome(call as ProofCall, call, result),
  );
const verdict = (
  changes: Parameters<typeof outcomes>[0],
  more: Partial<SessionEnd> = {},
  mayRefuse: Parameters<typeof proofVerdict>[2] = [],
) => proofVerdict({ ...SESSION, ...more }, outcomes(changes), mayRefuse);

describe("proven is", () => {
  test("what lets harmless calls run, or asks about them, and refuses a harmful one", () => {
    expect(verdict({})).toEqual({ kind: "proven", version: "2.1.328" });
    expect(verdict({ push: ASKED, test: NOBODY, harmful: ASKED }).kind).toBe("proven");
  });
  test("a call that ran and failed: it was let run", () => {
    expect(verdict({ push: refusal("Exit code 128\nfatal: no") }).kind).toBe("proven");
  });
  test("what a policy is meant to refuse, by name and never the reading", () => {
    expect(verdict({ push: RULE }, {}, ["push"]).kind).toBe("proven");
    expect(verdict({ read: RULE }, {}, ["push"]).kind).toBe("not-proven");
  });
});

describe("not proven, with the call, the reason and the part, is", () => {
  const START = "the start of a session";
  test.each<[string, Parameters<typeof verdict>, object]>([
    ["a rule", [{ push: RULE }], { call: "push", fault: "rule", rule: "managed:shop/shop/push" }],
    [
      "a hook that is not there",
      [{ commit: refusal("PreToolUse:Bash hook error: [/x]: failed\nENOENT: posix_spawn '/x'") }],
      { call: "commit", fault: "hook-failed", part: "hooks.program" },
    ],
    [
      "a daemon that does not answer",
      [{ read: refusal("PreToolUse:Read hook error: failed\nconnect ECONNREFUSED 127.0.0.1:1") }],
      { call: "read", fault: "hook-failed", part: "hooks.port" },
    ],
    [
      "an allow list without the daemon's address",
      [
        {
          read: refusal(
            "PreToolUse:Read hook error: [https://127.0.0.1:1/v1/hook]: failed\nHTTP hook blocked: https://127.0.0.1:1/v1/hook does not match any pattern in allowedHttpHookUrls",
          ),
        },
      ],
      { call: "read", fault: "hook-failed", part: "allowedHttpHookUrls" },
    ],
    [
      "a tool that a rule takes away",
      [{ test: refusal("No such tool available: Bash. Bash is disabled") }],
      { call: "test", fault: "tool-missing" },
    ],
    [
      "a rule of the client",
      [{ test: refusal("Permission to use Bash with command npm test has been denied.") }],
      { call: "test", fault: "client-rule" },
    ],
    ["a call that never ended", [{ test: undefined }], { call: "test", fault: "call-not-made" }],
    ["a harmful call that runs", [{ harmful: RAN }], { call: "harmful", fault: "harmful-ran" }],
    [
      "hooks that are switched off",
      [{ harmful: RAN }, { hooksCalled: 0 }],
      { call: "harmful", fault: "hook-not-called", part: "hooks" },
    ],
    [
      "a client that is too old",
      [{}, { started: undefined, errors: "2.1.1 is older than the minimum version required" }],
      { call: START, fault: "too-old", part: "client.minimum" },
    ],
    [
      "a sandbox that is not there",
      [{}, { started: undefined, errors: "sandbox required but bubblewrap is missing" }],
      { call: START, fault: "not-started", part: "sandbox" },
    ],
    [
      "a proxy before the model",
      [{}, { asked: 0, ended: "timed-out" }],
      { call: START, fault: "model-not-asked", part: "proxy" },
    ],
    [
      "a prompt that was kept back because a hook failed",
      [{}, { asked: 0, errors: "SessionEnd hook [https://x/v1/hook#y] failed: HTTP hook blocked" }],
      { call: START, fault: "hook-failed", part: "hooks" },
    ],
  ])("%s", (_, args, fault) => {
    expect(verdict(...args)).toEqual({ kind: "not-proven", fault: expect.objectContaining(fault) });
  });
});
