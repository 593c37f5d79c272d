// Property lists in XML: the format of macOS for preferences, profiles and services.
import { Failure } from "#base/failure.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";

/** A value as a whole property list. Throws a Failure `compile-output` for what a property list cannot hold. */
export function formatPlist(value: Json): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    ...linesOf(value, 0),
    "</plist>",
    "",
  ].join("\n");
}

/** Text as the content of an element or a quoted attribute of XML. */
export function xmlText(text: string): string {
  if (/[^\t\n\r\x20-\uFFFD\u{10000}-\u{10FFFF}]/u.test(text) || /\p{Surrogate}/u.test(text))
    throw new Failure("compile-output", "a text has a character that no XML file can hold");
  return text.replace(/[&<>"\n\r\t]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function linesOf(value: Json, depth: number): readonly string[] {
  const indent = "  ".repeat(depth);
  const wrap = (name: string, inner: readonly string[]): readonly string[] =>
    inner.length === 0
      ? [`${indent}<${name}/>`]
      : [`${indent}<${name}>`, ...inner, `${indent}</${name}>`];
  if (value === null) throw new Failure("compile-output", "a property list has no empty values");
  if (Array.isArray(value))
    return wrap(
      "array",
      value.flatMap((item) => linesOf(item, depth + 1)),
    );
  switch (typeof value) {
    case "boolean":
      return [`${indent}<${value}/>`];
    case "number":
      return [
        Number.isInteger(value)
          ? `${indent}<integer>${value}</integer>`
          : `${indent}<real>${value}</real>`,
      ];
    case "string":
      return [`${indent}<string>${xmlText(value)}</string>`];
    default:
      return wrap(
        "dict",
        Object.entries(value).flatMap(([key, inner]) => [
          `${indent}  <key>${xmlText(key)}</key>`,
          ...linesOf(inner, depth + 1),
        ]),
      );
  }
}
