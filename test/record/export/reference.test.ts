// The reference page of exports: the kinds of target and which field of each form holds what, made from the data itself.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { documentOf } from "#record/delivery/documents.ts";
import { EVENT_KINDS, type EventKind } from "#record/event/event.ts";
import { SEVERITY_ROWS, severityOf } from "#record/export/forms/event-classes.ts";
import { LEVELS } from "#detect/detection/detection.ts";
import type { ExportEntry, JoinKeys } from "#record/export/forms/exporter.ts";
import { JOIN_KEYS } from "#record/export/forms/exporter.ts";
import { ocsfEvent } from "#record/export/forms/ocsf-event.ts";
import { ecsEvent } from "#record/export/forms/ecs-event.ts";
import { logsRequest } from "#record/export/forms/otlp-signals.ts";
import { sentinelRow } from "#record/delivery/targets/sentinel.ts";
import { TARGET_KINDS } from "#surface/services/export/target-kinds.ts";

const page = fileURLToPath(new URL("../../../docs/reference/exports.md", import.meta.url));
const entries = parse(
  readFileSync(
    fileURLToPath(new URL("../../corpus/exporters/reference.yaml", import.meta.url)),
    "utf8",
  ),
) as readonly ExportEntry[];

/** A decision whose every key has a value that stands nowhere else. */
function marked(join: JoinKeys): ExportEntry {
  return {
    kind: "event",
    index: 424_242,
    id: "0199c1a2-0000-7000-8000-000000424242",
    timeMs: 1_760_000_000_000,
    metadata: {
      kind: "decision",
      verdict: "deny",
      tool: "Bash",
      session: "the-session",
      call: "the-call",
      rules: ["the-rule"],
    },
    join,
  };
}
const CLEAR: JoinKeys = {
  user: "the-user",
  host: "the-host",
  repository: "the-repository",
  branch: "the-branch",
  commit: "the-commit",
  job: "the-job",
  file: "the-file",
};
const VALUES: Readonly<Record<string, string>> = {
  "id of the event": "0199c1a2-0000-7000-8000-000000424242",
  index: "424242",
  session: "the-session",
  call: "the-call",
  rule: "the-rule",
  ...Object.fromEntries(JOIN_KEYS.map((name) => [name, `the-${name}`])),
};

/** Where a value stands in a document: names joined by dots, the attribute's key for OTLP. */
function placesOf(value: unknown, wanted: string, path = ""): readonly string[] {
  if (String(value) === wanted && typeof value !== "object") return [path];
  if (Array.isArray(value)) return value.flatMap((one) => placesOf(one, wanted, path));
  if (typeof value !== "object" || value === null) return [];
  const { key, value: held } = value as { readonly key?: unknown; readonly value?: unknown };
  if (typeof key === "string" && held !== undefined)
    return Object.values(held as object)
      .map(String)
      .includes(wanted)
      ? [key]
      : [];
  return Object.entries(value).flatMap(([name, one]) =>
    placesOf(one, wanted, path === "" ? name : `${path}.${name}`),
  );
}

function pageText(): string {
  const forms: readonly (readonly [string, unknown])[] = [
    ["native", documentOf("native", marked(CLEAR))],
    ["OCSF 1.8", ocsfEvent(marked(CLEAR))],
    ["ECS", ecsEvent(marked(CLEAR))],
    ["OTLP", logsRequest([marked(CLEAR)])],
    ["Sentinel", sentinelRow(marked(CLEAR))],
  ];
  const rows = Object.entries(VALUES).map(([name, wanted]) => {
    const cells = forms.map(([, document]) => {
      const [place] = placesOf(document, wanted);
      return place === undefined ? "-" : `\`${place.replace(/^resource\w+\./, "")}\``;
    });
    return `| ${name} | ${cells.join(" | ")} |`;
  });
  const kinds = [...TARGET_KINDS].map(
    ([to, { title, limits, seconds, entries: settings }]) =>
      `| \`${to}\` | ${title} | ${Object.keys(settings)
        .map((name) => `\`${name}\``)
        .join(", ")} | ${limits.entries} | ${limits.bytes} | ${seconds} |`,
  );
  const classes = entries.map((entry) => {
    const { class_uid: classUid, activity_name: activity } = ocsfEvent(entry);
    const what = entry.kind === "fault" ? "an entry that cannot be read" : kindText(entry);
    return `| ${what} | ${JSON.stringify(classUid)} | ${JSON.stringify(activity).replaceAll(/"/g, "").replaceAll(/[|\n]/g, " ")} |`;
  });
  return [
    "# Exports",
    "",
    "Made from the code by `UPDATE=1 npx vitest run test/record/export/reference.test.ts`; the guide is [exporting](../guide/exporting.md).",
    "",
    "## Kinds of target",
    "",
    "Beside their own settings all have `name`, `from`, `personal`, `batch` and `ca`.",
    "",
    "| `to` | what it is | its settings | entries at once | bytes at once | seconds an entry waits |",
    "|---|---|---|---|---|---|",
    ...kinds,
    "",
    "## Where a field stands",
    "",
    "In clear; a pseudonym of a user or host stands in the field for ids (`user.uid`, `user.id`, `device.uid`, `host.id`).",
    "",
    `| field | ${forms.map(([name]) => name).join(" | ")} |`,
    `|---|${forms.map(() => "---|").join("")}`,
    ...rows,
    "",
    "## Severities",
    "",
    "| severity | OCSF and ECS | CEF, LEEF | syslog | OTLP |",
    "|---|---|---|---|---|",
    ...SEVERITY_ROWS.map(
      ({ severity, caption, cef, syslog, otlp: [number, text] }) =>
        `| ${caption} | ${severity} | ${cef} | ${syslog} | ${number} ${text} |`,
    ),
    "",
    "## Every kind of event",
    "",
    "Severities by what an event says; an alert and an incident have that of their level, and a drill is informational. The outcome is `success`,",
    "`failure` or `unknown` (`event.outcome` in ECS and OTLP, `status_id` in OCSF, `outcome` in CEF and LEEF).",
    "",
    "| kind | severity | OCSF class | ECS kind | ECS category |",
    "|---|---|---|---|---|",
    ...EVENT_KINDS.map(kindRow),
    "",
    "## Classes of OCSF",
    "",
    "For the reference events of the contract tests. What no attribute tells stands in `unmapped`. No npm package carries the schema:",
    "tests hold every event, of every kind and verdict and of an audit (2003), to a table of our own (`test/corpus/exporters/ocsf-schema.yaml`) with",
    "attributes, types, enumerations and their captions, profiles and constraints; what is not in it may not be emitted. Under 1.9.0 calls name their",
    "agent (`ai_agent`).",
    "",
    "| event | class | activity |",
    "|---|---|---|",
    ...classes.filter((row) => !row.includes("forged")),
    "",
  ].join("\n");
}

function kindRow(kind: EventKind): string {
  const bare = (more: object): ExportEntry & { readonly kind: "event" } => ({
    kind: "event",
    index: 1,
    id: "e",
    timeMs: 1,
    metadata: { kind, ...more },
  });
  const said = [
    ...["allow", "ask", "deny"].map((verdict) => bare({ verdict, tool: "Bash" })),
    bare({ verdict: "deny", enforced: false }),
    ...LEVELS.map((level) => bare({ level })),
    ...WORDS.map((what) => bare({ what, how: what })),
  ];
  const found = said.map(({ metadata }) => severityOf(metadata));
  const [low, high] = [Math.min(...found), Math.max(...found)].map(
    (one) => SEVERITY_ROWS[one - 1]?.caption ?? "",
  );
  const { event } = ecsEvent(bare({ tool: "Bash" })) as {
    readonly event: { readonly kind: string; readonly category: readonly string[] };
  };
  const { class_uid: uid, class_name: name } = ocsfEvent(bare({ tool: "Bash" })) as {
    readonly class_uid: number;
    readonly class_name: string;
  };
  const isOfTool = kind === "decision" || kind === "result";
  const ocsf = isOfTool ? "by tool: 1007, 1001, 4002, 6003" : `${uid} ${name}`;
  const category = isOfTool ? "by tool" : event.category.join(", ");
  const ecsKind = kind === "decision" ? "`event`, `alert` if denied" : `\`${event.kind}\``;
  return `| \`${kind}\` | ${low === high ? low : `${low} to ${high}`} | ${ocsf} | ${ecsKind} | ${category} |`;
}

/** Words of events that change how grave they are. */
const WORDS = [
  ...["failed", "dead", "end", "start", "lapsed", "evidenced", "refused", "allowed", "broken"],
  ...["changed", "ran-refused", "ran-otherwise", "delivering"],
];

function kindText({ metadata }: ExportEntry & { readonly kind: "event" }): string {
  const { kind, tool } = metadata;
  return `${typeof kind === "string" ? kind : ""}${typeof tool === "string" ? ` of ${tool}` : ""}`.replaceAll(
    /[|\n]/g,
    " ",
  );
}

it("says what the code does", () => {
  const text = pageText();
  if (process.env["UPDATE"] === "1") writeFileSync(page, text);
  expect(readFileSync(page, "utf8")).toBe(text);
});

it("finds every key in every form", () => {
  for (const name of JOIN_KEYS)
    for (const document of [
      documentOf("native", marked(CLEAR)),
      ocsfEvent(marked(CLEAR)),
      ecsEvent(marked(CLEAR)),
      logsRequest([marked(CLEAR)]),
      sentinelRow(marked(CLEAR)),
    ])
      expect(placesOf(document, `the-${name}`)).not.toEqual([]);
});
