// Whether patterns by which a hook of git looks for secrets match what they are for: by the rules of the program that is given them.

type Mode = "basic" | "extended" | "fixed" | "perl";

/** A call of grep: how it reads its pattern, and the pattern where it is plain. */
type Grep = {
  readonly mode: Mode;
  readonly pattern: string;
  readonly isMarked: boolean;
  readonly quote: string;
};

const CALL =
  /\b(git\s+grep|[efz]?grep|rg)\s+((?:-[\w-]+(?:=(?:"[^"]*"|'[^']*'|\S+))?\s+)*)(?:"((?:[^"\\]|\\.)*)"|'([^']*)')/g;

/** Every call of grep on a line whose pattern is written there. */
function grepsOf(text: string): readonly Grep[] {
  return [...text.matchAll(CALL)].map(([, name = "", options = "", double, single]) => ({
    mode: modeOf(name, options),
    pattern: double?.replaceAll(/\\([$"`\\])/g, "$1") ?? single ?? "",
    isMarked: /(?:^|\s)(?:-\w*e|--regexp|--)(?:\s|=|$)/.test(options),
    quote: double === undefined ? "'" : '"',
  }));
}

function modeOf(name: string, options: string): Mode {
  if (name === "rg" || /(?:^|\s)-\w*P|--perl-regexp/.test(options)) return "perl";
  if (name === "egrep" || /(?:^|\s)-\w*E|--extended-regexp/.test(options)) return "extended";
  return name === "fgrep" || /(?:^|\s)-\w*F|--fixed-strings/.test(options) ? "fixed" : "basic";
}

/** Whether a line gives grep a pattern that it reads in another way than it is meant. */
export function isBrokenGrep(text: string): boolean {
  return grepsOf(text).some((grep) => isBroken(grep)) || isQuotedExpression(text);
}

function isBroken({ mode, pattern, isMarked }: Grep): boolean {
  if (/^\$\{?\w+\}?$/.test(pattern)) return false;
  // What begins with a dash is an option, and an unknown one ends the search with an error.
  if (/^-{2,}[A-Za-z ]/.test(pattern) && !isMarked) return true;
  if (mode === "perl") return isUnclosed(pattern);
  return mode === "fixed" ? isExpression(pattern) : isBrokenIn(mode, pattern);
}

/** Whether a pattern for POSIX expressions holds what these do not know, or is written for the other kind. */
export function isBrokenIn(mode: "basic" | "extended", pattern: string): boolean {
  if (isUnclosed(pattern)) return true;
  if (/\[[^\]]*\\[sdw][^\]]*\]|\\d(?![a-z])|\(\?[:=!<i]/.test(pattern)) return true;
  if (mode === "basic")
    return /[\]\w).](?<!\\)\{\d+(?:,\d*)?\}|\](?<!\\)[+?](?=$|[^\]])|\w(?<!\\)\|\w/.test(pattern);
  // A star at the beginning of an alternative is a name's in the shell, and nothing there.
  return /[\]\w)]\\\{\d+(?:,\d*)?\\\}|\w\\\|\w|^\*\.|\|\*\./.test(pattern);
}

const isExpression = (pattern: string): boolean =>
  /\.\*|\[[^\]]+\](?:[+*{]|$)|\\[sdwb]|\}\d|[\])]\{\d/.test(pattern);

/** A bracket that nothing closes: the program ends with an error, and finds nothing. */
function isUnclosed(pattern: string): boolean {
  let isIn = false;
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at];
    if (!isIn && character === "\\") at += 1;
    else if (!isIn && character === "[") {
      isIn = true;
      // `]` is itself where it comes first.
      if (pattern[at + 1] === "^") at += 1;
      if (pattern[at + 1] === "]") at += 1;
    } else if (isIn && character === "[" && /^\[[:.=]/.test(pattern.slice(at))) {
      const end = pattern.indexOf(`${pattern[at + 1] ?? ""}]`, at + 2);
      if (end === -1) return true;
      at = end + 1;
    } else if (isIn && character === "]") isIn = false;
  }
  return isIn;
}

/** bash takes what stands in quotes behind `=~` as it is; and behind `==` it knows names with stars only. */
function isQuotedExpression(text: string): boolean {
  const quoted = /=~\s+(?:"([^"$]*)"|'([^']*)')\s*\]\]/.exec(text);
  if (quoted !== null) return isExpression(quoted[1] ?? quoted[2] ?? "");
  const name = /\[\[[^\]]*[^=!<>]==?\s+(\S*\[[^\]]+\]\{\d[^\s]*|\S*\.\*\S*)\s+\]\]/.exec(text)?.[1];
  return name !== undefined && !name.startsWith('"$');
}

/** Whether a line of a program compares with an expression as if it were a text, or only at the beginning of what it looks at. */
export function isBrokenInProgram(text: string): boolean {
  const asText =
    /\.(?:includes|indexOf|contains|startsWith|include\?|find|count)\(\s*(["'`])((?:(?!\1).)*)\1/.exec(
      text,
    )?.[2] ?? /\bif\s+(["'])((?:(?!\1).)*)\1\s+in\s+\w/.exec(text)?.[2];
  if (asText !== undefined && isExpression(asText)) return true;
  // Its signs are gone before the expression is made.
  if (/\bnew RegExp\(\s*(["'])(?:(?!\1).)*(?<!\\)\\[dwsb](?:(?!\1).)*\1/.test(text)) return true;
  const first =
    /\bre\.(?:match|fullmatch)\(\s*[rbf]*(["'])((?:(?!\1).)*)\1\s*,\s*(?!line\b|f\b|file\b|name\b|path\b|word\b)\w+/.exec(
      text,
    )?.[2];
  return (
    first !== undefined &&
    !/^(?:\^|\.\*|\(\?s\)|\[\\s\\S\])/.test(first) &&
    /AKIA|gh[ps]_|sk[-_]|BEGIN|secret|passw|token|\{\d{2}/i.test(first)
  );
}
