// Finds the command that was asked for, loads only that one, and says in one line what went wrong when it fails.
import type { ArgsDef, CommandDef } from "citty";
import { Failure } from "#base/failure.ts";
import { productVersion } from "../daemon/product.ts";
import { type Command, commandHelp, resolved } from "./command-help.ts";
import { endOfOptions, unknownWord, wrongWords } from "./command-words.ts";
import { exitCodes, reportError } from "./report-error.ts";
import type { Terminal } from "./terminal.ts";

/** Commands by name; each is loaded only when it is asked for. */
export type CommandTable = Readonly<
  Record<string, { readonly summary: string; readonly load: () => Promise<Command> }>
>;

/** The commands of the program. */
export const productCommands: CommandTable = {
  start: {
    summary: "run the daemon here, guard a project, follow its decisions",
    load: async () => widen((await import("./commands/start.ts")).startCommand),
  },
  init: {
    summary: "guard a project: show the change to its settings, then make it",
    load: async () => widen((await import("./commands/init.ts")).initCommand),
  },
  report: {
    summary: "what was refused and asked about, or would be, by reason",
    load: async () => widen((await import("./commands/report.ts")).reportCommand),
  },
  upgrade: {
    summary: "put this version in force for hooks and daemon, or return to the one before",
    load: async () => widen((await import("./commands/upgrade.ts")).upgradeCommand),
  },
  uninstall: {
    summary: "take out of a project's settings exactly what init put in",
    load: async () => widen((await import("./commands/uninstall.ts")).uninstallCommand),
  },
  explain: {
    summary: "say what a command would do, and how it is judged",
    load: async () => widen((await import("./commands/explain.ts")).explainCommand),
  },
  decide: {
    summary: "judge hook payloads from standard input, one JSON a line",
    load: async () => widen((await import("./commands/decide.ts")).decideCommand),
  },
  audit: {
    summary: "say how safely the client is set up here, with evidence and what repairs it",
    load: async () => widen((await import("./commands/audit.ts")).auditCommand),
  },
  scan: {
    summary: "say where secrets lie in files, changes and histories, without showing one",
    load: async () => widen((await import("./commands/scan.ts")).scanCommand),
  },
  ci: {
    summary: "look at pipelines, and run the client in one under a policy",
    load: async () => widen((await import("./commands/ci.ts")).ciCommand),
  },
  "git-hooks": {
    summary: "scan what is committed and pushed, by hooks of git",
    load: async () => widen((await import("./commands/git-hooks.ts")).gitHooksCommand),
  },
  ignores: {
    summary: "say whether what ignore files name is kept, and make it so",
    load: async () => widen((await import("./commands/ignores.ts")).ignoresCommand),
  },
  decoy: {
    summary: "plant made-up secrets whose touch is refused and told",
    load: async () => widen((await import("./commands/decoy.ts")).decoyCommand),
  },
  raw: {
    summary: "raw texts of calls, off unless a person approves it",
    load: async () => widen((await import("./commands/raw.ts")).rawCommand),
  },
  policy: {
    summary: "read, try, compare and compile policies, and see where they hold",
    load: async () => widen((await import("./commands/policy.ts")).policyCommand),
  },
  recipe: {
    summary: "hooks by name: as rules of a policy, or as scripts that are made and tried",
    load: async () => widen((await import("./commands/recipe.ts")).recipeCommand),
  },
  hook: {
    summary: "judge one hook event from standard input, without the daemon",
    load: async () => widen((await import("./commands/hook.ts")).hookCommand),
  },
  status: {
    summary: "is the guard in force here, and what repairs it",
    load: async () => widen((await import("./commands/status.ts")).statusCommand),
  },
  off: {
    summary: "stop refusing for a while; typed at a terminal, and on record",
    load: async () => widen((await import("./commands/off.ts")).offCommand),
  },
  on: {
    summary: "refuse again",
    load: async () => widen((await import("./commands/off.ts")).onCommand),
  },
  session: {
    summary: "mark a session, so that rules which speak of its label hold",
    load: async () => widen((await import("./commands/session.ts")).sessionCommand),
  },
  waiver: {
    summary: "accept a finding or a control as it is, until a day",
    load: async () => widen((await import("./commands/statements.ts")).waiverCommand),
  },
  attestation: {
    summary: "say that something is so after looking at it, until a day",
    load: async () => widen((await import("./commands/statements.ts")).attestationCommand),
  },
  lockdown: {
    summary: "refuse every call at once, until restore",
    load: async () => widen((await import("./commands/lockdown.ts")).lockdownCommand),
  },
  restore: {
    summary: "end a lockdown; typed at a terminal",
    load: async () => widen((await import("./commands/lockdown.ts")).restoreCommand),
  },
  secrets: {
    summary: "secrets by reference: from keychains and secret managers to one program",
    load: async () => widen((await import("./commands/secrets.ts")).secretsCommand),
  },
  daemon: {
    summary: "run, start, stop or ask the local daemon",
    load: async () => widen((await import("./commands/daemon.ts")).daemonCommand),
  },
  gateway: {
    summary: "let contained installs read package registries, and nothing else",
    load: async () => widen((await import("./commands/gateway.ts")).gatewayCommand),
  },
  service: {
    summary: "run the daemon as a service of your own",
    load: async () => widen((await import("./commands/service.ts")).serviceCommand),
  },
  log: {
    summary: "read, verify, export and search the record of decisions",
    load: async () => widen((await import("./commands/log.ts")).logCommand),
  },
  export: {
    summary: "deliver the record to other systems, and see how that stands",
    load: async () => widen((await import("./commands/export.ts")).exportCommand),
  },
  telemetry: {
    summary: "what the client's own telemetry told, and whether it fits the record",
    load: async () => widen((await import("./commands/telemetry.ts")).telemetryCommand),
  },
  privacy: {
    summary: "what is kept of a person, handed over or erased; what the client keeps",
    load: async () => widen((await import("./commands/privacy.ts")).privacyCommand),
  },
  witness: {
    summary: "cosign the logs of other machines, and have the log here cosigned",
    load: async () => widen((await import("./commands/witness.ts")).witnessCommand),
  },
  collector: {
    summary: "store the logs of many machines, and hand the log here in",
    load: async () => widen((await import("./commands/collector.ts")).collectorCommand),
  },
  comply: {
    summary: "count what the record shows for a control of a framework, and say what it does not",
    load: async () => widen((await import("./commands/comply.ts")).complyCommand),
  },
};

/**
 * Runs one command line. Gives the exit code, or undefined when the command ended by itself and may have set one. Never
 * throws. The stack of a defect is shown only with `SALLYPORT_DEBUG`.
 */
export async function runCommandLine(
  args: readonly string[],
  terminal: Terminal,
  environment: NodeJS.ProcessEnv,
  commands: CommandTable = productCommands,
): Promise<number | undefined> {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    terminal.print(helpText(commands));
    return name === undefined ? exitCodes.unusable : exitCodes.done;
  }
  if (name === "--version" || name === "-v") {
    terminal.print(productVersion());
    return exitCodes.done;
  }
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry === undefined) {
    terminal.warn(`sallyport: ${unknownWord("command", name, Object.keys(commands))}`);
    return exitCodes.unusable;
  }
  try {
    return await runCommand(name, await entry.load(), rest, terminal);
  } catch (error) {
    const options = rest.slice(0, endOfOptions(rest));
    return reportError(error, terminal, { environment, asJson: options.includes("--json") });
  }
}

async function runCommand(
  name: string,
  command: Command,
  args: readonly string[],
  terminal: Terminal,
): Promise<number | undefined> {
  const citty = await import("citty");
  const found = await findSubCommand(command, args, `sallyport ${name}`);
  const ownHelp = found.args.slice(0, endOfOptions(found.args));
  if (ownHelp.includes("--help") || ownHelp.includes("-h")) {
    terminal.print(await commandHelp(found.command, found.title));
    return exitCodes.done;
  }
  const problem = found.problem ?? (await wrongWords(found.command, found.args));
  if (problem !== undefined)
    throw new Failure("usage", `${problem}; see \`${found.title} --help\``);
  await citty.runCommand(found.command, { rawArgs: [...found.args] });
  return undefined;
}

type Found = {
  readonly command: Command;
  readonly args: readonly string[];
  readonly title: string;
  readonly problem: string | undefined;
};

/** Follows sub-command names down. The library looks names up in a plain object, so inherited names are refused here. */
async function findSubCommand(
  command: Command,
  args: readonly string[],
  title: string,
): Promise<Found> {
  const subCommands = await resolved(command.subCommands);
  const here = { command, args, title, problem: undefined };
  const [name, ...rest] = args;
  if (subCommands === undefined || name === undefined || name.startsWith("-")) {
    const lacksName = subCommands !== undefined && command.run === undefined && name === undefined;
    if (!lacksName) return here;
    const names = Object.keys(subCommands).join(", ");
    return { ...here, problem: `name what to do: ${names}` };
  }
  if (!Object.hasOwn(subCommands, name)) {
    if (command.run !== undefined) return here;
    return { ...here, problem: unknownWord("command", name, Object.keys(subCommands)) };
  }
  const next = await resolved(subCommands[name]);
  return next === undefined ? here : findSubCommand(widen(next), rest, `${title} ${name}`);
}

function helpText(commands: CommandTable): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = Object.entries(commands).map(
    ([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`,
  );
  return [
    `sallyport ${productVersion()}: judges every tool call of Claude Code by its effects and records it`,
    "",
    "usage: sallyport <command> [options]",
    "",
    ...lines,
    "",
    "examples:",
    "  sallyport start --guard .                 guard this project and follow its decisions",
    "  sallyport explain 'git push --force'      what would it do, and may it?",
    "  sallyport log tail -n 20                  the last twenty decisions",
    "  sallyport log verify                      nobody changed the record?",
    "  sallyport status                          is it in force here?",
    "  sallyport uninstall                       take sallyport out of this project",
    "",
    'with `--json` a failure is on standard output too: {"error":{"code","message","exitCode"}}',
    "exit codes: 0 done, 1 done and something was found, 2 wrong usage or configuration, 70 defect",
    "`sallyport <command> --help` says more about one command.",
  ].join("\n");
}

/** Forgets which arguments a command takes, for the table of commands. */
export function widen<T extends ArgsDef>(command: CommandDef<T>): Command {
  return command as unknown as Command;
}
