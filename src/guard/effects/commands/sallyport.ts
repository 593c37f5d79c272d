// sallyport: the product's own commands. Those that only look are harmless; those that stop, loosen or replace the guard are tampering.
import { baseName } from "#base/path.ts";
import { literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { reads, writes } from "../model/consequences.ts";

const TAMPERS: Consequence = {
  kind: "effect",
  effect: { kind: "tamper", control: "sallyport", target: undefined },
};
/** Commands that change nothing, whatever their options are. */
const LOOKING = new Set(["explain", "decide", "status", "help"]);
/** What an option's value is to a command that only looks: a file or a tree that it reads, a place that it writes, or only a word. */
type OptionUse = "reads" | "readsTree" | "writes" | "writesTree" | "word";
/** How a command looks: what its operands are, and which options take a value. */
type Look = {
  readonly operands?: "reads" | "commands";
  readonly options?: Readonly<Record<string, OptionUse>>;
  /** Options with which it does more than look. */
  readonly acts?: readonly string[];
};
const PERIOD = { "--since": "word", "--until": "word" } as const;
/** Commands that only look, by all their words. An operand of `policy` may be the name of a pack: then a file of that name is read too many. */
const LOOKS: Readonly<Record<string, Look>> = {
  daemon: {},
  // WHY not `decoy list`: who knows where they lie walks around them.
  "git-hooks": {},
  "ignores check": {},
  sandbox: {},
  // WHY not `sandbox probe`: it opens what is secret, to see whether it can.
  "sandbox audit": { operands: "reads" },
  "sandbox plan": {
    options: {
      "--target": "word",
      "--tier": "word",
      "--project": "reads",
      "--proxy": "word",
      "--image": "word",
      "--client": "word",
      "--registry": "word",
      "--key": "word",
      "--mask": "word",
      "--policy": "reads",
      "--out": "writesTree",
    },
  },
  "git-hooks status": {},
  // What git starts where `git-hooks install` put it; it runs no other file than a hook of the repository.
  "git-hooks run": {
    options: { "--hook": "word", "--protect": "word", "--commit-format": "word" },
  },
  "daemon status": {},
  service: {},
  "service status": {},
  log: {},
  "log tail": { options: { "--n": "word", "-n": "word" } },
  "log search": { options: { ...PERIOD, "--limit": "word", "--before": "word" } },
  "log query": {
    options: {
      ...PERIOD,
      "--limit": "word",
      "--pattern": "word",
      "--user": "word",
      "--session": "word",
      "--tool": "word",
      "--path": "word",
      "--branch": "word",
      "--package": "word",
      "--prompt": "word",
      "--text": "word",
    },
  },
  "log session": { options: PERIOD },
  "log stats": { options: { ...PERIOD, "--by": "word", "--limit": "word" } },
  "log summary": { options: PERIOD },
  "log show": { options: { "--proof": "writes" } },
  "log verify": { options: { "--trusted": "reads", "--key": "reads" } },
  "log export": { options: { ...PERIOD, "--format": "word", "--out": "writes" } },
  "log detect": { options: { ...PERIOD, "--rule": "word" } },
  raw: {},
  "raw status": {},
  report: { options: PERIOD },
  // WHY not all hooks: those that a repository brings are started then. WHY not the trend: it changes what is remembered.
  audit: {
    operands: "reads",
    options: {
      "--profile": "word",
      "--family": "word",
      "--format": "word",
      "--fail-on": "word",
      "--output": "writes",
    },
    acts: ["--fix", "--run-hooks", "--runHooks", "--trend", "--yes", "-y"],
  },
  "incident list": { options: { "--state": "word" } },
  "incident show": {},
  "evidence status": {
    options: { "--framework": "word", "--days": "word" },
    acts: ["--record"],
  },
  "evidence verify": {
    operands: "reads",
    options: { "--key": "reads", "--log": "readsTree", "--digest": "word" },
  },
  "export list": {},
  "export status": {},
  "recipe list": {},
  "recipe show": {},
  "mods list": {},
  "mods diff": {},
  "mods agreed": {},
  "mods catalog": {},
  fleet: {},
  "fleet status": { options: { "--fleet": "readsTree" } },
  "fleet plan": { options: { "--fleet": "readsTree" } },
  "fleet tiers": { options: { "--fleet": "readsTree" } },
  "fleet inventory": { options: { "--fleet": "readsTree", "--kind": "word" } },
  "fleet friction": { options: { "--fleet": "readsTree", "--by": "word", "--last": "word" } },
  "fleet exceptions": { options: { "--fleet": "readsTree" } },
  "mcp list": {},
  "mcp diff": {},
  "plugin show": {},
  "plugin greet": {},
  "redteam list": { options: { "--family": "word", "--profile": "word", "--policy": "reads" } },
  "session held": {},
  "privacy processors": { options: { "--project": "reads" } },
  "privacy calendar": { options: { "--days": "word" } },
  comply: {},
  "comply list": {},
  "comply status": { options: { "--project": "reads", "--framework": "word" } },
  "comply show": { options: PERIOD },
  "session label": {},
  "session label list": {},
  waiver: {},
  "waiver list": {},
  attestation: {},
  "attestation list": {},
  calendar: {},
  "calendar list": {},
  "calendar ics": { options: { "--out": "writes" } },
  "fleet installer": {},
  "fleet installer verify": { operands: "reads", options: { "--keys": "reads" } },
  policy: {},
  "policy list": {},
  "policy modes": {},
  "policy schema": { options: { "--name": "word" } },
  "policy lint": { operands: "reads", options: { "--layer": "word" } },
  "policy show": { operands: "reads", options: { "--verdict": "word" } },
  "policy check": { operands: "reads", options: { "--under": "reads" } },
  "policy diff": { operands: "reads" },
  "policy test": { operands: "reads", options: { "--site": "reads" } },
  "policy drift": {},
  // WHY not with a client that is named: that is a program which it starts.
  "policy verify": { acts: ["--client"] },
  "policy backtest": {
    operands: "reads",
    options: {
      ...PERIOD,
      "--log": "word",
      "--examples": "word",
      "--old": "reads",
      "--corpus": "readsTree",
      "--record": "writes",
    },
    // What was kept of calls is for whom a person named.
    acts: ["--raw"],
  },
  "policy compile": {
    operands: "reads",
    options: { "--target": "word", "--platform": "word", "--site": "reads", "--out": "writesTree" },
  },
  "policy consolidate": {
    operands: "reads",
    options: { "--policy": "reads" },
    acts: ["--write", "--undo"],
  },
  "policy exception": {},
  "policy exception list": {},
  "policy bundle": {},
  "policy bundle show": { operands: "reads" },
  "policy bundle verify": { operands: "reads", options: { "--keys": "reads", "--into": "word" } },
};
/** A scan says where secrets lie and shows none, so what it looks at is not read by anybody; with a baseline it accepts what it finds. */
const SCAN: Look = {
  options: {
    "--range": "word",
    "--transcripts": "word",
    "--tier": "word",
    "--baseline": "reads",
    "--owner": "word",
    "--until": "word",
    "--reason": "word",
  },
  acts: ["--write-baseline", "--writeBaseline"],
};
/** Words that begin more than one command of the same first word. */
const GROUPS = new Set(["policy exception", "policy bundle", "session label"]);
/** Options of several commands. */
const COMMON: Readonly<Record<string, OptionUse>> = {
  "--data": "word",
  "--cwd": "word",
  "--project": "word",
};
const OWN_HOOK =
  /(?:^|\/)(?:sallyport-hook|surface\/hook\/(?:main|program)\.[jt]s|sallyport\/dist\/hook(?:-program)?\.[cm]js)$/;
const HELP = new Set(["--help", "-h"]);
const VERSION = new Set(["--version", "-v"]);

export const sallyport: CommandModel = command({
  names: ["sallyport"],
  own: "a table of its commands says what each word of each may be, which is finer than a list: any other word may change the guard",
  options: {},
  subcommands: new Set([
    ...[...LOOKING, ...Object.keys(LOOKS).flatMap((look) => look.split(" ").slice(0, 1))],
    ...["start", "init", "uninstall", "upgrade", "on", "off", "hook"],
    ...["lockdown", "restore", "scan"],
  ]),
  effects: ({ args }) => ownCommand(args),
});

/** What the program does with these words, by whatever name or path it was started. */
export function ownCommand(args: readonly Text[]): readonly Consequence[] {
  const words = args.map((word) => textOf(word));
  const [name] = words;
  if (words.length === 0) return [];
  if (asksForHelp(words) || (name !== undefined && VERSION.has(name))) return [];
  if (name === undefined) return [TAMPERS];
  if (LOOKING.has(name)) return filesNamed(args.slice(1));
  if (words.includes("--ensure")) return [TAMPERS];
  if (name === "scan") return lookedAt(SCAN, args.slice(1));
  // WHY also without a second word: `sallyport daemon` alone says how the daemon is.
  const two = isAlone(name) ? name : words.slice(0, 2).filter(isWord).join(" ");
  const said = GROUPS.has(two) ? words.slice(0, 3).filter(isWord).join(" ") : two;
  const look = Object.hasOwn(LOOKS, said) ? LOOKS[said] : undefined;
  if (look === undefined) return [TAMPERS];
  const rest = args.slice(said.split(" ").length);
  const isGroup = Object.keys(LOOKS).some((one) => one.startsWith(`${said} `));
  return lookedAt(isGroup ? { ...look, operands: "commands" } : look, rest);
}

/** Whether the name is a command by itself, so that what follows are operands. */
function isAlone(name: string): boolean {
  const isGroup = Object.keys(LOOKS).some((one) => one.startsWith(`${name} `));
  return Object.hasOwn(LOOKS, name) && !isGroup;
}

/** Files that a command which only looks is told to read; what is wrong in one of them is printed. */
function filesNamed(args: readonly Text[]): readonly Consequence[] {
  return args.flatMap((arg, at) => {
    const [option = "", value] = (textOf(arg) ?? "").split(/=(.*)/s, 2);
    if (option !== "--site") return [];
    const given = value === undefined ? args[at + 1] : literal(value);
    return given === undefined ? [] : [reads(given)];
  });
}

/** Whether it only prints its help. What stands behind `--` asks for none. */
function asksForHelp(words: readonly (string | undefined)[]): boolean {
  const end = words.indexOf("--");
  const before = end < 0 ? words : words.slice(0, end);
  return before.every((word) => word !== undefined) && before.some((word) => HELP.has(word ?? ""));
}

/** A word that may be part of a command's name. */
function isWord(word: string | undefined): word is string {
  return word?.startsWith("-") === false;
}

/** What a command that only looks does with files; tampering where a word is not known or asks for more. */
function lookedAt(
  { operands, options = {}, acts = [] }: Look,
  args: readonly Text[],
): readonly Consequence[] {
  const done: Consequence[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at];
    const word = arg === undefined ? undefined : textOf(arg);
    if (arg === undefined || word === undefined) return [TAMPERS];
    const [option = "", value] = word.split(/=(.*)/s, 2);
    if (acts.includes(option)) return [TAMPERS];
    if (!word.startsWith("-") || word === "-") {
      // WHY: a command behind an option is the command all the same.
      if (operands === "commands") return [TAMPERS];
      if (operands === "reads") done.push(reads(arg));
      continue;
    }
    const use = { ...COMMON, ...options }[option];
    if (use === undefined) continue;
    const given = value === undefined ? args[++at] : literal(value);
    if (given !== undefined) done.push(...useOf(use, given));
  }
  return done;
}

function useOf(use: OptionUse, path: Text): readonly Consequence[] {
  switch (use) {
    case "reads":
      return [reads(path)];
    case "readsTree":
      return [reads(path, "tree")];
    case "writes":
      return [writes(path, "create")];
    case "writesTree":
      return [writes(path, "create", { reach: "tree" })];
    case "word":
      return [];
    default:
      return use satisfies never;
  }
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
