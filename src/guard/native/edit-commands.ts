// Commands on files that the client runs unasked in the mode that accepts edits: plain forms of a few programs.
import { ownValue } from "#base/own-value.ts";
import type { SimpleCommand } from "./command-parts.ts";
import type { CommandWord } from "./command-words.ts";
import { wrapperLength } from "./wrappers.ts";

/** Options that are accepted, as whole words; a program without an entry is not accepted at all. */
const OPTIONS: Readonly<Record<string, RegExp>> = {
  touch: /(?!)/,
  mkdir: /^-[pm]$/,
  rm: /^(?:-[rfR]+|--)$/,
  rmdir: /(?!)/,
  cp: /(?!)/,
  mv: /(?!)/,
  sed: /^-i$/,
};

/** Whether it is such a command; where its paths may lie is another question. */
export function isAcceptedEdit(command: SimpleCommand): boolean {
  const { words, assigned, isTimed, isPlain } = command;
  const inner = withoutWrappers(words);
  const [program, ...rest] = inner;
  const name = program?.raw ?? "";
  const options = ownValue(OPTIONS, name);
  // WHY: of all of them the client does not see `touch` behind a wrapper.
  if (inner.length < words.length && name === "touch") return false;
  if (options === undefined || isTimed || !isPlain || assigned.length > 0) return false;
  return rest.every(
    ({ raw, value, isGlob }) =>
      value !== undefined &&
      !isGlob &&
      /^[\x20-\x7e]+$/.test(raw) &&
      (!raw.startsWith("-") || options.test(raw)),
  );
}

function withoutWrappers(words: readonly CommandWord[]): readonly CommandWord[] {
  const length = wrapperLength(words.map(({ value }) => value));
  return length === 0 ? words : withoutWrappers(words.slice(length));
}
