// Rules and events that reach the corners of a conversion: every kind of correlation and bound, and values that mean something in some language.
import { parseRule, type Rule } from "#detect/correlation/rule-file.ts";
import { parseLists } from "#detect/detection/lists.ts";
import type { JsonObject } from "#record/log/leaf.ts";
import { correlationFile, META } from "../correlation/sample-rules.ts";
import { openMaker } from "../examples/maker.ts";
import type { Event } from "./told.ts";

const START_MS = 1_772_000_000_000;

function numbered(text: string, number: number): string {
  return text.replace(
    /(id: be3262bf-8d0f-5151-95d9-)\w{12}/,
    `$1${String(number).padStart(12, "0")}`,
  );
}

const COUNTS = ["gte: 1", "gte: 3", "gt: 3", "eq: 2", "lt: 3", "lte: 1", "gt: 1, lte: 3"] as const;
const COUNT_GROUPS = ["[session]", "[session, rules]", "[rules]", "[]"];

/** Correlations of correlations: by the rule before the last, what it is, and what the last one is. */
const NESTED = [
  [
    "type: temporal_ordered, rules: [a, b], group-by: [session, rules], timespan: 5s",
    "type: temporal, rules: [inner, c], group-by: [session], timespan: 10s",
  ],
  [
    "type: temporal_ordered, rules: [a, b], group-by: [session, rules], timespan: 5s",
    "type: value_count, rules: [inner, c], group-by: [session], timespan: 20s, condition: { field: rules, gte: 2 }",
  ],
  [
    "type: event_count, rules: [a, b], group-by: [session, count], timespan: 10s, condition: { gte: 2 }",
    "type: value_sum, rules: [inner, c], group-by: [session], timespan: 30s, condition: { field: count, gte: 3 }",
  ],
  [
    "type: event_count, rules: [a, b], group-by: [session, rules], timespan: 5s, condition: { eq: 2 }",
    "type: temporal_ordered, rules: [inner, c, inner], group-by: [rules], timespan: 20s",
  ],
].map(([inner = "", last = ""]) =>
  correlationFile(last, ["a", "b", "c"]).replace(
    META,
    `name: inner\ncorrelation: { ${inner} }\n---\n${META}`,
  ),
);

/** What stands in another file, and stays reported by itself. */
const FOREIGN = correlationFile(
  "type: temporal_ordered, rules: [impact/x1, c], group-by: [session], timespan: 20s, generate: true",
  ["c"],
);

/** Every kind of correlation with every kind of bound. */
const PLAIN = [
  ...COUNTS.flatMap((bound) =>
    COUNT_GROUPS.map(
      (group) =>
        `type: event_count, rules: [a, b], group-by: ${group}, timespan: 10s, condition: { ${bound} }`,
    ),
  ),
  ...["gte: 2", "gt: 2", "gte: 1"].map(
    (bound) =>
      `type: value_count, rules: [a, b], group-by: [session], timespan: 10s, condition: { field: count, ${bound} }`,
  ),
  "type: value_count, rules: [a], timespan: 5s, condition: { field: rules, gte: 3 }",
  ...["gte: 10", "gt: 12, lt: 20", "lte: 5", "eq: 6"].map(
    (bound) =>
      `type: value_sum, rules: [a, b], group-by: [session], timespan: 10s, condition: { field: sizes.tokens, ${bound} }`,
  ),
  ...["gte: 4", "lt: 3"].map(
    (bound) =>
      `type: value_avg, rules: [a, b], group-by: [session], timespan: 10s, condition: { field: sizes.tokens, ${bound} }`,
  ),
  "type: value_sum, rules: [a], group-by: [session], timespan: 10s, condition: { field: count, gte: 4 }",
  "type: temporal, rules: [a, b, c], group-by: [session], timespan: 4s",
  "type: temporal, rules: [a, b, c], group-by: [session], timespan: 2s, condition: { gte: 2 }",
  "type: temporal, rules: [a, b], group-by: [rules], timespan: 2s",
  "type: temporal_ordered, rules: [a, b], group-by: [session], timespan: 3s",
  "type: temporal_ordered, rules: [a, b, c], group-by: [session], timespan: 6s",
  "type: temporal_ordered, rules: [a, a], group-by: [session], timespan: 2s",
  "type: temporal_ordered, rules: [b, a, b], timespan: 2s",
  "type: event_count, rules: [a, b], group-by: [who], timespan: 10s, condition: { gte: 3 }, aliases: { who: { a: session, b: agent } }",
].map((correlation) => {
  const isAsked = (rule: string) => new RegExp(`rules: \\[[^\\]]*\\b${rule}\\b`).test(correlation);
  return correlationFile(correlation, ["a", "b", "c"].filter(isAsked));
});

/** Correlations over the rules of `correlationFile`. */
export const correlationSamples: readonly Rule[] = [...PLAIN, ...NESTED, FOREIGN].map((text, at) =>
  parseRule(numbered(text, at), `x${at}.yml`, `impact/x${at}`),
);

/** Events with several, missing and odd values; many at the same time, some late. Those of even seeds come closer to one another. */
export function randomEvents(seed: number): readonly Event[] {
  const { random, pick } = openMaker(seed);
  let timeMs = START_MS;
  const wide = [0, 0, 1, 250, 1_000, 2_000, 9_999, 10_000, 10_001];
  const close = [...wide, ...Array.from({ length: 60 }, (_, at) => at * 10)];
  const gaps = seed % 2 === 0 ? close : wide;
  return Array.from({ length: 900 }, () => {
    timeMs += pick(gaps);
    const late = random() < 0.1 ? pick([1, 3_000, 60_000]) : 0;
    const rules = pick<unknown>([
      ["r1"],
      ["r1", "r2"],
      ["r2", "r2", "r3"],
      [],
      "r1",
      null,
      undefined,
    ]);
    const fields = {
      kind: "decision",
      tool: pick(["A", "B", "C", "D", "E", "a"]),
      session: pick<unknown>(["s", "t", "u", 1, "1", true, undefined]),
      agent: pick(["s", "t", "v"]),
      count: pick<unknown>([1, 2, "1", true, 3, ["x", 2], undefined]),
      sizes: pick<unknown>([
        { tokens: 1 },
        { tokens: 5 },
        { tokens: 9 },
        { tokens: "9" },
        {},
        undefined,
      ]),
      rules,
    };
    const there = Object.entries(fields).filter(([, value]) => value !== undefined);
    const metadata = Object.fromEntries(there) as JsonObject;
    return { timeMs: timeMs - late, metadata };
  });
}

/** Values that mean something in a language, a format or on a terminal. */
export const HOSTILE: readonly string[] = [
  ...[
    "'",
    '"',
    "''",
    '""',
    "a'b",
    'a"b',
    "`x`",
    "$x",
    "$$",
    "${x}",
    "{p1:String}",
    "%",
    "_",
    "a%b_c",
  ],
  ...[
    "[x]",
    "^a$",
    "(a|b)",
    "a.b",
    "a+",
    "{2}",
    "#",
    "--",
    "-- x",
    ";",
    "'; DROP TABLE sallyport_event; --",
  ],
  ...["line\nbreak", "\r", "tab\there", "\u001b[31m", "\u202e", "\u00a0", "a  b", " x", "x "],
  ...[
    "\u00e9",
    "\u00c9a",
    "\u00df",
    "\u0130",
    "\u01c6",
    "\u{10400}x",
    "\u{1f600}",
    "\u4e2d",
    "\u0451",
  ],
  ...[
    "null",
    "true",
    "1",
    "-1",
    "1e3",
    "0x41",
    "NULL",
    "~",
    "!",
    "@x",
    "&",
    "<>",
    "|",
    ",",
    "=",
    ":",
    "E'",
    "u&",
    "x'41'",
  ],
];

const SEARCHES: readonly ((value: string) => string)[] = [
  (value) => `tool: ${value}`,
  (value) => `tool|contains: ${value}`,
  (value) => `tool|startswith: ${value}`,
  (value) => `tool|endswith: ${value}`,
  (value) => `programs: [${value}, zzz]`,
  (value) => `programs|neq: ${value}`,
  (value) => `effects|contains: ${value}`,
  (value) => `mods.origin: ${value}`,
];

/** Searches of every kind, on fields of every shape. */
const ODD: readonly string[] = [
  "tool: null",
  "tool: [1, true, null]",
  "count: 1",
  "count: true",
  "count: [1, x]",
  "count|gte: 2",
  "count|lt: 0.5",
  "count|exists: false",
  "effects|exists: true",
  "programs|contains|all: [a, b]",
  "programs|expand: '%names%'",
  "programs|neq|expand: '%names%'",
  "tool|expand: '%hosts%'",
  "tool|neq|expand: ['%hosts%', '%names%']",
  "tool|expand: '%paths%'",
  "tool|expand: '%none%'",
  "tool|neq|expand: '%none%'",
];

const LISTS = parseLists(
  `title: x
id: lists
lists:
  names: { form: name, about: x, values: ["a'b", "True", "1", "\u00c9"] }
  hosts: { form: host, about: x, values: [example.com, "10.0.0.1"] }
  paths: { form: path, about: x, values: ["/srv/it's", "/Srv/\u00c9_"] }
  none: { form: name, about: x, values: [] }
`,
  "lists.yml",
);

/** Each search by itself, and some turned around: those of odd fields, and one of every few others. */
export const hostileRules: readonly Rule[] = [
  ...ODD,
  ...HOSTILE.flatMap((value) => SEARCHES.map((search) => search(JSON.stringify(value)))),
].flatMap((search, at) =>
  (at < ODD.length || at % 5 === 0 ? ["s", "not s"] : ["s"]).map((condition, turn) => {
    const number = at * 2 + turn;
    const text = `${META}logsource: { product: sallyport, category: decision }\ndetection: { s: { ${search} }, condition: ${condition} }\n`;
    return parseRule(numbered(text, number), `y${number}.yml`, `impact/y${number}`, LISTS);
  }),
);

const around = (value: string): readonly string[] => [
  value,
  value.toUpperCase(),
  value.toLowerCase(),
  `x${value}`,
  `${value}x`,
  `x${value}x`,
  `${value}${value}`,
];

/** Events that hold such values, parts of them and what is nearly them, in fields of every shape. */
export const hostileEvents: readonly Event[] = [
  ...HOSTILE.flatMap(around).flatMap((value): readonly object[] => [
    { tool: value },
    {
      tool: "x",
      programs: ["a", value],
      effects: { [value]: 1 },
      mods: [{ origin: value }, { origin: 1 }],
    },
  ]),
  ...[
    "",
    "a.example.com",
    "EXAMPLE.com",
    "badexample.com",
    "example.com.x",
    "10.0.0.1",
    "110.0.0.1",
  ].map((tool) => ({ tool })),
  ...["/srv/it's", "/srv/it's/x", "/srv/it'sx", "/SRV/it's", "/Srv/\u00c9_/a", "/Srv/\u00e9_"].map(
    (tool) => ({ tool }),
  ),
  ...[1, 2, 0.5, -1, true, false, null, [], ["a'b", 3], { a: 1 }, [[1]], [{ a: 1 }], {}].flatMap(
    (value) => [
      { tool: value, count: value },
      { programs: value, effects: value, mods: value },
      { mods: [{ origin: value }, value] },
    ],
  ),
  { programs: ["xa", "yb"] },
  { kind: "Decision", tool: "x" },
  { kind: "result", tool: "x" },
  { kind: "unheard", tool: "x" },
].map((fields, at) => ({
  timeMs: START_MS + at,
  metadata: { kind: "decision", ...fields } as JsonObject,
}));
