// OCSF: an event as the class of the Open Cybersecurity Schema Framework that says most of it, with all its required attributes.
import { finiteNumber } from "#base/json.ts";
import type { JsonObject } from "../../log/leaf.ts";
import { classOfEvent, happened, type OcsfForm, severityOf, severityRow } from "./event-classes.ts";
import { titleOf, wordOf, wordsOf } from "./event-reading.ts";
import type { ExportEntry, JoinKeys } from "./exporter.ts";
import { findingClass, incidentClass, complianceClass, type OcsfClass } from "./ocsf-findings.ts";
import {
  actorOf,
  deviceOf,
  endpointOf,
  fileOf,
  agentOf,
  controlOf,
  statusOf,
  UNKNOWN,
  OTHER,
} from "./ocsf-objects.ts";

/** 1.9.0 (August 2026) tells the agent as an object of its own; receivers that know 1.8.0 alone are the rule. */
export const OCSF_VERSIONS = ["1.8.0", "1.9.0"] as const;
export type OcsfVersion = (typeof OCSF_VERSIONS)[number];

/** Captions of the categories and classes that events have. */
const CATEGORIES: Readonly<Record<number, string>> = {
  0: "Uncategorized",
  1: "System Activity",
  2: "Findings",
  3: "Identity & Access Management",
  4: "Network Activity",
  6: "Application Activity",
};
export const OCSF_CLASS_NAMES: Readonly<Record<number, string>> = {
  0: "Base Event",
  1001: "File System Activity",
  1007: "Process Activity",
  1008: "Event Log Activity",
  2003: "Compliance Finding",
  2004: "Detection Finding",
  2005: "Incident Finding",
  3004: "Entity Management",
  4001: "Network Activity",
  4002: "HTTP Activity",
  6002: "Application Lifecycle",
  6003: "API Activity",
};
/** Categories of 1.9.0 to which the profile `ai_operation` belongs: system, identity, network, application. */
const AGENT_CATEGORIES: ReadonlySet<number> = new Set([1, 3, 4, 6]);

/** The entry as an OCSF event. What no attribute tells stands in `unmapped`, word for word. */
export function ocsfEvent(entry: ExportEntry, version: OcsfVersion = "1.8.0"): JsonObject {
  const { join = {} } = entry;
  if (entry.kind === "fault") {
    const metadata = { kind: "fault", reason: entry.reason };
    return event(
      { ...entry, kind: "event", id: `entry-${entry.index}`, timeMs: 0, metadata },
      join,
      version,
    );
  }
  return event(entry, join, version);
}

function event(
  entry: ExportEntry & { readonly kind: "event" },
  join: JoinKeys,
  version: OcsfVersion,
): JsonObject {
  const { metadata, id, index, timeMs } = entry;
  const { category, uid, activity, activityName, attributes } = classOf(metadata, join, id);
  const severity = severityOf(metadata);
  const classUid = category * 1_000 + uid;
  const session = wordOf(metadata["session"]);
  const isControl = metadata["kind"] === "decision";
  const isOfAgent = version === "1.9.0" && session !== undefined && AGENT_CATEGORIES.has(category);
  return {
    activity_id: activity,
    ...(activityName === undefined ? {} : { activity_name: activityName }),
    category_uid: category,
    category_name: CATEGORIES[category] ?? UNKNOWN,
    class_uid: classUid,
    class_name: OCSF_CLASS_NAMES[classUid] ?? UNKNOWN,
    type_uid: classUid * 100 + activity,
    time: timeMs,
    severity_id: severity,
    severity: severityRow(severity).caption,
    message: titleOf(metadata),
    metadata: {
      version,
      uid: id,
      sequence: index,
      log_name: "sallyport",
      product: {
        name: "sallyport",
        vendor_name: "sallyport",
        ...(wordOf(metadata["product"]) === undefined
          ? {}
          : { version: wordOf(metadata["product"]) ?? "" }),
      },
      ...(session === undefined ? {} : { correlation_uid: session }),
      profiles: [
        ...("device" in attributes ? ["host"] : []),
        ...(isControl ? ["security_control"] : []),
        ...(isOfAgent ? ["ai_operation"] : []),
      ],
    },
    // A finding says how far it was looked into, and not whether something succeeded.
    ...statusOf(metadata),
    ...attributes,
    ...(isControl ? controlOf(metadata) : {}),
    ...(finiteNumber(metadata["durationMs"]) === undefined
      ? {}
      : { duration: Math.round(finiteNumber(metadata["durationMs"]) ?? 0) }),
    ...(isOfAgent ? { ai_agent: agentOf(metadata, session) } : {}),
    unmapped: { ...metadata, ...joinUnmapped(join, "file" in attributes) },
  };
}

/** Repository, branch, commit and job have no attribute in the classes used here, and a file only in that of files. */
function joinUnmapped(
  { repository, branch, commit, job, file }: JoinKeys,
  isOfFile: boolean,
): JsonObject {
  return {
    ...(repository === undefined ? {} : { repository }),
    ...(branch === undefined ? {} : { branch }),
    ...(commit === undefined ? {} : { commit }),
    ...(job === undefined ? {} : { job }),
    ...(file === undefined || isOfFile ? {} : { file }),
  };
}

function classOf(metadata: JsonObject, join: JoinKeys, id: string): OcsfClass {
  const form = classOfEvent(metadata)?.ocsf;
  const device = deviceOf(join);
  const actor = actorOf(metadata, join);
  const kind = wordOf(metadata["kind"]) ?? UNKNOWN;
  const word = happened(metadata) ?? kind;
  switch (form?.of) {
    case "tool":
      return toolClass(metadata, join, kind === "result");
    case "file": {
      const file = fileOf(join, wordOf(metadata["tool"]) ?? UNKNOWN);
      return {
        category: 1,
        uid: 1,
        ...named(FILES, form.activity, word),
        attributes: { actor, device, file },
      };
    }
    case "log":
      return {
        category: 1,
        uid: 8,
        ...named(LOGS, form.activity, word),
        attributes: {
          actor,
          device,
          log_name: "sallyport",
          log_type_id: 2,
          log_type: "Application",
        },
      };
    case "finding":
      return findingClass(metadata, join, id);
    case "incident":
      return incidentClass(metadata, id);
    case "compliance":
      return complianceClass(metadata, id);
    case "entity":
      return {
        category: 3,
        uid: 4,
        ...named(ENTITIES, activityFor(form, word), word),
        attributes: { entity: entityOf(metadata, kind), actor },
      };
    case "network": {
      const isRefused = metadata["what"] === "refused";
      return {
        category: 4,
        uid: 1,
        ...named(CONNECTIONS, isRefused ? 5 : 1, word),
        attributes: {
          actor,
          device,
          src_endpoint: endpointOf(join),
          dst_endpoint: targetOf(metadata),
        },
      };
    }
    case "application": {
      const app = form.app === "client" ? CLIENT : { name: "sallyport", vendor_name: "sallyport" };
      return {
        category: 6,
        uid: 2,
        ...named(LIVES, activityFor(form, word), word),
        attributes: form.app === "client" ? { app, actor, device } : { app, device },
      };
    }
    case "api":
      return {
        category: 6,
        uid: 3,
        ...named(CALLS, form.activity, word),
        attributes: {
          actor,
          device,
          src_endpoint: endpointOf(join),
          api: { operation: form.operation, service: { name: "sallyport" } },
        },
      };
    case undefined:
      return {
        category: 0,
        uid: 0,
        activity: OTHER,
        activityName: kind,
        attributes: { actor, device },
      };
    default:
      return form satisfies never;
  }
}

const CLIENT = { name: "Claude Code", vendor_name: "Anthropic" };
/** Captions of the activities of a class; 99 is named by the word of the event. */
const FILES: Captions = { 3: "Update" };
const LOGS: Captions = { 2: "Delete", 3: "Export", 4: "Archive", 5: "Rotate" };
const ENTITIES: Captions = {
  1: "Create",
  2: "Read",
  3: "Update",
  4: "Delete",
  8: "Enable",
  9: "Disable",
};
const CONNECTIONS: Captions = { 1: "Open", 5: "Refuse" };
const LIVES: Captions = { 3: "Start", 4: "Stop", 6: "Enable", 7: "Disable" };
const CALLS: Captions = { 1: "Create", 2: "Read", 3: "Update" };
type Captions = Readonly<Record<number, string>>;

function named(
  captions: Captions,
  activity: number,
  word: string,
): Pick<OcsfClass, "activity" | "activityName"> {
  return { activity, activityName: captions[activity] ?? word };
}

function activityFor(
  { activities, usual }: Extract<OcsfForm, { readonly activities: unknown }>,
  word: string,
): number {
  return Object.hasOwn(activities, word) ? (activities[word] ?? usual) : usual;
}

function entityOf(metadata: JsonObject, kind: string): JsonObject {
  const names = ["exception", "approval", "question", "statement", "erasure", "what"];
  return { type: kind, name: names.map((name) => wordOf(metadata[name])).find(Boolean) ?? kind };
}

/** The host stands in the log as a stand-in. */
function targetOf(metadata: JsonObject): JsonObject {
  const port = finiteNumber(metadata["port"]);
  const uid = wordOf(metadata["host"]);
  return {
    ...(uid === undefined ? { name: UNKNOWN } : { uid }),
    ...(port === undefined || !Number.isSafeInteger(port) ? {} : { port }),
  };
}

/** File tools of the client, with the activity of class 1001. */
const FILE_TOOLS: Readonly<Record<string, readonly [activity: number, name: string]>> = {
  Read: [2, "Read"],
  Glob: [2, "Read"],
  Grep: [2, "Read"],
  Write: [3, "Update"],
  Edit: [3, "Update"],
  MultiEdit: [3, "Update"],
  NotebookEdit: [3, "Update"],
};

function toolClass(metadata: JsonObject, join: JoinKeys, isResult: boolean): OcsfClass {
  const tool = wordOf(metadata["tool"]) ?? UNKNOWN;
  const actor = actorOf(metadata, join);
  const device = deviceOf(join);
  if (tool === "Bash") {
    const [name] = wordsOf(metadata["programs"]);
    return {
      category: 1,
      uid: 7,
      ...(isResult
        ? { activity: 2, activityName: "Terminate" }
        : { activity: 1, activityName: "Launch" }),
      attributes: {
        actor,
        device,
        process: {
          uid: wordOf(metadata["call"]) ?? UNKNOWN,
          ...(name === undefined ? {} : { name }),
        },
      },
    };
  }
  const file = Object.hasOwn(FILE_TOOLS, tool) ? FILE_TOOLS[tool] : undefined;
  if (file !== undefined) {
    const [activity, activityName] = file;
    return {
      category: 1,
      uid: 1,
      activity,
      activityName,
      attributes: { actor, device, file: fileOf(join, tool) },
    };
  }
  if (tool === "WebFetch")
    return {
      category: 4,
      uid: 2,
      activity: 3,
      activityName: "Get",
      attributes: {
        actor,
        device,
        src_endpoint: endpointOf(join),
        http_request: { http_method: "GET" },
      },
    };
  return {
    category: 6,
    uid: 3,
    activity: OTHER,
    activityName: "tools/call",
    attributes: {
      actor,
      device,
      src_endpoint: endpointOf(join),
      api: { operation: "tools/call", service: { name: tool } },
    },
  };
}
