// Labels that flow along data: what a session took in from where, which files hold some of it, and what each of its agents has read.
import { dropOldest } from "#base/drop-oldest.ts";
import type { Trust } from "./act.ts";
import { createFolders } from "./folders.ts";
import { isStorable, type StoredFlow } from "./stored-track.ts";

/** Places whose labels are kept, and labels of one place; the oldest go first. */
const FILES_MAX = 4_096;
const LABELS_MAX = 8;
/** Labels of what an agent has read: more than of a file, because everything that it reads adds some. */
const CONTEXT_MAX = 32;
const AGENTS_MAX = 256;
/** What of it outlives the process. */
const STORED_FILES_MAX = 256;
const STORED_AGENTS_MAX = 32;

/** One step of the way that data took, and the one before it. */
export type Step = {
  readonly index: number;
  readonly words: string;
  readonly before: Step | undefined;
};

/**
 * Where data came from, and the way it took. `data`: the very bytes, by file or by call. `context`: an agent had read it
 * when it wrote this, and may or may not have copied it.
 */
export type Label = {
  readonly trust: Trust;
  /** The host, server, package or file that it came from. */
  readonly from: string;
  /** Both of the above: labels of one source are one. */
  readonly key: string;
  readonly bond: "data" | "context";
  /** The number of the person's request in which it came in. */
  readonly turn: number;
  readonly step: Step;
};

export type Flow = {
  /** Labels of a file, and of the folders that it lies in. */
  ofFile(path: string): readonly Label[];
  /** A file has these labels from now on, and those that it had. */
  addToFile(path: string, labels: readonly Label[]): void;
  /** A file was made anew: what it held is gone. */
  clearFile(path: string): void;
  ofAgent(agent: string): readonly Label[];
  addToAgent(agent: string, labels: readonly Label[]): void;
  /** What an agent knows, another one knows from its beginning. */
  inherit(agent: string, parent: string): void;
  /** The newest of all that, to begin with again. */
  stored(): StoredFlow;
};

/** Starts one with nothing in it, or with what an earlier one left. */
export function createFlow(before?: StoredFlow): Flow {
  const files = new Map<string, readonly Label[]>(before?.files.map(labelsIn));
  const folders = createFolders(files.keys());
  const agents = new Map<string, readonly Label[]>(before?.agents.map(labelsIn));
  return {
    ofFile(path) {
      const clean = literalPart(path);
      const found = [...(files.get(clean) ?? [])];
      for (let at = clean.lastIndexOf("/"); at > 0; at = clean.lastIndexOf("/", at - 1))
        found.push(...(files.get(clean.slice(0, at)) ?? []));
      // What lies below a folder that is read as a whole is read.
      for (const known of folders.below(clean === "." ? "" : clean))
        found.push(...(files.get(known) ?? []));
      return merged([], found, LABELS_MAX);
    },
    addToFile(path, labels) {
      if (labels.length === 0) return;
      const clean = literalPart(path);
      const before = files.get(clean) ?? [];
      files.delete(clean);
      files.set(clean, merged(before, labels, LABELS_MAX));
      folders.add(clean);
      const [oldest] = files.keys();
      dropOldest(files, FILES_MAX);
      if (oldest !== undefined && !files.has(oldest)) folders.remove(oldest);
    },
    clearFile(path) {
      const clean = literalPart(path);
      if (files.delete(clean)) folders.remove(clean);
    },
    ofAgent: (agent) => agents.get(agent) ?? [],
    addToAgent(agent, labels) {
      if (labels.length === 0) return;
      agents.set(agent, merged(agents.get(agent) ?? [], asContext(labels), CONTEXT_MAX));
      dropOldest(agents, AGENTS_MAX);
    },
    inherit(agent, parent) {
      if (agents.has(agent)) return;
      agents.set(agent, agents.get(parent) ?? []);
      dropOldest(agents, AGENTS_MAX);
    },
    stored: () => ({
      files: storedOf(files, STORED_FILES_MAX, LABELS_MAX),
      // WHY all of them: a restart must not make a secret forgotten that was read before a few pages.
      agents: storedOf(agents, STORED_AGENTS_MAX, CONTEXT_MAX),
    }),
  };
}

function storedOf(
  labelled: ReadonlyMap<string, readonly Label[]>,
  most: number,
  labelsMax: number,
): StoredFlow["files"] {
  return [...labelled]
    .filter(([name]) => isStorable(name))
    .slice(-most)
    .map((one) => storedLabels(one, labelsMax));
}

type Labelled = readonly [string, readonly Label[]];

/** WHY without the way: what comes after a restart names where data came from, and the record has the rest. */
function storedLabels([name, labels]: Labelled, most: number): StoredFlow["files"][number] {
  const kept = labels.filter(({ from }) => isStorable(from)).slice(-most);
  return [name, kept.map(({ trust, from, bond, turn }) => [trust, from, bond, turn])];
}

function labelsIn([name, labels]: StoredFlow["files"][number]): Labelled {
  return [
    name,
    // WHY minus one: numbers begin anew with each process, and none of them brought this in.
    labels.map(([trust, from, bond, turn]) => ({
      ...{ trust, from, bond, turn },
      key: `${trust}:${from}`,
      step: { index: -1, words: from, before: undefined },
    })),
  ];
}

/** What was read and may have been used. */
export function asContext(labels: readonly Label[]): readonly Label[] {
  return labels.map((label) => (label.bond === "context" ? label : { ...label, bond: "context" }));
}

/** Both lists without doubles: of the same source the newest, of the same request `data` before `context`. */
export function merged(
  before: readonly Label[],
  more: readonly Label[],
  most: number,
): readonly Label[] {
  const known = new Map<string, Label>();
  for (const label of [...before, ...more]) {
    const { key } = label;
    const old = known.get(key);
    const isWeaker = old?.bond === "data" && label.bond === "context";
    if (old !== undefined && (isWeaker || (old.bond === label.bond && old.turn > label.turn)))
      continue;
    known.delete(key);
    known.set(key, label);
  }
  return [...known.values()].slice(-most);
}

/** The part of a path before its first wildcard, up to a slash. */
function literalPart(path: string): string {
  const wild = path.search(/[*?[{]/);
  const literal = wild < 0 ? path : path.slice(0, Math.max(0, path.lastIndexOf("/", wild)));
  return literal.replace(/\/+$/, "");
}
