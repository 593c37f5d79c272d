// What one session did in order, and what changed after one prompt.
import { counted } from "#base/counted.ts";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import type { StoryEvent } from "#assure/activity/session-story.ts";
import { type NameKind, saidIn } from "#record/event/readable-part.ts";
import {
  type AnswerCell,
  columns,
  type Given,
  type NamedQuestion,
  quoted,
  type Taken,
} from "./named-question.ts";
import { personOf, type ToldCall, toldCalls, type Verb, verbOf } from "./told-calls.ts";

const SESSION: Taken = {
  about: "the session, by the client's id or by its pseudonym; without it the newest",
  example: "5f0c2f7e-0000-4000-8000-000000000000",
  isNeeded: false,
};

const COLUMNS = columns({
  time_ms: "when",
  what: "what",
  name: "which",
  call: "call",
  came: "what came of it",
  event: "event",
});

/** How names of a kind are told, in the order in which a call is read: what goes in, what comes out, where it goes. */
const VERBS: readonly (readonly [NameKind, Verb])[] = [
  ["reads", ["read", "read"]],
  ["changes", ["changed", "change"]],
  ["packages", ["installed", "install"]],
  ["hosts", ["contacted", "contact"]],
  ["remotes", ["pushed to", "push to"]],
  ["branches", ["changed branch", "change branch"]],
  ["servers", ["asked server", "ask server"]],
];
const CHANGING: ReadonlySet<NameKind> = new Set(["changes", "packages", "remotes", "branches"]);

const ofSession = ({ session = "*" }: Given): string =>
  session === "*" ? "session:*" : `session:${quoted(session)}`;

/** What one session did. */
export const sessionDid: NamedQuestion = {
  id: "session-did",
  title: "What one session read, wrote and sent, in order",
  about: "a name that a call is about, in the order of the record, with the prompts between them",
  takes: { session: SESSION },
  defaultMs: undefined,
  begins: (given) => ofSession(given),
  answer({ events }) {
    const calls = toldCalls(events);
    const byIndex = new Map(calls.map((call) => [call.index, call]));
    const rows = events.flatMap((event): readonly (readonly AnswerCell[])[] => {
      if (isPrompt(event))
        return [[event.timeMs, "was asked", promptOf(event), "", "", event.index]];
      const call = byIndex.get(event.index);
      return call === undefined ? [] : rowsOf(call, VERBS);
    });
    return {
      title: `What ${whichSession(events)} read, wrote and sent, in order`,
      summary: `${counted(calls.length, "call")}, ${calls.filter(({ came }) => came === "refused").length} refused`,
      columns: COLUMNS,
      rows,
      notCovered:
        "what project code did that a call ran, names beyond the first 24 of one kind of a call, and texts of files: the record never holds those. `sallyport log session` tells the same as a story.",
    };
  },
};

/** What changed after one prompt. */
export const changedAfter: NamedQuestion = {
  id: "changed-after",
  title: "What changed after one prompt",
  about: "a file, package, remote or branch that a call after the prompt would change",
  takes: {
    session: SESSION,
    prompt: {
      about: "the number of the prompt in its session, from 1, or words of it; without it the last",
      example: "2",
      isNeeded: false,
    },
  },
  defaultMs: undefined,
  begins: (given) => ofSession(given),
  answer({ events, given }) {
    const prompts = events.filter(isPrompt);
    const at = chosenPrompt(prompts, given.prompt);
    const [from, until] = [prompts[at]?.index ?? 0, prompts[at + 1]?.index ?? Number.MAX_VALUE];
    const calls = toldCalls(events).filter(({ index }) => index > from && index < until);
    const verbs = VERBS.filter(([kind]) => CHANGING.has(kind));
    const rows = calls.flatMap((call) => rowsOf(call, verbs, true));
    const prompt = prompts[at];
    return {
      title: `What changed after prompt ${at + 1} of ${prompts.length} of ${whichSession(events)}: "${prompt === undefined ? "" : promptOf(prompt)}"`,
      summary: `${counted(calls.length, "call")} until the next prompt`,
      columns: COLUMNS,
      rows,
      notCovered:
        "changes that project code made which a call ran, and what a person changed meanwhile. The record says which file, not what was written into it: that is in the repository.",
    };
  },
};

function rowsOf(
  call: ToldCall,
  verbs: readonly (readonly [NameKind, Verb])[],
  isOnlyNamed = false,
): readonly (readonly AnswerCell[])[] {
  const named = verbs.flatMap(([kind, verb]) =>
    call.names(kind).map((name): readonly AnswerCell[] => {
      return [call.timeMs, verbOf(call, verb), name, call.said, call.came, call.index];
    }),
  );
  if (named.length > 0 || isOnlyNamed) return named;
  return [[call.timeMs, verbOf(call, ["ran", "run"]), "", call.said, call.came, call.index]];
}

function isPrompt({ metadata }: StoryEvent): boolean {
  return metadata["kind"] === "hook" && metadata["event"] === "UserPromptSubmit";
}

function promptOf({ sealed }: StoryEvent): string {
  return saidIn(sealed) ?? (sealed === undefined ? "(sealed)" : "(its text is not kept)");
}

function whichSession(events: readonly StoryEvent[]): string {
  const opened = events.find(({ sealed }) => sealed !== undefined)?.sealed;
  const { user, session } = personOf(opened);
  return `session ${session} of ${user}`;
}

/** The place of the prompt among those of its session. A Failure `usage` that lists them when there is no such one. */
function chosenPrompt(prompts: readonly StoryEvent[], wanted: string | undefined): number {
  if (prompts.length === 0)
    throw new Failure(
      "usage",
      "no prompt of this session is on record: `sallyport log query session-did` has all of it",
    );
  if (wanted === undefined) return prompts.length - 1;
  const at = /^\d{1,6}$/.test(wanted)
    ? Number(wanted) - 1
    : prompts.findIndex((one) => promptOf(one).toLowerCase().includes(wanted.toLowerCase()));
  if (at >= 0 && at < prompts.length) return at;
  const list = prompts
    .slice(0, 12)
    .map((one, place) => `${place + 1} "${printable(promptOf(one).slice(0, 60))}"`);
  throw new Failure(
    "usage",
    `no prompt of this session is \`${printable(wanted)}\`: it has ${list.join(", ")}${prompts.length > 12 ? ", and more" : ""}`,
  );
}
