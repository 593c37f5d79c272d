// What sessions cost, summed of the log one by one and kept in the index: the same tally as a command makes that reads the whole log.
import { FAILURES_MIN } from "#assure/activity/failing-loops.ts";
import { type SpendingTally, startSpendingTally } from "#assure/activity/spending.ts";
import { type SessionSpending, startSpendingGroups } from "#assure/activity/spending-groups.ts";
import { countsOf, newSums, addSums, sumsOf } from "#assure/activity/spending-sums.ts";
import { Failure } from "#base/failure.ts";
import { filledString } from "#base/json.ts";
import { openName } from "#record/index/user-name.ts";
import { TILE_WIDTH } from "#record/log/layout.ts";
import { decodeLeaf, type DecodedLeaf } from "#record/log/leaf.ts";
import type { Subject } from "#record/log/subject.ts";
import type { AskedLog } from "#record/store/index/asked-log.ts";
import type { FollowedLog } from "#record/store/index/index-follow.ts";
import type { IndexFile } from "#record/store/index/opened-index.ts";
import type { OwnedText, SpentPeriod, SpentSession } from "#record/store/index/spent-sums.ts";
import { type EntryRun, readBundles } from "#record/store/log-reader.ts";
import { openLeaf, type SectionKeys } from "#record/store/opened-leaf.ts";
import type { SpendingQuestion } from "./index-messages.ts";
import { type SpendingAnswer, sendSpending } from "./spending-answer.ts";

/** Events of one session that are read for its sums, and calls and requests that are remembered of it; of a larger one the log is read. */
const PLACES_MAX = 400_000;
const ITEMS_MAX = 100_000;
/** Sessions that are summed for one question because they lie across the beginning or end of its period. */
const ACROSS_MAX = 300;
const LOOPS_MAX = 20_000;
const NOT_KEPT = "what these sessions cost is not kept";

type Source = { readonly index: IndexFile; readonly followed: FollowedLog };
type Summed = {
  readonly spending: SessionSpending;
  readonly user: OwnedText | undefined;
  readonly directory: OwnedText | undefined;
  readonly commands: ReadonlyMap<string, Subject>;
  readonly omitted: number;
};

/** Makes the sums of sessions of which something came to the log since, `limit` at most. Says whether there are more. */
export async function keepSpent({ index, followed }: Source, limit: number): Promise<boolean> {
  const { spent } = index;
  const sessions = spent.unspent(limit + 1);
  const now = sessions.slice(0, limit);
  if (now.length === 0) return false;
  const kept: SpentSession[] = [];
  for (const session of now) {
    const summed = await sumSession({ index, followed }, session);
    if (summed !== undefined) kept.push(keptOf(summed));
  }
  spent.keep(kept, now);
  return sessions.length > limit;
}

/** The answer from sums that are kept: of all sessions, each of them up to date. A Failure where it takes more than them. */
export async function answerSpending(
  { index, followed }: Source,
  log: AskedLog,
  question: SpendingQuestion,
): Promise<SpendingAnswer> {
  const { by, sinceMs, rowsMax } = question;
  const period = { sinceMs, untilMs: question.untilMs ?? Number.MAX_SAFE_INTEGER };
  const { spent } = index;
  const totals = spent.totals(period);
  const across = spent.across(period, ACROSS_MAX + 1);
  if (totals.omitted > 0 || across.length > ACROSS_MAX) throw new Failure("index-behind", NOT_KEPT);
  const isCut = by === "session" && rowsMax !== null;
  const groups = isCut
    ? spent.groups("session", period, rowsMax)
    : spent.groups(by === "repository" ? "directory" : by, period);
  const loops = spent.loops(period, LOOPS_MAX + 1);
  if (loops.length > LOOPS_MAX) throw new Failure("index-behind", NOT_KEPT);
  const textOf = texts(index, log, [
    ...(by === "user" || by === "repository" ? groups.map(({ key }) => key) : []),
    ...loops.flatMap(({ user, directory, command }) => [user, directory, command]),
  ]);
  const isNamed = by === "user" || by === "repository";
  const all = newSums();
  if (isCut)
    for (const one of spent.groups("all", period))
      addSums(all, sumsOf(one.sessions, one.counts, one.answersMs));
  const grouped = groups.map(({ key, sessions, counts, answersMs }) => {
    const sums = sumsOf(sessions, counts, answersMs);
    if (!isCut) addSums(all, sums);
    return { key: isNamed ? textOf(key) : key, sums };
  });
  const own = startSpendingGroups(by);
  own.addGroups({
    groups: grouped,
    all: { ...all, sessions: totals.sessions, told: totals.told },
    loops: loops.map(({ directory, ...loop }) => ({
      ...loop,
      user: textOf(loop.user),
      repository: textOf(directory),
      command: textOf(loop.command) ?? "",
      tokens: loop.tokens ?? undefined,
      costUsdMicros: loop.costUsdMicros ?? undefined,
    })),
    repeated: totals.repeated,
    unopened: totals.unopened,
  });
  for (const session of across) {
    const summed = await sumSession({ index, followed }, session, period);
    if (summed === undefined) continue;
    if (summed.omitted > 0) throw new Failure("index-behind", NOT_KEPT);
    own.add(summed.spending);
  }
  const [[faults = 0] = []] = index.select(
    "SELECT coalesce(sum(events), 0) FROM hourly WHERE kind = 'unreadable'",
    [],
    1,
  ).rows;
  const omitted = isCut ? totals.sessions - groups.length : 0;
  return sendSpending(own.groups(), { faults: Number(faults), omitted });
}

/** What stands behind pseudonyms, as far as its key is here. */
function texts(
  index: IndexFile,
  log: AskedLog,
  pseudonyms: readonly string[],
): (pseudonym: string) => string | undefined {
  const known = new Map<string, string>();
  for (const name of index.names([...new Set(pseudonyms)])) {
    const subject = log.subject(name.subject);
    const text = subject === undefined ? undefined : openName(subject, name);
    if (text !== undefined) known.set(name.pseudonym, text);
  }
  return (pseudonym) => known.get(pseudonym);
}

/** Sums a session of its entries. Undefined where none of them counts. */
async function sumSession(
  { index, followed }: Source,
  session: string,
  period?: SpentPeriod,
): Promise<Summed | undefined> {
  const places = index.spent.placesOf(session, PLACES_MAX + 1);
  const tally = startSpendingTally({ ...period, itemsMax: ITEMS_MAX });
  const reading = new SessionReading(followed, tally);
  await reading.readAll(places.slice(0, PLACES_MAX));
  const [first, ...others] = tally.sessions(FAILURES_MIN);
  let spending = first;
  // WHY last, and only these: to open an entry takes some times as long as to read it.
  const failing = tally.failing();
  if (failing.size > 0) {
    await reading.readCommands((call) => failing.has(call));
    [spending] = tally.sessions(FAILURES_MIN);
    // Where a success lay between the failures, there is no loop.
    if (spending !== undefined && spending.loops.length > 0) {
      await reading.readCommands(() => true);
      [spending] = tally.sessions(FAILURES_MIN);
    }
  }
  if (spending === undefined) return undefined;
  // Ids that are cut in the index may be one there: then the log alone tells them apart.
  const omitted = tally.omitted() + Math.max(0, places.length - PLACES_MAX) + others.length;
  const { user, directory, commands } = reading;
  return { spending, user, directory, commands, omitted };
}

/** The entries of one session on their way to the tally. */
class SessionReading {
  user: OwnedText | undefined;
  directory: OwnedText | undefined;
  /** Whose each command is. */
  readonly commands = new Map<string, Subject>();
  readonly #decisions: (readonly [place: number, call: string])[] = [];
  readonly #followed: FollowedLog;
  readonly #tally: SpendingTally;
  readonly #keys: SectionKeys;

  constructor(followed: FollowedLog, tally: SpendingTally) {
    this.#followed = followed;
    this.#tally = tally;
    // Readable texts have no part in it.
    this.#keys = { subjects: followed.opening.subjects, texts: undefined };
  }

  async readAll(places: readonly number[]): Promise<void> {
    for await (const [place, leaf] of this.#read(places)) {
      const isWhole = this.user !== undefined && this.directory !== undefined;
      const { sealed, subject } = isWhole ? NOTHING : openLeaf(leaf, this.#keys);
      const user = filledString(sealed?.["user"]);
      const cwd = filledString(sealed?.["cwd"]);
      const { metadata } = leaf;
      const isCounted = this.#tally.add({
        timeMs: leaf.timeMs,
        metadata,
        user,
        repository: cwd,
        command: undefined,
      });
      if (!isCounted) continue;
      if (subject !== undefined && user !== undefined) this.user ??= { text: user, subject };
      if (subject !== undefined && cwd !== undefined) this.directory ??= { text: cwd, subject };
      const call = metadata["kind"] === "decision" ? filledString(metadata["call"]) : undefined;
      if (call !== undefined) this.#decisions.push([place, call]);
    }
  }

  /** Opens the commands of calls, and tells the tally. */
  async readCommands(isWanted: (call: string) => boolean): Promise<void> {
    const places = this.#decisions.flatMap(([place, call]) => (isWanted(call) ? [place] : []));
    for await (const [, leaf] of this.#read(places)) {
      const { sealed, subject } = openLeaf(leaf, this.#keys);
      const command = filledString(sealed?.["command"]);
      if (command === undefined || subject === undefined) continue;
      if (!this.commands.has(command)) this.commands.set(command, subject);
      const { timeMs, metadata } = leaf;
      this.#tally.add({ timeMs, metadata, user: undefined, repository: undefined, command });
    }
  }

  async *#read(places: readonly number[]): AsyncGenerator<readonly [number, DecodedLeaf]> {
    const { files, size } = this.#followed;
    for await (const bundle of readBundles(files, size, runsOf(places), new Set(places)))
      for (const { index, bytes } of bundle) {
        const leaf = decodeLeaf(bytes);
        if (leaf.kind !== "fault") yield [index, leaf];
      }
  }
}

const NOTHING = { sealed: undefined, subject: undefined };

/** Places in order as one run for each bundle. */
function runsOf(places: readonly number[]): readonly EntryRun[] {
  const runs: { from: number; end: number }[] = [];
  for (const place of places) {
    const last = runs.at(-1);
    if (last !== undefined && Math.floor(last.from / TILE_WIDTH) === Math.floor(place / TILE_WIDTH))
      last.end = place + 1;
    else runs.push({ from: place, end: place + 1 });
  }
  return runs;
}

function keptOf({ spending, user, directory, commands, omitted }: Summed): SpentSession {
  return {
    session: spending.id,
    firstMs: spending.firstMs,
    lastMs: spending.lastMs,
    user,
    directory,
    omitted,
    days: [...spending.days].map(([day, sums]) => ({
      day,
      counts: countsOf(sums),
      answersMs: sums.answersMs,
    })),
    loops: spending.loops.flatMap((loop) => {
      const subject = commands.get(loop.command);
      return subject === undefined ? [] : [{ ...loop, command: { text: loop.command, subject } }];
    }),
    repeated: spending.repeated,
    unopened: spending.unopened,
  };
}
