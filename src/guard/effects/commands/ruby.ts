// ruby: runs code from an argument, a file or the input; with -n and -p over the lines of files, with -i in place.
import {
  append,
  dropKnown,
  EMPTY,
  hole,
  knownPrefix,
  literal,
  sourcesOf,
  type Text,
  textOf,
} from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  flag,
  valued,
} from "../model/command-model.ts";
import { deletes, reads, writes } from "../model/consequences.ts";
import { interpret, interpretFile, joined, unbounded } from "../languages/interpret.ts";
import { shellRuns } from "../model/shell-code.ts";
import { printedByRuby, ruby as language } from "../languages/ruby.ts";

/** `ruby -run -e rm -- -r x`: the library `un` does what the program of that name does. */
function fileCommand(args: readonly Text[]): Consequence | undefined {
  const words = args.map((word) => textOf(word));
  if (!words.includes("-run")) return undefined;
  const at = words.indexOf("-e");
  const name = words[at + 1] ?? "";
  if (at < 0 || !/^(?:cp|ln|mv|rm|mkdir|rmdir|install|chmod|touch)$/.test(name)) return undefined;
  const rest = args.slice(at + 2).filter((word, index) => index > 0 || textOf(word) !== "--");
  return { kind: "run", argv: [literal(name), ...rest] };
}

export const ruby: CommandModel = command({
  names: ["ruby", "ruby3.1", "ruby3.2", "ruby3.3"],
  optionsEnd: "expression",
  // The words are read below, as ruby does: values are glued, and several letters stand together.
  options: {
    code: valued("-e"),
    style: flag(..."nplaiwWcv0sF".split("").map((letter) => `-${letter}`), "--version", "--help"),
  },
  effects: ({ args, stdin }, context) => {
    const file = fileCommand(args);
    if (file !== undefined) return [file];
    const { code, letters, operands, suffix, found } = parse(args);
    const [first, ...rest] = operands;
    if (code.length === 0) {
      if (letters.has("v")) return found;
      // Nothing of the file runs, not even what it wants to run first.
      if (letters.has("c")) return [...found, ...operands.map((file) => reads(file))];
      if (first === undefined || textOf(first) === "-")
        return [
          ...found,
          ...interpret(stdin ?? EMPTY, language, context, { stdin: undefined, operands: rest }),
        ];
      return [...found, ...interpretFile(first, language, context, { stdin, operands: rest })];
    }
    const text = joined(code);
    const source = text.map((piece) => (piece.kind === "text" ? piece.text : "ARGF")).join("");
    // `gets` and its relatives read the files that are named as arguments.
    const overFiles =
      letters.has("n") || letters.has("p") || /\b(gets|readlines?|ARGF)\b|\$</.test(source);
    if (!overFiles)
      return [
        ...found,
        ...interpret([text], language, context, { stdin, operands, printed: printedByRuby }),
      ];
    const changed = letters.has("i")
      ? operands.flatMap((file) => [
          writes(file, "change", { replaces: true }),
          deletes(file, "entry"),
          ...(suffix === "" ? [] : [writes(append(file, literal(suffix)), "create")]),
        ])
      : [];
    const lines = [
      hole("unmodelled", {
        sources: sourcesOf(operands.flatMap((file) => context.contentOf(file))),
      }),
    ];
    return [
      ...found,
      // The program may change the list of files that its input comes from.
      ...(/\bARGV\b|\$\*/.test(source) ? unbounded("inline", "ruby") : []),
      ...operands.flatMap((file) => pipeOrFile(file)),
      ...changed,
      ...interpret([text], language, context, {
        stdin: [...(stdin ?? EMPTY), lines],
        operands: [],
      }),
    ];
  },
});

function pipeOrFile(file: Text): readonly Consequence[] {
  const text = textOf(file);
  if (text?.startsWith("|") === true) return shellRuns(text.slice(1));
  return text === "-" ? [] : [reads(file)];
}

function parse(args: readonly Text[]): {
  readonly code: readonly Text[];
  readonly letters: ReadonlySet<string>;
  readonly suffix: string;
  readonly operands: readonly Text[];
  readonly found: readonly Consequence[];
} {
  const code: Text[] = [];
  const letters = new Set<string>();
  const found: Consequence[] = [];
  let suffix = "";
  let at = 0;
  for (; at < args.length; at += 1) {
    const word = args[at] ?? [];
    const text = knownPrefix(word);
    if (textOf(word) === "--") {
      at += 1;
      break;
    }
    if (!text.startsWith("-") || textOf(word) === "-") break;
    if (text === "--version" || text === "--help" || text === "--disable=gems") {
      letters.add("v");
      continue;
    }
    for (let i = 1; i < text.length; i += 1) {
      const letter = text[i] ?? "";
      letters.add(letter);
      if (letter === "e") {
        const rest = dropKnown(word, i + 1);
        if (rest.length === 0) at += 1;
        code.push(rest.length === 0 ? (args[at] ?? []) : rest);
        break;
      }
      if (letter === "i") {
        suffix = textOf(dropKnown(word, i + 1)) ?? ".bak";
        break;
      }
      if (
        letter === "r" &&
        /^(json|set|date|time|csv|yaml|uri|digest|base64|securerandom|fileutils|open3|pp|net\/http|open-uri|socket)$/.test(
          text.slice(i + 1),
        )
      )
        break;
      if (letter === "F" || letter === "W" || letter === "0" || letter === "E" || letter === "K")
        break;
      if (letter === "I" || letter === "r") {
        // A folder or library of the project; one elsewhere is nobody's that is known.
        const glued = dropKnown(word, i + 1);
        if (glued.length === 0) at += 1;
        const named = textOf(glued.length === 0 ? (args[at] ?? []) : glued);
        const isOwn = named !== undefined && !/^[/~]|(?:^|[/:])\.\.(?:\/|$)/.test(named);
        found.push(...unbounded(isOwn ? "project" : "unknown", "ruby libraries"));
        break;
      }
      if (!/[nplawcvsU]/.test(letter)) {
        found.push({
          kind: "unknown",
          reason: "unknown-option",
          detail: `\`ruby\` has an option that sallyport does not know: \`-${letter}\``,
        });
        if (letter === "C") {
          if (i === text.length - 1) at += 1;
          break;
        }
      }
    }
  }
  return { code, letters, suffix, operands: args.slice(at), found };
}
