// One line for a person about one event. What a log says is foreign text: nothing of it may steer the terminal.
import { printable } from "#base/printable.ts";
import type { DecodedLeaf, JsonObject } from "../log/leaf.ts";
import { saidIn } from "./readable-part.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";

const CELL_CHARS_MAX = 400;

/** Time, verdict or kind, tool, command or effects, rule: one line without its end. `sealed` when it could be opened. */
export function describeEvent(leaf: DecodedLeaf, sealed: JsonObject | undefined): string {
  const { metadata } = leaf;
  const kind = word(metadata["kind"]);
  const head = kind === "decision" ? word(metadata["verdict"]) : kind;
  return [
    timeText(leaf.timeMs),
    head.padEnd(8),
    word(metadata["tool"]).padEnd(8),
    subjectOf(kind, metadata, sealed),
  ]
    .join("  ")
    .trimEnd();
}

/** What a table of events says of one besides its time, verdict and tool; empty where there is nothing more. */
export function eventSubject({ metadata }: DecodedLeaf, sealed: JsonObject | undefined): string {
  return subjectOf(word(metadata["kind"]), metadata, sealed).trim();
}

/** Unix milliseconds as ISO 8601 in UTC, or as they are: dates end in the year 275760, and an id may claim later. */
export function timeText(timeMs: number): string {
  return timeMs <= 8.64e15 ? new Date(timeMs).toISOString() : String(timeMs);
}

function subjectOf(kind: string, metadata: JsonObject, sealed: JsonObject | undefined): string {
  switch (kind) {
    case "decision":
      return decisionText(metadata, sealed);
    case "result": {
      const { machinePorts, orders } = metadata;
      const told = Array.isArray(orders) ? ` orders=${orders.join(",")}` : "";
      const reached = Array.isArray(machinePorts) ? ` machinePorts=${machinePorts.join(",")}` : "";
      return `${word(metadata["outcome"])} ${numbers(metadata, ["durationMs", "responseSize", "redacted"])}${reached}${told}`;
    }
    case "change":
      return `${counts(metadata["changes"])} ${numbers(metadata, ["unchanged", "changesOmitted"])} ${word(sealed?.["branch"])} ${word(sealed?.["commit"]).slice(0, 12)}`.trimEnd();
    case "batch":
      return `${numbers(metadata, ["calls", "malformed", "unjudgedCount"])} certain=${word(metadata["certain"])}`;
    case "failure":
      return `${word(metadata["code"])} in ${word(metadata["where"])}, answered ${word(metadata["answer"])}`;
    case "rejected":
      return `${word(metadata["cause"])} ${numbers(metadata, ["count"])}`;
    case "imported":
      return `${word(metadata["form"])} line ${word(metadata["line"])} of ${word(metadata["source"])} ${typeof metadata["claimedMs"] === "number" ? timeText(metadata["claimedMs"]) : ""} ${word(metadata["outcome"])} ${commandOf(sealed) ?? ""}`.trimEnd();
    case "import":
      return `${shortDigest(metadata["source"])} ${numbers(metadata, ["records", "unread", "damaged", "bytes"])}`;
    case "secret":
      return `${word(metadata["what"])} ${word(sealed?.["name"] ?? metadata["secret"])} ${word(metadata["version"])} ${word(metadata["fault"])}`.trimEnd();
    case "telemetry":
      return `${word(metadata["event"])} ${word(metadata["outcome"])} ${numbers(metadata, ["sequence", "durationMs"])} ${membersOf(metadata["words"])} ${membersOf(metadata["sizes"])}`.trimEnd();
    case "discrepancy":
      return `${word(metadata["what"])} ${word(metadata["code"])} ${numbers(metadata, ["first", "count"])} certain=${word(metadata["certain"])}`;
    case "signature":
      return `${word(metadata["what"])} ${word(sealed?.["object"]).slice(0, 12)}`.trimEnd();
    case "remote":
      return `${word(metadata["what"])} ${numbers(metadata, ["refs"])} ${word(sealed?.["remote"])}`.trimEnd();
    case "credential":
      return `${word(metadata["what"])} ${word(sealed?.["name"])} ${word(sealed?.["host"])} ${numbers(metadata, ["requests"])}${metadata["grant"] === undefined ? "" : ` under ${word(metadata["grant"])}`}`.trimEnd();
    case "drift":
      if (metadata["judged"] === undefined)
        return `${word(metadata["how"])} ${word(metadata["tool"])}`;
      return `${word(metadata["how"])}: ${word(metadata["judged"])} -> ${word(metadata["now"])}`;
    case "hook":
      return `${eventName(metadata, sealed)} ${membersOf(metadata["words"])} ${membersOf(metadata["sizes"])} ${numbers(metadata, ["durationMs"])} ${saidWord(sealed) ?? ""}`.trimEnd();
    case "mcp":
      return `${word(metadata["what"])} ${word(metadata["rule"])} ${word(sealed?.["server"] ?? metadata["server"])} ${word(sealed?.["tool"] ?? metadata["tool"])} ${numbers(metadata, ["times"])}`;
    default:
      return keepingText(kind, metadata);
  }
}

/** Of a decision what would have run, the first rule, and why the answer was not the rule's. */
function decisionText(metadata: JsonObject, sealed: JsonObject | undefined): string {
  const rules = metadata["rules"];
  const rule = Array.isArray(rules) ? word(rules[0]) : "";
  const under = metadata["exceptions"];
  const excepted = Array.isArray(under) ? ` (exception ${under.map(word).join(", ")})` : "";
  const others = metadata["approvals"];
  const approved = Array.isArray(others) ? ` (approval ${others.map(word).join(", ")})` : "";
  const chains = metadata["chains"];
  const ending = Array.isArray(chains) ? ` (ends ${chains.map(word).join(", ")})` : "";
  const unenforced = metadata["observed"] === true ? " (observed)" : " (not enforced)";
  const note = `${excepted}${approved}${ending}${metadata["enforced"] === false ? unenforced : ""}${metadata["canary"] === true ? " (canary)" : ""}`;
  return `${commandOf(sealed) ?? counts(metadata["effects"])}  [${rule}]${note}`;
}

function drillMark(metadata: JsonObject): string {
  return metadata["drill"] === true ? " (drill)" : "";
}

/** The subject of what was done with the guard and its log. */
function keepingText(kind: string, metadata: JsonObject): string {
  switch (kind) {
    case "off":
      return `${word(metadata["phase"])} ${numbers(metadata, ["minutes"])} ${word(metadata["scope"])}`;
    case "statement":
      return `${word(metadata["phase"])} ${word(metadata["what"])} ${word(metadata["statement"])} ${numbers(metadata, ["minutes"])}`;
    case "alert":
      return `${word(metadata["level"])} ${word(metadata["what"])}${drillMark(metadata)}`;
    case "incident":
      return (
        `${word(metadata["incident"])} ${word(metadata["what"])} ${word(metadata["playbook"])} ${word(metadata["step"])} ${word(metadata["state"])}`.replaceAll(
          / {2,}/g,
          " ",
        ) + drillMark(metadata)
      );
    case "erasure":
      return `${word(metadata["erasure"])} ${numbers(metadata, ["events", "removed", "rewritten", "left"])}`;
    case "erasure-request":
      return `${word(metadata["what"])} ${word(metadata["target"])} ${word(metadata["to"])} ${word(metadata["erasure"])} ${numbers(metadata, ["entries"])}`;
    case "person-request":
      return `${word(metadata["what"])} ${word(metadata["right"])} ${word(metadata["request"])}`;
    case "raw":
      return `${word(metadata["what"])} ${word(metadata["event"] ?? metadata["approval"])} ${numbers(metadata, ["days"])}`.trimEnd();
    case "dashboard":
      return `${word(metadata["what"])} ${word(metadata["page"])} ${word(metadata["role"])} ${numbers(metadata, ["count"])}`;
    case "undo":
      return `${word(metadata["what"])} ${word(metadata["undo"])} ${numbers(metadata, ["files", "kept"])}`;
    case "control":
      return `${word(metadata["what"])} ${word(metadata["control"])} ${word(metadata["status"])} ${numbers(metadata, ["gaps"])}`;
    case "isolation":
      return `${word(metadata["what"])} ${word(metadata["where"])} tier=${word(metadata["tier"])} ${numbers(metadata, ["reachable", "refused", "absent", "unknown"])} ${Array.isArray(metadata["areas"]) ? metadata["areas"].map(word).join(",") : ""}`.trimEnd();
    case "fleet":
      return `${word(metadata["what"])} ${word(metadata["tier"])} ${numbers(metadata, ["entry"])}`;
    case "egress":
      return `${word(metadata["what"])} ${word(metadata["class"])} ${word(metadata["host"])} ${word(metadata["why"])} ${numbers(metadata, ["port", "times", "sent", "received"])}`;
    case "disclosure":
      return numbers(metadata, ["events", "places"]);
    case "hold":
      return `${word(metadata["phase"])} ${word(metadata["what"])} ${word(metadata["hold"])}`;
    case "exception":
      return `${word(metadata["phase"])} ${word(metadata["exception"])} ${numbers(metadata, ["minutes", "uses"])}`;
    case "approval":
      return `${word(metadata["phase"])} ${word(metadata["approval"])} ${word(metadata["key"])} ${numbers(metadata, ["approved", "people", "minutes"])} ${word(metadata["code"])}`.trimEnd();
    case "question":
      return `${word(metadata["phase"])} ${word(metadata["question"])} ${word(metadata["verdict"])} ${word(metadata["where"])} ${numbers(metadata, ["waitedMs"])} ${word(metadata["code"])}`
        .replaceAll(/ {2,}/g, " ")
        .trimEnd();
    case "recovery":
      return `${word(metadata["cause"])} ${numbers(metadata, ["entries", "tornBytes", "refused"])}`;
    case "witness":
      return `${word(metadata["what"])} ${word(metadata["witness"])} ${word(metadata["cause"])} ${numbers(metadata, ["size", "known"])}`;
    case "log-key":
      return `${word(metadata["what"])} ${numbers(metadata, ["size"])} ${shortDigest(metadata["digest"])}`;
    case "archive":
      return `${word(metadata["what"])} ${word(metadata["where"])} ${numbers(metadata, ["from", "end", "segments", "bytes"])} ${word(metadata["code"])}`.trimEnd();
    case "retention":
      return `${word(metadata["what"])} ${word(metadata["frameworks"])} ${numbers(metadata, ["hereDays", "textDays", "end", "files", "keys", "events"])} ${word(metadata["code"])}`.trimEnd();
    case "pruned":
      return numbers(metadata, ["before", "size"]);
    case "delivery":
      return `${word(metadata["what"])} ${word(metadata["target"])} ${word(metadata["reason"])} ${numbers(metadata, ["count"])}`;
    case "clock":
      return `${word(metadata["went"])} ${numbers(metadata, ["jumpMs"])}`;
    case "late":
      return `${word(metadata["event"])} ${numbers(metadata, ["lateMs"])}`;
    case "policy":
      if (metadata["deployment"] !== undefined)
        return `${word(metadata["what"])} ${word(metadata["deployment"])} ${word(metadata["layer"])} ${shortDigest(metadata["inForce"])} ${numbers(metadata, ["files"])}`;
      return `${word(metadata["what"])} ${shortDigest(metadata["before"])} -> ${shortDigest(metadata["inForce"])} ${word(metadata["code"])} ${numbers(metadata, ["line", "column"])}`.trimEnd();
    default:
      return ["phase", "source", "outcome", "why", "event", "mode"]
        .map((name) => word(metadata[name]))
        .filter(Boolean)
        .join(" ");
  }
}

/** An event that this version does not know has its name sealed. */
function eventName(metadata: JsonObject, sealed: JsonObject | undefined): string {
  const name = word(metadata["event"]);
  return name === "other" && typeof sealed?.["event"] === "string" ? word(sealed["event"]) : name;
}

function shortDigest(value: Json | undefined): string {
  return word(value).slice(0, 12);
}

function membersOf(values: Json | undefined): string {
  if (typeof values !== "object" || values === null || Array.isArray(values)) return "";
  return Object.entries(values)
    .map(([name, value]) => `${word(name)}=${word(value)}`)
    .join(" ");
}

/** What the call said, on one line. */
function saidWord(sealed: JsonObject | undefined): string | undefined {
  const text = saidIn(sealed);
  return text === undefined ? undefined : word(text.replaceAll(/\s+/g, " "));
}

/** What it said, or the normalised command, unless that is one placeholder and says less than the effects. */
function commandOf(sealed: JsonObject | undefined): string | undefined {
  const said = saidWord(sealed);
  if (said !== undefined) return said;
  const command = sealed?.["command"];
  return typeof command !== "string" || /^<word:\w+>$/.test(command) ? undefined : word(command);
}

function counts(effects: Json | undefined): string {
  if (typeof effects !== "object" || effects === null || Array.isArray(effects)) return "";
  return Object.entries(effects)
    .map(([name, count]) => (count === 1 ? word(name) : `${word(name)} x${word(count)}`))
    .join(", ");
}

function numbers(metadata: JsonObject, names: readonly string[]): string {
  return names
    .filter((name) => typeof metadata[name] === "number")
    .map((name) => `${name}=${word(metadata[name])}`)
    .join(" ");
}

function word(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return printable(text.length > CELL_CHARS_MAX ? `${text.slice(0, CELL_CHARS_MAX)}...` : text);
}
