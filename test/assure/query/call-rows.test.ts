// Why a call came about as it did, in words for somebody who knows nothing of it.
import { describe, expect, it } from "vitest";
import type { StoryEvent } from "#assure/activity/session-story.ts";
import { outcomeCounts, plainSaid, whyOf } from "#assure/query/answers/call-rows.ts";
import { toldCalls } from "#assure/query/answers/told-calls.ts";
import type { JsonObject } from "#record/log/leaf.ts";

const RULE = "builtin:team/publish/any";
const ruleWords = (rule: string) => (rule === RULE ? "others will see it" : undefined);
const DECIDED = { kind: "decision", call: "c", tool: "Bash", rules: [RULE], verdict: "ask" };

function event(index: number, metadata: JsonObject): StoryEvent {
  return { index, timeMs: index, metadata, sealed: undefined };
}

function why(metadata: JsonObject, ...more: readonly JsonObject[]): string[] {
  const events = [{ ...DECIDED, ...metadata }, ...more].map((one, index) => event(index, one));
  return toldCalls(events).map((call) => whyOf(call, { ruleWords }));
}

describe("why a call came so", () => {
  it.each<[string, JsonObject, string]>([
    ["asked", {}, `rule ${RULE} asks a person first: others will see it`],
    ["refused", { verdict: "deny" }, `rule ${RULE} refuses it: others will see it`],
    ["allowed", { verdict: "allow" }, `rule ${RULE} allows it: others will see it`],
    [
      "a rule without words at hand",
      { rules: ["user:own/x"] },
      "rule user:own/x asks a person first",
    ],
    ["no rule on record", { rules: [] }, "no rule is on record"],
    [
      "no rule spoke",
      { verdict: "abstain", mode: "plan" },
      "no rule refuses it, allows it or asks: left to Claude Code and its own permissions (mode plan)",
    ],
    ["switched off", { enforced: false, verdict: "deny" }, "sallyport was switched off"],
    [
      "only observed",
      { observed: true, enforced: false, verdict: "deny" },
      "the project is only observed, and no rule holds there",
    ],
  ])("%s", (_, metadata, words) => {
    expect(why(metadata)).toEqual([words]);
  });

  it("what the sandbox refused, once each, before the rule", () => {
    const held = (what: string) => ({ kind: "held", call: "c", what });
    expect(why({}, held("network"), held("network"), held("outside"))).toEqual([
      `the sandbox refused it access to the network, and a write outside of its folders; rule ${RULE} asks a person first: others will see it`,
    ]);
  });
});

it("a stand-in for a secret shows its kind alone", () => {
  const said = `curl -H "${["[[SP:gitlab-personal-access-token", "ABCDEFG2]]"].join(":")}" x`;
  expect(plainSaid(said)).toBe('curl -H "<secret: gitlab-personal-access-token>" x');
  expect(plainSaid("echo [[SP:short]]")).toBe("echo [[SP:short]]");
});

it("calls are counted by how they ended", () => {
  const calls = toldCalls([
    event(0, { ...DECIDED, call: "a" }),
    event(1, { ...DECIDED, call: "b", verdict: "deny" }),
    event(2, { kind: "result", call: "a", outcome: "success" }),
  ]);
  expect(outcomeCounts(calls, " here")).toBe("2 calls here (asked, then ran: 1; refused: 1)");
  expect(outcomeCounts([])).toBe("0 calls");
});
