// What a safer form accepts of the command that it stands for, word by word. A word that it does not name leaves no form.
import type { OptionSpec } from "../effects/model/command-model.ts";
import { type Options, readWords, type ReadWord } from "./read-words.ts";
import { dropped, type Edit, inserted, type SimpleCommand } from "./simple-commands.ts";

/** An option that may be there, and what becomes of it. `isNeeded`: without it the form makes no sense. */
export type Accepted = {
  readonly spec: OptionSpec;
  readonly fate: "stays" | "falls" | { readonly becomes: string };
  readonly isNeeded?: true;
};

/** The option means the same in the form. */
export function stays(...specs: readonly OptionSpec[]): readonly Accepted[] {
  return specs.map((spec) => ({ spec, fate: "stays" }));
}

/** The option is left out, with its value. */
export function falls(...specs: readonly OptionSpec[]): readonly Accepted[] {
  return specs.map((spec) => ({ spec, fate: "falls" }));
}

/** The option has another spelling in the form; it stands there alone and has no value. */
export function becomes(text: string, spec: OptionSpec): readonly Accepted[] {
  return [{ spec, fate: { becomes: text } }];
}

/** One of the spellings of each must be there. */
export function needed(accepted: readonly Accepted[]): readonly Accepted[] {
  return accepted.map((one) => ({ ...one, isNeeded: true }));
}

/** A safer form of a verb, with the whole grammar in which it is one. */
export type Form = {
  readonly programs: readonly string[];
  /** Options that may stand between the program and its verb, and stay. */
  readonly front?: readonly OptionSpec[];
  /** The first words behind those, spelled so. */
  readonly verb: string;
  readonly accepts: readonly Accepted[];
  /** Options end at the first operand, whose words are another program's. */
  readonly isRun?: true;
  /** How many operands there may be, what each of them looks like, and whether they are left out. */
  readonly operands: {
    readonly least: number;
    readonly most: number;
    readonly like?: RegExp;
    readonly fall?: true;
  };
  /** What becomes of a `--`; without it none may be there. */
  readonly dashes?: "stay" | "fall";
  /** What stands in place of the verb, and behind it. */
  readonly becomes?: string;
  readonly adds?: string;
  /** It says what would happen and does nothing of it. */
  readonly onlySays?: true;
};

/** The edits that make the form of a command; undefined where the command is not one that it stands for. */
export function formEdits(form: Form, { words }: SimpleCommand): readonly Edit[] | undefined {
  const front = readWords(words.slice(1), optionsIn(form.front ?? []), "first-operand");
  const at = front?.findIndex(({ kind }) => kind === "operand") ?? -1;
  const start = front?.[at]?.word;
  if (front === undefined || start === undefined || front.slice(0, at).some(isDashes)) return;
  const first = words.indexOf(start);
  const verb = form.verb.split(" ");
  if (!verb.every((part, index) => words[first + index]?.value === part)) return;
  const last = words[first + verb.length - 1];
  const rest = words.slice(first + verb.length);
  // In another verb a word that is not known may say something else, and after a trial it may take the trial back.
  const isSameVerb = form.becomes === undefined && form.onlySays !== true;
  if (last === undefined || (!isSameVerb && rest.some(({ value }) => value === undefined))) return;
  const options = optionsIn(form.accepts.map(({ spec }) => spec));
  const read = readWords(rest, options, form.isRun === true ? "first-operand" : "anywhere");
  if (read === undefined || !areOperandsFit(form, read)) return;
  const given = new Set(read.flatMap((one) => (one.kind === "option" ? one.keys : [])));
  if (form.accepts.some(({ isNeeded }, key) => isNeeded === true && !given.has(String(key))))
    return;
  const edits: Edit[] = [];
  const said = new Set<string>();
  for (const one of read) {
    const found = wordEdits(form, one, said);
    if (found === undefined) return;
    edits.push(...found);
  }
  if (form.becomes !== undefined)
    edits.push({ start: start.start, end: last.end, text: form.becomes });
  if (form.adds !== undefined) edits.push(inserted(last.end, ` ${form.adds}`));
  return edits;
}

function isDashes({ kind }: ReadWord): boolean {
  return kind === "dashes";
}

function areOperandsFit({ operands }: Form, read: readonly ReadWord[]): boolean {
  const given = read.filter(({ kind }) => kind === "operand");
  return (
    given.length >= operands.least &&
    given.length <= operands.most &&
    given.every(({ word }) => operands.like?.test(word.value ?? word.begins) !== false)
  );
}

/** What becomes of one word and its values; undefined where the form has no place for it. */
function wordEdits(form: Form, read: ReadWord, said: Set<string>): readonly Edit[] | undefined {
  if (read.kind === "operand") return form.operands.fall === true ? [dropped(read.word)] : [];
  if (read.kind === "dashes") {
    if (form.dashes === undefined) return undefined;
    return form.dashes === "fall" ? [dropped(read.word)] : [];
  }
  const { word, values, keys } = read;
  const fates = new Set(keys.map((key) => form.accepts[Number(key)]?.fate));
  const [fate] = fates;
  // Letters of which one stays and another goes: nobody needs to take such a word apart.
  if (fates.size !== 1 || fate === undefined) return undefined;
  if (fate === "stays") return [];
  if (fate === "falls") return [word, ...values].map(dropped);
  if (!form.accepts.some(({ spec }) => spec.names.includes(word.value ?? ""))) return undefined;
  if (said.has(fate.becomes)) return [dropped(word)];
  said.add(fate.becomes);
  return [{ start: word.start, end: word.end, text: fate.becomes }];
}

/** Options by their place in a list. */
function optionsIn(specs: readonly OptionSpec[]): Options {
  return Object.fromEntries(specs.map((spec, at) => [String(at), spec]));
}
