// Command lines that rules tell apart: the least that each pattern takes, in each spelling, and what goes on from there.
import { baseName } from "#base/path.ts";
import { ANY_PROGRAM, isOption } from "#guard/policy/commands.ts";
import type { CommandPattern, Rule } from "#guard/policy/policy.ts";

/** Words of command lines; complete when each other command line is judged as one of them. */
export type CommandSamples = {
  readonly lines: readonly (readonly string[])[];
  readonly isComplete: boolean;
};

/** Spellings that are tried of the options of one pattern. */
const SPELLINGS_MAX = 128;
const UNNAMED = "another";

/** The samples for the rules that speak of command lines. */
export function commandSamples(rules: readonly Rule[]): CommandSamples {
  const lines = new Map<string, readonly string[]>();
  let isComplete = true;
  const add = (words: readonly string[]): void => {
    lines.set(words.join("\0"), words);
  };
  for (const { verdict, when } of rules) {
    for (const pattern of when.commands ?? []) {
      if (verdict === "allow") for (const words of beginnings(pattern)) add(words);
      else {
        const spelt = spellings(pattern);
        isComplete &&= spelt.length < SPELLINGS_MAX;
        for (const words of spelt) add(words);
      }
    }
  }
  return { lines: [...lines.values()], isComplete };
}

/** What an allow rule looks at are the first words: each beginning of them, as it is and with another word behind. */
function beginnings({ words }: CommandPattern): readonly (readonly string[])[] {
  return words.flatMap((_, index) => {
    const [program = "", ...rest] = words.slice(0, index + 1);
    return programsOf(program).flatMap((name) => [
      [name, ...rest],
      [name, ...rest, UNNAMED],
    ]);
  });
}

/**
 * What a restricting pattern takes at the least, in each spelling. WHY the least: more words leave it matching, and each
 * pattern that matches this matches what has more.
 */
function spellings({ words }: CommandPattern): readonly (readonly string[])[] {
  const [program = "", ...rest] = words;
  const operands = rest.filter((word) => !isOption(word));
  let spelt: readonly (readonly string[])[] = [[]];
  for (const option of rest.filter(isOption)) {
    const ways = option.startsWith("--") ? longSpellings(option) : shortSpellings(option);
    spelt = spelt.flatMap((begun) => ways.map((way) => [...begun, ...way])).slice(0, SPELLINGS_MAX);
  }
  return programsOf(program)
    .flatMap((name) => spelt.map((options) => [name, ...operands, ...options]))
    .slice(0, SPELLINGS_MAX);
}

/** A program by its name, by the path of another place, and by a name of its family. */
function programsOf(program: string): readonly string[] {
  if (program === ANY_PROGRAM) return [UNNAMED];
  const names = [program, ...(program.includes("/") ? [] : [`/opt/bin/${baseName(program)}`])];
  if (program.startsWith("python")) names.push("python2.9");
  if (program.startsWith("pip")) names.push("pip2.9");
  if (program.startsWith("node")) names.push("node", "nodejs");
  return [...new Set(names)];
}

/** Beginnings of a long option that stand for it, and with a value. */
function longSpellings(option: string): readonly (readonly string[])[] {
  const names = [...option].flatMap((_, index) => (index >= 3 ? [option.slice(0, index + 1)] : []));
  return [...names.reverse(), option].flatMap((name) => [[name], [`${name}=x`]]);
}

/** Long options that stand for a letter, as the guard takes them. */
const LONG: Readonly<Record<string, readonly string[]>> = {
  f: ["--force", "--forc", "--for"],
  r: ["--recursive", "--rec", "--recx"],
  R: ["--recursive", "--rec", "--recx"],
};

/** Letters as they stand, one by one, and as long options. */
function shortSpellings(option: string): readonly (readonly string[])[] {
  const letters = [...option.slice(1)];
  let apart: readonly (readonly string[])[] = [[]];
  for (const letter of letters) {
    const ways = [`-${letter}`, ...(LONG[letter] ?? [])];
    apart = apart.flatMap((begun) => ways.map((way) => [...begun, way])).slice(0, SPELLINGS_MAX);
  }
  return [[option], ...apart];
}
