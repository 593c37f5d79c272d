// Words of a hook's shell code: their text with marks where values are put in, and which of those values are input.
import {
  childrenOf,
  type SyntaxNode,
  type Word,
  type WordPart,
} from "#guard/shell/syntax/syntax.ts";
import type { Subject } from "./reading.ts";

/** A value that only running tells, and one that holds input. */
export const HOLE = "\u0001";
export const INPUT = "\u0002";

/** What is known of variables: constant texts, and what they hold of the input. */
export type Variables = {
  readonly constants: ReadonlyMap<string, readonly string[]>;
  readonly inputs: ReadonlyMap<string, ReadonlySet<Subject>>;
};

/** A variable that a word expands. */
export type Expanded = {
  readonly name: string;
  readonly at: number;
  readonly isQuoted: boolean;
  /** Its length or number of elements only. */
  readonly isCount: boolean;
  /** The default that it has, where it has one. */
  readonly hasDefault: boolean;
};

/** All expansions in a word, those of its parts' parts too, but not of substituted commands. */
export function expandedIn(word: SyntaxNode): readonly Expanded[] {
  const found: Expanded[] = [];
  const visit = (node: SyntaxNode, isQuoted: boolean): void => {
    if (node.type === "CommandExpansion" || node.type === "ProcessSubstitution") return;
    if (node.type === "SimpleExpansion") {
      found.push({
        name: node.text.slice(1),
        at: node.pos,
        isQuoted,
        isCount: false,
        hasDefault: false,
      });
      return;
    }
    if (node.type === "ParameterExpansion") {
      const hasDefault = node.operation?.type === "Default";
      const counts = node.prefix === "#" || node.operation?.type === "Names";
      found.push({
        name: node.parameter,
        at: node.pos,
        isQuoted: isQuoted || counts,
        isCount: counts,
        hasDefault,
      });
    }
    const inside = isQuoted || node.type === "DoubleQuoted" || node.type === "HereDocBody";
    childrenOf(node, (child) => visit(child, inside));
  };
  visit(word, false);
  return found;
}

/** Commands that a word substitutes, and whether they stand in quotes. */
export function substitutedIn(word: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const visit = (node: SyntaxNode): void => {
    if (node.type === "CommandExpansion" || node.type === "ProcessSubstitution") {
      if (node.script !== undefined) found.push(node.script);
      return;
    }
    childrenOf(node, visit);
  };
  visit(word);
  return found;
}

/** The text of a word, constants put in, with HOLE and INPUT for the rest. */
export function textOfWord(
  word: Word | { readonly text: string; readonly parts?: readonly WordPart[] | undefined },
  variables: Variables,
  readsInput: (script: SyntaxNode) => boolean,
): string {
  const { parts } = word;
  if (parts === undefined) return "value" in word ? word.value : word.text;
  return parts.map((part) => textOfPart(part, variables, readsInput)).join("");
}

function textOfPart(
  part: WordPart,
  variables: Variables,
  readsInput: (script: SyntaxNode) => boolean,
): string {
  switch (part.type) {
    case "Literal":
    case "SingleQuoted":
    case "AnsiCQuoted":
      return part.value;
    case "DoubleQuoted":
    case "LocaleString":
      return part.parts.map((child) => textOfPart(child, variables, readsInput)).join("");
    case "SimpleExpansion":
      return valueOf(part.text.slice(1), variables);
    case "ParameterExpansion":
      if (part.prefix === "#") return HOLE;
      return part.operation === undefined || part.operation.type === "Default"
        ? valueOf(part.parameter, variables)
        : variables.inputs.has(part.parameter)
          ? INPUT
          : HOLE;
    case "CommandExpansion":
    case "ProcessSubstitution":
      return part.script !== undefined && readsInput(part.script) ? INPUT : HOLE;
    case "ArithmeticExpansion":
      return HOLE;
    default:
      return part.text;
  }
}

function valueOf(name: string, { constants, inputs }: Variables): string {
  if (inputs.has(name)) return INPUT;
  const known = constants.get(name);
  return known?.length === 1 ? (known[0] ?? HOLE) : HOLE;
}

/** Subjects of all input that a word expands. */
export function subjectsIn(word: SyntaxNode, { inputs }: Variables): readonly Subject[] {
  return expandedIn(word).flatMap(({ name, isCount }) =>
    isCount ? [] : [...(inputs.get(name) ?? [])],
  );
}
