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
    ...{ project: { id: "p", root: made.project }, sessionId: "s", effects, isAsked: false },
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
        ...{ project, sessionId: "s", effects, isAsked: false },
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
