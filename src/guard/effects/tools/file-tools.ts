// Tools that read, write and search files: each path is one effect, and where it really leads must be known.
import { cleanPath, joinPath } from "#base/path.ts";
import type { ToolInput } from "../../toolcall/tool-call.ts";
import { literal } from "../../shell/values/text.ts";
import type { EnvironmentFacts } from "../../facts/facts.ts";
import { requiredWords } from "../arguments/required-words.ts";
import { windowsForms } from "../paths/windows-paths.ts";
import type { ToolScene } from "./tool-scene.ts";

type FileInput = Extract<ToolInput, { kind: "read" | "edit" | "write" | "search" }>;

/** What a file tool does. */
export function deriveFileTool(scene: ToolScene, input: FileInput): void {
  const { host, place } = scene;
  switch (input.kind) {
    case "read":
      for (const path of pathsMeant(scene, input.path)) host.readTool(literal(path), place);
      return;
    case "edit":
    case "write": {
      const mode = input.kind === "write" ? "create" : "change";
      for (const path of pathsMeant(scene, input.path)) host.writeTool(literal(path), mode, place);
      return;
    }
    case "search": {
      // Names and metadata are not content, as with `ls`.
      if (input.finds === "names") return;
      searchContents(scene, input);
      return;
    }
    default:
      input satisfies never;
  }
}

/**
 * The client's search is ripgrep, which looks into hidden files too, and into nothing that git ignores. WHY not with a glob
 * or a type: what a glob names is searched although it is ignored. Of a file that holds no word of the pattern nothing is
 * shown.
 */
function searchContents(
  scene: ToolScene,
  input: Extract<FileInput, { readonly kind: "search" }>,
): void {
  const { host, place, facts } = scene;
  const root = literal(resolvedPath(scene, input.root));
  const { pattern, isWhole = false } = input;
  const isUsual = !OF_A_PROCESS.test(input.root) && !hasOwnOptions(facts.environment);
  const words =
    pattern === undefined || !isUsual ? undefined : requiredWords([literal(pattern)], false);
  const narrowed = {
    ...(words === undefined ? {} : { words }),
    ...(isWhole && isUsual ? { skips: "ignored" as const } : {}),
  };
  const all = { kind: "reads", path: root, reach: "tree" } as const;
  if (input.filters.length === 0) host.searchTool({ ...all, ...narrowed }, place);
  for (const filter of input.filters) host.searchTool({ ...all, filter }, place);
}

/** WHY nothing is told of these: they lead elsewhere in the process that asks. */
const OF_A_PROCESS = /^\/(?:proc|dev)(?:\/|$)/;

/** Whether a file of options may tell ripgrep to look further. */
function hasOwnOptions(environment: EnvironmentFacts | undefined): boolean {
  const name = "RIPGREP_CONFIG_PATH";
  return environment?.variables.has(name) === true || environment?.withheld.has(name) === true;
}

/** Descriptors of the process that opens them: what they lead to is known to the client alone. */
const DESCRIPTOR =
  /^\/(?:proc\/[^/]+(?:\/task\/[^/]+)?\/(?:fd|map_files)|dev\/fd)\/|^\/dev\/std(?:in|out|err)$/;

/**
 * The path, and the files that a tool on another system would open for it. WHY besides: to Linux each of these is a name
 * of its own, and which system's rules a mounted disk follows is not known.
 */
function pathsMeant(scene: ToolScene, given: string): readonly string[] {
  const { host, place } = scene;
  const path = resolvedPath(scene, given);
  if (DESCRIPTOR.test(path))
    host.unknown("missing-fact", `what \`${path}\` of the client leads to is not known`, place);
  if (/\/\\\\[^\\?.]/.test(path))
    host.unknown("missing-fact", `\`${path}\` may lie on another machine`, place);
  return [path, ...otherSpellings(path)];
}

/** What Windows, WSL and readers of addresses take a path for: `.env:stream` and `.env ` are `.env`. */
export function otherSpellings(path: string): readonly string[] {
  const spellings = [...fileAddress(path), ...windowsSpelling(path)];
  const cut = path.replace(/:[^/]*$/, "").replace(/[\s.]+$/, "");
  if (cut !== path && /[^/]$/.test(cut)) spellings.push(cut);
  return spellings.map(cleanPath);
}

function fileAddress(path: string): readonly string[] {
  const found = /(?:^|\/)file:(?:\/\/localhost)?(\/.*)$/i.exec(path)?.[1];
  return found === undefined ? [] : [found];
}

function windowsSpelling(path: string): readonly string[] {
  // The tool's directory stands before it: the form begins with the part that holds a backslash or a drive.
  const found = /^(.*\/)([A-Za-z]:[\\/].*|[^/]*\\.*)$/s.exec(path);
  const [, directory = "", form = ""] = found ?? [];
  return windowsForms(form).map((one) => (one.startsWith("/") ? one : directory + one));
}

/**
 * The path with `~` written out. WHY the question: without an answer the path would be judged as if no symlink were in
 * it, and the tool would follow the symlink all the same.
 */
export function resolvedPath({ host, facts, place }: ToolScene, path: string): string {
  const { home } = facts.session;
  const written =
    path === "~" ? home : path.startsWith("~/") ? joinPath(home, path.slice(2)) : path;
  if (host.ask({ kind: "path", path: written })?.kind !== "path")
    host.unknown("missing-fact", `where \`${written}\` really leads is not known`, place);
  return written;
}
