// Aliases of zsh that stand for a word anywhere on a line, or for the end of a command's name: kept as elements of its maps.
import { COMMAND_CHARS_MAX } from "#base/limits.ts";
import { withElement } from "../values/arrays.ts";
import type { Scope } from "../values/scope.ts";
import { hole, literal, type Text, type TextSet, textOf } from "../values/text.ts";
import { behindMeaning } from "../syntax/zsh-forms.ts";

/** The map of aliases that stand for a word anywhere. */
const ANYWHERE = "galiases";
/** The map of aliases that stand for the ends of names. */
const BY_ENDING = "saliases";

/** The map that `alias -g` or `alias -s` fills; undefined for other aliases. */
export function mapOfAliases(args: readonly Text[]): string | undefined {
  const flags = args.map((text) => /^-([a-zA-Z]+)$/.exec(textOf(text) ?? "")?.[1] ?? "").join("");
  if (!/^[gsLr]+$/.test(flags)) return undefined;
  return flags.includes("g") ? ANYWHERE : flags.includes("s") ? BY_ENDING : undefined;
}

/** Gives an alias in such a map its text; false for a word that is no `NAME=TEXT`. */
export function nameInMap(map: string, word: Text, scope: Scope): boolean {
  const [, name, text] = /^([^=]+)=([\s\S]*)$/.exec(textOf(word) ?? "") ?? [];
  if (name === undefined || text === undefined) return false;
  const earlier = scope.get(map)?.elements ?? [];
  scope.setElements(map, withElement(earlier, name, [literal(text)], true), true);
  return true;
}

/** What a command's name becomes by an alias for its ending: the alias with the name behind it. */
export function byEnding(name: string, scope: Scope): TextSet {
  if (!scope.variables.has(BY_ENDING)) return [];
  const ending = /\.([^./]+)$/.exec(name)?.[1];
  if (ending === undefined) return [];
  const elements = scope.get(BY_ENDING)?.elements ?? [];
  return elements
    .filter(({ key }) => key === undefined || key === ending)
    .flatMap(({ values }) => values)
    .map((text) => {
      const known = textOf(text);
      return known === undefined ? [hole("dynamic-command")] : literal(`${known} ${name}`);
    });
}

/** Past this aliases in the texts of aliases are not followed. */
const ROUNDS_MAX = 4;

/** A text of several lines that makes such an alias: of a file zsh reads a line only when those before it have run. */
const MAKES_ITS_OWN = /(?:\balias\s+-\w*[gs]|\b[gs]aliases\b)[\s\S]*\n[\s\S]*\S/;

/**
 * The text with aliases put in that stand for words anywhere; the text itself where there are none of them. undefined
 * where what stands there is not known.
 */
export function withAliasesAnywhere(source: string, scope: Scope): string | undefined {
  if (MAKES_ITS_OWN.test(source)) return undefined;
  if (!scope.variables.has(ANYWHERE)) return source;
  const elements = scope.get(ANYWHERE)?.elements ?? [];
  const texts = new Map<string, string>();
  for (const { key, values } of elements) {
    const [value, ...others] = values;
    const text = value === undefined || others.length > 0 ? undefined : textOf(value);
    if (key === undefined || text === undefined) return undefined;
    texts.set(key, text);
  }
  let written = source;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const used = new Set<string>();
    written = replaceWords(written, texts, used);
    if (used.size === 0) return written;
    if (written.length > COMMAND_CHARS_MAX) return undefined;
    // None is put in where it stands for itself.
    for (const name of used) texts.delete(name);
  }
  return written;
}

function replaceWords(
  source: string,
  texts: ReadonlyMap<string, string>,
  used: Set<string>,
): string {
  let written = "";
  let at = 0;
  while (at < source.length) {
    const isStart = at === 0 || /[\s;&|()<>]/.test(source[at - 1] ?? "");
    const [word = ""] = isStart ? (/^[^\s;&|()<>"'`$\\]+/.exec(source.slice(at)) ?? []) : [];
    const isWhole = /^$|[\s;&|()<>]/.test(source[at + word.length] ?? "");
    const text = word === "" || !isWhole ? undefined : texts.get(word);
    if (text !== undefined) used.add(word);
    const next = word === "" || word.startsWith("#") ? behindMeaning(source, at) : at + word.length;
    written += text ?? source.slice(at, next);
    at = next;
  }
  return written;
}
