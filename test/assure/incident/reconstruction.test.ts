// An incident told out of the log: how each call came about, what was affected, and what the record cannot tell.
import { describe, expect, it } from "vitest";
import type { StoryEvent } from "#assure/activity/session-story.ts";
import { proposedOutcome } from "#assure/incident/attribution.ts";
import { reconstruct, type Traced, withoutTexts } from "#assure/incident/reconstruction.ts";
import { reconstructionLines } from "#assure/incident/reconstruction-text.ts";
import type { Incident } from "#detect/incident/incident.ts";
import type { JsonObject } from "#record/log/leaf.ts";

const START_MS = 1_772_352_000_000;
let index = 0;
function event(metadata: JsonObject, sealed?: JsonObject): StoryEvent {
  index += 1;
  const own = { session: "pseudonym", ...metadata };
  const common = { sessionId: "s1", user: "ada", cwd: "/home/ada/shop" };
  return {
    index,
    timeMs: START_MS + index * 1_000,
    metadata: own,
    sealed: sealed === undefined ? undefined : { ...common, ...sealed },
  };
}
const call = (id: string, metadata: JsonObject, readable?: JsonObject): StoryEvent =>
  event(
    {
      kind: "decision",
      tool: "Bash",
      call: id,
      verdict: "allow",
      rules: ["team/one"],
      mode: "default",
      interactive: true,
      policy: { id: "team", version: "1", digest: "d" },
      ...metadata,
    },
    readable === undefined ? undefined : { toolUseId: `toolu_${id}`, readable },
  );
const ended = (id: string, outcome = "success"): StoryEvent =>
  event({ kind: "result", call: id, outcome }, {});
const incident = (events: readonly number[], more: Partial<Incident> = {}): Incident => ({
  id: "inc-1",
  openedMs: START_MS,
  updatedMs: START_MS,
  level: "high",
  state: "open",
  title: "a title",
  owner: undefined,
  alertsOmitted: 0,
  actions: [],
  alerts: [
    {
      id: "al-1",
      timeMs: START_MS,
      rule: "impact/x",
      title: "x",
      level: "high",
      tags: [],
      events,
      repeats: 0,
      place: { session: "s1", user: "ada", project: "/home/ada/shop" },
    },
  ],
  ...more,
});
const told = (events: readonly StoryEvent[], more: Partial<Traced> = {}) =>
  reconstruct({ incident: incident([]), events, chains: [], held: [], isCut: false, ...more });
const begin = () => {
  index = 0;
};

describe("a call", () => {
  it.each<[string, JsonObject, "ran" | "not", boolean, string, string]>([
    ["refused", { verdict: "deny" }, "not", true, "blocked-by-hook", "refused by team/one"],
    ["asked about that ran", { verdict: "ask" }, "ran", true, "user-approved", "it ran"],
    ["asked about that did not run", { verdict: "ask" }, "not", true, "asked-not-run", "asks"],
    [
      "asked about where nobody is",
      { verdict: "ask", interactive: false },
      "not",
      true,
      "nobody-answered",
      "nobody",
    ],
    ["let through and not alerted", {}, "ran", false, "allowed-by-config", "team/one"],
    ["let through and found later", {}, "ran", true, "missed", "found later"],
    [
      "left to the client",
      { verdict: "abstain" },
      "ran",
      false,
      "allowed-by-config",
      "mode default",
    ],
    ["left to the client and found", { verdict: "abstain" }, "ran", true, "missed", "found later"],
    ["under an exception", { exceptions: ["e1"] }, "ran", true, "allowed-by-config", "e1"],
    [
      "while the guard was off",
      { verdict: "deny", enforced: false },
      "ran",
      true,
      "allowed-by-config",
      "switched off",
    ],
    [
      "in an observed project",
      { verdict: "deny", enforced: false, observed: true },
      "ran",
      true,
      "allowed-by-config",
      "observed",
    ],
    [
      "whose verdict nobody knows",
      { verdict: "perhaps", rules: 7 },
      "not",
      false,
      "allowed-by-config",
      "no rule on record",
    ],
  ])("%s", (_, metadata, came, isAlerted, how, why) => {
    begin();
    const events = [call("1", metadata, { text: "ls" }), ...(came === "ran" ? [ended("1")] : [])];
    const whole = told(events, { incident: incident(isAlerted ? [1] : []) });
    expect(whole.calls).toHaveLength(1);
    expect([whole.calls[0]?.how, whole.calls[0]?.why]).toEqual([how, expect.stringContaining(why)]);
    expect(whole.calls[0]?.alerts).toEqual(isAlerted ? ["impact/x"] : []);
    expect(whole.allowed.counts).toEqual({ [how]: 1 });
  });
  it("refused by the client itself", () => {
    begin();
    const denied = event({ kind: "hook", event: "PermissionDenied", call: "1" }, {});
    const whole = told([call("1", { verdict: "abstain" }, { text: "ls" }), denied]);
    expect(whole.calls[0]?.how).toBe("denied-by-policy");
  });
  it("is alerted by its end too, and keeps the client's own ids", () => {
    begin();
    const whole = told([call("1", {}, { text: "ls" }), ended("1")], { incident: incident([2]) });
    expect(whole.calls[0]).toMatchObject({
      event: 1,
      toolUseId: "toolu_1",
      sessionId: "s1",
      agentId: null,
      said: "ls",
      how: "missed",
      alerts: ["impact/x"],
      policy: "team 1 d",
      mode: "default",
    });
  });
});

describe("the outcome that calls speak for", () => {
  it.each([
    [["blocked-by-hook", "missed"], "missed"],
    [["blocked-by-hook", "user-approved"], "user-approved"],
    [["blocked-by-hook", "nobody-answered"], "nobody-answered"],
    [["blocked-by-hook", "asked-not-run"], undefined],
    [[], undefined],
  ] as const)("of %j is %s", (outcomes, expected) => {
    expect(proposedOutcome(outcomes)).toBe(expected);
  });
  it("is missed where a call was never judged", () => {
    begin();
    const batch = event({ kind: "batch", unjudgedCount: 2, calls: 3 }, {});
    const whole = told([call("1", { verdict: "deny" }, { text: "ls" }), batch]);
    expect([whole.allowed.unjudged, whole.allowed.proposed]).toEqual([2, "missed"]);
    expect(whole.steps.map(({ kind }) => kind)).toEqual(["batch"]);
  });
});

describe("an incident", () => {
  const events = () => {
    begin();
    return [
      event({ kind: "session", source: "startup", mode: "default", clientVersion: "2.1.328" }, {}),
      event({ kind: "hook", event: "UserPromptSubmit" }, { readable: { text: "release it" } }),
      event({ kind: "telemetry", prompt: "prompt-id" }, {}),
      call(
        "1",
        { effects: { "publish/registry": 1, "read/project": 3 } },
        { text: "npm publish", packages: ["shop"], hosts: ["npm.example"] },
      ),
      ended("1"),
      call(
        "2",
        { verdict: "deny", effects: { "deploy/any": 1 } },
        { text: "deploy", hosts: ["prod.example"] },
      ),
      event(
        { kind: "change", changes: { "write/project": 1 } },
        { branch: "main", commit: "c0ffee" },
      ),
      event({ kind: "config-change", source: "local_settings", outcome: "passed", why: "x" }, {}),
    ];
  };
  it("is told in seven steps", () => {
    const action = { atMs: START_MS, by: "ada", what: "take" };
    const run = {
      playbook: "p",
      startedMs: 0,
      by: "ada",
      steps: ["a"],
      done: [{ step: "a", atMs: 5, by: "ada" }],
    };
    const of = incident([4], { actions: [action], playbooks: [run], outcome: "missed" });
    const whole = told(events(), { incident: of });
    expect(whole.identity).toMatchObject({
      users: ["ada"],
      sessions: ["s1"],
      pseudonyms: ["pseudonym"],
      places: ["/home/ada/shop"],
      branches: ["main"],
      commits: ["c0ffee"],
      modes: ["default"],
      workspaces: ["interactive"],
      clients: ["2.1.328"],
    });
    expect(whole.prompts).toMatchObject([{ event: 2, said: "release it", promptId: "prompt-id" }]);
    // What was refused affects nothing.
    expect(whole.affected).toMatchObject({
      hosts: ["npm.example"],
      packages: ["shop"],
      effects: { "publish/registry": [4] },
    });
    expect(whole.steps.map(({ kind }) => kind)).toEqual(["session", "change", "config-change"]);
    expect(whole.allowed).toEqual({
      counts: { missed: 1, "blocked-by-hook": 1 },
      unjudged: 0,
      proposed: "missed",
      said: "missed",
    });
    expect(whole.containment.playbooks).toMatchObject([{ playbook: "p", finishedMs: 5 }]);
    const lines = reconstructionLines(whole);
    expect(lines.filter((line) => /^[1-7]\. /.test(line))).toHaveLength(7);
  });
  it("is told by what came of calls, and not by what they asked for", () => {
    begin();
    const write = (id: string, file: string, tool = "Write") =>
      call(id, { tool, verdict: "abstain" }, { changes: [file] });
    const whole = told([
      ...[write("1", "ran.ts"), ended("1")],
      ...[
        write("2", "refused-by-client.ts"),
        event({ kind: "hook", event: "PermissionDenied", call: "2" }),
      ],
      ...[write("3", "tool-failed.ts"), ended("3", "failure")],
      ...[write("4", "command-failed.ts", "Bash"), ended("4", "failure")],
      write("5", "no-end.ts"),
      ...[
        write("6", "held.ts", "Bash"),
        event({ kind: "held", call: "6", what: "write" }),
        ended("6"),
      ],
      ...[write("7", "ran.ts", "Bash"), ended("7", "failure")],
    ]);
    expect(whole.affected.changes).toEqual(["ran.ts"]);
    expect(whole.affected.perhaps.changes).toEqual(["command-failed.ts", "no-end.ts", "held.ts"]);
    const lines = reconstructionLines(whole).join("\n");
    expect(lines).toContain("  changed: ran.ts\n");
    expect(lines).toContain("  perhaps changed: command-failed.ts, no-end.ts, held.ts\n");
    expect(lines.split("4. what was affected")[1]).not.toMatch(/refused-by-client|tool-failed/);
  });
  it("is not said to be of somebody who only set something at that time", () => {
    begin();
    const other = { sessionId: "s9", user: "eve", cwd: "/home/eve" };
    const events = [
      call("1", {}, { text: "ls" }),
      event({ kind: "config-change", session: "p9", outcome: "passed" }, other),
    ];
    const whole = told(events, { around: new Set([2]) });
    expect(whole.identity).toMatchObject({
      users: ["ada"],
      sessions: ["s1"],
      pseudonyms: ["pseudonym"],
    });
    expect(whole.steps.map(({ kind }) => kind)).toEqual(["config-change"]);
  });
  it("names what it cannot tell", () => {
    begin();
    const sealed = call("1", {});
    const silent = call("2", {}, {});
    const forged = { ...call("3", {}), isForged: true };
    const whole = told([sealed, silent, forged], {
      isCut: true,
      incident: incident([1, 99], { alertsOmitted: 4 }),
    });
    for (const gap of [
      "2 calls under a key",
      "1 call of which the policy kept no words",
      "1 event that this installation did not seal",
      "1 event of its alerts",
      "4 earlier alerts",
      "more than are read",
    ])
      expect(whole.gaps.join("\n")).toContain(gap);
    expect(told([]).gaps.join()).toContain("any judged call");
  });
  it("without texts has none of what people and calls said", () => {
    const whole = withoutTexts(told(events()));
    const text = JSON.stringify(whole);
    for (const word of ["release it", "npm publish", "npm.example", "prod.example"])
      expect(text).not.toContain(word);
    expect(text).toContain("publish/registry");
    expect(whole.gaps.join()).toContain("--reveal");
  });
  it("of any size is bounded, and what alerts name stays", () => {
    begin();
    const many = Array.from({ length: 2_500 }, (_, at) =>
      call(String(at), {}, { text: `ls ${at}` }),
    );
    const whole = told(many, { incident: incident([1]) });
    expect([whole.calls.length, whole.callsOmitted, whole.calls[0]?.event]).toEqual([
      2_000, 500, 1,
    ]);
    expect(reconstructionLines(whole).length).toBeLessThan(120);
  });
  it("steers no terminal, whatever names and titles hold", () => {
    begin();
    const evil = "x\u001b[2J\u202e\n7. forged";
    const whole = told([call("1", {}, { text: evil, hosts: [evil] })], {
      incident: incident([1], {
        title: evil,
        actions: [{ atMs: 0, by: evil, what: "note", note: evil }],
      }),
    });
    const lines = reconstructionLines(whole);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there.
    expect(lines.filter((line) => /[\u0000-\u001f\u007f\u202e]/.test(line))).toEqual([]);
    expect(lines.filter((line) => line.startsWith("7. "))).toHaveLength(1);
  });
});
