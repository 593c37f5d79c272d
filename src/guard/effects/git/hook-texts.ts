// What a hook runs, as far as its text says: a shell script, one of husky's, or the commands of a tool that keeps them in a list.
import { literal } from "../../shell/text.ts";
import type { Consequence, ModelContext } from "../command-model.ts";
import type { GitFacts } from "../../facts.ts";
import { runsFrom } from "../project-scripts.ts";

/** Commands of one list that are followed. */
const COMMANDS_MAX = 32;
/** Bytes of a hook that is looked into. */
const CHARS_MAX = 16 * 1024;

/** Tools that install hooks of their own, and where they keep what these run. */
const LISTS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\blefthook\b/, ["lefthook.yml", ".lefthook.yml", "lefthook.yaml", "lefthook-local.yml"]],
  [/\bpre[-_]commit\b/, [".pre-commit-config.yaml"]],
];

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
    ...scripts.map(
      (text): Consequence => ({
        kind: "script",
        texts: [literal(text)],
        positional: [],
        directory: literal(root),
        isCovered: true,
      }),
    ),
  ];
}

/** Whether a text is one for a shell: its first line says so, or says nothing. */
function isShell(text: string): boolean {
  return !text.startsWith("#!") || /^#![^\n]*\b(?:ba|da|z|k)?sh\b/.test(text);
}

/** Commands of a list, read by their lines alone: `run: npm test`, `entry: ./check`. */
function commandsOf(text: string): readonly string[] {
  const lines = text.matchAll(/^\s*(?:-\s+)?(?:run|entry):[ \t]*(?![|>])(\S[^\n]*)$/gm);
  return [...lines].slice(0, COMMANDS_MAX).map((found) => unquoted((found[1] ?? "").trim()));
}

function unquoted(value: string): string {
  const inner = /^(["'])(.*)\1$/s.exec(value);
  return inner === null ? value : (inner[2] ?? "");
}
