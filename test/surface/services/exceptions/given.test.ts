// Exceptions of the managed policy in a judgement: as often, as long and where they were approved, and no person is needed.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { stackPolicies } from "#govern/policy/policy-stack.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import { normalizeEvent } from "#guard/events/normalize.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { createJudge } from "#surface/services/evaluation/judging.ts";
import { type Directories, prepareDirectories } from "#surface/foundation/files/directories.ts";
import { openExceptions } from "#surface/services/exceptions/store.ts";
import { compilePolicyFile, loadPack } from "#surface/services/policy/policy-source.ts";
import { freshDirectory, preToolUse } from "../../daemon/daemon-stand.ts";

const NOW = Date.UTC(2026, 10, 15);
const POLICY = (more = "") => `id: acme
version: "1"
title: Only for a test
automaticApproval: true
rules:
  - { id: a/env, verdict: deny, effects: [read], paths: ["**/.notes"], reason: it is ours }
exceptions:
  - id: shop
    rules: [a/env]
    verdict: ask
    scope: { effects: [read], paths: ["<project>/.notes"] }
    reason: the tests need it
    owner: shop@acme.example
    approver: ada
    created: 2026-11-01
    expires: 2026-12-01
    uses: 2
${more}`;

let room: ReturnType<typeof freshDirectory>;
let directories: Directories;
let root: string;
beforeEach(() => {
  room = freshDirectory();
  directories = prepareDirectories(join(room.path, "data"));
  root = join(room.path, "shop");
  mkdirSync(join(root, "inner"), { recursive: true });
  for (const name of [".notes", "inner/.notes"]) writeFileSync(join(root, name), "x\n");
});
afterEach(() => room.remove());

function callOf(command: string, id: string): ToolCall {
  const payload = JSON.parse(preToolUse({ cwd: root, tool_input: { command }, tool_use_id: id }));
  const event = normalizeEvent(payload as Json);
  if (event.kind !== "pre-tool-use") throw new Error("no call");
  return event.call;
}

/** What is said of a command under the managed policy above the pack `team`. */
function judgeUnder(text: string, nowMs = NOW) {
  const managed = compilePolicyFile(text, "policy.yaml", "managed");
  const policy = stackPolicies([managed, loadPack("team")]);
  const judge = createJudge({
    home: room.path,
    ownPaths: [directories.root],
    policy: () => policy,
    exceptions: openExceptions(directories),
    nowMs: () => nowMs,
  });
  return async (command: string, id: string) => {
    const { decision } = await judge({
      project: { id: "a", root },
      call: callOf(command, id),
      session: {
        sessionId: "s",
        cwd: root,
        mode: "default",
        transcriptPath: undefined,
        writtenPaths: new Set<string>(),
        seenMs: nowMs,
        holds: { quarantined: false, reason: undefined, withoutCommands: false },
      },
    });
    return [decision.verdict, ...(decision.exceptions ?? [])];
  };
}
const ASKED = ["ask", "managed-shop"];

test("lifts its rule in its scope, for as many calls as were approved, each counted once", async () => {
  const ask = judgeUnder(POLICY());
  expect(await ask("cat inner/.notes", "t0")).toEqual(["deny"]);
  expect(await ask("cat .notes", "t1")).toEqual(ASKED);
  expect(await ask("cat .notes", "t1")).toEqual(ASKED);
  expect(await ask("cat .notes", "t2")).toEqual(ASKED);
  expect(await ask("cat .notes", "t3")).toEqual(["deny"]);
  expect(await ask("cat .notes inner/.notes", "t1")).toEqual(["deny"]);
  expect(await judgeUnder(POLICY())("cat .notes", "t3")).toEqual(["deny"]);
});
test.each([
  ["before its day", Date.UTC(2026, 9, 31), "deny"],
  ["on its day", Date.UTC(2026, 10, 1), "ask"],
  ["a moment before its end", Date.UTC(2026, 11, 1) - 1, "ask"],
  ["at its end", Date.UTC(2026, 11, 1), "deny"],
])("%s", async (_, nowMs, verdict) => {
  expect((await judgeUnder(POLICY(), nowMs)("cat .notes", "t1"))[0]).toBe(verdict);
});
test("counts in the project that it names, and ends with the policy that takes it out", async () => {
  expect(await judgeUnder(POLICY(`    project: ${root}\n`))("cat .notes", "t1")).toEqual(ASKED);
  expect(await judgeUnder(POLICY("    project: /elsewhere\n"))("cat .notes", "t1")).toEqual([
    "deny",
  ]);
  const text = POLICY();
  const ended = judgeUnder(text.slice(0, text.indexOf("exceptions:")));
  expect(await ended("cat .notes", "t1")).toEqual(["deny"]);
});
test("what guards the guard and what a person's layer refuses stays refused", async () => {
  const wide = POLICY().replace(
    'scope: { effects: [read], paths: ["<project>/.notes"] }',
    "scope: { effects: [read, write, delete] }",
  );
  const ask = judgeUnder(wide);
  expect(await ask(`cat ${directories.root}/keys/operator.secret`, "t1")).toEqual(["deny"]);
  writeFileSync(join(root, ".env"), "KEY=1\n");
  expect(await ask("cat .env", "t2")).toEqual(["deny"]);
});
test("a list of the operator that is damaged takes nothing from it, and it gives nothing to that", async () => {
  writeFileSync(directories.exceptionsFile, "{}", { mode: 0o600 });
  expect(await judgeUnder(POLICY())("cat .notes", "t1")).toEqual(ASKED);
});
