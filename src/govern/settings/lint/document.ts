// A settings file as lint sees it, and what lint says about a place in it.
import type { Layer } from "../catalogue.ts";
import { type JsonNode, placeIn } from "../json-text.ts";
import { CHECKS, type CheckId, type Severity } from "./checks.ts";

/** A file that was parsed. */
export type LintDocument = {
  /** As it is named to people. */
  readonly file: string;
  readonly layer: Layer;
  readonly text: string;
  readonly root: JsonNode;
};

/** One thing that lint found. `line` and `column` count from 1. */
export type LintFinding = {
  readonly id: CheckId;
  readonly severity: Severity;
  /** Items of the requirements that ask for the check. */
  readonly items: readonly string[];
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** What to write instead, or to do. */
  readonly fix: string;
};

/** What a check says. `severity`: where it is another than the check's own. */
export type Remark = {
  readonly message: string;
  readonly fix: string;
  readonly severity?: Severity;
};

/** A finding at an offset of a file. */
export function findingAt(
  { file, text }: Pick<LintDocument, "file" | "text">,
  offset: number,
  id: CheckId,
  { message, fix, severity }: Remark,
): LintFinding {
  const { severity: usual, items } = CHECKS[id];
  return {
    id,
    severity: severity ?? usual,
    items,
    file,
    ...placeIn(text, offset),
    message,
    fix,
  };
}

/** The text of a node that is one. */
export function textOf(node: JsonNode | undefined): string | undefined {
  return node?.kind === "scalar" && typeof node.value === "string" ? node.value : undefined;
}
