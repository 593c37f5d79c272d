// Files that the client reads from the disk again when it has summed up a session: those that its calls have read, by the transcript.
import { resolve } from "node:path";
import { readJson } from "#base/json.ts";
import { PATH_CHARS_MAX, READ_AGAIN_FILES_MAX } from "#base/limits.ts";

/**
 * Commands whose only file the client (2.1.328) takes for read, as if `Read` had been called: measured with `cat`, `head`, `tail`,
 * `sed -n`, `nl`, `grep` and `rg`; the others are near to them.
 */
const READS = /(?:^|[\s;&|(])(?:cat|head|tail|sed|nl|[ef]?grep|rg|awk|bat|less|more)\s/;
const PATH_FIELDS = ["file_path", "notebook_path", "path"];
/** Characters of a command whose words are taken for names of files. */
const COMMAND_CHARS_MAX = 4_096;

/**
 * Paths that the calls of a session name and that may have been read, the newest first, each once: of file tools, and every word of
 * a command that shows a file. A word that is no file costs whoever asks for it one look at the disk. Lines that are no JSON are passed over.
 */
export function filesOfSession(transcript: string): readonly string[] {
  const found = new Set<string>();
  for (const line of transcript.split("\n").reverse()) {
    if (found.size >= READ_AGAIN_FILES_MAX) break;
    if (!line.includes('"tool_use"')) continue;
    for (const path of pathsIn(line)) {
      if (found.size >= READ_AGAIN_FILES_MAX) break;
      found.add(path);
    }
  }
  return [...found];
}

function pathsIn(line: string): readonly string[] {
  const entry = readJson(line);
  const cwd = textField(entry, "cwd") ?? "/";
  const content = fieldOf(fieldOf(entry, "message"), "content");
  if (!Array.isArray(content)) return [];
  return content.flatMap((block: unknown) => {
    const input = fieldOf(block, "input");
    const command = textField(input, "command");
    const named = PATH_FIELDS.flatMap((name) => textField(input, name) ?? []);
    const words =
      command !== undefined && READS.test(command)
        ? command.slice(0, COMMAND_CHARS_MAX).split(/[\s"'`;&|()<>]+/)
        : [];
    return [...named, ...words]
      .filter((path) => path !== "" && !path.startsWith("-") && path.length <= PATH_CHARS_MAX)
      .map((path) => resolve(cwd, path));
  });
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function textField(value: unknown, name: string): string | undefined {
  const text = fieldOf(value, name);
  return typeof text === "string" ? text : undefined;
}
