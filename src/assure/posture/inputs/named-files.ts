// Files of a repository that others bring in: imports of CLAUDE.md, and scripts that settings, packages and editors name.
import { joinPath } from "#base/path.ts";
import { importsIn } from "./instruction-text.ts";
import type { SeenFile } from "./audit-inputs.ts";

/** Files that are read because others name them. */
export const NAMED_FILES_MAX = 200;
const INSTRUCTIONS =
  /(?:^|\/)(?:CLAUDE(?:\.local)?|AGENTS)\.md$|(?:^|\/)\.claude\/(?:rules|memory|commands|agents|skills)\/.*\.md$/;
const NAMING =
  /(?:^|\/)(?:settings(?:\.local)?|hooks|package|\.mcp|plugin|tasks|deno|\.?devcontainer)\.jsonc?$|(?:^|\/)(?:lefthook\.ya?ml|\.pre-commit-config\.yaml|\.husky\/[\w-]+|\.envrc|mise\.toml)$/;
/** A script by a path from the repository's root or the naming file's folder. */
const SCRIPT =
  /(?:\$\{?CLAUDE_PROJECT_DIR(?::?-[^}\s]*)?\}?\\?["']?\/|\$\{workspaceFolder\}\/|(?<![\w/.~$}@-])(?:\.\/)?)((?:[\w.-]+\/)*[\w.-]+\.(?:sh|bash|zsh|py|[cm]?js|ts|rb|pl|php|go|lua))\b/g;

/** Paths that `files` name, as they may lie in the repository; whether they are there the caller finds out. */
export function namedFiles(files: Iterable<SeenFile>): readonly string[] {
  const found = new Set<string>();
  for (const { path, text } of files) {
    if (text === undefined || found.size >= NAMED_FILES_MAX) continue;
    const folder = path.includes("/") ? `/${path.replace(/\/[^/]*$/, "")}` : "/";
    if (INSTRUCTIONS.test(path))
      for (const { path: named } of importsIn(text))
        if (!/^[~/]/.test(named)) found.add(joinPath(folder, named).slice(1));
    if (NAMING.test(path))
      for (const [, named = ""] of text.matchAll(SCRIPT))
        for (const from of folder === "/" ? ["/"] : ["/", folder])
          found.add(joinPath(from, named).slice(1));
  }
  return [...found].slice(0, NAMED_FILES_MAX);
}
