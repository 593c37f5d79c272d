// PowerShell, read lightly: its commands with their aliases, functions of the library, programs; anything else is not known.
import { seesVariable } from "./evaluation/call-effects.ts";
import {
  baseOf,
  hole,
  known,
  literal,
  textOf,
  textsOf,
  type TextSet,
} from "../../shell/values/text.ts";
import { effect } from "../model/verbs.ts";
import type { Observations } from "./evaluation/observations.ts";
import { type PowershellToken, powershellTokens } from "./powershell-words.ts";
import { words } from "./evaluation/tokens.ts";

/** Code inside code. */
const NESTING_MAX = 8;

const ALIASES: Readonly<Record<string, string>> = Object.fromEntries(
  [
    "get-content gc cat type",
    "set-content sc",
    "add-content ac",
    "remove-item rm ri del erase rd rmdir",
    "copy-item cp copy cpi",
    "move-item mv move mi",
    "rename-item ren rni",
    "new-item ni md mkdir",
    "get-childitem gci ls dir",
    "invoke-webrequest iwr",
    "invoke-restmethod irm",
    "invoke-expression iex",
    "start-process saps start",
    "stop-process kill spps",
    "where-object where ?",
    "foreach-object %",
    "select-object select",
    "select-string sls",
    "sort-object sort",
    "measure-object measure",
    "format-table ft",
    "format-list fl",
    "write-output echo write",
    "get-location pwd gl",
    "get-process ps gps",
    "start-sleep sleep",
    "tee-object tee",
    "import-module ipmo",
    "compare-object compare diff",
    "get-item gi",
    "get-command gcm",
    "get-member gm",
    "group-object group",
    "out-host oh",
    "import-csv ipcsv",
    "export-csv epcsv",
    "clear-content clc",
    "resolve-path rvpa",
  ].flatMap((line) => {
    const [name = "", ...others] = line.split(" ");
    return others.map((alias) => [alias, name] as const);
  }),
);

const HARMLESS = words(
  "write-output write-host write-error write-warning write-verbose where-object foreach-object select-object sort-object measure-object group-object format-table format-list format-wide out-string out-null out-host out-default convertto-json convertfrom-json convertto-csv convertfrom-csv get-date get-location test-path resolve-path split-path join-path get-childitem get-item get-process get-command get-module get-random start-sleep compare-object get-member get-help get-alias new-guid new-timespan get-host get-culture get-uptime get-unique get-verb read-host set-strictmode clear-host",
);
const KEYWORDS = words(
  "if else elseif foreach for while do until switch param function try catch finally throw return exit break continue in begin process end default",
);
/** How PowerShell's own commands are named: a verb and a noun. */
const COMMAND =
  /^(?:add|clear|compare|complete|confirm|convert|convertfrom|convertto|copy|debug|disable|disconnect|dismount|enable|enter|exit|expand|export|find|format|get|group|import|initialize|install|invoke|join|limit|lock|measure|merge|mount|move|new|open|optimize|out|ping|pop|protect|publish|push|read|receive|redo|register|remove|rename|repair|request|reset|resize|resolve|restart|restore|resume|revoke|save|search|select|send|set|show|skip|split|start|step|stop|submit|suspend|switch|sync|tee|test|trace|unblock|undo|uninstall|unlock|unprotect|unpublish|unregister|update|use|wait|watch|where|write)-[a-z]+$/i;
/** Options whose next word is not a path. */
const OPTION_WITH_VALUE =
  /^-(?:encoding|filter|include|exclude|delimiter|property|first|last|skip|depth|itemtype|type|value|name|totalcount|tail|method|headers|body|contenttype|erroraction|ea|warningaction|pattern|width|algorithm|timeoutsec|useragent|signal)$/;
const PATH_OPTION = /^-(?:path|literalpath|filepath|inputobject|pspath|uri|id)$/;
const DESTINATION_OPTION = /^-(?:destination|destinationpath|newname|outfile)$/;

/** The start-up file of a person, below the home directory. */
const PROFILE = ".config/powershell/Microsoft.PowerShell_profile.ps1";

type Word = { readonly text: string | undefined; readonly isBare: boolean };

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
    const reach = takesListed ? "tree" : "entry";
    if (HARMLESS.has(name)) return;
    if (!isKnown) seen.cannotTell();
    switch (name) {
      case "get-content":
      case "import-csv":
      case "get-filehash":
      case "format-hex":
      case "import-clixml":
        for (const path of all) seen.read(path, reach);
        return;
      case "select-string":
        for (const path of switches.has("-pattern") ? all : all.slice(1)) seen.read(path, reach);
        return;
      case "set-content":
      case "out-file":
      case "tee-object":
      case "export-csv":
      case "export-clixml":
      case "clear-content":
      case "new-item":
        if (first !== undefined) seen.write(first, "create");
        if (first === undefined || switches.has("-name")) seen.cannotTell();
        return;
      case "add-content":
        if (first !== undefined) seen.write(first, "append");
        else seen.cannotTell();
        return;
      case "remove-item":
        for (const path of all)
          seen.remove(
            matching(path),
            takesListed || [...switches].some((one) => one.startsWith("-r")) ? "tree" : "entry",
          );
        return;
      case "copy-item":
      case "move-item":
      case "rename-item":
        this.#copied(name, first, destination === undefined ? second : withHome(destination, seen));
        return;
      case "compress-archive":
      case "expand-archive": {
        const to = destination ?? second;
        if (first !== undefined) seen.read(first, "tree");
        if (to === undefined) seen.cannotTell();
        else seen.write(to, "create", "tree");
        return;
      }
      case "invoke-webrequest":
      case "invoke-restmethod":
        seen.contact(drives.find((path) => /^https?:/i.test(path ?? "")) ?? first ?? "", "https");
        if (destination !== undefined) seen.write(withHome(destination, seen), "create");
        if (switches.has("-infile")) seen.cannotTell();
        return;
      case "invoke-expression": {
        const [code] = given;
        if (code?.text !== undefined) readPowershell(code.text, seen, this.#nesting + 1);
        seen.cannotTell();
        return;
      }
      case "register-scheduledtask":
      case "register-scheduledjob":
        seen.add(
          effect<"persist">({ kind: "persist", means: "scheduled-task", target: undefined }),
        );
        seen.cannotTell();
        return;
      case "new-service":
      case "set-service":
        seen.add(effect<"persist">({ kind: "persist", means: "service", target: undefined }));
        seen.cannotTell();
        return;
      case "start-process": {
        if (switches.has("-verb") && given.some(({ text }) => /^runas$/i.test(text ?? "")))
          seen.add(effect<"privilege">({ kind: "privilege", means: "runas", user: undefined }));
        const argv = given.flatMap(({ text }) =>
          text === undefined || text.startsWith("-") ? [] : [text],
        );
        seen.run(argv);
        seen.cannotTell();
        return;
      }
      case "stop-process": {
        const named = given.findIndex(({ text }) => /^-n/i.test(text ?? ""));
        const target = given[named + 1]?.text ?? "";
        seen.run(named >= 0 ? ["pkill", target] : ["kill", first ?? "1"]);
        return;
      }
      default:
        break;
    }
    // A name of two words is a command of PowerShell that no list has; any other is a program.
    const argv = given.map(({ text }) => text);
    const isOwn = COMMAND.test(written);
    if (argv.includes(undefined) || isOwn) seen.cannotTell();
    if (isOwn) return;
    seen.run([written, ...argv.flatMap((word) => (word === undefined ? [] : [word]))]);
  }

  #copied(name: string, from: string | undefined, to: string | undefined): void {
    const seen = this.#seen;
    if (from === undefined || to === undefined) {
      seen.cannotTell();
      if (from === undefined) return;
    }
    const isMove = name !== "copy-item";
    seen.read(from, "tree");
    if (isMove) seen.remove(from, "tree");
    if (to === undefined) return;
    const base = textOf(baseOf(literal(from))) ?? "";
    const folder = from.replace(/[^/]*\/*$/, "");
    if (name === "rename-item") seen.write(`${folder}${to}`, "create", "tree");
    else for (const path of [to, `${to}/${base}`]) seen.write(path, "create", "tree");
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
    this.#function(type.toLowerCase().replace(/^system\./, ""), name.toLowerCase(), args);
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

  #function(type: string, name: string, args: readonly (string | undefined)[]): void {
    const seen = this.#seen;
    const [first, second] = args;
    if (
      /^(?:math|datetime|convert|string|int|guid|char|io\.path|timespan|version|double|array)$/.test(
        type,
      )
    )
      return;
    if (
      type === "environment" &&
      /^(?:newline|machinename|osversion|version|currentdirectory)$/.test(name)
    )
      return;
    if (type === "environment" && name === "getenvironmentvariables") {
      seen.read("/proc/self/environ");
      return;
    }
    if (!/^io\.(?:file|directory)$/.test(type) || first === undefined) {
      if (first !== undefined && /^diagnostics\.process$/.test(type))
        seen.run(args.flatMap((word) => word ?? []));
      seen.cannotTell();
      return;
    }
    if (/^(?:readall|readlines|open)/.test(name)) seen.read(first);
    else if (/^(?:writeall|create|append)/.test(name)) seen.write(first, "create");
    else if (name === "delete") seen.remove(first, type === "io.directory" ? "tree" : "entry");
    else if (/^(?:copy|move)$/.test(name)) this.#copied(`${name}-item`, first, second);
    else if (!/^(?:exists|getlastwritetime|getfiles|enumeratefiles|getdirectories)$/.test(name))
      seen.cannotTell();
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

/** Commands that list files for those behind them, and those that take what is listed. */
const LISTS = words("get-childitem get-item resolve-path");
const TAKES_PATHS = words(
  "get-content import-csv get-filehash format-hex import-clixml select-string remove-item",
);

/** The paths that a path with wildcards stands for. */
function matching(path: string): TextSet {
  if (!/[*?[]/.test(path)) return known(path);
  return [[hole("dynamic-path", { like: path, splits: false })]];
}

function withHome(path: string, seen: Observations): string {
  return path === "~" || path.startsWith("~/") ? `${seen.values.home}${path.slice(1)}` : path;
}

/** The words of a command by what they are. */
function sorted(given: readonly Word[]): {
  readonly paths: readonly (string | undefined)[];
  readonly destination: string | undefined;
  readonly switches: ReadonlySet<string>;
  readonly isKnown: boolean;
} {
  const paths: (string | undefined)[] = [];
  const switches = new Set<string>();
  let destination: string | undefined;
  let isKnown = true;
  for (let at = 0; at < given.length; at += 1) {
    const word = given[at];
    const text = word?.text;
    const option = word?.isBare === true ? text?.toLowerCase() : undefined;
    if (text === undefined) isKnown = false;
    if (option?.startsWith("-") !== true) {
      paths.push(text);
      continue;
    }
    switches.add(option);
    if (DESTINATION_OPTION.test(option)) {
      at += 1;
      destination = given[at]?.text;
      if (destination === undefined) isKnown = false;
    } else if (PATH_OPTION.test(option)) continue;
    else if (OPTION_WITH_VALUE.test(option)) {
      at += 1;
      if (given[at]?.text === undefined) isKnown = false;
    }
  }
  return { paths, destination, switches, isKnown };
}
