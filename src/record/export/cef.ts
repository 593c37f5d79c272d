// cef: ArcSight Common Event Format, version 0, without a syslog header, which the forwarder puts in front.
import { printable, printableJson } from "#base/printable.ts";
import type { JsonObject } from "../log/leaf.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import {
  FAULT_SEVERITY,
  happened,
  outcomeOf,
  severityOf,
  severityRow,
} from "./forms/event-classes.ts";
import type { Exporter, ExportEntry, JoinKeys } from "./forms/exporter.ts";

/** Lengths that the format gives its fields, in characters. */
const MSG_CHARS_MAX = 1_023;
const CUSTOM_CHARS_MAX = 4_000;
const WORD_CHARS_MAX = 63;

/** Metadata that a field of its own tells. */
const TOLD: readonly string[] = [
  "kind",
  "product",
  "verdict",
  "outcome",
  "tool",
  "rules",
  "session",
  "call",
  "submitter",
  "doubts",
  "effects",
  "enforced",
];

/** Header: `CEF:0|sallyport|sallyport|<version>|<kind>|<name>|<severity>|`, then the extension. */
export const cef: Exporter = {
  id: "cef",
  title: "Common Event Format, for security monitoring",
  head: undefined,
  line: (entry) => {
    const kind = entry.kind === "fault" ? "fault" : word(entry.metadata["kind"]);
    const verdict = entry.kind === "fault" ? "" : word(entry.metadata["verdict"]);
    const name = kind === "decision" ? `${kind}/${verdict}` : kind;
    const version = entry.kind === "fault" ? "" : word(entry.metadata["product"]);
    const { cef: severity } = severityRow(
      entry.kind === "fault" ? FAULT_SEVERITY : severityOf(entry.metadata),
    );
    const header = ["sallyport", "sallyport", version, kind, name, String(severity)];
    const extension = fieldsOf(entry).flatMap(([key, value]) =>
      value === "" ? [] : [`${key}=${extensionText(value)}`],
    );
    return `CEF:0|${header.map(headerText).join("|")}|${extension.join(" ")}`;
  },
};

function fieldsOf(entry: ExportEntry): readonly (readonly [key: string, value: string])[] {
  if (entry.kind === "fault") {
    return [
      ["cn1Label", "index"],
      ["cn1", String(entry.index)],
      ["msg", cut(entry.reason, MSG_CHARS_MAX)],
    ];
  }
  const { metadata, join = {} } = entry;
  return [
    ["rt", String(entry.timeMs)],
    ["externalId", entry.id],
    ["cn1Label", "index"],
    ["cn1", String(entry.index)],
    ["act", cut(word(metadata["verdict"]) || (happened(metadata) ?? ""), WORD_CHARS_MAX)],
    ["outcome", outcomeOf(metadata)],
    ["cat", cut(word(metadata["tool"]), WORD_CHARS_MAX)],
    ["reason", cut(listText(metadata["rules"]), MSG_CHARS_MAX)],
    ...custom(1, "session", metadata, "session"),
    ...custom(2, "call", metadata, "call"),
    ...custom(3, "submitter", metadata, "submitter"),
    ...custom(4, "doubts", metadata, "doubts"),
    ...custom(5, "effects", metadata, "effects"),
    ...custom(6, "enforced", metadata, "enforced"),
    ["suser", cut(join.user ?? "", MSG_CHARS_MAX)],
    ["dvchost", cut(join.host ?? "", MSG_CHARS_MAX)],
    ["filePath", cut(join.file ?? "", MSG_CHARS_MAX)],
    ["msg", cut(restText({ ...metadata, ...restOf(join) }), MSG_CHARS_MAX)],
  ];
}

/** What no other field says, as JSON: the phase of a time off, the cause of a recovery. Cut where it is long. */
function restText(metadata: JsonObject): string {
  const rest = Object.entries(metadata).filter(([name]) => !TOLD.includes(name));
  return rest.length === 0 ? "" : printableJson(Object.fromEntries(rest));
}

/** Keys that CEF has no field for. */
function restOf({ repository, branch, commit, job }: JoinKeys): JsonObject {
  return {
    ...(repository === undefined ? {} : { repository }),
    ...(branch === undefined ? {} : { branch }),
    ...(commit === undefined ? {} : { commit }),
    ...(job === undefined ? {} : { job }),
  };
}

/** A custom string with its label, or nothing where the event does not say it. */
function custom(place: number, label: string, metadata: JsonObject, name: string) {
  const value = Object.hasOwn(metadata, name) ? listText(metadata[name]) : "";
  if (value === "") return [];
  return [
    [`cs${place}Label`, label],
    [`cs${place}`, cut(value, CUSTOM_CHARS_MAX)],
  ] as const;
}

function listText(value: Json | undefined): string {
  if (Array.isArray(value)) return value.map(word).join(",");
  return word(value);
}

function word(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : printableJson(value);
}

function cut(value: string, charsMax: number): string {
  return value.slice(0, charsMax);
}

/** A pipe would end the field, a newline the entry. */
function headerText(value: string): string {
  return printable(cut(value, WORD_CHARS_MAX)).replaceAll(/[\\|]/g, "\\$&");
}

/** WHY spaces are harmless: `=` is escaped, so no text within a value reads as the next field. */
function extensionText(value: string): string {
  return printable(value).replaceAll(/[\\=]/g, "\\$&");
}
