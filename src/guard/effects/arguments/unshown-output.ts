// Calls of filters whose output shows no value of what they read: it is counted, compared, looked for, or only names of settings are left.
import { FIELDS_MAX } from "#base/limits.ts";
import { type Text, textOf } from "../../shell/values/text.ts";

/** Options of a call, and its other words; what is not known is a word without characters. */
type Words = {
  /** Each option by itself, short ones one by one (`-nE` is `-n` and `-E`), with its value where it takes one. */
  readonly options: ReadonlyMap<string, string>;
  readonly operands: readonly string[];
};

type Form = {
  /** Short options that take a value, as letters, and long ones. */
  readonly takes: RegExp;
  readonly shows: (words: Words) => boolean;
};

const has = ({ options }: Words, ...names: readonly string[]): boolean =>
  names.some((name) => options.has(name));

/** Names of settings in the patterns of grep and sed. */
const NAME = String.raw`(?:\[\^=\]|\[[A-Za-z0-9_-]+\]|\\w)\\?[*+]`;
const NAMES_FOUND = new RegExp(String.raw`^\^?(?:export )?${NAME}(?:=|\(\?==\))?$`);
/** All behind the sign, or the name kept as the one group. What is put in its place has no other part of the line. */
const VALUE_CUT = /^(?:\(=\)|\\\(=\\\)|=)(?:\.\*|\.\+|\(\.\*\)|\\\(\.\*\\\)|\[\^[^\]]*\]\*)\$?$/;
const NAME_KEPT = new RegExp(
  String.raw`^\^?(?:export )?(?:\(${NAME}\)|\\\(${NAME}\\\))(?: |\\s)?\*?=\.\*\$?$`,
);

function isSedOfNames(script: string): boolean {
  const steps = script
    .split(/[;\n]/)
    .map((step) => step.trim())
    .filter((step) => step !== "");
  const isDropped = (step: string): boolean =>
    /^(?:\/(?:[^/\\]|\\.)*\/!?|\d+|\$)d$|^\$?=$/.test(step);
  const others = steps.filter((step) => !isDropped(step));
  return (
    steps.length > 0 &&
    others.every((step) => {
      const [, , pattern = "", made = ""] =
        /^(?:\/(?:[^/\\]|\\.)*\/)?s([/|#,!])((?:(?!\1).)*)\1((?:(?!\1).)*)\1[gpI]*$/.exec(step) ??
        [];
      if (/&|\\[2-9]/.test(made)) return false;
      const isKept = /\\1/.test(made);
      return isKept
        ? NAME_KEPT.test(pattern) || /^(?:\(=\)|\\\(=\\\))\.\*\$?$/.test(pattern)
        : VALUE_CUT.test(pattern) || NAME_KEPT.test(pattern);
    })
  );
}

/** Which lines are meant, without anything that changes one. */
const PICKS = String.raw`(?:\/(?:[^/\\]|\\.)*\/|N[FR](?:\s*[<>!=]=?\s*\d+)?|\$1\s*(?:!?~|[!=]=)|\$2\s*[!=]=\s*""(?=\s*(?:[{)]|&&|\|\|))|"[^"]*"|!|&&|\|\||[\s()])*`;
// WHY of the value whether there is one: a view of none is none, and nothing else about it is asked.
const AWK_NAMES = new RegExp(
  String.raw`^${PICKS}\{\s*print\s*\$1\s*,?\s*(?:"[^"]*"\s*)?;?\s*\}\s*$`,
);
const AWK_COUNTS = new RegExp(
  String.raw`^(?:${PICKS}\{\s*\w+\s*\+\+\s*;?\s*\})?\s*END\s*\{\s*print\s+\w+(?:\s*\+\s*0)?\s*;?\s*\}\s*$`,
);

/** Questions about the names, the kind or the number of what is there. */
const JSON_NAMES =
  /^\s*(?:\.[\w.[\]"-]*\s*\|\s*)?(?:keys(?:_unsorted)?\s*(?:(?:\|\s*)?\.?\[\])?(?:\s*\|\s*(?:length|join\("[^"]*"\)))?|length|type|empty|has\("[^"]*"\))\s*$/;

const grep: Form = {
  takes:
    /^-[efABCmdD]$|^--(?:regexp|file|max-count|context|after-context|before-context|include|exclude|exclude-dir|label)$/,
  shows: (words) => {
    if (has(words, "-q", "--quiet", "--silent", "-c", "--count")) return false;
    if (has(words, "-l", "-L", "--files-with-matches", "--files-without-match")) return false;
    const pattern = words.options.get("-e") ?? words.options.get("--regexp") ?? words.operands[0];
    return !has(words, "-o", "--only-matching") || !NAMES_FOUND.test(pattern ?? "");
  },
};

const json: Form = {
  takes: /^--(?:indent|tab)$/,
  shows: ({ operands }) => {
    const [first, second] = operands;
    return !JSON_NAMES.test((/^(?:e|eval)$/.test(first ?? "") ? second : first) ?? ".");
  },
};

const FORMS: ReadonlyMap<string, Form> = new Map<string, Form>([
  ...["grep", "egrep", "fgrep"].map((name) => [name, grep] as const),
  [
    "rg",
    {
      takes: /^-[efgtTABCmrEjMd]$|^--(?:regexp|file|glob|iglob|type|replace)$/,
      shows: (words) =>
        !has(words, "-q", "--quiet", "-c", "--count", "--count-matches") &&
        !has(words, "-l", "--files-with-matches", "--files-without-match"),
    },
  ],
  [
    "cut",
    {
      takes: /^-[dfbc]$|^--(?:delimiter|fields|bytes|characters|output-delimiter)$/,
      shows: ({ options }) =>
        (options.get("-d") ?? options.get("--delimiter")) !== "=" ||
        (options.get("-f") ?? options.get("--fields")) !== "1" ||
        options.has("--complement"),
    },
  ],
  [
    "sed",
    {
      takes: /^-[efl]$|^--(?:expression|file|line-length)$/,
      shows: (words) => {
        const { options, operands } = words;
        const script = options.get("-e") ?? options.get("--expression") ?? operands[0] ?? "";
        return has(words, "-f", "--file", "-i", "--in-place") || !isSedOfNames(script);
      },
    },
  ],
  ...["awk", "gawk", "mawk", "nawk"].map((name): readonly [string, Form] => [
    name,
    {
      takes: /^-[Fvfei]$|^--(?:field-separator|assign|file|source)$/,
      shows: ({ options, operands: [program = ""] }) => {
        const by = options.get("-F") ?? options.get("--field-separator") ?? "";
        const isPlain = [...options.keys()].every((one) => /^-F$|^--field-separator$/.test(one));
        const isByName = /^(?:\[=\]| ?\*?= ?\*?)$/.test(by) && AWK_NAMES.test(program);
        return !isPlain || !(isByName || AWK_COUNTS.test(program));
      },
    },
  ]),
  [
    "diff",
    {
      takes: /^-[WFLSIDxX]$/,
      shows: (words) => !has(words, "-q", "--brief") || has(words, "-y", "--side-by-side"),
    },
  ],
  [
    "cmp",
    {
      takes: /^-[in]$|^--(?:ignore-initial|bytes)$/,
      shows: (words) => has(words, "-b", "--print-bytes", "-l", "--verbose"),
    },
  ],
  ["jq", json],
  ["yq", json],
  // The usual rules tell what kind of file it is.
  ["file", { takes: /^-[fmeFP]$/, shows: (words) => has(words, "-m", "--magic-file", "-k", "-d") }],
]);

/** Whether what a call of a program prints shows no value of what it reads. */
export function showsNoValue(program: string, args: readonly Text[]): boolean {
  const form = FORMS.get(program);
  return form?.shows(wordsOf(args, form.takes)) === false;
}

function wordsOf(args: readonly Text[], takes: RegExp): Words {
  const words = args.slice(0, FIELDS_MAX).map((word) => textOf(word) ?? "");
  const options = new Map<string, string>();
  const operands: string[] = [];
  // The parts of a script that is given in several pieces are one.
  const note = (name: string, value: string): void => {
    const before = options.get(name);
    options.set(name, before === undefined ? value : `${before}\n${value}`);
  };
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (word === "--") {
      operands.push(...words.slice(at + 1));
      break;
    }
    const [, long, value] = /^(--[\w-]+)(?:=([\s\S]*))?$/.exec(word) ?? [];
    if (long !== undefined) {
      note(long, value ?? (takes.test(long) ? (words[(at += 1)] ?? "") : ""));
      continue;
    }
    if (!/^-./.test(word)) {
      operands.push(word);
      continue;
    }
    for (let letter = 1; letter < word.length; letter += 1) {
      const name = `-${word[letter] ?? ""}`;
      if (!takes.test(name)) {
        note(name, "");
        continue;
      }
      const glued = word.slice(letter + 1);
      note(name, glued === "" ? (words[(at += 1)] ?? "") : glued);
      break;
    }
  }
  return { options, operands };
}
