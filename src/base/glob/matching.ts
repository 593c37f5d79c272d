// The steps of a glob held against a path: as an expression, or by following all that may have been read.
import type { GlobStep } from "./steps.ts";

function isLoop(token: GlobStep): boolean {
  return token.kind === "part" || token.kind === "any";
}

function accepts(token: GlobStep, character: string): boolean {
  switch (token.kind) {
    case "text":
      return token.text === character;
    case "any":
      return true;
    case "one":
    case "part":
      return character !== "/";
    case "class":
      return character !== "/" && token.test(character);
    case "skip":
      return false;
    default:
      return token satisfies never;
  }
}

/** Whether a path matches, followed step by step, each text one character: linear in the path whatever the glob. */
export function simulate(states: readonly GlobStep[], path: string, dotfiles: boolean): boolean {
  let entered: number[] = [0];
  let current = closure(states, entered, true);
  let previous = "";
  for (const character of path) {
    const hidden = !dotfiles && character === "." && (previous === "/" || previous === "");
    // A dot at the start of a part wants a dot at the start of the pattern's part: no wildcard before it, not even empty.
    const from = hidden ? closure(states, entered, false) : current;
    const next: number[] = [];
    for (const index of from) {
      const token = states[index];
      if (token === undefined || (hidden && token.kind !== "text")) continue;
      if (accepts(token, character)) next.push(isLoop(token) ? index : index + 1);
    }
    if (next.length === 0) return false;
    entered = next;
    current = closure(states, entered, true);
    previous = character;
  }
  return current.has(states.length);
}

/** The states reachable from `indices` without reading; past wildcards that match nothing only if `overLoops`. */
function closure(
  states: readonly GlobStep[],
  indices: readonly number[],
  overLoops: boolean,
): Set<number> {
  const reached = new Set<number>();
  const pending = [...indices];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (reached.has(at)) continue;
    reached.add(at);
    const token = states[at];
    if (token === undefined) continue;
    if (isLoop(token) && overLoops) pending.push(at + 1);
    if (token.kind === "skip") pending.push(at + 1, at + 1 + token.count);
  }
  return reached;
}

/** The source of an expression that matches what the steps match. */
export function toExpression(tokens: readonly GlobStep[]): string {
  const parts: string[] = [];
  const closeAfter = new Map<number, number>();
  tokens.forEach((token, index) => {
    switch (token.kind) {
      case "text":
        parts.push(
          token.text.replace(/[.*+?^${}()|[\]\\/-]/g, (found) =>
            found === "-" ? "\\x2d" : `\\${found}`,
          ),
        );
        break;
      case "one":
        parts.push("[^/]");
        break;
      case "part":
        parts.push("[^/]*");
        break;
      case "any":
        parts.push(".*");
        break;
      case "class":
        parts.push(token.source);
        break;
      case "skip":
        parts.push("(?:");
        closeAfter.set(index + token.count, (closeAfter.get(index + token.count) ?? 0) + 1);
        break;
      default:
        token satisfies never;
    }
    parts.push(")?".repeat(closeAfter.get(index) ?? 0));
  });
  return `^${parts.join("")}$`;
}
