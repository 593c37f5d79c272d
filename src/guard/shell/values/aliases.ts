// Aliases, and from which line on each is in force.

/**
 * An alias. It is in force for text that the shell reads after the line which ends at `end` of `source`. More than one text:
 * which it is depends on the path taken; `undefined` stands for a path on which there is none.
 */
export type Alias = {
  readonly texts: readonly (string | undefined)[];
  readonly source: string | undefined;
  readonly end: number;
  /** What the name stood for before: it holds for the rest of that line, which has been read already. */
  readonly earlier?: Alias | undefined;
};

/** Whether a word at `position` of `source` was read after the line that made the alias. */
export function isInForce(alias: Alias, position: number, source: string): boolean {
  return (
    alias.source === undefined ||
    alias.source !== source ||
    source.slice(alias.end, position).includes("\n")
  );
}

/** What the name of an alias stood for before `source` was read. */
export function aliasBefore(alias: Alias | undefined, source: string): Alias | undefined {
  let before = alias;
  while (before?.source === source) before = before.earlier;
  return before;
}

/** What a name stands for in one of two states of a shell; undefined where it is an alias in neither. */
export function joinAliases(mine: Alias | undefined, theirs: Alias | undefined): Alias | undefined {
  const texts = new Set([...(mine?.texts ?? [undefined]), ...(theirs?.texts ?? [undefined])]);
  const made = mine ?? theirs;
  return made === undefined ? undefined : { ...made, texts: [...texts] };
}
