// What flows through one session: acts go in one by one, the chains that they end come out. Bounded, and it can be put away and taken up again.
import { dropOldest } from "#base/drop-oldest.ts";
import type { Act, CallAct, Place, Trust } from "./act.ts";
import { type Chain, chainsAt } from "./chains.ts";
import { createFlow, type Flow } from "./flow.ts";
import { asContext, type Label, merged, type Step } from "./labels.ts";
import { trustOf } from "./places.ts";
import { requestedOf, type Requested } from "./requested.ts";
import { createRequests } from "./requests.ts";
import { isStorable, type StoredTrack } from "./stored-track.ts";

/** Calls whose end is awaited; of more the oldest are forgotten. */
const CALLS_OPEN_MAX = 1_024;
const STEPS_MAX = 12;
const LABELS_MAX = 48;
/** Of what an agent has read the newest that a file takes along. */
const CONTEXT_KEPT = 8;
const WORDS_MAX = 200;
/** What of the calls that a person is asked about outlives the process. */
const STORED_ASKED_MAX = 16;
const STORED_PLACES_MAX = 64;

export type Track = {
  /** The chains that a call would end; nothing is remembered of it. */
  look(act: CallAct): readonly Chain[];
  /** Takes the next act, in the order in which they happened, and gives the chains that it ends. */
  add(act: Act): readonly Chain[];
  /** Labels of the data that a call takes itself. */
  carried(act: CallAct): readonly Label[];
  /** What of a call the person's newest request spoke of. */
  requested(act: CallAct): readonly Requested[];
  /** The call whose result an act is, while it is awaited. */
  opened(call: string): CallAct | undefined;
  /** Counts what was added that matters later: whoever puts the track away need not look at it otherwise. */
  readonly changes: number;
  /** What a later track begins with. */
  stored(): StoredTrack;
};

/** Starts the track of one session, or takes one up that was put away. */
export function startTrack(before?: StoredTrack): Track {
  const flow = createFlow(before?.flow);
  const open = new Map<string, CallAct>(before?.asked.map((one) => [one.call, askedAct(one)]));
  const requests = createRequests(before?.requests);
  let turn = before?.turn ?? 0;
  let isRemoteMoved = before?.isRemoteMoved ?? false;
  let changes = 0;

  const look = (act: CallAct, direct: readonly Label[]): readonly Chain[] => {
    flow.inherit(act.agent, "");
    const labels = merged(direct, flow.ofAgent(act.agent), LABELS_MAX);
    return labels.length === 0 ? [] : chainsAt({ act, labels, turn, requests, isRemoteMoved });
  };
  const spreadFrom = (act: CallAct, direct: readonly Label[]): void => {
    if (spread(act, flow, direct)) changes += 1;
  };

  return {
    get changes() {
      return changes;
    },
    opened: (call) => open.get(call),
    requested: (act) => requestedOf(requests.newest(), act),
    look: (act) => look(act, taken(act, flow, turn)),
    carried: (act) => taken(act, flow, turn),
    add(act) {
      switch (act.kind) {
        case "prompt":
          turn += 1;
          changes += 1;
          requests.add(act.text ?? "", act.isKept);
          return [];
        case "call": {
          const direct = taken(act, flow, turn);
          const found = look(act, direct);
          // What was asked about flows when it ran, what was refused never does.
          if (act.verdict === "allow") spreadFrom(act, direct);
          if (act.verdict !== "deny") {
            if ((act.movesRemote && !isRemoteMoved) || act.verdict === "ask") changes += 1;
            isRemoteMoved ||= act.movesRemote;
            open.set(act.call, act);
            dropOldest(open, CALLS_OPEN_MAX);
          }
          return found;
        }
        case "result": {
          const ended = open.get(act.call);
          open.delete(act.call);
          if (ended === undefined) return [];
          if (ended.verdict === "ask") spreadFrom(ended, taken(ended, flow, turn));
          if (act.launched !== undefined) {
            flow.inherit(act.launched, ended.agent);
            // What the agent found out comes back with its answer.
            flow.addToAgent(ended.agent, flow.ofAgent(act.launched));
            changes += 1;
          }
          return [];
        }
        default:
          return act satisfies never;
      }
    },
    stored: () => ({
      flow: flow.stored(),
      requests: [...requests.stored()],
      turn,
      isRemoteMoved,
      asked: [...open.values()]
        .filter(
          ({ verdict, call, agent, tool }) =>
            verdict === "ask" && [call, agent, tool].every(isStorable),
        )
        .slice(-STORED_ASKED_MAX)
        .map(({ index, agent, call, tool, takes, gives, touchesSecret }) => ({
          index,
          agent,
          call,
          tool,
          touchesSecret,
          takes: storable(takes),
          gives: storable(gives),
        })),
    }),
  };
}

function storable(places: readonly Place[]): Place[] {
  return places.filter(({ name }) => isStorable(name)).slice(0, STORED_PLACES_MAX);
}

function askedAct(stored: StoredTrack["asked"][number]): CallAct {
  return {
    kind: "call",
    verdict: "ask",
    said: undefined,
    does: [],
    movesRemote: false,
    runsFetched: false,
    ...stored,
  };
}

/** Sources whose labels are kept: what a person, the repository or this machine holds is what a session is for. */
const FOREIGN: ReadonlySet<Trust> = new Set(["web", "mcp", "package", "account"]);

/** Labels of the data that a call takes itself: where it comes from, and what the files hold. */
function taken(act: CallAct, flow: Flow, turn: number): readonly Label[] {
  return act.takes.flatMap((place) => {
    const inside = place.kind === "file" ? flow.ofFile(place.name) : [];
    const trust = trustOf(place);
    const isSecret = act.touchesSecret && place.kind === "file";
    if (!isSecret && !FOREIGN.has(trust)) return inside;
    const step: Step = { index: act.index, words: wordsOf(act), before: undefined };
    const own = isSecret ? "credential" : trust;
    const key = `${own}:${place.name}`;
    return [...inside, { trust: own, from: place.name, key, bond: "data", turn, step }];
  });
}

/** What a call leaves behind: files that hold what it took, and an agent that has read it. Tells whether anything is. */
function spread(act: CallAct, flow: Flow, direct: readonly Label[]): boolean {
  const files = act.gives.filter(({ kind }) => kind === "file");
  if (files.length > 0) {
    const context = asContext(flow.ofAgent(act.agent).slice(-CONTEXT_KEPT));
    const labels = [...context, ...direct].map((label) => ({
      ...label,
      step: next(label.step, act),
    }));
    for (const { name } of files) {
      if (act.tool === "Write") flow.clearFile(name);
      flow.addToFile(name, labels);
    }
  }
  flow.addToAgent(act.agent, direct);
  return direct.length > 0 || (files.length > 0 && flow.ofAgent(act.agent).length > 0);
}

function next(step: Step, act: CallAct): Step {
  if (step.index === act.index || depthOf(step) >= STEPS_MAX) return step;
  return { index: act.index, words: wordsOf(act), before: step };
}

function depthOf(step: Step): number {
  let depth = 1;
  for (let at = step.before; at !== undefined; at = at.before) depth += 1;
  return depth;
}

/** What a call said, in one line. */
export function wordsOf({ tool, said }: CallAct): string {
  const words = said === undefined ? tool : tool === "Bash" ? said : `${tool} ${said}`;
  return words.replaceAll(/\s+/g, " ").slice(0, WORDS_MAX);
}
