// An incident turned into tests: what can be turned, what is expected of it, and what is named as left.
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Reconstruction, reconstruct } from "#assure/incident/reconstruction.ts";
import type { TracedCall } from "#assure/incident/traced-calls.ts";
import { caseText, parseCase } from "#assure/incident/red-team-case.ts";
import { drillCalls, regressionOf } from "#assure/incident/regression.ts";
import type { Incident } from "#detect/incident/incident.ts";
import { compilePolicyFile } from "#surface/services/policy/policy-source.ts";

const KEY = "AKIA" + "Q7RT2MNB5XKD3JHW";
const WISH = { missed: "deny", pack: "team", owner: "ada" } as const;
const base: TracedCall = {
  event: 1,
  timeMs: 0,
  tool: "Bash",
  toolUseId: "t",
  sessionId: "s",
  agentId: null,
  said: "ls",
  verdict: "allow",
  rules: [],
  came: "ran",
  how: "missed",
  why: "",
  alerts: ["impact/x"],
  mode: "default",
  policy: "team 1 d",
};
function whole(calls: readonly TracedCall[]): Reconstruction {
  const incident: Incident = {
    id: "inc-01k7",
    openedMs: 0,
    updatedMs: 0,
    level: "high",
    state: "open",
    title: "a title",
    owner: undefined,
    alerts: [],
    alertsOmitted: 0,
    actions: [],
  };
  return { ...reconstruct({ incident, events: [], chains: [], held: [], isCut: false }), calls };
}

describe("a call of an incident", () => {
  it.each<[string, Partial<TracedCall>, string]>([
    ["that was missed", {}, "deny"],
    ["that was refused", { came: "refused", how: "blocked-by-hook" }, "deny"],
    ["that a person approved", { came: "asked, then ran", how: "user-approved" }, "ask"],
    ["that was asked about", { came: "asked, did not run", how: "asked-not-run" }, "ask"],
    ["that only led there", { alerts: [], how: "allowed-by-config" }, "step"],
    ["of another tool", { tool: "Read", said: "src/a.ts" }, "deny"],
  ])("%s is expected to be met so", (_, more, expected) => {
    const { case: made } = regressionOf(whole([{ ...base, ...more }]), WISH);
    expect(made.calls.map((one) => one.expect)).toEqual([expected]);
    expect(made.left).toEqual([]);
  });
  it("that was missed is asked about where a person wants that", () => {
    const { case: made } = regressionOf(whole([base]), { ...WISH, missed: "ask" });
    expect(made.calls[0]?.expect).toBe("ask");
  });
  it.each<[string, Partial<TracedCall>, string]>([
    ["whose words are gone", { said: null }, "not kept"],
    ["of which the middle is missing", { said: "echo [... 900 characters ...] x" }, "longer"],
    ["that was too long", { said: "(300000 characters)" }, "longer"],
    ["with a placeholder", { said: "curl -H [[SP:cloud/key:ABCDEFGH]] x" }, "secret"],
    ["with a value left out", { said: "curl https://x.example/?key=…" }, "secret"],
    ["with a login left out", { said: "curl https://…@x.example/" }, "secret"],
    ["with a key in it", { said: `echo ${KEY}` }, "secret"],
    ["of a server's tool", { tool: "mcp", said: "search {}" }, "only a part"],
    ["with the home in quotes", { said: 'cat "~/a b"' }, "home"],
    ["of an edit", { tool: "Edit", said: "a.ts (3 characters written)" }, "only a part"],
  ])("%s is left, with the reason", (_, more, why) => {
    const made = regressionOf(whole([{ ...base, ...more }]), WISH);
    expect(made.case.calls).toEqual([]);
    expect(made.case.left).toMatchObject([{ event: 1, why: expect.stringContaining(why) }]);
    expect(made.policy).toBeUndefined();
    expect(caseText(made.case)).not.toContain(KEY);
  });
});

describe("the tests of an incident", () => {
  const hostile = "echo 'a: *b'\n# & \"x\" \u0007 !!js {{}} - | >";
  const made = regressionOf(
    whole([
      base,
      { ...base, said: hostile, came: "refused", how: "blocked-by-hook" },
      { ...base, said: hostile, came: "refused", how: "blocked-by-hook" },
      { ...base, alerts: [], how: "allowed-by-config", said: "git status" },
      { ...base, said: null },
    ]),
    WISH,
  );
  it("are a case that its reader takes, word for word", () => {
    expect(parseCase(caseText(made.case), "case.yaml")).toEqual(made.case);
    expect(made.case).toMatchObject({
      id: "incident-01k7",
      from: { incident: "inc-01k7", drill: false },
    });
  });
  it("and a policy whose examples are each call that matters, once", () => {
    expect(made.examples).toBe(2);
    const text = made.policy ?? "";
    expect(parse(text)).toMatchObject({
      id: "incident-01k7",
      extends: ["team"],
      review: { owner: "ada" },
      examples: [
        { command: "ls", verdict: "deny" },
        { command: hostile, verdict: "deny" },
      ],
    });
    expect(compilePolicyFile(text, "policy.yaml").rules.length).toBeGreaterThan(0);
  });
  it("of a drill expect what the playbook says", () => {
    const calls = drillCalls(
      [
        { command: "cat .env", came: "refused", expect: "deny" },
        { command: "ls", came: "ran", expect: "allow" },
      ],
      "drill/x",
      5,
    );
    const { case: one } = regressionOf({ ...whole(calls), drill: true }, WISH);
    expect(one.calls.map((call) => call.expect)).toEqual(["deny", "allow"]);
  });
  it("have no room without end", () => {
    const many = Array.from({ length: 300 }, (_, at) => ({ ...base, said: `ls ${at}` }));
    const { case: one } = regressionOf(whole(many), WISH);
    expect([one.calls.length, one.left.length]).toEqual([200, 100]);
  });
  it.each([
    ["a member that nobody knows", "extra: 1\n"],
    [
      "a verdict that is none",
      "calls: [{ call: { tool: Bash, command: x }, was: x, how: x, expect: maybe }]\n",
    ],
    ["another version", "case: 2\n"],
  ])("are refused with %s", (_, more) => {
    const [key = ""] = more.split(":");
    const lines = caseText({ ...made.case, calls: [], left: [] }).split("\n");
    const text = `${lines.filter((line) => !line.startsWith(`${key}:`)).join("\n")}${more}`;
    expect(() => parseCase(text, "case.yaml")).toThrow();
  });
});
