// bash and its relatives: run text as code: an argument, a file, or the input.
import {
  EMPTY,
  knownPrefix,
  literal,
  type Text,
  type TextSet,
  textOf,
} from "../../shell/values/text.ts";
import { substitutionCode } from "../../shell/values/embedded-code.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  flag,
  type ModelContext,
  valued,
} from "../model/command-model.ts";
import { reads, writes } from "../model/consequences.ts";

const LETTERS = "behklmprtuvBDEHPT".split("").map((letter) => `-${letter}`);

/** Options with letters of their own that change which files commands touch. */
const LASTING_OPTIONS = ["allexport", "noglob", "noclobber"] as const;

export const bash: CommandModel = command({
  names: ["bash", "sh", "dash", "ksh", "rbash"],
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
      if (textOf(file) !== "" && !context.isUserControlled("BASH_ENV", textOf(file) ?? ""))
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
    if (has("interactive")) found.push(...shownWhileTyping(context, stdin));
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

/** WHY apart from bash: `-O` takes nothing here, and the script stands behind it. */
export const zsh: CommandModel = command({
  ...bash,
  names: ["zsh"],
  options: { ...bash.options, named: valued("-o", "+o"), corrects: flag("-O", "+O") },
});

/** What an interactive shell expands before and behind each command: prompts of bash, dash, ksh and zsh, and of mail. */
const SHOWN = [
  ...["PS0", "PS1", "PS2", "PS3", "PS4", "PROMPT_COMMAND", "MAILPATH", "PROMPT", "PROMPT2"],
  ...["PROMPT3", "PROMPT4", "RPROMPT", "RPROMPT2", "RPS1", "RPS2", "SPROMPT", "POSTEDIT"],
] as const;
const SETS_SHOWN =
  /\b(?:PS[0-4]|PROMPT\w*|prompt|RPROMPT2?|RPS[12]|SPROMPT|POSTEDIT|MAILPATH|HISTFILE|precmd|preexec|chpwd|periodic|zle|bindkey|bind)\b/;

/** What an interactive shell does beside what it is told: it expands its prompts, and reads and writes its history. */
function shownWhileTyping(
  context: ModelContext,
  stdin: TextSet | undefined,
): readonly Consequence[] {
  const found: Consequence[] = [];
  for (const variable of SHOWN)
    for (const text of context.variable(variable) ?? []) {
      const code = variable === "PROMPT_COMMAND" ? text : substitutionCode(text);
      if (code !== undefined)
        found.push({ kind: "script", texts: [code], positional: [], isCovered: true });
      // A prompt may spell a character by its number.
      if (textOf(text) === undefined || /\\[0-7]/.test(textOf(text) ?? ""))
        found.push(shownUnread());
    }
  for (const file of context.variable("HISTFILE") ?? [])
    if (textOf(file) !== "") found.push(reads(file), writes(file, "append"));
  if ((stdin ?? []).some((text) => SETS_SHOWN.test(textOf(text) ?? "PS1")))
    found.push(shownUnread());
  return found;
}

function shownUnread(): Consequence {
  return {
    kind: "unknown",
    reason: "dynamic-code",
    detail: "an interactive shell expands a prompt whose text is not known",
  };
}

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
