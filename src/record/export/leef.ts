// leef: IBM's Log Event Extended Format, version 2.0, without a syslog header, which the forwarder puts in front.
import { printable } from "#base/printable.ts";
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

/** Between pairs. WHY not the usual tab: an entry is one line of printable text. */
const DELIMITER = "^";

/**
 * Header: `LEEF:2.0|sallyport|sallyport|<version>|<kind>|^|`, then pairs with `^` between them. Keys that the format names:
 * `devTime` (Unix milliseconds), `sev` (1 to 10), `cat`, `usrName`, `identHostName`, `policy`, `resource`. The format has no way
 * to write a delimiter: `^` of a value is `%5E`, a pipe of the header `/`.
 */
export const leef: Exporter = {
  id: "leef",
  title: "Log Event Extended Format 2.0, for QRadar",
  head: undefined,
  line: (entry) => {
    const [kind, version, severity] =
      entry.kind === "fault"
        ? ["fault", "", FAULT_SEVERITY]
        : [
            word(entry.metadata["kind"]),
            word(entry.metadata["product"]),
            severityOf(entry.metadata),
          ];
    const header = ["LEEF:2.0", "sallyport", "sallyport", version, kind, DELIMITER].map(headerText);
    const sev = String(severityRow(severity).cef);
    const pairs = [["sev", sev] as const, ...pairsOf(entry)].flatMap(([key, value]) =>
      value === "" ? [] : [`${key}=${valueText(value)}`],
    );
    return `${header.join("|")}|${pairs.join(DELIMITER)}`;
  },
};

function pairsOf(entry: ExportEntry): readonly (readonly [key: string, value: string])[] {
  if (entry.kind === "fault")
    return [
      ["index", String(entry.index)],
      ["msg", cut(entry.reason, MSG_CHARS_MAX)],
    ];
  const { metadata, join = {} } = entry;
  const list = (name: string) => cut(listText(metadata[name]), MSG_CHARS_MAX);
  return [
    ["devTime", String(entry.timeMs)],
    ["cat", cut(word(metadata["verdict"]) || (happened(metadata) ?? ""), WORD_CHARS_MAX)],
    ["usrName", cut(join.user ?? "", MSG_CHARS_MAX)],
    ["identHostName", cut(join.host ?? "", MSG_CHARS_MAX)],
    ["policy", list("rules")],
    ["resource", cut(join.file ?? "", MSG_CHARS_MAX)],
    ["eventId", entry.id],
    ["index", String(entry.index)],
    ["outcome", outcomeOf(metadata)],
    ["tool", cut(word(metadata["tool"]), WORD_CHARS_MAX)],
    ["session", list("session")],
    ["call", list("call")],
    ["submitter", list("submitter")],
    ["doubts", list("doubts")],
    ["effects", list("effects")],
    ["enforced", list("enforced")],
    ["msg", restText(metadata, join)],
  ];
}

function headerText(value: string): string {
  return printable(cut(value, WORD_CHARS_MAX)).replaceAll("|", "/");
}

function valueText(value: string): string {
  return printable(value).replaceAll(DELIMITER, "%5E");
}
