// What needs a person, of every source: what is in it, what is lost first, hostile texts, many items, and a source that cannot be read.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { SeenHost } from "#record/fleet/host-report.ts";
import { openExceptions } from "#surface/services/exceptions/store.ts";
import { openStatements } from "#surface/services/exceptions/statements.ts";
import { incidentId, openIncidents } from "#surface/services/incidents/incident-store.ts";
import { readInbox } from "#surface/services/inbox/inbox.ts";
import type { InboxPlaces } from "#surface/services/inbox/inbox-places.ts";
import { inOrder, type InboxItem } from "#surface/services/inbox/inbox-item.ts";
import type { Question } from "#surface/services/questions/question-schema.ts";
import { HOSTILE_NAME, madeInstall, type MadeInstall } from "../../dashboard/told-sessions.ts";

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 29, 12);
let made: MadeInstall;
let places: InboxPlaces;

const question = (id: string, leftMs: number, more: Partial<Question> = {}): Question => ({
  id,
  digest: "ab".repeat(32),
  state: "waiting",
  askedMs: NOW_MS,
  project: "/p/shop",
  expiresMs: NOW_MS + leftMs,
  session: "s",
  tool: "Bash",
  text: HOSTILE_NAME,
  rule: "r",
  what: "sends data",
  why: "because",
  also: [],
  class: "external",
  effects: [],
  effectsOmitted: 0,
  held: false,
  alternatives: [],
  onlyThere: null,
  ...more,
});

beforeAll(async () => {
  made = await madeInstall(async () => undefined);
  const { directories } = made.install;
  const shop = join(directories.root, "..", "shop");
  const config = join(directories.root, "..", "claude");
  mkdirSync(shop);
  const incidents = openIncidents(directories);
  const incident = (level: "high" | "critical", more: object = {}) =>
    incidents.put({
      id: incidentId(NOW_MS),
      level,
      state: "open",
      title: `Ran: ${level} ${HOSTILE_NAME}`,
      openedMs: NOW_MS - DAY_MS,
      updatedMs: NOW_MS - 5,
      owner: undefined,
      alerts: [],
      alertsOmitted: 0,
      actions: [],
      ...more,
    });
  incident("high");
  incident("critical", { owner: HOSTILE_NAME });
  incident("critical", { state: "closed" });
  incident("critical", { drill: true });
  const exceptions = openExceptions(directories);
  for (const [id, days] of [
    ["00112233445566aa", 1],
    ["00112233445566bb", 80],
  ] as const)
    exceptions.grant(
      exceptions.sign({
        id,
        rules: ["builtin:team/secrets/read"],
        verdict: "allow",
        project: shop,
        scope: { effects: ["read"] },
        reason: HOSTILE_NAME,
        owner: "ada",
        approver: "ada",
        createdMs: NOW_MS - 9 * DAY_MS,
        expiresMs: NOW_MS + days * DAY_MS,
        uses: 3,
        policy: "ab".repeat(32),
      }),
    );
  const statements = openStatements(directories);
  statements.add(
    statements.sign({
      id: "00112233445566cc",
      kind: "attestation",
      about: "soc2/cc6-1",
      scope: { of: "all" },
      digest: null,
      reason: "r",
      owner: "ada",
      approver: "ada",
      createdMs: NOW_MS - 90 * DAY_MS,
      expiresMs: NOW_MS + 2 * DAY_MS,
    }),
  );
  const point = (failed: readonly string[]) => ({
    at: "2026-11-29T10:00:00.000Z",
    version: "0",
    score: 90,
    checks: 9,
    fail: 1,
    waived: 0,
    unseen: 0,
    failed,
  });
  mkdirSync(directories.audits, { recursive: true });
  const name = createHash("sha256").update(shop).digest("hex").slice(0, 16);
  const lines = [point(["old/one"]), point(["old/one", "new/one"])];
  writeFileSync(
    join(directories.audits, `${name}.jsonl`),
    lines.map((one) => JSON.stringify(one)).join("\n"),
  );
  const report = { canary: "held", drift: 0, trouble: "" };
  const host = (machine: string, more: object) =>
    ({
      machine,
      seenMs: NOW_MS,
      skewMs: 0,
      report: { ...report, ...more },
    }) as unknown as SeenHost;
  places = {
    directories,
    nowMs: NOW_MS,
    roots: [shop],
    config,
    questions: async () => [
      question("qu-0000000000000001", 90_000),
      question("qu-0000000000000002", 5_000, { onlyThere: "it is a key" }),
      question("qu-0000000000000003", 1_000, { state: "answered" }),
    ],
    hosts: async () => [host("laptop-1", {}), host("laptop-2", { canary: "failed", drift: 2 })],
  };
});
afterAll(() => made.remove());

it("gathers every kind, and puts what is lost soonest first", async () => {
  const { items, counts, unread } = await readInbox(places);
  expect(unread).toEqual([]);
  expect(items.map(({ kind, level, urgency }) => [kind, level, urgency])).toEqual([
    ["question", "high", "now"],
    ["question", "high", "now"],
    ["incident", "critical", "soon"],
    ["machine", "critical", "soon"],
    ["incident", "high", "soon"],
    ["finding", "medium", "soon"],
    ["exception", "low", "later"],
    ["attestation", "low", "later"],
  ]);
  expect(items[0]).toMatchObject({
    id: "qu-0000000000000002",
    actions: [],
    notHere: "it is a key",
    untilMs: NOW_MS + 5_000,
  });
  expect(counts).toMatchObject({ question: 2, incident: 2, machine: 1, approval: 0, delivery: 0 });
  expect(items.find(({ kind }) => kind === "machine")?.title).toContain("a probe was not refused");
  expect(items.find(({ kind }) => kind === "finding")?.title).toContain("new/one");
});

it("gives what an order is bound to, and a command that is filled in", async () => {
  const { items } = await readInbox(places);
  const of = (kind: string) => items.filter((one) => one.kind === kind);
  expect(of("question")[1]).toMatchObject({
    actions: ["allow", "refuse"],
    digest: "ab".repeat(32),
    command: "sallyport questions answer qu-0000000000000001 --allow",
  });
  expect(of("incident").map(({ actions, seenMs }) => [actions, seenMs])).toEqual([
    [["close"], NOW_MS - 5],
    [["assign", "close"], NOW_MS - 5],
  ]);
  for (const { command } of items) expect(command).toMatch(/^sallyport [a-z]+/);
});

it("names a source that cannot be read, and shows the others", async () => {
  const { items, unread } = await readInbox({
    ...places,
    questions: () => Promise.reject(new Error("secret detail")),
  });
  expect(unread).toEqual([{ kind: "question", why: "it could not be read" }]);
  expect(items[0]?.kind).toBe("incident");
});

it("orders 10,000 items the same whichever way they came", () => {
  const items = Array.from({ length: 10_000 }, (_, place): InboxItem => {
    const levels = ["critical", "high", "medium", "low"] as const;
    return {
      kind: "incident",
      id: `inc-${String(place).padStart(5, "0")}`,
      urgency: "soon",
      level: levels[place % 4] ?? "low",
      title: HOSTILE_NAME,
      place: null,
      who: null,
      lost: "",
      sinceMs: NOW_MS - (place % 7),
      untilMs: null,
      actions: [],
      notHere: null,
      digest: null,
      seenMs: null,
      command: "sallyport inbox",
      page: "/",
    } as InboxItem;
  });
  const first = inOrder(items);
  expect(inOrder(items.toReversed())).toEqual(first);
  expect(first[0]?.level).toBe("critical");
  expect(first.at(-1)?.level).toBe("low");
});
