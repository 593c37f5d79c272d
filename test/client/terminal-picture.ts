// A terminal's screen as an SVG picture: the text with its colours, from what tmux prints of a pane.

type Style = {
  readonly colour: string;
  readonly background: string | undefined;
  readonly isBold: boolean;
  readonly isDim: boolean;
  readonly isInverse: boolean;
};
type Run = { readonly text: string; readonly style: Style };

const BACKGROUND = "#16181d";
const PLAIN: Style = {
  colour: "#d7dae0",
  background: undefined,
  isBold: false,
  isDim: false,
  isInverse: false,
};
const SIXTEEN =
  "#3b4048 #e06c75 #98c379 #d19a66 #61afef #c678dd #56b6c2 #d7dae0 #5c6370 #ff7b86 #b5e890 #e5c07b #7cc7ff #de98f0 #7fdbe6 #ffffff".split(
    " ",
  );
const CELL = { width: 8.4, height: 18, margin: 14 };
/** Characters of one line that are drawn; a terminal has fewer columns. */
const COLUMNS_MAX = 200;

/** Draws lines with SGR sequences; other sequences are left out. */
export function terminalPicture(lines: readonly string[]): string {
  const rows = lines.map(readRuns);
  const columns = Math.max(20, ...rows.map((runs) => lengthOf(runs)));
  const width = Math.ceil(columns * CELL.width + 2 * CELL.margin);
  const height = rows.length * CELL.height + 2 * CELL.margin;
  const drawn = rows.flatMap((runs, at) => drawRow(runs, CELL.margin + at * CELL.height));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">
<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>
${drawn.join("\n")}
</svg>
`;
}

function lengthOf(runs: readonly Run[]): number {
  return runs.reduce((sum, { text }) => sum + [...text].length, 0);
}

function drawRow(runs: readonly Run[], top: number): readonly string[] {
  let column = 0;
  return runs.flatMap(({ text, style }) => {
    const characters = [...text];
    const left = number(CELL.margin + column * CELL.width);
    const width = number(characters.length * CELL.width);
    column += characters.length;
    const fill = style.isInverse ? (style.background ?? BACKGROUND) : style.colour;
    const back = style.isInverse ? style.colour : style.background;
    const shapes: string[] = [];
    if (back !== undefined)
      shapes.push(
        `<rect x="${left}" y="${top}" width="${width}" height="${CELL.height}" fill="${back}"/>`,
      );
    if (text.trim() === "") return shapes;
    const weight = style.isBold ? ' font-weight="bold"' : "";
    const faint = style.isDim ? ' opacity="0.6"' : "";
    shapes.push(
      `<text x="${left}" y="${top + 14}" textLength="${width}" fill="${fill}"${weight}${faint} xml:space="preserve">${escapeXml(text)}</text>`,
    );
    return shapes;
  });
}

function readRuns(line: string): readonly Run[] {
  const runs: Run[] = [];
  let style = PLAIN;
  let drawn = 0;
  // Split at escape sequences; odd parts are the numbers of SGR ones, empty for others.
  const parts = line.split(/\u001b\[(?:([\d;:]*)m|[\d;?]*[A-Za-ln-z])/);
  parts.forEach((part, at) => {
    if (at % 2 === 1) {
      if (part !== undefined) style = restyle(style, part);
      return;
    }
    const text = [...(part ?? "")].slice(0, COLUMNS_MAX - drawn).join("");
    drawn += [...text].length;
    if (text !== "") runs.push({ text, style });
  });
  return runs;
}

function restyle(from: Style, codes: string): Style {
  const numbers = codes.split(/[;:]/).map(Number);
  let style = from;
  for (let at = 0; at < numbers.length; at += 1) {
    const code = numbers[at] ?? 0;
    if (code === 38 || code === 48) {
      const isIndexed = numbers[at + 1] === 5;
      const colour = isIndexed
        ? indexed(numbers[at + 2] ?? 7)
        : `rgb(${numbers.slice(at + 2, at + 5).join(",")})`;
      style = code === 38 ? { ...style, colour } : { ...style, background: colour };
      at += isIndexed ? 2 : 4;
    } else style = simple(style, code);
  }
  return style;
}

function simple(style: Style, code: number): Style {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...style, isBold: true };
  if (code === 2) return { ...style, isDim: true };
  if (code === 22) return { ...style, isBold: false, isDim: false };
  if (code === 7 || code === 27) return { ...style, isInverse: code === 7 };
  if (code === 39) return { ...style, colour: PLAIN.colour };
  if (code === 49) return { ...style, background: undefined };
  if (code >= 30 && code <= 37) return { ...style, colour: indexed(code - 30) };
  if (code >= 90 && code <= 97) return { ...style, colour: indexed(code - 82) };
  if (code >= 40 && code <= 47) return { ...style, background: indexed(code - 40) };
  if (code >= 100 && code <= 107) return { ...style, background: indexed(code - 92) };
  return style;
}

/** The 256 colours: sixteen, a cube of 6 by 6 by 6, and greys. */
function indexed(index: number): string {
  if (index < 16) return SIXTEEN[index] ?? PLAIN.colour;
  if (index >= 232)
    return `rgb(${Array.from({ length: 3 }, () => 8 + (index - 232) * 10).join(",")})`;
  const at = index - 16;
  const level = (step: number): number => (step === 0 ? 0 : 55 + step * 40);
  return `rgb(${[Math.floor(at / 36), Math.floor(at / 6) % 6, at % 6].map(level).join(",")})`;
}

function number(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
