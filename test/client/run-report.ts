// What is known of a session after its end: events, what the model saw, denials, leaks.
import type { Ended } from "./client-process.ts";
import { findMarker } from "./marker-search.ts";
import type { StubRequest } from "./model-stub.ts";
import type { SessionPlaces } from "./session-files.ts";

type JsonObject = Readonly<Record<string, unknown>>;

/** What the model saw of one call. */
export type ToolResult = { readonly text: string; readonly isError: boolean };

export type PermissionDenial = {
  readonly toolName: string;
  readonly toolUseId: string;
  readonly toolInput: unknown;
};

/** The session as it went. */
export type ClientRun = {
  readonly places: SessionPlaces;
  readonly sessionId: string | undefined;
  readonly events: readonly JsonObject[];
  readonly result: JsonObject | undefined;
  readonly permissionDenials: readonly PermissionDenial[];
  readonly toolResults: ReadonlyMap<string, ToolResult>;
  readonly requests: readonly StubRequest[];
  readonly requestBodies: readonly string[];
  readonly hookEvents: readonly JsonObject[];
  readonly exitCode: number | undefined;
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
  /** Is the call among the session's permission denials? Throws when the session had no result event. */
  wasDenied(toolUseId: string): boolean;
  /** The form in which the marker reached the model by any way, or undefined. The model's own words do not count. */
  leaked(marker: string): string | undefined;
  /** The same for the result of one call. Throws when the call had no result. */
  leakedBy(toolUseId: string, marker: string): string | undefined;
};

/** Reads events, results and denials out of what the client printed and sent. */
export function describeRun(
  ended: Ended,
  places: SessionPlaces,
  requests: readonly StubRequest[],
): ClientRun {
  const events = ended.stdout.split("\n").flatMap((line) => parseLine(line));
  const result = events.find((event) => event["type"] === "result");
  const init = events.find((event) => event["type"] === "system" && event["subtype"] === "init");
  const toolResults = new Map<string, ToolResult>();
  const seen = new Set<string>();
  for (const request of requests) {
    readRequest(request, toolResults, seen);
  }
  const permissionDenials = objects(result?.["permission_denials"]).map((denial) => ({
    toolName: String(denial["tool_name"]),
    toolUseId: String(denial["tool_use_id"]),
    toolInput: denial["tool_input"],
  }));
  return {
    ...ended,
    places,
    sessionId: typeof init?.["session_id"] === "string" ? init["session_id"] : undefined,
    events,
    result,
    permissionDenials,
    toolResults,
    requests,
    requestBodies: requests.map((request) => request.body),
    hookEvents: events.filter((event) => String(event["subtype"]).startsWith("hook_")),
    wasDenied: (id) => {
      if (result === undefined) {
        throw new Error(
          `the session had no result (exit ${ended.exitCode}): ${ended.stderr.slice(0, 500)}`,
        );
      }
      return permissionDenials.some((denial) => denial.toolUseId === id);
    },
    leaked: (marker) => findMarker(seen, marker),
    leakedBy: (id, marker) => {
      const found = toolResults.get(id);
      if (found === undefined) {
        throw new Error(`no result of call ${id} reached the model`);
      }
      return findMarker([found.text], marker);
    },
  };
}

/** Collects tool results and every string of the request that the scripted model did not write itself. */
function readRequest(
  request: StubRequest,
  results: Map<string, ToolResult>,
  seen: Set<string>,
): void {
  const body = parseLine(request.body)[0] ?? {};
  for (const message of objects(body["messages"])) {
    for (const block of objects(message["content"])) {
      if (block["type"] === "tool_result") {
        const text = resultText(block["content"]);
        results.set(String(block["tool_use_id"]), {
          text,
          isError: block["is_error"] === true,
        });
        // Parts of an array are strings of their own below; together they may hold what no part holds.
        seen.add(text);
      }
    }
  }
  strings(body, seen);
}

function resultText(content: unknown): string {
  if (typeof content === "string") {
    return content;
  }
  return objects(content)
    .map((part) => (typeof part["text"] === "string" ? part["text"] : JSON.stringify(part)))
    .join("\n");
}

function strings(value: unknown, seen: Set<string>): void {
  if (typeof value === "string") {
    seen.add(value);
  } else if (Array.isArray(value)) {
    for (const item of value) {
      strings(item, seen);
    }
  } else if (isObject(value) && value["type"] !== "tool_use") {
    strings(Object.values(value), seen);
  }
}

function objects(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseLine(line: string): readonly JsonObject[] {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? [value] : [];
  } catch {
    return [];
  }
}
