// Reads sed scripts: which files they read and write, and which commands they run.

/** One thing that a sed script does to the world. Text is as in the script. */
export type SedAct =
  | { readonly kind: "reads" | "writes"; readonly path: string }
  /** Runs a command that stands in the script. */
  | { readonly kind: "runs"; readonly command: string }
  /** Runs its own data as a command; `likely` is the text that a substitution puts there. */
  | { readonly kind: "runs-data"; readonly likely: string | undefined };

const NO_ARGUMENT = "=dDgGhHnNpPxzF{";
const NUMBER_ARGUMENT = "lLqQ";

/**
 * What a script does, in GNU sed's grammar; undefined when it is not one that this reads with certainty. What sed
 * takes for an error may read as anything: sed stops there before it does anything.
 */
export function readSedScript(script: string): readonly SedAct[] | undefined {
  // WHY: whether a delimiter ends a pattern inside `[...]` differs between versions; one that fails there does nothing.
  const plain = read(script, false);
  const bracketed = script.includes("[") ? read(script, true) : undefined;
  return plain === undefined ? bracketed : [...plain, ...(bracketed ?? [])];
}

function read(script: string, brackets: boolean): readonly SedAct[] | undefined {
  const acts: SedAct[] = [];
  let at = 0;
  const skip = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(script)?.[0] ?? "";
    at += found.length;
    return found;
  };
  const line = (): string => {
    skip(/[ \t]*/y);
    const text = skip(/[^\n]*/y);
    return text;
  };
  while (at < script.length) {
    skip(/[\s;]+/y);
    if (at >= script.length) break;
    for (let address = 0; address < 2; address += 1) {
      const end = skipAddress(script, at, brackets);
      if (end === undefined) return undefined;
      at = end;
      skip(/[ \t]*/y);
      if (address === 0 && script[at] === ",") {
        at += 1;
        skip(/[ \t]*[+~]?/y);
      } else break;
    }
    skip(/[ \t!]*/y);
    const command = script[at] ?? "";
    at += 1;
    if (command === "#") skip(/[^\n]*/y);
    else if (command === "}" || command === "" || NO_ARGUMENT.includes(command)) continue;
    else if (NUMBER_ARGUMENT.includes(command)) skip(/[ \t]*\d*/y);
    else if (":btTv".includes(command)) skip(/[ \t]*[^\s;}]*/y);
    else if ("aic".includes(command)) at = skipText(script, at);
    else if (command === "r" || command === "R") acts.push({ kind: "reads", path: line() });
    else if (command === "w" || command === "W") acts.push({ kind: "writes", path: line() });
    else if (command === "e") {
      const text = line();
      acts.push(
        text === "" ? { kind: "runs-data", likely: undefined } : { kind: "runs", command: text },
      );
    } else if (command === "y" || command === "s") {
      const delimiter = script[at] ?? "";
      if (delimiter === "" || delimiter === "\n" || delimiter === "\\") return undefined;
      const middle = skipDelimited(script, at + 1, delimiter, brackets && command === "s");
      const end =
        middle === undefined ? undefined : skipDelimited(script, middle, delimiter, false);
      if (middle === undefined || end === undefined) return undefined;
      at = end;
      if (command === "s") {
        const flags = skip(/[gpiIMm0-9e]*/y);
        if (flags.includes("e"))
          acts.push({ kind: "runs-data", likely: plainText(script.slice(middle, end - 1)) });
        if (script[at] === "w") {
          at += 1;
          acts.push({ kind: "writes", path: line() });
        }
      }
      skip(/[ \t]*/y);
    } else return undefined;
    if (!/^(?:[ \t]*(?:[;\n}#]|$))/.test(script.slice(at, at + 256)) && !"aic".includes(command))
      return undefined;
  }
  return acts;
}

/** The end of an address that starts at `from`; `from` itself when there is none. */
function skipAddress(script: string, from: number, brackets: boolean): number | undefined {
  const first = script[from];
  if (first === "/" || first === "\\") {
    const at = first === "/" ? from : from + 1;
    const end = skipDelimited(script, at + 1, script[at] ?? "", brackets);
    if (end === undefined) return undefined;
    const flags = /[IM]*/y;
    flags.lastIndex = end;
    return end + (flags.exec(script)?.[0].length ?? 0);
  }
  const number = /(?:\$|\d+(?:[ \t]*~[ \t]*\d+)?)?/y;
  number.lastIndex = from;
  return from + (number.exec(script)?.[0].length ?? 0);
}

/** The position after the delimiter that closes what starts at `from`; `brackets` says that `[...]` hides it. */
function skipDelimited(
  script: string,
  from: number,
  delimiter: string,
  brackets: boolean,
): number | undefined {
  if (delimiter === "") return undefined;
  for (let at = from; at < script.length; at += 1) {
    const character = script[at];
    if (character === "\\") at += 1;
    else if (character === delimiter) return at + 1;
    else if (brackets && character === "[") {
      const set = /\[\^?\]?(?:\[[:.=][^\]\n]{0,32}\]|[^\]\n])*\]/y;
      set.lastIndex = at;
      const found = set.exec(script);
      if (found === null) return undefined;
      at += found[0].length - 1;
    }
  }
  return undefined;
}

/** The end of the text of `a`, `i` or `c`: up to a newline without a backslash. */
function skipText(script: string, from: number): number {
  for (let at = from; at < script.length; at += 1) {
    if (script[at] === "\\") at += 1;
    else if (script[at] === "\n") return at;
  }
  return script.length;
}

/** A replacement as the text that it is, a word of no meaning in the place of what it refers to. */
function plainText(replacement: string): string | undefined {
  const text = replacement.replace(/\\([^])|&/g, (_, escaped: string | undefined) =>
    escaped === undefined || /\d/.test(escaped) ? "something" : /\w/.test(escaped) ? " " : escaped,
  );
  return text.trim() === "something" ? undefined : text;
}
