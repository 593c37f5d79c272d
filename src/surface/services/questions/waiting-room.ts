// Questions that wait for a person who is elsewhere: bounded, answered once, gone with the process.
import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "#base/clock.ts";
import { dropOldest } from "#base/drop-oldest.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { equalSecrets } from "../installation/install.ts";
import {
  type Question,
  type QuestionFacts,
  type QuestionState,
  WAIT_SECONDS_MAX,
} from "./question-schema.ts";

/** Questions that wait at once, and those of one session. */
const WAITING_MAX = 64;
const WAITING_PER_SESSION_MAX = 8;
/** Questions that are over and still told of, so that a late answer hears what became of it. */
const OVER_MAX = 64;
/** Places from which people say that they are there, and how long one word of it holds: three times what renews it. */
const LEASES_MAX = 8;
const LEASE_MS_MAX = 60_000;

/** What was judged: an answer counts for this and nothing else. */
export type JudgedCall = {
  readonly tool: string;
  readonly input: Json;
  readonly cwd: string;
  readonly root: string;
  readonly sessionId: string;
  readonly callId: string;
  /** The agent within the session; undefined is its main loop. */
  readonly agentId: string | undefined;
  readonly policyDigest: string;
  readonly rules: readonly string[];
};

/** A person's answer. */
export type PersonAnswer = {
  readonly answer: "allow" | "deny";
  readonly note: string | null;
  readonly by: string;
  /** From where, a plain word. */
  readonly from: string;
};

/** What became of a question: a person's answer with how long it took, or the end without one. */
export type Outcome =
  | ({ readonly kind: "answered"; readonly waitedMs: number } & PersonAnswer)
  | { readonly kind: "expired" | "withdrawn" };

/** A question under way. */
export type OpenQuestion = {
  readonly question: Question;
  readonly call: JudgedCall;
  /** Settles once. */
  readonly outcome: Promise<Outcome>;
  /** Nobody asks any more. */
  withdraw(): void;
  /** Tells whoever answered whether the answer counts, which is known once it is on record. */
  confirm(counts: Counts): void;
};

/** Whether an answer counts. `changed`: what was judged is judged otherwise by now. `unrecorded`: the log did not take it. */
export type Counts = "counts" | "changed" | "unrecorded";

/** What an answer came to. `over`: it came second, or too late. `mismatch`: it names another call. */
export type AnswerOutcome =
  | {
      readonly kind: "taken";
      readonly question: Question;
      readonly call: JudgedCall;
      readonly counts: Promise<Counts>;
    }
  | { readonly kind: "unknown" }
  | {
      readonly kind: "over" | "mismatch" | "only-there";
      readonly question: Question;
      readonly call: JudgedCall;
    };

/** Says for how long somebody is there who may answer. */
export type Lease = {
  readonly seconds: number;
  readonly untilMs: number;
  readonly from: string;
};

/** Where questions wait. Nothing of it outlasts the process: the client falls back to asking by itself. */
export type WaitingRoom = {
  /** Somebody is there until then, at most a minute from now; a time that is past ends it. Says until when it counts. */
  attend(lease: Lease): number;
  /** Seconds that a question may wait now; undefined where nobody is there. */
  attended(): number | undefined;
  /** Lets a question wait for at most so many seconds; undefined where there are too many. */
  open(call: JudgedCall, facts: QuestionFacts, seconds: number): OpenQuestion | undefined;
  /** Takes an answer: the first one for a question that waits. */
  answer(to: { readonly id: string; readonly digest: string }, given: PersonAnswer): AnswerOutcome;
  /** Ends the questions of a session that are meant. */
  withdraw(sessionId: string, isMeant: (call: JudgedCall) => boolean): void;
  /** A call has a result: the question about it that was answered no, which came too late for the client; once. */
  overtaken(
    sessionId: string,
    callId: string,
  ): { readonly question: Question; readonly call: JudgedCall } | undefined;
  /** Those that wait, the oldest first, then those that are over. */
  list(): readonly Question[];
  /** Ends all of them. */
  close(): void;
};

type Entry = {
  question: Question;
  readonly call: JudgedCall;
  readonly askedMonotonicMs: number;
  readonly timer: NodeJS.Timeout;
  settle(outcome: Outcome): void;
  readonly counts: Promise<Counts>;
  /** What a person answered. */
  said?: PersonAnswer["answer"];
};

/** An empty room in which nobody is. */
export function createWaitingRoom(clock: Clock): WaitingRoom {
  const waiting = new Map<string, Entry>();
  const over = new Map<string, Entry>();
  const leases = new Map<string, { readonly seconds: number; readonly endMs: number }>();
  const end = (entry: Entry, state: Exclude<QuestionState, "waiting">, outcome: Outcome): void => {
    const { id } = entry.question;
    if (!waiting.delete(id)) return;
    clearTimeout(entry.timer);
    entry.question = { ...entry.question, state };
    over.set(id, entry);
    dropOldest(over, OVER_MAX);
    entry.settle(outcome);
  };
  return {
    attend({ seconds, untilMs, from }) {
      const forMs = Math.min(untilMs - clock.nowMs(), LEASE_MS_MAX);
      leases.delete(from);
      if (forMs <= 0) return clock.nowMs();
      leases.set(from, {
        seconds: Math.min(seconds, WAIT_SECONDS_MAX),
        endMs: clock.monotonicMs() + forMs,
      });
      dropOldest(leases, LEASES_MAX);
      return clock.nowMs() + forMs;
    },
    attended() {
      const nowMs = clock.monotonicMs();
      const inForce = [...leases.values()].filter(({ endMs }) => endMs > nowMs);
      return inForce.length === 0 ? undefined : Math.max(...inForce.map(({ seconds }) => seconds));
    },
    open(call, facts, seconds) {
      const ofSession = [...waiting.values()].filter(
        (one) => one.call.sessionId === call.sessionId,
      );
      if (waiting.size >= WAITING_MAX || ofSession.length >= WAITING_PER_SESSION_MAX)
        return undefined;
      const id = `qu-${randomBytes(8).toString("hex")}`;
      const askedMs = clock.nowMs();
      const waitMs = Math.min(seconds, WAIT_SECONDS_MAX) * 1_000;
      const { promise: outcome, settle } = createPromise<Outcome>();
      const { promise: counts, settle: settleCounts } = createPromise<Counts>();
      const confirm = (whether: Counts): void => {
        if (whether !== "counts") entry.question = { ...entry.question, state: "withdrawn" };
        settleCounts(whether);
      };
      const expire = () => end(entry, "expired", { kind: "expired" });
      const entry: Entry = {
        question: {
          id,
          digest: digestOfCall(id, call),
          state: "waiting",
          askedMs,
          expiresMs: askedMs + waitMs,
          ...facts,
        },
        call,
        askedMonotonicMs: clock.monotonicMs(),
        timer: setTimeout(expire, waitMs),
        settle,
        counts,
      };
      waiting.set(id, entry);
      const withdraw = () => end(entry, "withdrawn", { kind: "withdrawn" });
      return { question: entry.question, call, outcome, withdraw, confirm };
    },
    answer({ id, digest }, given) {
      const entry = waiting.get(id) ?? over.get(id);
      if (entry === undefined) return { kind: "unknown" };
      const { call } = entry;
      const told = { question: entry.question, call };
      if (!equalSecrets(entry.question.digest, digest)) return { kind: "mismatch", ...told };
      if (!waiting.has(id)) return { kind: "over", ...told };
      if (entry.question.onlyThere !== null) return { kind: "only-there", ...told };
      entry.said = given.answer;
      const waitedMs = clock.monotonicMs() - entry.askedMonotonicMs;
      end(entry, "answered", { kind: "answered", waitedMs, ...given });
      return { kind: "taken", question: entry.question, call, counts: entry.counts };
    },
    withdraw(sessionId, isMeant) {
      for (const entry of [...waiting.values()])
        if (entry.call.sessionId === sessionId && isMeant(entry.call))
          end(entry, "withdrawn", { kind: "withdrawn" });
    },
    overtaken(sessionId, callId) {
      const entry = [...over.values()].find(
        ({ call, said }) =>
          said === "deny" && call.sessionId === sessionId && call.callId === callId,
      );
      if (entry === undefined) return undefined;
      delete entry.said;
      entry.question = { ...entry.question, state: "withdrawn" };
      return { question: entry.question, call: entry.call };
    },
    list: () => [...waiting.values(), ...over.values()].map(({ question }) => question),
    close() {
      leases.clear();
      for (const entry of [...waiting.values()]) end(entry, "withdrawn", { kind: "withdrawn" });
    },
  };
}

/** A promise that is settled from outside. */
function createPromise<Value>(): {
  readonly promise: Promise<Value>;
  readonly settle: (value: Value) => void;
} {
  let settle: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((resolve) => {
    settle = resolve;
  });
  return { promise, settle: (value) => settle(value) };
}

/** SHA-256 over the question's id and all that was judged, in hexadecimal. */
function digestOfCall(id: string, call: JudgedCall): string {
  const { tool, input, cwd, root, sessionId, callId, policyDigest, rules } = call;
  const parts = ["sallyport/question/1", id, tool, input, cwd, root, sessionId, callId];
  return createHash("sha256")
    .update(JSON.stringify([...parts, policyDigest, rules]))
    .digest("hex");
}
