// What the detections that ship tell of sessions: how many of a hundred honest ones have an alert that a person is told of, by rule, and how many attacks.
import { levelAfter, outcomeOf } from "#detect/alert/outcome.ts";
import { joinRules } from "#detect/correlation/ruleset.ts";
import { openStream } from "#detect/correlation/stream.ts";
import { LEVELS } from "#detect/detection/detection.ts";
import { withSealedFields } from "#detect/detection/fields.ts";
import { loadLists, loadRules } from "#surface/foundation/product/shipped-data.ts";
import { type Share, shareText } from "../world/rates.ts";
import type { HadSession } from "./had-session.ts";

/** As the daemon does: milder ones are found by `log detect` alone. */
const TOLD_FROM = LEVELS.indexOf("medium");
/** Between events of a session. */
const APART_MS = 10_000;

/** Honest sessions with an alert, and of each rule those that it tells of, the most first; `attacks`: those with an alert. */
export type AlertRates = {
  readonly any: Share;
  readonly attacks: Share;
  readonly byRule: readonly (readonly [rule: string, level: string, share: Share])[];
};

export function alertRates(had: readonly HadSession[]): AlertRates {
  const ruleset = joinRules(loadRules(loadLists()).map(({ rule }) => rule));
  const counts = new Map<string, { readonly level: string; hits: number }>();
  let any = 0;
  let attacks = 0;
  for (const { session, events } of had) {
    const stream = openStream(ruleset);
    const found = events.flatMap(({ metadata, sealed }, index) =>
      stream.take({
        index,
        id: `e${index}`,
        timeMs: 1_772_352_000_000 + index * APART_MS,
        fields: withSealedFields(metadata, { sealed, isForged: false }),
        isOpened: true,
      }),
    );
    const told = [...found, ...stream.end()].filter((one) => {
      const event = one.kind === "event" ? events[one.index] : undefined;
      const level = levelAfter(
        one.rule,
        event === undefined ? undefined : outcomeOf(event.metadata),
      );
      return LEVELS.indexOf(level) >= TOLD_FROM;
    });
    if (session.isAttack) {
      if (told.length > 0) attacks += 1;
      continue;
    }
    if (told.length > 0) any += 1;
    for (const [name, level] of new Map(told.map(({ rule }) => [rule.name, rule.level]))) {
      const count = counts.get(name) ?? { level, hits: 0 };
      count.hits += 1;
      counts.set(name, count);
    }
  }
  const all = had.filter(({ session }) => !session.isAttack).length;
  return {
    any: { hits: any, all },
    attacks: { hits: attacks, all: had.length - all },
    byRule: [...counts]
      .toSorted(([, one], [, other]) => other.hits - one.hits)
      .map(([rule, { level, hits }]) => [rule, level, { hits, all }] as const),
  };
}

/** The same as lines. */
export function alertLines(had: readonly HadSession[]): readonly string[] {
  const { any, attacks, byRule } = alertRates(had);
  return [
    `\n    ${shareText(any)} of honest sessions have an alert that a person is told of`,
    `    ${shareText(attacks)} of attacks have one`,
    ...byRule.map(([rule, level, share]) => `    ${shareText(share)} ${rule} (${level})`),
  ];
}
