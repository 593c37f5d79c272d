// Which secrets were met, and where they could have gone from there.
import { counted } from "#base/counted.ts";
import { filledString, finiteNumber, isObject } from "#base/json.ts";
import type { StoryEvent } from "#assure/activity/session-story.ts";
import {
  type AnswerCell,
  columns,
  groupBy,
  isInTime,
  type NamedQuestion,
  WEEK_MS,
} from "./named-question.ts";
import { mayHaveRun, personOf, type ToldCall, toldCalls } from "./told-calls.ts";

const HOSTS_SHOWN = 6;

type Sight = {
  readonly event: StoryEvent;
  readonly detector: string;
  readonly count: number;
  readonly where: string;
};

/** Which secrets were seen. */
export const secretsSeen: NamedQuestion = {
  id: "secrets-seen",
  title: "Which secrets were seen, and where they could have gone",
  about:
    "a kind of secret in one session: where it stood, and which hosts the session contacted from then on",
  takes: {},
  defaultMs: WEEK_MS,
  begins: () => "findings>0 canary:false",
  follows: "kind:decision,result",
  answer(asked) {
    const { events } = asked;
    const calls = toldCalls(events);
    const byCall = new Map(calls.map((call) => [filledString(call.metadata["call"]), call]));
    const sights = events.flatMap((event) =>
      isInTime(asked, event.timeMs) ? sightsIn(event, byCall) : [],
    );
    const groups = groupBy(sights, ({ event, detector, where }) =>
      [filledString(event.metadata["session"]) ?? "", detector, where].join("\0"),
    );
    const rows = [...groups.values()].map((group): readonly AnswerCell[] => {
      const [{ event, detector, where }] = group;
      const { user, session } = personOf(event.sealed);
      const found = group.reduce((sum, { count }) => sum + count, 0);
      const to = calls.filter(
        (call) =>
          call.metadata["session"] === event.metadata["session"] &&
          call.index >= event.index &&
          mayHaveRun(call),
      );
      return [event.timeMs, user, session, detector, found, where, hostsOf(to), event.index];
    });
    return {
      title: secretsSeen.title,
      summary: `${counted(rows.length, "sighting")} in ${counted(new Set(sights.map(({ event }) => event.metadata["session"])).size, "session")}`,
      columns: columns({
        time_ms: "first seen",
        user: "who",
        session: "session",
        detector: "what kind",
        found: "found",
        where: "where",
        hosts: "could have gone to",
        event: "event",
      }),
      rows,
      notCovered:
        "secrets of a form that no detector knows, files that project code read by itself, and what a host did with a request. `could have gone to` lists every host that the session contacted from then on, not that the secret went there; an answer in which a secret was replaced never reached the model.",
    };
  },
};

function sightsIn(
  event: StoryEvent,
  byCall: ReadonlyMap<string | undefined, ToldCall>,
): readonly Sight[] {
  const { metadata } = event;
  if (metadata["canary"] === true || !isObject(metadata["detectors"])) return [];
  const call = byCall.get(filledString(metadata["call"]));
  const where = whereOf(metadata, call);
  return Object.entries(metadata["detectors"]).map(([detector, count]) => ({
    ...{ event, detector, where },
    count: finiteNumber(count) ?? 1,
  }));
}

function whereOf(metadata: StoryEvent["metadata"], call: ToldCall | undefined): string {
  const said = call === undefined ? (filledString(metadata["tool"]) ?? "a prompt") : call.said;
  switch (metadata["kind"]) {
    case "decision":
      return `in the call: ${said}`;
    case "result":
      return `${metadata["redacted"] === undefined ? "in the answer of" : "in the answer of (replaced)"}: ${said}`;
    default:
      return `in ${said}`;
  }
}

function hostsOf(calls: readonly ToldCall[]): string {
  const hosts = [
    ...new Set(
      calls.flatMap((call) => [
        ...call.names("hosts"),
        ...call.names("remotes").map((remote) => `remote ${remote}`),
        ...call.names("servers").map((server) => `server ${server}`),
      ]),
    ),
  ];
  if (hosts.length === 0) return "nowhere on record";
  const more = hosts.length - HOSTS_SHOWN;
  return hosts.slice(0, HOSTS_SHOWN).join(", ") + (more > 0 ? `, and ${more} more` : "");
}
