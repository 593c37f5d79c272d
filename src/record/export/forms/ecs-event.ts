// ECS: an event in the fields of the Elastic Common Schema 8.17; what it has no field for stands under `sallyport`.
import { finiteNumber } from "#base/json.ts";
import { timeText } from "../../event/describe.ts";
import type { JsonObject } from "../../log/leaf.ts";
import { ecsFormOf, FAULT_SEVERITY, happened, outcomeOf, severityOf } from "./event-classes.ts";
import { techniquesOf, titleOf, wordOf, wordsOf } from "./event-reading.ts";
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
        severity: FAULT_SEVERITY,
      },
      ...joined(join),
    };
  const { metadata, id, index, timeMs } = entry;
  const kind = wordOf(metadata["kind"]) ?? "unknown";
  const durationMs = finiteNumber(metadata["durationMs"]);
  const rule = kind === "alert" ? wordOf(metadata["what"]) : wordsOf(metadata["rules"])[0];
  const [program] = wordsOf(metadata["programs"]);
  return {
    "@timestamp": timeText(timeMs),
    ecs: { version: ECS_VERSION },
    message: titleOf(metadata),
    event: {
      ...formOf(metadata),
      id,
      sequence: index,
      action: wordOf(metadata["verdict"]) ?? happened(metadata) ?? kind,
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
    ...(rule === undefined ? {} : { rule: { id: rule, name: rule } }),
    ...threatOf(metadata),
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

/** `event.category` and `event.type` are lists of allowed words: <https://www.elastic.co/docs/reference/ecs/ecs-allowed-values-event-category>. */
function formOf(metadata: JsonObject): JsonObject {
  const form = ecsFormOf(metadata);
  if (!("of" in form))
    return { kind: form.kind, category: [...form.category], type: [...form.type] };
  const { verdict } = metadata;
  return { kind: verdict === "deny" ? "alert" : "event", ...toolForm(metadata) };
}

function toolForm(metadata: JsonObject): JsonObject {
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
  if (tool === "Bash") {
    const began = verdict === "deny" ? "info" : "start";
    return { category: ["process"], type: [metadata["kind"] === "result" ? "end" : began] };
  }
  if (tool !== undefined && /^(?:Read|Glob|Grep)$/.test(tool))
    return { category: ["file"], type: ["access"] };
  if (tool !== undefined && /^(?:Write|Edit|MultiEdit|NotebookEdit)$/.test(tool))
    return { category: ["file"], type: ["change"] };
  if (tool === "WebFetch" || tool === "WebSearch")
    return { category: ["network", "web"], type: ["access", ...decided] };
  return { category: ["api"], type: ["access", ...decided] };
}

/** Techniques of an alert, as its rule names them: `attack.t1552.001`. */
function threatOf(metadata: JsonObject): JsonObject {
  const ids = techniquesOf(metadata);
  if (ids.length === 0) return {};
  const whole = [...new Set(ids.map((id) => id.split(".")[0] ?? id))];
  const parts = ids.filter((id) => id.includes("."));
  return {
    threat: {
      framework: "MITRE ATT&CK",
      technique: {
        id: whole,
        ...(parts.length === 0 ? {} : { subtechnique: { id: parts } }),
      },
    },
  };
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
