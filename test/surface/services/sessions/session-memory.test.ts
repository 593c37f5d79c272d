// The memory of sessions: agents share one, ended ones are forgotten last of all by an attacker's wish, bounds hold.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Clock } from "#base/clock.ts";
import type { HookEvent } from "#guard/events/normalize.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import { createOpenCalls } from "#surface/services/sessions/open-calls.ts";
import { createSubject } from "#record/log/subject.ts";
import { createSessionMemory, type Session } from "#surface/services/sessions/session-memory.ts";
import { openSessionStore } from "#surface/services/sessions/session-store.ts";
import { createStoredMemory } from "#surface/hook/stored-memory.ts";

const project = { id: "p", root: "/p" };
const MINUTE = 60_000;
const at = (ms: number): Clock => ({ nowMs: () => ms, monotonicMs: () => ms });

function event(changes: Partial<HookEvent> & { sessionId: string }): HookEvent {
  const notes = { words: {}, sizes: {}, names: {}, paths: {}, callId: undefined };
  const common = { eventName: "Stop", cwd: "/p", transcriptPath: undefined, mode: "default" };
  const ids = { agentId: undefined, promptId: undefined };
  // The parts that a test changes fit the kind that it names.
  return { kind: "other", name: "Stop", notes, ...common, ...ids, ...changes } as HookEvent;
}

const read = (id: string, path: string): ToolCall => ({
  id,
  tool: "Read",
  cwd: "/p",
  input: { kind: "read", path },
});

const ofDaemon = () => {
  const memory = createSessionMemory();
  return (next: HookEvent) => memory.touch(project, next, at(0)).session;
};

const directory = mkdtempSync(join(tmpdir(), "sallyport-memory-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
let opened = 0;
const ofProcesses = () => {
  const name = `s${(opened += 1)}`;
  const store = openSessionStore(directory, createSubject(Buffer.alloc(32, 7)));
  return (next: HookEvent) => {
    const memory = createStoredMemory(store, () => name);
    const { session } = memory.touch(project, next, at(0));
    memory.commit();
    return session;
  };
};

describe("a session", () => {
  const memories: readonly [string, () => (event: HookEvent) => Session][] = [
    ["the daemon", ofDaemon],
    ["one process after the other", ofProcesses],
  ];
  describe.each(memories)("remembered by %s", (_, open) => {
    test.each([
      ["instructions", false, []],
      ["session-start", true, []],
      ["instructions session-start pre-tool-use", true, []],
      ["session-start prompt pre-tool-use post-tool-use", true, []],
      ["pre-tool-use", false, ["/p/"]],
      ["post-tool-use", false, ["/p/"]],
      ["prompt pre-tool-use", false, ["/p/"]],
      ["instructions prompt post-tool-use session-start", false, ["/p/"]],
      ["pre-tool-use session-start pre-tool-use", false, ["/p/"]],
    ])(
      "with %s: seen from its start: %j, may have written before: %j",
      (kinds, isComplete, written) => {
        const touch = open();
        let last: string[] = [];
        let session: Session | undefined;
        for (const kind of kinds.split(" ")) {
          const next = { ...event({ sessionId: "s", cwd: "/p" }), kind } as HookEvent;
          session = touch(next);
          last = [...session.view(next).writtenPaths];
        }
        expect([session?.isComplete(), last]).toEqual([isComplete, written]);
      },
    );
  });
  test("shows each event its own directory and mode, and all of them what was written", () => {
    const memory = createSessionMemory();
    const main = event({ sessionId: "s", cwd: "/p" });
    const agent = event({ sessionId: "s", cwd: "/p/worktree", mode: "plan", agentId: "a" });
    const { session } = memory.touch(project, main, at(0));
    expect(memory.touch(project, agent, at(1))).toMatchObject({ isNew: false });
    session.noteWritten("/p/x");
    expect(session.view(main)).toMatchObject({ cwd: "/p", mode: "default" });
    expect(session.view(agent)).toMatchObject({ cwd: "/p/worktree", mode: "plan" });
    expect([...session.view(agent).writtenPaths]).toEqual(["/p/x"]);
  });

  test("that ended is still known to its background tasks, and to whoever only says that it ended", () => {
    const memory = createSessionMemory();
    memory.touch(project, event({ sessionId: "s" }), at(0)).session.noteWritten("/p/x");
    memory.end?.(project, "s", at(0));
    const late = memory.touch(project, event({ sessionId: "s" }), at(5 * MINUTE));
    expect(late.isNew).toBe(false);
    expect(late.session.view(event({ sessionId: "s" })).writtenPaths.has("/p/x")).toBe(true);
    // It spoke again, so it did not end.
    memory.touch(project, event({ sessionId: "other" }), at(30 * MINUTE));
    expect(memory.touch(project, event({ sessionId: "s" }), at(31 * MINUTE)).isNew).toBe(false);
  });

  test("that ended is forgotten minutes later, and its own project's only", () => {
    const memory = createSessionMemory();
    const elsewhere = { id: "q", root: "/q" };
    memory.touch(project, event({ sessionId: "s" }), at(0));
    memory.touch(elsewhere, event({ sessionId: "s" }), at(0));
    memory.end?.(project, "s", at(0));
    memory.end?.(project, "never-seen", at(0));
    memory.touch(project, event({ sessionId: "other" }), at(11 * MINUTE));
    expect(memory.touch(project, event({ sessionId: "s" }), at(11 * MINUTE)).isNew).toBe(true);
    expect(memory.touch(elsewhere, event({ sessionId: "s" }), at(11 * MINUTE)).isNew).toBe(false);
  });

  test("that ended makes room before one that lives", () => {
    const memory = createSessionMemory();
    for (let index = 0; index < 256; index++) {
      memory.touch(project, event({ sessionId: `s${index}` }), at(index));
    }
    memory.end?.(project, "s200", at(300));
    memory.touch(project, event({ sessionId: "new" }), at(301));
    expect(memory.size).toBe(256);
    expect(memory.touch(project, event({ sessionId: "s0" }), at(302)).isNew).toBe(false);
    expect(memory.touch(project, event({ sessionId: "s200" }), at(303)).isNew).toBe(true);
  });
});

describe("calls under way", () => {
  test("are told apart by id, however they end", () => {
    const calls = createOpenCalls();
    calls.open(read("a", "/p/1"), { path: "/p/1", real: "/p/one" });
    calls.open(read("b", "/p/2"), { path: "/p/2", real: "/p/2" });
    expect(calls.close("b")?.judged).toEqual({ path: "/p/2", real: "/p/2" });
    expect(calls.close("a")?.judged).toEqual({ path: "/p/1", real: "/p/one" });
    expect(calls.close("a")).toBeUndefined();
  });

  test("are found by what they are given, pinned path included, and never guessed between two", () => {
    const calls = createOpenCalls();
    calls.open(read("a", "/p/link"), { path: "/p/link", real: "/p/real" });
    expect(calls.find(read("", "/p/real"))).toBe("a");
    expect(calls.find(read("", "/p/link"))).toBeUndefined();
    calls.open(read("b", "/p/real"), { path: "/p/real", real: "/p/real" });
    expect(calls.find(read("", "/p/real"))).toBeUndefined();
    calls.close("a");
    expect(calls.find(read("", "/p/real"))).toBe("b");
  });

  test("are bounded, and so are agents", () => {
    const calls = createOpenCalls();
    for (let index = 0; index < 3_000; index++) {
      const path = `/p/${index}`;
      calls.open(read(`t${index}`, path), { path, real: path });
      calls.noteAgent(`a${index}`, `t${index}`);
    }
    expect(calls.close("t0")).toBeUndefined();
    expect(calls.close("t2999")).toBeDefined();
    expect(calls.parentOf("a0")).toBeUndefined();
    expect(calls.parentOf("a2999")).toBe("t2999");
  });
});
