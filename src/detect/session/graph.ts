// The action graph of one session: acts go in one by one, places, calls and the edges between them come out, and the chains that they make.
import type { Act, CallAct, Place, Trust } from "./act.ts";
import type { Chain } from "./chains.ts";
import { startTrack, type Track, wordsOf } from "./track.ts";

/** What is kept of a session of any length; what is beyond is counted. */
const NODES_MAX = 20_000;
const CHAINS_MAX = 200;
const WORDS_MAX = 200;

/** Kinds of labels that one edge names. */
const LABELS_MAX = 4;

export type EdgeKind = "asked" | "took" | "gave" | "started";
/** `id` of a place: kind and name, of a call and a request: where it stands in the record. */
export type Node = { readonly id: string; readonly kind: string; readonly name: string };
export type Edge = {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  readonly index: number;
  /** Who may have written the data that flows here, where it is not what the session is for. */
  readonly labels?: readonly Trust[];
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

/** Only the chains of one session, without what would be drawn of it. */
export function startChains(): Pick<GraphBuilder, "add"> & { result(): readonly Chain[] } {
  return chainsOn(startTrack());
}

function chainsOn(track: Track): ReturnType<typeof startChains> {
  const chains: Chain[] = [];
  return {
    add(act) {
      const found = track.add(act);
      chains.push(...found);
      if (chains.length > CHAINS_MAX) chains.sort(byScore).splice(CHAINS_MAX);
      return found;
    },
    result: () => [...chains].sort(byScore),
  };
}

/** Starts the graph of one session, of at most `nodesMax` nodes. */
export function startGraph({ nodesMax = NODES_MAX } = {}): GraphBuilder {
  const nodes = new Map<string, Node>();
  const edges: Edge[] = [];
  const track = startTrack();
  const chains = chainsOn(track);
  let request: string | undefined;
  let omitted = 0;

  const node = (id: string, kind: string, name: string): string | undefined => {
    if (nodes.has(id)) return id;
    if (nodes.size >= nodesMax) {
      omitted += 1;
      return undefined;
    }
    nodes.set(id, { id, kind, name: name.slice(0, WORDS_MAX) });
    return id;
  };
  const edge = (
    [from, to]: readonly [string | undefined, string | undefined],
    kind: EdgeKind,
    index: number,
    labels: readonly Trust[] = [],
  ) => {
    if (from === undefined || to === undefined) return;
    edges.push({ from, to, kind, index, ...(labels.length === 0 ? {} : { labels }) });
  };
  const labelsOf = (act: CallAct): readonly Trust[] =>
    [...new Set(track.carried(act).map(({ trust }) => trust))].slice(0, LABELS_MAX);
  const placeNode = ({ kind, name }: Place) => node(`${kind}:${name}`, kind, name);

  const draw = (act: CallAct): void => {
    const id = node(`call:${act.index}`, act.verdict === "deny" ? "refused" : "call", wordsOf(act));
    edge([request, id], "asked", act.index);
    for (const place of act.takes)
      edge([placeNode(place), id], "took", act.index, labelsOf({ ...act, takes: [place] }));
    if (act.gives.length === 0) return;
    const labels = labelsOf(act);
    for (const place of act.gives) edge([id, placeNode(place)], "gave", act.index, labels);
  };

  const drawLaunch = ({ call, launched, index }: Extract<Act, { kind: "result" }>): void => {
    const from = track.opened(call);
    if (launched === undefined || from === undefined) return;
    const caller = `call:${from.index}`;
    // WHY: a call beyond the bound has no edges either, or a session that starts agents for ever grows for ever.
    if (!nodes.has(caller)) return;
    edge([caller, node(`agent:${launched}`, "agent", launched)], "started", index);
  };

  return {
    add(act) {
      if (act.kind === "prompt")
        request = node(`request:${act.index}`, "request", act.text ?? "(sealed)");
      else if (act.kind === "call") draw(act);
      else drawLaunch(act);
      return chains.add(act);
    },
    result: () => ({
      nodes: [...nodes.values()],
      edges,
      chains: chains.result(),
      omitted,
    }),
  };
}

function byScore(one: Chain, other: Chain): number {
  return other.score - one.score || one.index - other.index;
}
