// The book of what sessions, their agents, projects and days spent: counted once, whichever source told it.
import { type DayBook, emptyDays, localDay, spend, turnTo } from "./calendar-days.ts";
import { type Followed, unfollowed } from "./followed-file.ts";
import { addSums, noSums, type Sums, valueOf } from "./sums.ts";

const SESSIONS_MAX = 512;
const AGENTS_MAX = 128;
const NOTES_MAX = 1_024;

/** What one message used, as far as its rows told. */
export type Message = { usd: number; unpriced: number; tokens: number };

/** A round of calls that made no progress. `tool` is that of its last call. */
export type SeenLoop = {
  readonly tool: string;
  readonly times: number;
  readonly calls: number;
  readonly usd: number;
};

/** What is kept of a session. */
export type SessionSpending = {
  readonly project: string;
  /** What counts. */
  readonly sums: Sums;
  /** What the transcript told: its money, and requests. */
  readonly read: { usd: number; unpriced: number; requests: number };
  /** What the client itself told, by telemetry or in its transcript. */
  readonly told: { usd: number; requests: number };
  readonly agents: Record<string, Sums>;
  /** What kinds of agents these are. */
  readonly kinds: Record<string, string>;
  /** The longest round of calls that came again and again with the same outcome. */
  loop: SeenLoop | undefined;
  readonly files: Record<string, Followed>;
  readonly messages: Record<string, Message>;
  lastMs: number;
};

/** All that is kept. `told`: budgets of which a person heard. `yes`: what was spent when a person last said yes. */
export type Ledger = {
  readonly days: DayBook;
  readonly sessions: Record<string, SessionSpending>;
  readonly told: Record<string, number>;
  readonly yes: Record<string, number>;
};

/** Nothing was spent. */
export function emptyLedger(): Ledger {
  return { days: emptyDays(), sessions: {}, told: {}, yes: {} };
}

/** Whose spending it is. */
export type Spender = {
  readonly project: string;
  readonly session: string;
  readonly agent: string | undefined;
};

/** Who spends by an event of a session. */
export function spenderOf(
  { id }: { readonly id: string },
  { sessionId, agentId }: { readonly sessionId: string; readonly agentId: string | undefined },
): Spender {
  return { project: id, session: sessionId, agent: agentId };
}

/** Has the ledger count on today. A time that no clock shows changes nothing. */
export function turnToday(ledger: Ledger, nowMs: number): void {
  if (Number.isFinite(nowMs) && nowMs > 0) turnTo(ledger.days, localDay(nowMs));
}

/** The session's account, opened where there is none. */
export function accountOf(ledger: Ledger, { project, session }: Spender, nowMs: number) {
  const isNew = !Object.hasOwn(ledger.sessions, session);
  const account = valueOf<SessionSpending>(ledger.sessions, session, () => ({
    project,
    sums: noSums(),
    read: { usd: 0, unpriced: 0, requests: 0 },
    told: { usd: 0, requests: 0 },
    agents: {},
    kinds: {},
    loop: undefined,
    files: {},
    messages: {},
    lastMs: nowMs,
  }));
  account.lastMs = nowMs;
  if (isNew) forgetLeast(ledger.sessions, session);
  return account;
}

/** WHY the smallest: made-up sessions would otherwise push out the one that spent. */
function forgetLeast(sessions: Record<string, SessionSpending>, kept: string): void {
  const names = Object.keys(sessions);
  if (names.length <= SESSIONS_MAX) return;
  const rank = (name: string): readonly number[] => {
    const { sums, lastMs } = sessions[name] ?? { sums: noSums(), lastMs: 0 };
    return [sums.usd, sums.tokens, sums.calls, lastMs];
  };
  const [least] = names
    .filter((name) => name !== kept)
    .toSorted((one, other) => {
      const [first, second] = [rank(one), rank(other)];
      const at = first.findIndex((value, index) => value !== second[index]);
      return at === -1 ? 0 : (first[at] ?? 0) - (second[at] ?? 0);
    });
  if (least !== undefined) delete sessions[least];
}

/** Adds to the session, its agent, and its project's day. */
export function count(
  ledger: Ledger,
  spender: Spender,
  more: Partial<Sums>,
  { nowMs, day }: { readonly nowMs: number; readonly day?: string },
): void {
  const account = accountOf(ledger, spender, nowMs);
  addSums(account.sums, more);
  if (spender.agent !== undefined && spender.agent !== "")
    addSums(agentIn(account, spender.agent), more);
  spend(ledger.days, account.project, more, day);
}

/** The sums of an agent of the session. */
export function agentIn({ agents }: SessionSpending, agent: string): Sums {
  const isRoom = Object.hasOwn(agents, agent) || Object.keys(agents).length < AGENTS_MAX;
  return valueOf(agents, isRoom ? agent : "others", noSums);
}

/** Remembers what kind of agent one is. */
export function nameAgent({ kinds }: SessionSpending, agent: string, kind: string): void {
  if (Object.keys(kinds).length < AGENTS_MAX) valueOf(kinds, agent, () => kind);
}

/** The state of a file of the session. */
export function fileOf({ files }: SessionSpending, path: string): Followed {
  return valueOf(files, path, unfollowed);
}

/** Telemetry told what a request cost. */
export function takeTold(ledger: Ledger, spender: Spender, usd: number, nowMs: number): void {
  if (!Number.isFinite(usd) || usd < 0) return;
  const account = accountOf(ledger, spender, nowMs);
  account.told.usd += usd;
  account.told.requests += 1;
  settle(ledger, spender, account, { nowMs });
}

/** Has the session's money be what is known of it. WHY the larger of the two: both tell of the same requests, and neither of all of them. */
export function settle(
  ledger: Ledger,
  { project, session }: Spender,
  { sums, read, told }: SessionSpending,
  at: { readonly nowMs: number; readonly day?: string },
): void {
  const usd = Math.max(read.usd, told.usd) - sums.usd;
  const unknown = told.requests > 0 && told.requests >= read.requests ? 0 : read.unpriced;
  const unpriced = unknown - sums.unpriced;
  if (usd > 0 || unpriced !== 0)
    count(ledger, { project, session, agent: undefined }, { usd: Math.max(0, usd), unpriced }, at);
}

/** Forgets the first names of a record that has more than `most`. */
export function forgetOldest(of: Record<string, unknown>, most: number): void {
  const names = Object.keys(of);
  for (const name of names.slice(0, Math.max(0, names.length - most))) delete of[name];
}

/** Remembers a number under a name, and the latest names alone. */
export function remember(of: Record<string, number>, name: string, value: number): void {
  delete of[name];
  of[name] = value;
  forgetOldest(of, NOTES_MAX);
}

/** The latest of a session's files alone: agents come and go. */
export function forgetFiles({ files }: SessionSpending): void {
  forgetOldest(files, AGENTS_MAX + 1);
}
