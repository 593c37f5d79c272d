// Detections joined into one set: every rule by name or id, correlations behind what they are made of, tests sorted by kind of event.
import { EVENT_KINDS, type EventKind } from "#record/event/event.ts";
import type { EventTest, RuleMeta } from "../detection/detection.ts";
import { type FieldReader, readerOf } from "../detection/fields.ts";
import { type Correlation, invalid } from "./correlation.ts";
import type { Component, Rule } from "./rule-file.ts";

/** Correlations above one another. */
export const DEPTH_MAX = 4;

/** A test of single events. `reported` is the detection that it is; without one only correlations ask it. */
export type EventNode = {
  readonly kind: "events";
  readonly test: EventTest;
  reported: RuleMeta | undefined;
  readonly feeds: Feed[];
};

/** A correlation that runs. `place` is its number, behind all that feed it. */
export type CorrelationNode = {
  readonly kind: "correlation";
  readonly place: number;
  readonly correlation: Correlation;
  readonly requiresKey: boolean;
  reported: RuleMeta | undefined;
  readonly feeds: Feed[];
};

/** Reads the group of an event. Feeds with the same fields share one, whose `place` is its number: an event's groups are read once. */
export type GroupReader = { readonly place: number; readonly readers: readonly FieldReader[] };

/** What matched goes into a correlation as its rule number `input`, in the group of these fields. */
export type Feed = {
  readonly into: CorrelationNode;
  readonly input: number;
  readonly groupFields: readonly string[];
  readonly groupReader: GroupReader;
  readonly valueReader: FieldReader | undefined;
};

/** All that is needed to look at events. `rules` are those that are reported, in the order of their names. */
export type Ruleset = {
  readonly rules: readonly RuleMeta[];
  readonly byKind: ReadonlyMap<string, readonly EventNode[]>;
  readonly correlations: readonly CorrelationNode[];
};

/**
 * Joins detections. `only` leaves out all but one of them, given by id or name, and what it is made of. Throws Failure
 * `correlation-invalid` at a reference to no rule or to itself, at a name or id that two have, and where a rule of another file is not `generate`d.
 */
export function joinRules(rules: readonly Rule[], only?: RuleMeta): Ruleset {
  const known = new Map<string, Rule>();
  for (const rule of rules) {
    for (const name of [rule.meta.id, rule.meta.name]) {
      const other = known.get(name);
      if (other !== undefined && other !== rule)
        throw invalid(`\`${rule.meta.name}\` and \`${other.meta.name}\` have the same name or id`, {
          file: rule.meta.name,
        });
      known.set(name, rule);
    }
  }
  const events: EventNode[] = [];
  const correlations: CorrelationNode[] = [];
  const built = new Map<Rule, EventNode | CorrelationNode>();
  const groupReaders = new Map<string, GroupReader>();

  const addEvents = (test: EventTest): EventNode => {
    const node: EventNode = { kind: "events", test, reported: undefined, feeds: [] };
    events.push(node);
    return node;
  };
  const addCorrelation = (
    correlation: Correlation,
    resolve: (name: string, index: number) => EventNode | CorrelationNode,
  ): CorrelationNode => {
    const inputs = correlation.rules.map(resolve);
    const requiresKey = inputs.some((input) =>
      input.kind === "events" ? input.test.requiresKey : input.requiresKey,
    );
    const node: CorrelationNode = {
      kind: "correlation",
      place: correlations.length,
      correlation,
      requiresKey,
      reported: undefined,
      feeds: [],
    };
    correlations.push(node);
    for (const [input, from] of inputs.entries())
      from.feeds.push(feedOf(node, { input, from, groupReaders }));
    return node;
  };
  const build = (rule: Rule, above: readonly Rule[]): EventNode | CorrelationNode => {
    const before = built.get(rule);
    if (before !== undefined) return before;
    if (rule.kind === "detection") {
      const node = addEvents(rule.detection);
      built.set(rule, node);
      return node;
    }
    const locals = new Map<string, EventNode | CorrelationNode>();
    const resolveFor =
      (correlation: Correlation) =>
      (name: string, index: number): EventNode | CorrelationNode => {
        const local = locals.get(name);
        if (local !== undefined) return local;
        const at = correlation.place(["rules", index]);
        const found = known.get(name.toLowerCase()) ?? known.get(name);
        if (found === undefined)
          throw invalid(`\`${name}\` is no rule of this file before it, and no detection`, at);
        if (found === rule || above.includes(found))
          throw invalid(`\`${name}\` refers back to this correlation`, at);
        if (above.length + 2 > DEPTH_MAX)
          throw invalid(`correlations stand at most ${DEPTH_MAX} above one another`, at);
        if (!rule.correlation.generate)
          throw invalid(`\`${name}\` stays reported by itself: say so by \`generate: true\``, at);
        if (found.meta.requiresKey && !rule.meta.requiresKey)
          throw invalid(`\`${name}\` asks sealed fields: add \`requires: key\``, at);
        return build(found, [...above, rule]);
      };
    for (const one of rule.components) locals.set(one.name, buildComponent(one, resolveFor));
    const foreign = namesIn(rule).some((name) => !locals.has(name));
    if (rule.correlation.generate && !foreign)
      throw invalid(
        "rules of the correlation's own file are not reported: leave out `generate`",
        rule.correlation.place(["generate"]),
      );
    const node = addCorrelation(rule.correlation, resolveFor(rule.correlation));
    if (depthOf(node) > DEPTH_MAX)
      throw invalid(
        `correlations stand at most ${DEPTH_MAX} above one another`,
        rule.correlation.place(["rules"]),
      );
    built.set(rule, node);
    return node;
  };
  const buildComponent = (
    one: Component,
    resolveFor: (
      correlation: Correlation,
    ) => (name: string, index: number) => EventNode | CorrelationNode,
  ): EventNode | CorrelationNode =>
    one.kind === "events"
      ? addEvents(one.test)
      : addCorrelation(one.correlation, resolveFor(one.correlation));

  const depths = new Map<EventNode | CorrelationNode, number>();
  const depthOf = (node: EventNode | CorrelationNode): number => {
    if (node.kind === "events") return 0;
    const known = depths.get(node);
    if (known !== undefined) return known;
    const below = [...events, ...correlations].filter(({ feeds }) =>
      feeds.some(({ into }) => into === node),
    );
    const depth = 1 + Math.max(0, ...below.map(depthOf));
    depths.set(node, depth);
    return depth;
  };

  const reported = rules
    .filter(({ meta }) => only === undefined || meta.id === only.id)
    .toSorted((one, other) => (one.meta.name < other.meta.name ? -1 : 1));
  for (const rule of reported) build(rule, []).reported = rule.meta;
  return {
    rules: reported.map(({ meta }) => meta),
    byKind: sortedByKind(events),
    correlations,
  };
}

/** Every rule that a correlation and those before it in its file ask for. */
function namesIn({ correlation, components }: Rule & { kind: "correlation" }): readonly string[] {
  const inner = components.flatMap((one) => (one.kind === "events" ? [] : one.correlation.rules));
  return [...correlation.rules, ...inner];
}

function sortedByKind(events: readonly EventNode[]): ReadonlyMap<EventKind, readonly EventNode[]> {
  return new Map(
    EVENT_KINDS.map((kind) => [kind, events.filter(({ test }) => test.kinds.includes(kind))]),
  );
}

/** Which fields of what matched say the group, and the value. Throws where a correlation below does not have them. */
function feedOf(
  into: CorrelationNode,
  {
    input,
    from,
    groupReaders,
  }: {
    readonly input: number;
    readonly from: EventNode | CorrelationNode;
    readonly groupReaders: Map<string, GroupReader>;
  },
): Feed {
  const { groupBy, aliases, rules, field, place } = into.correlation;
  const rule = rules[input] ?? "";
  const groupFields = groupBy.map((name) => aliases[name]?.[rule] ?? name);
  if (from.kind === "correlation") {
    const given = from.correlation.groupBy;
    const missing = [...groupFields, ...(field === undefined ? [] : [field])].find(
      (name) => !given.includes(name),
    );
    if (missing !== undefined)
      throw invalid(
        `\`${rule}\` is a correlation that is not grouped by \`${missing}\`: its matches have no such field`,
        place(["rules", input]),
      );
  }
  const key = groupFields.join("\0");
  const groupReader = groupReaders.get(key) ?? {
    place: groupReaders.size,
    readers: groupFields.map(readerOf),
  };
  groupReaders.set(key, groupReader);
  return {
    into,
    input,
    groupFields,
    groupReader,
    valueReader: field === undefined ? undefined : readerOf(field),
  };
}
