// bash and its relatives: run text as code: an argument, a file, or the input.
import { EMPTY, knownPrefix, literal, type Text, textOf } from "../../shell/text.ts";
import { substitutionCode } from "../../shell/embedded-code.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  flag,
  type ModelContext,
  reads,
  valued,
} from "../command-model.ts";

const LETTERS = "behklmprtuvBDEHPT".split("").map((letter) => `-${letter}`);

/** Options with letters of their own that change which files commands touch. */
const LASTING_OPTIONS = ["allexport", "noglob", "noclobber"] as const;

export const bash: CommandModel = command({
  names: ["bash", "sh", "dash", "zsh", "ksh", "rbash"],
  optionsEnd: "first-operand",
  options: {
    command: flag("-c"),
    input: flag("-s"),
    named: valued("-o", "-O", "+o", "+O"),
    startup: valued("--rcfile", "--init-file"),
    noexec: flag("-n"),
    interactive: flag("-i"),
    allexport: flag("-a"),
    noglob: flag("-f"),
    noclobber: flag("-C"),
    xtrace: flag("-x"),
    style: flag(
      ...LETTERS,
      "--norc",
      "--noprofile",
      "--posix",
      "--login",
      "--verbose",
      "--restricted",
      "--noediting",
      "--help",
      "--version",
      "--debugger",
    ),
  },
  effects: ({ name: shell, args, operands, has, values, stdin }, context) => {
    const found: Consequence[] = [];
    // bash alone reads it, and only where no person types.
    const startup = shell.endsWith("bash") ? (context.variable("BASH_ENV") ?? []) : [];
    for (const file of startup)
      if (textOf(file) !== "" && !context.isPersons("BASH_ENV", textOf(file) ?? ""))
        found.push(reads(file), { kind: "script", texts: context.contentOf(file), positional: [] });
    for (const file of values("startup")) {
      found.push(reads(file), { kind: "script", texts: context.contentOf(file), positional: [] });
    }
    for (const file of ownStartup(shell, args, context))
      found.push(reads(file), { kind: "script", texts: context.contentOf(file), positional: [] });
    // A trace of the commands expands this before each of them.
    if (has("xtrace") || has("named") || context.variable("SHELLOPTS") !== undefined)
      for (const prompt of context.variable("PS4") ?? []) {
        const code = substitutionCode(prompt);
        if (code !== undefined)
          found.push({ kind: "script", texts: [code], positional: [], isCovered: true });
      }
    // A name behind `-o` is one that is on, behind `+o` one that is off.
    const maybe = values("named").flatMap((text) => textOf(text) ?? []);
    const options = {
      on: LASTING_OPTIONS.filter(
        (option) => has(option) && !(option === "noglob" && shell.endsWith("zsh")),
      ),
      maybe,
    };
    const [first, ...rest] = operands;
    // Commands are read and not run, unless another option takes that back or an interactive shell ignores it.
    const isTakenBack =
      has("interactive") || has("named") || knownPrefix(first ?? []).startsWith("+");
    if (has("noexec") && !isTakenBack) {
      const isRead = first !== undefined && !has("command") && !has("input");
      return isRead && textOf(first) !== "-" ? [...found, reads(first)] : found;
    }
    if (has("command")) {
      if (first === undefined) return found;
      const [name, ...positional] = rest;
      found.push({
        kind: "script",
        texts: [first],
        positional,
        name: name ?? literal("bash"),
        options,
      });
    } else if (first !== undefined && !has("input") && textOf(first) !== "-") {
      found.push(reads(first), {
        kind: "script",
        texts: context.contentOf(first),
        positional: rest,
        name: first,
        options,
      });
    } else {
      // The code is the input, so the commands in it have no input of their own that we know.
      found.push({
        kind: "script",
        texts: stdin ?? EMPTY,
        positional: operands,
        stdin: undefined,
        options,
      });
    }
    return found;
  },
});

/** Files of the home by which shells start and end, by what makes the shell read them. */
const STARTUP: readonly {
  readonly shells: RegExp;
  readonly when: RegExp;
  readonly unless: RegExp;
  readonly files: readonly string[];
}[] = [
  {
    shells: /bash$/,
    when: /^-[a-z]*i/,
    unless: /^--(?:norc|rcfile)$|^-[a-z]*l/,
    files: [".bashrc"],
  },
  {
    shells: /bash$/,
    when: /^-[a-z]*l|^--login$/,
    unless: /^--noprofile$/,
    files: [".bash_profile", ".bash_login", ".profile", ".bash_logout"],
  },
  { shells: /^(?:da|k)?sh$/, when: /^-[a-z]*l/, unless: /^$/, files: [".profile"] },
  { shells: /zsh$/, when: /^/, unless: /^-[a-z]*f/, files: [".zshenv"] },
  { shells: /zsh$/, when: /^-[a-z]*i/, unless: /^-[a-z]*f/, files: [".zshrc"] },
  {
    shells: /zsh$/,
    when: /^-[a-z]*l|^--login$/,
    unless: /^-[a-z]*f/,
    files: [".zprofile", ".zlogin", ".zlogout"],
  },
];

/** Start-up files that this call wrote: what else lies there is the person's own. */
function ownStartup(shell: string, args: readonly Text[], context: ModelContext): readonly Text[] {
  const made = context.madeIn(context.home);
  if (made.length === 0) return [];
  const words = args.map((word) => textOf(word) ?? "");
  return STARTUP.filter(
    ({ shells, when, unless }) =>
      shells.test(shell) &&
      ["", ...words].some((word) => when.test(word)) &&
      !words.some((word) => unless.test(word)),
  )
    .flatMap(({ files }) => files.filter((file) => made.includes(file)))
    .map((file) => literal(`${context.home}/${file}`));
}
