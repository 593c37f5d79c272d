// A log of sessions as they spend: requests told late, twice, without a price or never; commands that fail again and again; questions that are answered, or not.
import { decisionEvent, resultEvent } from "#record/event/call-events.ts";
import type { EventSession } from "#record/event/event.ts";
import { discrepancyEvent, telemetryEvent } from "#record/event/telemetry-events.ts";
import type { Log } from "#record/store/writing-log.ts";
import { bashCall, decisionOf, policy, session } from "../../../record/event/samples.ts";

const DAY_MS = 86_400_000;
const COMMANDS = ["npm test", "npm run build", "cargo check", "make all"];

/** Time as the log is told it. */
export type MadeUpTime = { nowMs: number };

/** Numbers that only look random: the same for a seed. */
function chance(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761 + 1;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return ((state >>> 3) >>> 0) % below;
  };
}

type Member = { readonly own: EventSession; readonly sessionId: string; readonly user: string };

/** Writes `sessions` sessions that go on side by side over some days, from `time` on; `first` is the number of the first. */
export async function fillSpending(
  log: Log,
  time: MadeUpTime,
  {
    seed,
    sessions,
    first = 0,
    calls = 12,
  }: {
    readonly seed: number;
    readonly sessions: number;
    readonly first?: number;
    readonly calls?: number;
  },
): Promise<void> {
  const pick = chance(seed);
  const members: readonly Member[] = Array.from({ length: sessions }, (_, at) => {
    const user = `member-${(first + at) % 3}`;
    const sessionId = `s${first + at}`;
    const cwd = `/home/${user}/project-${at % 2}`;
    const facts = { ...session.facts, sessionId, user, home: `/home/${user}`, projectRoot: cwd };
    return { user, sessionId, own: { ...session, facts } };
  });
  const waiting: Promise<unknown>[] = [];
  const append = (event: Parameters<Log["append"]>[0]): void =>
    void waiting.push(log.append(event, { durable: false }));
  const tell = (
    member: Member,
    name: string,
    claimedMs: number,
    more: readonly (readonly [string, string | number])[],
  ): void =>
    append(
      telemetryEvent(log.stamp("telemetry"), {
        name,
        timeMs: claimedMs,
        user: member.user,
        attributes: new Map<string, string | number>([["session.id", member.sessionId], ...more]),
      }),
    );
  let sequence = 0;
  for (let at = 0; at < calls; at += 1)
    for (const [number, member] of members.entries()) {
      time.nowMs += 1_000 + pick(90_000);
      const id = `toolu_${first + number}_${at}`;
      // Of some sessions the client never tells.
      const isTold = number % 4 !== 3;
      const command = COMMANDS[number % 5 === 0 ? 0 : pick(COMMANDS.length)] ?? "";
      const call = { ...bashCall(command), id, cwd: member.own.facts.projectRoot };
      const verdict =
        (["allow", "ask", "allow", "deny", "allow", "ask"] as const)[pick(6)] ?? "allow";
      const decision = { ...decisionOf([], ["npm"]), verdict };
      const judged = { call, decision, policy, session: member.own, durationMs: 1 };
      append(decisionEvent(log.stamp("hook"), judged));
      // What the client asks about is judged again.
      if (verdict === "ask" && pick(3) === 0) append(decisionEvent(log.stamp("hook"), judged));
      time.nowMs += 500 + pick(5_000);
      if (isTold && pick(2) === 0)
        tell(member, "tool_decision", time.nowMs, [
          ["tool_use_id", id],
          ["decision", pick(4) === 0 ? "reject" : "accept"],
          ["event.sequence", (sequence += 1)],
        ]);
      if (pick(10) > 0)
        append(
          resultEvent(log.stamp("hook"), {
            call,
            session: member.own,
            durationMs: 400,
            responseSize: 1,
            outcome: number % 5 === 0 || pick(3) === 0 ? "failure" : "success",
          }),
        );
      if (!isTold) continue;
      const claimedMs = time.nowMs - pick(5) * 3_600_000;
      const sizes: readonly (readonly [string, number])[] = [
        ["input_tokens", 100 + pick(900)],
        ["output_tokens", pick(500)],
        ["cache_read_tokens", pick(20_000)],
        ...(pick(7) === 0 ? [] : [["cost_usd_micros", pick(90_000)] as const]),
        ["event.sequence", (sequence += 1)],
      ];
      for (let times = pick(6) === 0 ? 2 : 1; times > 0; times -= 1)
        tell(member, "api_request", claimedMs, sizes);
      if (pick(25) === 0)
        append(
          discrepancyEvent(log.stamp("telemetry"), {
            what: "sequence-gap",
            user: member.user,
            sessionId: member.sessionId,
            first: sequence,
            count: 1 + pick(5),
            certain: true,
          }),
        );
      if (pick(25) === 0) time.nowMs += DAY_MS / 3;
    }
  await Promise.all(waiting);
  await log.publish();
}
