// `log cost` over a real log that the real intake of telemetry filled: sums that are known beforehand, what is late, doubled and missing.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decisionEvent, resultEvent } from "#record/event/call-events.ts";
import type { EventSession } from "#record/event/event.ts";
import { createIntake } from "#surface/services/telemetry/intake.ts";
import { createJoin } from "#surface/services/telemetry/join.ts";
import { createSequenceBook, GAP_GRACE_MS } from "#surface/services/telemetry/sequences.ts";
import { createUsageBook } from "#surface/services/telemetry/usage.ts";
import { PROGRAM } from "../../program.ts";
import { bashCall, decisionOf, policy, session } from "../../record/event/samples.ts";
import { withLog } from "../../record/store/temporary-log.ts";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const NOON_MS = Date.UTC(2026, 2, 2, 12);
const CANARY = "planted-9f2c";
const SESSIONS = 8;
const TOLD = 5;
const REQUESTS = 6;
/** Prices in millionths: no two sums of them are the same. */
const priceOf = (own: number, at: number): number => 10 ** own + at;
let root = "";

const sallyport = (...args: readonly string[]) => {
  const command = [...PROGRAM, "log", "cost", ...args, "--data", root];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    cwd: repository,
    encoding: "utf8",
    timeout: 60_000,
  });
  return { status, stdout, stderr };
};

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "sallyport-cost-"));
  const time = { nowMs: NOON_MS };
  const clock = { nowMs: () => time.nowMs, monotonicMs: () => performance.now() };
  const place = { log: join(root, "log"), keys: join(root, "keys") };
  await withLog({ ...place, clock, productVersion: "0.1.0" }, async (log) => {
    const intake = createIntake({
      stamp: () => log.stamp("telemetry"),
      user: "ada",
      nowMs: clock.nowMs,
      async write(events) {
        for (const event of events) await log.append(event, { durable: true });
      },
      join: createJoin(async () => "nothing"),
      usage: createUsageBook(),
      sequences: createSequenceBook(NOON_MS - 86_400_000, clock.nowMs),
    });
    const records = Array.from({ length: TOLD }, (_, own) =>
      Array.from({ length: REQUESTS }, (__, at) => ({
        timeMs: NOON_MS - at * 60_000,
        content: new Set<never>(),
        attributes: new Map<string, string | number>([
          ["session.id", `s${own}`],
          ["event.name", "api_request"],
          ["event.sequence", at],
          ["input_tokens", 100],
          ["output_tokens", "11"],
          ["cost_usd_micros", priceOf(own, at)],
        ]),
      })),
    );
    for (const own of records) await intake.takeLogs(own.slice(0, 3));
    // The client sends again what was taken, and of one session what lies between never comes.
    for (const [own, list] of records.entries())
      await intake.takeLogs(own === 0 ? [...list.slice(0, 3), ...list.slice(5)] : list);
    time.nowMs += GAP_GRACE_MS + 1;
    await intake.look();
    for (let own = 0; own < SESSIONS; own += 1) {
      const facts = { ...session.facts, sessionId: `s${own}` };
      const its: EventSession = { ...session, facts };
      for (let at = 0; at < 4; at += 1) {
        time.nowMs += 1_000;
        const call = { ...bashCall(`deploy --token ${CANARY}`), id: `toolu_${own}_${at}` };
        const plain = decisionOf([], ["deploy"]);
        const decision = { ...plain, verdict: at === 0 ? ("ask" as const) : ("allow" as const) };
        const judged = { call, decision, policy, session: its, durationMs: 1 };
        await log.append(decisionEvent(log.stamp("hook"), judged), { durable: true });
        if (own === 1 && at === 0) continue;
        time.nowMs += 3_000;
        const result = { call, session: its, outcome: "failure", durationMs: 1_000 } as const;
        const ended = resultEvent(log.stamp("hook"), { ...result, responseSize: 1 });
        await log.append(ended, { durable: true });
      }
    }
  });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** What came of session 0 lacks the fourth and the fifth request. */
const costs = Array.from({ length: TOLD }, (_, own) =>
  Array.from({ length: REQUESTS }, (__, at) =>
    own === 0 && (at === 3 || at === 4) ? 0 : priceOf(own, at),
  ).reduce((sum, price) => sum + price, 0),
);
const total = costs.reduce((sum, cost) => sum + cost, 0);
const requests = TOLD * REQUESTS - 2;

describe("log cost", () => {
  it("has the sums of a stream that is known, and says what is missing", () => {
    const { status, stdout, stderr } = sallyport("--by", "session", "--json");
    expect([status, stderr]).toEqual([0, ""]);
    const told = JSON.parse(stdout) as { readonly rows: readonly { costUsdMicros: number }[] };
    expect(told).toMatchObject({
      all: {
        sessions: SESSIONS,
        silent: SESSIONS - TOLD,
        missing: 2,
        requests,
        unpriced: 0,
        costUsdMicros: total,
        calls: SESSIONS * 4,
        loops: SESSIONS,
        tokens: { input: requests * 100, output: requests * 11, cacheRead: 0, cacheCreation: 0 },
        questions: {
          asked: SESSIONS,
          allowed: SESSIONS - 1,
          refused: 0,
          nobody: 1,
          timed: SESSIONS - 1,
          medianMs: 2_000,
          slowestMs: 2_000,
        },
      },
      omitted: 0,
      unopened: 0,
      notes: [
        "no telemetry for 3 of 8 sessions: what they cost is not known",
        "2 events of the client never came: tokens and cost are too low by what they said",
      ],
    });
    expect(told.rows.map(({ costUsdMicros }) => costUsdMicros)).toEqual([
      ...costs.toReversed(),
      ...Array.from({ length: SESSIONS - TOLD }, () => 0),
    ]);
  });

  it("tells a person the same, without a word of a command", () => {
    const { status, stdout, stderr } = sallyport("--by", "user", "--since", "2026-03-01");
    expect([status, stderr]).toEqual([0, ""]);
    const cost = `0.${String(total).padStart(6, "0")}`;
    expect(stdout).toMatch(
      new RegExp(
        `\\nada +${cost} +${requests * 111} +${requests} +32 +8 +25\\.0 +7 +0 +1 +2\\.0 +8 +0\\.000000 +3/8\\n`,
      ),
    );
    expect(stdout).toMatch(/\nno telemetry for 3 of 8 sessions: /);
    expect(stdout).toMatch(
      / {2}4 times in 12\.0 s, 0 tokens, 0\.000000 USD: <word:[A-Z0-9]+> \(session /,
    );
    expect(stdout.match(/ in 12\.0 s, cost not known: <word:/g)).toHaveLength(SESSIONS - TOLD);
    expect(stdout).not.toContain(CANARY);
  });

  it("gives spreadsheets a row each, with nothing where nothing is known", () => {
    const { stdout, stderr } = sallyport("--by", "session", "--csv");
    const rows = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.slice(1, -1).split('","'));
    expect(rows).toHaveLength(SESSIONS + 1);
    expect(rows[0]?.slice(0, 3)).toEqual(["session", "sessions", "sessions_without_telemetry"]);
    expect(rows[0]?.[7]).toBe("cost_usd");
    expect(rows[1]?.[7]).toBe(`0.${String(costs.at(-1)).padStart(6, "0")}`);
    expect(rows.slice(-3).map((row) => [row[2], row[7]])).toEqual([
      ["1", ""],
      ["1", ""],
      ["1", ""],
    ]);
    expect(stderr).toMatch(/^sallyport: no telemetry for 3 of 8 sessions/);
  });

  it("counts by day and repository, and nothing of another period", () => {
    expect(JSON.parse(sallyport("--json").stdout)).toMatchObject({
      rows: [{ key: "2026-03-02", costUsdMicros: total }],
    });
    expect(JSON.parse(sallyport("--by", "repository", "--json").stdout)).toMatchObject({
      rows: [{ key: "/home/ada/shop", calls: SESSIONS * 4 }],
    });
    expect(sallyport("--until", "2026-03-02").stdout).toBe(
      "no session is recorded in this period\n",
    );
  });

  it.each([
    [["--by", "model"], "use one of session, user, repository, day"],
    [["--failures", "1"], "a whole number from 2 on"],
    [["--csv", "--json"], "two forms"],
  ])("refuses %j", (args, words) => {
    const { status, stdout, stderr } = sallyport(...args);
    expect(status).toBe(2);
    expect(args.includes("--json") ? stdout : stderr).toContain(words);
  });
});
