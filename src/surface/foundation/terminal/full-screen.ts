// A terminal's whole screen, drawn again and again: entered and left so that what stood there before is there afterwards.
const ENTER = "\u001B[?1049h\u001B[?25l";
const LEAVE = "\u001B[?25h\u001B[?1049l";
const HOME = "\u001B[H";
const CLEAR_LINE = "\u001B[K";
const CLEAR_BELOW = "\u001B[J";

/** Shows it, and has each key told as it comes. Standard input and output are a terminal. */
export function enterScreen(onKeys: (bytes: Buffer) => void): void {
  process.stdin.setRawMode(true).resume().on("data", onKeys);
  process.stdout.write(ENTER);
}

/** The terminal as it was. */
export function leaveScreen(onKeys: (bytes: Buffer) => void): void {
  process.stdin.setRawMode(false).pause().off("data", onKeys);
  process.stdout.write(LEAVE);
}

/** How much of it lines may take. */
export function screenSize(): { readonly columns: number; readonly rows: number } {
  return { columns: process.stdout.columns || 80, rows: (process.stdout.rows || 24) - 1 };
}

/** Puts lines in the place of what is shown. They fit, and nothing in them moves the cursor. */
export function drawScreen(lines: readonly string[]): void {
  const text = lines.map((line) => `${line}${CLEAR_LINE}\n`).join("");
  process.stdout.write(`${HOME}${text}${CLEAR_BELOW}`);
}
