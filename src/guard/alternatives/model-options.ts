// The options of a program as its model has them, for programs of which all words are options and operands.
import { findCommand } from "../effects/commands/index.ts";
import type { Options } from "./read-words.ts";

/** Undefined of a program that is not known, that has verbs, or that reads its words in a way of its own. */
export function modelOptions(program: string): Options | undefined {
  const model = findCommand(program);
  if (model === undefined || model.optionsEnd !== "anywhere") return undefined;
  const isPlain =
    model.own === undefined && model.subcommands === undefined && model.isVerb === undefined;
  return isPlain ? model.options : undefined;
}
