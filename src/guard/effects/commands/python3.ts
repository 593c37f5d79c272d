// python3: runs code from an argument, a module, a file or the input.
import { escapeGlob } from "#base/glob.ts";
import { EMPTY, type Text, textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  flag,
  type Invocation,
  type ModelContext,
  valued,
} from "../model/command-model.ts";
import { parseInvocation } from "../model/parse-invocation.ts";
import { interpret, interpretFile, type Surroundings, unbounded } from "../languages/interpret.ts";
import { published } from "../projects/releases.ts";
import { readProgram } from "../languages/evaluation/program.ts";
import { printedByPython, python } from "../languages/python/python.ts";
import { PYTHON_LIBRARY } from "../languages/python/python-imports.ts";
import { pythonModule } from "../languages/python/python-modules.ts";
import { djangoCommand } from "./manage-py.ts";

export const python3: CommandModel = command({
  names: [
    ...["python3", "python", "python2", "pypy3", "pypy"],
    ...["python3.8", "python3.9", "python3.10", "python3.11", "python3.12", "python3.13"],
    "python3.14",
  ],
  optionsEnd: "expression",
  options: {
    code: valued("-c"),
    module: valued("-m"),
    isolated: flag("-I", "-P"),
    style: flag(
      ..."bBdEhOqRsStuvVx?3".split("").map((letter) => `-${letter}`),
      "--version",
      "--help",
      "-OO",
      "-VV",
    ),
    settings: valued("-W", "-X", "--check-hash-based-pycs"),
    interactive: flag("-i"),
  },
  effects: (invocation, context) => {
    // What follows `-c` or `-m` and its value is for the program, options included.
    const split = splitAtProgram(invocation.args);
    const before = parseInvocation(
      { options: python3.options, optionsEnd: "anywhere" },
      invocation.name,
      split.before,
      invocation.stdin,
    );
    return [
      ...before.unknownOptions.map(
        (option): Consequence => ({
          kind: "unknown",
          reason: "unknown-option",
          detail: `\`python\` has an option that sallyport does not know: \`${option}\``,
        }),
      ),
      ...run(split, before, context),
    ];
  },
});

type Split = {
  readonly before: readonly Text[];
  readonly how: "code" | "module" | "operands";
  readonly what: Text | undefined;
  readonly rest: readonly Text[];
};

function splitAtProgram(args: readonly Text[]): Split {
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? [];
    const text = textOf(word) ?? "";
    const cluster = /^-[a-zA-Z]*?([cm])(.*)$/s.exec(text);
    if (!text.startsWith("-") || text === "-")
      return { before: args.slice(0, at), how: "operands", what: word, rest: args.slice(at + 1) };
    if (/^-[WX]$|^--check-hash-based-pycs$/.test(text)) at += 1;
    else if (cluster !== null && !/^-[WX]/.test(text)) {
      const glued = cluster[2] ?? "";
      const what: Text | undefined = glued === "" ? args[at + 1] : [{ kind: "text", text: glued }];
      return {
        before: args.slice(0, at),
        how: cluster[1] === "c" ? "code" : "module",
        what,
        rest: args.slice(glued === "" ? at + 2 : at + 1),
      };
    }
  }
  return { before: args, how: "operands", what: undefined, rest: [] };
}

/** `PYTHONINSPECT` is `-i`: what comes in runs behind the program. */
function isInspected({ variable }: ModelContext): boolean {
  return variable("PYTHONINSPECT")?.every((value) => textOf(value) === "") === false;
}

function run(split: Split, invocation: Invocation, context: ModelContext): readonly Consequence[] {
  const { stdin, has } = invocation;
  const { how, what, rest } = split;
  const around: Surroundings = {
    stdin: how === "operands" && (what === undefined || textOf(what) === "-") ? undefined : stdin,
    operands: rest,
    printed: printedByPython,
    read: (code, seen) => {
      readProgram(code, python, seen);
      // A first line may say that the rest is written in another way.
      const coding = /^(?:[^\n]*\n)?[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/.exec(code)?.[1];
      if (coding !== undefined && !/^(utf-?8|ascii|us-ascii|latin-?1)$/i.test(coding))
        seen.cannotTell();
      if (seen.hasImports && !has("isolated") && mayBeShadowed(context)) seen.cannotTell();
    },
  };
  if (has("style") && what === undefined && stdin === undefined) return [];
  const found: Consequence[] =
    has("interactive") || isInspected(context) ? [...unbounded("inline", "python")] : [];
  if (!has("isolated") && startsProjectCode(context))
    found.push(...unbounded("project", "python modules"));
  if (how === "code")
    return [...found, ...interpret(what === undefined ? EMPTY : [what], python, context, around)];
  if (how === "module") {
    const shadowed = !has("isolated") && mayBeShadowed(context);
    return [
      ...found,
      ...(shadowed ? unbounded("project", "python modules") : []),
      ...pythonModule(what === undefined ? undefined : textOf(what), rest, stdin, context),
    ];
  }
  if (what === undefined || textOf(what) === "-")
    return [...found, ...interpret(stdin ?? EMPTY, python, context, around)];
  return [
    ...found,
    ...interpretFile(what, python, context, around),
    ...(/(?:^|\/)manage\.py$/.test(textOf(what) ?? "") ? djangoCommand(rest, context, stdin) : []),
    // What every such file does with that word hands the package to a registry.
    ...(/(?:^|\/)setup\.py$/.test(textOf(what) ?? "") &&
    rest.some((word) => textOf(word) === "upload")
      ? [published()]
      : []),
  ];
}

/** Whether the working directory may hold a file that takes the place of a module of the library. */
function mayBeShadowed(context: ModelContext): boolean {
  return ["", ...searched(context)].some(
    (folder) => folder === undefined || holdsLibrary(folder, context),
  );
}

/** Folders below the working directory in which modules are looked for; undefined for one that is not known. */
function searched(context: ModelContext): readonly (string | undefined)[] {
  const lists = context.variable("PYTHONPATH") ?? [];
  return lists.flatMap((list) => {
    const entries = textOf(list)?.split(":") ?? [undefined];
    return entries.flatMap((entry) => {
      if (entry === "") return [];
      const isPersons = entry !== undefined && context.isUserControlled("PYTHONPATH", entry);
      return isPersons ? [] : [entry === undefined ? undefined : context.below(entry)];
    });
  });
}

/** Whether a folder that the call names holds a module which runs before all code. */
function startsProjectCode(context: ModelContext): boolean {
  return searched(context).some(
    (folder) =>
      folder !== undefined &&
      ["sitecustomize", "usercustomize"].some(
        (name) => context.matches(`${escapeGlob(folder)}${name}*`)?.length !== 0,
      ),
  );
}

/** Whether a folder (`src/`, or nothing for the working directory) holds a file that takes the place of a module. */
function holdsLibrary(folder: string, context: ModelContext): boolean {
  const names = context.matches(`${escapeGlob(folder)}*`);
  if (names === undefined) return true;
  return names.some((name) => {
    const [module = "", extension] = name.slice(folder.length).split(".");
    if (!PYTHON_LIBRARY.has(module) && !/^(?:site|user)customize$/.test(module)) return false;
    if (extension !== undefined) return true;
    // A folder is a package only with a file that says so.
    return context.matches(`${escapeGlob(folder)}${module}/__init__.*`)?.length !== 0;
  });
}
