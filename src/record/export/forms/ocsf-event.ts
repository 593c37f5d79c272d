// OCSF: an event as the class of the Open Cybersecurity Schema Framework that says most of it, with all its required attributes.
import { finiteNumber } from "#base/json.ts";
import type { JsonObject } from "../../log/leaf.ts";
import { severityOf, titleOf, wordOf, wordsOf } from "./event-reading.ts";
import type { ExportEntry, JoinKeys } from "./exporter.ts";

/** 1.9.0 (August 2026) tells the agent as an object of its own; receivers that know 1.8.0 alone are the rule. */
export const OCSF_VERSIONS = ["1.8.0", "1.9.0"] as const;
export type OcsfVersion = (typeof OCSF_VERSIONS)[number];

const UNKNOWN = "unknown";
const OTHER = 99;
const SEVERITIES = ["", "Informational", "Low", "Medium", "High", "Critical"] as const;

/** Category whose `status_id` tells how far a finding was looked into, and not whether something succeeded. */
const FINDINGS = 2;
/** Categories of 1.9.0 to which the profile `ai_operation` belongs: system, identity, network, application. */
const AGENT_CATEGORIES: ReadonlySet<number> = new Set([1, 3, 4, 6]);

/** A class with the activity: `class_uid` is category * 1000 + uid, `type_uid` is class_uid * 100 + activity. */
type OcsfClass = {
  readonly category: number;
  readonly uid: number;
  readonly activity: number;
  readonly activityName?: string;
  /** Attributes of the class beside those of every event. */
  readonly attributes: JsonObject;
};

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
    class_uid: classUid,
    type_uid: classUid * 100 + activity,
    time: timeMs,
    severity_id: severity,
    severity: SEVERITIES[severity] ?? "",
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
    ...attributes,
    ...(isControl ? controlOf(metadata) : {}),
    ...(category === FINDINGS ? { status_id: 1, status: "New" } : statusOf(metadata)),
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
  const kind = wordOf(metadata["kind"]);
  switch (kind) {
    case "decision":
    case "result":
      return toolClass(metadata, join, kind === "result");
    case "daemon":
      return {
        ...{ category: 6, uid: 2, ...lifecycle(metadata) },
        attributes: {
          app: { name: "sallyport", vendor_name: "sallyport" },
          device: deviceOf(join),
        },
      };
    case "drift":
    case "rejected":
    case "discrepancy":
      return {
        ...{ category: 2, uid: 4, activity: 1, activityName: "Create" },
        attributes: {
          finding_info: { uid: id, title: titleOf(metadata), types: [kind] },
          device: deviceOf(join),
          is_alert: true,
        },
      };
    case "policy":
    case "exception":
    case "statement":
    case "approval":
    case "question":
    case "config-change":
      return {
        ...{ category: 3, uid: 4, activity: 3, activityName: "Update" },
        attributes: {
          entity: {
            type: kind,
            name:
              wordOf(metadata["exception"]) ??
              wordOf(metadata["approval"]) ??
              wordOf(metadata["question"]) ??
              wordOf(metadata["what"]) ??
              kind,
          },
          actor: actorOf(metadata, join),
        },
      };
    default:
      return {
        ...{ category: 0, uid: 0, activity: OTHER, activityName: kind ?? UNKNOWN },
        attributes: { actor: actorOf(metadata, join), device: deviceOf(join) },
      };
  }
}

function lifecycle(metadata: JsonObject): Pick<OcsfClass, "activity" | "activityName"> {
  const phase = wordOf(metadata["phase"]) ?? wordOf(metadata["what"]);
  if (phase === "start") return { activity: 3, activityName: "Start" };
  if (phase === "stop") return { activity: 4, activityName: "Stop" };
  return { activity: OTHER, activityName: phase ?? "Other" };
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
      ...{ category: 1, uid: 7 },
      ...(isResult
        ? { activity: 2, activityName: "Terminate" }
        : { activity: 1, activityName: "Launch" }),
      attributes: {
        ...{ actor, device },
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
      ...{ category: 1, uid: 1, activity, activityName },
      attributes: { actor, device, file: fileOf(join, tool) },
    };
  }
  if (tool === "WebFetch")
    return {
      ...{ category: 4, uid: 2, activity: 3, activityName: "Get" },
      attributes: {
        actor,
        device,
        src_endpoint: endpointOf(join),
        http_request: { http_method: "GET" },
      },
    };
  return {
    ...{ category: 6, uid: 3, activity: OTHER, activityName: "tools/call" },
    attributes: {
      ...{ actor, device, src_endpoint: endpointOf(join) },
      api: { operation: "tools/call", service: { name: tool } },
    },
  };
}

/** What stands for a name that stays here: the class demands one, and the kind of place is no name of a file. */
const UNNAMED = "(sealed)";
const REGULAR_FILE = 1;

/** The object `file`: a path as it is, or a stand-in. The kind of place is told with the effects, in `unmapped`. */
function fileOf({ file }: JoinKeys, tool: string): JsonObject {
  // A search names the folder that it begins in, or a file: nobody looked.
  const type_id = tool === "Glob" || tool === "Grep" ? 0 : REGULAR_FILE;
  if (file === undefined) return { name: UNNAMED, type_id };
  if (/^f:[\w-]{22}$/.test(file)) return { name: file, uid: file, type_id };
  const parts = file.split("/");
  const parent = parts.slice(0, -1).join("/");
  return {
    name: parts.at(-1) || file,
    path: file,
    ...(parent === "" ? {} : { parent_folder: parent }),
    type_id,
  };
}

function actorOf(metadata: JsonObject, { user }: JoinKeys): JsonObject {
  const session = wordOf(metadata["session"]);
  return {
    // What the daemon or an operator does is no act of the client.
    app_name: wordOf(metadata["submitter"]) === "hook" ? "Claude Code" : "sallyport",
    ...(user === undefined ? {} : { user: user.startsWith("u:") ? { uid: user } : { name: user } }),
    ...(session === undefined ? {} : { session: { uid: session } }),
  };
}

function deviceOf({ host }: JoinKeys): JsonObject {
  return { type_id: 0, ...endpointOf(host === undefined ? {} : { host }) };
}

function endpointOf({ host }: JoinKeys): JsonObject {
  if (host === undefined) return { name: UNKNOWN };
  return host.startsWith("h:") ? { uid: host } : { hostname: host };
}

function agentOf(metadata: JsonObject, session: string): JsonObject {
  return {
    uid: wordOf(metadata["agent"]) ?? "main",
    instance_uid: session,
    name: "Claude Code",
    type_id: 1,
    type: "Native",
  };
}

/** Profile security_control. An `ask` is not decided yet; `abstain` leaves it to the client. */
function controlOf(metadata: JsonObject): JsonObject {
  const verdict = wordOf(metadata["verdict"]);
  const isEnforced = metadata["enforced"] !== false;
  const rules = wordsOf(metadata["rules"]);
  const [action, disposition] =
    verdict === "deny" && isEnforced
      ? [
          { action_id: 2, action: "Denied" },
          { disposition_id: 2, disposition: "Blocked" },
        ]
      : verdict === "allow" || (verdict === "deny" && !isEnforced)
        ? [
            { action_id: 1, action: "Allowed" },
            { disposition_id: 1, disposition: "Allowed" },
          ]
        : [
            { action_id: 0, action: "Unknown" },
            { disposition_id: OTHER, disposition: verdict ?? "Other" },
          ];
  return {
    ...action,
    ...disposition,
    is_alert: verdict === "deny",
    ...(rules[0] === undefined ? {} : { policy: { name: rules[0], uid: rules[0] } }),
  };
}

function statusOf(metadata: JsonObject): JsonObject {
  const outcome = wordOf(metadata["outcome"]);
  if (metadata["verdict"] === "deny" && metadata["enforced"] !== false)
    return { status_id: 2, status: "Failure" };
  if (outcome === "success") return { status_id: 1, status: "Success" };
  if (outcome === "failure") return { status_id: 2, status: "Failure" };
  return { status_id: 0, status: "Unknown" };
}
