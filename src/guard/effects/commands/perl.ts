// perl: runs code from an argument, a file or the input; with -n and -p over the lines of files, with -i in place.
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
import { prints, reads, writes } from "../model/consequences.ts";
import { interpret, interpretFile, joined, unbounded } from "../languages/interpret.ts";
import { shellRuns } from "../model/shell-code.ts";
import { perl as language, printedByPerl } from "../languages/perl/perl.ts";

export const perl: CommandModel = command({
  names: ["perl"],
  optionsEnd: "expression",
  // The words are read below, as perl does: values are glued, and code ends a cluster.
  options: {
    code: valued("-e", "-E"),
    style: flag(
      ..."nplaiwWXcv0sTtF".split("").map((letter) => `-${letter}`),
      "--version",
      "--help",
    ),
  },
  effects: ({ args, stdin }, context) => {
    const parsed = parse(args);
    const found: Consequence[] = [...parsed.found];
    const { letters, code } = parsed;
    const [first, ...rest] = parsed.operands;
    const around = { stdin, operands: [] };
    if (code.length === 0) {
      if (letters.has("v") || letters.has("V")) return found;
      if (first === undefined || textOf(first) === "-")
        return [
          ...found,
          ...interpret(stdin ?? EMPTY, language, context, { stdin: undefined, operands: rest }),
        ];
      return [...found, ...interpretFile(first, language, context, { stdin, operands: rest })];
    }
    const files = parsed.operands;
    const text = joined(code);
    const known = text.map((piece) => (piece.kind === "text" ? piece.text : "<>")).join("");
    const overFiles = letters.has("n") || letters.has("p") || /<>|<<>>|<ARGV>/.test(known);
    if (!overFiles)
      return [
        ...found,
        ...interpret([text], language, context, {
          stdin,
          operands: files,
          ...(letters.has("l") ? {} : { printed: printedByPerl }),
        }),
      ];
    found.push(...files.flatMap((file) => input(file)));
    if (letters.has("i")) {
      for (const file of files) {
        // WHY no deletion: the name is there again at once, with the new content.
        found.push(writes(file, "change", { replaces: true }));
        const suffix = parsed.suffix;
        if (suffix !== undefined)
          found.push(
            suffix.includes("*")
              ? writes(literal(suffix.replaceAll("*", textOf(file) ?? "*")))
              : writes(append(file, literal(suffix)), "create"),
          );
      }
    }
    const contents = files.flatMap((file) => context.contentOf(file));
    const lines = [hole("unmodelled", { sources: sourcesOf(contents) })];
    const consequences = interpret([text], language, context, {
      ...around,
      // Lines of files that are not known are no line of the input.
      stdin: files.length === 0 && stdin !== undefined ? stdin : [...(stdin ?? EMPTY), lines],
    });
    return [...found, ...consequences, ...(letters.has("c") ? [prints(EMPTY)] : [])];
  },
});

/** A word of the input list: a name with a pipe is a program that runs. */
function input(file: Text): readonly Consequence[] {
  const text = textOf(file);
  if (text === "-") return [];
  if (text === undefined) return [reads(file)];
  const spec = text.trim();
  if (spec.endsWith("|") || spec.startsWith("|")) return shellRuns(spec.replace(/^\||\|$/g, ""));
  const written = /^\+?>{1,2}\s*(.*)$/s.exec(spec);
  if (written !== null) return [writes(literal(written[1] ?? ""), "create")];
  return [reads(literal(spec.replace(/^<\s*/, "")))];
}

type Parsed = {
  readonly code: readonly Text[];
  readonly letters: ReadonlySet<string>;
  readonly suffix: string | undefined;
  readonly operands: readonly Text[];
  readonly found: readonly Consequence[];
};

const HARMLESS_MODULE =
  /^-?(strict|warnings|utf8|feature|List::Util|Data::Dumper|MIME::Base64|POSIX|Time::HiRes|JSON::PP|Digest::MD5|Digest::SHA|bigint|integer|open|Encode|File::Path|File::Copy|File::Basename|Cwd|Time::Local)(=[\w:,<>() -]*)?$/;

function parse(args: readonly Text[]): Parsed {
  const code: Text[] = [];
  const letters = new Set<string>();
  const found: Consequence[] = [];
  let suffix: string | undefined;
  let at = 0;
  for (; at < args.length; at += 1) {
    const word = args[at] ?? [];
    const text = knownPrefix(word);
    if (textOf(word) === "--") {
      at += 1;
      break;
    }
    if (!text.startsWith("-") || textOf(word) === "-") break;
    for (let i = 1; i < text.length; i += 1) {
      const letter = text[i] ?? "";
      const glued = text.slice(i + 1);
      letters.add(letter);
      if (letter === "e" || letter === "E") {
        const rest = dropKnown(word, i + 1);
        if (rest.length === 0) at += 1;
        code.push(rest.length === 0 ? (args[at] ?? []) : rest);
        break;
      }
      if (letter === "i") {
        suffix = textOf(dropKnown(word, i + 1)) || undefined;
        break;
      }
      if (letter === "M" || letter === "m") {
        if (!HARMLESS_MODULE.test(textOf(word)?.slice(i + 1) ?? ""))
          found.push(...unbounded("unknown", "perl modules"));
        break;
      }
      if (letter === "F") break;
      if (letter === "0" || letter === "l" || letter === "C" || letter === "D") {
        i +=
          /^x?[0-9a-fA-F]*/.exec(
            letter === "l"
              ? (/^[0-7]*/.exec(glued)?.[0] ?? "")
              : (/^(x[0-9a-fA-F]+|[0-9]*|[SIOEeioAL]*)/.exec(glued)?.[0] ?? ""),
          )?.[0].length ?? 0;
        continue;
      }
      if (!/[napwWXcvsTtugUfh]/.test(letter)) {
        found.push({
          kind: "unknown",
          reason: "unknown-option",
          detail: `\`perl\` has an option that sallyport does not know: \`-${letter}\``,
        });
      }
    }
  }
  return { code, letters, suffix, operands: args.slice(at), found };
}
