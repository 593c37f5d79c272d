// Abstract text: what is known of a string without running anything, and the operations on it that lose nothing.
import { escapeGlob, hasMagic, unescapeGlob } from "#base/glob.ts";
import { CHARS_PER_STEP, PIECES_MAX, PIECES_PER_STEP, TEXT_CHARS_MAX } from "#base/limits.ts";
import type { GitCopies } from "../../facts/facts.ts";
import type {
  DataSource,
  ExcludePatterns,
  Skips,
  Target,
  UnknownReason,
} from "../../vocabulary/effect.ts";

/**
 * Part of a string.
 * - `text`: these characters; `quoted` ones are not split or matched against files (only inside an expansion).
 * - `glob`: an unquoted pattern (base/glob.ts syntax) that the shell will match against files.
 * - `hole`: characters that are not known. `like` is a glob that all possible values match (any text when undefined);
 *   `splits` says that an unquoted expansion may break it into any number of fields, each of which matches `like`;
 *   `sources` is the data that may be in it; a `job` is the process number of what the call itself put in the background;
 *   `made` is what a program made up for a new name: letters and digits, at least three; `program` is where the program of
 *   that name lies, which the shell would run; `isWhole`: it is what its one source holds, with nothing done to it;
 *   `within`: where all fields lie, which says too little to be judged by until the names are narrowed;
 *   `listed`: each field is the name of a file that a program found, and none begins with a dash;
 *   `table`: lines of a list of processes; `leads`: what each line begins with;
 *   `bytes` are what it is exactly, one character for each, where these are no text (see bytes.ts); `packed` is what the
 *   program that made it would unpack from it.
 */
export type Piece =
  | { readonly kind: "text"; readonly text: string; readonly quoted?: true }
  | {
      readonly kind: "glob";
      readonly glob: string;
      /** The pattern as it is written, where `glob` is only wide enough for it: `!(*.ts)`. */
      readonly extended?: string;
    }
  | {
      readonly kind: "hole";
      readonly reason: UnknownReason;
      readonly splits: boolean;
      readonly like: string | undefined;
      /**
       * What it looks like where a part of a name stands right behind it: alone it may be `..` (`${f%.js}` of `...js`).
       * Nothing but `tidy` heeds it, so that whatever makes another hole of this one says less.
       */
      readonly stem?: string;
      readonly within?: string;
      readonly listed?: Listed;
      readonly table?: ProcessTable;
      readonly leads?: Leading;
      readonly sources: readonly DataSource[];
      readonly job?: true;
      readonly made?: true;
      readonly program?: string;
      readonly isWhole?: true;
      readonly bytes?: string;
      readonly packed?: Packed;
    };

export type Hole = Extract<Piece, { kind: "hole" }>;

/** Bytes, one character for each, that only the program of this name gives back. */
export type Packed = { readonly by: string; readonly bytes: string };

/**
 * Lines about processes: which field, counted from 1, is the number of the process; `isDevelopment`: all of them are about
 * servers of development and about nothing that judges the session.
 */
export type ProcessTable = { readonly field: number; readonly isDevelopment: boolean };

/** The first word of each line: a glob that it matches, and the character behind it. */
export type Leading = { readonly like: string; readonly by: " " | ":" };

/**
 * Files that were found in a directory, by names relative to it; `skips` and `leaves` are what of the directory was left out,
 * one of them always, `copies` are files that git knows beside those, `words`: each file that was found held one of these.
 */
export type Listed = {
  readonly place: string;
  readonly skips?: Skips;
  readonly leaves?: ExcludePatterns;
  readonly copies?: GitCopies;
  readonly words?: readonly string[];
};

/** One possible string, piece by piece. */
export type Text = readonly Piece[];

/** All possible strings of a word or variable. INVARIANT: never empty, at most ALTERNATIVES_MAX. */
export type TextSet = readonly Text[];

/** The empty string, as the only possibility. */
export const EMPTY: TextSet = [[]];

/** A text without anything unknown. */
export function literal(text: string): Text {
  return text === "" ? [] : [{ kind: "text", text }];
}

/** A single known string. */
export function known(text: string): TextSet {
  return [literal(text)];
}

/** Hexadecimal digits of a new random value as programs print it: so many in each group, dashes between groups, and a line end. */
export function unknownDigits(...counts: readonly number[]): TextSet {
  const like = counts.map((count) => "[0-9a-f]".repeat(count)).join("-");
  return [[hole("unmodelled", { splits: false, like }), ...literal("\n")]];
}

/** A hole, by default any text in any number of fields. */
export function hole(
  reason: UnknownReason,
  options: {
    splits?: boolean;
    like?: string;
    stem?: string;
    within?: string;
    listed?: Listed | undefined;
    table?: ProcessTable | undefined;
    leads?: Leading | undefined;
    sources?: readonly DataSource[];
    job?: true;
    made?: true;
    program?: string;
    isWhole?: true;
    bytes?: string;
    packed?: Packed;
  } = {},
): Hole {
  return {
    kind: "hole",
    reason,
    splits: options.splits ?? true,
    like: options.like,
    sources: options.sources ?? [],
    ...(options.stem === undefined ? {} : { stem: options.stem }),
    ...(options.within === undefined ? {} : { within: options.within }),
    ...(options.listed === undefined ? {} : { listed: options.listed }),
    ...(options.table === undefined ? {} : { table: options.table }),
    ...(options.leads === undefined ? {} : { leads: options.leads }),
    ...(options.job === undefined ? {} : { job: options.job }),
    ...(options.made === undefined ? {} : { made: options.made }),
    ...(options.isWhole === undefined ? {} : { isWhole: options.isWhole }),
    ...(options.program === undefined ? {} : { program: options.program }),
    ...(options.bytes === undefined ? {} : { bytes: options.bytes }),
    ...(options.packed === undefined ? {} : { packed: options.packed }),
  };
}

/**
 * The file of which a text is the whole content, as it is. INVARIANT: only what reads a file makes a hole of this reason
 * with one source; what a program makes of the content has another reason.
 */
export function wholeFile(text: Text): Extract<DataSource, { kind: "file" }>["target"] | undefined {
  const [piece, ...others] = text;
  if (piece?.kind !== "hole" || others.length > 0 || piece.isWhole !== true) return undefined;
  const [source, ...more] = piece.sources;
  return source?.kind === "file" && more.length === 0 ? source.target : undefined;
}

/** All that the shell was started with: keys and tokens may be in it. */
export const ENVIRONMENT: DataSource = { kind: "environment" };

/** One variable of it, whose name says that it is a secret: what a header of a request holds every day. */
export const SECRET_VARIABLE: DataSource = { kind: "variable" };

/** The file that shows the environment; to print a variable is to read it. */
export const ENVIRONMENT_FILE = {
  kind: "path",
  path: "/proc/self/environ",
  real: "/proc/self/environ",
  reach: "entry",
} as const satisfies Target;

/** Whether a secret variable may be in any of the texts; what prints the whole environment says itself that it reads it. */
export function holdsVariable(texts: readonly Text[]): boolean {
  return sourcesOf(texts).some(({ kind }) => kind === "variable");
}

/** The string, if it is known to the last character. */
export function textOf(text: Text): string | undefined {
  let result = "";
  for (const piece of text) {
    if (piece.kind !== "text") return undefined;
    result += piece.text;
  }
  return result;
}

/** The strings, if all alternatives are known. */
export function textsOf(set: TextSet): string[] | undefined {
  const texts: string[] = [];
  for (const text of set) {
    const value = textOf(text);
    if (value === undefined) return undefined;
    texts.push(value);
  }
  return texts;
}

/** The known characters before the first unknown one. */
export function knownPrefix(text: Text): string {
  let result = "";
  for (const piece of text) {
    if (piece.kind !== "text") break;
    result += piece.text;
  }
  return result;
}

/** Whether some part is not known. */
export function hasHole(text: Text): boolean {
  return text.some((piece) => piece.kind === "hole");
}

/** Whether the text may begin with a dash: its first character is not known, nor bound to be another. */
export function mayStartWithDash(text: Text): boolean {
  const [first] = text;
  if (first === undefined || first.kind === "text") return false;
  if (first.kind === "hole" && first.listed !== undefined) return false;
  const like = first.kind === "glob" ? first.glob : first.like;
  // A class of digits holds no dash, nor does one of all but a dash; of other classes nothing is assumed.
  return like === undefined || /^(?:[-*?]|\[(?!0-9(?:a-f)?\]|!\.?-\]))/.test(like);
}

/** What files a text names, where it is nothing but names of files that a program found. */
export function listedIn(text: Text): Listed | undefined {
  const [piece, ...more] = text;
  return more.length === 0 && piece?.kind === "hole" ? piece.listed : undefined;
}

/** The program whose place a text is, where it is nothing else. */
export function programOf(text: Text): string | undefined {
  const [piece, ...more] = text;
  return more.length === 0 && piece?.kind === "hole" ? piece.program : undefined;
}

/**
 * The line that tells where the program of a plain name lies: its directory where facts tell it, nothing where it is
 * `nowhere`, else some place, or none.
 */
export function placeOfProgram(name: string, directory: string | undefined): TextSet {
  if (directory === "nowhere") return EMPTY;
  if (directory !== undefined) return [literal(`${directory === "/" ? "" : directory}/${name}\n`)];
  return [[], [hole("missing-fact", { program: name }), ...literal("\n")]];
}

/** One word that looks like this: the word itself where the glob fits no other. */
export function wordLike(like: string, otherwise: Hole): Text {
  return like !== "" && !hasMagic(like) ? literal(unescapeGlob(like)) : [otherwise];
}

/** The data that may be in any of the texts. */
export function sourcesOf(texts: readonly Text[]): DataSource[] {
  const sources: DataSource[] = [];
  const seen = new Set<string>();
  for (const text of texts) {
    for (const piece of text) {
      if (piece.kind !== "hole") continue;
      for (const source of piece.sources) {
        const key = keyOfSource(source);
        if (!seen.has(key)) sources.push(source);
        seen.add(key);
      }
    }
  }
  return sources;
}

/** The same source, where nobody looks at what it holds. */
export function unshown(source: DataSource): DataSource {
  return source.kind === "file" ? { ...source, isUnshown: true } : source;
}

/** WHY kept: what loops collect has the same sources again and again, and each has a path or two. */
const SOURCE_KEYS = new WeakMap<DataSource, string>();

function keyOfSource(source: DataSource): string {
  const known = SOURCE_KEYS.get(source);
  if (known !== undefined) return known;
  const key = JSON.stringify(source);
  SOURCE_KEYS.set(source, key);
  return key;
}

/** A glob that every value of the text matches. */
export function likeOf(text: Text): string {
  return text
    .map((piece) =>
      piece.kind === "text"
        ? escapeGlob(piece.text)
        : piece.kind === "glob"
          ? piece.glob
          : (piece.like ?? "**"),
    )
    .join("");
}

/** Steps that going through these texts costs: work is bounded in steps, however long the texts are. */
export function weightOf(texts: readonly Text[]): number {
  let chars = 0;
  let pieces = 0;
  for (const text of texts) {
    pieces += text.length;
    for (const piece of text) {
      if (piece.kind === "text") chars += piece.text.length;
      else if (piece.kind === "glob") chars += piece.glob.length;
      else {
        pieces += piece.sources.length;
        chars += (piece.bytes ?? piece.packed?.bytes ?? "").length;
      }
    }
  }
  return Math.floor(chars / CHARS_PER_STEP) + Math.floor(pieces / PIECES_PER_STEP);
}

/** Further characters of the same name, so that the whole is neither `.` nor `..`. */
const NAME_GOES_ON = /^[^/]*[^/.]/;

/** Joins neighbouring text pieces; a text past the bounds becomes one hole with the same sources. */
export function tidy(text: Text): Text {
  const result: Piece[] = [];
  let length = 0;
  for (const piece of text) {
    const last = result[result.length - 1];
    if (piece.kind === "text") {
      if (piece.text === "" && piece.quoted !== true) continue;
      length += piece.text.length;
      if (last?.kind === "hole" && last.stem !== undefined && NAME_GOES_ON.test(piece.text)) {
        const { stem, ...hole } = last;
        result[result.length - 1] = { ...hole, like: stem };
        result.push(piece);
      } else if (last?.kind === "text" && last.quoted === piece.quoted) {
        result[result.length - 1] = { ...last, text: last.text + piece.text };
      } else result.push(piece);
    } else {
      length += piece.kind === "hole" ? (piece.bytes ?? piece.packed?.bytes ?? "").length : 0;
      result.push(piece);
    }
  }
  if (result.length > PIECES_MAX || length > TEXT_CHARS_MAX) {
    return [hole("budget", { sources: sourcesOf([text]) })];
  }
  return result;
}

/** One text after the other. */
export function append(first: Text, second: Text): Text {
  if (first.length === 0) return second;
  if (second.length === 0) return first;
  return tidy([...first, ...second]);
}

/** The text after its first `count` characters, which are known. */
export function dropKnown(text: Text, count: number): Text {
  const [first, ...rest] = text;
  if (first?.kind !== "text") return text;
  return first.text.length > count
    ? [{ kind: "text", text: first.text.slice(count) }, ...rest]
    : rest;
}

/** The last path part of a text; a glob for any name when it is not known. */
export function baseOf(text: Text): Text {
  const value = textOf(text);
  if (value === undefined) {
    // What is known of the last part stays known: of `src/**/*.ts` it is `*.ts`.
    const [last = ""] = /[^/]*$/.exec(likeOf(text)) ?? [];
    const plain = last.replace(/\[[\w!.-]+\]/g, "?");
    const like = last === "" || /\*\*|[[\]\\]/.test(plain) ? "*" : last;
    return [hole("dynamic-path", { splits: false, like, sources: sourcesOf([text]) })];
  }
  return literal(value.replace(/\/+$/, "").split("/").pop() ?? "");
}
