// What a hook runs, as far as its text says: a shell script, one of husky's, or the commands of a tool that keeps them in a list.
import { literal } from "../../shell/values/text.ts";
import type { Consequence, ModelContext } from "../model/command-model.ts";
import type { GitFacts } from "../../facts/facts.ts";
import { isOwnHookText } from "./own-hook.ts";
import { runsFrom } from "../projects/project-scripts.ts";

/** Commands of one list that are followed. */
const COMMANDS_MAX = 32;
/** Bytes of a hook that is looked into. */
const CHARS_MAX = 16 * 1024;

/** Tools that install hooks of their own, and where they keep what these run. */
const LISTS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\blefthook\b/, ["lefthook.yml", ".lefthook.yml", "lefthook.yaml", "lefthook-local.yml"]],
  [/\bpre[-_]commit\b/, [".pre-commit-config.yaml"]],
];

/** The first lines of a hook that sallyport put there; `src/surface/services/git-hooks/hook-block.ts` writes them. */
const GUARDED = "#!/bin/sh\n# >>> sallyport: ";
/** Where such a hook keeps the one that was there before, which it runs first. */
const BEFORE = ".before-sallyport";

/** Whether a hook is one of sallyport's, so that leaving it out lifts a control. */
export function isGuarded(hook: string, repository: GitFacts, context: ModelContext): boolean {
  const { hooksDirectory, root } = repository;
  if (hooksDirectory === undefined) return false;
  const places = [`${hooksDirectory}/${hook}`, `${root}/.husky/${hook}`];
  return places.some((path) =>
    context.codeAt(literal(path))?.texts.some((text) => text.includes("\n# >>> sallyport: ")),
  );
}

/** Consequences of running a hook: it may do anything, and surely what its text says. */
export function runsHook(
  hook: string,
  repository: GitFacts,
  context: ModelContext,
): readonly Consequence[] {
  const program = `git hook ${hook}`;
  const { hooksDirectory, root } = repository;
  const file = (path: string): ReturnType<ModelContext["codeAt"]> => context.codeAt(literal(path));
  const own = hooksDirectory === undefined ? undefined : file(`${hooksDirectory}/${hook}`);
  if (own === undefined) return [runsFrom(program)];
  if (own.texts.length > 0 && own.texts.every((text) => text.startsWith(GUARDED))) {
    // WHY its words are judged like any: a text that only looks like ours may start something else.
    return [
      ...own.texts
        .filter((text) => !isKnownHook(text, hook, context))
        .map((text): Consequence => scriptOf(text, root, false)),
      ...runsBefore(hook, repository, context),
    ];
  }
  const texts = own.texts.filter((text) => text.length <= CHARS_MAX);
  // Husky's hooks lead to files of the same names beside the directory that holds them.
  const husky = texts.some((text) => /\bhusky\b|(?:^|\/)h"?$/m.test(text))
    ? file(`${root}/.husky/${hook}`)
    : undefined;
  const listed = LISTS.filter(([name]) => texts.some((text) => name.test(text)))
    .flatMap(([, files]) => files)
    .flatMap((name) => file(`${root}/${name}`)?.texts ?? [])
    .flatMap(commandsOf);
  const scripts = [...texts.filter(isShell), ...(husky?.texts ?? []), ...listed];
  const origins = [own.origin, husky?.origin].filter((origin) => origin !== undefined);
  const strange = origins.find((origin) => origin === "download" || origin === "generated");
  return [
    runsFrom(program, strange ?? own.origin),
    ...scripts.map((text): Consequence => scriptOf(text, root, true)),
  ];
}

/** Variables by which another program, or other code, would run in place of ours. */
const REDIRECTS: readonly string[] = [
  ...["NODE_OPTIONS", "NODE_PATH", "LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "ENV"],
  ...["DYLD_INSERT_LIBRARIES", "DYLD_LIBRARY_PATH"],
];

/** A hook of an installation of ours looks at what git is about to take, and does nothing else. */
function isKnownHook(text: string, hook: string, context: ModelContext): boolean {
  const isPlain = REDIRECTS.every((name) => context.variable(name) === undefined);
  return isPlain && isOwnHookText(text, hook, context.ownPaths);
}

function scriptOf(text: string, root: string, isCovered: boolean): Consequence {
  const script = { texts: [literal(text)], positional: [], directory: literal(root) };
  return isCovered ? { kind: "script", ...script, isCovered } : { kind: "script", ...script };
}

/** What the hook runs that was there before sallyport's. */
function runsBefore(
  hook: string,
  { hooksDirectory, root }: GitFacts,
  context: ModelContext,
): readonly Consequence[] {
  const before = context.codeAt(literal(`${hooksDirectory ?? ""}/${hook}${BEFORE}`));
  if (before === undefined) return [];
  const scripts = before.texts.filter((text) => text.length <= CHARS_MAX && isShell(text));
  return [
    runsFrom(`git hook ${hook}`, before.origin),
    ...scripts.map((text) => scriptOf(text, root, true)),
  ];
}

/** Whether a text is one for a shell: its first line says so, or says nothing. */
function isShell(text: string): boolean {
  return !text.startsWith("#!") || /^#![^\n]*\b(?:ba|da|z|k)?sh\b/.test(text);
}

/** Commands of a list, read by their lines alone: `run: npm test`, `entry: ./check`. */
function commandsOf(text: string): readonly string[] {
  const lines = text.matchAll(/^[^\S\n\r]*(?:-\s+)?(?:run|entry):[ \t]*(?![|>])(\S[^\n]*)$/gm);
  return [...lines].slice(0, COMMANDS_MAX).map((found) => unquoted((found[1] ?? "").trim()));
}

function unquoted(value: string): string {
  const inner = /^(["'])(.*)\1$/s.exec(value);
  return inner === null ? value : (inner[2] ?? "");
}
