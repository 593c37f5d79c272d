// What one session did in order, and what changed after one prompt.
import { counted } from "#base/counted.ts";
import { Failure } from "#base/failure.ts";
import { filledString } from "#base/json.ts";
import { printable } from "#base/printable.ts";
import type { StoryEvent } from "#assure/activity/session-story.ts";
import { type NameKind, saidIn } from "#record/event/readable-part.ts";
import { callWords, outcomeCounts, plainSaid, whyOf } from "./call-rows.ts";
import {
  type AnswerCell,
  type Asked,
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

const COLUMNS = columns(
  {
    time_ms: "when",
    came: "outcome",
    what: "what",
    name: "which",
    event: "event",
    call: "call",
  },
  { why: "why" },
);
const OLDEST_FIRST =
  "Oldest first, in the order in which it happened; a call about several names has a row for each.";

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

const RAN: Verb = ["ran a command", "run a command"];
const USED: Verb = ["used a tool", "use a tool"];

/** What stands for a prompt in place of a verb. */
const PROMPTED = "prompt";

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
  answer(asked) {
    const { events } = asked;
    const calls = toldCalls(events);
    const byIndex = new Map(calls.map((call) => [call.index, call]));
    const rows = events.flatMap((event): readonly (readonly AnswerCell[])[] => {
      if (isPrompt(event))
        return [[event.timeMs, "", PROMPTED, promptOf(event), event.index, "", ""]];
      const call = byIndex.get(event.index);
      return call === undefined ? [] : rowsOf(call, asked, VERBS);
    });
    return {
      title: `What ${whichSession(events)} read, wrote and sent, in order`,
      summary: outcomeCounts(calls),
      columns: COLUMNS,
      rows,
      order: OLDEST_FIRST,
      words: callWords({ word: PROMPTED, means: "what a person wrote to the agent" }),
      notCovered:
        "what project code did that a call ran, names beyond the first 24 of one kind in one call, and what stood in files: the record never holds that. `sallyport log session` tells the same as a story.",
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
  answer(asked) {
    const { events, given } = asked;
    const prompts = events.filter(isPrompt);
    const at = chosenPrompt(prompts, given.prompt);
    const [from, until] = [prompts[at]?.index ?? 0, prompts[at + 1]?.index ?? Number.MAX_VALUE];
    const calls = toldCalls(events).filter(({ index }) => index > from && index < until);
    const verbs = VERBS.filter(([kind]) => CHANGING.has(kind));
    const rows = calls.flatMap((call) => rowsOf(call, asked, verbs, true));
    const changing = new Set(rows.map((row) => row[4])).size;
    const prompt = prompts[at];
    return {
      title: `What changed after prompt ${at + 1} of ${prompts.length} of ${whichSession(events)}: "${prompt === undefined ? "" : promptOf(prompt)}"`,
      summary: `${counted(calls.length, "call")} ${at + 1 < prompts.length ? "until the next prompt" : "to the end"}; ${changing} of them changed or would have changed something`,
      columns: COLUMNS,
      rows,
      order: OLDEST_FIRST,
      words: callWords(),
      notCovered:
        "what project code changed that a call ran, and what a person changed meanwhile. The record says which file, not what was written into it: that is in the repository.",
    };
  },
};

function rowsOf(
  call: ToldCall,
  asked: Asked,
  verbs: readonly (readonly [NameKind, Verb])[],
  isOnlyNamed = false,
): readonly (readonly AnswerCell[])[] {
  const row = (verb: Verb, name: string): readonly AnswerCell[] => [
    ...[call.timeMs, call.came, verbOf(call, verb), name, call.index],
    ...[plainSaid(call.said), whyOf(call, asked)],
  ];
  const named = verbs.flatMap(([kind, verb]) => call.names(kind).map((name) => row(verb, name)));
  return named.length > 0 || isOnlyNamed ? named : [row(call.tool === "Bash" ? RAN : USED, "")];
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
  const [place] = events.flatMap(({ sealed }) => filledString(sealed?.["cwd"]) ?? []);
  return `session ${session} of ${user}${place === undefined ? "" : ` in ${place}`}`;
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
