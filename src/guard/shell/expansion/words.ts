// Words: from the raw word to the fields a command may get, over all values the word can have.
import { ARGUMENT_VECTORS_MAX, ARGUMENT_WORDS_MAX, FIELDS_MAX } from "#base/limits.ts";
import { expandBraces } from "./braces.ts";
import type { Fields } from "../values/field-splitting.ts";
import { type Io, callSiteOf, type Shell } from "../values/host.ts";
import { BARE_QUALIFIERS, mayBeOn, pathnames } from "./pathnames.ts";
import { PLAIN_SH, type Scope } from "../values/scope.ts";
import { parseCommand, type Word, type WordPart } from "../syntax/syntax.ts";
import { hole, literal, sourcesOf, type Text, type TextSet, weightOf } from "../values/text.ts";
import { union } from "../values/text-sets.ts";
import { expandAssignedTildes, expandTilde, isLikeAssignment } from "./tildes.ts";
import { collect } from "./word-fields.ts";
import { otherwiseInZsh, readsDifferentlyInZsh } from "./word-texts.ts";

/** All lists of fields that a word may expand to. INVARIANT: never empty. */
export function expandWord(word: Word, scope: Scope, io: Io, shell: Shell): readonly Fields[] {
  if (!shell.host.spend()) return [[[hole("budget")]]];
  const parts = word.parts;
  if (shell.dialects.includes("zsh") && mayRunQualifier(word, scope))
    shell.host.unknown("dynamic-code", "a pattern that may run code", callSiteOf(scope, io));
  if (shell.dialects.includes("zsh") && isZshPattern(word, scope)) {
    const others = shell.dialects.filter((dialect) => dialect !== "zsh");
    const made = [[[hole("dialect", { sources: sourcesOf(namedIn(word, scope)) })]]];
    return others.length === 0 ? made : [...made, ...expandWord(word, scope, io, shell.as(others))];
  }
  if (parts === undefined) return expandPlain(word, scope, shell).map((text) => [text]);
  if (hasBraces(parts)) {
    const lists = union2([
      ...shell.dialects.map((dialect) => expandBraceWord(word, scope, io, shell.as([dialect]))),
      // A plain `sh` may not know them, and bash can be told not to.
      ...(scope.options.has(PLAIN_SH) || mayBeOn("nobraceexpand", scope)
        ? collectEach(parts, word, scope, io, shell)
        : []),
    ]);
    // zsh expands braces after everything else: with an expansion beside them the order of fields is its own.
    const isMixed = shell.dialects.includes("zsh") && /[$`]/.test(word.text);
    return isMixed ? [[[hole("dialect", { sources: sourcesOf(lists.flat()) })]]] : lists;
  }
  const lists = union2(
    shell.dialects.map((dialect) =>
      dialect === "zsh" && readsDifferentlyInZsh(parts)
        ? otherwiseInZsh(parts, scope, io, shell)
        : collect(parts, word, scope, io, shell, dialect),
    ),
  );
  return lists.flatMap((fields) => pathnames(fields, scope, io, shell));
}

/** Flags of zsh behind a dollar (`$~x` is a pattern), and the characters that `extendedglob` makes patterns of. */
function isZshPattern({ text }: Word, scope: Scope): boolean {
  if (/\$[~=^+]+[A-Za-z_{(@*]/.test(text) && !/^'[^']*'$/.test(text)) return true;
  if (hasQualifier(text, scope)) return true;
  if (mayBeOn("braceccl", scope) && /\{[^{},]+\}/.test(text)) return true;
  if (mayBeOn("rcexpandparam", scope) && /\$/.test(text) && !/^(["'])[^"']*\1$/.test(text))
    return true;
  return (
    mayBeOn("extendedglob", scope) && /[#^]|[^/]~/.test(text) && !/^(["'])[^"']*\1$/.test(text)
  );
}

/** Whether a word ends in what a zsh of its own takes for qualifiers of a pattern: `*(D)`. */
function hasQualifier(text: string, scope: Scope): boolean {
  return text.endsWith(")") && /[^\\$<>=]\(/.test(text) && mayBeOn(BARE_QUALIFIERS, scope);
}

/** Whether those qualifiers may be code (`e`, `+`), or sort by what code says (`oe`, `o+`). */
function mayRunQualifier({ text }: Word, scope: Scope): boolean {
  return hasQualifier(text, scope) && /\([^()]*[e+]/.test(text);
}

/** The values of the variables that a word names. */
function namedIn({ text }: Word, scope: Scope): readonly Text[] {
  const names = text.matchAll(/[A-Za-z_]\w*/g);
  return [...names].flatMap(([name]) => scope.variables.get(name)?.values ?? []);
}

/** A word without quotes, expansions or wildcards. */
function expandPlain(word: Word, scope: Scope, shell: Shell): TextSet {
  const plain = expandTilde(literal(word.value), word.text, scope, shell.dialects);
  if (!shell.dialects.includes("bash") || !isLikeAssignment(word)) return plain;
  const assigned = expandAssignedTildes(word.value, word.text, true, scope);
  return shell.dialects.includes("zsh") ? union(plain, assigned) : assigned;
}

/** Argument vectors: every combination of the fields of several words. Too many are joined into one with holes. */
export function expandWords(
  words: readonly Word[],
  scope: Scope,
  io: Io,
  shell: Shell,
): readonly Fields[] {
  let vectors: Text[][] = [[]];
  const vectorsMax = Math.min(ARGUMENT_VECTORS_MAX, ARGUMENT_WORDS_MAX / words.length);
  for (const word of words) {
    const longest = vectors.reduce((most, vector) => Math.max(most, vector.length), 0);
    if (longest > FIELDS_MAX || !shell.host.spend()) {
      shell.host.unknown("budget", "more arguments than are looked at", callSiteOf(scope, io));
      for (const vector of vectors) vector.push([hole("budget")]);
      break;
    }
    const alternatives = expandWord(word, scope, io, shell);
    const [only] = alternatives;
    shell.host.spend(alternatives.reduce((sum, fields) => sum + weightOf(fields), 0));
    if (alternatives.length === 1 && only !== undefined) {
      for (const vector of vectors) vector.push(...only);
    } else if (vectors.length * alternatives.length <= vectorsMax) {
      vectors = vectors.flatMap((vector) => alternatives.map((fields) => [...vector, ...fields]));
    } else {
      const joined = hole("budget", { sources: sourcesOf(alternatives.flat()) });
      for (const vector of vectors) vector.push([joined]);
    }
  }
  return vectors;
}

function collectEach(
  parts: readonly WordPart[],
  word: Word,
  scope: Scope,
  io: Io,
  shell: Shell,
): readonly (readonly Fields[])[] {
  return shell.dialects.map((dialect) => collect(parts, word, scope, io, shell, dialect));
}

function hasBraces(parts: readonly WordPart[]): boolean {
  return parts.some((part) => part.type === "BraceExpansion");
}

function expandBraceWord(word: Word, scope: Scope, io: Io, shell: Shell): readonly Fields[] {
  const raws = expandBraces(word.text, shell.dialects[0]);
  if (raws === undefined) return [[[hole("budget")]]];
  let lists: readonly Fields[] = [[]];
  for (const raw of raws) {
    // `{a,}`: nothing at all is no field in bash, and an empty one in zsh.
    if (raw === "") {
      if (shell.dialects.includes("zsh")) lists = lists.map((list) => [...list, []]);
      continue;
    }
    const again = rawWord(raw);
    const alternatives: readonly Fields[] =
      again === undefined || (again.parts !== undefined && hasBraces(again.parts))
        ? [[[hole("unmodelled")]]]
        : expandWord(
            again,
            scope,
            { ...io, at: io.at ?? { start: word.pos, end: word.end } },
            shell,
          );
    if (lists.length * alternatives.length > ARGUMENT_VECTORS_MAX) return [[[hole("budget")]]];
    lists = lists.flatMap((list) => alternatives.map((fields) => [...list, ...fields]));
  }
  return lists;
}

/** Parses a raw word that came out of brace expansion. */
function rawWord(raw: string): Word | undefined {
  if (raw === "") return undefined;
  const command = parseCommand(`: ${raw}`).script?.commands[0]?.command;
  if (command?.type !== "Command" || command.suffix.length !== 1) return undefined;
  const only = command.suffix[0];
  return only?.type === "Word" ? only : undefined;
}

function union2(lists: readonly (readonly Fields[])[]): readonly Fields[] {
  if (lists.length === 1) return lists[0] ?? [[]];
  const seen = new Map<string, Fields>();
  for (const list of lists) for (const fields of list) seen.set(JSON.stringify(fields), fields);
  return [...seen.values()];
}
