// What the client says when it ends: its answer, the calls that it did not let run, and those that its sandbox did not start.
import { isObject, type JsonRecord } from "#base/json.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";

/** A call that did not run. */
export type ClientDenial = { readonly tool: string; readonly id: string };

/** A call as the client tells it, with what became of it by its own words. */
export type ClientCall = ClientDenial & {
  readonly input: Readonly<Record<string, Json>>;
  /** The first line of why its sandbox did not begin; undefined where it began. */
  readonly notStarted: string | undefined;
};

/** The end of a run by the client's own events; empty where there is none. */
export type ClientEnding = {
  readonly answer: string;
  readonly denials: readonly ClientDenial[];
  readonly calls: readonly ClientCall[];
};

const DENIALS_MAX = 1_000;
const CALLS_MAX = 20_000;
/** What bubblewrap and the client say where no sandbox was made. WHY the beginning alone: what a command prints comes after it began. */
const NO_SANDBOX = /^(?:Exit code \d+\s+)?((?:bwrap|bubblewrap|apply-seccomp): [^\n]{1,300})\s*$/;

/** Reads the output of `--output-format stream-json`, or of `json`. Any text gives an ending. */
export function clientEnding(output: string): ClientEnding {
  const events = output.split("\n").flatMap(objectOf);
  const last = events.findLast((event) => event["type"] === "result");
  const denials = listOf(last?.["permission_denials"]).slice(0, DENIALS_MAX);
  const answer = last?.["result"];
  return {
    answer: typeof answer === "string" ? answer : "",
    denials: denials.flatMap(denialOf),
    calls: callsIn(events),
  };
}

function callsIn(events: readonly Event[]): readonly ClientCall[] {
  const blocks = events.flatMap(blocksOf);
  const failed = new Map(
    blocks.flatMap((block) => {
      const why = block["type"] === "tool_result" ? notStarted(block) : undefined;
      return why === undefined ? [] : [[block["tool_use_id"], why] as const];
    }),
  );
  return blocks.slice(0, CALLS_MAX).flatMap((block): readonly ClientCall[] => {
    const { type, id, name, input } = block;
    if (type !== "tool_use" || typeof id !== "string" || typeof name !== "string") return [];
    // It is a value of parsed JSON, and so are its members.
    const given = isObject(input) ? (input as ClientCall["input"]) : {};
    return [{ id, tool: name, input: given, notStarted: failed.get(id) }];
  });
}

function notStarted({ content, is_error: isError }: Event): string | undefined {
  if (isError !== true) return undefined;
  const first = Array.isArray(content) ? listOf(content).find(isObject)?.["text"] : content;
  return typeof first === "string" ? NO_SANDBOX.exec(first.trim())?.[1] : undefined;
}

function blocksOf({ type, message }: Event): readonly Event[] {
  if (type !== "assistant" && type !== "user") return [];
  const content = isObject(message) ? message["content"] : undefined;
  return listOf(content).filter(isObject);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function denialOf(value: unknown): readonly ClientDenial[] {
  if (!isObject(value)) return [];
  const { tool_name: tool, tool_use_id: id } = value;
  return typeof tool === "string" && typeof id === "string" ? [{ tool, id }] : [];
}

type Event = JsonRecord;

function objectOf(line: string): readonly Event[] {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? [value] : [];
  } catch {
    return [];
  }
}
