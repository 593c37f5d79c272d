// What is known of a command without loading it: its name, a line on it, what its exit codes mean, and how it is loaded.
import type { ArgsDef, CommandDef } from "citty";

/** A command of any arguments. WHY not a type of its own: citty's definition is invariant in them. */
export type Command = CommandDef<ArgsDef>;

/** Commands by name, in the order in which help shows them. */
export type CommandTable = Readonly<Record<string, CommandEntry>>;

/**
 * What exit codes mean for one command. 0, 1 and 2 say the same everywhere (`exit-codes.ts`); a command only says it in its
 * own words. One that never answers 1 has no word for it. Codes from 3 on belong to the command that names them.
 */
export type ExitMeanings = Readonly<Partial<Record<0 | 1 | 2 | 3 | 4 | 5, string>>>;

/** A command, or a name that only holds commands: that one has no `load`. */
export type CommandEntry = {
  readonly summary: string;
  readonly exits: ExitMeanings;
  /** Loads the command. It is told all commands, for one that speaks of them. */
  readonly load?: (all: CommandTable) => Promise<Command>;
  /** What the help of a name that only holds commands says, with examples. */
  readonly about?: string;
  readonly commands?: CommandTable;
  /** Whether the short help shows it. */
  readonly isCommon?: boolean;
};

/** A part of the help, and the commands that stand in it. */
export type Section = {
  readonly title: string;
  readonly commands: CommandTable;
};

type Loader<T extends ArgsDef> = (all: CommandTable) => Promise<CommandDef<T>>;

/** A command: what it is for in a few words, how it is loaded, what its exit codes mean. */
export function command<T extends ArgsDef>(
  summary: string,
  load: Loader<T>,
  exits: ExitMeanings = {},
): CommandEntry {
  return { summary, exits, load: async (all) => widen(await load(all)) };
}

/** A name that holds commands. `about` is what its help says, with examples. */
export function group(summary: string, about: string, commands: CommandTable): CommandEntry {
  return { summary, exits: {}, about, commands };
}

/** The same, shown in the short help too. */
export function common(entry: CommandEntry): CommandEntry {
  return { ...entry, isCommon: true };
}

/** Forgets which arguments a command takes. */
export function widen<T extends ArgsDef>(definition: CommandDef<T>): Command {
  return definition as unknown as Command;
}
