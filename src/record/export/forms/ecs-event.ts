// ECS: an event in the fields of the Elastic Common Schema 8.17; what it has no field for stands under `sallyport`.
import { finiteNumber } from "#base/json.ts";
import { timeText } from "../../event/describe.ts";
import type { JsonObject } from "../../log/leaf.ts";
import { severityOf, titleOf, wordOf, wordsOf } from "./event-reading.ts";
import type { ExportEntry, JoinKeys } from "./exporter.ts";

const ECS_VERSION = "8.17.0";

/** The entry as one document. `event.id` is its id; the id of the document is for whoever stores it. */
export function ecsEvent(entry: ExportEntry): JsonObject {
  const { join = {} } = entry;
  if (entry.kind === "fault")
    return {
      "@timestamp": timeText(0),
      ecs: { version: ECS_VERSION },
      event: {
        kind: "pipeline_error",
        id: `entry-${entry.index}`,
        sequence: entry.index,
        reason: entry.reason,
        module: "sallyport",
      },
      ...joined(join),
    };
  const { metadata, id, index, timeMs } = entry;
  const kind = wordOf(metadata["kind"]) ?? "unknown";
  const durationMs = finiteNumber(metadata["durationMs"]);
  const rules = wordsOf(metadata["rules"]);
  const [program] = wordsOf(metadata["programs"]);
  return {
    "@timestamp": timeText(timeMs),
    ecs: { version: ECS_VERSION },
    message: titleOf(metadata),
    event: {
      kind: ALERTS.includes(kind) || metadata["verdict"] === "deny" ? "alert" : "event",
      ...categoryOf(kind, metadata),
      id,
      sequence: index,
      action:
        wordOf(metadata["verdict"]) ??
        wordOf(metadata["what"]) ??
        wordOf(metadata["phase"]) ??
        kind,
      outcome: outcomeOf(metadata),
      module: "sallyport",
      dataset: "sallyport.event",
      provider: wordOf(metadata["submitter"]) ?? "unknown",
      severity: severityOf(metadata),
      // ECS counts durations in nanoseconds.
      ...(durationMs === undefined ? {} : { duration: Math.round(durationMs * 1_000_000) }),
    },
    observer: {
      vendor: "sallyport",
      product: "sallyport",
      type: "policy",
      ...(wordOf(metadata["product"]) === undefined
        ? {}
        : { version: wordOf(metadata["product"]) ?? "" }),
    },
    ...(rules[0] === undefined ? {} : { rule: { id: rules[0], name: rules[0] } }),
    ...(program === undefined ? {} : { process: { name: program } }),
    ...joined(join),
    ...(join.file === undefined ? {} : { file: { path: join.file } }),
    sallyport: {
      ...metadata,
      ...(join.repository === undefined ? {} : { repository: join.repository }),
      ...(join.branch === undefined ? {} : { branch: join.branch }),
      ...(join.commit === undefined ? {} : { commit: join.commit }),
      ...(join.job === undefined ? {} : { job: join.job }),
    },
  };
}

const ALERTS: readonly string[] = ["drift", "rejected", "discrepancy"];

/** `event.category` and `event.type` are lists of allowed words: <https://www.elastic.co/docs/reference/ecs/ecs-allowed-values-event-category>. */
function categoryOf(kind: string, metadata: JsonObject): JsonObject {
  const tool = wordOf(metadata["tool"]);
  const verdict = wordOf(metadata["verdict"]);
  const decided =
    verdict === "deny"
      ? ["denied"]
      : verdict === "allow"
        ? ["allowed"]
        : verdict === undefined
          ? []
          : ["info"];
  switch (kind) {
    case "decision":
    case "result": {
      if (tool === "Bash") {
        const began = verdict === "deny" ? "info" : "start";
        return { category: ["process"], type: [kind === "result" ? "end" : began] };
      }
      if (tool !== undefined && /^(?:Read|Glob|Grep)$/.test(tool))
        return { category: ["file"], type: ["access"] };
      if (tool !== undefined && /^(?:Write|Edit|MultiEdit|NotebookEdit)$/.test(tool))
        return { category: ["file"], type: ["change"] };
      if (tool === "WebFetch" || tool === "WebSearch")
        return { category: ["network", "web"], type: ["access", ...decided] };
      return { category: ["api"], type: ["access", ...decided] };
    }
    case "policy":
    case "config-change":
    case "exception":
    case "statement":
    case "approval":
    case "question":
      return { category: ["configuration"], type: ["change"] };
    case "session":
      return { category: ["session"], type: ["start"] };
    case "change":
      return { category: ["file"], type: ["change"] };
    case "drift":
    case "rejected":
    case "discrepancy":
      return { category: ["intrusion_detection"], type: ["info"] };
    default:
      return { category: ["host"], type: ["info"] };
  }
}

function outcomeOf(metadata: JsonObject): "success" | "failure" | "unknown" {
  const outcome = wordOf(metadata["outcome"]);
  if (outcome === "success" || outcome === "failure") return outcome;
  if (metadata["verdict"] === "deny") return "failure";
  return metadata["verdict"] === "allow" ? "success" : "unknown";
}

/** A pseudonym is an id and no name. */
function joined({ user, host }: JoinKeys): JsonObject {
  return {
    ...(user === undefined ? {} : { user: user.startsWith("u:") ? { id: user } : { name: user } }),
    ...(host === undefined
      ? {}
      : { host: host.startsWith("h:") ? { id: host } : { name: host, hostname: host } }),
  };
}
