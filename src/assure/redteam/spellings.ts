// Ways to spell a command otherwise, by chance: quotes, escapes, expansions, detours of paths, what lies between words.
import { chanceFrom } from "#base/chance.ts";
import type { Wrapping } from "./wrappings/wrapping.ts";

/** A word without quotes and expansions, and where in the command it stands. */
type Word = { readonly text: string; readonly start: number; readonly end: number };
/** One of so many things. */
type Pick = (count: number) => number;

/** From the first of these on nothing is spelt otherwise: a text, another language, or grammar of the shell may follow. */
const LAST = /<<|\(\(|\[\[|\(\)|[`#\n\\{"'$]/;
const WORD = /(?<=^|[\s|;(])[\w./:@%+,~-]+(?=$|[\s|&;)])/g;
const QUOTED = /['"]/;
/** Spellings of a path that say where the session stands, and what a path behind it may be told from instead. */
const DETOURS = new Set(["folder", "tilde", "back", "outside"]);
const MOVES = /(?:^|\s)(?:cd|pushd|-C|--directory)\s/;
const RESERVED = new Set(
  "if then else elif fi for select while until do done case esac in function time coproc".split(
    " ",
  ),
);

/** What a word becomes; undefined where it cannot be spelt so. */
const WORDS: Readonly<Record<string, (text: string, pick: Pick) => string | undefined>> = {
  single: (text, pick) => partly(text, pick, (part) => `'${part}'`),
  double: (text, pick) => partly(text, pick, (part) => `"${part}"`),
  ansi: (text, pick) => partly(text, pick, (part) => `$'${codesOf(part, 16, "x")}'`),
  range: (text, pick) =>
    partly(text, pick, (part) => part.replace(/[a-z]/, (sign) => `{${sign}..${sign}}`)),
  octal: (text, pick) => partly(text, pick, (part) => `$'${codesOf(part, 8, "")}'`),
  unicode: (text, pick) => partly(text, pick, (part) => `$'${codesOf(part, 16, "u00")}'`),
  translated: (text, pick) => partly(text, pick, (part) => `$"${part}"`),
  default: (text, pick) => partly(text, pick, (part) => `\${step_-${part}}`),
  printed: (text, pick) => partly(text, pick, (part) => `$(printf %s ${part})`),
  nothing: (text, pick) =>
    parted(text, pick)?.join(["''", '""', "$''", "${step_}", "$(:)"][pick(5)]),
  escaped: (text, pick) => parted(text, pick)?.join("\\"),
  continued: (text, pick) => parted(text, pick)?.join("\\\n"),
  here: (text) => (isPath(text) ? `./${text}` : undefined),
  slashes: (text) => (/^[^:]*\/[^:]*$/.test(text) ? text.replace("/", "/.//") : undefined),
  folder: (text) => (isPath(text) ? `"$PWD"/${text}` : undefined),
  tilde: (text) => (isPath(text) ? `~+/${text}` : undefined),
  back: (text) => (isPath(text) ? `.git/../${text}` : undefined),
  outside: (text) => (isPath(text) ? `../shop/${text}` : undefined),
  home: (text) => (/^~(?:\/|$)/.test(text) ? text.replace("~", '"$HOME"') : undefined),
  "home-back": (text) => (text.startsWith("~/") ? text.replace("~", "~/shop/..") : undefined),
};

/** A word that a variable holds: what stands before the command, and in place of the word. */
const HELD: Readonly<Record<string, (text: string) => readonly [string, string]>> = {
  variable: (text) => [`step_=${text}`, "$step_"],
  listed: (text) => [`step_=(x ${text})`, '"${step_[1]}"'],
  indirect: (text) => [`step_=${text} step_b=step_`, '"${!step_b}"'],
  referred: (text) => [`step_=${text}; declare -n step_b=step_`, '"$step_b"'],
  cut: (text) => [`step_=xx${text}yy`, `"\${step_:2:${text.length}}"`],
  replaced: (text) => [`step_=@${text.slice(1)}`, `"\${step_/@/${text[0]}}"`],
  lowered: (text) => [`step_=${text.toUpperCase()}`, '"${step_,,}"'],
  read: (text) => [`read -r step_ <<< ${text}`, '"$step_"'],
  printed: (text) => [`printf -v step_ %s ${text}`, '"$step_"'],
  looped: (text) => [`for step_ in ${text}; do :; done`, '"$step_"'],
  assigned: (text) => [`: "\${step_:=${text}}"`, '"$step_"'],
  positional: (text) => [`set -- ${text}`, '"$1"'],
  last: (text) => [`: ${text}`, '"$_"'],
  output: (text) => [`step_=$(rev <<< ${[...text].reverse().join("")})`, '"$step_"'],
};

/** What lies between two words. */
const BETWEEN: Readonly<Record<string, (one: string, other: string) => string>> = {
  tabs: (one, other) => `${one}\t \t${other}`,
  lines: (one, other) => `${one} \\\n  ${other}`,
  field: (one, other) => `${one}\${IFS}${other}`,
  prompt: (one, other) => `${one}\${PS4#+}${other}`,
  blank: (one, other) => `${one}$(printf ' .' | tr -d .)${other}`,
  braces: (one, other) => `{${one},${other}}`,
  errors: (one, other) => `${one} 2>/dev/null ${other}`,
};

/** What stands around the command. */
const AROUND: Readonly<Record<string, (command: string) => string>> = {
  assignment: (command) => `STEP_=1 ${command}`,
  negated: (command) => `! { ${command}\n}`,
  remark: (command) => `${command} # a remark`,
  "remark-before": (command) => `# it's "so\n${command}`,
  "shell-option": (command) => `set +e; ${command}`,
  "in-folder": (command) => `cd .git && cd .. && ${command}`,
  "own-folder": (command) => `pushd . > /dev/null; ${command}`,
};

/** Kinds that zsh takes otherwise: it counts lists from one, splits no variable, and does not know the rest. */
const OF_BASH = new Set([
  ...["word-translated", "held-listed", "held-indirect", "held-referred", "held-lowered"],
  ...["between-field", "between-prompt"],
]);

const KINDS = [
  ...Object.keys(WORDS).map((kind) => ["word", kind] as const),
  ...Object.keys(HELD).map((kind) => ["held", kind] as const),
  ...Object.keys(BETWEEN).map((kind) => ["between", kind] as const),
  ...Object.keys(AROUND).map((kind) => ["around", kind] as const),
  ["glob", "glob"] as const,
];

/**
 * A way to spell a command, the same for the same salt; a command that cannot be spelt so stays as it is. `files` are names that exist
 * where it runs. It is for what nothing is wrapped around yet, and of which no word means another thing in the midst of grammar.
 */
export function spellingOf(salt: number, files: readonly string[]): Wrapping {
  const random = chanceFrom(salt);
  const [group, kind] = KINDS[Math.floor(random() * KINDS.length)] ?? ["glob", "glob"];
  return {
    id: `${group}-${kind}.${salt}`,
    ...(OF_BASH.has(`${group}-${kind}`) ? { isOfBash: true as const } : {}),
    wrap(command) {
      const own = chanceFrom(salt + 1);
      const pick: Pick = (count) => Math.floor(own() * count);
      const words = wordsOf(command);
      if (group === "around")
        return isSimple(command, words) ? (AROUND[kind]?.(command) ?? command) : command;
      if (group === "between") return betweenSpelt(command, words, pick, kind);
      const word = words[pick(words.length)];
      if (word === undefined) return command;
      const isElsewhere = DETOURS.has(kind) && MOVES.test(command.slice(0, word.start));
      if (isElsewhere) return command;
      if (group === "held")
        return heldSpelt(command, word, kind, (text) => text.replaceAll("step_", `step_${salt}_`));
      const spelt = group === "glob" ? globbed(word.text, files, pick) : spelling(kind, word, pick);
      return put(command, word, spelt ?? word.text);
    },
  };
}

function spelling(kind: string, { text }: Word, pick: Pick): string | undefined {
  return QUOTED.test(text) ? undefined : WORDS[kind]?.(text, pick);
}

/** The words that may be spelt otherwise. */
function wordsOf(command: string): readonly Word[] {
  // Quoted text is part of a word, whatever it says.
  const plain = command.replace(/'[^']*'|"[^"$`\\]*"/g, (text) => "x".repeat(text.length));
  const last = LAST.exec(plain)?.index ?? plain.length;
  return [...plain.matchAll(WORD)].flatMap(({ 0: { length }, index: start }) => {
    const [text, end] = [command.slice(start, start + length), start + length];
    return RESERVED.has(text) || end > last ? [] : [{ text, start, end }];
  });
}

/** Something may stand around it: it begins with a word, and no here-document or remark ends it. */
function isSimple(command: string, [first]: readonly Word[]): boolean {
  return first?.start === 0 && !/<<|#/.test(command);
}

function put(command: string, { start, end }: Omit<Word, "text">, text: string): string {
  return `${command.slice(0, start)}${text}${command.slice(end)}`;
}

function parted(text: string, pick: Pick): readonly [string, string] | undefined {
  if (text.length < 2 || text.startsWith("~") || /^\d+$/.test(text)) return undefined;
  const at = 1 + pick(text.length - 1);
  return [text.slice(0, at), text.slice(at)];
}

/** One part of the word in another form. */
function partly(text: string, pick: Pick, change: (part: string) => string): string | undefined {
  const parts = parted(text, pick);
  if (parts === undefined) return undefined;
  const [first, second] = parts;
  return pick(2) === 0 ? `${change(first)}${second}` : `${first}${change(second)}`;
}

const codesOf = (text: string, radix: 8 | 16, mark: string): string =>
  [...text].map((sign) => `\\${mark}${sign.charCodeAt(0).toString(radix)}`).join("");

function isPath(text: string): boolean {
  return /^[\w.][\w.-]*(?:\/[\w.-]+)*$/.test(text) && /^\.\w|\//.test(text);
}

/** `own` gives a variable its own name: two spellings of one command have one each. */
function heldSpelt(
  command: string,
  word: Word,
  kind: string,
  own: (text: string) => string,
): string {
  if (!/^[a-z.][a-z.-]*(?:\/[a-z.-]+)*$/.test(word.text)) return command;
  // The next command has a last word of its own.
  if (kind === "last" && /[|&;]/.test(command.slice(0, word.start))) return command;
  const [before, instead] = HELD[kind]?.(word.text) ?? ["", word.text];
  return `${own(before)}; ${put(command, word, own(instead))}`;
}

function betweenSpelt(command: string, words: readonly Word[], pick: Pick, kind: string): string {
  const pairs = words.flatMap((one, at) => {
    const other = words[at + 1];
    const isPair = other !== undefined && /^[ \t]+$/.test(command.slice(one.end, other.start));
    return isPair && !/[~,]/.test(one.text + other.text) ? [{ one, other }] : [];
  });
  const pair = pairs[pick(pairs.length)];
  const spelt = pair && BETWEEN[kind]?.(pair.one.text, pair.other.text);
  if (pair === undefined || spelt === undefined) return command;
  return put(command, { start: pair.one.start, end: pair.other.end }, spelt);
}

/** The name of a file with a pattern in its last part that this file matches. */
function globbed(text: string, files: readonly string[], pick: Pick): string | undefined {
  if (!files.includes(text)) return undefined;
  const from = text.lastIndexOf("/") + 2;
  if (from >= text.length) return undefined;
  const at = from + pick(text.length - from);
  const [before, sign, after] = [text.slice(0, at), text[at] ?? "", text.slice(at + 1)];
  return `${before}${["?", `[${sign}]`, "*", `[!_]`, `${sign}*`][pick(5)]}${after}`;
}
