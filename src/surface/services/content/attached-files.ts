// Files that the client puts into a request without any call of a tool: instructions, files that a prompt names, commands, skills, agents.
import { readdirSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import {
  INSTRUCTIONS_BYTES_MAX,
  SENT_DEPTH_MAX,
  SENT_ENTRIES_MAX,
  SENT_FILES_MAX,
} from "#base/limits.ts";
import { agentKey, readFrontMatter } from "#base/front-matter.ts";
import { isWithin } from "#base/path.ts";
import { homeDirectory } from "#platform/user.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import { managedDirectory } from "../projects/settings-variables.ts";
import { pluginTexts } from "./plugin-texts.ts";
import { createSeenTexts } from "../../foundation/files/seen-texts.ts";

/** Where a session runs. `root` is the guarded project that decides. */
export type SentPlace = {
  readonly cwd: string;
  readonly root: string;
  readonly transcriptPath: string | undefined;
};

/**
 * A file that goes along, and where it is named: a file with its line, or nothing where the prompt or the client itself names it. `unseen`: what
 * may go along because of it was not all looked for, and why; nobody can say then what that is.
 */
export type SentFile = { readonly path: string; readonly by?: string; readonly unseen?: string };

/** The beginning of a file; undefined where it cannot be read. */
type ReadText = (path: string) => string | undefined;

/** Texts on the disk, and the files that each of them imports; undefined where it cannot be read. */
export type SentTexts = {
  readonly read: ReadText;
  readonly importsOf: (path: string) => readonly SentFile[] | undefined;
};

const NO_TEXT =
  /\.(?:avif|bmp|gif|ico|jpe?g|mov|mp[34]|otf|pdf|png|svgz|tiff?|ttf|wasm|webm|webp|woff2?|gz|tgz|zip)$/i;
const TOO_LARGE = `it is larger than the ${INSTRUCTIONS_BYTES_MAX / 1024} KiB of a file of instructions that are looked through`;
/** Names that one text mentions, several of which may be readings of one. WHY more than files: most of what looks like one is none. */
const MENTIONS_MAX = 4 * SENT_FILES_MAX;
const TOO_MANY = `more than ${SENT_FILES_MAX} files go along with a request because of it`;
const TOO_FULL = `it has more than ${SENT_ENTRIES_MAX} entries, or folders deeper than ${SENT_DEPTH_MAX}`;

/** WHY remembered: a project's instructions go along with every prompt, and are looked through each time. */
export function sentTexts(read: ReadText): SentTexts {
  const importsOf = createSeenTexts((path) => {
    const text = read(path);
    if (text === undefined) return undefined;
    const named = mentionedFiles(withoutCode(text), dirname(path), path);
    return Buffer.byteLength(text) < INSTRUCTIONS_BYTES_MAX || isNoText(path)
      ? named
      : [...named, { path, unseen: TOO_LARGE }];
  });
  return { read, importsOf };
}

/** Pictures and the like, which the client (2.1.332) imports from no text; it goes by the name of the file that a link leads to. */
function isNoText(path: string): boolean {
  try {
    return [path, realpathSync.native(path)].every((one) => NO_TEXT.test(one));
  } catch {
    return false;
  }
}

/** What goes along with a prompt, whatever it says: instructions of every directory above and of the person, with what they import. */
export function instructionFiles(place: SentPlace, texts: SentTexts): readonly SentFile[] {
  const { cwd, transcriptPath } = place;
  const client = clientDirectory(place);
  const memory =
    transcriptPath === undefined ? [] : textsIn(join(dirname(transcriptPath), "memory"));
  const first = [
    ...upwards(cwd, "/").flatMap((directory) => instructionsOf(directory, texts)),
    ...instructionsIn(client),
    ...instructionsIn(managedDirectory()),
    // WHY not all of it: the client sends the index of the memory; the rest is read when it is needed.
    ...memory.filter(({ path }) => basename(path) === "MEMORY.md"),
  ];
  return withImports(first, texts);
}

/** What a prompt names: `@file`, and the text behind `/command` or `/skill`. */
export function namedFiles(
  prompt: string,
  place: SentPlace,
  { read }: SentTexts,
): readonly SentFile[] {
  const command = /^\s*\/([\w:.-]{1,200})(?=\s|$)/.exec(prompt)?.[1];
  const files = command === undefined ? [] : commandFiles(command, place);
  const inFiles = files.flatMap((path) => mentionedFiles(read(path) ?? "", place.cwd, path));
  const { found, isCut } = mentionsIn(prompt, place.cwd);
  const typed = found.map(({ path }) => ({ path }));
  const cut = isCut ? [{ path: place.cwd, unseen: TOO_MANY }] : [];
  return unique([...typed, ...files.map((path) => ({ path })), ...inFiles, ...cut]);
}

/** Files of which the client tells the model the beginning, though nobody calls them: skills, commands, agents, styles of output. */
export function listedFiles(place: SentPlace): readonly SentFile[] {
  return clientDirectories(place).flatMap((directory) => [
    ...["commands", "agents", "output-styles"].flatMap((name) => textsIn(join(directory, name))),
    ...skillsIn(join(directory, "skills")),
  ]);
}

/** A skill is a folder, or a link to one. */
function skillsIn(directory: string): readonly SentFile[] {
  try {
    const names = readdirSync(directory);
    const cut = names.length > SENT_ENTRIES_MAX ? [{ path: directory, unseen: TOO_FULL }] : [];
    const found = names.slice(0, SENT_ENTRIES_MAX);
    return [...found.map((name) => ({ path: join(directory, name, "SKILL.md") })), ...cut];
  } catch {
    return [];
  }
}

/** What a call brings along beside its answer: a skill's text, an agent's instructions, those of directories that it works in. */
export function broughtFiles(
  {
    call: { input },
    given,
    worked,
  }: {
    readonly call: Pick<ToolCall, "input">;
    readonly given: unknown;
    readonly worked: readonly string[];
  },
  place: SentPlace,
  texts: SentTexts,
): readonly SentFile[] {
  if (input.kind === "skill") return commandFiles(input.name, place).map((path) => ({ path }));
  if (input.kind === "agent") return agentFiles(given, place, texts.read).map((path) => ({ path }));
  return instructionsBeside(worked, place, texts);
}

/** Instructions of the directories that files of the project lie in, which the client reads with a file. */
export function instructionsBeside(
  paths: readonly string[],
  place: SentPlace,
  texts: SentTexts,
): readonly SentFile[] {
  const inside = paths.filter((path) => isWithin(place.root, path) && path !== place.root);
  const directories = inside
    .slice(0, SENT_FILES_MAX)
    .flatMap((path) => upwards(dirname(path), place.root));
  const own = [...new Set(directories)].flatMap((directory) => instructionsOf(directory, texts));
  const cut = inside.length > SENT_FILES_MAX ? [{ path: place.root, unseen: TOO_MANY }] : [];
  return withImports([...own, ...cut], texts);
}

/** Names of the client for files of instructions; `rules` holds more of them. */
function instructionsOf(directory: string, { importsOf }: SentTexts): readonly SentFile[] {
  const own = join(directory, ".claude");
  const main = [join(directory, "CLAUDE.md"), join(own, "CLAUDE.md")];
  // Read in place of ours where there is none (measured on 2.1.332); no event tells of it.
  const other = main.some((path) => importsOf(path) !== undefined)
    ? []
    : [join(directory, "AGENTS.md")];
  const named = [...main, ...other, join(directory, "CLAUDE.local.md")];
  return [...named.map((path) => ({ path })), ...textsIn(join(own, "rules"))];
}

function instructionsIn(client: string): readonly SentFile[] {
  return [{ path: join(client, "CLAUDE.md") }, ...textsIn(join(client, "rules"))];
}

/** `a:b` is `b.md` in the folder `a`, or of the plugin `a`; a skill is a folder with a `SKILL.md`. */
export function commandFiles(name: string, place: SentPlace): readonly string[] {
  const parts = name.split(":");
  const path = parts.join("/");
  if (parts.some((part) => part === "" || part === "." || part === "..")) return [];
  const [first = "", ...rest] = parts;
  const found = [
    ...ownTexts(path, parts, place),
    ...(rest.length === 0 ? [] : ofPlugin(first, rest, place)),
  ];
  return [...new Set(found)];
}

function ofPlugin(plugin: string, rest: readonly string[], place: SentPlace): readonly string[] {
  return pluginTexts(plugin, rest, {
    config: clientDirectory(place),
    directories: [...new Set([place.root, place.cwd])],
    skills: clientDirectories(place).map((directory) => join(directory, "skills")),
  });
}

function ownTexts(path: string, parts: readonly string[], place: SentPlace): readonly string[] {
  return clientDirectories(place).flatMap((directory) => [
    join(directory, "commands", `${path}.md`),
    join(directory, "skills", path, "SKILL.md"),
    // The folder of a command is part of its name only for people.
    ...pathsIn(join(directory, "commands")).filter((one) => basename(one) === `${parts.at(-1)}.md`),
  ]);
}

/** An agent is known by the name in the head of its file, which need not be the file's; its skills are loaded with it. */
function agentFiles(given: unknown, place: SentPlace, read: ReadText): readonly string[] {
  const type =
    typeof given === "object" && given !== null && "subagent_type" in given
      ? given.subagent_type
      : undefined;
  if (typeof type !== "string") return [];
  const folders = clientDirectories(place).map((directory) => join(directory, "agents"));
  const heads = folders.flatMap((folder) =>
    pathsIn(folder).map((path) => ({ path, head: readFrontMatter(read(path) ?? "") })),
  );
  return heads.flatMap(({ path, head }) => {
    const names = head.values("name");
    const isMeant = basename(path) === `${type}.md` || names === undefined;
    if (!isMeant && !names.map(agentKey).includes(agentKey(type))) return [];
    const skills = (head.values("skills") ?? []).slice(0, SENT_FILES_MAX);
    const kept = head.values("memory") === undefined ? [] : agentMemories(type, place);
    return [path, ...skills.flatMap((name) => commandFiles(name, place)), ...kept];
  });
}

/** Where an agent may keep what it remembers: for everybody, for this project, and for the project on this machine. */
function agentMemories(type: string, place: SentPlace): readonly string[] {
  if (!/^[\w-]{1,200}$/.test(type)) return [];
  return clientDirectories(place).flatMap((directory) =>
    ["agent-memory", "agent-memory-local"].map((folder) =>
      join(directory, folder, type, "MEMORY.md"),
    ),
  );
}

function clientDirectories(place: SentPlace): readonly string[] {
  const own = upwards(place.cwd, "/").map((directory) => join(directory, ".claude"));
  return [...new Set([...own, clientDirectory(place), join(managedDirectory(), ".claude")])];
}

/** The client's own folder: `<folder>/projects/<project>/<session>.jsonl` is a transcript. */
function clientDirectory({ transcriptPath }: SentPlace): string {
  const projects = transcriptPath === undefined ? "" : dirname(dirname(transcriptPath));
  return basename(projects) === "projects" ? dirname(projects) : join(homeDirectory(), ".claude");
}

/** A directory and those above it, down to and with `last`. */
function upwards(directory: string, last: string): readonly string[] {
  const found: string[] = [];
  let at = resolve(directory);
  while (found.length < SENT_FILES_MAX) {
    found.push(at);
    const above = dirname(at);
    if (at === last || above === at) break;
    at = above;
  }
  return found;
}

/** Texts below a directory, to a depth. One that is not there has none. */
function textsIn(directory: string, depth = 0): readonly SentFile[] {
  if (depth > SENT_DEPTH_MAX) return [{ path: directory, unseen: TOO_FULL }];
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    const cut = entries.length > SENT_ENTRIES_MAX ? [{ path: directory, unseen: TOO_FULL }] : [];
    const found = entries.slice(0, SENT_ENTRIES_MAX).flatMap((entry): readonly SentFile[] => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return textsIn(path, depth + 1);
      return entry.name.endsWith(".md") ? [{ path }] : [];
    });
    return [...found, ...cut];
  } catch {
    return [];
  }
}

/** The paths of those alone, for who looks for one of them by its name. */
function pathsIn(directory: string): readonly string[] {
  return textsIn(directory).flatMap(({ path, unseen }) => (unseen === undefined ? [path] : []));
}

/** Files with what they import by `@path`, each once, as deep as the client follows; and which of that is not looked at. */
function withImports(first: readonly SentFile[], { importsOf }: SentTexts): readonly SentFile[] {
  const found = new Map<string, SentFile>();
  const cut: SentFile[] = [];
  let round = unique(first);
  for (let depth = 0; depth <= SENT_DEPTH_MAX && round.length > 0; depth += 1) {
    const next: SentFile[] = [];
    for (const file of round) {
      const { path, unseen } = file;
      if (unseen !== undefined) cut.push(file);
      if (unseen !== undefined || found.has(path)) continue;
      const imports = importsOf(path);
      if (imports === undefined) continue;
      if (found.size >= SENT_FILES_MAX) return [...found.values(), { ...file, unseen: TOO_MANY }];
      found.set(path, file);
      next.push(...imports);
    }
    round = unique(next);
  }
  return [...found.values(), ...cut];
}

/** What a text of the file `by` mentions, with the line. */
export function mentionedFiles(text: string, directory: string, by: string): readonly SentFile[] {
  const { found, isCut } = mentionsIn(text, directory);
  const named = found.map(({ path, line }) => ({ path, by: `${by}:${line}` }));
  return isCut ? [...named, { path: by, unseen: TOO_MANY }] : named;
}

/** Imports are followed in no code (measured on 2.1.332). Only what is certainly code is left out, line by line. */
function withoutCode(text: string): string {
  if (!text.includes("`") && !text.includes("~~~")) return text;
  let fence = "";
  return text
    .split("\n")
    .map((line) => {
      // WHY only at the line's start: what is indented may belong to a list, and end with it.
      const mark = /^(`{3,}(?=[^`]*$)|~{3,})/.exec(line)?.[1] ?? "";
      const isEnd = fence !== "" && mark.startsWith(fence) && line.trim() === mark;
      const isCode = fence !== "" || mark !== "";
      if (isEnd) fence = "";
      else if (fence === "") fence = mark;
      return isCode ? "" : line.replace(/(?<![\\`])`(?!`)[^`]+`(?!`)/g, "");
    })
    .join("\n");
}

/** `@path`, `@"a path"` and `@path#L1-9` behind a space or at a line's start. A stop or bracket behind it may belong to the sentence, so all readings are taken. */
function mentionsIn(
  text: string,
  directory: string,
): {
  readonly found: readonly { readonly path: string; readonly line: number }[];
  readonly isCut: boolean;
} {
  const found: { path: string; line: number }[] = [];
  let line = 1;
  let from = 0;
  for (const match of text.matchAll(
    /(?<=^|\s)@(?:"([^"\n]{1,1000})"|((?:\\ |[^\s"]){1,1000}))/gm,
  )) {
    if (found.length >= MENTIONS_MAX) return { found, isCut: true };
    for (let next = text.indexOf("\n", from); next !== -1 && next < match.index; ) {
      line += 1;
      from = next + 1;
      next = text.indexOf("\n", from);
    }
    // A blank within a name is written behind a backslash.
    const word = match[1] ?? match[2]?.replaceAll("\\ ", " ") ?? "";
    const bare = word.replace(/[)\].,;:!?'`*]+$/, "");
    for (const name of new Set([word, bare, bare.replace(/#.*$/, "")])) {
      if (name === "") continue;
      const isHome = name === "~" || name.startsWith("~/");
      const path = isHome ? join(homeDirectory(), name.slice(1)) : resolve(directory, name);
      found.push({ path, line });
    }
  }
  return { found, isCut: false };
}

/** Each file once, with the first place that names it; once more where it is not all looked at. */
function unique(files: readonly SentFile[]): readonly SentFile[] {
  const known = new Map<string, SentFile>();
  for (const file of files) {
    const key = file.unseen === undefined ? file.path : `\0${file.path}`;
    if (!known.has(key)) known.set(key, file);
  }
  return [...known.values()];
}
