// Text that a program gives to a shell.
import { literal, type TextSet } from "../../shell/values/text.ts";
import type { Consequence } from "./command-model.ts";

/** A shell starts and runs the text. */
export function shellRuns(text: string | TextSet): readonly Consequence[] {
  return [
    {
      kind: "effect",
      effect: { kind: "execute", program: "sh", origin: "system", reach: "modelled" },
    },
    { kind: "script", texts: typeof text === "string" ? [literal(text)] : text, positional: [] },
  ];
}
