// Lists of Perl that are made of other lists, characters that are put in the place of others: worked out in the source text.
import { decodeHexadecimal } from "../../../bytes/encodings.ts";
import { bare, type Folding, of, quoted, transliterated } from "./folding.ts";

/** Texts of one list, or words in the brackets of `qw`. */
const ITEMS = String.raw`(?:qw\s*(?:\([^()]{1,400}\)|\/[^/]{1,400}\/|\[[^\]]{1,400}\]|\{[^{}]{1,400}\})|\(\s*(?:TEXT|\d{1,7})(?:\s*,\s*(?:TEXT|\d{1,7})){0,63}\s*\)|(?:TEXT|\d{1,7})(?:\s*,\s*(?:TEXT|\d{1,7})){0,63})`;
const TRANSLITERATION = String.raw`(?:tr|y)(?:\/([^/\\]{1,80})\/([^/\\]{0,80})\/|\{([^{}\\]{1,80})\}\s*\{([^{}\\]{0,80})\})`;

export const PERL_LISTS: readonly Folding[] = [
  // The result of `=~ tr/a/b/r`, and variables that are changed in place.
  of(String.raw`(TEXT)\s*=~\s*${TRANSLITERATION}r`, (text, from, to, openFrom, openTo) =>
    changed(text, from ?? openFrom, to ?? openTo),
  ),
  of(
    String.raw`\(\s*((?:my\s+|our\s+|local\s+)?\$(?:NAME|_))\s*=\s*(TEXT)\s*\)\s*=~\s*${TRANSLITERATION}`,
    (name, text, from, to, openFrom, openTo) =>
      assigned(name, changed(text, from ?? openFrom, to ?? openTo)),
  ),
  of(
    String.raw`((?:\bmy\s+)?\$(?:NAME|_))\s*=\s*(TEXT)\s*;\s*(?:\$(?:NAME|_)\s*=~\s*)?${TRANSLITERATION}`,
    (name, text, from, to, openFrom, openTo) =>
      assigned(name, changed(text, from ?? openFrom, to ?? openTo)),
  ),
  of(
    String.raw`\bmap\s*(?:\{([^{};]{1,80});?\s*\}\s*|([^{},;]{1,80}),\s*)(${ITEMS})`,
    (block, expression, items) => mapped(block ?? expression ?? "", itemsOf(items)),
  ),
  of(
    String.raw`\b(unlink|rmdir|system|exec|rmtree|remove_tree)\s*(?:\$_\s+)?(?:for|foreach)\s*\(?\s*(${ITEMS})`,
    (verb, items) =>
      itemsOf(items)
        .map((item) => `${verb} ${quoted(item)}`)
        .join("; "),
  ),
];

function assigned(name: string, text: string | undefined): string | undefined {
  return text === undefined ? undefined : `${name} = ${text}`;
}

function changed(text: string, from = "", to = ""): string | undefined {
  const result = transliterated(bare(text), from, to === "" ? from : to);
  return result === undefined ? undefined : quoted(result);
}

function itemsOf(list: string): readonly string[] {
  const words = /^qw\s*[([{/]([^]*)[)\]}/]$/.exec(list)?.[1];
  if (words !== undefined) return words.trim().split(/\s+/);
  return [...list.matchAll(/'([^']*)'|"([^"]*)"|(\d+)/g)].map(
    ([, single, double, number]) => single ?? double ?? number ?? "",
  );
}

/** The items with the body of a `map` applied to each; undefined for a body that is not plain. */
function mapped(body: string, items: readonly string[]): string | undefined {
  const results = items.map((item) => applied(body.trim(), item));
  return results.some((one) => one === undefined)
    ? undefined
    : `(${results.map((one) => quoted(one ?? "")).join(", ")})`;
}

function applied(body: string, item: string): string | undefined {
  if (/^pack\s*\(?\s*["']H\*["']\s*,\s*\$_\s*\)?$/.test(body))
    return /^(?:[\da-fA-F]{2})+$/.test(item) ? (decodeHexadecimal(item) ?? "") : undefined;
  if (/^chr(?:\s*\(?\s*\$_\s*\)?)?$/.test(body))
    return /^\d{1,6}$/.test(item) ? String.fromCodePoint(Number(item)) : undefined;
  if (/^lc(?:\s*\(?\s*\$_\s*\)?)?$/.test(body)) return item.toLowerCase();
  if (/^uc(?:\s*\(?\s*\$_\s*\)?)?$/.test(body)) return item.toUpperCase();
  if (/^scalar\s*\(?\s*reverse\b/.test(body)) return [...item].reverse().join("");
  const template = /^"([^"\\]*)"$/.exec(body)?.[1];
  return template === undefined || /[$@](?!_(?!\w))/.test(template)
    ? undefined
    : template.replaceAll("$_", () => item);
}
