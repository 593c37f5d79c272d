// What older logging hooks wrote: one record of one of eight shapes, read for what it claims. No shape of theirs proves anything.
import { isObject } from "#base/json.ts";

/** The shapes by name: which hook wrote them, and how. */
export const LEGACY_FORMS = [
  /** Objects over several lines, put together by `echo`: user, tool, input summary, output length, status. */
  "audit-trail",
  /** The same hook's objects for changed files. */
  "file-changes",
  /** One object a line with the hook's own fields: session_id, cwd, permission_mode, tool_name, command, path. */
  "tool-events",
  /** One object a line in files of a day: phase, tool, user, session, data. */
  "daily",
  /** Nested objects: tool.name, tool.input.file, user.id, context, outcome, rule_matched. */
  "structured",
  /** `2024-01-15 10:30:45 [Bash] ...`, local time. */
  "bracketed-text",
  /** `2024-01-15T10:30:45+01:00 TOOL_USE: ...`. */
  "tool-use-text",
  /** One object a line: timestamp or ts, user, tool, input. */
  "input-lines",
] as const;
export type LegacyForm = (typeof LEGACY_FORMS)[number];

/** What a record claims; each field only where it was there. Texts are as they stood, and hostile. */
export type LegacyRecord = {
  readonly form: LegacyForm;
  /** Unix milliseconds. */
  readonly timeMs: number | undefined;
  readonly tool: string | undefined;
  readonly user: string | undefined;
  readonly session: string | undefined;
  readonly phase: "pre" | "post" | undefined;
  /** In our words; `claimed` is a success that the hook wrote without looking. */
  readonly outcome: "allowed" | "denied" | "failed" | "claimed" | undefined;
  readonly command: string | undefined;
  readonly path: string | undefined;
  readonly branch: string | undefined;
  readonly commit: string | undefined;
  /** Not what a JSON reader takes: the hook put it together by hand, and a quote or a line end of its input broke it. */
  readonly isDamaged: boolean;
};

type Fields = Readonly<Record<string, unknown>>;

const BRACKETED = /^(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}) \[(\w{1,32})\] ?(.*)$/s;
const TOOL_USE = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:[+-]\d{2}:?\d{2}|Z)?) TOOL_USE: ?(.*)$/s;

/** Whether a line begins a record of a text form. */
export function beginsText(line: string): boolean {
  return BRACKETED.test(line) || TOOL_USE.test(line);
}

/** Reads one record; undefined for what has no known shape. */
export function readLegacy(text: string): LegacyRecord | undefined {
  const trimmed = text.trim();
  if (trimmed.startsWith("{")) {
    const fields = fieldsOf(trimmed);
    return fields === undefined ? readDamaged(trimmed) : fromFields(fields, false);
  }
  const bracketed = BRACKETED.exec(trimmed);
  if (bracketed !== null) {
    const [, time = "", tag = "", rest = ""] = bracketed;
    // The hook wrote the local time of a machine that nobody knows; it is taken for this one's.
    const timeMs = timeOf(time.replace(" ", "T"));
    const isChange = tag === "FileChange";
    return {
      ...NOTHING,
      form: "bracketed-text",
      timeMs,
      tool: isChange ? undefined : tag,
      phase: isChange ? "post" : "pre",
      ...fromInput(rest, isChange ? "path" : "command"),
    };
  }
  const used = TOOL_USE.exec(trimmed);
  if (used === null) return undefined;
  const [, time = "", rest = ""] = used;
  return {
    ...NOTHING,
    form: "tool-use-text",
    timeMs: timeOf(time),
    phase: "pre",
    ...fromInput(rest, "command"),
  };
}

const NOTHING = {
  timeMs: undefined,
  tool: undefined,
  user: undefined,
  session: undefined,
  phase: undefined,
  outcome: undefined,
  command: undefined,
  path: undefined,
  branch: undefined,
  commit: undefined,
  isDamaged: false,
} as const;

function fieldsOf(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function fromFields(fields: Fields, isDamaged: boolean): LegacyRecord | undefined {
  const form = formOf(fields);
  if (form === undefined) return undefined;
  const time = fields["timestamp"] ?? fields["ts"];
  const common = {
    ...NOTHING,
    form,
    isDamaged,
    timeMs: timeOf(stringOrUndefined(time)),
    user: known(stringOrUndefined(fields["user"])),
    tool: known(stringOrUndefined(fields["tool"])),
  };
  switch (form) {
    case "structured":
      return { ...common, ...nested(fields) };
    case "tool-events":
      return {
        ...common,
        tool: known(stringOrUndefined(fields["tool_name"])),
        session: known(stringOrUndefined(fields["session_id"])),
        phase: phaseOf(stringOrUndefined(fields["hook_event_name"])),
        command: stringOrUndefined(fields["command"]),
        path: stringOrUndefined(fields["path"]),
      };
    case "daily":
      return {
        ...common,
        session: known(stringOrUndefined(fields["session"])),
        phase: phaseOf(stringOrUndefined(fields["phase"])),
        ...fromInput(stringOrUndefined(fields["data"]) ?? "", "command"),
      };
    case "file-changes":
      return { ...common, phase: "post", path: stringOrUndefined(fields["file"]) };
    case "audit-trail":
      return {
        ...common,
        phase: "post",
        // WHY: that hook writes `success` whatever happened.
        outcome: stringOrUndefined(fields["status"]) === "success" ? "claimed" : "failed",
        ...fromInput(stringOrUndefined(fields["input_summary"]) ?? "", "command"),
      };
    case "input-lines":
      return {
        ...common,
        phase: "pre",
        ...fromInput(stringOrUndefined(fields["input"]) ?? "", "command"),
      };
    default:
      return undefined;
  }
}

function formOf(fields: Fields): LegacyForm | undefined {
  if (isObject(fields["tool"]) || fields["event_type"] !== undefined) return "structured";
  if (fields["hook_event_name"] !== undefined || fields["tool_name"] !== undefined)
    return "tool-events";
  if (fields["phase"] !== undefined) return "daily";
  if (fields["action"] !== undefined && fields["file"] !== undefined) return "file-changes";
  if (fields["input_summary"] !== undefined || fields["output_length"] !== undefined)
    return "audit-trail";
  if (fields["tool"] !== undefined && fields["input"] !== undefined) return "input-lines";
  return undefined;
}

function nested(fields: Fields): Partial<LegacyRecord> {
  const { tool, user, context } = fields;
  const input = isObject(tool) ? tool["input"] : undefined;
  return {
    tool: isObject(tool) ? known(stringOrUndefined(tool["name"])) : known(stringOrUndefined(tool)),
    user: isObject(user) ? known(stringOrUndefined(user["id"])) : known(stringOrUndefined(user)),
    session: isObject(user) ? known(stringOrUndefined(user["session_id"])) : undefined,
    phase: phaseOf(stringOrUndefined(fields["phase"])),
    outcome: outcomeOf(stringOrUndefined(fields["outcome"])),
    path: isObject(input)
      ? (stringOrUndefined(input["file"]) ?? stringOrUndefined(input["file_path"]))
      : undefined,
    command: isObject(input) ? stringOrUndefined(input["command"]) : undefined,
    branch: isObject(context) ? stringOrUndefined(context["branch"]) : undefined,
    commit: isObject(context) ? stringOrUndefined(context["commit"]) : undefined,
  };
}

/** The input of a tool as these hooks wrote it: its JSON, cut somewhere, or a bare text. */
function fromInput(
  text: string,
  bare: "command" | "path",
): { readonly command?: string; readonly path?: string } {
  const whole = fieldsOf(text);
  const command = stringOrUndefined(whole?.["command"]) ?? member(text, "command");
  const path =
    stringOrUndefined(whole?.["file_path"]) ??
    stringOrUndefined(whole?.["path"]) ??
    member(text, "file_path") ??
    member(text, "path");
  if (command === undefined && path === undefined)
    return text === "" || text.startsWith("{") ? {} : { [bare]: text };
  return {
    ...(command === undefined ? {} : { command }),
    ...(path === undefined ? {} : { path }),
  };
}

/** An object that no JSON reader takes: its simple members are found by their names, what is between quotes up to a line's end. */
function readDamaged(text: string): LegacyRecord | undefined {
  const fields: Record<string, string> = {};
  const names =
    "timestamp ts user tool input_summary output_length status action file phase session data input session_id tool_name hook_event_name command path";
  for (const name of names.split(" ")) {
    const value = member(text, name) ?? new RegExp(`"${name}": ?(\\d+)`).exec(text)?.[1];
    if (value !== undefined) fields[name] = value;
  }
  return fromFields(fields, true);
}

/** A text member of an object that may be cut or broken: up to the quote before a comma, a bracket or the end of the line. */
function member(text: string, name: string): string | undefined {
  const found = new RegExp(`"${name}"\\s*:\\s*"([^\\n]{0,4096}?)"\\s*(?:,|\\}|\\n|$)`).exec(text);
  if (found?.[1] !== undefined) return found[1].replaceAll('\\"', '"');
  return new RegExp(`"${name}"\\s*:\\s*"([^\\n]{0,4096})`).exec(text)?.[1];
}

function timeOf(text: string | undefined): number | undefined {
  if (text === undefined || text.length > 40) return undefined;
  const timeMs = Date.parse(text);
  return Number.isFinite(timeMs) && timeMs > 0 ? timeMs : undefined;
}

function phaseOf(text: string | undefined): "pre" | "post" | undefined {
  if (text === undefined) return undefined;
  if (/^pre/i.test(text)) return "pre";
  return /^post/i.test(text) ? "post" : undefined;
}

function outcomeOf(text: string | undefined): LegacyRecord["outcome"] {
  if (text === undefined) return undefined;
  if (/^(?:permitted|allow(?:ed)?|success)$/i.test(text)) return "allowed";
  if (/^(?:denied|deny|blocked|block)$/i.test(text)) return "denied";
  return /^(?:error|failed|failure)$/i.test(text) ? "failed" : undefined;
}

function known(text: string | undefined): string | undefined {
  return text === undefined || ["", "unknown", "?", "null"].includes(text) ? undefined : text;
}

function stringOrUndefined(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
