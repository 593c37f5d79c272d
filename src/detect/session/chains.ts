// Chains: one call that is harmless by itself, after others that make it worth a look, with a score and the way that the data took.
import type { ChainKind } from "#guard/facts/facts.ts";
import type { CallAct, Deed, Trust } from "./act.ts";
import type { Label, Step } from "./labels.ts";
import { isOfThisMachine } from "./places.ts";
import type { Requests } from "./requests.ts";

/** `score` from 0 to 1; `isStopped`: the last call was refused. `steps` from the source on. */
export type Chain = {
  readonly kind: ChainKind;
  readonly score: number;
  readonly index: number;
  readonly isStopped: boolean;
  readonly from: { readonly trust: Trust; readonly name: string };
  readonly to: string;
  readonly steps: readonly { readonly index: number; readonly words: string }[];
};

/** Below it a chain is what ordinary work looks like. */
export const SCORE_LEAST = 0.35;

/**
 * How little a source is to be trusted: anybody may write to a page or to what a server answers, many to what a service of the
 * person holds (an issue, a message), few to a package. What a person, the repository or its instructions say is what the session is for.
 */
const DISTRUST: Readonly<Record<Trust, number>> = {
  user: 0,
  repository: 0,
  instructions: 0,
  account: 0.7,
  machine: 0.1,
  credential: 0,
  package: 0.6,
  mcp: 0.8,
  web: 0.8,
};

/** How much harm a deed may do that no other rule of the session asked for. Installs and commits are what sessions are for. */
const HARM: Readonly<Record<Deed, number>> = {
  tamper: 1,
  persist: 1,
  instruct: 1,
  deploy: 0.9,
  history: 0.8,
  privilege: 0.8,
  publish: 0.3,
  install: 0.3,
  "runs-code": 0,
};
const HARM_OF_SENDING = 0.9;
const HARM_OF_FETCHED = 0.9;
/** The same to a place that the person configured. */
const HARM_AT_KNOWN = 0.3;

/** What was only read, and perhaps not used, counts for less; what was read for an earlier request for still less. */
const BY_CONTEXT = 0.55;
const EARLIER = 0.6;
/** A source or a place that the person named. */
const NAMED = 0.4;

export type Look = {
  readonly act: CallAct;
  /** Labels of what it takes: by its data, and by what its agent has read. */
  readonly labels: readonly Label[];
  readonly turn: number;
  /** What the person asked for. */
  readonly requests: Requests;
  /** The session changed where the repository is pushed to, so that its remotes are not what a person configured. */
  readonly isRemoteMoved: boolean;
};

/** The chains that end in this call, the worst of each kind. */
export function chainsAt(look: Look): readonly Chain[] {
  const { act, labels } = look;
  const places = sinksOf(look);
  const deeds = act.does.map((deed) => ({
    name: deed as string,
    harm: HARM[deed] * (look.requests.askFor(deed) ? NAMED : 1),
  }));
  const runsCode = act.does.includes("runs-code");
  if (places.length === 0 && !runsCode && deeds.every(({ harm }) => harm === 0)) return [];
  const worst = new Map<
    ChainKind,
    { readonly found: Found; readonly label: Label; score: number }
  >();
  const note = (label: Label, found: Found): void => {
    const score = scoreOf(look, label, found);
    if (score >= SCORE_LEAST && score > (worst.get(found.kind)?.score ?? 0))
      worst.set(found.kind, { found, label, score });
  };
  const [place] = places;
  for (const label of labels) {
    const isForeign = label.trust === "web" || label.trust === "mcp";
    // Code runs whose bytes came from outside.
    const isTaken = act.runsFetched || !isOwn(act, label);
    if (runsCode && isForeign && label.bond === "data" && isTaken)
      note(label, { kind: "fetched-code-runs", harm: HARM_OF_FETCHED, to: act.tool });
    // What a secret was part of goes to a place outside.
    if (label.trust === "credential") {
      if (place !== undefined)
        note(label, { kind: "secret-leaves", harm: place.isExpected ? NAMED : 1, to: place.name });
      continue;
    }
    // What a service says while something is done at it did not ask for that.
    if (isOwnAnswer(act, label)) continue;
    // Somebody else's text was read, and then something is done that does harm. What a server said may be answered to it.
    for (const { name, harm } of [...deeds, ...places])
      if (harm > 0 && name !== label.from) note(label, { kind: "told-then-acts", harm, to: name });
  }
  return [...worst.values()].map(({ found, label, score }) => chainOf(act, label, found, score));
}

/** Whether the call brought it in itself: what it runs beside that is another matter. */
function isOwn({ index }: CallAct, { step }: Label): boolean {
  return step.index === index && step.before === undefined;
}

function isOwnAnswer(act: CallAct, label: Label): boolean {
  return isOwn(act, label) && act.gives.some(({ name }) => name === label.from);
}

/** Places outside of this machine that the call sends to, and how much harm that may do. */
function sinksOf({ act, requests, isRemoteMoved }: Look) {
  return act.gives
    .filter(({ kind, name }) => kind !== "file" && !(kind === "host" && isOfThisMachine(name)))
    .map((place) => {
      const isKnown = place.known === "account" || (place.known === "remote" && !isRemoteMoved);
      const isNamed = requests.name(place);
      const harm = (isKnown ? HARM_AT_KNOWN : HARM_OF_SENDING) * (isNamed ? NAMED : 1);
      return { name: place.name, isExpected: isKnown || isNamed, harm };
    });
}

type Found = { readonly kind: ChainKind; readonly harm: number; readonly to: string };

function scoreOf({ turn, requests }: Look, label: Label, { harm }: Found): number {
  if (label.trust === "credential") return harm * (label.bond === "context" ? BY_CONTEXT : 1);
  const bond = label.bond === "data" ? 1 : label.turn === turn ? BY_CONTEXT : BY_CONTEXT * EARLIER;
  const score = DISTRUST[label.trust] * harm * bond;
  return score >= SCORE_LEAST && SOURCES.some((kind) => requests.name({ kind, name: label.from }))
    ? score * NAMED
    : score;
}

const SOURCES = ["host", "server", "package", "remote"] as const;

function chainOf(act: CallAct, label: Label, { kind, to }: Found, score: number): Chain {
  const end = { index: act.index, words: act.said ?? act.tool };
  const before = stepsOf(label.step).filter(({ index }) => index !== act.index);
  return {
    kind,
    to,
    index: act.index,
    isStopped: act.verdict === "deny",
    score: Math.round(score * 100) / 100,
    from: { trust: label.trust, name: label.from },
    steps: [...before, end],
  };
}

function stepsOf(last: Step | undefined): Chain["steps"] {
  const steps: { readonly index: number; readonly words: string }[] = [];
  for (let step = last; step !== undefined; step = step.before)
    steps.unshift({ index: step.index, words: step.words });
  return steps;
}
