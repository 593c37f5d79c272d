// What happened to the record itself: keys, witnesses, repairs, removals, erasures, retention.
import { stringOrEmpty } from "#base/json.ts";
import type { Collecting } from "../collector.ts";
import { boundedGaps, type Gap, momentText } from "../gap.ts";

const NOTES_MAX = 500;

/** By kind and word: that somebody changed the record, or that what should keep it did not. */
const ALTERED: Readonly<Record<string, string>> = {
  "recovery index-edited":
    "the index over the log was edited outside of the program, and made again",
  "recovery journal-unsealed":
    "entries that waited for the log were changed outside of the program",
  "witness refused": "a witness refused the log's checkpoint",
};

export function followRecord(): Collecting {
  const counts: Record<string, number> = {};
  const notes: { at: string; entry: number; what: string }[] = [];
  const gaps: Gap[] = [];
  return {
    kinds: ["recovery", "witness", "log-key", "pruned", "erasure", "disclosure", "import"],
    add({ index, timeMs, metadata, isMeant }) {
      if (metadata === undefined || !isMeant) return;
      const word = wordOf(metadata);
      if (word === undefined) return;
      counts[word] = (counts[word] ?? 0) + 1;
      if (notes.length < NOTES_MAX)
        notes.push({ at: momentText(timeMs), entry: index, what: word });
      const altered = ALTERED[word];
      if (altered !== undefined)
        gaps.push({
          kind: "record-altered",
          reason: `at ${momentText(timeMs)} ${altered}`,
          count: 1,
          entries: [index],
        });
    },
    result: () => ({
      id: "record",
      title: "what happened to the record itself",
      facts: { counts, notes },
      gaps: boundedGaps(gaps),
    }),
  };
}

function wordOf(metadata: Readonly<Record<string, unknown>>): string | undefined {
  const kind = stringOrEmpty(metadata["kind"]);
  switch (kind) {
    case "recovery":
      return `recovery ${stringOrEmpty(metadata["cause"])}`;
    case "witness":
    case "log-key":
      return `${kind} ${stringOrEmpty(metadata["what"])}`;
    case "pruned":
    case "erasure":
    case "disclosure":
    case "import":
      return kind;
    default:
      return undefined;
  }
}

/** The order about retention that is in force, and what the framework asks for. */
export type RetentionFacts = {
  readonly framework: string;
  /** Undefined where there is no order, and nothing is removed. */
  readonly order: { readonly hereDays: number; readonly frameworks: readonly string[] } | undefined;
  /** The longest period of a class of evidence. */
  readonly needed:
    | { readonly days: number; readonly what: string; readonly source: string }
    | undefined;
};

/** What retention did in the period, and whether its order serves the framework. */
export function followRetention({ framework, order, needed }: RetentionFacts): Collecting {
  const counts: Record<string, number> = {};
  const gaps: Gap[] = [];
  return {
    kinds: ["retention", "archive", "hold"],
    add({ index, timeMs, metadata, isMeant }) {
      const kind = stringOrEmpty(metadata?.["kind"]);
      if (!isMeant || (kind !== "retention" && kind !== "archive" && kind !== "hold")) return;
      const word = `${kind} ${stringOrEmpty(metadata?.["what"] ?? metadata?.["phase"])}`;
      counts[word] = (counts[word] ?? 0) + 1;
      if (metadata?.["what"] === "failed")
        gaps.push({
          kind: "retention-failed",
          reason: `at ${momentText(timeMs)} ${kind === "archive" ? "entries could not be archived" : "retention could not be carried out"} (${stringOrEmpty(metadata["code"])})`,
          count: 1,
          entries: [index],
        });
    },
    result() {
      const isShort =
        order !== undefined && needed !== undefined && !order.frameworks.includes(framework);
      const short: readonly Gap[] = isShort
        ? [
            {
              kind: "retention-short",
              reason: `the order about retention does not name ${framework}, so records may go before the ${needed.days} days that ${needed.what} is kept for (${needed.source})`,
              count: 1,
              entries: [],
            },
          ]
        : [];
      return {
        id: "retention",
        title: "how long the record is kept",
        facts: {
          counts,
          order: order === undefined ? "none: nothing is removed" : { ...order },
          needed: needed ?? null,
        },
        gaps: boundedGaps([...short, ...gaps]),
      };
    },
  };
}
