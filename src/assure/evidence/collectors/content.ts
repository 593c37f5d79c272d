// Content that left: calls that held secrets, personal or health data, reached another host, and ran.
import { counted } from "#base/counted.ts";
import { isObject, stringOrEmpty } from "#base/json.ts";
import type { Collecting } from "../collector.ts";
import { boundedGaps, GAP_ENTRIES_MAX, type Gap, momentText } from "../gap.ts";

/** Calls that wait for their end at once; of older ones the end is not looked for. */
const WAITING_MAX = 10_000;
const SENDING = ["egress/other", "egress/unresolved"] as const;

type Family = { readonly name: string; readonly tiers: readonly string[]; readonly words: string };
/** WHY of other people's data only what is certain: addresses and names stand in every commit. */
const FAMILIES: readonly Family[] = [
  { name: "secret", tiers: ["secret-medium", "secret-high"], words: "a secret" },
  { name: "health", tiers: ["health-high"], words: "health data" },
  { name: "personal", tiers: ["personal-high"], words: "personal data" },
];

type Sent = { count: number; firstMs: number; readonly entries: number[] };
type Waiting = { readonly entry: number; readonly families: readonly string[] };

export function followContent(): Collecting {
  const waiting = new Map<string, Waiting>();
  const sent = new Map<string, Sent>();
  const sums = { held: 0, refused: 0, ran: 0, omitted: 0 };
  const begin = (call: string, one: Waiting): void => {
    if (waiting.size >= WAITING_MAX) {
      sums.omitted += 1;
      const [oldest] = waiting.keys();
      if (oldest !== undefined) waiting.delete(oldest);
    }
    waiting.set(call, one);
  };
  return {
    kinds: ["decision", "result"],
    add({ index, timeMs, metadata, isMeant }) {
      if (!isMeant || metadata === undefined) return;
      if (metadata["kind"] === "result") {
        const call = stringOrEmpty(metadata["call"]);
        const one = waiting.size === 0 ? undefined : waiting.get(call);
        if (one === undefined) return;
        waiting.delete(call);
        sums.ran += 1;
        for (const family of one.families) {
          const known = sent.get(family) ?? { count: 0, firstMs: timeMs, entries: [] };
          sent.set(family, known);
          known.count += 1;
          if (known.entries.length < GAP_ENTRIES_MAX) known.entries.push(one.entry);
        }
        return;
      }
      if (metadata["kind"] !== "decision" || metadata["canary"] === true) return;
      const { content, effects } = metadata;
      if (!isObject(content) || !isObject(effects)) return;
      if (!SENDING.some((effect) => Object.hasOwn(effects, effect))) return;
      const families = FAMILIES.filter(({ tiers }) =>
        tiers.some((tier) => Object.hasOwn(content, tier)),
      ).map(({ name }) => name);
      if (families.length === 0) return;
      sums.held += 1;
      if (metadata["verdict"] === "deny") sums.refused += 1;
      begin(stringOrEmpty(metadata["call"]), { entry: index, families });
    },
    result() {
      const gaps = FAMILIES.flatMap(({ name, words }): readonly Gap[] => {
        const one = sent.get(name);
        if (one === undefined) return [];
        const reason = `${counted(one.count, "call")} that held ${words} reached another host and ran, first at ${momentText(one.firstMs)}`;
        return [{ kind: "content-sent", reason, count: one.count, entries: one.entries }];
      });
      return {
        id: "content",
        title: "content that left, as detectors found it",
        facts: {
          ...sums,
          sent: Object.fromEntries([...sent].map(([name, { count }]) => [name, count])),
        },
        gaps: boundedGaps(gaps),
      };
    },
  };
}
