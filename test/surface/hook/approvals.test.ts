// A second person's approval with the command hook, which works without a daemon: the same requests, the same bounds, each use once.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runHook } from "#surface/hook/run-hook.ts";
import { approvalRecord } from "#surface/daemon/approval-orders.ts";
import { openApprovals } from "#surface/services/approvals/approval-book.ts";
import { createApprovalDesk } from "#surface/services/approvals/approval-desk.ts";
import {
  ensureApproverKey,
  requestDigest,
  signAnswer,
} from "#surface/services/approvals/approver-key.ts";
import { openListedApprovers } from "#surface/services/approvals/listed-approvers.ts";
import type { Directories } from "#surface/foundation/files/directories.ts";
import { compilePolicyFile, loadPack } from "#surface/services/policy/policy-source.ts";
import { freshDirectory, installOn, preToolUse } from "../daemon/daemon-stand.ts";
import { type HookStand, openHookStand } from "./hook-stand.ts";

let stand: HookStand;
let room: ReturnType<typeof freshDirectory>;
let grace: Directories;
beforeAll(async () => {
  room = freshDirectory();
  ({ directories: grace } = await installOn(join(room.path, "grace")));
  const { key } = ensureApproverKey(grace);
  stand = await openHookStand(
    "command",
    `id: shop
version: "1"
title: Shop
extends: [team]
approvers: [{ name: grace, key: "${key}" }]
rules:
  - { id: shop/readme, verdict: ask, effects: [read], paths: ["<project>/readme.txt"], approval: { people: 2, afterwards: allow }, reason: two read it }
`,
  );
});
afterAll(() => {
  stand.close();
  room.remove();
});

let calls = 0;
async function ask(command: string): Promise<readonly [string, string]> {
  calls += 1;
  const input = { tool_input: { command }, tool_use_id: `toolu_${calls}` };
  const payload = preToolUse({ cwd: stand.project, ...input });
  const outcome = await runHook({
    args: stand.args.slice(1),
    environment: { HOME: stand.home, CLAUDE_PROJECT_DIR: stand.project },
    input: Readable.from([Buffer.from(payload)]),
    loadPack,
    compile: (text, file) => compilePolicyFile(text, file),
    ownPaths: [],
    version: "0.0.0",
  });
  if (outcome.kind === "refused") throw new Error(outcome.reason);
  await outcome.recorded;
  const { permissionDecision, permissionDecisionReason } = JSON.parse(
    outcome.text,
  ).hookSpecificOutput;
  return [permissionDecision, permissionDecisionReason];
}

test("is asked for once, covers the call once, and is on its way to the record", async () => {
  const [refused, reason] = await ask("cat readme.txt");
  expect([refused, reason]).toEqual(["deny", expect.stringMatching(/request ap-[0-9a-f]{16}/)]);
  expect((await ask("cat readme.txt"))[0]).toBe("deny");
  const { directories } = stand.install;
  const book = openApprovals(directories);
  const { all } = book.all(Date.now());
  expect(all.map(({ state }) => state)).toEqual(["open"]);
  const request = all[0]?.entry.request;
  if (request === undefined) throw new Error("there is none");
  const told: unknown[] = [];
  const desk = createApprovalDesk({
    book,
    listed: openListedApprovers(directories),
    nowMs: Date.now,
    ...approvalRecord({ record: (one) => Promise.resolve(void told.push(one)) }),
  });
  const digest = requestDigest(request);
  const answer = { request: request.id, digest, answer: "approve", note: null } as const;
  const receipt = signAnswer(grace, { ...answer, atMs: Date.now() });
  await desk.acceptReceipt(Buffer.from(JSON.stringify(receipt)));
  expect(told.length).toBe(1);
  expect((await ask("cat ./readme.txt"))[0]).toBe("deny");
  expect((await ask("cat readme.txt"))[0]).toBe("allow");
  expect((await ask("cat readme.txt"))[0]).toBe("deny");
  expect(readdirSync(directories.approvals).filter((name) => name.endsWith(".use"))).toEqual([
    `${request.id}.use`,
  ]);
});
