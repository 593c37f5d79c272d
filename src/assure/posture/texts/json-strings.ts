// Every text of a JSON tree with the keys that lead to it.
import type { JsonNode } from "#govern/settings/json-text.ts";

/** A text and where it stands. `path`: keys, `[]` for a list. */
export type PlacedText = {
  readonly path: readonly string[];
  readonly text: string;
  readonly start: number;
};

/** All texts of a tree, in their order. */
export function textsOfTree(node: JsonNode, path: readonly string[] = []): readonly PlacedText[] {
  switch (node.kind) {
    case "object":
      return node.members.flatMap(({ key, value }) => textsOfTree(value, [...path, key]));
    case "array":
      return node.elements.flatMap((element) => textsOfTree(element, [...path, "[]"]));
    case "scalar":
      return typeof node.value === "string" ? [{ path, text: node.value, start: node.start }] : [];
    default:
      return node satisfies never;
  }
}
