// Syslog: an entry as a message of RFC 5424, framed by octet counting (RFC 5425 and 6587).
import { printable } from "#base/printable.ts";
import { timeText } from "../../event/describe.ts";
import { FAULT_SEVERITY, severityOf, severityRow } from "./event-classes.ts";
import { wordOf } from "./event-reading.ts";
import type { ExportEntry } from "./exporter.ts";

/** Facility `authpriv` (10): security and authorisation messages. */
const FACILITY = 10;
/** 32473 is the enterprise number that RFC 5612 keeps for documentation: sallyport has none of its own. */
const STRUCTURE_ID = "sallyport@32473";
const HOST_CHARS_MAX = 255;
const WORD_CHARS_MAX = 32;

/**
 * `<PRI>1 TIME HOST sallyport - KIND [sallyport@32473 id="..." ...] TEXT`. The text begins with a byte order mark, which says
 * that it is UTF-8.
 */
export function syslogMessage(entry: ExportEntry, id: string, body: string): string {
  const { join = {} } = entry;
  const isEvent = entry.kind === "event";
  const { syslog } = severityRow(isEvent ? severityOf(entry.metadata) : FAULT_SEVERITY);
  const time = isEvent && entry.timeMs <= 253_402_300_799_999 ? timeText(entry.timeMs) : "-";
  const kind = isEvent ? (wordOf(entry.metadata["kind"]) ?? "unknown") : "fault";
  const parameters = [
    ["id", id],
    ["index", String(entry.index)],
    ["user", join.user],
    ["host", join.host],
    ["repository", join.repository],
    ["branch", join.branch],
    ["commit", join.commit],
    ["job", join.job],
    ["file", join.file],
  ].flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${printable(value).replaceAll(/["\\\]]/g, "\\$&")}"`],
  );
  const head = `<${FACILITY * 8 + syslog}>1 ${time} ${header(join.host, HOST_CHARS_MAX)} sallyport - ${header(kind, WORD_CHARS_MAX)}`;
  return `${head} [${STRUCTURE_ID} ${parameters.join(" ")}] \ufeff${body}`;
}

/** The length in bytes, a space, the message. */
export function octetCounted(message: string): Buffer {
  const bytes = Buffer.from(message, "utf8");
  return Buffer.concat([Buffer.from(`${bytes.length} `, "latin1"), bytes]);
}

/** Fields of the header are printable ASCII without spaces; `-` stands for none. */
function header(value: string | undefined, charsMax: number): string {
  const plain = (value ?? "").replaceAll(/[^\x21-\x7e]/g, "_").slice(0, charsMax);
  return plain === "" ? "-" : plain;
}
