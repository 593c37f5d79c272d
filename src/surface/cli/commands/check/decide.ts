// `sallyport decide --jsonl`: hook payloads in, decisions out, one JSON a line, in order, in constant memory.
import { dropOldest } from "#base/drop-oldest.ts";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { defineCommand } from "citty";
import { monotonicMs } from "#platform/monotonic.ts";
import { type Clock } from "#base/clock.ts";
import { Failure } from "#base/failure.ts";
import { PAYLOAD_BYTES_MAX } from "#base/limits.ts";
import { printable, printableJson } from "#base/printable.ts";
import type { SessionLabel, ShellFacts } from "#guard/facts/facts.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { parsePayload } from "#guard/protocol/hook-io.ts";
import { reasonText } from "#guard/protocol/reason-text.ts";
import { type HookEvent, normalizeEvent } from "#guard/events/normalize.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { homeDirectory } from "#platform/user.ts";
import {
  placesNamed,
  rememberWritten,
  writtenPlaces,
} from "#guard/effects/paths/written-places.ts";
import { boundedGuard } from "../../../services/evaluation/bounded-guard.ts";
import type { Circumstances } from "../../../services/evaluation/circumstances.ts";
import { judgingLate } from "../../../services/hooks/refusals.ts";
import { type GivenFacts, loadFactsFile } from "../../../services/facts/facts-file.ts";
import { FACTS_FILE_HELP } from "../../../services/facts/facts-file-help.ts";
import { type AnswerQueries, judgeCall } from "../../../services/facts/judge.ts";
import { sessionFacts, sessionFactsWithoutDisk } from "../../../services/facts/session.ts";
import { PLAIN_SHELL } from "../../../services/facts/session-shell.ts";
import { loadPolicy } from "../../../services/policy/policy-source.ts";
import { callKey } from "../../../services/exceptions/judged.ts";
import { type JudgingPolicy, judgingPolicy } from "../../../services/evaluation/judging-policy.ts";
import { policyOption } from "../../../foundation/terminal/options.ts";
import { labelsGiven, labelsUnder, sessionOptions } from "../../explain/session-side.ts";

/** Sessions remembered with `--session`; the least recently used is forgotten. */
const SESSIONS_MAX = 1024;
/** Written paths remembered for one session; the oldest are forgotten. */
const WRITTEN_MAX = 10_000;
/** Policies, and sessions, that are named on standard error. */
const POLICIES_TOLD_MAX = 64;
/** Pieces of a line kept before they are joined. */
const PIECES_MAX = 1024;

/** Where the facts of a line come from: its own directory, nowhere, or a file. */
export type FactsSource =
  | { readonly kind: "disk" }
  | { readonly kind: "none" }
  | { readonly kind: "given"; readonly facts: GivenFacts };

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
  for await (const line of readLines(options.input, shut.signal)) {
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

/** The lines of a stream as bytes, without their ends; undefined for a line of more than `PAYLOAD_BYTES_MAX`. */
async function* readLines(
  input: Readable,
  shut: AbortSignal,
): AsyncGenerator<Uint8Array | undefined> {
  let pieces: Buffer[] = [];
  let length = 0;
  const take = (): Uint8Array | undefined => {
    const line = length > PAYLOAD_BYTES_MAX ? undefined : Buffer.concat(pieces);
    pieces = [];
    length = 0;
    return line;
  };
  for await (const chunk of untilShut(input, shut)) {
    const bytes = Buffer.from(chunk);
    let from = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, from)) {
      length += end - from;
      if (length <= PAYLOAD_BYTES_MAX) pieces.push(bytes.subarray(from, end));
      yield take();
      from = end + 1;
    }
    length += bytes.length - from;
    // WHY: the rest of a line that is too long is counted and dropped, so that it cannot fill the memory.
    if (length > PAYLOAD_BYTES_MAX) pieces = [];
    else if (from < bytes.length) pieces.push(bytes.subarray(from));
    // Input that comes byte by byte would otherwise cost a hundred times its size.
    if (pieces.length > PIECES_MAX) pieces = [Buffer.concat(pieces)];
  }
  if (length > 0 && !shut.aborted) yield take();
}

async function* untilShut(input: Readable, shut: AbortSignal): AsyncGenerator<Buffer | string> {
  try {
    yield* input;
  } catch (error) {
    if (!shut.aborted) throw error;
  }
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
  const decision = await judgeCall({
    ...facts,
    ...{ call, ...judgedBy, guard: boundedGuard(CLOCK, options.lineMs) },
    writtenPaths: new Set([...facts.writtenPaths, ...(written ?? [])]),
  });
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
  if (!isRecord(payload) || payload["cwd"] !== undefined) return payload;
  const session = payload["session_id"];
  const known = typeof session === "string" ? sessions.get(session) : undefined;
  return known === undefined ? payload : { ...payload, cwd: known.cwd };
}

function callId(payload: Json): string | null {
  const id = isRecord(payload) ? payload["tool_use_id"] : undefined;
  return typeof id === "string" && id.length <= 256 ? id : null;
}

function isRecord(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The `decide` command. Exit codes: 0 every line judged, 1 at least one line was answered with `error`. */
export const decideCommand = defineCommand({
  meta: {
    name: "decide",
    description: `Judges hook payloads from standard input, one JSON a line, and answers each with
{"id", "decision": "deny|ask|allow|abstain", "reason", "effects", "ms"} on a line of its own, in order.
A line that cannot be read, or takes longer than three seconds to judge, is answered deny with "error", and the run then exits 1.
In a guarded project a line is judged as in the session that it names, where that is remembered, else as in the project's last one.
Which policy and which session judge is said on standard error, once for each. Exceptions that count now are honoured, and none is used up.
Labels are those that people gave the \`session_id\` of a line and those that the policy gives; with --facts those of the file.

Examples:
  sallyport decide --jsonl < calls.jsonl
  sallyport decide --jsonl --facts none --policy team.yaml < calls.jsonl
  sallyport decide --jsonl --as none < calls.jsonl
  sallyport decide --jsonl --session --facts facts.json < session.jsonl

${FACTS_FILE_HELP}`,
  },
  args: {
    jsonl: { type: "boolean", description: "Read and write one JSON a line (required)" },
    as: {
      type: "string",
      valueHint: "ID|last|none",
      description: "Judge as in this session of the project, in its last one, or in none",
    },
    session: {
      type: "boolean",
      description:
        "Carry written files and the working directory over between lines of a session_id",
    },
    facts: {
      type: "string",
      valueHint: "none|FILE",
      description: "`none`: no disk, every question unanswered; FILE: answers from a file",
    },
    policy: {
      ...policyOption.policy,
      description:
        "judge by this policy, a pack or a file (default: the one in force in each directory; with `--facts` the built-in one)",
    },
    label: sessionOptions.label,
  },
  async run({ args }) {
    if (args.jsonl !== true) {
      throw new Failure("usage", "`decide` reads and writes JSON lines only; add `--jsonl`");
    }
    const errors = await decideLines({
      input: process.stdin,
      output: process.stdout,
      policyOf: policySource(args),
      facts: factsSource(args.facts),
      carry: args.session === true,
      ...(await sessionSource(args)),
    });
    // Nothing reads the rest: letting go of the input lets the process end.
    process.stdin.destroy();
    if (errors > 0) process.exitCode = 1;
  },
});

/** With facts that are given nothing is read of sessions. */
async function sessionSource(args: {
  readonly as?: string | undefined;
  readonly facts?: string | undefined;
  readonly label?: string | undefined;
}): Promise<Pick<DecideOptions, "judgedAs">> {
  if (args.as === "")
    throw new Failure("usage", "`--as` needs `last`, `none` or the id of a session");
  if (args.facts !== undefined && args.as !== undefined)
    throw new Failure("usage", "`--facts` says itself what is known; leave `--as` out");
  if (args.facts !== undefined || args.as === "none") return {};
  // WHY only here: with facts of a file none of this is needed, and loading it takes time.
  const { judgedAsLine, openJudgedAs, sessionChoice } = await import("../../explain/judged-as.ts");
  const judging = openJudgedAs();
  const choice = sessionChoice(args.as);
  const marked = labelsGiven(args.label);
  const tell = createTeller();
  return {
    async judgedAs({ event, directory, policy }) {
      if (!judging.isGuarded(directory)) return undefined;
      const { sessionId: id, cwd, mode } = event;
      const own = args.as === undefined ? { ownId: id } : {};
      const asked = { cwd, directory, policy, choice, marked, mode, ...own };
      const { as, circumstances } = await judging.as(asked);
      tell(`sallyport: judged ${judgedAsLine(as, circumstances.shell)}`);
      return circumstances;
    },
  };
}

/** Says each line once on standard error, and after a bound none. */
function createTeller(): (line: string) => void {
  const told = new Set<string>();
  return (line) => {
    if (told.has(line) || told.size >= POLICIES_TOLD_MAX) return;
    told.add(line);
    process.stderr.write(`${printable(line)}\n`);
  };
}

/** WHY the built-in one without the disk: the same lines give the same answers on every machine. */
function policySource({
  policy: named,
  facts,
  label,
}: {
  readonly policy?: string | undefined;
  readonly facts?: string | undefined;
  readonly label?: string | undefined;
}): DecideOptions["policyOf"] {
  const given = labelsGiven(label);
  if (named !== undefined || facts !== undefined) {
    const policy = loadPolicy(named);
    const labels = given.map((name) => ({ name, from: "person" }) as const);
    return () => ({ policy, exceptions: [], ...(label === undefined ? {} : { labels }) });
  }
  const tell = createTeller();
  return async (directory, call, session) => {
    const {
      policy,
      exceptions: lifts,
      from,
      root,
    } = await judgingPolicy(directory, undefined, { call });
    tell(`sallyport: judged by policy ${policy.id} ${policy.digest.slice(0, 12)} (${from})`);
    const asks = policy.rules.some(({ when }) => when.labels !== undefined);
    const labels = asks
      ? await labelsUnder(policy, { root, home: homeDirectory() }, { session, label })
      : undefined;
    return { policy, exceptions: lifts, labels };
  };
}

function factsSource(given: string | undefined): FactsSource {
  if (given === undefined) return { kind: "disk" };
  if (given === "none") return { kind: "none" };
  if (given === "") throw new Failure("usage", "`--facts` needs `none` or a file");
  return { kind: "given", facts: loadFactsFile(given) };
}
