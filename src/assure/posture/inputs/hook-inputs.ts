// Hooks as an audit sees them: every handler of settings, plugins, skills and agents, with the scripts it names.
import {
  type JsonNode,
  memberOf,
  parseJsonText,
  placeIn,
  toJson,
} from "#govern/settings/json-text.ts";
import { textOf } from "#govern/settings/lint/document.ts";
import { handlersOf } from "#govern/settings/lint/hook-handlers.ts";
import { frontMatterOf } from "../texts/front-matter.ts";
import { filesMatching, type HookInput, type SeenFile, type AuditInputs } from "./audit-inputs.ts";

type Base = Pick<
  AuditInputs,
  "repository" | "home" | "managed" | "system" | "settings" | "settingsFiles" | "json" | "yaml"
>;

/** Hooks of plugins. Extensions of other clients have files of the same name and another form. */
const OF_PLUGINS =
  /^(?!(?:.*\/)?(?:gemini|codex|cursor|copilot|windsurf|opencode)[\w-]*\/)(?:.*\/)?hooks\/hooks\.json$/;
/** Hooks that one audit lists; a repository with more has other faults. */
const HOOKS_MAX = 2_000;

/** Characters of the hooks of one head. */
const HEAD_CHARS_MAX = 256 * 1024;

/** All hooks, in the order of layers and places. */
export function sightsHooks(base: Base): readonly HookInput[] {
  const files = new Map(base.settingsFiles.map((file) => [file.shown, file]));
  const own = base.settings.flatMap((document) => {
    const file = files.get(document.file);
    const { layer, text, root } = document;
    if (file === undefined || layer === "command-line") return [];
    const from = { from: "settings", layer, file } as const;
    return handlersOf(memberOf(root, "hooks")).map((handler) => sightOf(base, from, text, handler));
  });
  const plugins = filesMatching(base.repository, OF_PLUGINS).flatMap((file) => {
    const root = base.json(file);
    const from = { from: "plugin", layer: "plugin", file } as const;
    return handlersOf(memberOf(root, "hooks")).map((handler) =>
      sightOf(base, from, file.text ?? "", handler),
    );
  });
  return [...own, ...plugins, ...headHooks(base)].slice(0, HOOKS_MAX);
}

/** Where skills, agents and commands lie, of the repository and of the person. */
const HEADED = [
  { from: "agent", pattern: /(?:^|\/)\.claude\/agents\/.+\.md$/ },
  { from: "skill", pattern: /(?:^|\/)\.claude\/(?:skills\/.+\/SKILL|commands\/.+)\.md$/ },
] as const;

/** Hooks in the head of skills and agents: YAML of the same form as in settings, in force while they work. */
function headHooks(base: Base): readonly HookInput[] {
  return HEADED.flatMap(({ from, pattern }) =>
    (["repository", "home"] as const).flatMap((place) =>
      filesMatching(base[place], pattern).flatMap((file) => {
        const head = frontMatterOf(file);
        const hooks = head.keys["hooks"];
        if (typeof hooks !== "object" || hooks === null) return [];
        const layer = place === "home" ? "user" : "project";
        const text = printedJson(hooks);
        if (text === undefined) return [];
        const root = parseJsonText(text, file.shown, text.length);
        const line = Math.max(1, head.lineOf("hooks"));
        // A handler's own line is not known: YAML has other places than the JSON that is made of it.
        return handlersOf(root).map((handler) => ({
          ...sightOf(base, { from, layer, file }, text, handler),
          line,
          column: 1,
        }));
      }),
    ),
  );
}

/** A part of a head as JSON; undefined where an alias makes it endless or it is too long. */
function printedJson(value: unknown): string | undefined {
  try {
    const text = JSON.stringify(value);
    return text.length > HEAD_CHARS_MAX ? undefined : text;
  } catch {
    return undefined;
  }
}

function sightOf(
  base: Base,
  from: Pick<HookInput, "from" | "layer" | "file">,
  text: string,
  { event, group, node }: ReturnType<typeof handlersOf>[number],
): HookInput {
  const type = textOf(memberOf(node, "type")) ?? "";
  const command =
    textOf(memberOf(node, "command")) ??
    textOf(memberOf(node, "url")) ??
    textOf(memberOf(node, "prompt")) ??
    "";
  const args = argumentsOf(memberOf(node, "args"));
  const { scripts, missing } = type === "command" ? namedScripts(base, from, command, args) : NONE;
  return {
    ...from,
    ...placeIn(text, node.start),
    event,
    matcher: textOf(memberOf(group, "matcher")),
    type,
    command,
    args,
    scripts,
    missing,
    node,
  };
}

const NONE = { scripts: [], missing: [] } as const;

function argumentsOf(node: JsonNode | undefined): readonly string[] | undefined {
  if (node?.kind !== "array") return undefined;
  const value = toJson(node);
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : undefined;
}

/** Words of a command that look like a script of a place that was looked at, with or without a file there. */
function namedScripts(
  { repository, home, managed, system }: Base,
  { file }: Pick<HookInput, "file">,
  command: string,
  args: readonly string[] = [],
): { readonly scripts: readonly SeenFile[]; readonly missing: readonly string[] } {
  const words = [command, ...args].flatMap(
    (text) => text.match(/(?:"[^"]*"|'[^']*'|[^\s;|&<>()"'])+/g) ?? [],
  );
  const scripts: SeenFile[] = [];
  const missing: string[] = [];
  for (const [at, quoted] of words.slice(0, 64).entries()) {
    const word = quoted.replaceAll(/["']/g, "");
    const inProject =
      /^\$\{?CLAUDE_PROJECT_DIR(?::?-[^}]*)?\}?\/(.+)$/.exec(word)?.[1] ?? relativeScript(word);
    const inHome = /^(?:~|\$\{?HOME\}?)\/(.+)$/.exec(word)?.[1];
    const inPlugin = /^\$\{?CLAUDE_PLUGIN_ROOT(?::?-[^}]*)?\}?\/(.+)$/.exec(word)?.[1];
    const found =
      (inProject === undefined ? undefined : repository.files.get(inProject)) ??
      (inHome === undefined ? undefined : home.files.get(inHome)) ??
      (inPlugin === undefined
        ? undefined
        : repository.files.get(pluginPath(file.path, inPlugin))) ??
      (word.startsWith("/") ? (system.files.get(word) ?? inManaged(managed, word)) : undefined);
    if (found !== undefined) scripts.push(found);
    else if (isBehindLink(repository, inPlugin ? pluginPath(file.path, inPlugin) : inProject))
      continue;
    else if (isScriptName(inProject ?? inPlugin, at === 0) && repository.isWhole)
      missing.push(word);
    else if (isScriptName(inHome, at === 0) && home.isWhole) missing.push(word);
  }
  return { scripts, missing };
}

/** WHY: links of folders are not followed, so what lies behind one was not looked at and may well be there. */
function isBehindLink({ links = [] }: Base["repository"], path: string | undefined): boolean {
  return path !== undefined && links.some((link) => path.startsWith(`${link}/`));
}

function inManaged(managed: Base["managed"], word: string): SeenFile | undefined {
  const start = `${managed.shown}/`;
  return word.startsWith(start) ? managed.files.get(word.slice(start.length)) : undefined;
}

function pluginPath(manifest: string, path: string): string {
  return `${manifest.replace(/hooks\/hooks\.json$/, "")}${path}`;
}

function relativeScript(word: string): string | undefined {
  const path = word.replace(/^\.\//, "");
  // WHY no address: what is fetched lies in no folder.
  return !path.startsWith("/") && !path.includes("://") && path.includes("/") && isScriptName(path)
    ? path
    : undefined;
}

/** `isProgram`: whether it is the first word, which in a folder of hooks needs no ending. */
function isScriptName(path: string | undefined, isProgram = false): boolean {
  if (path === undefined) return false;
  if (/\.(?:sh|bash|zsh|py|js|mjs|cjs|ts|rb|pl|ps1)$/.test(path)) return true;
  return isProgram && /(?:^|\/)hooks\/[\w-]+$/.test(path);
}
