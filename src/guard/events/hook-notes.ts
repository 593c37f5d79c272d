// What is noted of hook events that only pass by: words from closed lists, sizes, counts and places, never their content.
import { isObject } from "#base/json.ts";
import { ownValue } from "#base/own-value.ts";
import { countFindings, scanText } from "../content/scan.ts";
import type { Json } from "../toolcall/tool-call.ts";

/**
 * Notes on one event. `words` are from closed lists and `sizes` are lengths in UTF-16 units or numbers of entries: both
 * reveal nothing. `names` and `paths` are foreign text and for sealed places only. `callId` is the tool call that the
 * event says it belongs to.
 */
export type HookNotes = {
  readonly words: Readonly<Record<string, string>>;
  readonly sizes: Readonly<Record<string, number>>;
  readonly names: Readonly<Record<string, string>>;
  readonly paths: Readonly<Record<string, string>>;
  readonly callId: string | undefined;
};

export const NO_NOTES: HookNotes = {
  words: {},
  sizes: {},
  names: {},
  paths: {},
  callId: undefined,
};

/** Which fields of an event are noted, and how. A word that is not in its list becomes `other`. */
type Fields = {
  readonly words?: Readonly<Record<string, readonly string[]>>;
  readonly sizes?: readonly string[];
  readonly names?: readonly string[];
  readonly paths?: readonly string[];
  /** It is about one call. */
  readonly call?: true;
};

const NAME_CHARS_MAX = 256;
const PATH_CHARS_MAX = 4096;
/** How much of a prompt is looked at for where it comes from. */
const PROMPT_HEAD_CHARS = 4096;

const STOP: Fields = {
  words: { stop_hook_active: ["true", "false"] },
  sizes: ["last_assistant_message", "background_tasks", "session_crons"],
};
const TASK: Fields = {
  names: ["task_id", "teammate_name", "team_name"],
  sizes: ["task_subject", "task_description"],
};
/** Where a prompt comes from. */
const ORIGINS: readonly string[] = ["task-notification", "agent-message", "prompt"];
/** What was done with a text in which something was found. */
export const CONTENT_WORDS: readonly string[] = ["blocked", "told", "recorded"];
const MEMORY_TYPES = ["User", "Project", "Local", "Managed", "AutoMem", "TeamMem"];

/** Fields as 2.1.328 sends them; those of events that were not seen firing are taken from their names. */
const FIELDS: Readonly<Record<string, Fields>> = {
  UserPromptSubmit: { sizes: ["prompt"] },
  UserPromptExpansion: {
    words: {
      expansion_type: ["slash_command", "mcp_prompt"],
      command_source: ["userSettings", "projectSettings", "policySettings", "plugin", "bundled"],
    },
    names: ["command_name"],
    sizes: ["command_args", "prompt"],
  },
  SessionEnd: {
    words: { reason: ["clear", "resume", "logout", "prompt_input_exit", "other"] },
  },
  Stop: STOP,
  StopFailure: { sizes: ["error", "last_assistant_message"] },
  SubagentStart: { names: ["agent_type"] },
  SubagentStop: { ...STOP, names: ["agent_type"] },
  CwdChanged: { paths: ["old_cwd", "new_cwd"] },
  DirectoryAdded: { paths: ["directory", "path"] },
  FileChanged: { paths: ["file_path"], words: { event: ["add", "change", "unlink"] } },
  InstructionsLoaded: {
    words: {
      memory_type: MEMORY_TYPES,
      load_reason: ["session_start", "nested_traversal", "path_glob_match", "include", "compact"],
    },
    paths: ["file_path"],
  },
  PermissionDenied: { call: true },
  PreCompact: { words: { trigger: ["manual", "auto"] }, sizes: ["custom_instructions"] },
  PostCompact: { words: { trigger: ["manual", "auto"] }, sizes: ["compact_summary"] },
  Notification: {
    words: {
      notification_type: ["permission_prompt", "idle_prompt", "auth_success", "elicitation_dialog"],
    },
    sizes: ["message", "title"],
  },
  WorktreeCreate: { names: ["name"] },
  WorktreeRemove: { paths: ["worktree_path"] },
  TaskCreated: TASK,
  TaskCompleted: TASK,
  TeammateIdle: { names: ["teammate_name", "team_name"] },
  Elicitation: { names: ["mcp_server_name"], sizes: ["message"] },
  ElicitationResult: {
    names: ["mcp_server_name"],
    words: { action: ["accept", "decline", "cancel"] },
  },
};

/** Whether a word may stand in clear under this name for this event: it is one of our own lists. */
export function isNoteWord(eventName: string, name: string, word: string): boolean {
  if (word === "other") return true;
  if (eventName === "UserPromptSubmit" && name === "from") return ORIGINS.includes(word);
  if (name === "content") return CONTENT_WORDS.includes(word);
  const words = Object.hasOwn(FIELDS, eventName) ? FIELDS[eventName]?.words : undefined;
  return words !== undefined && Object.hasOwn(words, name) && words[name]?.includes(word) === true;
}

/** Notes on an event. Total: a field that is missing or of another type is not noted. */
export function readNotes(eventName: string, payload: Json): HookNotes {
  const fields = Object.hasOwn(FIELDS, eventName) ? FIELDS[eventName] : undefined;
  if (fields === undefined || !isObject(payload)) return NO_NOTES;
  const words: Record<string, string> = {};
  for (const [name, known] of Object.entries(fields.words ?? {})) {
    const value = ownValue(payload, name);
    if (typeof value !== "string" && typeof value !== "boolean") continue;
    words[name] = known.find((word) => word === String(value)) ?? "other";
  }
  const origin =
    eventName === "UserPromptSubmit" ? originOf(ownValue(payload, "prompt")) : undefined;
  if (origin !== undefined) words["from"] = origin.from;
  return {
    words,
    sizes: { ...pick(fields.sizes, payload, sizeOf), ...foundIn(ownValue(payload, "prompt")) },
    names: pick(fields.names, payload, (value) => boundedString(value, NAME_CHARS_MAX)),
    paths: pick(fields.paths, payload, (value) => {
      const path = boundedString(value, PATH_CHARS_MAX);
      return path?.startsWith("/") === true ? path : undefined;
    }),
    callId: fields.call === true ? callOf(ownValue(payload, "tool_use_id")) : origin?.callId,
  };
}

function callOf(id: Json | undefined): string | undefined {
  return typeof id === "string" && /^[\w-]{1,256}$/.test(id) ? id : undefined;
}

/**
 * Where a prompt comes from: not every one is a person's. It is what the text says of itself, and a person could write
 * the same.
 */
function originOf(
  prompt: Json | undefined,
): { readonly from: string; readonly callId: string | undefined } | undefined {
  if (typeof prompt !== "string") return undefined;
  const head = prompt.slice(0, PROMPT_HEAD_CHARS).trimStart();
  if (head.startsWith("<task-notification>")) {
    const callId = /<tool-use-id>([\w-]{1,256})<\/tool-use-id>/.exec(head)?.[1];
    return { from: "task-notification", callId };
  }
  const isMessage = /^<(?:cross-session-message|teammate-message|agent-message)\b/.test(head);
  return { from: isMessage ? "agent-message" : "prompt", callId: undefined };
}

/** How many secrets a prompt holds, by detector: `found.private-key`. A prompt is a person's and is not judged. */
function foundIn(prompt: Json | undefined): Readonly<Record<string, number>> {
  if (typeof prompt !== "string") return {};
  const counts = Object.entries(countFindings(scanText(prompt, "prompt").findings));
  return Object.fromEntries(counts.map(([id, count]) => [`found.${id}`, count]));
}

function pick<Value>(
  names: readonly string[] | undefined,
  payload: { readonly [key: string]: Json },
  read: (value: Json) => Value | undefined,
): Record<string, Value> {
  const found: Record<string, Value> = {};
  for (const name of names ?? []) {
    const given = ownValue(payload, name);
    const value = given === undefined ? undefined : read(given);
    if (value !== undefined) found[name] = value;
  }
  return found;
}

function sizeOf(value: Json): number | undefined {
  return typeof value === "string" || Array.isArray(value) ? value.length : undefined;
}

function boundedString(value: Json, charsMax: number): string | undefined {
  return typeof value === "string" && value !== "" && value.length <= charsMax ? value : undefined;
}
