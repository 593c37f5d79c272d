// Approvals of another person: one exact call, in one session and project, under one policy, by a listed key that is not the asker's.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { stackPolicies } from "#govern/policy/policy-stack.ts";
import type { ApprovalRequest } from "#govern/approvals/request.ts";
import { normalizeEvent } from "#guard/events/normalize.ts";
import type { Policy } from "#guard/policy/policy.ts";
import type { Json, ToolCall } from "#guard/toolcall/tool-call.ts";
import { type Directories } from "#surface/foundation/files/directories.ts";
import {
  type ApprovalBook,
  type AskedCall,
  openApprovals,
  REQUESTS_MAX,
  SESSION_REQUESTS_MAX,
} from "#surface/services/approvals/approval-book.ts";
import { approvalRecord } from "#surface/daemon/approval-orders.ts";
import { createApprovalDesk } from "#surface/services/approvals/approval-desk.ts";
import {
  type ApprovalReceipt,
  ensureApproverKey,
  ownPublicKey,
  requestDigest,
  signAnswer,
} from "#surface/services/approvals/approver-key.ts";
import { openListedApprovers } from "#surface/services/approvals/listed-approvers.ts";
import { createJudge } from "#surface/services/evaluation/judging.ts";
import type { Observation } from "#surface/services/hooks/ports.ts";
import { compilePolicyFile, loadPack } from "#surface/services/policy/policy-source.ts";
import { freshDirectory, installOn, preToolUse } from "../../daemon/daemon-stand.ts";

const NOW = Date.UTC(2026, 10, 15);
const MINUTE = 60_000;

let room: ReturnType<typeof freshDirectory>;
/** The installation that asks, and the places of two who approve. */
let asking: Directories;
let grace: Directories;
let linus: Directories;
let root: string;
let book: ApprovalBook;
let told: Observation[];

beforeEach(async () => {
  room = freshDirectory();
  ({ directories: asking } = await installOn(join(room.path, "data")));
  ({ directories: grace } = await installOn(join(room.path, "grace")));
  ({ directories: linus } = await installOn(join(room.path, "linus")));
  for (const one of [grace, linus]) ensureApproverKey(one);
  root = join(room.path, "shop");
  mkdirSync(join(root, "inner"), { recursive: true });
  for (const name of [".notes", "inner/.notes", ".other"]) writeFileSync(join(root, name), "x\n");
  book = openApprovals(asking);
  told = [];
});
afterEach(() => room.remove());

const keyOf = (who: Directories): string => ownPublicKey(who) ?? "";
const policyOf = (approval: string, more = ""): string => `id: acme
version: "1"
title: Only for a test
automaticApproval: true
approvers:
  - { name: grace, key: "${keyOf(grace)}" }
  - { name: linus, key: "${keyOf(linus)}" }
rules:
  - { id: a/notes, verdict: ask, effects: [read], paths: ["**/.notes", "**/.other"], reason: two read it, approval: ${approval} }
${more}`;

function compiled(text: string, layer: "managed" | "user" = "managed"): Policy {
  return stackPolicies([compilePolicyFile(text, "policy.yaml", layer), loadPack("team")]);
}

type Ask = {
  readonly command?: string;
  readonly id?: string;
  readonly session?: string;
  readonly where?: string;
  readonly policy?: Policy;
  readonly nowMs?: number;
  readonly more?: { readonly [key: string]: Json };
};

/** A call as the daemon judges it, and asks for an approval where it waits. */
async function ask(one: Ask = {}) {
  const { command = "cat .notes", id = `toolu_${Math.random()}`, session = "s1" } = one;
  const { where = root, policy = compiled(policyOf("{ people: 2 }")), nowMs = NOW } = one;
  const given = { command, ...one.more };
  const payload = JSON.parse(
    preToolUse({ cwd: where, tool_input: given, tool_use_id: id, session_id: session }),
  ) as Json;
  const event = normalizeEvent(payload);
  if (event.kind !== "pre-tool-use") throw new Error("no call");
  const { call } = event;
  const judge = createJudge({
    home: room.path,
    ownPaths: [asking.root],
    policy: () => policy,
    approvals: book,
    nowMs: () => nowMs,
  });
  const judged = await judge({
    project: { id: "0".repeat(16), root: where },
    call,
    given: event.given,
    session: viewOf(session, where),
  });
  const { decision } = judged;
  const asked: AskedCall = {
    call: call as ToolCall,
    given: event.given,
    sessionId: session,
    root: where,
    policy: policy.digest,
    decision,
  };
  const words = { user: "ada", what: ["it reads .notes: two read it"], text: command };
  const made = decision.waits === undefined ? undefined : book.ask(asked, words, nowMs);
  return { decision, asked, made };
}

const viewOf = (sessionId: string, cwd: string) => ({
  sessionId,
  cwd,
  mode: "default" as const,
  transcriptPath: undefined,
  writtenPaths: new Set<string>(),
  seenMs: 0,
  holds: { quarantined: false, reason: undefined },
});

async function requested(one: Ask = {}): Promise<ApprovalRequest> {
  const { made } = await ask(one);
  if (made === undefined || made.kind === "none") throw new Error(JSON.stringify(made));
  return made.request;
}

const answerBy = (
  who: Directories,
  request: ApprovalRequest,
  answer: "approve" | "deny" = "approve",
): ApprovalReceipt =>
  signAnswer(who, {
    request: request.id,
    digest: requestDigest(request),
    answer,
    note: null,
    atMs: NOW,
  });
const bytesOf = (value: unknown) => Buffer.from(JSON.stringify(value), "utf8");
const deskAt = (nowMs = NOW) =>
  createApprovalDesk({
    book,
    listed: openListedApprovers(asking),
    nowMs: () => nowMs,
    ...approvalRecord({ record: (observation) => Promise.resolve(void told.push(observation)) }),
  });
const take = (receipt: unknown, nowMs = NOW) => deskAt(nowMs).acceptReceipt(bytesOf(receipt));
const phases = () =>
  told.map((one) => (one.kind === "approval" ? [one.news.what, one.news.code ?? ""] : one.kind));

describe("a call that needs a second person", () => {
  test("is refused at once, asked for once, and goes on as a question when somebody approved", async () => {
    const { decision, made } = await ask();
    expect([decision.verdict, decision.reasons[0]?.rule, made?.kind]).toEqual([
      ...["deny", "managed:acme/a/notes", "made"],
    ]);
    expect(decision.waits?.map(({ rule }) => rule)).toEqual(["managed:acme/a/notes"]);
    const request = await requested();
    expect((await ask()).made).toEqual({ kind: "waiting", request });
    expect(await take(answerBy(grace, request))).toEqual({
      kind: "approved",
      id: request.id,
      approved: 1,
      needed: 1,
    });
    const again = await ask({ id: "again" });
    expect([again.decision.verdict, again.decision.approvals]).toEqual(["ask", [request.id]]);
    // The client asks for the same call a second time: nothing more is used.
    expect((await ask({ id: "again" })).decision.verdict).toBe("ask");
    expect((await ask({ id: "third" })).decision.verdict).toBe("deny");
    expect(book.find(request.id, NOW)?.state).toBe("used");
    expect(phases()).toEqual([["approved", ""]]);
  });

  test("is allowed where the rule says so, for its whole session where it says that", async () => {
    const policy = compiled(policyOf("{ people: 2, single: false, afterwards: allow }"));
    await take(answerBy(grace, await requested({ policy })));
    for (const id of ["one", "two", "three"])
      expect((await ask({ policy, id })).decision.verdict).toBe("allow");
    expect((await ask({ policy, nowMs: NOW + 14 * MINUTE })).decision.verdict).toBe("allow");
    expect((await ask({ policy, nowMs: NOW + 15 * MINUTE })).decision.verdict).toBe("deny");
  });

  test("needs as many others as the rule says", async () => {
    const policy = compiled(policyOf("{ people: 3 }"));
    const request = await requested({ policy });
    expect(await take(answerBy(grace, request))).toMatchObject({ approved: 1, needed: 2 });
    expect((await ask({ policy })).decision.verdict).toBe("deny");
    expect(await take(answerBy(grace, request))).toEqual({ kind: "refused", fault: "replayed" });
    expect(await take(answerBy(linus, request))).toMatchObject({ approved: 2 });
    expect((await ask({ policy })).decision.verdict).toBe("ask");
  });

  test.each([
    ["a byte more", { command: "cat .notes " }],
    ["another file", { command: "cat .other" }],
    ["another directory", { command: "cat .notes", where: "inner" }],
    ["another session", { session: "s2" }],
    ["another option of the tool", { more: { run_in_background: true } }],
    ["a field that the client does not know", { more: { timeout: 1 } }],
  ] as const)("is covered by no approval of %s", async (_, other) => {
    await take(answerBy(grace, await requested()));
    const where = "where" in other ? join(root, other.where) : root;
    expect((await ask({ ...other, where })).decision.verdict).toBe("deny");
    // What was approved is not used up by what was not.
    expect((await ask()).decision.verdict).toBe("ask");
  });

  test("is covered with other words of the agent about it, and not under another policy", async () => {
    await take(answerBy(grace, await requested({ more: { description: "read the notes" } })));
    const other = compiled(policyOf("{ people: 2, expiresMinutes: 16 }"));
    expect((await ask({ policy: other })).decision.verdict).toBe("deny");
    expect((await ask({ more: { description: "again" } })).decision.verdict).toBe("ask");
  });

  test("is covered no more when what it does has changed", async () => {
    const script = join(root, "go.sh");
    writeFileSync(script, "cat .notes\n");
    await take(answerBy(grace, await requested({ command: "bash go.sh" })));
    writeFileSync(script, "cat .notes .other\n");
    expect((await ask({ command: "bash go.sh" })).decision.verdict).toBe("deny");
  });
});

/** Another first letter. WHY not the last: the highest byte of such a signature is often 0 already. */
const otherwise = (text: string) => `${text.startsWith("A") ? "B" : "A"}${text.slice(1)}`;

describe("an approval counts for nothing", () => {
  test("by the person who asks, whatever name the key has", async () => {
    const { key } = ensureApproverKey(asking);
    const text = policyOf("{ people: 2 }").replace(keyOf(linus), key);
    const request = await requested({ policy: compiled(text) });
    expect(await take(answerBy(asking, request))).toEqual({
      kind: "refused",
      fault: "same-person",
    });
    const named = compiled(policyOf("{ people: 2 }").replace("name: linus", "name: Ada"));
    const own = await requested({ policy: named });
    expect(await take(answerBy(linus, own))).toEqual({ kind: "refused", fault: "same-person" });
    expect((await ask({ policy: named })).decision.verdict).toBe("deny");
  });

  test("by somebody who is not listed, or with anything in it altered", async () => {
    const request = await requested();
    const { directories: eve } = await installOn(join(room.path, "eve"));
    ensureApproverKey(eve);
    const good = answerBy(grace, request);
    const cases: readonly (readonly [unknown, string])[] = [
      [answerBy(eve, request), "not-listed"],
      [{ ...good, answer: { ...good.answer, key: keyOf(linus) } }, "bad-signature"],
      [{ ...good, answer: { ...good.answer, atMs: NOW + 1 } }, "bad-signature"],
      [{ ...good, signature: otherwise(good.signature) }, "bad-signature"],
      [answerBy(grace, { ...request, id: "ap-0011223344556677" }), "unknown-request"],
      [answerBy(grace, { ...request, what: ["something harmless"] }), "other-request"],
      [{ ...good, more: 1 }, "unreadable"],
      ["x".repeat(20_000), "unreadable"],
      [null, "unreadable"],
    ];
    for (const [receipt, fault] of cases)
      expect([fault, await take(receipt)]).toEqual([fault, { kind: "refused", fault }]);
    expect((await ask()).decision.verdict).toBe("deny");
    expect(phases()).toEqual(cases.map(([, fault]) => ["refused", fault]));
    expect(await take(good)).toMatchObject({ kind: "approved" });
  });

  test("a second time, after its end, or when somebody denied or revoked it", async () => {
    const request = await requested();
    const good = answerBy(grace, request);
    await take(good);
    expect(await take(good)).toMatchObject({ fault: "replayed" });
    expect(await take(answerBy(linus, request))).toMatchObject({ fault: "ended" });
    expect(await deskAt().end(request.id, "revoked")).toBe(true);
    expect((await ask()).decision.verdict).toBe("deny");
    expect(await take(answerBy(linus, request))).toMatchObject({ fault: "ended" });
    const second = await requested();
    expect(second.id).not.toBe(request.id);
    await take(answerBy(linus, second, "deny"));
    expect((await ask()).made).toEqual({ kind: "denied", request: second });
    expect(await take(answerBy(grace, second))).toMatchObject({ fault: "ended" });
    const late = await requested({ command: "cat .other" });
    expect(await take(answerBy(grace, late), late.expiresMs)).toMatchObject({ fault: "expired" });
  });

  test("after its time, also when the clock goes back", async () => {
    const request = await requested();
    await take(answerBy(grace, request), NOW + 10 * MINUTE);
    const before = await ask({ nowMs: NOW + 5 * MINUTE });
    expect([before.decision.verdict, before.made?.kind]).toEqual(["deny", "made"]);
    await deskAt(NOW + 25 * MINUTE).look();
    expect(book.find(request.id, NOW + 12 * MINUTE)?.state).toBe("expired");
    expect((await ask({ nowMs: NOW + 12 * MINUTE })).decision.verdict).toBe("deny");
    await deskAt(NOW + 26 * MINUTE).look();
    expect(phases()).toEqual([["approved", ""], ...[1, 2].map(() => ["expired", ""])]);
  });

  test("where its file was altered, is another's, or cannot be read", async () => {
    const request = await requested();
    await take(answerBy(grace, request));
    const [name = ""] = readdirSync(asking.approvals).filter((one) => one.endsWith(".json"));
    const file = join(asking.approvals, name);
    const text = readFileSync(file, "utf8");
    for (const other of [
      text.replace('"single":true', '"single":false'),
      text.replace('"people":2', '"people":3'),
      ...["", "{}", "x", text.slice(0, 200)],
    ]) {
      expect(other).not.toBe(text);
      writeFileSync(file, other, { mode: 0o600 });
      expect((await ask()).decision.verdict).toBe("deny");
      expect(book.all(NOW).damaged).toEqual([file]);
    }
    await deskAt().look();
    expect(told.at(-1)).toMatchObject({ kind: "failure", code: "approvals-altered" });
    writeFileSync(file, text, { mode: 0o600 });
    rmSync(join(asking.keys, "operator.secret"));
    expect((await ask()).decision.verdict).toBe("deny");
  });
});

describe("who may approve", () => {
  test("is the operator's list where a person's own policy names nobody, and never for a managed one", async () => {
    const text = (layer: "managed" | "user") =>
      compiled(policyOf("{ people: 2 }").replace(/approvers:\n(?: {2}- .*\n){2}/, ""), layer);
    expect(() => text("managed")).toThrow("nobody is named");
    const policy = text("user");
    expect((await ask({ policy })).made).toMatchObject({ kind: "none" });
    const listed = openListedApprovers(asking);
    const approver = { name: "grace", key: keyOf(grace) };
    await expect(deskAt().list({ approver, signature: "AAAA" })).rejects.toThrow("not signed");
    await deskAt().list(listed.sign(approver));
    const request = await requested({ policy });
    expect(await take(answerBy(grace, request))).toMatchObject({ kind: "approved" });
    // Who is off the list approved nothing, also of what was approved before.
    expect(await deskAt().unlist(keyOf(grace))).toBe(true);
    expect((await ask({ policy })).decision.verdict).toBe("deny");
    await deskAt().list(listed.sign(approver));
    expect((await ask({ policy })).decision.verdict).toBe("ask");
    writeFileSync(asking.approversFile, "{}", { mode: 0o600 });
    expect(listed.inForce()).toEqual([]);
  });
});

describe("requests", () => {
  test("of one session and of all are bounded, however many calls come", async () => {
    const { asked } = await ask();
    const words = { user: "ada", what: [], text: undefined };
    let last: unknown;
    for (let at = 0; at < 10_000; at += 1)
      last = book.ask({ ...asked, given: { command: `cat .notes ${at}` } }, words, NOW);
    expect(last).toEqual({ kind: "none", why: "too many requests wait already" });
    expect(readdirSync(asking.approvals).length).toBe(SESSION_REQUESTS_MAX);
    for (let session = 0; session < 10; session += 1)
      for (let at = 0; at < SESSION_REQUESTS_MAX + 1; at += 1)
        book.ask({ ...asked, sessionId: `t${session}`, given: { command: `${at}` } }, words, NOW);
    expect(readdirSync(asking.approvals).length).toBe(REQUESTS_MAX);
    // What is over makes room.
    const later = NOW + 16 * MINUTE;
    expect(book.ask({ ...asked, given: { command: "new" } }, words, later).kind).toBe("made");
  });

  test("hold no word of a call but what was redacted for the person who is asked", async () => {
    const request = await requested({ command: "cat .notes # canary-7f3a", session: "canary-s" });
    const { call: _, what: __, ...rest } = request;
    expect(JSON.stringify(rest)).not.toContain("canary");
    expect(request.requester).toEqual({ user: "ada", key: null });
  });
});
