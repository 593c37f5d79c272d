// sallyport: the product's own commands. Those that only look are harmless; those that stop, loosen or replace the guard are tampering.
import { baseName } from "#base/path.ts";
import { literal, type Text, textOf } from "../../shell/text.ts";
import { type CommandModel, type Consequence, command, reads, writes } from "../command-model.ts";

const TAMPERS: Consequence = {
  kind: "effect",
  effect: { kind: "tamper", control: "sallyport", target: undefined },
};
/** Commands that change nothing, whatever their options are. */
const LOOKING = new Set(["explain", "decide", "status", "help"]);
/** Second words with which a command only looks. */
const LOOKING_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  daemon: ["status"],
  service: ["status"],
  log: ["tail", "show", "verify"],
  policy: ["lint"],
};
const OWN_HOOK =
  /(?:^|\/)(?:sallyport-hook|surface\/hook\/(?:main|program)\.[jt]s|sallyport\/dist\/hook(?:-program)?\.[cm]js)$/;
const HELP = new Set(["--help", "-h", "--version", "-v"]);
/** Options of `log` that name a file, and whether it is written. */
const LOG_FILES: Readonly<Record<string, "read" | "write">> = {
  "--trusted": "read",
  "--key": "read",
  "--proof": "write",
};

export const sallyport: CommandModel = command({
  names: ["sallyport"],
  optionsEnd: "own",
  options: {},
  subcommands: new Set([
    ...[...LOOKING, ...Object.keys(LOOKING_ACTIONS)],
    ...["start", "init", "uninstall", "upgrade", "on", "off", "hook"],
    ...["lockdown", "restore"],
  ]),
  effects: ({ args }) => ownCommand(args),
});

/** What the program does with these words, by whatever name or path it was started. */
export function ownCommand(args: readonly Text[]): readonly Consequence[] {
  const words = args.map((word) => textOf(word));
  const [name, action] = words;
  if (words.length === 0) return [];
  if (words.every((word) => word !== undefined) && words.some((word) => HELP.has(word ?? "")))
    return [];
  if (name === undefined) return [TAMPERS];
  if (LOOKING.has(name)) return [];
  // WHY also without a second word: `sallyport daemon` alone says how the daemon is.
  const actions = LOOKING_ACTIONS[name];
  if (actions === undefined) return [TAMPERS];
  const looks =
    words.length === 1 ||
    (action !== undefined && (actions.includes(action) || action === "--json"));
  if (!looks || words.includes("--ensure") || words.includes(undefined)) return [TAMPERS];
  if (name === "policy") return settingsOf(args, words);
  return name === "log" ? filesOf(args, words) : [];
}

/**
 * What a program does whose file lies among our own, at `path` in the end. WHY: what stands there is called by the
 * client's hooks and by people; whoever else calls it makes up payloads, or starts a copy that is not in force.
 */
export function ownFile(path: string, args: readonly Text[]): readonly Consequence[] {
  return baseName(path) === "sallyport" ? ownCommand(args) : [TAMPERS];
}

/** What the hook does, by whatever name or path; undefined for other programs. */
export function ownHook(path: string): readonly Consequence[] | undefined {
  return OWN_HOOK.test(path) ? [TAMPERS] : undefined;
}

/** Whether a path is the program of the product, built or from source. */
export function isOwnProgram(path: string): boolean {
  return /(?:^|\/)surface\/cli\/main\.[jt]s$/.test(path);
}

/** Whether the name of a package is the product's, with or without a version. */
export function isOwnPackage(name: string): boolean {
  return /^sallyport(?:@[^/]*)?$/.test(name);
}

/** Files that `policy lint` is given: what it says of one names keys and rules that stand in it. */
function settingsOf(args: readonly Text[], words: readonly (string | undefined)[]): Consequence[] {
  return args.flatMap((path, at) => {
    const isOperand = at > 1 && words[at]?.startsWith("-") !== true && words[at - 1] !== "--layer";
    return isOperand ? [reads(path)] : [];
  });
}

function filesOf(args: readonly Text[], words: readonly (string | undefined)[]): Consequence[] {
  return words.flatMap((word, at) => {
    const [option, value] = (word ?? "").split("=", 2);
    const use = LOG_FILES[option ?? ""];
    const path = value === undefined ? args[at + 1] : literal(value);
    if (use === undefined || path === undefined) return [];
    return [use === "read" ? reads(path) : writes(path, "create")];
  });
}
