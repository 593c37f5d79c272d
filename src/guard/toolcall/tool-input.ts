// From a tool's input, as the client (2.1.328 and older) sends it, to our own shape: one reader for each tool.
import * as v from "valibot";
import { joinPath } from "#base/path.ts";
import { readFilters } from "./search-filter.ts";
import type { Json, ToolInput } from "./tool-call.ts";
import { BOOKKEEPING_TOOLS, type SHAPED_TOOLS } from "./tool-names.ts";

/** Longest path taken for a path: Linux PATH_MAX. Longer ones make the input `other`. */
const PATH_CHARS_MAX = 4096;
/** Longest name of a skill, an agent or a worktree. */
const NAME_CHARS_MAX = 256;
/** Edits of one MultiEdit that are read. */
const EDITS_MAX = 1_000;

// WHY: `\0` ends a string for the kernel and a lone surrogate has no bytes of its own, so either would be judged as
// one text and executed as another.
const isPlain = (text: string): boolean => !text.includes("\0") && !/\p{Surrogate}/u.test(text);

/** Text that means the same to us and to whoever runs it. */
export const plainText = v.pipe(v.string(), v.check(isPlain));
/** Text that can be a path. */
export const pathText = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(PATH_CHARS_MAX),
  v.check(isPlain),
);
const nameText = v.pipe(plainText, v.minLength(1), v.maxLength(NAME_CHARS_MAX));
const flag = v.nullish(v.boolean(), false);

const shapes = {
  bash: v.object({
    command: plainText,
    run_in_background: flag,
    dangerouslyDisableSandbox: flag,
  }),
  file: v.object({ file_path: pathText }),
  edit: v.object({ file_path: pathText, new_string: v.string() }),
  edits: v.object({
    file_path: pathText,
    edits: v.pipe(v.array(v.object({ new_string: v.string() })), v.maxLength(EDITS_MAX)),
  }),
  write: v.object({ file_path: pathText, content: v.string() }),
  notebook: v.object({ notebook_path: pathText }),
  notebookEdit: v.object({ notebook_path: pathText, new_source: v.string() }),
  directory: v.object({ path: v.nullish(pathText) }),
  glob: v.object({ pattern: pathText, path: v.nullish(pathText) }),
  grep: v.object({
    pattern: v.string(),
    path: v.nullish(pathText),
    glob: v.nullish(plainText),
    type: v.nullish(plainText),
  }),
  fetch: v.object({ url: plainText }),
  query: v.object({ query: plainText }),
  monitor: v.union([
    v.object({
      command: plainText,
      ws: v.nullish(v.undefined()),
      dangerouslyDisableSandbox: flag,
    }),
    v.object({ command: v.nullish(v.undefined()), ws: v.object({ url: plainText }) }),
  ]),
  agent: v.object({
    prompt: v.string(),
    isolation: v.nullish(v.picklist(["worktree", "remote"])),
  }),
  skill: v.object({ skill: nameText, args: v.nullish(v.string(), "") }),
  slash: v.object({ command: plainText }),
  cron: v.object({ prompt: plainText, durable: flag }),
  wakeup: v.object({ prompt: v.nullish(plainText), stop: flag }),
  message: v.object({ to: nameText, message: v.nullish(v.string(), "") }),
  enter: v.object({ name: v.nullish(nameText), path: v.nullish(pathText) }),
  exit: v.object({ action: v.picklist(["keep", "remove"]), discard_changes: flag }),
  workflow: v.object({
    script: v.nullish(v.string()),
    scriptPath: v.nullish(pathText),
    name: v.nullish(nameText),
  }),
  resource: v.object({ server: nameText }),
};

/** Reads an input; undefined when it does not fit the tool. */
type Reader = (input: Json, cwd: string) => ToolInput | undefined;

/** A reader from a schema and what becomes of a value that fits it. */
function reader<Schema extends v.GenericSchema>(
  schema: Schema,
  shape: (value: v.InferOutput<Schema>, cwd: string, input: Json) => ToolInput,
): Reader {
  return (input, cwd) => {
    const parsed = v.safeParse(schema, input);
    return parsed.success ? shape(parsed.output, cwd, input) : undefined;
  };
}

const readAgent = reader(shapes.agent, ({ prompt, isolation }) => ({
  kind: "agent",
  prompt,
  isolation: isolation ?? "none",
}));

const readResource = reader(shapes.resource, ({ server }, _cwd, input) => ({
  kind: "mcp",
  server,
  tool: "resources/read",
  input,
  isServerTold: true,
}));

const READERS: Readonly<Record<(typeof SHAPED_TOOLS)[number], Reader>> = {
  Bash: reader(shapes.bash, (bash) => ({
    kind: "bash",
    command: bash.command,
    background: bash.run_in_background,
    sandboxOff: bash.dangerouslyDisableSandbox,
  })),
  // Measured: the same shell, with the same functions, as for Bash.
  Monitor: reader(shapes.monitor, (monitor) =>
    "dangerouslyDisableSandbox" in monitor
      ? {
          kind: "bash",
          command: monitor.command,
          background: true,
          sandboxOff: monitor.dangerouslyDisableSandbox,
        }
      : { kind: "fetch", url: monitor.ws.url },
  ),
  Read: reader(shapes.file, (file, cwd) => ({ kind: "read", path: absolute(file.file_path, cwd) })),
  NotebookRead: reader(shapes.notebook, (file, cwd) => ({
    kind: "read",
    path: absolute(file.notebook_path, cwd),
  })),
  Edit: reader(shapes.edit, (edit, cwd) => ({
    kind: "edit",
    path: absolute(edit.file_path, cwd),
    newText: edit.new_string,
  })),
  MultiEdit: reader(shapes.edits, (file, cwd) => ({
    kind: "edit",
    path: absolute(file.file_path, cwd),
    newText: file.edits.map((edit) => edit.new_string).join("\n"),
  })),
  NotebookEdit: reader(shapes.notebookEdit, (file, cwd) => ({
    kind: "edit",
    path: absolute(file.notebook_path, cwd),
    newText: file.new_source,
  })),
  Write: reader(shapes.write, (write, cwd) => ({
    kind: "write",
    path: absolute(write.file_path, cwd),
    content: write.content,
  })),
  LS: reader(shapes.directory, ({ path }, cwd) => ({
    kind: "search",
    finds: "names",
    root: absolute(path ?? ".", cwd),
    filters: [],
  })),
  Glob: reader(shapes.glob, ({ path }, cwd) => ({
    kind: "search",
    finds: "names",
    root: absolute(path ?? ".", cwd),
    filters: [],
  })),
  Grep: reader(shapes.grep, ({ pattern, path, glob, type }, cwd) => ({
    kind: "search",
    finds: "content",
    root: absolute(path ?? ".", cwd),
    filters: readFilters(glob ?? undefined, type ?? undefined),
    pattern,
    isWhole: (glob ?? undefined) === undefined && (type ?? undefined) === undefined,
  })),
  WebFetch: reader(shapes.fetch, ({ url }) => ({ kind: "fetch", url })),
  WebSearch: reader(shapes.query, ({ query }) => ({ kind: "web-search", query })),
  Agent: readAgent,
  Task: readAgent,
  Skill: reader(shapes.skill, ({ skill, args }) => ({ kind: "skill", name: skill, args })),
  SlashCommand: reader(shapes.slash, ({ command }, _cwd, input) => {
    const found = /^\s*\/(\S+)\s*([\s\S]*)$/.exec(command);
    return found?.[1] === undefined
      ? { kind: "other", input }
      : { kind: "skill", name: found[1], args: found[2] ?? "" };
  }),
  CronCreate: reader(shapes.cron, ({ prompt, durable }) => ({ kind: "schedule", prompt, durable })),
  ScheduleWakeup: reader(shapes.wakeup, ({ prompt, stop }) =>
    stop
      ? { kind: "bookkeeping", chars: 0 }
      : { kind: "schedule", prompt: withoutLoop(prompt ?? ""), durable: false },
  ),
  SendMessage: reader(shapes.message, ({ to, message }) => ({
    kind: "message",
    to,
    text: message,
  })),
  EnterWorktree: reader(shapes.enter, ({ name, path }, cwd) => ({
    kind: "worktree",
    action: path === null || path === undefined ? "create" : "enter",
    name: path === null || path === undefined ? (name ?? undefined) : absolute(path, cwd),
    discards: false,
  })),
  ExitWorktree: reader(shapes.exit, (exit) => ({
    kind: "worktree",
    action: exit.action,
    name: undefined,
    discards: exit.discard_changes,
  })),
  Workflow: reader(shapes.workflow, ({ script, scriptPath, name }, cwd) => ({
    kind: "workflow",
    script: script ?? undefined,
    path: scriptPath === null || scriptPath === undefined ? undefined : absolute(scriptPath, cwd),
    name: name ?? undefined,
  })),
  ReadMcpResource: readResource,
  ReadMcpResourceTool: readResource,
  ReadMcpResourceDir: readResource,
  ReadMcpResourceDirTool: readResource,
};

const READERS_BY_NAME: ReadonlyMap<string, Reader> = new Map(Object.entries(READERS));
const BOOKKEEPING: ReadonlySet<string> = new Set(BOOKKEEPING_TOOLS);

/**
 * Gives the input of one of the client's own tools our shape; undefined for other tools and for input that does not fit.
 * Relative paths are resolved against `cwd` as the client does; `~` and `~/x` are kept, since only the facts know the
 * home directory.
 */
export function readToolInput(tool: string, input: Json, cwd: string): ToolInput | undefined {
  if (BOOKKEEPING.has(tool)) return { kind: "bookkeeping", chars: JSON.stringify(input).length };
  return READERS_BY_NAME.get(tool)?.(input, cwd);
}

/** The path field of a file tool's input, under the name that the client gives it. */
export function pathField(tool: string): "file_path" | "notebook_path" | undefined {
  switch (tool) {
    case "Read":
    case "Edit":
    case "Write":
    case "MultiEdit":
      return "file_path";
    case "NotebookEdit":
    case "NotebookRead":
      return "notebook_path";
    default:
      return undefined;
  }
}

function absolute(path: string, cwd: string): string {
  if (path === "~" || path.startsWith("~/")) return path;
  return joinPath(cwd, path);
}

/** The prompt behind `/loop` and its interval: what the person started the loop with is not news. */
function withoutLoop(prompt: string): string {
  return prompt.replace(/^\s*\/loop(?:\s+\d+[smhd])?(?:\s+|$)/, "");
}
