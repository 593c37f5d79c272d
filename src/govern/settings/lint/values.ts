// Checks of values: whether a key can take what stands there, and what a wrong value costs.
import type { KnownKey } from "../catalogue.ts";
import { type JsonNode } from "../json-text.ts";
import { findingAt, type LintDocument, type LintFinding, textOf } from "./document.ts";

/** What is wrong with the value of a key. */
export function valueFindings(
  document: LintDocument,
  known: KnownKey,
  node: JsonNode,
): readonly LintFinding[] {
  // What hooks hold is checked entry by entry.
  if (known.key === "hooks" || known.key.startsWith("hooks.")) return [];
  const types = [known.type].flat();
  if (types.some((type) => fits(type, known.values, node))) return [];
  const isMild = known.invalid === "key" || document.layer === "managed";
  const cost = isMild
    ? "the client drops this entry"
    : "the client ignores the whole file, its deny rules too, and says nothing";
  return [
    findingAt(document, node.start, isMild ? "value/dropped" : "value/wrong-type", {
      message: `\`${known.key}\` takes ${expectation(known)}: ${cost}`,
      fix: adviceFor(known, node),
    }),
  ];
}

type Type = KnownKey["type"] extends infer One
  ? One extends readonly (infer T)[]
    ? T
    : One
  : never;

function fits(type: Type, values: readonly string[] | undefined, node: JsonNode): boolean {
  switch (type) {
    case "boolean":
      return scalarOf(node, "boolean");
    case "string":
      return scalarOf(node, "string");
    case "integer":
      return (
        scalarOf(node, "number") && Number.isInteger(numberOf(node)) && Number(numberOf(node)) >= 0
      );
    case "number":
      return scalarOf(node, "number");
    case "enum":
      return values?.includes(textOf(node) ?? "") === true;
    case "strings":
      return node.kind === "array" && node.elements.every((one) => scalarOf(one, "string"));
    // A rule that is none costs only itself.
    case "rules":
    case "list":
      return node.kind === "array";
    case "map":
    case "object":
      return node.kind === "object";
    case "any":
      return true;
    default:
      return type satisfies never;
  }
}

const TYPE_WORDS = {
  boolean: "true or false",
  string: "a text",
  integer: "a whole number that is not negative",
  number: "a number",
  enum: "one of its values",
  strings: "a list of texts",
  rules: "a list of rules",
  list: "a list",
  map: "an object",
  object: "an object",
  any: "anything",
} as const;

function expectation({ type, values }: KnownKey): string {
  if (values !== undefined) return values.map((value) => `\`${value}\``).join(" or ");
  return [type]
    .flat()
    .map((one) => TYPE_WORDS[one])
    .join(" or ");
}

function adviceFor({ key, values }: KnownKey, node: JsonNode): string {
  const [only] = values ?? [];
  if (values?.length === 1 && only !== undefined) return `write \`"${only}"\`, or take the key out`;
  if (key === "permissions.defaultMode" && textOf(node) === "ask")
    return "`ask` is no mode: write `default`, in which people are asked";
  if (textOf(node) === "true" || textOf(node) === "false") return "take the quotes away";
  return "correct it, or take the key out";
}

function scalarOf(node: JsonNode, type: "boolean" | "string" | "number"): boolean {
  return node.kind === "scalar" && typeof node.value === type;
}

function numberOf(node: JsonNode): number | undefined {
  return node.kind === "scalar" && typeof node.value === "number" ? node.value : undefined;
}
