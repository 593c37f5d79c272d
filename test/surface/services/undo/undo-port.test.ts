// Which calls have a project looked at before they run: those that may change it, and no others.
import { rmSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import type { FromUndo, ToUndo } from "#surface/services/undo/undo-messages.ts";
import { createUndoPort, type UndoThreadPort } from "#surface/services/undo/undo-port.ts";
import { judgeCommand, makeProject } from "../../../judging.ts";

const made = makeProject();
afterAll(() => rmSync(made.root, { recursive: true, force: true }));

/** What a thread hears of a command that is about to run. */
async function heard(command: string): Promise<readonly ToUndo["kind"][]> {
  const kinds: ToUndo["kind"][] = [];
  let answer: (message: { readonly at: number }) => void = () => undefined;
  const thread = {
    postMessage(message: ToUndo) {
      kinds.push(message.kind);
      answer({ at: message.at });
    },
    on(event: string, listener: typeof answer) {
      if (event === "message") answer = listener;
      return thread;
    },
    unref: () => undefined,
    terminate: () => Promise.resolve(0),
  } as unknown as UndoThreadPort;
  const port = createUndoPort(
    { directory: "/d", keys: "/k" },
    { nowMs: () => 1, start: () => thread },
  );
  const input = { kind: "bash", command, background: false, sandboxOff: false } as const;
  const { effects } = await judgeCommand(made, command);
  await port.begin({
    project: { id: "p", root: made.project },
    sessionId: "s",
    effects,
    isAsked: false,
    call: { id: "c", tool: "Bash", cwd: made.project, input },
    resolvePath: (path) => path,
  });
  return kinds;
}

describe("a command", () => {
  it.each(["ls -la", "cat README.md", "git status", "grep -rn total src", "pwd; wc -l a.ts"])(
    "that only looks has nothing looked at: %s",
    async (command) => {
      expect(await heard(command)).toEqual([]);
    },
  );
  it.each(["rm a.ts", "echo x > a.ts", "npm test", "git checkout .", "unknown-program", "$X"])(
    "that may change the project has it looked at: %s",
    async (command) => {
      expect(await heard(command)).toEqual(["begin"]);
    },
  );
});

describe("copies that a verdict rests on", () => {
  const project = { id: "p", root: "/p" };
  const portWith = (said: (message: ToUndo) => Partial<FromUndo> | "ends") => {
    const listeners = new Map<string, (message?: FromUndo) => void>();
    const thread = {
      postMessage(message: ToUndo) {
        const answer = said(message);
        if (answer === "ends") listeners.get("exit")?.();
        else listeners.get("message")?.({ ...answer, at: message.at });
      },
      on(event: string, listener: (message?: FromUndo) => void) {
        listeners.set(event, listener);
        return thread;
      },
      unref: () => undefined,
    } as unknown as UndoThreadPort;
    return createUndoPort({ directory: "/d", keys: "/k" }, { nowMs: () => 1, start: () => thread });
  };
  it("are those that the thread made, of files that are covered", async () => {
    const asked: (readonly string[])[] = [];
    const port = portWith((message) => {
      if (message.kind !== "copy") return {};
      asked.push(message.paths);
      return { copied: ["a.ts"] };
    });
    const paths = ["/p/a.ts", "/p/src/b.ts", "/p/node_modules/x", "/elsewhere/c", "/p"];
    expect(await port.copy(project, paths)).toEqual(["/p/a.ts"]);
    expect(asked).toEqual([["a.ts", "src/b.ts"]]);
  });
  it("are none where it fails or ends", async () => {
    expect(await portWith(() => ({ failed: true })).copy(project, ["/p/a.ts"])).toEqual([]);
    expect(await portWith(() => "ends").copy(project, ["/p/a.ts"])).toEqual([]);
  });
});

describe("the whole of a project", () => {
  it.each([
    { entries: 100, waits: true },
    { entries: 20_000, waits: false },
  ])("is waited for where it is small: $entries entries", async ({ entries, waits }) => {
    let answer: (message: FromUndo) => void = () => undefined;
    let asked: ToUndo | undefined;
    const thread = {
      postMessage(message: ToUndo) {
        asked = message;
      },
      on(event: string, listener: typeof answer) {
        if (event === "message") answer = listener;
        return thread;
      },
      unref: () => undefined,
      terminate: () => Promise.resolve(0),
    } as unknown as UndoThreadPort;
    const port = createUndoPort(
      { directory: "/d", keys: "/k" },
      { nowMs: () => 1, start: () => thread },
    );
    const project = { id: "p", root: made.project };
    port.prepare(project);
    answer({ at: asked?.at ?? 0, entries });
    const input = {
      kind: "bash",
      command: "npm test",
      background: false,
      sandboxOff: false,
    } as const;
    const { effects } = await judgeCommand(made, "npm test");
    let isDone = false;
    const begun = port
      .begin({
        project,
        sessionId: "s",
        effects,
        isAsked: false,
        call: { id: "c", tool: "Bash", cwd: made.project, input },
        resolvePath: (path) => path,
      })
      .then(() => (isDone = true));
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
    expect(asked?.kind).toBe("begin");
    expect(isDone).toBe(!waits);
    answer({ at: asked?.at ?? 0, entries });
    await begun;
  });
});
