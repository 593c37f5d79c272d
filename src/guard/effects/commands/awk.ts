// awk: runs a program over its input, which may read and write files and run commands.
import {
  ENVIRONMENT,
  append,
  dropKnown,
  hole,
  knownPrefix,
  literal,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
  textsOf,
  SECRET_VARIABLE,
} from "../../shell/values/text.ts";
import { mapKnown } from "../../shell/values/text-changes.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  flag,
  valued,
} from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import {
  cannotTell,
  codeFrom,
  firstWords,
  inputsOf,
  isFile,
  madeOf,
  runsInShell,
} from "../model/filter.ts";
import { unbounded } from "../languages/interpret.ts";
import { picksDevelopmentServers } from "../projects/development-servers.ts";
import { printFields } from "../languages/filters/awk-fields.ts";
import { type AwkAct, readAwkProgram } from "../languages/filters/awk.ts";
import { ABOUT, flags, maybeTaking } from "../model/option-list.ts";

const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)=/;

export const awk: CommandModel = command({
  names: ["awk", "gawk", "mawk", "nawk", "original-awk"],
  optionsEnd: "first-operand",
  options: {
    separator: valued("-F", "--field-separator"),
    assign: valued("-v", "--assign"),
    file: valued("-f", "--file", "-E", "--exec"),
    include: valued("-i", "--include"),
    source: valued("-e", "--source"),
    load: valued("-l", "--load"),
    dump: maybeTaking("-d --dump-variables"),
    report: maybeTaking("-o --pretty-print -p --profile"),
    debug: maybeTaking("-D --debug"),
    choice: maybeTaking("-L --lint"),
    mawk: valued("-W"),
    style: flags(
      "-b --characters-as-bytes -c --traditional -C --copyright -g --gen-pot -h -I --trace -M --bignum -N --use-lc-numeric -n --non-decimal-data -O --optimize -P --posix -r --re-interval -s --no-optimize -S --sandbox -t --lint-old -V",
    ),
    fast: flag("--csv", "-k"),
    about: ABOUT,
  },
  effects: ({ operands: plain, has, values: valuesOf, stdin }, context) => {
    // `-W exec FILE` of mawk names a file of code, behind which options end.
    const isExec = valuesOf("mawk").some((word) => /^e(?:x(?:ec?)?)?$/.test(textOf(word) ?? ""));
    const operands = isExec ? plain.slice(1) : plain;
    const values = (option: string): readonly Text[] =>
      isExec && option === "file" ? [...valuesOf("file"), ...plain.slice(0, 1)] : valuesOf(option);
    const given = has("file") || has("source") || isExec;
    const words = given ? operands : operands.slice(1);
    const files = words.filter((word) => !ASSIGNMENT.test(knownPrefix(word)));
    const { opened, texts } = inputsOf(files, stdin, context);
    const variables = new Map<string, Text>();
    for (const word of [...values("assign"), ...words]) {
      const name = ASSIGNMENT.exec(knownPrefix(word))?.[1];
      if (name !== undefined)
        variables.set(
          name,
          variables.has(name) ? [hole("dynamic-code")] : dropKnown(word, name.length + 1),
        );
    }
    const programs = [
      ...(given ? values("source") : operands.slice(0, 1)),
      ...values("file").flatMap((path) => codeFrom(path, stdin, context)),
    ];
    const found: Consequence[] = [
      ...values("file")
        .filter(isFile)
        .map((path) => reads(path)),
      ...opened,
    ];
    for (const library of values("include")) {
      // The one library of gawk that changes its operands in place.
      if (/^inplace(?:\.awk)?$/.test(textOf(library) ?? ""))
        found.push(...files.filter(isFile).flatMap((path) => inPlace(path, values("assign"))));
      else found.push(reads(library), cannotTell("dynamic-code", "a library that awk loads"));
    }
    for (const [option, usual] of REPORTS)
      if (has(option)) {
        const named = values(option).at(-1) ?? literal(usual);
        if (textOf(named) !== "-") found.push(writes(named, "create"));
      }
    if (has("load") || has("debug") || has("mawk"))
      found.push(cannotTell("unknown-option", "an option of awk that loads code"));
    const { consequences, added, constant } = actsOf(
      programs,
      variables,
      texts,
      (path) => codeFrom(path, stdin, context),
      (name) => textsOf(context.valuesOf(name) ?? [])?.[0],
    );
    const [program] = programs;
    const source = programs.length === 1 && program !== undefined ? textOf(program) : undefined;
    const separators = values("separator").map(textOf);
    const isPlain =
      variables.size === 0 && !has("style") && !has("fast") && !has("include") && files.length < 2;
    const printed = (text: string): string | undefined => {
      if (source === undefined || !isPlain || separators.length > 1) return undefined;
      const [separator] = separators;
      if (separators.length === 1 && separator === undefined) return undefined;
      // WHY: `-Ft` means a tab.
      return separator === "t" ? undefined : printFields(source, text, separator);
    };
    const numbers =
      source !== undefined && isPlain && separators.length === 0 && added.length === 0
        ? oneField(texts, source)
        : undefined;
    if (numbers !== undefined) return [...found, ...consequences, prints(numbers)];
    const fields = added.length === 0 ? mapKnown(texts, printed, "unmodelled") : undefined;
    return [
      ...found,
      ...consequences,
      prints(
        constant !== undefined
          ? [literal(constant)]
          : fields !== undefined && textsOf(fields) !== undefined
            ? fields
            : madeOf([...texts, ...added, ...variables.values()]),
      ),
    ];
  },
});

/** A program that prints one field of the lines that a pattern picks, but for the line with the names of the fields. */
const ONE_FIELD =
  /^\s*(?:NR\s*(?:>|>=|!=|==)\s*\d+\s*|\/([^/\\]*)\/\s*(?:&&\s*!\s*\/\w+\/\s*)?|!\s*\/\w+\/\s*)?\{\s*print\s*\$(\d)\s*;?\s*\}\s*$/;

/**
 * The one field that is printed: the first word of lines that are known to begin with one, or the numbers of processes, where
 * lines about servers of development come in.
 */
function oneField(texts: TextSet, program: string): TextSet | undefined {
  const [, pattern, field] = ONE_FIELD.exec(program) ?? [];
  if (field === undefined) return undefined;
  const words = field === "1" ? firstWords(texts, " ") : undefined;
  if (words !== undefined) return words;
  const picks = pattern !== undefined && picksDevelopmentServers(pattern);
  const given = texts.filter((text) => text.length > 0);
  const areMeant = given.every(([only, ...more]) => {
    const table = only?.kind === "hole" && more.length === 0 ? only.table : undefined;
    return table?.field === Number(field) && (table.isDevelopment || picks);
  });
  if (given.length === 0 || !areMeant) return undefined;
  return [[], [hole("unmodelled", { like: "[0-9]*", sources: sourcesOf(given), job: true })]];
}

/** Reports of gawk, and where they lie unless told otherwise. */
const REPORTS = [
  ["dump", "awkvars.out"],
  ["report", "awkprof.out"],
] as const;

/** A file that is changed in place, and what it was before under its name with a suffix. */
function inPlace(path: Text, assigned: readonly Text[]): readonly Consequence[] {
  const suffixes = assigned.flatMap((word) => {
    const [name] = /^(?:inplace::suffix|INPLACE_SUFFIX)=/.exec(knownPrefix(word)) ?? [];
    return name === undefined ? [] : [dropKnown(word, name.length)];
  });
  return [
    writes(path, "change"),
    ...suffixes.map((suffix) => writes(append(path, suffix), "create")),
  ];
}

function actsOf(
  programs: readonly Text[],
  variables: ReadonlyMap<string, Text>,
  input: TextSet,
  contentOf: (path: Text) => TextSet,
  variable: (name: string) => string | undefined,
): { consequences: readonly Consequence[]; added: TextSet; constant: string | undefined } {
  const added: Text[] = [];
  const constants: (string | undefined)[] = [];
  const consequences = programs.flatMap((text): readonly Consequence[] => {
    const source = textOf(text);
    const line = textsOf(input)?.[0]?.split("\n")[0];
    const program =
      source === undefined ? undefined : readAwkProgram(source, variables, { line, variable });
    if (program === undefined) {
      const isFetched = sourcesOf([text]).some((one) => one.kind === "network");
      return [
        ...(isFetched ? unbounded("download", "awk") : []),
        cannotTell("dynamic-code", "a program of awk that cannot be read"),
      ];
    }
    constants.push(program.prints);
    return program.acts.flatMap((act) => {
      if (act.kind === "reads") added.push(...contentOf(act.text));
      if (act.kind === "environment")
        added.push([
          hole("missing-fact", { sources: [act.isOne ? SECRET_VARIABLE : ENVIRONMENT] }),
        ]);
      return followAct(act, [...madeOf(input), ...program.strings.slice(0, 8).map(literal)]);
    });
  });
  return {
    consequences,
    added,
    constant: programs.length === 1 ? constants[0] : undefined,
  };
}

/** `printed` is what may go into a file or a program. */
function followAct(act: AwkAct, printed: TextSet): readonly Consequence[] {
  switch (act.kind) {
    case "reads":
      return isFile(act.text) ? [reads(act.text)] : [];
    case "writes":
      return [writes(act.text, "create", { content: printed })];
    case "runs":
      return [
        ...(act.likely === undefined || textOf(act.text) === act.likely
          ? []
          : [runsInShell(literal(act.likely), printed)]),
        runsInShell(act.text, act.fed === undefined ? printed : [literal(act.fed), ...printed]),
      ];
    case "environment":
      return [reads(literal("/proc/self/environ"))];
    case "unreadable":
      return [cannotTell("dynamic-code", `awk: ${act.detail}`)];
    default:
      return act satisfies never;
  }
}
