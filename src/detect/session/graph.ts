// The action graph of one session: acts go in one by one, places, calls and the edges between them come out, and the chains that they make.
import { dropOldest } from "#base/drop-oldest.ts";
import type { Act, CallAct, Place, Trust } from "./act.ts";
import { type Chain, chainsAt } from "./chains.ts";
import { asContext, createFlow, type Flow, type Label, merged, type Step } from "./flow.ts";
import { trustOf } from "./places.ts";
import { createRequests } from "./requests.ts";

/** What is kept of a session of any length; what is beyond is counted. */
const NODES_MAX = 20_000;
const CALLS_OPEN_MAX = 1_024;
const CHAINS_MAX = 200;
const STEPS_MAX = 12;
const LABELS_MAX = 48;
/** Of what an agent has read the newest that a file takes along. */
const CONTEXT_KEPT = 8;
const WORDS_MAX = 200;

export type EdgeKind = "asked" | "took" | "gave" | "started";
/** `id` of a place: kind and name, of a call and a request: where it stands in the record. */
export type Node = { readonly id: string; readonly kind: string; readonly name: string };
export type Edge = {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  readonly index: number;
};

/** The worst chains, most telling first. `omitted`: nodes beyond the bound. */
export type SessionGraph = {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
  readonly chains: readonly Chain[];
  readonly omitted: number;
};

export type GraphBuilder = {
  /** Takes the next act, in the order of the record, and gives the chains that it ends. */
  add(act: Act): readonly Chain[];
  result(): SessionGraph;
};

/** Starts the graph of one session. */
export function startGraph(): GraphBuilder {
  const nodes = new Map<string, Node>();
  const edges: Edge[] = [];
  const chains: Chain[] = [];
  const flow = createFlow();
  const open = new Map<string, CallAct>();
  const requests = createRequests();
  let turn = 0;
  let request: string | undefined;
  let omitted = 0;
  let isRemoteMoved = false;

  const node = (id: string, kind: string, name: string): string | undefined => {
    if (nodes.has(id)) return id;
    if (nodes.size >= NODES_MAX) {
      omitted += 1;
      return undefined;
    }
    nodes.set(id, { id, kind, name: name.slice(0, WORDS_MAX) });
    return id;
  };
  const edge = (from: string | undefined, to: string | undefined, kind: EdgeKind, at: number) => {
    if (from !== undefined && to !== undefined) edges.push({ from, to, kind, index: at });
  };
  const placeNode = ({ kind, name }: Place) => node(`${kind}:${name}`, kind, name);

  const call = (act: CallAct): readonly Chain[] => {
    flow.inherit(act.agent, "");
    const id = node(`call:${act.index}`, act.verdict === "deny" ? "refused" : "call", wordsOf(act));
    edge(request, id, "asked", act.index);
    for (const place of act.takes) edge(placeNode(place), id, "took", act.index);
    for (const place of act.gives) edge(id, placeNode(place), "gave", act.index);
    const direct = taken(act, flow, turn);
    const labels = merged(direct, flow.ofAgent(act.agent), LABELS_MAX);
    const found = chainsAt({ act, labels, turn, requests, isRemoteMoved });
    chains.push(...found);
    if (chains.length > CHAINS_MAX) chains.sort(byScore).splice(CHAINS_MAX);
    // What was asked about flows when it ran, what was refused never does.
    if (act.verdict === "allow") spread(act, flow, direct);
    if (act.verdict !== "deny") {
      isRemoteMoved ||= act.movesRemote;
      open.set(act.call, act);
      dropOldest(open, CALLS_OPEN_MAX);
    }
    return found;
  };

  return {
    add(act) {
      switch (act.kind) {
        case "prompt": {
          turn += 1;
          request = node(`request:${act.index}`, "request", act.text ?? "(sealed)");
          requests.add(act.text ?? "");
          return [];
        }
        case "call":
          return call(act);
        case "result": {
          const ended = open.get(act.call);
          open.delete(act.call);
          if (ended === undefined) return [];
          if (ended.verdict === "ask") spread(ended, flow, taken(ended, flow, turn));
          if (act.launched !== undefined) {
            flow.inherit(act.launched, ended.agent);
            edge(
              `call:${ended.index}`,
              node(`agent:${act.launched}`, "agent", act.launched),
              "started",
              act.index,
            );
            // What the agent found out comes back with its answer.
            flow.addToAgent(ended.agent, flow.ofAgent(act.launched));
          }
          return [];
        }
        default:
          return act satisfies never;
      }
    },
    result: () => ({
      nodes: [...nodes.values()],
      edges: edges.filter(({ from, to }) => nodes.has(from) && nodes.has(to)),
      chains: [...chains].sort(byScore),
      omitted,
    }),
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

/** What a call leaves behind: files that hold what it took, and an agent that has read it. */
function spread(act: CallAct, flow: Flow, direct: readonly Label[]): void {
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

function wordsOf({ tool, said }: CallAct): string {
  const words = said === undefined ? tool : tool === "Bash" ? said : `${tool} ${said}`;
  return words.replaceAll(/\s+/g, " ").slice(0, WORDS_MAX);
}

function byScore(one: Chain, other: Chain): number {
  return other.score - one.score || one.index - other.index;
}
