// A program with what is known of its language, and the calls that a table of it names.
import type { BlocksAt } from "#guard/effects/languages/syntax/blocks.ts";
import {
  type CallText,
  listed,
  type ProgramText,
} from "#guard/effects/languages/syntax/program-text.ts";
import type { Calls, ProgramForms } from "./languages/forms.ts";
import type { ProgramValues } from "./program-values.ts";

export type Program = {
  readonly code: ProgramText;
  /** Its text without comments, with signs as they are read. */
  readonly text: string;
  readonly forms: ProgramForms;
  readonly values: ProgramValues;
  readonly blocksAt: BlocksAt;
};

/** Everything that a table's entry finds. */
export function callsIn({ code, text }: Program, calls: Calls): readonly CallText[] {
  if ("names" in calls) return code.calls(calls.names);
  return [...text.matchAll(calls.form)].flatMap((match) => {
    const [name] = match;
    const from = match.index + name.length;
    const inside =
      match.slice(1).find((group) => group !== undefined) ??
      (name.endsWith("(") ? code.inside(from - 1) : code.argument(from));
    return [
      { at: match.index, name, from, to: from + inside.length, inside, args: listed(inside) },
    ];
  });
}
