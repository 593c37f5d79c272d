// Calls of past sessions judged again, in their order, with what can still be known: the disk as it is now, and what each session wrote before.
import { createHash } from "node:crypto";
import { dropOldest } from "#base/drop-oldest.ts";
import type { TranscriptRow } from "#assure/past/transcript-row.ts";
import { normalizeEvent } from "#guard/events/normalize.ts";
import { HeavyCall } from "#guard/effects/model/heavy-call.ts";
import {
  placesNamed,
  rememberWritten,
  writtenPlaces,
} from "#guard/effects/paths/written-places.ts";
import {
  type FactAnswer,
  queryKey,
  type SessionFacts,
  type ShellFacts,
} from "#guard/facts/facts.ts";
import { PlaceTests } from "#guard/policy/condition-places.ts";
import type { Decision } from "#guard/policy/decision.ts";
import type { Policy } from "#guard/policy/policy.ts";
import type { Roots } from "#record/event/effect-names.ts";
import type { Json, ToolCall } from "#guard/toolcall/tool-call.ts";
import { monotonicMs } from "#platform/monotonic.ts";
import { boundedGuard } from "../../services/evaluation/bounded-guard.ts";
import { judgeFollowed } from "../../services/evaluation/followed.ts";
import {
  type AnswerQueries,
  type JudgeInput,
  judgePlainly,
  UNBOUNDED,
} from "../../services/facts/judge.ts";
import { isShort, lightGuard } from "../../services/heavy/fair-judging.ts";
import { findProjectRoot, sessionFacts } from "../../services/facts/session.ts";
import { PLAIN_SHELL } from "../../services/facts/session-shell.ts";
import { createSessionTrack, type SessionTrack } from "../../services/sessions/session-track.ts";
import { createAnswer } from "../policy/corpus-backtest.ts";

/** Sessions that are followed at once, places that one wrote, and judgements that are kept for equal calls. */
const SESSIONS_MAX = 256;
const WRITTEN_MAX = 2_000;
const KEPT_MAX = 2_000;
/** Answers of the disk that are kept: small ones that are known to every call, and all others. */
const ANSWERS_MAX = 2_000;
const TEXTS_MAX = 300;
/** Kinds of answers that are small: what is at a path, and which program a name means. */
const LIGHT_ANSWERS: ReadonlySet<string | undefined> = new Set(["path", "program", "names"]);
/** Projects of which facts are kept. */
const PROJECTS_MAX = 256;

/** A call as it was judged. `facts` are of its session; undefined decision: it is no call that we can read, or came to no end. */
export type JudgedPast = {
  readonly call: ToolCall | undefined;
  readonly facts: SessionFacts;
  readonly decision: Decision | undefined;
};

export type PastJudge = {
  judge(
    row: TranscriptRow & { readonly session: string; readonly cwd: string },
    call: { readonly id: string; readonly tool: string; readonly input: Json },
  ): Promise<JudgedPast>;
  prompted(session: string, text: string): void;
  ended(session: string, call: string, launched: string | undefined): void;
  shell(session: string, name: string): void;
  mode(session: string, name: string): void;
  /** The project of a directory, as it is on the disk now. */
  rootOf(cwd: string): string;
  /** Judgements that were made, and those that equal calls had before. */
  counts(): { readonly made: number; readonly kept: number };
};

type Session = {
  mode: string | undefined;
  shell: ShellFacts;
  readonly written: Set<string>;
  /** Of what was written, in its order: equal for equal memories. */
  digest: string;
  readonly track: SessionTrack;
  root: string | undefined;
};

/**
 * Opens a judge by one policy. It reads the disk, and changes nothing. `held`: what is known of the sandbox of each command, as where
 * the kernel holds them; undefined where it does not.
 */
export function openPastJudge(
  policy: Policy,
  { home, held }: { readonly home: string; readonly held: FactAnswer | undefined },
): PastJudge {
  const sessions = new Map<string, Session>();
  const kept = new Map<string, Decision>();
  const facts = new Map<string, { readonly facts: SessionFacts; readonly places: PlaceTests }>();
  const roots = new Map<string, string>();
  const answer = withHeld(createAnswer(home, TEXTS_MAX), held);
  const answers = new Map<string, FactAnswer>();
  const counts = { made: 0, kept: 0 };
  const sessionOf = (id: string): Session => {
    const known = sessions.get(id) ?? {
      mode: undefined,
      shell: { ...PLAIN_SHELL, dialect: "bash" as const },
      written: new Set<string>(),
      digest: "",
      root: undefined,
      track: createSessionTrack(undefined, () => undefined),
    };
    sessions.delete(id);
    sessions.set(id, known);
    dropOldest(sessions, SESSIONS_MAX);
    return known;
  };
  const rootOf = (cwd: string): string => {
    const known = roots.get(cwd) ?? findProjectRoot(cwd, home);
    roots.set(cwd, known);
    dropOldest(roots, PROJECTS_MAX * 16);
    return known;
  };
  const factsOf = (sessionId: string, cwd: string, root: string, mode: SessionFacts["mode"]) => {
    const key = `${mode}\n${root}`;
    let known = facts.get(key);
    if (known === undefined) {
      const found = sessionFacts({ sessionId: "past", mode, cwd, projectRoot: root, home });
      known = { facts: found, places: new PlaceTests(found) };
      facts.set(key, known);
      dropOldest(facts, PROJECTS_MAX);
    }
    return { facts: { ...known.facts, sessionId }, places: known.places };
  };
  return {
    async judge({ session: id, cwd, mode, agent }, { id: callId, tool, input }) {
      const session = sessionOf(id);
      if (mode !== undefined) session.mode = mode;
      session.root ??= rootOf(cwd);
      const { root, shell, written } = session;
      const event = normalizeEvent({
        hook_event_name: "PreToolUse",
        session_id: id,
        cwd,
        tool_name: tool,
        tool_input: input,
        permission_mode: session.mode ?? "default",
        ...(callId === "" ? {} : { tool_use_id: callId }),
      });
      const { facts: told, places } = factsOf(
        ...([id, cwd, root] as const),
        event.kind === "fault" ? "unknown" : event.mode,
      );
      if (event.kind !== "pre-tool-use")
        return { call: undefined, facts: told, decision: undefined };
      const { call } = event;
      const asked = digestOf(
        JSON.stringify([root, cwd, told.mode, shell.dialect, tool, call.input]),
      );
      const judge = async (facts: SessionFacts): Promise<Decision> => {
        const key = facts.chains === undefined ? asked : `${asked} ${JSON.stringify(facts.chains)}`;
        const keyWritten = `${key} ${session.digest}`;
        const before = kept.get(key) ?? kept.get(keyWritten);
        if (before !== undefined) {
          counts.kept += 1;
          return before;
        }
        const watched = watch(written);
        counts.made += 1;
        const decision = await bounded({
          call,
          policy,
          session: facts,
          shell,
          answer,
          answers,
          places,
          writtenPaths: watched.set,
        });
        for (const one of decision.factsUsed)
          if (!LIGHT_ANSWERS.has(answers.get(one)?.kind)) answers.delete(one);
        if (answers.size > ANSWERS_MAX) answers.clear();
        kept.set(watched.isAsked() ? keyWritten : key, decision);
        dropOldest(kept, KEPT_MAX);
        return decision;
      };
      const ends = (one: ToolCall, first: Decision, roots: Roots) =>
        session.track.ends(one, first, { agent, roots });
      const decision = await judgeFollowed(
        { call, policy, session: told, ends },
        judge,
        (one) => one,
      ).then(
        ({ judged }) => judged,
        // What comes to no end has no verdict; it is counted, and the others are judged.
        () => undefined,
      );
      if (decision === undefined) return { call, facts: told, decision };
      session.track.judged(call, decision, "allow", { agent, roots: told });
      for (const place of [...writtenPlaces(decision.effects, root), ...placesNamed(call)]) {
        if (written.has(place)) continue;
        rememberWritten(written, place, WRITTEN_MAX);
        session.digest = digestOf(`${session.digest}\n${place}`);
      }
      return { call, facts: told, decision };
    },
    prompted: (id, text) => sessionOf(id).track.prompted(text, false),
    ended: (id, call, launched) => sessionOf(id).track.ended(call, launched),
    shell(id, name) {
      sessionOf(id).shell = { ...PLAIN_SHELL, dialect: name === "zsh" ? "zsh" : "bash" };
    },
    mode(id, name) {
      sessionOf(id).mode = name;
    },
    rootOf,
    counts: () => counts,
  };
}

/** The same answers, and of a command's sandbox what is given. */
function withHeld(answer: AnswerQueries, held: FactAnswer | undefined): AnswerQueries {
  if (held === undefined) return answer;
  return async (queries) => {
    const asked = queries.filter(({ kind }) => kind === "containment");
    if (asked.length === 0) return answer(queries);
    const others = await answer(queries.filter(({ kind }) => kind !== "containment"));
    return new Map([...others, ...asked.map((query) => [queryKey(query), held] as const)]);
  };
}

/** WHY not always with a limit of time: that costs each call a thread of the engine's, and steps bound what is light (decision 0027). */
async function bounded(input: JudgeInput): Promise<Decision> {
  if (isShort(input.call.input)) {
    try {
      return await judgePlainly({ ...input, guard: lightGuard(UNBOUNDED) });
    } catch (cause) {
      if (!(cause instanceof HeavyCall)) throw cause;
    }
  }
  return judgePlainly({ ...input, guard: boundedGuard({ nowMs: Date.now, monotonicMs }) });
}

/** The set, and whether anybody asked what is in it: a judgement that did not is the same after whatever a session wrote. */
function watch(given: ReadonlySet<string>): {
  readonly set: ReadonlySet<string>;
  isAsked(): boolean;
} {
  let isAsked = false;
  const asked = (): ReadonlySet<string> => {
    isAsked = true;
    return given;
  };
  const set: ReadonlySet<string> = {
    has: (place) => asked().has(place),
    get size() {
      return asked().size;
    },
    keys: () => asked().keys(),
    values: () => asked().values(),
    entries: () => asked().entries(),
    forEach: (each) => asked().forEach(each),
    [Symbol.iterator]: () => asked()[Symbol.iterator](),
  };
  return { set, isAsked: () => isAsked };
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
