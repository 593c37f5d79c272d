// Forged and flooding submitters: whoever holds the hook token is marked where nothing speaks for it, and displaces nobody.
import { Agent } from "node:https";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Clock } from "#base/clock.ts";
import type { HookEvent } from "#guard/events/normalize.ts";
import { sessionMetadata } from "#record/event/event.ts";
import { createEventRates } from "#surface/services/hooks/event-rates.ts";
import type { HookPorts } from "#surface/services/hooks/ports.ts";
import { createSessionMemory } from "#surface/services/sessions/session-memory.ts";
import { hasTranscript } from "#surface/services/sessions/transcript.ts";
import { session, stamp } from "../../record/event/samples.ts";
import { freshDirectory, openStand, preToolUse, type Stand, verdictOf } from "./daemon-stand.ts";

const stands: Stand[] = [];
afterEach(async () => {
  for (const stand of stands.splice(0)) await stand.close();
});
async function stand(changes: Partial<HookPorts> = {}): Promise<Stand> {
  const opened = await openStand(changes);
  stands.push(opened);
  await opened.run.ready();
  return opened;
}
const doubts = (opened: Stand) =>
  opened.observations.flatMap((item) => (item.kind === "decision" ? [item.submitter.doubts] : []));
const at = (ms: number): Clock => ({ nowMs: () => ms, monotonicMs: () => ms });
const project = { id: "p", root: "/p" };
const event = (sessionId: string, kind: "other" | "session-start" = "other") =>
  ({ kind, sessionId, cwd: "/p", mode: "default", eventName: "Stop" }) as HookEvent;

describe("the record marks", () => {
  test("a session that nobody started and that has no transcript, until one of both is there", async () => {
    let there = false;
    const opened = await stand({ hasTranscript: () => there });
    await opened.post(preToolUse());
    await opened.post(
      preToolUse({ session_id: "b", hook_event_name: "SessionStart", source: "startup" }),
    );
    await opened.post(preToolUse({ session_id: "b" }));
    there = true;
    await opened.post(preToolUse());
    there = false;
    await opened.post(preToolUse());
    expect(doubts(opened)).toEqual([["unproven"], [], [], []]);
  });

  test("a call that was judged with another input, and not the client's retry of the same", async () => {
    const opened = await stand();
    const call = (command: string) => preToolUse({ tool_use_id: "t", tool_input: { command } });
    await opened.post(call("ls"));
    await opened.post(call("ls"));
    await opened.post(call("cat a"));
    await opened.post(preToolUse({ session_id: "other", tool_use_id: "t" }));
    // While the call is under way, something in the client may rewrite it.
    expect(doubts(opened)).toEqual([[], [], [], []]);
    const ended = { hook_event_name: "PostToolUse", tool_response: { stdout: "" } };
    await opened.post(preToolUse({ tool_use_id: "t", tool_input: { command: "cat a" }, ...ended }));
    await opened.post(call("cat b"));
    expect(doubts(opened).at(-1)).toEqual(["replayed"]);
  });

  test("a directory of another guarded project", async () => {
    const other = { id: "ffff", root: "/other" };
    const opened = await stand({ projectAt: (path) => (path === "/other" ? other : undefined) });
    await opened.post(preToolUse({ cwd: "/other" }));
    await opened.post(preToolUse({ cwd: "/elsewhere" }));
    expect(doubts(opened)).toEqual([["other-project"], []]);
  });

  test("a change into a guarded root around or inside the session's own only where nothing proves the session", async () => {
    let there = true;
    const opened = await stand({
      hasTranscript: () => there,
      projectAt: (path) => ({ id: "ffff", root: path }),
    });
    const { cwd } = JSON.parse(preToolUse()) as { cwd: string };
    const post = (session: string, to: string) =>
      opened.post(preToolUse({ session_id: session, cwd: to }));
    await post("a", "/");
    await post("a", `${cwd}/inner`);
    there = false;
    await post("b", "/");
    expect(doubts(opened)).toEqual([[], [], ["unproven", "other-project"]]);
  });

  test("no probe of ours as unproven", async () => {
    const opened = await stand({ hasTranscript: () => false });
    await opened.post(preToolUse({ session_id: "canary-0123456789abcdef" }));
    await opened.post(preToolUse({ session_id: "canary-of-another" }));
    expect(doubts(opened)).toEqual([[], ["unproven"]]);
  });

  test("doubts in clear, and nothing where there are none", () => {
    const doubted = sessionMetadata(stamp, "decision", { ...session, doubts: ["unproven"] });
    expect(doubted["doubts"]).toEqual(["unproven"]);
    expect(
      Object.keys(sessionMetadata(stamp, "decision", { ...session, doubts: [] })),
    ).not.toContain("doubts");
  });
});

test("a transcript counts under the session's own id as a plain file of ours", () => {
  const room = freshDirectory();
  const path = (name: string) => join(room.path, name);
  writeFileSync(path("s.jsonl"), "");
  symlinkSync("s.jsonl", path("link.jsonl"));
  mkdirSync(path("folder.jsonl"));
  const of = (sessionId: string, transcriptPath?: string) =>
    hasTranscript({ sessionId, transcriptPath });
  expect(of("s", path("s.jsonl"))).toBe(true);
  for (const name of ["link", "folder", "gone"])
    expect(of(name, path(`${name}.jsonl`))).toBe(false);
  expect([of("t", path("s.jsonl")), of("s"), of("s", `${path("s.jsonl")}\0`)]).toEqual([
    false,
    false,
    false,
  ]);
  room.remove();
});

describe("a forger", () => {
  const flooded = (
    forged: (memory: ReturnType<typeof createSessionMemory>, id: string) => void,
  ) => {
    const memory = createSessionMemory();
    const { session: real } = memory.touch(project, event("real"), at(0));
    real.raise("known");
    real.noteWritten("/p/x");
    real.hold({ quarantined: true, reason: "altered" });
    for (let index = 0; index < 2_000; index++) forged(memory, `forged-${index}`);
    return memory;
  };
  test.each([
    ["invented sessions", "other"],
    ["invented starts", "session-start"],
  ] as const)("does not push a real session out with %s", (_name, kind) => {
    const memory = flooded((of, id) => of.touch(project, event(id, kind), at(1)));
    expect(memory.size).toBe(256);
    const again = memory.touch(project, event("real"), at(2));
    expect(again.isNew).toBe(false);
    expect([...again.session.view(event("real")).writtenPaths]).toEqual(["/p/x"]);
    expect(again.session.holds().quarantined).toBe(true);
  });

  test("does not end a session that goes on, nor forget it by a start or an end that is invented", () => {
    const memory = createSessionMemory();
    memory.touch(project, event("real"), at(0)).session.noteWritten("/p/x");
    memory.end?.(project, "real", at(1));
    const started = memory.touch(project, event("real", "session-start"), at(2));
    expect([...started.session.view(event("real")).writtenPaths]).toEqual(["/p/x"]);
  });

  test("does not clear the hold of a session whose controls are altered", async () => {
    const held: boolean[] = [];
    const opened = await stand({
      inspectControls: () => ({ kind: "altered", code: "hook-altered", what: "altered" }),
      judge: async ({ session: view }) => {
        held.push(view.holds.quarantined);
        throw new Error("not asked");
      },
    });
    for (const forged of ["SessionStart", "SessionEnd", "ConfigChange"]) {
      await opened.post(
        preToolUse({ hook_event_name: forged, source: "startup", reason: "clear" }),
      );
      await opened.post(preToolUse());
    }
    expect(held).toEqual([true, true, true]);
  });
});

describe("the rate of one project's events", () => {
  test("lets what is more than 200 a second wait, refuses what nobody waits for, and forgets it in seconds", () => {
    let nowMs = 0;
    const rates = createEventRates(() => nowMs);
    const waits = (count: number, id = "p") => Array.from({ length: count }, () => rates.take(id));
    const counted = (all: readonly (number | undefined)[]) => [
      all.filter((wait) => wait === 0).length,
      all.filter((wait) => wait !== undefined && wait > 0).length,
      all.filter((wait) => wait === undefined).length,
    ];
    const first = waits(5_000);
    expect(counted(first)).toEqual([1_000, 100, 3_900]);
    expect(Math.max(...first.map((wait) => wait ?? 0))).toBe(500);
    nowMs = 1_000;
    expect(counted(waits(5_000))).toEqual([100, 100, 4_800]);
    expect(counted(waits(10, "q"))).toEqual([10, 0, 0]);
    nowMs = 1_000_000;
    expect(counted(waits(1_000))).toEqual([1_000, 0, 0]);
  });

  test("refuses none of a hundred agents that wait for their answers, however fast they are", () => {
    let nowMs = 0;
    const rates = createEventRates(() => nowMs);
    const free: number[] = Array.from({ length: 100 }, () => 0);
    let [refused, answered] = [0, 0];
    for (; nowMs < 60_000; nowMs += 5) {
      for (const [agent, atMs] of free.entries()) {
        if (atMs > nowMs) continue;
        const wait = rates.take("p");
        if (wait === undefined) refused++;
        else answered++;
        free[agent] = nowMs + (wait ?? 0) + 1;
      }
    }
    expect(refused).toBe(0);
    expect(answered).toBeGreaterThan(12_000);
  });

  test("leaves twenty sessions at once alone, with ten events a second each", () => {
    let nowMs = 0;
    const rates = createEventRates(() => nowMs);
    let held = 0;
    for (; nowMs < 60_000; nowMs += 100) {
      for (let session = 0; session < 20; session++) if (rates.take("p") !== 0) held++;
    }
    expect(held).toBe(0);
  });

  test("past it a hook is refused in words and counted", async () => {
    // Time stands still: nothing is forgotten however slow this machine is.
    const opened = await stand({ clock: { ...at(0), nowMs: () => Date.now() } });
    const agent = new Agent({ keepAlive: true, maxSockets: 120 });
    const replies = await Promise.all(
      Array.from({ length: 1_140 }, () => opened.post("", { agent }).then(({ text }) => text)),
    );
    agent.destroy();
    const refused = replies.filter((text) => text.includes("200 events a second"));
    expect(refused.length).toBe(40);
    expect(verdictOf(JSON.parse(refused[0] ?? "null"))).toBe("block");
    await opened.run.stop();
    const counted = opened.observations.flatMap((item) =>
      item.kind === "rejected" && item.code === "rate" ? [item.count] : [],
    );
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(refused.length);
    expect(counted.length).toBeLessThan(30);
  });
});
