// A call that was refused and has a result all the same: on record, the session held, the turn ended; and what is no alarm.
import { afterEach, describe, expect, test } from "vitest";
import type { Verdict } from "#guard/policy/decision.ts";
import { createAnswers } from "#surface/services/sessions/answers-given.ts";
import { type HeldSession, type HeldSessions } from "#surface/services/sessions/held-sessions.ts";
import type { HookPorts } from "#surface/services/hooks/ports.ts";
import { ANSWERS_MAX } from "#surface/services/sessions/session-record.ts";
import { decisionOf, openStand, preToolUse, type Stand, verdictOf } from "./daemon-stand.ts";

const stands: Stand[] = [];
afterEach(async () => {
  for (const stand of stands.splice(0)) await stand.close();
});

function heldInMemory(): HeldSessions {
  const all = new Map<string, HeldSession>();
  return {
    of: (id) => all.get(id),
    all: () => [...all.values()],
    hold: (held) => !all.has(held.sessionId) && all.set(held.sessionId, held).size > 0,
    release(id) {
      const found = all.get(id);
      all.delete(id);
      return found;
    },
  };
}

/** Refuses commands with `no` in them; asks about those with `maybe`. */
async function stand(changes: Partial<HookPorts> = {}) {
  const held = heldInMemory();
  const opened = await openStand({
    held,
    judge: async ({ call, session }) => {
      const text = call.input.kind === "bash" ? call.input.command : "";
      const isHeld = held.of(session.sessionId) !== undefined;
      const verdict: Verdict =
        isHeld || text.includes("no") ? "deny" : text.includes("maybe") ? "ask" : "abstain";
      return { decision: decisionOf(verdict), policy: undefined };
    },
    ...changes,
  });
  stands.push(opened);
  await opened.run.ready();
  const input = (command: string, more: object) =>
    preToolUse({ tool_use_id: "t", tool_input: { command }, ...more });
  return {
    held,
    ask: async (command: string, more: object = {}) =>
      verdictOf((await opened.post(input(command, more))).json),
    ran: async (command: string, more: object = {}) => {
      const ended = { hook_event_name: "PostToolUse", tool_response: { stdout: "" }, ...more };
      return (await opened.post(input(command, ended))).json;
    },
    breaches: () => opened.observations.flatMap((one) => (one.kind === "breach" ? [one.how] : [])),
    rewritten: () =>
      opened.observations.filter((one) => one.kind === "decision" && one.rewritten === true).length,
  };
}

describe("the alarm", () => {
  test("a refused call that has a result: recorded, the turn ended, every further call refused", async () => {
    const opened = await stand();
    expect(await opened.ask("echo no")).toBe("deny");
    const answer = await opened.ran("echo no");
    expect(answer).toMatchObject({ continue: false });
    expect(JSON.stringify(answer)).toContain("ALARM, a call ran although it was refused");
    expect(JSON.stringify(answer)).toContain("sallyport session release session-1");
    expect(opened.breaches()).toEqual(["ran-refused"]);
    expect(opened.held.of("session-1")).toMatchObject({ cause: "ran-although-refused" });
    expect(await opened.ask("ls", { tool_use_id: "u" })).toBe("deny");
    expect(await opened.ask("ls", { tool_use_id: "v", session_id: "other" })).toBe("abstain");
  });
  test("a refused call that ran as something that nobody judged", async () => {
    const opened = await stand();
    await opened.ask("echo no");
    expect(await opened.ran("echo else")).toMatchObject({ continue: false });
  });
  test("a question in a mode in which nobody can answer it", async () => {
    const opened = await stand();
    await opened.ask("maybe", { permission_mode: "dontAsk" });
    await opened.ran("maybe", { permission_mode: "dontAsk" });
    expect(opened.breaches()).toEqual(["ran-refused"]);
  });
  test("is told of a project that is only observed as well, where nothing was refused: never", async () => {
    const opened = await stand({ observes: () => true });
    await opened.ask("echo no");
    expect(await opened.ran("echo no")).not.toMatchObject({ continue: false });
    expect([opened.breaches(), opened.held.all()]).toEqual([[], []]);
  });
  test("a daemon that starts anew knows what it refused", () => {
    const told: object[] = [];
    const first = createAnswers([], (record) => told.push(record));
    first.note("free", "d", "free");
    first.note("a", "d", "refused");
    expect(told).toEqual([{ given: [["a", "d", "refused"]] }]);
    const second = createAnswers(first.sum().given);
    expect([second.refused("a", "d"), second.refused("free", "d"), second.has("free")]).toEqual([
      ...[true, false, false],
    ]);
    for (let at = 0; at < ANSWERS_MAX; at++) second.note(`c${at}`, "d", "refused");
    expect([second.refused("a", "d"), second.sum().given?.length]).toEqual([false, ANSWERS_MAX]);
  });
});

describe("no alarm", () => {
  test("a question that a person answered with yes", async () => {
    const opened = await stand();
    expect(await opened.ask("maybe")).toBe("ask");
    expect(verdictOf(await opened.ran("maybe"))).toBe("empty");
    expect([opened.breaches(), opened.held.all()]).toEqual([[], []]);
  });
  test("a call that was refused, then allowed, as an exception that came between does it", async () => {
    let isOpen = false;
    const judge = async () => ({
      decision: decisionOf(isOpen ? "allow" : "deny"),
      policy: undefined,
    });
    const opened = await stand({ judge });
    await opened.ask("ls");
    isOpen = true;
    await opened.ask("ls");
    await opened.ran("ls");
    expect(opened.breaches()).toEqual([]);
  });
  test("a refusal during a time off, which is not enforced", async () => {
    const off = { id: "0123456789abcdef", projectId: null, startedMs: 0, untilMs: 1, boot: "" };
    const opened = await stand({ off: () => ({ ...off, startedUpMs: 0, reason: null }) });
    await opened.ask("echo no");
    await opened.ran("echo no");
    expect(opened.breaches()).toEqual([]);
  });
});

describe("a call that something rewrote is judged twice under one id", () => {
  test("refused as it was and allowed as it became: what ran decides", async () => {
    const opened = await stand();
    await opened.ask("echo no");
    expect(await opened.ask("echo yes")).toBe("abstain");
    await opened.ran("echo yes");
    expect([opened.breaches(), opened.rewritten()]).toEqual([[], 1]);
  });
  test.each([
    ["the refused one ran", "echo no"],
    ["refused last, and the first ran", "ls"],
  ])("%s", async (_, ran) => {
    const opened = await stand();
    await opened.ask(ran === "ls" ? "ls" : "echo no");
    await opened.ask(ran === "ls" ? "echo no" : "echo yes");
    await opened.ran(ran);
    expect(opened.breaches()).toEqual(["ran-refused"]);
  });
  test("a command that another hook rewrote after the judgement is on record and stops nobody", async () => {
    const opened = await stand();
    await opened.ask("ls");
    expect(verdictOf(await opened.ran("wrap ls"))).toBe("empty");
    expect([opened.breaches(), opened.held.all()]).toEqual([["ran-otherwise"], []]);
  });
});
