// Finds the command that was asked for, loads only that one, and says in one line what went wrong when it fails.
import { nearNames, quotedOr } from "#base/edit-distance.ts";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { productVersion } from "../foundation/product/product.ts";
import { commandHelp, fullHelp, shortHelp } from "./command-line/command-help.ts";
import { endOfOptions, unknownWord, wrongWords } from "./command-line/command-words.ts";
import { exitCodes, reportError } from "../foundation/terminal/report-error.ts";
import type { Terminal } from "../foundation/terminal/terminal.ts";
import type { CommandEntry, CommandTable, Section } from "./command-line/entry.ts";
import { commandsOf, productSections } from "./tree/sections.ts";

/** The commands of the program. */
export const productCommands: CommandTable = commandsOf(productSections);

/** Commands that a message still lists. */
const LISTED_MAX = 12;
/** Words that are no command and answered nevertheless. */
const BUILT_IN = ["help"];

/**
 * Runs one command line. Gives the exit code, or undefined when the command ended by itself and may have set one. Never
 * throws. The stack of a defect is shown only with `SALLYPORT_DEBUG`.
 */
export async function runCommandLine(
  args: readonly string[],
  terminal: Terminal,
  environment: NodeJS.ProcessEnv,
  sections: readonly Section[] = productSections,
): Promise<number | undefined> {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "-h") {
    terminal.print(shortHelp(sections, productVersion()));
    return name === undefined ? exitCodes.unusable : exitCodes.done;
  }
  if (name === "--version" || name === "-v") {
    terminal.print(productVersion());
    return exitCodes.done;
  }
  try {
    if (name === "help") return await help(rest, terminal, sections);
    return await runCommand(args, terminal, sections);
  } catch (error) {
    const options = rest.slice(0, endOfOptions(rest));
    return reportError(error, terminal, { environment, asJson: options.includes("--json") });
  }
}

/** `help`, `help all`, `help COMMAND [SUBCOMMAND]`. */
async function help(
  words: readonly string[],
  terminal: Terminal,
  sections: readonly Section[],
): Promise<number> {
  const [name] = words.filter((word) => !word.startsWith("-"));
  if (name === undefined || name === "help") terminal.print(shortHelp(sections, productVersion()));
  else if (name === "all") terminal.print(fullHelp(sections, productVersion()));
  else {
    const commands = commandsOf(sections);
    const found = findCommand(commands, words);
    const [strange] = found.args;
    if (found.problem !== undefined && found.entry === undefined)
      throw new Failure("usage", `${found.problem}; see \`sallyport help all\``);
    if (found.entry === undefined || (strange !== undefined && !strange.startsWith("-")))
      throw new Failure(
        "usage",
        `${unknownWord("command", strange ?? "", Object.keys(found.entry?.commands ?? {}))}; see \`sallyport help ${words.slice(0, -found.args.length).join(" ")}\``,
      );
    terminal.print(await helpOf(found.entry, found.title, commands));
  }
  return exitCodes.done;
}

async function helpOf(entry: CommandEntry, title: string, all: CommandTable): Promise<string> {
  return commandHelp(entry, await entry.load?.(all), title);
}

async function runCommand(
  words: readonly string[],
  terminal: Terminal,
  sections: readonly Section[],
): Promise<number | undefined> {
  const commands = commandsOf(sections);
  const { entry, args, title, problem } = findCommand(commands, words);
  if (entry === undefined) throw new Failure("usage", problem ?? "there is no such command");
  const ownHelp = args.slice(0, endOfOptions(args));
  const isMisspelt = problem !== undefined && args[0]?.startsWith("-") === false;
  if (isMisspelt) throw new Failure("usage", `${problem}; see \`${title} --help\``);
  if (ownHelp.includes("--help") || ownHelp.includes("-h")) {
    terminal.print(await helpOf(entry, title, commands));
    return exitCodes.done;
  }
  const command = problem === undefined ? await entry.load?.(commands) : undefined;
  const wrong = command === undefined ? problem : await wrongWords(command, args);
  if (wrong !== undefined) throw new Failure("usage", `${wrong}; see \`${title} --help\``);
  if (command === undefined) return exitCodes.unusable;
  // WHY only here: help is asked for often, and needs nothing of the library.
  const citty = await import("citty");
  await citty.runCommand(command, { rawArgs: [...args] });
  return undefined;
}

type Found = {
  /** Undefined where the first word names no command. */
  readonly entry: CommandEntry | undefined;
  readonly args: readonly string[];
  readonly title: string;
  readonly problem: string | undefined;
};

/** Follows names of commands down. Names are looked up as own ones, so that none is inherited. */
function findCommand(commands: CommandTable, words: readonly string[]): Found {
  let below: CommandTable | undefined = commands;
  let entry: CommandEntry | undefined;
  let title = "sallyport";
  let at = 0;
  for (;;) {
    const name = words[at];
    const args = words.slice(at);
    const isName = name !== undefined && !name.startsWith("-");
    const next: CommandEntry | undefined =
      isName && below !== undefined && Object.hasOwn(below, name) ? below[name] : undefined;
    if (next === undefined) {
      const isHeld = entry?.load !== undefined || below === undefined;
      const problem = isHeld ? undefined : problemOf(name, below ?? {}, entry);
      return { entry, args, title, problem };
    }
    entry = next;
    below = next.commands;
    title = `${title} ${name}`;
    at += 1;
  }
}

function problemOf(
  name: string | undefined,
  commands: CommandTable,
  entry: CommandEntry | undefined,
): string | undefined {
  const known = Object.keys(commands);
  if (name === undefined) return `name what to do: ${known.join(", ")}`;
  if (name.startsWith("-") && entry !== undefined)
    return `name what to do before \`${printable(name.slice(0, 80))}\`: ${known.join(", ")}`;
  if (entry !== undefined) return unknownWord("command", name, known);
  const isNear = nearNames(name, [...known, ...BUILT_IN]).length > 0;
  const others = isNear ? [] : elsewhere(name, commands);
  const there = `there is no command \`${printable(name.slice(0, 80))}\``;
  if (others.length > 0) return `${there}; did you mean ${quotedOr(others)}?`;
  if (!isNear && known.length > LISTED_MAX) return `${there}; \`sallyport help all\` lists them`;
  return unknownWord("command", name, [...known, ...BUILT_IN]);
}

/** For a word that names no first command: commands below others that it may name, such as `log verify` for `verify`. */
function elsewhere(word: string, commands: CommandTable): readonly string[] {
  const below = Object.entries(commands).flatMap(([first, { commands: held = {} }]) =>
    Object.keys(held).map((name) => ({ name, title: `${first} ${name}` })),
  );
  const names = nearNames(word, [...new Set(below.map(({ name }) => name))]);
  return below.flatMap(({ name, title }) => (names.includes(name) ? [title] : [])).slice(0, 4);
}
