// Hook payload -> HookEvent: the one place where the client's JSON is validated and given our own shape.
import * as v from "valibot";
import { cleanPath } from "#base/path.ts";
import { CLIENT_MODES, type PermissionMode } from "../facts/facts.ts";
import { type HookNotes, readNotes } from "./hook-notes.ts";
import { readSuggestions, type Suggestion } from "../toolcall/permission-suggestion.ts";
import type { Json, ToolCall, ToolInput } from "../toolcall/tool-call.ts";
import { pathText, readToolInput } from "../toolcall/tool-input.ts";

/** Longest identifier (session, call, agent, prompt) and longest tool name. */
const IDENTIFIER_CHARS_MAX = 256;
/** Calls kept of one batch; the rest is counted in `malformed`. */
const BATCH_CALLS_MAX = 1024;

type Common = {
  readonly eventName: string;
  readonly sessionId: string;
  /** Absolute and lexically clean. */
  readonly cwd: string;
  readonly transcriptPath: string | undefined;
  /** `unknown` for a missing value and for values that this version does not know. */
  readonly mode: PermissionMode;
  readonly agentId: string | undefined;
  /** The kind of agent whose event it is, also of one that a session was started as; undefined of a plain session's own. */
  readonly agentType?: string;
  readonly promptId: string | undefined;
};

type WhatHappened =
  /** `given` is the tool's input as the client sent it, for an answer that changes one field and keeps the others. */
  | { readonly kind: "pre-tool-use"; readonly call: ToolCall; readonly given: Json }
  | {
      readonly kind: "post-tool-use";
      readonly call: ToolCall;
      readonly response: Json;
      /** Length of the response as JSON text, in UTF-16 units. */
      readonly responseChars: number;
      readonly durationMs: number | undefined;
      /** The agent that the call started. */
      readonly launched: string | undefined;
      /** The call goes on in the background. */
      readonly background: boolean;
    }
  | {
      readonly kind: "post-tool-use-failure";
      readonly call: ToolCall;
      /** What the model would see, which may hold secrets: to be looked through, never kept. */
      readonly error: string;
      /** Its length, in UTF-16 units. */
      readonly errorChars: number;
      readonly interrupted: boolean;
      readonly durationMs: number | undefined;
    }
  /** `malformed` counts entries that had no readable tool name or input. */
  | {
      readonly kind: "post-tool-batch";
      readonly calls: readonly ToolCall[];
      readonly malformed: number;
      /** What the model is about to see of the calls, as texts: to be looked through, never kept. */
      readonly answers: readonly string[];
    }
  | { readonly kind: "session-start"; readonly source: string }
  | {
      readonly kind: "config-change";
      readonly source: string;
      readonly filePath: string | undefined;
    }
  /** The client is about to ask a person. The payload has no id of the call. */
  | {
      readonly kind: "permission-request";
      readonly call: ToolCall;
      readonly suggestions: readonly Suggestion[];
      /** Something could be offered, be it nothing; never where a rule of the settings asks about a file or a command. */
      readonly isOpen: boolean;
    }
  /**
   * A shell line of a skill or command is about to run (since 2.1.332), with its arguments filled in. `parent` is the call that
   * loaded the text; none where a person typed it.
   */
  | {
      readonly kind: "skill-shell";
      readonly call: ToolCall;
      readonly skill: string;
      readonly parent: string | undefined;
    }
  | { readonly kind: "session-end"; readonly notes: HookNotes }
  /** A prompt that is about to be sent: a person's, or one that the client makes of an agent's or a task's end. */
  | {
      readonly kind: "prompt";
      readonly text: string;
      /** The command or skill by whose text the client is about to replace what was typed. */
      readonly expands?: { readonly name: string; readonly args: string };
      readonly notes: HookNotes;
    }
  /** A file of instructions was put into the context. */
  | { readonly kind: "instructions"; readonly path: string | undefined; readonly notes: HookNotes }
  /** Every other event, also those that a later client invents. */
  | { readonly kind: "other"; readonly name: string; readonly notes: HookNotes };

/** One hook event of the client (payloads as sent by 2.1.328). */
export type HookEvent = Common & WhatHappened;

/** Why a payload is no event. `where` is a path of field names, never a value. */
export type HookFault = {
  readonly kind: "fault";
  readonly code: "size" | "encoding" | "json" | "depth" | "shape";
  readonly where: string;
  /** The event's name when it could be read: it decides what an answer must look like. */
  readonly eventName: string | undefined;
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

const identifier = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(IDENTIFIER_CHARS_MAX),
  v.check((text) => !/\p{Surrogate}/u.test(text) && !CONTROL.test(text)),
);
// WHY: `..` in a working directory means one thing lexically and another across a symlink; the client never sends it.
const directory = v.pipe(
  pathText,
  v.check((path) => path.startsWith("/") && !path.split("/").includes("..")),
);
const duration = v.pipe(v.number(), v.finite(), v.minValue(0));
const text = v.pipe(v.string(), v.maxLength(IDENTIFIER_CHARS_MAX));

const commonFields = v.object({
  session_id: identifier,
  cwd: directory,
  transcript_path: v.nullish(v.string()),
  permission_mode: v.nullish(v.unknown()),
  agent_id: v.nullish(identifier),
  agent_type: v.nullish(v.unknown()),
  prompt_id: v.nullish(identifier),
});

// WHY: a missing `tool_use_id` (older clients) costs only correlation, so it is the empty id; a wrong one is a fault.
const callFields = v.object({
  tool_name: identifier,
  tool_input: v.optional(v.unknown()),
  tool_use_id: v.nullish(identifier),
  mcp_server: v.nullish(v.unknown()),
});
const resultFields = v.object({
  tool_response: v.optional(v.unknown()),
  duration_ms: v.nullish(duration),
});
const failureFields = v.object({
  error: v.nullish(v.string(), ""),
  is_interrupt: v.nullish(v.boolean(), false),
  duration_ms: v.nullish(duration),
});
const startedFields = v.object({
  agentId: v.nullish(identifier),
  backgroundTaskId: v.nullish(identifier),
});
const batchFields = v.object({ tool_calls: v.array(v.unknown()) });
const startFields = v.object({ source: text });
const permissionFields = v.object({ permission_suggestions: v.optional(v.unknown()) });
const promptFields = v.object({ prompt: v.string() });
const skillShellFields = v.object({
  command_name: v.nullish(identifier, ""),
  invoked_by: v.nullish(text),
});
const expansionFields = v.object({
  prompt: v.nullish(v.string()),
  command_name: v.nullish(identifier),
  command_args: v.nullish(v.string()),
});
const changeFields = v.object({ source: text, file_path: v.nullish(pathText) });
const eventField = v.object({
  hook_event_name: v.pipe(v.string(), v.regex(/^[A-Za-z]{1,64}$/)),
});

const serverField = v.object({ name: identifier });

/** Gives a parsed payload our shape. Total: any value gives an event or a fault. */
export function normalizeEvent(payload: Json): HookEvent | HookFault {
  const named = v.safeParse(eventField, payload);
  if (!named.success) return shapeFault(named.issues, undefined);
  const eventName = named.output.hook_event_name;
  const common = v.safeParse(commonFields, payload);
  if (!common.success) return shapeFault(common.issues, eventName);
  const what = readWhat(eventName, payload, cleanPath(common.output.cwd));
  if (what.kind === "fault") return what;
  const { agent_type: agentType } = common.output;
  return {
    ...what,
    ...(typeof agentType === "string" ? { agentType } : {}),
    eventName,
    sessionId: common.output.session_id,
    cwd: cleanPath(common.output.cwd),
    transcriptPath: common.output.transcript_path ?? undefined,
    mode: CLIENT_MODES.find((mode) => mode === common.output.permission_mode) ?? "unknown",
    agentId: common.output.agent_id ?? undefined,
    promptId: common.output.prompt_id ?? undefined,
  };
}

function readWhat(eventName: string, payload: Json, cwd: string): WhatHappened | HookFault {
  switch (eventName) {
    case "PreToolUse": {
      const call = readCall(payload, cwd, eventName);
      return "kind" in call ? call : { kind: "pre-tool-use", call, given: inputOf(payload) };
    }
    case "PermissionRequest": {
      const call = readCall(payload, cwd, eventName);
      if ("kind" in call) return call;
      const asked = v.safeParse(permissionFields, payload);
      const offered = asked.success ? asked.output.permission_suggestions : undefined;
      const suggestions = readSuggestions(offered);
      return { kind: "permission-request", call, suggestions, isOpen: Array.isArray(offered) };
    }
    case "PostToolUse": {
      const call = readCall(payload, cwd, eventName);
      if ("kind" in call) return call;
      const result = v.safeParse(resultFields, payload);
      if (!result.success) return shapeFault(result.issues, eventName);
      const response = asJson(result.output.tool_response);
      const started = v.safeParse(startedFields, response);
      const { agentId, backgroundTaskId } = started.success ? started.output : {};
      return {
        kind: "post-tool-use",
        call,
        response,
        responseChars: JSON.stringify(response).length,
        durationMs: result.output.duration_ms ?? undefined,
        launched: agentId ?? undefined,
        background: typeof backgroundTaskId === "string",
      };
    }
    case "PostToolUseFailure": {
      const call = readCall(payload, cwd, eventName);
      if ("kind" in call) return call;
      const failure = v.safeParse(failureFields, payload);
      if (!failure.success) return shapeFault(failure.issues, eventName);
      return {
        kind: "post-tool-use-failure",
        call,
        error: failure.output.error ?? "",
        errorChars: failure.output.error?.length ?? 0,
        interrupted: failure.output.is_interrupt,
        durationMs: failure.output.duration_ms ?? undefined,
      };
    }
    case "PostToolBatch": {
      const batch = v.safeParse(batchFields, payload);
      if (!batch.success) return shapeFault(batch.issues, eventName);
      return readBatch(batch.output.tool_calls, cwd);
    }
    case "SessionStart": {
      const start = v.safeParse(startFields, payload);
      if (!start.success) return shapeFault(start.issues, eventName);
      return { kind: "session-start", source: start.output.source };
    }
    case "ConfigChange": {
      const change = v.safeParse(changeFields, payload);
      if (!change.success) return shapeFault(change.issues, eventName);
      const { source, file_path: filePath } = change.output;
      return { kind: "config-change", source, filePath: filePath ?? undefined };
    }
    case "PreSkillShellCommand": {
      const call = readCall(payload, cwd, eventName);
      if ("kind" in call) return call;
      const told = v.safeParse(skillShellFields, payload);
      if (!told.success) return shapeFault(told.issues, eventName);
      // `<id of the call>:preamble-<number>`; what a person typed has an id of its own before it, marked as such.
      const parent = /^(.+):preamble-\d+$/.exec(call.id)?.[1];
      const isTyped = told.output.invoked_by === "user" || parent?.endsWith(":inner") === true;
      const skill = told.output.command_name ?? "";
      return { kind: "skill-shell", call, skill, parent: isTyped ? undefined : parent };
    }
    case "UserPromptExpansion": {
      const notes = readNotes(eventName, payload);
      const told = v.safeParse(expansionFields, payload);
      if (!told.success) return shapeFault(told.issues, eventName);
      const prompt = told.output.prompt ?? "";
      const typed = /^\s*\/(\S{1,256})\s*/.exec(prompt);
      const name = told.output.command_name ?? typed?.[1];
      if (name === undefined) return { kind: "prompt", text: prompt, notes };
      const args = told.output.command_args ?? prompt.slice(typed?.[0].length ?? 0);
      return { kind: "prompt", text: prompt, expands: { name, args }, notes };
    }
    case "UserPromptSubmit": {
      const notes = readNotes(eventName, payload);
      const prompt = v.safeParse(promptFields, payload);
      if (!prompt.success) return { kind: "other", name: eventName, notes };
      return { kind: "prompt", text: prompt.output.prompt, notes };
    }
    case "InstructionsLoaded": {
      const notes = readNotes(eventName, payload);
      return { kind: "instructions", path: notes.paths["file_path"], notes };
    }
    case "SessionEnd":
      return { kind: "session-end", notes: readNotes(eventName, payload) };
    default:
      return { kind: "other", name: eventName, notes: readNotes(eventName, payload) };
  }
}

function inputOf(payload: Json): Json {
  const fields = v.safeParse(callFields, payload);
  return asJson(fields.success ? fields.output.tool_input : undefined);
}

function readBatch(entries: readonly unknown[], cwd: string): WhatHappened {
  const calls: ToolCall[] = [];
  for (const entry of entries.slice(0, BATCH_CALLS_MAX)) {
    const call = readCall(asJson(entry), cwd, "PostToolBatch");
    if (!("kind" in call)) calls.push(call);
  }
  const answers = entries.slice(0, BATCH_CALLS_MAX).flatMap((entry) => {
    const given = v.safeParse(resultFields, entry);
    const response = given.success ? given.output.tool_response : undefined;
    if (response === undefined) return [];
    return [typeof response === "string" ? response : JSON.stringify(response)];
  });
  return { kind: "post-tool-batch", calls, malformed: entries.length - calls.length, answers };
}

function readCall(payload: Json, cwd: string, eventName: string): ToolCall | HookFault {
  const fields = v.safeParse(callFields, payload);
  if (!fields.success) return shapeFault(fields.issues, eventName);
  const { tool_name: tool, tool_use_id: id, tool_input: input, mcp_server: server } = fields.output;
  return {
    id: id ?? "",
    tool,
    cwd,
    input: normalizeInput({ tool, input: asJson(input), cwd, server }),
  };
}

/**
 * Gives a tool's input our shape. A known tool whose input does not fit becomes `other`: its effects are unknown,
 * which is never weaker.
 */
export function normalizeInput(request: {
  readonly tool: string;
  readonly input: Json;
  readonly cwd: string;
  readonly server?: unknown;
}): ToolInput {
  const { tool, input, cwd } = request;
  if (tool.startsWith("mcp__")) return mcpInput(tool, input, request.server);
  return readToolInput(tool, input, cwd) ?? { kind: "other", input };
}

/** A call that no hook brought, as the client would make it in `cwd`: for who wants to know what would be said of it. */
export function askedCall(
  id: string,
  { tool, input, cwd }: { readonly tool: string; readonly input: Json; readonly cwd: string },
): ToolCall {
  return { id, tool, cwd, input: normalizeInput({ tool, input, cwd }) };
}

// The client writes a server's name into the tool name with everything but `[A-Za-z0-9_-]` replaced by `_`.
function mcpInput(tool: string, input: Json, given: unknown): ToolInput {
  const rest = tool.slice("mcp__".length);
  const named = v.safeParse(serverField, given);
  if (named.success) {
    const prefix = `${named.output.name.replace(/[^A-Za-z0-9_-]/g, "_")}__`;
    // A server that does not fit its tool's name is a contradiction: nobody knows who would answer.
    if (!rest.startsWith(prefix) || rest.length === prefix.length) return { kind: "other", input };
    const { name: server } = named.output;
    return { kind: "mcp", server, tool: rest.slice(prefix.length), input, isServerTold: true };
  }
  const split = rest.indexOf("__");
  if (split <= 0 || split + 2 >= rest.length) return { kind: "other", input };
  return { kind: "mcp", server: rest.slice(0, split), tool: rest.slice(split + 2), input };
}

function shapeFault(
  issues: readonly v.BaseIssue<unknown>[],
  eventName: string | undefined,
): HookFault {
  const first = issues[0];
  const where = first === undefined ? undefined : v.getDotPath(first);
  return { kind: "fault", code: "shape", where: where ?? "payload", eventName };
}

// The payload came out of JSON.parse, so every value in it is Json; a missing one is null.
function asJson(value: unknown): Json {
  return value === undefined ? null : (value as Json);
}
