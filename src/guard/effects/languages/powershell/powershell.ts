// PowerShell, read lightly: its commands with their aliases, functions of the library, programs; anything else is not known.
import { seesVariable } from "../evaluation/call-effects.ts";
import { textsOf } from "../../../shell/values/text.ts";
import type { Observations } from "../evaluation/observations.ts";
import { type PowershellToken, powershellTokens } from "./powershell-words.ts";
import { sorted, withHome, type Word } from "./powershell-arguments.ts";
import {
  type CommandWords,
  fileCommand,
  libraryFunction,
  machineCommand,
} from "./powershell-commands.ts";
import { KEYWORDS, ALIASES, TAKES_PATHS, LISTS, HARMLESS, COMMAND } from "./powershell-names.ts";

/** Code inside code. */
const NESTING_MAX = 8;

/** The start-up file of a person, below the home directory. */
const PROFILE = ".config/powershell/Microsoft.PowerShell_profile.ps1";

/** Notes what a program does; the sightings are unproven afterwards if it may do anything else. */
export function readPowershell(code: string, seen: Observations, nesting = 0): void {
  const { home } = seen.values;
  const constants = constantsOf(code);
  const variable = (name: string): string | undefined => {
    if (name.startsWith("env:")) seesVariable(name.slice(4), seen);
    if (name === "home" || name === "env:home" || name === "env:userprofile") return home;
    if (name === "pwd") return ".";
    if (name === "profile") return `${home}/${PROFILE}`;
    if (name === "null") return "";
    const [text, ...more] = name.startsWith("env:")
      ? (textsOf(seen.values.variable(name.slice(4).toUpperCase()) ?? []) ?? [])
      : [];
    return more.length === 0 && text !== undefined ? text : constants.get(name);
  };
  const tokens = nesting > NESTING_MAX ? undefined : powershellTokens(code, variable);
  if (tokens === undefined) {
    seen.cannotTell();
    return;
  }
  new Powershell(tokens, seen, variable, nesting).walk();
}

/** Variables that get one plain text and never another. */
function constantsOf(code: string): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  const values = new Map<string, string>();
  for (const [, name = "", value] of code
    .slice(0, 16_384)
    .matchAll(/\$(\w+)\s*(?:[-+*/]?=|\+\+|--|\s+in\b)(?:\s*'([^'$`]*)'\s*(?=;|\n|$))?/g)) {
    const key = name.toLowerCase();
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if (value !== undefined) values.set(key, value);
  }
  for (const [name, count] of counts) if (count > 1) values.delete(name);
  return values;
}

class Powershell {
  readonly #tokens: readonly PowershellToken[];
  readonly #seen: Observations;
  readonly #variable: (name: string) => string | undefined;
  readonly #nesting: number;
  /** What the commands before in the same pipeline list. */
  #listed: readonly string[] = [];

  constructor(
    tokens: readonly PowershellToken[],
    seen: Observations,
    variable: (name: string) => string | undefined,
    nesting: number,
  ) {
    this.#tokens = tokens;
    this.#seen = seen;
    this.#variable = variable;
    this.#nesting = nesting;
  }

  walk(): void {
    let starts = true;
    for (let at = 0; at < this.#tokens.length; at += 1) {
      const token = this.#tokens[at];
      if (token === undefined) break;
      if (token.kind === "word") {
        for (const code of token.inner) readPowershell(code, this.#seen, this.#nesting + 1);
        if (token.text !== undefined) this.#seen.mentions(token.text);
        if (token.isBare && token.text !== undefined && starts) {
          at = this.#command(token.text, at);
          starts = false;
          continue;
        }
        if (token.isBare && token.text?.startsWith(".") === true) this.#member(token.text, at);
        starts = false;
        continue;
      }
      if (token.kind === "variable") {
        starts = false;
        continue;
      }
      if (token.text === "[") {
        at = this.#type(at);
        starts = false;
        continue;
      }
      if (/>/.test(token.text)) this.#redirected(at);
      // A program by a computed name.
      if (token.text === "&") at = this.#called(at);
      if (/^(?:;|&&|\|\|)$/.test(token.text)) this.#listed = [];
      starts = /^(?:;|\||&&|\|\||\{|\(|=|@\()$/.test(token.text);
    }
  }

  /** Words up to the end of a command, with what stands in brackets as unknown; and the place of the last. */
  #words(start: number): { readonly words: readonly Word[]; readonly end: number } {
    const found: Word[] = [];
    let at = start;
    for (; at < this.#tokens.length; at += 1) {
      const token = this.#tokens[at];
      if (token === undefined) break;
      if (token.kind === "word") found.push(token);
      else if (token.kind === "variable")
        found.push({ text: this.#variable(token.name), isBare: false });
      else if (token.text === ",") continue;
      else if (/^(?:\(|@\(|@\{|\[|\+|=|<)$/.test(token.text)) {
        // A word that goes on in a way that is computed is not known.
        found.push({ text: undefined, isBare: false });
        break;
      } else break;
    }
    return { words: found, end: at - 1 };
  }

  #command(text: string, at: number): number {
    const lower = text.toLowerCase();
    if (KEYWORDS.has(lower) || /^-?\d/.test(lower)) return at;
    const name = ALIASES[lower] ?? lower;
    const { words: given, end } = this.#words(at + 1);
    for (const { text: word } of given) if (word !== undefined) this.#seen.mentions(word);
    for (let inner = at + 1; inner <= end; inner += 1) {
      const token = this.#tokens[inner];
      if (token?.kind === "word")
        for (const code of token.inner) readPowershell(code, this.#seen, this.#nesting + 1);
    }
    this.#does(name, given, text);
    return end;
  }

  #does(name: string, given: readonly Word[], written: string): void {
    const seen = this.#seen;
    const { paths, destination, switches, isKnown } = sorted(given);
    const drives = paths.filter((path) => /^[a-z]{2,}:/i.test(path ?? ""));
    if (drives.some((path) => /^env:/i.test(path ?? ""))) seen.read("/proc/self/environ");
    else if (drives.some((path) => !/^https?:/i.test(path ?? ""))) seen.cannotTell();
    const files = paths.filter((path) => path !== undefined && !drives.includes(path));
    const named = files.flatMap((path) => (path === undefined ? [] : [withHome(path, seen)]));
    const takesListed = TAKES_PATHS.has(name) && named.length <= (name === "select-string" ? 1 : 0);
    const all = takesListed ? [...named, ...this.#listed] : named;
    const [first, second] = all;
    if (LISTS.has(name)) this.#listed = named.length === 0 ? ["."] : named;
    if (takesListed && this.#listed.length === 0 && name !== "select-string") seen.cannotTell();
    if (HARMLESS.has(name)) return;
    if (!isKnown) seen.cannotTell();
    const to = destination === undefined ? second : withHome(destination, seen);
    const words: CommandWords = { given, all, first, second, to, destination, switches, drives };
    if (fileCommand(name, words, { takesListed, seen })) return;
    const readCode = (code: string): void => readPowershell(code, seen, this.#nesting + 1);
    if (machineCommand(name, words, { seen, readCode })) return;
    // A name of two words is a command of PowerShell that no list has; any other is a program.
    const argv = given.map(({ text }) => text);
    const isOwn = COMMAND.test(written);
    if (argv.includes(undefined) || isOwn) seen.cannotTell();
    if (isOwn) return;
    seen.run([written, ...argv.flatMap((word) => (word === undefined ? [] : [word]))]);
  }

  /** `[System.IO.File]::ReadAllText("x")`: the place of its last token that was looked at. */
  #type(at: number): number {
    let close = at + 1;
    while (close < this.#tokens.length && !isMark(this.#tokens[close], "]")) close += 1;
    const type = this.#tokens
      .slice(at + 1, close)
      .map((token) => (token.kind === "word" ? (token.text ?? "") : "?"))
      .join("");
    if (!isMark(this.#tokens[close + 1], "::")) {
      // A conversion, or a place of a list.
      return close;
    }
    const member = this.#tokens[close + 2];
    const name = member?.kind === "word" ? (member.text ?? "") : "";
    const args = this.#arguments(close + 3);
    const named = { type: type.toLowerCase().replace(/^system\./, ""), name: name.toLowerCase() };
    libraryFunction(named, args, this.#seen);
    return close + 2;
  }

  /** Words in the brackets that open at a place. */
  #arguments(start: number): readonly (string | undefined)[] {
    if (!isMark(this.#tokens[start], "(")) return [];
    const found: (string | undefined)[] = [];
    for (let at = start + 1; at < this.#tokens.length; at += 1) {
      const token = this.#tokens[at];
      if (token === undefined || isMark(token, ")")) break;
      if (token.kind === "word") found.push(token.text);
      else if (token.kind === "variable") found.push(this.#variable(token.name));
      else if (token.text !== ",") return [undefined];
    }
    return found;
  }

  #member(text: string, at: number): void {
    const name = text.slice(1).toLowerCase();
    if (
      /^(?:length|count|name|fullname|value|key|keys|values|trim|split|replace|tolower|toupper|tostring|contains|startswith|endswith|substring|join|indexof|year|month|day|extension|directory|basename|content|statuscode|version|psversion)$/.test(
        name,
      )
    )
      return;
    const [first] = this.#arguments(at + 1);
    if (/^download|^upload|^getstream|^connect/.test(name))
      this.#seen.contact(first ?? "", "https");
    this.#seen.cannotTell();
  }

  /** `> file`. */
  #redirected(at: number): void {
    const next = this.#tokens[at + 1];
    const mark = this.#tokens[at];
    if (mark?.kind === "mark" && mark.text.endsWith("&1")) return;
    const path =
      next?.kind === "word"
        ? next.text
        : next?.kind === "variable"
          ? this.#variable(next.name)
          : undefined;
    if (next?.kind === "variable" && next.name === "null") return;
    if (path === undefined) this.#seen.cannotTell();
    else this.#seen.write(withHome(path, this.#seen), "create");
  }

  /** `& "program" words`. */
  #called(at: number): number {
    const next = this.#tokens[at + 1];
    if (next?.kind !== "word" || next.text === undefined) {
      this.#seen.cannotTell();
      return at;
    }
    return this.#command(next.text, at + 1);
  }
}

function isMark(token: PowershellToken | undefined, text: string): boolean {
  return token?.kind === "mark" && token.text === text;
}
