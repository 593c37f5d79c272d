// Which secrets were met, and where they could have gone from there.
import { counted } from "#base/counted.ts";
import { filledString, finiteNumber, isObject } from "#base/json.ts";
import type { StoryEvent } from "#assure/activity/session-story.ts";
import { BELOW, callWords, NEWEST_FIRST, newestFirst, plainSaid, whyOf } from "./call-rows.ts";
import {
  type AnswerCell,
  type Asked,
  columns,
  groupBy,
  isInTime,
  type NamedQuestion,
  WEEK_MS,
} from "./named-question.ts";
import { mayHaveRun, personOf, SEALED, type ToldCall, toldCalls } from "./told-calls.ts";

const HOSTS_SHOWN = 6;

/** A kind of secret that was met in one event. */
export type Sight = {
  readonly event: StoryEvent;
  readonly detector: string;
  readonly count: number;
  readonly where: string;
  /** The call that it was met in; undefined for a prompt and other things that are no call. */
  readonly call: ToldCall | undefined;
};

/** Which secrets were seen. */
export const secretsSeen: NamedQuestion = {
  id: "secrets-seen",
  title: "Which secrets were seen, and where they could have gone",
  about:
    "a kind of secret in one call: where it was found, how the call ended, and which hosts the session contacted from then on",
  takes: {},
  defaultMs: WEEK_MS,
  begins: () => "findings>0 canary:false",
  follows: { kinds: ["decision", "result"], of: "sessions" },
  answer(asked) {
    const { calls, sights } = secretSights(asked);
    const groups = groupBy(sights, ({ event, detector, where, call }) =>
      [filledString(event.metadata["session"]) ?? "", detector, where, call?.said ?? ""].join("\0"),
    );
    const rows = [...groups.values()].map((group) => {
      const [{ event, detector, where, call }] = group;
      const { user, session } = personOf(event.sealed);
      const found = group.reduce((sum, { count }) => sum + count, 0);
      const said = call === undefined ? "" : plainSaid(call.said);
      const cells: readonly AnswerCell[] = [
        ...[event.timeMs, user, call?.came ?? "", detector, where, event.index, said],
        ...[
          hostWords(hostsAfter(event, calls)),
          found,
          call === undefined ? "" : whyOf(call, asked),
          session,
        ],
        call?.place ?? filledString(event.sealed?.["cwd"]) ?? SEALED,
      ];
      return { index: event.index, cells };
    });
    return {
      title: secretsSeen.title,
      summary: `${counted(rows.length, "time")} a secret was found, in ${counted(new Set(sights.map(({ event }) => event.metadata["session"])).size, "session")}`,
      columns: columns(
        {
          time_ms: "first seen",
          user: "who",
          came: "outcome",
          detector: "kind of secret",
          where: "found in",
          event: "event",
          call: "call",
        },
        { hosts: "could have gone to", found: "", ...BELOW },
      ),
      rows: newestFirst(rows).map(({ cells }) => cells),
      order: NEWEST_FIRST,
      words: callWords(
        { word: "command", means: "the secret stands in the call itself" },
        { word: "output", means: "what the call gave back held the secret, and the model saw it" },
        {
          word: "output, masked",
          means:
            "what the call gave back held the secret; a stand-in took its place before the model saw it",
        },
        { word: "prompt", means: "a person wrote the secret to the agent" },
        {
          word: "<secret",
          means: "a secret of that kind stood there; the record does not hold it",
          where: "within",
        },
      ),
      notCovered:
        "secrets of a form that no detector knows, files that project code read by itself, and what a host did with a request. `could have gone to` lists every host that the session contacted from then on: the secret need not have gone there.",
    };
  },
};

/** Secrets that were met in the time that was asked for, with all calls that were read. */
export function secretSights(asked: Asked): {
  readonly calls: readonly ToldCall[];
  readonly sights: readonly Sight[];
} {
  const calls = toldCalls(asked.events);
  const byCall = new Map(calls.map((call) => [filledString(call.metadata["call"]), call]));
  const sights = asked.events.flatMap((event) =>
    isInTime(asked, event.timeMs) ? sightsIn(event, byCall) : [],
  );
  return { calls, sights };
}

function sightsIn(
  event: StoryEvent,
  byCall: ReadonlyMap<string | undefined, ToldCall>,
): readonly Sight[] {
  const { metadata } = event;
  if (metadata["canary"] === true || !isObject(metadata["detectors"])) return [];
  const call = byCall.get(filledString(metadata["call"]));
  const where = whereOf(metadata);
  return Object.entries(metadata["detectors"]).map(([detector, count]) => ({
    event,
    detector,
    where,
    call,
    count: finiteNumber(count) ?? 1,
  }));
}

function whereOf(metadata: StoryEvent["metadata"]): string {
  switch (metadata["kind"]) {
    case "decision":
      return "command";
    case "result":
      return metadata["redacted"] === undefined ? "output" : "output, masked";
    case "hook":
      return metadata["event"] === "UserPromptSubmit" ? "prompt" : "another event";
    default:
      return "another event";
  }
}

/** Hosts that the session of an event contacted from then on: what it met need not have gone there. */
export function hostsAfter(event: StoryEvent, calls: readonly ToldCall[]): readonly string[] {
  const to = calls.filter(
    (one) =>
      one.metadata["session"] === event.metadata["session"] &&
      one.index >= event.index &&
      mayHaveRun(one),
  );
  return [
    ...new Set(
      to.flatMap((call) => [
        ...call.names("hosts"),
        ...call.names("remotes").map((remote) => `remote ${remote}`),
        ...call.names("servers").map((server) => `server ${server}`),
      ]),
    ),
  ];
}

/** The first of hosts, and how many more there are. */
export function hostWords(hosts: readonly string[]): string {
  if (hosts.length === 0) return "nowhere on record";
  const more = hosts.length - HOSTS_SHOWN;
  return hosts.slice(0, HOSTS_SHOWN).join(", ") + (more > 0 ? `, and ${more} more` : "");
}
