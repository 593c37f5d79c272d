// Field splitting: what a value that is not quoted becomes, by the characters of IFS.
import { hasMagic } from "#base/glob.ts";
import type { Scope } from "./scope.ts";
import { append, hole, type Hole, literal, type Piece, type Text, textOf } from "./text.ts";
import { unmarked } from "./text-changes.ts";

/** One possible list of fields. */
export type Fields = readonly Text[];

/** Fields that a word has so far: those that are done, and the one that goes on. */
export type PartialFields = {
  readonly done: readonly Text[];
  readonly current: Text;
  readonly present: boolean;
  /** An empty quoted part of an expansion stands here: it may make an empty field or none. */
  readonly nulled?: boolean;
  /** Lists without items that stand in the word. */
  readonly emptyLists?: number;
};

/** Whether a piece that is not known may turn out to be nothing. */
export function mayBeEmpty(piece: Piece): boolean {
  return piece.kind === "hole" && !piece.splits && !isOneWord(piece);
}

/** Whether what is not known is a number or a made-up name: never empty, and never several words. */
export function isOneWord(piece: Extract<Piece, { kind: "hole" }>): boolean {
  return piece.job === true || piece.made === true || /^\[-?0-9/.test(piece.like ?? "");
}

/** A value that was one word as it was stored may be several where it is not quoted. */
export function splitting(text: Text): Text {
  return text.map((piece) =>
    piece.kind === "hole" && !piece.splits && !isOneWord(piece)
      ? { ...piece, splits: true }
      : piece,
  );
}

/** What lines or names look like says nothing of their parts where lines stay together or other characters than blanks separate fields. */
export function brokenUp(text: Text, separators: string): Text {
  if (/^[ \t\n]*$/.test(separators) && separators.includes("\n")) return text;
  return text.map((piece) =>
    piece.kind === "hole" && piece.splits && !isOneWord(piece) ? withoutLooks(piece) : piece,
  );
}

function withoutLooks(piece: Hole): Hole {
  if (piece.like === undefined && piece.listed === undefined) return piece;
  const { listed: _, ...rest } = piece;
  return { ...rest, like: undefined };
}

/** The separators that end a field even if it is empty: all but white space, and in zsh white space that stands there only doubled. */
function firmSeparators(separators: string, dialect: "bash" | "zsh"): string {
  const single = dialect === "zsh" ? separators.replaceAll(/([ \t\n])\1/g, "") : separators;
  return [...separators].filter((one) => !(" \t\n".includes(one) && single.includes(one))).join("");
}

/**
 * Splits as the shell does: white space among the separators ends a field and is otherwise nothing; any other separator
 * ends a field even if that is empty, together with the white space around it. In zsh such a one at the end has an empty
 * field behind it.
 */
export function splitFields(
  text: Text,
  separators: string,
  partial: PartialFields,
  {
    globs,
    dialect,
    extended = "off",
  }: {
    readonly globs: boolean;
    readonly dialect: "bash" | "zsh";
    /** Whether `@(...)` and its relatives are patterns. */
    readonly extended?: "on" | "maybe" | "off";
  },
): PartialFields {
  const firm = firmSeparators(separators, dialect);
  const done = [...partial.done];
  let { current, present } = partial;
  let nulled = partial.nulled === true;
  let afterBlank = false;
  let afterFirm = false;
  const end = (): void => {
    done.push(current);
    current = [];
    present = false;
    nulled = false;
  };
  for (const piece of text) {
    if (piece.kind !== "text" || piece.quoted === true) {
      current = append(current, unmarked([piece]));
      if (piece.kind === "text" && piece.text === "") nulled = true;
      else present ||= piece.kind === "text";
      afterBlank = false;
      afterFirm = false;
      continue;
    }
    let run = "";
    for (const character of piece.text) {
      if (!separators.includes(character)) {
        run += character;
        afterBlank = false;
        afterFirm = false;
        continue;
      }
      current = append(current, globs ? globbed(literal(run), extended) : literal(run));
      run = "";
      const holds = present || nulled || current.length > 0;
      if (firm.includes(character)) {
        if (holds || !afterBlank) end();
        afterBlank = false;
        afterFirm = true;
      } else {
        if (holds) end();
        afterBlank ||= holds;
      }
    }
    current = append(current, globs ? globbed(literal(run), extended) : literal(run));
  }
  return {
    ...partial,
    done,
    current,
    present: present || (afterFirm && dialect === "zsh"),
    nulled,
  };
}

/** The characters of IFS; undefined when they are not known. */
export function separatorsOf(scope: Scope): string | undefined {
  const ifs = scope.get("IFS");
  if (ifs === undefined || ifs.absent === "yes") return " \t\n";
  if (ifs.absent === "maybe") return undefined;
  return ifs.values.length === 1 ? textOf(ifs.values[0] ?? []) : undefined;
}

/** Wildcards in the result of an expansion are live in bash. */
function globbed(text: Text, extended: "on" | "maybe" | "off"): Text {
  return text.flatMap((piece): Text => {
    if (piece.kind !== "text") return [piece];
    if (extended !== "off" && /[?*+@!]\(/.test(piece.text)) {
      const isPlain = extended === "on" && !/[\\/]/.test(piece.text);
      return [isPlain ? { kind: "glob", glob: "*", extended: piece.text } : hole("dialect")];
    }
    if (!/[*?[\\]/.test(piece.text)) return [piece];
    // A backslash escapes what follows in a pattern; where nothing matches, the value stays as it is.
    if (piece.text.includes("\\"))
      return [{ kind: "glob", glob: piece.text, extended: piece.text }];
    return hasMagic(piece.text) ? [{ kind: "glob", glob: piece.text }] : [piece];
  });
}
