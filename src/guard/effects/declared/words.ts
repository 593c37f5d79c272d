// Words of a package manager, held against the options with which it brings nothing that nobody declared.

/** Options that are known: all others may say what comes, from where or where to. */
export type Grammar = {
  /** Long options and whole short ones without a value. */
  readonly flags: RegExp;
  /** Letters of short options without a value, which may stand together. */
  readonly letters?: string;
  /** Options with a value, each with the values that say nothing more. */
  readonly valued: Readonly<Record<string, RegExp>>;
};

/** What a manager was told. */
export type Told = {
  readonly operands: readonly string[];
  /** Values of options, by the option. */
  readonly values: ReadonlyMap<string, readonly string[]>;
};

/** The words taken apart; undefined where one is not known. WHY no `--`: what stands behind it is read otherwise by each. */
export function readWords(words: readonly string[], grammar: Grammar): Told | undefined {
  const operands: string[] = [];
  const values = new Map<string, string[]>();
  const take = (option: string, value: string | undefined): boolean => {
    const fits = Object.hasOwn(grammar.valued, option) ? grammar.valued[option] : undefined;
    if (fits === undefined || value === undefined || !fits.test(value)) return false;
    values.set(option, [...(values.get(option) ?? []), value]);
    return true;
  };
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (!word.startsWith("-")) {
      operands.push(word);
      continue;
    }
    if (grammar.flags.test(word)) continue;
    if (Object.hasOwn(grammar.valued, word)) {
      at += 1;
      if (!take(word, words[at])) return undefined;
      continue;
    }
    const [, long = "", value] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
    if (long !== "") {
      if (!take(long, value)) return undefined;
      continue;
    }
    const rest = withoutLetters(word, grammar.letters ?? "");
    if (rest === "") continue;
    const option = `-${rest[0] ?? ""}`;
    if (!/^-[A-Za-z]/.test(word) || !Object.hasOwn(grammar.valued, option)) return undefined;
    if (rest.length === 1) at += 1;
    if (!take(option, rest.length === 1 ? words[at] : rest.slice(1))) return undefined;
  }
  return { operands, values };
}

/** What follows the flags of a cluster (`-Ur` without `-U`). */
function withoutLetters(word: string, letters: string): string {
  if (word.startsWith("--")) return word;
  let at = 1;
  while (at < word.length && letters.includes(word[at] ?? "")) at += 1;
  return word.slice(at);
}

/** The values of one option in all its spellings. */
export function valuesOf(told: Told, ...options: readonly string[]): readonly string[] {
  return options.flatMap((option) => told.values.get(option) ?? []);
}

/** Texts that are no path, no address and no list of anything: names of groups, versions, numbers. */
export const PLAIN = /^[\w.,+*:-]+$/;
/** Numbers. */
export const NUMBER = /^\d{1,6}$/;
/** A path that may lie in the project, which is looked at later. */
export const PATH = /^[\w.@/+ -]+$/;
