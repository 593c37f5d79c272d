// The programs and builtins that a call runs, with their words: what rules about command lines look at.
import type { ProgramCall } from "../../shell/values/host.ts";
import { textOf } from "../../shell/values/text.ts";
import type { Effect } from "../../vocabulary/effect.ts";

/** Where something comes from: the chain of programs that leads to it, and the piece of the command text. */
export type Origin = Pick<Effect, "via" | "at">;

/** A program or builtin that runs. `words` are its name and its arguments after expansion; undefined where one is not known. */
export type RanCommand = Origin & { readonly words: readonly (string | undefined)[] };

/** What is kept of a call of a program or builtin. */
export function ranCommand({
  name,
  argv,
  place: { via, at },
}: Pick<ProgramCall, "name" | "argv" | "place">): RanCommand {
  return { words: [name, ...argv.slice(1).map(textOf)], via, at };
}
