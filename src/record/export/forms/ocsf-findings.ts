// Classes of OCSF for what somebody should look at: a detection, an incident, a control that lapsed.
import { finiteNumber } from "#base/json.ts";
import type { JsonObject } from "../../log/leaf.ts";
import { severityOf } from "./event-classes.ts";
import { techniquesOf, titleOf, wordOf } from "./event-reading.ts";
import type { JoinKeys } from "./exporter.ts";
import { actorOf, deviceOf, UNKNOWN } from "./ocsf-objects.ts";

/** A class with the activity: `class_uid` is category * 1000 + uid, `type_uid` is class_uid * 100 + activity. */
export type OcsfClass = {
  readonly category: number;
  readonly uid: number;
  readonly activity: number;
  readonly activityName?: string;
  /** Attributes of the class beside those of every event. */
  readonly attributes: JsonObject;
};

/** A detection finding: its rule and techniques, the entries of the log that it rests on, and whose session it is about. */
export function findingClass(metadata: JsonObject, join: JoinKeys, id: string): OcsfClass {
  const kind = wordOf(metadata["kind"]) ?? UNKNOWN;
  const rule = kind === "alert" ? wordOf(metadata["what"]) : undefined;
  const session = wordOf(metadata["session"]);
  const attacks = techniquesOf(metadata).map((technique) => {
    const [whole = technique] = technique.split(".");
    return whole === technique
      ? { technique: { uid: technique } }
      : { technique: { uid: whole }, sub_technique: { uid: technique } };
  });
  const facts = ["events", "repeats", "call", "how", "code", "count", "drill"];
  return {
    category: 2,
    uid: 4,
    activity: 1,
    activityName: "Create",
    attributes: {
      finding_info: {
        uid: wordOf(metadata["alert"]) ?? id,
        title: rule ?? titleOf(metadata),
        types: [kind],
        ...(rule === undefined
          ? {}
          : { analytic: { name: rule, uid: rule, type_id: 1, type: "Rule" } }),
        ...(attacks.length === 0 ? {} : { attacks }),
      },
      evidences: [
        {
          name: "sallyport log",
          data: Object.fromEntries([
            ["entry", id],
            ...facts.flatMap((name) =>
              metadata[name] === undefined ? [] : [[name, metadata[name]]],
            ),
          ]),
          ...(session === undefined ? {} : { actor: actorOf(metadata, join) }),
        },
      ],
      device: deviceOf(join),
      is_alert: true,
      status_id: 1,
      status: "New",
    },
  };
}

/** Where an incident stands, as class 2005 has it. */
const INCIDENT_STATUS: Readonly<Record<string, readonly [number, string]>> = {
  open: [1, "New"],
  investigating: [2, "In Progress"],
  contained: [2, "In Progress"],
  closed: [5, "Closed"],
};
/** By our severities. */
const PRIORITIES = [
  ...[[0, "Unknown"] as const, [1, "Low"] as const, [1, "Low"] as const],
  ...[[2, "Medium"] as const, [3, "High"] as const, [4, "Critical"] as const],
] as const;

export function incidentClass(metadata: JsonObject, id: string): OcsfClass {
  const state = wordOf(metadata["state"]) ?? UNKNOWN;
  const [status, caption] = (Object.hasOwn(INCIDENT_STATUS, state)
    ? INCIDENT_STATUS[state]
    : undefined) ?? [0, "Unknown"];
  const what = wordOf(metadata["what"]);
  const [activity, activityName] =
    what === "opened" ? [1, "Create"] : state === "closed" ? [3, "Close"] : [2, "Update"];
  const [priority, priorityName] = PRIORITIES[severityOf(metadata)] ?? PRIORITIES[0];
  const alerts = finiteNumber(metadata["alerts"]);
  const uid = wordOf(metadata["incident"]) ?? id;
  return {
    category: 2,
    uid: 5,
    activity,
    activityName,
    attributes: {
      finding_info_list: [
        {
          uid,
          title: titleOf(metadata),
          types: ["incident"],
          ...(alerts === undefined || !Number.isSafeInteger(alerts)
            ? {}
            : { related_events_count: alerts }),
        },
      ],
      desc: titleOf(metadata),
      status_id: status,
      status: caption,
      priority_id: priority,
      priority: priorityName,
      ...(metadata["drill"] === true ? { verdict_id: 6, verdict: "Test" } : {}),
      // WHY: the class demands one of the two, and who is on duty is known where it goes.
      assignee_group: { name: "unassigned" },
    },
  };
}

export function complianceClass(metadata: JsonObject, id: string): OcsfClass {
  const control = wordOf(metadata["control"]) ?? UNKNOWN;
  const isLapsed = metadata["what"] === "lapsed";
  return {
    category: 2,
    uid: 3,
    activity: 2,
    activityName: "Update",
    attributes: {
      finding_info: { uid: id, title: titleOf(metadata), types: ["control"] },
      compliance: {
        control,
        standards: [control.split("/")[0] ?? control],
        ...(isLapsed ? { status_id: 3, status: "Fail" } : { status_id: 1, status: "Pass" }),
      },
      ...(isLapsed ? { status_id: 1, status: "New" } : { status_id: 4, status: "Resolved" }),
    },
  };
}
