// cef: ArcSight Common Event Format, version 0, without a syslog header, which the forwarder puts in front.
import { printable } from "#base/printable.ts";
import type { JsonObject } from "../log/leaf.ts";
import {
  FAULT_SEVERITY,
  happened,
  outcomeOf,
  severityOf,
  severityRow,
} from "./forms/event-classes.ts";
import type { Exporter, ExportEntry } from "./forms/exporter.ts";
import {
  cut,
  listText,
  MSG_CHARS_MAX,
  restText,
  word,
  WORD_CHARS_MAX,
} from "./forms/pair-texts.ts";

/** Length that the format gives its custom fields, in characters. */
const CUSTOM_CHARS_MAX = 4_000;

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
    ["msg", restText(metadata, join)],
  ];
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

/** A pipe would end the field, a newline the entry. */
function headerText(value: string): string {
  return printable(cut(value, WORD_CHARS_MAX)).replaceAll(/[\\|]/g, "\\$&");
}

/** WHY spaces are harmless: `=` is escaped, so no text within a value reads as the next field. */
function extensionText(value: string): string {
  return printable(value).replaceAll(/[\\=]/g, "\\$&");
}
