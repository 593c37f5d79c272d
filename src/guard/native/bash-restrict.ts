// Deny and ask rules against a command: each part in every form that the client knows, and the paths of file programs.
import { joinPath } from "#base/path.ts";
import type { BashCall } from "./bash-call.ts";
import type { CommandParts, SimpleCommand } from "./command-parts.ts";
import type { CommandWord } from "./command-words.ts";
import { fixedPart, type PathUse, pathsOf } from "./file-commands.ts";
import { absolutePath, pathForms, ruleOnAny } from "./places.ts";
import type { CompiledRule, NativeSession } from "./session.ts";
import { innerWords, restrictedForms } from "./wrappers.ts";

/** The rules that restrict a command: what denies it, and otherwise what asks about it. */
export type Restriction = {
  readonly denied: CompiledRule | undefined;
  readonly asked: CompiledRule | undefined;
};

type Texts = {
  readonly plain: ReadonlySet<string>;
  readonly behindXargs: ReadonlySet<string>;
  /** Those of the plain ones that a rule with an exact text may be for, before wider ones are looked at. */
  readonly exact: ReadonlySet<string>;
};

/** Holds deny and ask rules against every part of a command, in every form of it. */
export function findRestriction(
  source: string,
  parts: CommandParts,
  lists: NativeSession["lists"],
): Restriction {
  const deny = lists.deny.bash;
  const ask = lists.ask.bash;
  if (deny.length + ask.length === 0) return { denied: undefined, asked: undefined };
  const every = deny.find(isEvery) ?? findWhole(source, deny);
  if (every !== undefined) return { denied: every, asked: undefined };
  let asked = ask.find(isEvery);
  const loose = parts.problems.has("syntax") ? looseCommands(source).map((words) => [words]) : [];
  for (const texts of [
    ...parts.commands.map(textsOf),
    ...loose.map((vectors) => collect(vectors)),
  ]) {
    // WHY: the client looks for the exact text first, so that a question about it comes before a wider prohibition. Not so in
    // text that does not parse, nor behind programs of which it does not say what they start (measured).
    const isCertain = !parts.problems.has("syntax");
    const found =
      deny.find((rule) => isExactly(rule, texts.plain)) ??
      (isCertain ? ask.find((rule) => isExactly(rule, texts.exact)) : undefined) ??
      deny.find((rule) => isLike(rule, texts)) ??
      ask.find((rule) => isExactly(rule, texts.plain) || isLike(rule, texts));
    if (found?.rule.list === "deny") return { denied: found, asked: undefined };
    asked ??= found;
  }
  return { denied: undefined, asked };
}

function isEvery({ parts }: CompiledRule): boolean {
  return parts.subject === undefined;
}

function isExactly({ command }: CompiledRule, texts: ReadonlySet<string>): boolean {
  return command?.exact !== undefined && texts.has(command.exact);
}

function isLike({ command }: CompiledRule, { plain, behindXargs }: Texts): boolean {
  if (command === undefined || command.exact !== undefined) return false;
  for (const text of plain) if (command.matches(text)) return true;
  // WHY: `xargs` adds words, so that only a rule without a certain end speaks of what stands behind it.
  for (const text of behindXargs) if (command.matches(text)) return true;
  return false;
}

/** All texts of one part. */
function textsOf(command: SimpleCommand): Texts {
  const { words } = command;
  const lists = [words];
  // WHY: what may come to nothing does not keep a command from being the one a rule names.
  const lasting = words.filter(({ mayVanish }) => !mayVanish);
  if (lasting.length < words.length) lists.push(lasting);
  if (command.wordsBeforeFile < words.length) lists.push(words.slice(0, command.wordsBeforeFile));
  const vectors = lists.flatMap((list) => {
    const values = list.map(textOf);
    const raw = list.map((word) => word.raw);
    return raw.every((text, at) => text === values[at]) ? [values] : [values, raw];
  });
  if (command.isTimed) vectors.push(["time", ...words.map(textOf)]);
  return collect(vectors, [command.text, command.withAssignments]);
}

function collect(vectors: readonly (readonly string[])[], texts: readonly string[] = []): Texts {
  const plain = new Set<string>(texts);
  const exact = new Set<string>(texts);
  const behindXargs = new Set<string>();
  for (const words of vectors) {
    for (const form of restrictedForms(words)) {
      const text = form.words.join(" ");
      (form.isBehindXargs ? behindXargs : plain).add(text);
      if (form.isExact) exact.add(text);
    }
  }
  return { plain, behindXargs, exact };
}

function textOf({ value, raw }: CommandWord): string {
  return value ?? raw;
}

/**
 * The deny rule that speaks of the whole line, redirections and all parts: by its text, or by a pattern with stars. Measured:
 * `curl * | sh` holds `curl x | sh` and `curl x|sh`, not `curl x | sh -`.
 */
function findWhole(source: string, rules: readonly CompiledRule[]): CompiledRule | undefined {
  const patterns = rules.filter(({ parts, command }) => {
    return command?.exact !== undefined || SEPARATED.test(parts.subject ?? "");
  });
  if (patterns.length === 0) return undefined;
  const line = source.trim();
  const forms = restrictedForms(line.split(/\s+/)).flatMap(({ words, isBehindXargs }) =>
    isBehindXargs ? [] : [words.join(" ")],
  );
  const spaced = line.replace(/(?:(?<!\s)\s+)?(\|\||&&|[|;])\s*/g, " $1 ");
  const texts = [line, ...forms];
  return patterns.find(({ command }) =>
    command?.exact === undefined
      ? [...texts, spaced].some((text) => command?.matches(text))
      : texts.includes(command.exact),
  );
}

/** A pattern of several commands; one of a single command is held against each part. */
const SEPARATED = /\s(?:\|\|?|&&|;)\s/;

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
  "words behind a redirection",
];

/** Whether the client does not look at the paths of a command at all. */
export function isBlind({ problems }: CommandParts): boolean {
  return problems.size > 0 && BLINDING.some((problem) => problems.has(problem));
}

/** The deny rule on a path that the command reads or writes. */
export function deniedPath(call: BashCall, parts: CommandParts): CompiledRule | undefined {
  const { read, edit } = call.session.lists.deny;
  if (read.length === 0 && edit.length === 0) return undefined;
  if (isBlind(parts)) return undefined;
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
