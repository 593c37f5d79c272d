// Whether the client alone would have asked: by its settings and mode, and undefined where that is not known.
import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { PermissionMode } from "#guard/facts/facts.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { createPromptAlone, promptChange } from "#surface/services/hold/prompt-alone.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";

let room: ReturnType<typeof freshDirectory>;
let project = "";
let home = "";
beforeEach(() => {
  room = freshDirectory();
  home = join(realpathSync(room.path), "home");
  project = join(home, "shop");
  mkdirSync(project, { recursive: true });
});
afterEach(() => room.remove());

const settings = (content: object) => {
  const file = join(home, ".claude", "settings.json");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(content));
};
type Asked = { readonly mode?: PermissionMode; readonly tool?: string; readonly given: Json };
const alone = ({ mode = "default", tool = "Bash", given }: Asked, of = createPromptAlone(home)) =>
  of({ root: project, cwd: project, mode, tool, given });
const bash = (command: string, mode?: PermissionMode) =>
  alone({ given: { command }, ...(mode === undefined ? {} : { mode }) });

test("the client's own judgement, its rules and its mode decide", () => {
  expect([bash("ls"), bash("touch new.txt")]).toEqual(["runs", "asks"]);
  const write = { tool: "Write", given: { file_path: join(project, "a.txt"), content: "a" } };
  expect([alone(write), alone({ ...write, mode: "acceptEdits" })]).toEqual(["asks", "runs"]);
  expect(bash("touch new.txt", "bypassPermissions")).toBe("runs");
  expect(alone({ tool: "mcp__files__list", given: {} })).toBe("asks");
  settings({ permissions: { allow: ["Bash(touch:*)", "mcp__files"], deny: ["Bash(rm:*)"] } });
  expect([bash("touch new.txt"), bash("rm a")]).toEqual(["runs", undefined]);
  expect(alone({ tool: "mcp__files__list", given: {} })).toBe("runs");
});
test("settings are read again when they change", () => {
  const of = createPromptAlone(home);
  const touch = { given: { command: "touch new.txt" } };
  expect(alone(touch, of)).toBe("asks");
  settings({ permissions: { allow: ["Bash(touch:*)"] } });
  expect(alone(touch, of)).toBe("runs");
});
test("nothing is told where a classifier or the client's sandbox decides, or of other tools", () => {
  for (const mode of ["auto", "plan", "dontAsk", "unknown"] as const)
    expect(bash("touch new.txt", mode)).toBeUndefined();
  expect(alone({ tool: "WebFetch", given: { url: "https://example.com" } })).toBeUndefined();
  for (const given of [null, "text", ["a"]]) expect(alone({ given })).toBeUndefined();
  settings({ sandbox: { enabled: true } });
  expect(bash("touch new.txt")).toBeUndefined();
});
test("only an answer that differs from the client's is a change", () => {
  expect(promptChange("allow", "asks")).toBe("spared");
  expect(promptChange("ask", "runs")).toBe("added");
  expect(promptChange("abstain", "asks")).toBe("left");
  for (const verdict of ["allow", "ask", "deny", "abstain"] as const)
    expect(promptChange(verdict, undefined)).toBeUndefined();
  expect([promptChange("allow", "runs"), promptChange("ask", "asks")]).toEqual([
    ...[undefined, undefined],
  ]);
  expect([promptChange("deny", "asks"), promptChange("abstain", "runs")]).toEqual([
    ...[undefined, undefined],
  ]);
});
