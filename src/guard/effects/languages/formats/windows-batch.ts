// A line for cmd.exe, split into its commands: words, redirections and what cannot be read.

/** A word; `isKnown` false where a variable stands in it, whose value Windows has. */
export type BatchWord = { readonly text: string; readonly isKnown: boolean };

/** One command of a line, with the files that it is redirected from and to. */
export type BatchCommand = {
  readonly words: readonly BatchWord[];
  readonly inputs: readonly BatchWord[];
  readonly outputs: readonly { readonly file: BatchWord; readonly appends: boolean }[];
  /** What it prints goes to the next command. */
  readonly isPiped: boolean;
};

const CHARS_MAX = 8_192;
/** What begins a block, or a command that runs others by rules of its own. */
const NOT_READ = /[\^()\n\r]|(?:^|[&|]\s*)@?(?:for|if|call|setlocal|goto)(?=\s|$)/i;

/** The commands of a line; undefined where it is more than words, operators and redirections. */
export function readBatch(line: string): readonly BatchCommand[] | undefined {
  if (line.length > CHARS_MAX || NOT_READ.test(line)) return undefined;
  // INVARIANT: the pieces hold every character but spaces, so nothing of the line is passed over.
  const pieces = line.match(/\d?>&\d|&&|\|\||[&|<]|\d?>>?|(?:"[^"]*"?|[^\s"&|<>])+/g) ?? [];
  const commands: BatchCommand[] = [];
  let current = empty();
  for (let at = 0; at < pieces.length; at += 1) {
    const piece = pieces[at] ?? "";
    if (/^\d?>&\d$/.test(piece)) continue;
    if (/^\d?>>?$|^<$/.test(piece)) {
      at += 1;
      const file = wordOf(pieces[at] ?? "");
      if (file.text === "") return undefined;
      if (piece === "<") current.inputs.push(file);
      else current.outputs.push({ file, appends: piece.endsWith(">>") });
    } else if (/^[&|]/.test(piece)) {
      commands.push({ ...current, isPiped: piece === "|" });
      current = empty();
    } else current.words.push(wordOf(piece));
  }
  commands.push({ ...current, isPiped: false });
  return commands.filter(({ words, outputs }) => words.length + outputs.length > 0);
}

function empty(): {
  words: BatchWord[];
  inputs: BatchWord[];
  outputs: { file: BatchWord; appends: boolean }[];
} {
  return { words: [], inputs: [], outputs: [] };
}

function wordOf(piece: string): BatchWord {
  return { text: piece.replaceAll('"', ""), isKnown: !/[%!]/.test(piece) };
}
