// What each kind of event is in every form: alerts and incidents as grave as they are, and no kind that a SIEM would pass over.
import { describe, expect, it } from "vitest";
import { EVENT_KINDS } from "#record/event/event.ts";
import { cef } from "#record/export/cef.ts";
import { ecsEvent } from "#record/export/forms/ecs-event.ts";
import {
  EVENT_CLASSES,
  outcomeOf,
  SEVERITY_ROWS,
  severityOf,
} from "#record/export/forms/event-classes.ts";
import type { ExportEntry } from "#record/export/forms/exporter.ts";
import { ocsfEvent } from "#record/export/forms/ocsf-event.ts";
import { logsRequest } from "#record/export/forms/otlp-signals.ts";
import { syslogMessage } from "#record/export/forms/syslog-message.ts";
import type { JsonObject } from "#record/log/leaf.ts";

const entry = (metadata: JsonObject): ExportEntry => ({
  kind: "event",
  index: 7,
  id: "0199c1a2-0000-7000-8000-000000000007",
  timeMs: 1_760_000_000_000,
  metadata,
});

/** The severity of an event in each form, as its numbers have it. */
function severities(metadata: JsonObject) {
  const one = entry(metadata);
  const [, , , , , , severity] = cef.line(one).split("|");
  const record = JSON.stringify(logsRequest([one]));
  const { event } = ecsEvent(one) as { readonly event: { readonly severity: number } };
  return {
    ocsf: ocsfEvent(one)["severity_id"],
    ecs: event.severity,
    cef: Number(severity),
    syslog: Number(/^<(\d+)>/.exec(syslogMessage(one, "i", ""))?.[1]) % 8,
    otlp: Number(/"severityNumber":(\d+)/.exec(record)?.[1]),
  };
}

describe("an alert and an incident leave as grave as they are", () => {
  it.each([
    ["critical", { ocsf: 5, ecs: 5, cef: 10, syslog: 2, otlp: 21 }],
    ["high", { ocsf: 4, ecs: 4, cef: 8, syslog: 3, otlp: 17 }],
    ["medium", { ocsf: 3, ecs: 3, cef: 5, syslog: 4, otlp: 13 }],
    ["low", { ocsf: 2, ecs: 2, cef: 3, syslog: 5, otlp: 10 }],
    ["of another version", { ocsf: 3, ecs: 3, cef: 5, syslog: 4, otlp: 13 }],
  ])("%s", (level, expected) => {
    for (const kind of ["alert", "incident"])
      expect(severities({ kind, level, what: "a/rule" })).toEqual(expected);
  });

  it("but a drill, which must wake nobody", () => {
    expect(severities({ kind: "alert", level: "critical", drill: true })["ocsf"]).toBe(1);
  });
});

const ALERT: JsonObject = {
  kind: "alert",
  submitter: "daemon",
  alert: "a-1",
  what: "credential-access/dotenv-read",
  level: "critical",
  tags: ["attack.credential-access", "attack.t1552.001"],
  events: [3, 4],
  session: "AAAAAAAAAAAAAAAAAAAAAA",
};
const incident = (what: string, state: string): JsonObject => ({
  kind: "incident",
  incident: "i-1",
  what,
  state,
  level: "high",
  alerts: 2,
});

describe("OCSF", () => {
  it("has an alert as a detection finding with its rule, technique and evidence", () => {
    expect(ocsfEvent(entry(ALERT))).toMatchObject({
      class_uid: 2004,
      class_name: "Detection Finding",
      category_name: "Findings",
      type_uid: 200_401,
      severity: "Critical",
      status_id: 1,
      status: "New",
      is_alert: true,
      finding_info: {
        uid: "a-1",
        title: "credential-access/dotenv-read",
        analytic: { uid: "credential-access/dotenv-read", type_id: 1 },
        attacks: [{ technique: { uid: "T1552" }, sub_technique: { uid: "T1552.001" } }],
      },
      evidences: [{ data: { events: [3, 4] }, actor: { session: { uid: ALERT["session"] } } }],
    });
  });

  it.each([
    ["opened", "open", { activity_name: "Create", status: "New" }],
    ["acknowledged", "investigating", { activity_name: "Update", status: "In Progress" }],
    ["contained", "contained", { activity_name: "Update", status: "In Progress" }],
    ["closed", "closed", { activity_name: "Close", status: "Closed" }],
    ["joined", "of another version", { activity_name: "Update", status: "Unknown" }],
  ])("has an incident that is %s as an incident finding", (what, state, expected) => {
    expect(ocsfEvent(entry(incident(what, state)))).toMatchObject({
      class_uid: 2005,
      severity: "High",
      priority: "High",
      ...expected,
      finding_info_list: [{ uid: "i-1", related_events_count: 2 }],
    });
  });
});

/** <https://www.elastic.co/docs/reference/ecs/ecs-allowed-values-event-category>: types that are expected of a category. */
const ECS_TYPES: Readonly<Record<string, readonly string[]>> = {
  api: "access admin allowed change creation deletion denied end info start user".split(" "),
  configuration: "access change creation deletion info".split(" "),
  database: "access change info error".split(" "),
  file: "access change creation deletion info".split(" "),
  host: "access change end info start".split(" "),
  intrusion_detection: "allowed denied info".split(" "),
  network: "access allowed connection denied end info protocol start".split(" "),
  process: "access change end info start".split(" "),
  session: "end info start".split(" "),
  web: "access error info".split(" "),
};
const ECS_KINDS = ["alert", "event", "state", "pipeline_error"];

describe("ECS", () => {
  it("has alerts and incidents as alerts, with rule and technique", () => {
    expect(ecsEvent(entry(ALERT))).toMatchObject({
      event: { kind: "alert", category: ["intrusion_detection"], severity: 5 },
      rule: { id: "credential-access/dotenv-read" },
      threat: { technique: { id: ["T1552"], subtechnique: { id: ["T1552.001"] } } },
    });
    expect(ecsEvent(entry(incident("opened", "open")))).toMatchObject({ event: { kind: "alert" } });
  });

  it.each(EVENT_KINDS)("has allowed words of %s", (kind) => {
    for (const tool of ["Bash", "Read", "Write", "WebFetch", "mcp__a__b"])
      for (const verdict of ["allow", "deny", "ask", "abstain"]) {
        const { event } = ecsEvent(entry({ kind, tool, verdict })) as {
          readonly event: {
            readonly kind: string;
            readonly outcome: string;
            readonly category: readonly string[];
            readonly type: readonly string[];
          };
        };
        expect(ECS_KINDS).toContain(event.kind);
        expect(["success", "failure", "unknown"]).toContain(event.outcome);
        expect(event.category.length * event.type.length).toBeGreaterThan(0);
        const expected = event.category.flatMap((one) => ECS_TYPES[one] ?? []);
        expect(event.type.filter((one) => !expected.includes(one))).toEqual([]);
      }
  });
});

it("has the numbers of the severities in rising order in each form, within its bounds", () => {
  const [cefs, otlps] = [
    SEVERITY_ROWS.map((row) => row.cef),
    SEVERITY_ROWS.map((row) => row.otlp[0]),
  ];
  expect(cefs).toEqual([...cefs].sort((one, other) => one - other));
  expect(Math.min(...cefs) >= 0 && Math.max(...cefs) <= 10).toBe(true);
  expect(otlps).toEqual([...otlps].sort((one, other) => one - other));
  expect(SEVERITY_ROWS.map(({ severity }) => severity)).toEqual([1, 2, 3, 4, 5]);
});

it.each([
  [{ kind: "failure" }, 4, "failure"],
  [{ kind: "secret", what: "failed", fault: "vault" }, 3, "failure"],
  [{ kind: "delivery", what: "dead" }, 4, "failure"],
  [{ kind: "delivery", what: "delivering" }, 3, "success"],
  [{ kind: "off", phase: "start" }, 5, "success"],
  [{ kind: "off", phase: "end" }, 2, "success"],
  [{ kind: "drift", how: "ran-refused" }, 5, "unknown"],
  [{ kind: "decision", verdict: "deny", enforced: false }, 5, "unknown"],
  [{ kind: "decision", verdict: "deny" }, 4, "failure"],
  [{ kind: "control", what: "lapsed" }, 4, "failure"],
  [{ kind: "egress", what: "refused" }, 3, "failure"],
  [{ kind: "toString" }, 2, "unknown"],
  [{ kind: "of a later version" }, 2, "unknown"],
])("%o has severity %i and outcome %s", (metadata, severity, outcome) => {
  expect([severityOf(metadata), outcomeOf(metadata)]).toEqual([severity, outcome]);
});

it("has a row for every kind of the log and for nothing else", () => {
  expect(Object.keys(EVENT_CLASSES)).toEqual([...EVENT_KINDS]);
});
