// Labels that flow along data: what a session took in from where, which files hold some of it, and what each of its agents has read.
import { dropOldest } from "#base/drop-oldest.ts";
import { createFolderLabels } from "./folder-labels.ts";
import { createFolders } from "./folders.ts";
import { asContext, type Label, merged } from "./labels.ts";
import { isStorable, type StoredFlow } from "./stored-track.ts";

/** Places whose labels are kept, and labels of one place; the oldest go first. */
const FILES_MAX = 4_096;
const LABELS_MAX = 8;
/** Labels of what an agent has read: more than of a file, because everything that it reads adds some. */
const CONTEXT_MAX = 32;
const AGENTS_MAX = 256;
/** Places that are remembered as looked up: more than one call takes. */
const LOOKED_MAX = 64;
const NONE: readonly Label[] = [];
/** What of it outlives the process. */
const STORED_FILES_MAX = 256;
const STORED_AGENTS_MAX = 32;

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
  const below = createFolderLabels(files, folders, LABELS_MAX);
  const agents = new Map<string, readonly Label[]>(before?.agents.map(labelsIn));
  const labelsOf = (clean: string): readonly Label[] => {
    const found = [...(files.get(clean) ?? [])];
    for (let at = clean.lastIndexOf("/"); at > 0; at = clean.lastIndexOf("/", at - 1))
      found.push(...(files.get(clean.slice(0, at)) ?? []));
    // What lies below a folder that is read as a whole is read.
    found.push(...below.of(clean === "." ? "" : clean));
    return found.length === 0 ? NONE : merged([], found, LABELS_MAX);
  };
  // What was looked up since a file last got or lost labels: a call is looked at several times before it changes anything.
  const looked = new Map<string, readonly Label[]>();
  return {
    ofFile(path) {
      const known = looked.get(path);
      if (known !== undefined) return known;
      const labels = labelsOf(literalPart(path));
      if (looked.size < LOOKED_MAX) looked.set(path, labels);
      return labels;
    },
    addToFile(path, labels) {
      if (labels.length === 0) return;
      looked.clear();
      const clean = literalPart(path);
      const before = files.get(clean) ?? [];
      files.delete(clean);
      files.set(clean, merged(before, labels, LABELS_MAX));
      folders.add(clean);
      below.added(clean, labels);
      const [oldest] = files.keys();
      dropOldest(files, FILES_MAX);
      if (oldest !== undefined && !files.has(oldest)) folders.remove(oldest);
    },
    clearFile(path) {
      const clean = literalPart(path);
      if (!files.delete(clean)) return;
      folders.remove(clean);
      below.removed(clean);
      looked.clear();
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
      trust,
      from,
      bond,
      turn,
      key: `${trust}:${from}`,
      step: { index: -1, words: from, before: undefined },
    })),
  ];
}

/** The part of a path before its first wildcard, up to a slash. */
function literalPart(path: string): string {
  const wild = path.search(/[*?[{]/);
  const literal = wild < 0 ? path : path.slice(0, Math.max(0, path.lastIndexOf("/", wild)));
  return literal.replace(/\/+$/, "");
}
