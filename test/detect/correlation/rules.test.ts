// Correlations from text, and how they are joined: what cannot be run as it is written is refused at its line and column.
import { describe, expect, it } from "vitest";
import { Failure } from "#base/failure.ts";
import { parseRule } from "#detect/correlation/rule-file.ts";
import { joinRules } from "#detect/correlation/ruleset.ts";
import { openStream } from "#detect/correlation/stream.ts";
import { correlationFile, META } from "./sample-rules.ts";

const failureOf = (act: () => unknown): Failure => {
  try {
    act();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("was accepted");
};
const parse = (text: string, name = "impact/x") => parseRule(text, "x.yml", name);
const BASE = "rules: [a], timespan: 10m, group-by: [session]";
const ORDER = "type: temporal, rules: [a, b], timespan: 10m";
// Three documents of three lines and a line between them stand before the correlation's own eight lines.
const LINE_OF_ONE = 4 + 9;
const LINE_OF_TWO = 8 + 9;

describe("is refused at its place", () => {
  it.each<readonly [string, string, RegExp, number]>([
    [
      "a type that is not run",
      `type: value_percentile, ${BASE}, condition: { field: steps, lte: 1 }`,
      /event_count, value_count/,
      LINE_OF_ONE,
    ],
    ["a type of nobody", `type: near, ${BASE}`, /`correlation.type`/, LINE_OF_ONE],
    ["no condition", `type: event_count, ${BASE}`, /needs a condition/, LINE_OF_ONE],
    ["a condition in words", `${ORDER}, condition: a and b`, /in words/, LINE_OF_TWO],
    [
      "a bound of nothing",
      `type: event_count, ${BASE}, condition: { gte: 0 }`,
      /whole number from 1/,
      LINE_OF_ONE,
    ],
    [
      "a bound beyond what is held",
      `type: event_count, ${BASE}, condition: { gte: 4096 }`,
      /to 4095/,
      LINE_OF_ONE,
    ],
    [
      "half an event",
      `type: event_count, ${BASE}, condition: { gte: 1.5 }`,
      /whole number/,
      LINE_OF_ONE,
    ],
    [
      "an operator of nobody",
      `type: event_count, ${BASE}, condition: { near: 1 }`,
      /in words/,
      LINE_OF_ONE,
    ],
    [
      "a field that is counted by number",
      `type: event_count, ${BASE}, condition: { field: tool, gte: 1 }`,
      /counts no field/,
      LINE_OF_ONE,
    ],
    [
      "values of no field",
      `type: value_count, ${BASE}, condition: { gte: 1 }`,
      /needs `field`/,
      LINE_OF_ONE,
    ],
    [
      "a field of nobody",
      `type: value_sum, ${BASE}, condition: { field: cost, gte: 1 }`,
      /`cost` is no field/,
      LINE_OF_ONE,
    ],
    [
      "a group of nobody",
      "type: event_count, rules: [a], timespan: 1m, group-by: [user], condition: { gte: 1 }",
      /`user` is no field/,
      LINE_OF_ONE,
    ],
    [
      "a group twice",
      "type: event_count, rules: [a], timespan: 1m, group-by: [tool, tool], condition: { gte: 1 }",
      /twice/,
      LINE_OF_ONE,
    ],
    [
      "a timespan without a unit",
      "type: event_count, rules: [a], timespan: 60, condition: { gte: 1 }",
      /timespan/,
      LINE_OF_ONE,
    ],
    [
      "a timespan of months",
      "type: event_count, rules: [a], timespan: 1M, condition: { gte: 1 }",
      /such as `10m`/,
      LINE_OF_ONE,
    ],
    [
      "a timespan too long",
      "type: event_count, rules: [a], timespan: 91d, condition: { gte: 1 }",
      /at most 90d/,
      LINE_OF_ONE,
    ],
    [
      "an order of one",
      "type: temporal_ordered, rules: [a], timespan: 1m",
      /two rules or more/,
      LINE_OF_ONE,
    ],
    [
      "an order with a condition",
      "type: temporal_ordered, rules: [a, b], timespan: 1m, condition: { gte: 2 }",
      /takes no condition/,
      LINE_OF_TWO,
    ],
    [
      "a rule twice without an order",
      "type: temporal, rules: [a, a], timespan: 1m",
      /stands twice/,
      LINE_OF_ONE,
    ],
    ["more rules than there are", `${ORDER}, condition: { gte: 3 }`, /from 1 to 2/, LINE_OF_TWO],
    ["fewer than so many rules", `${ORDER}, condition: { lt: 2 }`, /`gte` alone/, LINE_OF_TWO],
    [
      "an alias that is no group",
      `${ORDER}, aliases: { who: { a: session, b: call } }`,
      /not in `group-by`/,
      LINE_OF_TWO,
    ],
    [
      "an alias without a rule",
      `${ORDER}, group-by: [who], aliases: { who: { a: session } }`,
      /no field for `b`/,
      LINE_OF_TWO,
    ],
    [
      "an alias of a field's name",
      `${ORDER}, group-by: [tool], aliases: { tool: { a: session, b: call } }`,
      /a field has it/,
      LINE_OF_TWO,
    ],
    [
      "an alias for a stranger",
      `${ORDER}, group-by: [who], aliases: { who: { a: session, b: call, c: call } }`,
      /`c` is no rule/,
      LINE_OF_TWO,
    ],
    ["a member of nobody", `${ORDER}, window: sliding`, /window/, LINE_OF_TWO],
  ])("%s", (_, correlation, says, line) => {
    const failure = failureOf(() => parse(correlationFile(correlation)));
    expect(failure.message).toMatch(says);
    expect(failure.at?.line).toBe(line);
    expect(failure.at?.column).toBeGreaterThan(0);
  });
  it.each<readonly [string, string, RegExp]>([
    [
      "a rule that no correlation asks for",
      correlationFile(`${ORDER}`, ["a", "b", "c"]),
      /no correlation behind it asks for `c`/,
    ],
    ["a rule of the same name", correlationFile(ORDER, ["a", "a", "b"]), /there twice/],
    [
      "documents before a plain rule",
      `${correlationFile(ORDER).split("---")[0] ?? ""}---\n${META}logsource: { product: sallyport }\ndetection: { s: { tool: A }, condition: s }\n`,
      /the last document is the correlation/,
    ],
    [
      "a correlation and a search at once",
      `${META}logsource: { product: sallyport }\ncorrelation: { type: event_count, rules: [a], timespan: 1m, condition: { gte: 1 } }\n`,
      /logsource/,
    ],
    [
      "a rule without a name",
      `logsource: { product: sallyport }\ndetection: { s: { tool: A }, condition: s }\n---\n${correlationFile(ORDER)}`,
      /name/,
    ],
    [
      "a key that is not needed",
      correlationFile(ORDER).replace("level: low", "level: low\nrequires: key"),
      /leave out `requires: key`/,
    ],
    [
      "a key that is not asked for",
      correlationFile(`${ORDER}, group-by: [sealed.user]`),
      /add `requires: key`/,
    ],
    ["too many documents", correlationFile(ORDER, Array(20).fill("a")), /1 to 17 documents/],
  ])("%s", (_, text, says) => {
    const failure = failureOf(() => parse(text));
    expect(failure.message).toMatch(says);
    expect(failure.at?.file).toBe("x.yml");
  });
});

describe("rules of other files", () => {
  const PLAIN = `${META}logsource: { product: sallyport }\ndetection: { s: { tool: A }, condition: s }\n`;
  const ID = "11111111-2222-4333-8444-555555555555";
  const withId = (text: string, id: string) => text.replace(/id: .*/, `id: ${id}`);
  const plain = () => parse(PLAIN, "impact/plain");
  const above = (rules: string, more = ", generate: true", name = "impact/above", id = ID) =>
    parse(
      withId(
        `${META}correlation: { type: event_count, rules: [${rules}], timespan: 1m, condition: { gte: 2 }${more} }\n`,
        id,
      ),
      name,
    );
  const join = (...rules: readonly ReturnType<typeof parse>[]) => joinRules(rules);
  it("are asked for by name or id, and stay reported", () => {
    for (const asked of ["impact/plain", "be3262bf-8d0f-5151-95d9-231ed393d98c"]) {
      const stream = openStream(join(plain(), above(asked)));
      const found = [0, 1].flatMap((index) =>
        stream.take({
          index,
          id: `e${index}`,
          timeMs: index,
          fields: { kind: "decision", tool: "A" },
          isOpened: false,
        }),
      );
      expect([...found, ...stream.end()].map(({ rule }) => rule.name)).toEqual([
        ...["impact/plain", "impact/plain", "impact/above"],
      ]);
    }
  });
  it("may be correlations, whose group is all that is known of them", () => {
    const inner = parse(
      correlationFile(
        "type: event_count, rules: [a], group-by: [session, tool], timespan: 1m, condition: { gte: 1 }",
      ),
      "impact/inner",
    );
    const outer = (field: string) =>
      above("impact/inner", `, group-by: [${field}], generate: true`);
    expect(join(inner, outer("session")).correlations).toHaveLength(2);
    expect(failureOf(() => join(inner, outer("call"))).message).toContain("not grouped by `call`");
  });
  it.each<readonly [string, () => readonly ReturnType<typeof parse>[], string]>([
    ["no such rule", () => [above("impact/gone")], "`impact/gone` is no rule"],
    ["without generate", () => [plain(), above("impact/plain", "")], "generate: true"],
    [
      "generate for its own rules",
      () => [parse(correlationFile(`${ORDER}, generate: true`))],
      "leave out `generate`",
    ],
    ["itself", () => [above("impact/above")], "refers back"],
    [
      "each other",
      () => [
        above("impact/b", ", generate: true", "impact/a"),
        above("impact/a", ", generate: true", "impact/b", ID.replace("1", "2")),
      ],
      "refers back",
    ],
    ["a name twice", () => [plain(), parse(withId(PLAIN, ID), "impact/plain")], "same name or id"],
    ["an id twice", () => [plain(), parse(PLAIN, "impact/other")], "same name or id"],
    [
      "a tower",
      () => [
        plain(),
        ...Array.from({ length: 6 }, (_, at) =>
          above(
            at === 0 ? "impact/plain" : `impact/l${at - 1}`,
            ", generate: true",
            `impact/l${at}`,
            ID.replace("1", String(at + 2)),
          ),
        ),
      ],
      "above one another",
    ],
  ])("%s is refused", (_, rules, says) => {
    expect(failureOf(() => joinRules(rules())).message).toContain(says);
  });
  it("only one is built where one is asked for", () => {
    const one = plain();
    const { rules, correlations } = joinRules([one, above("impact/plain")], one.meta);
    expect([rules.map(({ name }) => name), correlations.length]).toEqual([["impact/plain"], 0]);
  });
});
