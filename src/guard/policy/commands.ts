// Rules about command lines: whether a command that a call runs is one that a rule speaks of, however it is written.
import { baseName } from "#base/path.ts";
import type { Effect } from "../vocabulary/effect.ts";
import type { Origin, RanCommand } from "../effects/model/ran-command.ts";
import type { CommandPattern } from "./policy.ts";

/** In place of a program's name: each program. */
export const ANY_PROGRAM = "*";

/** Names under which the same program is called. */
const FAMILIES: readonly RegExp[] = [
  /^python(?:[23](?:\.\d+)?)?$/,
  /^node(?:js)?$/,
  /^pip(?:[23](?:\.\d+)?)?$/,
  /^mkfs(?:\.\w+)?$/,
  /^(?:nc|ncat|netcat)(?:\.\w+)?$/,
];

/** Words that say the same of a mode that everybody may do everything with. */
const OPEN_MODE = /^(?:0*[0-7]?777|(?:a|ugo)?[+=]rwx)$/;

/**
 * Whether a command may be the one of a rule that restricts: the words of the pattern stand among its arguments in their
 * order, whatever stands between (`git -C x push` is `git push`), and options in any spelling. An unknown word counts as the
 * one that decides only where that would stand first.
 */
export function mayRun({ words: wanted }: CommandPattern, { words }: RanCommand): boolean {
  const [program] = wanted;
  const script = program !== undefined && /[/.]/.test(program) ? scriptOf(words) : undefined;
  return mayBe(wanted, words) || (script !== undefined && mayBe(wanted, script));
}

/**
 * Words by which patterns of rules that restrict are looked up for a command. INVARIANT: where `mayRun` holds, pattern and
 * command have one in common; `test/guard/policy/rule-index.test.ts` asserts it.
 */
export function keysOfPattern({ words: [program] }: CommandPattern): readonly string[] {
  if (program === undefined) return [];
  return program === ANY_PROGRAM ? [ANY_PROGRAM] : keysOfProgram(program);
}

/** The same words for a command. */
export function keysOfCommand({ words }: RanCommand): readonly string[] {
  const [name] = words;
  const script = scriptOf(words)?.[0];
  return [
    ANY_PROGRAM,
    ...(name === undefined ? [] : keysOfProgram(name)),
    ...(script === undefined ? [] : keysOfProgram(script)),
  ];
}

function keysOfProgram(name: string): readonly string[] {
  const base = baseName(name);
  const families = FAMILIES.flatMap((family, index) => (family.test(base) ? [`/${index}`] : []));
  return [base, ...families];
}

function mayBe(wanted: readonly string[], words: RanCommand["words"]): boolean {
  const [program, ...rest] = wanted;
  const [name, ...given] = words;
  if (program === undefined || !mayBeProgram(program, name)) return false;
  const operands = rest.filter((word) => !isOption(word));
  const options = rest.filter(isOption);
  return options.every((option) => hasOption(option, given)) && holdsInOrder(operands, given);
}

/** Programs that run the file which is their first operand: `bash deploy.sh` is `./deploy.sh`. */
const INTERPRETER =
  /^(?:(?:ba|da|k|z)?sh|\.|source|python(?:[23](?:\.\d+)?)?|node(?:js)?|perl|ruby|php)$/;

function scriptOf(words: RanCommand["words"]): RanCommand["words"] | undefined {
  const [name, ...given] = words;
  if (name === undefined || !INTERPRETER.test(baseName(name))) return undefined;
  const first = given.findIndex((word) => word === undefined || !isOption(word));
  return first === -1 ? undefined : given.slice(first);
}

/** Whether a command certainly is one of a rule that allows: the words of the pattern come first, all of them as written. */
export function surelyRuns(
  { words: wanted, exact }: CommandPattern,
  { words }: RanCommand,
): boolean {
  if (exact && words.length !== wanted.length) return false;
  return wanted.every((word, index) =>
    index === 0 ? isSurelyProgram(word, words[0]) : words[index] === word,
  );
}

/** Whether an effect is one of a command: of the program itself, or of what it leads to. */
export function isEffectOf(
  { words: [name], via, at }: RanCommand,
  effect: Effect,
  from: Origin,
): boolean {
  if (name === undefined || !isInside(from.at, at)) return false;
  if (!via.every((program, index) => program === from.via[index])) return false;
  const next = from.via[via.length];
  if (next !== undefined) return next === baseName(name) || next === name;
  return effect.kind === "execute" && effect.program === name;
}

function isInside(inner: Origin["at"], outer: Origin["at"]): boolean {
  if (inner === undefined || outer === undefined) return inner === outer;
  return inner.start >= outer.start && inner.end <= outer.end;
}

/** Whatever directory it is in, and whatever directory the rule names. */
function mayBeProgram(wanted: string, name: string | undefined): boolean {
  // A program whose name is not known has the effect `unknown`, and rules need not guess at it.
  if (name === undefined) return false;
  const [base, wantedBase] = [baseName(name), baseName(wanted)];
  return wanted === ANY_PROGRAM || base === wantedBase || isFamily(base, wantedBase);
}

/** A program of that name in another directory is another one. */
function isSurelyProgram(wanted: string, name: string | undefined): boolean {
  if (name === undefined) return false;
  return wanted === ANY_PROGRAM || name === wanted || isFamily(name, wanted);
}

/** Whether two names are of the same program: `pip3` is `pip`. */
export function isSameProgram(name: string, wanted: string): boolean {
  return name === wanted || isFamily(name, wanted);
}

function isFamily(name: string, wanted: string): boolean {
  return FAMILIES.some((family) => family.test(name) && family.test(wanted));
}

/** Whether a pattern names one program alone, by the one name that it has. */
export function namesOneProgram({ words: [program] }: CommandPattern): boolean {
  return (
    program !== undefined &&
    program !== ANY_PROGRAM &&
    !program.includes("/") &&
    !FAMILIES.some((family) => family.test(program))
  );
}

/** Whether a word of a command line is an option: neither the standard input nor the end of options. */
export function isOption(word: string): boolean {
  return word.startsWith("-") && word !== "-" && word !== "--";
}

/** Whether an option is given: a long one by its name or a beginning of it, letters one by one in any cluster. */
function hasOption(option: string, given: readonly (string | undefined)[]): boolean {
  const known = given.filter((word) => word !== undefined);
  if (option.startsWith("--")) {
    return known.some((word) => {
      const name = word.split("=", 1)[0] ?? "";
      return (
        name === option || (name.length > 3 && option.startsWith(name) && name.startsWith("--"))
      );
    });
  }
  if (known.includes(option)) return true;
  const clusters = known.filter((word) => /^-[^-]/.test(word)).join("");
  return [...option.slice(1)].every(
    (letter) => clusters.includes(letter) || known.some((word) => LONG_FORMS[letter]?.test(word)),
  );
}

/** Long forms of letters that rules name: `rm --recursive --force`, `git push --force`, `node --eval`. */
const LONG_FORMS: Readonly<Record<string, RegExp>> = {
  f: /^--forc?e?$/,
  r: /^--rec[a-z]*$/,
  R: /^--rec[a-z]*$/,
  e: /^--eval$/,
};

function holdsInOrder(wanted: readonly string[], given: readonly (string | undefined)[]): boolean {
  let next = 0;
  for (const [index, word] of given.entries()) {
    const want = wanted[next];
    if (want === undefined) return true;
    if (word === undefined ? index === 0 && next === 0 : isWord(want, word)) next += 1;
  }
  return next >= wanted.length;
}

function isWord(wanted: string, word: string): boolean {
  return word === wanted || (OPEN_MODE.test(wanted) && OPEN_MODE.test(word));
}
