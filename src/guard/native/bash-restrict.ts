// Deny and ask rules against a command: each part in every form that the client knows, and the paths of file programs.
import { joinPath } from "#base/path.ts";
import type { BashCall } from "./bash-call.ts";
import type { CommandParts, SimpleCommand } from "./command-parts.ts";
import { fixedPart, type PathUse, pathsOf } from "./file-commands.ts";
import { absolutePath, pathForms, ruleOnAny } from "./places.ts";
import type { CompiledRule } from "./session.ts";
import { innerWords, restrictedForms } from "./wrappers.ts";

/** The first of the rules that speaks of a part of the command. */
export function findRestriction(
  source: string,
  parts: CommandParts,
  rules: readonly CompiledRule[],
): CompiledRule | undefined {
  if (rules.length === 0) return undefined;
  const texts = new Set<string>([source.trim()]);
  const behindXargs = new Set<string>();
  const add = (words: readonly string[]): void => {
    for (const form of restrictedForms(words))
      (form.isBehindXargs ? behindXargs : texts).add(form.words.join(" "));
  };
  for (const command of parts.commands) {
    add(command.words.map(({ value, raw }) => value ?? raw));
    // WHY: what may come to nothing does not keep a command from being the one a rule names.
    if (command.words.some(({ mayVanish }) => mayVanish))
      add(
        command.words.filter(({ mayVanish }) => !mayVanish).map(({ value, raw }) => value ?? raw),
      );
    texts.add(command.text);
    texts.add(command.withAssignments);
  }
  if (parts.problems.has("syntax")) for (const words of looseCommands(source)) add(words);
  return rules.find(({ command }) => {
    if (command === undefined) return true;
    return [...texts].some(command.matches) || [...behindXargs].some(command.matchesBehindXargs);
  });
}

/** Text that does not parse: words between anything that could end a command, from every keyword on. */
function looseCommands(source: string): readonly (readonly string[])[] {
  return source.split(/[;&|\n(){}`]+/).flatMap((piece) => {
    const words = piece.trim().split(/\s+/);
    const after = words.findLastIndex((word) =>
      /^(?:then|do|else|in|if|while|until|!|f)$/.test(word),
    );
    return after < 0 ? [words] : [words, words.slice(after + 1)];
  });
}

/** Problems after which the client no longer looks at paths. */
const BLINDING = [
  "nested command",
  "variable",
  "variable in braces",
  "brace expansion",
  "escape codes",
  "arithmetic",
  "array",
  "extended pattern",
  "here-document that expands",
  "group in braces",
  "case",
  "function",
  "select",
  "coproc",
  "redirected group",
];

/** The deny rule on a path that the command reads or writes. */
export function deniedPath(call: BashCall, parts: CommandParts): CompiledRule | undefined {
  const { read, edit } = call.session.lists.deny;
  if (read.length === 0 && edit.length === 0) return undefined;
  if (BLINDING.some((problem) => parts.problems.has(problem))) return undefined;
  const directories = [call.cwd];
  for (const command of parts.commands) {
    for (const { use, word } of usesOf(command)) {
      if (word.value === undefined) continue;
      const path = word.isGlob ? fixedPart(word.value) : word.value;
      for (const directory of directories) {
        const forms = pathForms(absolutePath(path, directory, call.session.home), call.disk);
        const found = ruleOnAny(use === "read" ? read : edit, forms);
        if (found !== undefined) return found;
      }
    }
    const target = changedTo(command);
    if (target !== undefined) directories.push(joinPath(call.cwd, target));
  }
  return undefined;
}

function changedTo({ words }: SimpleCommand): string | undefined {
  return words[0]?.value === "cd" ? words[1]?.value : undefined;
}

/** Paths of the program and of its redirections. */
function usesOf(command: SimpleCommand): readonly PathUse[] {
  return [
    ...pathsOf(innerWords(command.words)),
    ...command.redirects.map(
      ({ direction, target }): PathUse => ({
        use: direction === "in" ? "read" : "write",
        word: target,
      }),
    ),
  ];
}
