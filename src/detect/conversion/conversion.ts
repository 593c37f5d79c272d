// Converts detections: the targets, and one detection as the query of a target.
import { Failure } from "#base/failure.ts";
import type { Rule } from "../correlation/rule-file.ts";
import { elasticQueries } from "./elastic.ts";
import { planOf, type Plan } from "./plan/plan.ts";
import { sentinelQueries } from "./sentinel.ts";
import { splunkQueries } from "./splunk.ts";
import { clickhouse } from "./sql/clickhouse.ts";
import { postgresql } from "./sql/postgresql.ts";
import { sqlite } from "./sql/sqlite.ts";
import { sqlQuery } from "./sql/sql.ts";

/** What a detection can be converted for, and the language that it speaks. */
export const TARGETS = {
  splunk: "SPL",
  elastic: "EQL",
  sentinel: "KQL",
  clickhouse: "SQL",
  sqlite: "SQL",
  postgresql: "SQL",
} as const;
export type Target = keyof typeof TARGETS;

/** A detection in the language of a target. Of several queries each finds a part; together they find what the detection does. */
export type Converted = {
  readonly target: Target;
  readonly language: (typeof TARGETS)[Target];
  readonly queries: readonly string[];
};

/**
 * Says a rule in the language of a target; `rules` are all that it may refer to, compiled with the site's lists. Pure. Throws Failure
 * `conversion-impossible`, which names the rule and the place in its file, for what the target cannot say: nothing is left out or weakened.
 */
export function convertRule(rule: Rule, rules: readonly Rule[], target: Target): Converted {
  try {
    return { target, language: TARGETS[target], queries: queriesOf(planOf(rule, rules), target) };
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    throw new Failure(
      "conversion-impossible",
      `\`${rule.meta.name}\` cannot be said for ${target}: ${cause.message}`,
      { cause, ...(cause.at === undefined ? {} : { at: cause.at }) },
    );
  }
}

function queriesOf(plan: Plan, target: Target): readonly string[] {
  switch (target) {
    case "splunk":
      return splunkQueries(plan);
    case "elastic":
      return elasticQueries(plan);
    case "sentinel":
      return sentinelQueries(plan);
    case "clickhouse":
      return [sqlQuery(plan, clickhouse)];
    case "sqlite":
      return [sqlQuery(plan, sqlite)];
    case "postgresql":
      return [sqlQuery(plan, postgresql)];
    default:
      return target satisfies never;
  }
}
