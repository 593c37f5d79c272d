// Functions of a shell, of which several may be meant by one name.
import type { Alias } from "./aliases.ts";
import type { FunctionNode } from "../syntax/syntax.ts";

/**
 * A function body, parsed (defined in the command) or as text (defined in the snapshot). More than one: which is defined
 * depends on the path taken; `absent` stands for a path on which it is not defined.
 */
export type FunctionBody =
  | { readonly from: "snapshot"; readonly text: string }
  | {
      readonly from: "command";
      readonly node: FunctionNode["body"];
      readonly source: string;
      /** Aliases that were in force when it was read. */
      readonly aliases: ReadonlyMap<string, Alias>;
    }
  | { readonly from: "absent" };

/** A function that is not defined. */
export const ABSENT: readonly FunctionBody[] = [{ from: "absent" }];

/** A text that is the same for the same body alone. */
function bodyKey(body: FunctionBody): string {
  switch (body.from) {
    case "absent":
      return "";
    case "snapshot":
      return `s${body.text}`;
    case "command":
      return `c${body.node.pos}:${body.source}`;
    default:
      return body satisfies never;
  }
}

/** The bodies of two states of a shell together, each once. */
export function joinBodies(
  mine: readonly FunctionBody[] = ABSENT,
  theirs: readonly FunctionBody[] = ABSENT,
): readonly FunctionBody[] {
  const same = new Set(mine);
  const more = theirs.filter((body) => !same.has(body));
  // WHY first: most states have the very same bodies, and a key is as long as the text that a body stands in.
  if (more.length === 0) return mine;
  const keys = new Set(mine.map(bodyKey));
  return [...mine, ...more.filter((body) => !keys.has(bodyKey(body)))];
}
