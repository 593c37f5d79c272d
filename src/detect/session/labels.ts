// Labels of data: where it came from and the way it took, and how two lists of them become one.
import type { Trust } from "./act.ts";

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
  for (const labels of [before, more])
    for (const label of labels) {
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
