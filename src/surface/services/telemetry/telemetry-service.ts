// The daemon's part for telemetry: intake, join with hook records, roll-ups on disk, and the timer that looks for what is missing.
import { Failure } from "#base/failure.ts";
import type { EventStamp } from "#record/event/event.ts";
import type { Log } from "#record/store/writing-log.ts";
import type { Observation } from "../hooks/ports.ts";
import type { IndexService } from "../index/index-service.ts";
import { createIntake, type Intake } from "./intake.ts";
import { createJoin, type HookRecord, type LookUp } from "./join.ts";
import { createSequenceBook } from "./sequences.ts";
import { createUsageBook, type UsageBook } from "./usage.ts";
import { readUsage, writeUsage } from "./usage-file.ts";

const LOOK_MS = 2_000;
/** Pseudonyms that are remembered at once, and for how long. */
const CACHED_MAX = 8_192;
const CACHED_MS = 1_000;
/** Looks between two writings of the roll-ups. */
const LOOKS_PER_WRITE = 5;

/** Telemetry as the daemon has it. */
export type TelemetryService = {
  readonly intake: Intake;
  readonly usage: UsageBook;
  /** Hears of everything that hooks have recorded. */
  observe(observation: Observation): void;
  close(): Promise<void>;
};

/** Opens the service and begins to look. `say` hears once of a file that cannot be kept. */
export function openTelemetry(options: {
  readonly file: string;
  readonly log: Pick<Log, "stamp" | "append">;
  readonly index: Pick<IndexService, "ask">;
  readonly user: string;
  readonly nowMs: () => number;
  /** Hears what a request of a session cost, in dollars. */
  readonly spent?: (sessionId: string, usd: number) => void;
  readonly say: (line: string) => void;
}): TelemetryService {
  const { file, log, index, user, nowMs, say, spent } = options;
  const usage = createUsageBook(readUsage(file, say));
  const join = createJoin(lookUpIn(index, nowMs));
  const intake = createIntake({
    stamp: cachedStamp(log, nowMs),
    user,
    async write(events) {
      const last = events.length - 1;
      // The log keeps their order: once the last is on disk, all are.
      await Promise.all(events.map((event, at) => log.append(event, { durable: at === last })));
    },
    join,
    sequences: createSequenceBook(nowMs(), nowMs),
    usage,
    nowMs,
    ...(spent === undefined ? {} : { spent }),
  });
  let writtenMs: number | null = usage.usage().lastMs;
  let hasFailed = false;
  const write = (): void => {
    const { lastMs } = usage.usage();
    if (lastMs === writtenMs) return;
    try {
      writeUsage(file, usage.usage());
      writtenMs = lastMs;
      hasFailed = false;
    } catch {
      if (!hasFailed) say(`the roll-ups of telemetry are not kept: \`${file}\` cannot be written`);
      hasFailed = true;
    }
  };
  let looking: Promise<void> = Promise.resolve();
  let looks = 0;
  const timer = setInterval(() => {
    // What cannot be recorded now is told by every answer to the client.
    looking = looking.then(() => intake.look()).catch(() => undefined);
    if (++looks % LOOKS_PER_WRITE === 0) write();
  }, LOOK_MS).unref();
  return {
    intake,
    usage,
    observe(observation) {
      if (!("submitter" in observation) || observation.submitter === undefined) return;
      const { sessionId } = observation.submitter;
      const record = recordOf(observation);
      if (record === undefined) join.noteHook(sessionId);
      else for (const id of record.ids) join.noteHook(sessionId, { id, record: record.record });
    },
    async close() {
      clearInterval(timer);
      await looking;
      write();
    },
  };
}

/**
 * Stamps whose pseudonyms are made once a second for each text. WHY no longer: a person's key may be destroyed, and nothing may
 * make the old ones again after that.
 */
function cachedStamp(log: Pick<Log, "stamp">, nowMs: () => number): () => EventStamp {
  const made = { session: new Map(), call: new Map(), agent: new Map(), prompt: new Map() };
  let count = 0;
  let sinceMs = nowMs();
  let latest: EventStamp;
  // WHY one for all stamps: a function for each event costs more than what it looks up.
  const pseudonym: EventStamp["pseudonym"] = (domain, text, person) => {
    const ofDomain: Map<string, string> = made[domain];
    const known = ofDomain.get(text);
    if (known !== undefined) return known;
    const fresh = latest.pseudonym(domain, text, person);
    ofDomain.set(text, fresh);
    count++;
    return fresh;
  };
  return () => {
    latest = log.stamp("telemetry");
    const { id, timeMs, product, submitter, digest, mark } = latest;
    if (count > CACHED_MAX || Math.abs(timeMs - sinceMs) > CACHED_MS) {
      for (const ofDomain of Object.values(made)) ofDomain.clear();
      count = 0;
      sinceMs = timeMs;
    }
    return { id, timeMs, product, submitter, digest, mark, pseudonym };
  };
}

/** What a record of a hook says of calls; undefined where it is about none. */
function recordOf(
  observation: Observation,
): { readonly ids: readonly string[]; readonly record: HookRecord } | undefined {
  if (observation.kind === "decision") {
    const isRefused =
      observation.judgement.decision.verdict === "deny" &&
      observation.off === undefined &&
      observation.observed !== true;
    return { ids: [observation.call.id], record: isRefused ? "refused" : "judged" };
  }
  // Told already, and by more than the client's word: no second event for it.
  if (observation.kind === "unjudged") return { ids: [observation.call.id], record: "judged" };
  if (observation.kind === "batch" && observation.unjudged.length > 0)
    return { ids: observation.unjudged.map(({ id }) => id), record: "judged" };
  return undefined;
}

/** Asks the log: an earlier daemon may have judged the call, or a command hook of its own. */
function lookUpIn(index: Pick<IndexService, "ask">, nowMs: () => number): LookUp {
  const isThere = async (filter: string): Promise<boolean> => {
    const question = {
      ask: "search",
      filter,
      nowMs: nowMs(),
      limit: 1,
      before: null,
      byRank: false,
    };
    const answer = await index.ask(question as Parameters<IndexService["ask"]>[0]);
    return answer.kind === "found" && answer.places.length > 0;
  };
  return async (sessionId, callId) => {
    const session = `session:"${sessionId}"`;
    const call = `${session} call:"${callId}" kind:decision`;
    try {
      if (await isThere(`${call} verdict:deny enforced:true`)) return "refused";
      if (await isThere(call)) return "judged";
      return (await isThere(`${session} submitter:hook`)) ? "session-known" : "nothing";
    } catch (cause) {
      if (cause instanceof Failure) return "unknown";
      throw cause;
    }
  };
}
