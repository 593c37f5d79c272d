// Elements of arrays and maps, under keys that are known; those of which the key or the number is not known stand together.
import { FIELDS_MAX } from "#base/limits.ts";
import { EMPTY, hole, likeOf, sourcesOf, type Text, type TextSet } from "./text.ts";
import { sameSet, union } from "./text-sets.ts";

/**
 * One element under its key: a number from 0 in both dialects, or the key of a map. Without a key it stands for any number
 * of elements under any keys: its values are one hole that splits.
 */
export type Element = { readonly key: string | undefined; readonly values: TextSet };

/** Elements in the order of their keys; those of a map in no order. */
export type Elements = readonly Element[];

/** Fields as items of a list: one that may become any number of fields stays one item, which stands for them. */
export function itemsOfFields(fields: readonly Text[]): readonly TextSet[] {
  return fields.map((text): TextSet => {
    const hasGlob = text.some((piece) => piece.kind === "glob");
    const isSplit = text.some((piece) => piece.kind === "hole" && piece.splits);
    if (!hasGlob && !isSplit) return [text];
    const [only, ...others] = text;
    if (only?.kind === "hole" && others.length === 0) return [text];
    const sources = sourcesOf([text]);
    // What a pattern names; it is relative where the pattern is.
    const like = isSplit ? {} : { like: likeOf(text) };
    return [[hole("dynamic-path", { sources, ...like })]];
  });
}

/** Whether an item of a list stands for any number of them. */
export function isLooseItem(texts: TextSet): boolean {
  return texts.some((text) => text.some((piece) => piece.kind === "hole" && piece.splits));
}

/** Any number of elements, made of these texts. */
export function looseElements(texts: TextSet): Elements {
  return [{ key: undefined, values: anyOf(texts) }];
}

function anyOf(texts: TextSet): TextSet {
  const [only, ...others] = texts;
  const piece = others.length === 0 && only?.length === 1 ? only[0] : undefined;
  if (piece?.kind === "hole" && piece.splits) return texts;
  return [[hole("budget", { sources: sourcesOf(texts) })]];
}

/** Whether every element and its key are known. */
export function isListed(elements: Elements): boolean {
  return elements.every((element) => element.key !== undefined);
}

/** What an element may hold; `key` undefined for any of them. An element that is not there is empty. */
export function elementAt(elements: Elements, key: string | undefined): TextSet {
  const exact = key === undefined ? undefined : elements.find((one) => one.key === key);
  const loose = elements.filter((one) => one.key === undefined || key === undefined);
  if (loose.length === 0) return exact?.values ?? EMPTY;
  const all = [
    ...(exact === undefined ? [EMPTY] : [exact.values]),
    ...loose.map((one) => one.values),
  ];
  return union(...all);
}

/** The elements with one more, or another in its place; `key` undefined when it is not known. */
export function withElement(
  elements: Elements,
  key: string | undefined,
  values: TextSet,
  isMap: boolean,
): Elements {
  // Among elements whose numbers are not known it may stand before some and behind others, or be one of them.
  const isLost = key === undefined || (!isMap && !isListed(elements));
  if (isLost || elements.length >= FIELDS_MAX)
    return looseElements([...elements.flatMap((one) => one.values), ...values]);
  const at = elements.findIndex((one) => one.key === key);
  if (at >= 0) return elements.map((one, index) => (index === at ? { key, values } : one));
  const before = isMap
    ? elements.length
    : elements.findIndex((one) => one.key !== undefined && Number(one.key) > Number(key));
  const place = before < 0 ? elements.length : before;
  return [...elements.slice(0, place), { key, values }, ...elements.slice(place)];
}

/** The elements without one. */
export function withoutElement(elements: Elements, key: string | undefined): Elements {
  if (key === undefined) return looseElements(elements.flatMap((one) => one.values));
  return elements.filter((one) => one.key !== key);
}

/** Further elements behind these. */
export function withMore(elements: Elements, more: readonly TextSet[]): Elements {
  if (!isListed(elements) || elements.length + more.length > FIELDS_MAX)
    return looseElements([...elements.flatMap((one) => one.values), ...more.flat()]);
  const next = nextIndex(elements);
  return [...elements, ...more.map((values, at) => ({ key: String(next + at), values }))];
}

/** The index behind the last one. */
export function nextIndex(elements: Elements): number {
  return elements.reduce((most, one) => Math.max(most, Number(one.key ?? 0) + 1), 0);
}

/** The values of all elements, each a field or, where their number is not known, any number of them. */
export function itemsOf(elements: Elements, isMap: boolean): readonly TextSet[] {
  if (!isMap || elements.length < 2 || !isListed(elements))
    return elements.map((one) => one.values);
  // No order can be relied on.
  const all = union(...elements.map((one) => one.values));
  return elements.map(() => all);
}

/** The elements of one of two paths. */
export function joinElements(first: Elements, second: Elements): Elements {
  const sameKeys =
    first.length === second.length && first.every((one, at) => one.key === second[at]?.key);
  if (!sameKeys) return looseElements([...first, ...second].flatMap((one) => one.values));
  return first.map(({ key, values }, at) => ({
    key,
    values: union(values, second[at]?.values ?? EMPTY),
  }));
}

/** Whether both hold the same. */
export function sameElements(first: Elements | undefined, second: Elements | undefined): boolean {
  if (first === second) return true;
  if (first === undefined || second === undefined || first.length !== second.length) return false;
  return first.every(
    (one, at) => one.key === second[at]?.key && sameSet(one.values, second[at]?.values ?? EMPTY),
  );
}
