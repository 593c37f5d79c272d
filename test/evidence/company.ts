// A made-up company whose record is written by the real writer of the log, with failures planted in it one by one.
import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Clock } from "#base/clock.ts";
import type { Gap, GapKind } from "#assure/evidence/gap.ts";
import type { Control } from "#assure/control/control.ts";
import type { Finding } from "#guard/content/detection/finding.ts";
import type { Decision } from "#guard/policy/decision.ts";
import { approvalEvent } from "#record/event/approval-events.ts";
import { exceptionEvent } from "#record/event/agreement-events.ts";
import { batchEvent, decisionEvent, resultEvent } from "#record/event/call-events.ts";
import type { AuditEvent, EventSession, EventStamp, Submitter } from "#record/event/event.ts";
import {
  clockEvent,
  daemonEvent,
  deploymentEvent,
  logKeyEvent,
  modeEvent,
  offEvent,
  policyEvent,
  recoveryEvent,
} from "#record/event/guard-events.ts";
import { alertEvent, incidentEvent } from "#record/event/incident-events.ts";
import { retentionEvent } from "#record/event/retention-events.ts";
import { personRequestEvent } from "#record/event/privacy-events.ts";
import { hookEvent, sessionEvent } from "#record/event/session-events.ts";
import { changeKey } from "#record/store/key-rotation.ts";
import { viewLog } from "#record/store/log-view.ts";
import { openLog } from "#record/store/log-writer.ts";
import { pruneEntries } from "#record/store/pruning.ts";
import type { Log } from "#record/store/writing-log.ts";
import { type Directories, directoriesIn } from "#surface/foundation/files/directories.ts";
import { openRetentionFile } from "#surface/services/exceptions/retention-file.ts";
import { openStatements } from "#surface/services/exceptions/statements.ts";
import { ensureInstall } from "#surface/services/installation/install.ts";
import { erasePerson } from "#surface/services/privacy/erasure.ts";
import {
  bashCall,
  decisionOf,
  effect,
  pathTarget,
  policy,
  session,
} from "../record/event/samples.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** `only`: the frameworks that ask for it, all of them unless told. */
type Expected = {
  readonly kind: GapKind;
  readonly says: RegExp;
  readonly only?: readonly string[];
};
const gap = (kind: GapKind, says: RegExp, only?: readonly string[]): Expected => ({
  kind,
  says,
  ...(only === undefined ? {} : { only }),
});

/** Each failure that can be planted, with the gaps that it has to appear as, and no others. */
export const FAILURES = {
  "guard off for a day": [gap("guard-off", /off for 1 d, from 2026-01-09/)],
  "a project only observed": [
    gap("only-observed", /verdicts were recorded and not answered/),
    gap("policy-weakened", /2026-01-20.* only observed/),
  ],
  "five days without the record": [gap("silence", /no entry for \d d.*from 2026-01-(?:09|1)/)],
  "an entry that cannot be read": [gap("unreadable", /^1 entries/)],
  "an attestation that is over": [gap("attestation-over", /was over at 2026/)],
  "an attestation that nobody gave": [gap("attestation-missing", /nobody attested/)],
  "an exception used after its end": [gap("exception-over", /exception e1 was over/)],
  "an exception used after it was revoked": [gap("exception-over", /exception e2 was revoked/)],
  "a policy changed without approval": [gap("policy-unapproved", /2026-01-21.* no approval/)],
  "a policy file removed": [gap("policy-weakened", /2026-01-22.* removed/)],
  "an approval used that nobody gave": [gap("approval-missing", /request r2 was used/)],
  "an incident that nobody took up": [gap("incident-unanswered", /01k7b.*nobody/)],
  "a refused call that ran": [gap("incomplete", /^denied and run: 1$/)],
  "calls that nobody judged": [gap("incomplete", /^never judged: 1$/)],
  "a daemon that was killed": [gap("incomplete", /^ended without an orderly stop: 1$/)],
  "an index edited outside of the program": [gap("record-altered", /2026-01-26.* index/)],
  "retention that failed": [gap("retention-failed", /archive-unreachable/)],
  "an order about retention for another framework": [gap("retention-short", /does not name/)],
  "a clock set back by two hours": [gap("clock-set-back", /set back 1 time, by up to 2 h/)],
  "the first entries removed": [gap("removed", /^the \d+ entries before 2026-01-01/)],
  "an exception that nobody looked at again": [gap("exception-unreviewed", /exception e3 was/)],
  "a secret sent to another host": [gap("content-sent", /^1 call that held a secret/)],
  "a person's request that nobody answered": [
    gap("request-overdue", /request aa00bb11cc01 .*is not answered/, ["gdpr"]),
  ],
  "a person's request that was answered late": [
    gap("request-overdue", /request aa00bb11cc02 .*was answered 2 d late/, ["gdpr"]),
  ],
  "a target of exports without a contract": [
    gap("attestation-missing", /nobody attested processor\/export\/siem/, ["gdpr", "hipaa"]),
  ],
  "a server that nobody approved": [gap("found", /^MCP servers that nobody approved were used: 1/)],
} as const satisfies Readonly<Record<string, readonly Expected[]>>;
export type Failure = keyof typeof FAILURES;

/** What happens to a sound record too: it is said in the facts, and is no gap. Both are there in every company. */
export const CIRCUMSTANCES = {
  "a key that was changed in order": /"log-key introduce": 1,\s+"log-key retire": 1/,
  "a person who was erased": /"erasure": 1/,
} as const;

function isSaid({ kind, says }: Expected, said: Gap): boolean {
  return said.kind === kind && says.test(said.reason);
}

/** Whether a gap is one of those as which a failure has to appear. */
export function isGapOf(failure: Failure, said: Gap): boolean {
  return (FAILURES[failure] as readonly Expected[]).some((one) => isSaid(one, said));
}

/** Planted failures that no gap says, and gaps that say none that was planted. */
export function compareGaps(
  failures: readonly Failure[],
  found: readonly Gap[],
  framework: string,
): { readonly missed: readonly string[]; readonly extra: readonly string[] } {
  const planted = failures.flatMap((failure) =>
    (FAILURES[failure] as readonly Expected[])
      .filter(({ only }) => only?.includes(framework) !== false)
      .map((one) => ({ failure, one })),
  );
  const missed = planted.filter(({ one }) => !found.some((said) => isSaid(one, said)));
  const extra = found.filter((said) => !planted.some(({ one }) => isSaid(one, said)));
  return {
    missed: [...new Set(missed.map(({ failure }) => failure))],
    extra: [...new Set(extra.map(({ kind, reason }) => `${kind}: ${reason}`))],
  };
}

export type Company = {
  readonly directories: Directories;
  readonly verifierKey: string;
  /** From the first millisecond to before the last, with the days as options name them. */
  readonly period: {
    readonly from: string;
    readonly to: string;
    readonly sinceMs: number;
    readonly untilMs: number;
  };
  readonly entries: number;
};

export type CompanyPlan = {
  readonly root: string;
  readonly people: number;
  readonly days: number;
  readonly callsPerDay?: number;
  readonly failures: readonly Failure[];
  /** What the controls want attested is attested. */
  readonly controls: readonly Control[];
  readonly onDay?: (done: number) => void;
};

/** The first day of every company: a Thursday. */
const FIRST_MS = Date.UTC(2026, 0, 1);
const POLICY_A = { ...policy, id: "soc2", digest: "a".repeat(64) };
const POLICY_B = { ...policy, id: "soc2", digest: "b".repeat(64) };

/** Lives it. The record ends with the last day; nothing of it depends on chance or on the clock of this machine. */
export async function liveCompany(plan: CompanyPlan): Promise<Company> {
  const { root, days, people, failures, callsPerDay = 4 } = plan;
  const { directories } = await ensureInstall({ root });
  let nowMs = FIRST_MS + 6 * HOUR_MS;
  const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };
  const log = await openLog({
    log: directories.log,
    keys: directories.keys,
    clock,
    productVersion: "0.1.0",
  });
  const has = (failure: Failure) => failures.includes(failure);
  const at = (day: number, hour: number, minute = 0) => {
    nowMs = FIRST_MS + day * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS;
  };
  const add = (
    make: (stamp: EventStamp) => AuditEvent,
    submitter: Submitter = "daemon",
  ): Promise<unknown> => log.append(make(log.stamp(submitter)), { durable: false });
  const room: Room = { log, add, has, at, pass: (ms) => (nowMs += ms) };
  attest(directories, plan);
  if (has("a target of exports without a contract"))
    writeFileSync(directories.exportsFile, EXPORTS, { mode: 0o600 });
  if (has("an order about retention for another framework"))
    openRetentionFile(directories).put({
      frameworks: [],
      hereDays: 30,
      archive: "/var/archive",
      isDaily: true,
      approver: "grace",
      createdMs: FIRST_MS,
    });
  try {
    await add((stamp) => daemonEvent(stamp, "start"));
    if (has("the first entries removed")) await earlyMorning(room);
    for (let day = 0; day < days; day += 1) {
      at(day, 7);
      await planned(room, day);
      const isSilent = has("five days without the record") && day >= 11 && day < 16;
      const isWeekend = [0, 6].includes(new Date(FIRST_MS + day * DAY_MS).getUTCDay());
      if (!isSilent && !isWeekend)
        for (let person = 0; person < people; person += 1)
          await workDay(room, { day, person, calls: callsPerDay, people });
      // What waits to be written stays small.
      if (people * callsPerDay > 100) await log.publish();
      plan.onDay?.(day + 1);
    }
    at(days - 1, 22);
    await add((stamp) => daemonEvent(stamp, "stop"));
    await log.publish();
  } finally {
    await log.close();
  }
  const ports = { clock, productVersion: "0.1.0" };
  await circumstances(directories, ports, () => at(days - 1, 23));
  if (has("the first entries removed")) await pruneEntries(directories, EARLY_ENTRIES, nowMs);
  const { size } = await (await viewLog(directories.log, directories.keys)).checkpoint();
  const untilMs = FIRST_MS + days * DAY_MS;
  const dayText = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  return {
    directories: directoriesIn(root),
    verifierKey: log.verifierKey,
    period: {
      from: dayText(FIRST_MS),
      to: dayText(untilMs - 1),
      sinceMs: FIRST_MS,
      untilMs,
    },
    entries: size,
  };
}

const EXPORTS = `targets:
  - { name: siem, to: http, url: "https://siem.example/in" }
`;

/** Entries of the first morning that are removed where that is planted: whole bundles. */
const EARLY_ENTRIES = 256;

/** Somebody works before all others, so that what is removed later holds nothing else that is planted. */
async function earlyMorning(room: Room): Promise<void> {
  const own = sessionOf(0, 0);
  for (let place = 0; place < EARLY_ENTRIES; place += 1) {
    room.pass(200);
    await room.add((stamp) => hookEvent(stamp, { name: "Stop", session: own }), "hook");
  }
}

/** The key of the log is changed in order, and somebody who worked here is erased. */
async function circumstances(
  directories: Directories,
  ports: { readonly clock: Clock; readonly productVersion: string },
  begin: () => void,
): Promise<void> {
  begin();
  const { root } = directories;
  const home = join(root, "..", `${basename(root)}-home`);
  const place = { home, client: join(home, ".claude"), temporary: join(home, "tmp") };
  await erasePerson(
    {
      subject: "person-1",
      also: [],
      homeUser: "nobody-of-them",
      where: { ...place, directories, folders: [] },
    },
    { ...ports, reached: () => undefined },
  );
  for (const what of ["introduce", "retire"] as const) {
    const { size, digest } = await changeKey(directories, what);
    const log = await openLog({ log: directories.log, keys: directories.keys, ...ports });
    await log.append(logKeyEvent(log.stamp("operator"), { what, size, digest }), { durable: true });
    await log.publish();
    await log.close();
  }
}

type Room = {
  readonly log: Log;
  readonly add: (
    make: (stamp: EventStamp) => AuditEvent,
    submitter?: Submitter,
  ) => Promise<unknown>;
  readonly has: (failure: Failure) => boolean;
  readonly at: (day: number, hour: number, minute?: number) => void;
  readonly pass: (ms: number) => void;
};

function sessionOf(person: number, day: number): EventSession {
  const user = `person-${person}`;
  return {
    ...session,
    facts: { ...session.facts, user, sessionId: `s-${person}-${day}` },
  };
}

const READ = effect({ kind: "read", target: pathTarget("/home/ada/shop/a.ts") });
const SENT = effect({
  kind: "egress",
  destination: { host: "api.example", port: 443, scheme: "https" },
  carries: [],
});

const SECRET: Finding = {
  detector: "github-token",
  family: "secret",
  tier: "high",
  place: "command",
  start: 5,
  end: 45,
};

function judgedCall(verdict: Decision["verdict"], more: Partial<Decision> = {}): Decision {
  const plain = decisionOf(verdict === "deny" ? [SENT] : [READ], ["cat"]);
  const rule = verdict === "deny" ? "builtin:team/send/unknown" : "builtin:team/look/project";
  return {
    ...plain,
    verdict,
    reasons: [{ verdict, rule, effect: 0, text: "x", instead: undefined }],
    ...more,
  };
}

/** A day of one person: a session of some calls, one of ten refused, and its end. */
async function workDay(
  { add, at, has, pass }: Room,
  {
    day,
    person,
    calls,
    people,
  }: {
    readonly day: number;
    readonly person: number;
    readonly calls: number;
    readonly people: number;
  },
): Promise<void> {
  const own = sessionOf(person, day);
  // Spread over eight hours, so that the entries of people stand between one another.
  at(day, 8, Math.floor((person * 480) / people));
  await add((stamp) => sessionEvent(stamp, { session: own, source: "startup" }), "hook");
  const isOff = has("guard off for a day") && day === 8;
  const isObserved = has("a project only observed") && day === 19 && person === 0;
  for (let place = 0; place < calls; place += 1) {
    pass(200);
    const verdict = (person + place) % 10 === 9 ? "deny" : "allow";
    const call = { ...bashCall("cat a.ts"), id: `toolu_${person}_${day}_${place}` };
    const isRun = verdict === "allow" || isOff || isObserved;
    await add(
      (stamp) =>
        decisionEvent(stamp, {
          call,
          decision: judgedCall(verdict),
          session: own,
          durationMs: 1,
          policy: day < 20 ? POLICY_A : POLICY_B,
          ...(isOff ? { off: "off-1" } : {}),
          ...(isObserved ? { observed: true as const } : {}),
        }),
      "hook",
    );
    pass(200);
    if (isRun)
      await add(
        (stamp) =>
          resultEvent(stamp, {
            call,
            session: own,
            outcome: "success",
            durationMs: 4,
            responseSize: 20,
          }),
        "hook",
      );
  }
  await add((stamp) => hookEvent(stamp, { name: "SessionEnd", session: own }), "hook");
}

/** What happens on a day beside people's work: what always happens, and what was planted. */
async function planned({ log, add, has, pass }: Room, day: number): Promise<void> {
  const on = (failure: Failure, its: number) => has(failure) && day === its;
  const person = sessionOf(0, day);
  if (day === 1) {
    await add((stamp) => grant(stamp, "e1", "grant", 7 * 1_440), "operator");
    await add((stamp) => grant(stamp, "e2", "grant", 20 * 1_440), "operator");
    await use({ add }, "toolu_e1", "e1", person);
  }
  if (day === 3) await answeredIncident(add, pass);
  // Answered in time, in every company.
  if (day === 2) await requestStep(add, "aa00bb11cc00", "received", 0);
  if (day === 12) await requestStep(add, "aa00bb11cc00", "answered", 0);
  // They came in before the log began.
  if (on("a person's request that nobody answered", 2))
    await requestStep(add, "aa00bb11cc01", "received", -20 * DAY_MS);
  if (on("a person's request that was answered late", 2))
    await requestStep(add, "aa00bb11cc02", "received", -20 * DAY_MS);
  if (on("a person's request that was answered late", 12))
    await requestStep(add, "aa00bb11cc02", "answered", -20 * DAY_MS);
  if (day === 4) {
    for (const phase of ["requested", "approved", "used"] as const)
      await add((stamp) => approval(stamp, "r1", phase), "operator");
  }
  if (day === 5) {
    await add((stamp) => daemonEvent(stamp, "stop"));
    pass(5 * MINUTE_MS);
    await add((stamp) => daemonEvent(stamp, "start"));
    const off = { id: "off-0", minutes: 20, reason: "upgrade", projectRoot: null, user: "grace" };
    await add((stamp) => offEvent(stamp, { ...off, phase: "start" }), "operator");
    pass(20 * MINUTE_MS);
    await add((stamp) => offEvent(stamp, { ...off, phase: "expire" }));
  }
  if (day === 6) {
    await add((stamp) => grant(stamp, "e2", "revoke", 20 * 1_440), "operator");
    if (has("an exception used after it was revoked")) {
      pass(MINUTE_MS);
      await use({ add }, "toolu_e2", "e2", person);
    }
  }
  if (day === 20) {
    if (!has("a policy changed without approval"))
      await add((stamp) => deployed(stamp, POLICY_B.digest), "operator");
    await add((stamp) => changed(stamp, "changed", POLICY_A.digest, POLICY_B.digest));
  }
  if (on("guard off for a day", 8)) {
    const off = { id: "off-1", minutes: 1_440, reason: "x", projectRoot: null, user: "grace" };
    await add((stamp) => offEvent(stamp, { ...off, phase: "start" }), "operator");
  }
  if (on("guard off for a day", 9))
    await add(
      (stamp) =>
        offEvent(stamp, {
          id: "off-1",
          minutes: 1_440,
          reason: null,
          projectRoot: null,
          user: "grace",
          phase: "expire",
        }),
      "daemon",
    );
  if (on("a project only observed", 19))
    await add(
      (stamp) =>
        modeEvent(stamp, {
          what: "observed",
          inForce: POLICY_A.digest,
          root: "/home/ada/shop",
          user: "ada",
        }),
      "operator",
    );
  if (on("an entry that cannot be read", 7)) await log.appendLeaf(Buffer.from([9, 9, 9]));
  if (on("an exception used after its end", 10)) await use({ add }, "toolu_e1b", "e1", person);
  if (on("a policy file removed", 21))
    await add((stamp) => changed(stamp, "removed", POLICY_B.digest, undefined));
  if (on("an approval used that nobody gave", 17)) {
    await add((stamp) => approval(stamp, "r2", "requested"), "operator");
    await add((stamp) => approval(stamp, "r2", "used"), "operator");
  }
  if (on("an incident that nobody took up", 18))
    await add((stamp) => incident(stamp, "inc-01k7b0000000000000000000zz", "opened", "open"));
  if (on("a refused call that ran", 18)) {
    const call = { ...bashCall("curl x"), id: "toolu_ran" };
    const input = { call, session: person, durationMs: 1, policy: POLICY_A };
    await add((stamp) => decisionEvent(stamp, { ...input, decision: judgedCall("deny") }), "hook");
    await add(
      (stamp) =>
        resultEvent(stamp, {
          call,
          session: person,
          outcome: "success",
          durationMs: 1,
          responseSize: 1,
        }),
      "hook",
    );
  }
  if (on("calls that nobody judged", 22)) {
    const calls = [bashCall("x")];
    await add(
      (stamp) =>
        batchEvent(stamp, {
          session: person,
          calls,
          unjudged: calls,
          malformed: 0,
          certain: true,
        }),
      "hook",
    );
  }
  if (on("a daemon that was killed", 24)) await add((stamp) => daemonEvent(stamp, "start"));
  if (on("a clock set back by two hours", 25))
    await add((stamp) => clockEvent(stamp, -2 * HOUR_MS));
  if (on("an exception that nobody looked at again", 0))
    await add((stamp) => grant(stamp, "e3", "grant", 60 * 1_440), "operator");
  if (on("a secret sent to another host", 25)) {
    const call = { ...bashCall("curl x"), id: "toolu_sent" };
    const decision = { ...judgedCall("deny"), verdict: "ask" as const, findings: [SECRET] };
    const input = { call, session: person, durationMs: 1, policy: POLICY_B };
    await add((stamp) => decisionEvent(stamp, { ...input, decision }), "hook");
    await add(
      (stamp) =>
        resultEvent(stamp, {
          call,
          session: person,
          outcome: "success",
          durationMs: 1,
          responseSize: 1,
        }),
      "hook",
    );
  }
  if (on("a server that nobody approved", 27))
    await add((stamp) =>
      alertEvent(stamp, {
        id: "a2",
        rule: "initial-access/mcp-server-unapproved",
        level: "medium",
        tags: [],
        events: [1],
        repeats: 0,
        place: {},
      }),
    );
  if (on("an index edited outside of the program", 25))
    await add((stamp) =>
      recoveryEvent(stamp, { cause: "index-edited", entries: 3, tornBytes: 0, refused: 0 }),
    );
  if (on("retention that failed", 26))
    await add((stamp) => retentionEvent(stamp, { what: "failed", code: "archive-unreachable" }));
}

/** A step of a request that came in at a time from the first day on: it is due 30 days later. */
async function requestStep(
  add: Room["add"],
  request: string,
  what: "received" | "answered",
  fromMs: number,
): Promise<void> {
  const receivedMs = FIRST_MS + 7 * HOUR_MS + fromMs;
  await add((stamp) =>
    personRequestEvent(stamp, {
      what,
      request,
      right: "access",
      receivedMs,
      dueMs: receivedMs + 30 * DAY_MS,
    }),
  );
}

async function use(
  { add }: Pick<Room, "add">,
  id: string,
  exception: string,
  own: EventSession,
): Promise<void> {
  const call = { ...bashCall("rm -r build"), id };
  const decision = judgedCall("allow", { exceptions: [exception] });
  await add(
    (stamp) =>
      decisionEvent(stamp, { call, decision, session: own, durationMs: 1, policy: POLICY_A }),
    "hook",
  );
}

function grant(
  stamp: EventStamp,
  id: string,
  phase: "grant" | "revoke",
  minutes: number,
): AuditEvent {
  return exceptionEvent(stamp, {
    phase,
    id,
    verdict: "allow",
    rules: ["builtin:team/delete"],
    minutes,
    uses: 20,
    digest: "c".repeat(64),
    policy: POLICY_A.digest,
    scope: "{}",
    project: null,
    reason: "clean-up",
    owner: "ada",
    approver: "grace",
  });
}

function approval(
  stamp: EventStamp,
  id: string,
  phase: "requested" | "approved" | "used",
): AuditEvent {
  return approvalEvent(stamp, {
    phase,
    request: {
      id,
      digest: "d".repeat(64),
      policy: POLICY_A.digest,
      rules: ["builtin:team/deploy"],
      people: 1,
      minutes: 30,
      root: "/home/ada/shop",
      user: "ada",
    },
  });
}

function deployed(stamp: EventStamp, inForce: string): AuditEvent {
  return deploymentEvent(stamp, {
    what: "deployed",
    id: "d1",
    of: null,
    layer: "managed",
    inForce,
    files: ["a"],
    digest: "e".repeat(64),
    place: "/etc",
    reason: "quarter",
    owner: "ada",
    approver: "grace",
  });
}

function changed(
  stamp: EventStamp,
  what: "changed" | "removed",
  before: string,
  inForce: string | undefined,
): AuditEvent {
  return policyEvent(stamp, { what, file: "/etc/policy.yaml", layer: "managed", before, inForce });
}

function incident(stamp: EventStamp, id: string, what: string, state: string): AuditEvent {
  return incidentEvent(stamp, {
    id,
    what,
    state,
    level: "high",
    alerts: 1,
    by: undefined,
    note: undefined,
    place: {},
  });
}

async function answeredIncident(add: Room["add"], pass: Room["pass"]): Promise<void> {
  const id = "inc-01k7a0000000000000000000zz";
  await add((stamp) =>
    alertEvent(stamp, {
      id: "a1",
      rule: "exfiltration/secret-leaves",
      level: "high",
      tags: [],
      events: [1],
      repeats: 0,
      place: {},
    }),
  );
  await add((stamp) => incident(stamp, id, "opened", "open"));
  pass(HOUR_MS);
  await add((stamp) => incident(stamp, id, "taken", "investigating"), "operator");
  await add((stamp) => incident(stamp, id, "closed", "closed"), "operator");
}

/** Everything that the controls want attested, from before the period until after it. */
function attest(directories: Directories, { controls, failures, days }: CompanyPlan): void {
  const store = openStatements(directories);
  const wanted = new Map<string, Set<string>>();
  for (const { id, attestations } of controls)
    for (const { about } of attestations)
      wanted.set(about, (wanted.get(about) ?? new Set()).add(id.slice(0, id.indexOf("/"))));
  const needed = [...wanted.keys()].sort();
  // One of each framework that no other framework asks for.
  const only = ["soc2", "hipaa", "gdpr"].map((framework) =>
    needed.filter((about) => [...(wanted.get(about) ?? [])].join() === framework),
  );
  const [firsts, lasts] = [only.map((ones) => ones.at(0)), only.map((ones) => ones.at(-1))];
  for (const [place, about] of needed.entries()) {
    if (failures.includes("an attestation that nobody gave") && lasts.includes(about)) continue;
    const isOver = failures.includes("an attestation that is over") && firsts.includes(about);
    store.add(
      store.sign({
        id: place.toString(16).padStart(16, "0"),
        kind: "attestation",
        about,
        scope: { of: "all" },
        digest: "f".repeat(64),
        reason: "looked at",
        owner: "ada",
        approver: "grace",
        createdMs: FIRST_MS,
        expiresMs: FIRST_MS + (isOver ? days / 2 : days + 30) * DAY_MS,
      }),
    );
  }
}
