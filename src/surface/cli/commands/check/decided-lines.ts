// Hook payloads in, decisions out, one JSON a line, in order, in constant memory.
import { dropOldest } from "#base/drop-oldest.ts";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { isObject } from "#base/json.ts";
import { monotonicMs } from "#platform/monotonic.ts";
import type { Clock } from "#base/clock.ts";
import { Failure } from "#base/failure.ts";
import { PAYLOAD_BYTES_MAX } from "#base/limits.ts";
import { printableJson } from "#base/printable.ts";
import type { SessionLabel, ShellFacts } from "#guard/facts/facts.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { parsePayload } from "#guard/protocol/hook-io.ts";
import { reasonText } from "#guard/protocol/reason-text.ts";
import { type HookEvent, normalizeEvent } from "#guard/events/normalize.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import {
  placesNamed,
  rememberWritten,
  writtenPlaces,
} from "#guard/effects/paths/written-places.ts";
import { byteLines } from "../../../foundation/files/byte-lines.ts";
import { boundedGuard } from "../../../services/evaluation/bounded-guard.ts";
import type { Circumstances } from "../../../services/evaluation/circumstances.ts";
import { judgingLate } from "../../../services/hooks/refusals.ts";
import type { GivenFacts } from "../../../services/facts/facts-file.ts";
import { judgeFollowed } from "../../../services/evaluation/followed.ts";
import { type AnswerQueries, judgeCall } from "../../../services/facts/judge.ts";
import { sessionFacts, sessionFactsWithoutDisk } from "../../../services/facts/session.ts";
import { PLAIN_SHELL } from "../../../services/facts/session-shell.ts";
import { callKey } from "../../../services/exceptions/judged.ts";
import type { JudgingPolicy } from "../../../services/evaluation/judging-policy.ts";

/** Sessions remembered with `--session`; the least recently used is forgotten. */
const SESSIONS_MAX = 1024;

/** Written paths remembered for one session; the oldest are forgotten. */
const WRITTEN_MAX = 10_000;

/** Where the facts of a line come from: its own directory, nowhere, or a file. */
export type FactsSource =
  | { readonly kind: "disk" }
  | { readonly kind: "none" }
  | { readonly kind: "given"; readonly facts: GivenFacts };

/** Where lines come from and answers go to, and what each line is judged with. */
export type DecideOptions = {
  readonly input: Readable;
  readonly output: Writable;
  /** What judges a call of a session that was started in a directory; `call` is as `callKey` names it. */
  readonly policyOf: (
    directory: string,
    call: string,
    sessionId: string,
  ) => JudgedBy | Promise<JudgedBy>;
  readonly facts: FactsSource;
  /** Whether written paths and the working directory carry over between lines of one `session_id`. */
  readonly carry: boolean;
  /** All that a call is judged with as in a session of its project; undefined, or without it, by the facts alone. */
  readonly judgedAs?: (line: JudgedLine) => Promise<Circumstances | undefined>;
  /** Milliseconds of evaluation for one line; as for one call of a hook unless given. */
  readonly lineMs?: number;
};

/** A line that asks for a decision, and where its session was started. */
export type JudgedLine = {
  readonly event: HookEvent;
  readonly directory: string;
  readonly policy: Policy;
};

/** A policy, and the exceptions to it that count. No use is taken: nothing runs because of an answer here. */
export type JudgedBy = Pick<JudgingPolicy, "policy" | "exceptions"> & {
  /** Labels of the session; without them those of the facts count. */
  readonly labels?: readonly SessionLabel[] | undefined;
};

/** One answer line. `error` is there exactly when the line could not be judged. */
export type DecideAnswer = {
  readonly id: string | null;
  readonly decision: "deny" | "ask" | "allow" | "abstain";
  readonly reason: string;
  readonly effects: readonly unknown[];
  readonly ms: number;
  readonly error?: string;
};

const CLOCK: Clock = { nowMs: () => Date.now(), monotonicMs };

type SessionState = {
  cwd: string;
  readonly root: string | undefined;
  readonly written: Set<string>;
};

/**
 * Answers every line. Resolves to the number of lines that were answered with `error`; a closed output ends it early
 * and quietly. Never holds more than one line.
 */
export async function decideLines(options: DecideOptions): Promise<number> {
  const judgeLine = lineJudge(options);
  const shut = new AbortController();
  // WHY: a reader that went away (`| head`) is no failure; letting go of the input ends the loop below.
  const close = (): void => {
    shut.abort();
    options.input.destroy();
  };
  options.output.on("error", close);
  options.output.on("close", close);
  let errors = 0;
  for await (const line of byteLines(options.input, PAYLOAD_BYTES_MAX, shut.signal)) {
    const startMs = monotonicMs();
    const judged = await judgeLine(line);
    if (judged.error !== undefined) errors += 1;
    const ms = Math.round((monotonicMs() - startMs) * 1000) / 1000;
    const { error, ...rest } = judged;
    const answer: DecideAnswer = { ...rest, ms, ...(error === undefined ? {} : { error }) };
    if (shut.signal.aborted) break;
    if (!options.output.write(`${printableJson(answer)}\n`)) {
      await once(options.output, "drain", { signal: shut.signal }).catch(() => undefined);
    }
  }
  return errors;
}

type Judged = Omit<DecideAnswer, "ms">;

function lineJudge(options: DecideOptions): (line: Uint8Array | undefined) => Promise<Judged> {
  const sessions = new Map<string, SessionState>();
  return async (line) => {
    if (line === undefined) return refuse(null, "size", "the line is longer than a payload may be");
    const parsed = parsePayload(line);
    if ("fault" in parsed) return refuse(null, parsed.fault.code, "the line is no readable JSON");
    const payload = options.carry ? withSessionCwd(parsed.payload, sessions) : parsed.payload;
    const id = callId(payload);
    const event = normalizeEvent(payload);
    if (event.kind === "fault") {
      const where = `the payload has no usable \`${event.where}\``;
      return refuse(id, `${event.code}: ${event.where}`, where);
    }
    try {
      return await judgeEvent(event, id, options, sessions);
    } catch (error) {
      // A failure of ours must look like a refusal, never like the end of the stream.
      const code = error instanceof Failure ? error.code : "guard-failed";
      if (code === "late")
        return {
          id,
          decision: "deny",
          reason: reasonText(judgingLate()),
          effects: [],
          error: code,
        };
      return refuse(id, code, "the call could not be judged");
    }
  };
}

async function judgeEvent(
  event: HookEvent,
  id: string | null,
  options: DecideOptions,
  sessions: Map<string, SessionState>,
): Promise<Judged> {
  const kept = options.carry ? sessions.get(event.sessionId) : undefined;
  const sources = await factSources(event, options.facts, kept?.root);
  if (options.carry) {
    const state = kept ?? { cwd: event.cwd, root: sources.session.projectRoot, written: new Set() };
    state.cwd = event.cwd;
    sessions.delete(event.sessionId);
    sessions.set(event.sessionId, state);
    dropOldest(sessions, SESSIONS_MAX);
  }
  if (event.kind !== "pre-tool-use") {
    const reason = `sallyport: \`${event.eventName}\` asks for no decision`;
    return { id, decision: "abstain", reason, effects: [] };
  }
  const written = sessions.get(event.sessionId)?.written;
  const { call } = event;
  const key = callKey(event.sessionId, call);
  const directory = kept?.root ?? event.cwd;
  const { labels, ...judgedBy } = await options.policyOf(directory, key, event.sessionId);
  const judgedWith = await options.judgedAs?.({ event, directory, policy: judgedBy.policy });
  const facts = judgedWith ?? {
    ...sources,
    session: { ...sources.session, ...(labels === undefined ? {} : { labels }) },
  };
  const { judged: decision } = await judgeFollowed(
    { ...facts, call, policy: judgedBy.policy },
    (session) =>
      judgeCall({
        ...facts,
        session,
        call,
        ...judgedBy,
        guard: boundedGuard(CLOCK, options.lineMs),
        writtenPaths: new Set([...facts.writtenPaths, ...(written ?? [])]),
      }),
    (one) => one,
  );
  // What was asked about may have been agreed to, so only a refused call leaves nothing behind.
  if (written !== undefined && decision.verdict !== "deny") {
    const places = writtenPlaces(decision.effects, sources.session.projectRoot);
    for (const place of [...places, ...placesNamed(call)])
      rememberWritten(written, place, WRITTEN_MAX);
  }
  return {
    id,
    decision: decision.verdict,
    reason: reasonText(decision),
    effects: decision.effects,
  };
}

async function factSources(event: HookEvent, source: FactsSource, root: string | undefined) {
  const subject = {
    sessionId: event.sessionId,
    cwd: event.cwd,
    mode: event.mode,
    ...(root === undefined ? {} : { projectRoot: root }),
  };
  const empty: ReadonlySet<string> = new Set();
  switch (source.kind) {
    case "disk": {
      const session = sessionFacts(subject);
      return { session, shell: PLAIN_SHELL, writtenPaths: empty };
    }
    case "none": {
      const session = sessionFactsWithoutDisk(subject);
      return { session, shell: PLAIN_SHELL, writtenPaths: empty, answer: answerFrom(new Map()) };
    }
    case "given": {
      const { session, shell, environment, holds, writtenPaths: given, answers } = source.facts;
      return {
        session: { ...sessionFactsWithoutDisk(subject), ...session },
        shell: shell satisfies ShellFacts,
        environment,
        holds,
        writtenPaths: given,
        answer: answerFrom(answers),
      };
    }
    default:
      return source satisfies never;
  }
}

function answerFrom(answers: GivenFacts["answers"]): AnswerQueries {
  return async () => answers;
}

function refuse(id: string | null, error: string, what: string): Judged {
  const reason = `sallyport: refused, because ${what}`;
  return { id, decision: "deny", reason, effects: [], error };
}

function withSessionCwd(payload: Json, sessions: ReadonlyMap<string, SessionState>): Json {
  if (!isObject(payload) || payload["cwd"] !== undefined) return payload;
  const session = payload["session_id"];
  const known = typeof session === "string" ? sessions.get(session) : undefined;
  return known === undefined ? payload : { ...payload, cwd: known.cwd };
}

function callId(payload: Json): string | null {
  const id = isObject(payload) ? payload["tool_use_id"] : undefined;
  return typeof id === "string" && id.length <= 256 ? id : null;
}
