// `sallyport start`: the daemon in the background, a project guarded, the gate proven, and decisions as they fall.
import { resolve } from "node:path";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { onEndRequest } from "#platform/signals.ts";
import { type CanaryResult, sendCanaries } from "../../../services/daemon-process/canary.ts";
import { followDecisions } from "../../../services/daemon-process/daemon-client.ts";
import type { GuardMode } from "#govern/settings/project-register.ts";
import type { FeedItem } from "../../../services/daemon-process/feed.ts";
import { ensureInstall, type Install } from "../../../services/installation/install.ts";
import { ensureDaemon } from "../../../services/daemon-process/lifecycle.ts";
import { dataDirectory } from "../../../foundation/files/directories.ts";
import {
  ensureProgram,
  otherProgramNote,
  runningProgram,
} from "../../../services/program/in-force.ts";
import { diffOption } from "../../../foundation/terminal/consent.ts";
import { modeOptions, readMode } from "../../guard/guard-mode.ts";
import { dataOption, jsonOption, policyOption } from "../../../foundation/terminal/options.ts";
import { tell, wayside } from "../../../foundation/terminal/outcome.ts";
import { readProjectRegister } from "../../../services/projects/project-register-file.ts";
import { openTerminal, paint, type Terminal } from "../../../foundation/terminal/terminal.ts";
import { daemonLaunch } from "../../../services/service/daemon-launch.ts";
import { guardProject } from "../../guard/guard-project.ts";
import { type RunningDashboard, startOrFind } from "../../../dashboard/run-dashboard.ts";
import { requireTerminal } from "../../../foundation/terminal/controlling-terminal.ts";
import { guardFacts, nextStep } from "./init.ts";

/**
 * The command; exit codes: 0 ended by the person or with `--once`, 1 declined or the daemon ended, 2 cannot start or a
 * canary went wrong.
 */
export const startCommand = defineCommand({
  meta: {
    name: "start",
    description: `start the daemon in the background, guard a project, follow its decisions

  sallyport start                      start the daemon, prove it, follow until Ctrl-C
  sallyport start --guard ../shop      guard that project first, and prove it by two canary calls
  sallyport start --guard . --once     the same, and end after the canaries
  sallyport start --guard . --observe  only record what would be refused and asked about

The daemon goes on when this ends; \`sallyport daemon stop\` stops it. With --json a change needs --yes, and decisions follow as
JSON, one a line.`,
  },
  args: {
    guard: { type: "string", valueHint: "DIR", description: "project to guard" },
    ...modeOptions,
    ...diffOption,
    policy: { ...policyOption.policy, description: "with --guard: the policy, a pack or a file" },
    yes: { type: "boolean", alias: "y", description: "do not ask before changing its settings" },
    once: { type: "boolean", description: "end after the canaries" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    if (args.json === true && args.guard !== undefined && args.yes !== true)
      throw new Failure("usage", "`--json` cannot ask; add `--yes`");
    if (args.guard === undefined && readMode(args) !== undefined)
      throw new Failure("usage", "`--observe` and `--enforce` go with `--guard DIR`");
    if (args.policy !== undefined && args.guard === undefined)
      throw new Failure("usage", "`--policy` goes with `--guard DIR`: it is chosen for a project");
    const terminal = wayside(args);
    const stop = abortOnSignals();
    const root = args.data ?? dataDirectory();
    const companyBundle = process.env["NODE_EXTRA_CA_CERTS"];
    const install = await ensureInstall({ root, companyBundle });
    const running = runningProgram();
    ensureProgram(install.directories, running);
    const note = otherProgramNote(install.directories, running);
    if (note !== undefined) terminal.print(`note: ${note}`);
    const daemon = await attach(install, terminal);
    process.exitCode = await work({ args, install, daemon, terminal, signal: stop.signal });
  },
});

type Daemon = {
  readonly outcome: "started" | "running";
  readonly pid: number;
  readonly port: number;
  readonly data: string;
};

/** The canary calls in the name of a project; null where none is guarded. */
type Proof = { readonly root: string; readonly canaries: readonly CanaryResult[] } | null;

type Work = {
  readonly args: {
    readonly guard?: string | undefined;
    readonly policy?: string | undefined;
    readonly yes?: boolean | undefined;
    readonly once?: boolean | undefined;
    readonly diff?: boolean | undefined;
    readonly observe?: boolean | undefined;
    readonly enforce?: boolean | undefined;
    readonly data?: string | undefined;
    readonly json?: boolean | undefined;
  };
  readonly install: Install;
  readonly daemon: Daemon;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
};

async function work({ args, install, daemon, terminal, signal }: Work): Promise<number> {
  const data = args.data === undefined ? "" : ` --data ${args.data}`;
  const goesOn = `the daemon goes on; \`sallyport daemon stop${printable(data)}\` stops it`;
  let proof: Proof;
  let guarded: ReturnType<typeof guardFacts> | null = null;
  let next: readonly string[] = [];
  if (args.guard === undefined) proof = await proveRegistered(install, terminal);
  else {
    const outcome = await guardProject({
      directory: resolve(startDirectory(), args.guard),
      yes: args.yes === true,
      showsDiff: args.diff === true,
      mode: readMode(args),
      profile: args.policy,
      terminal,
      data: args.data,
    });
    if (outcome.kind === "declined") {
      terminal.print(`nothing was written, so there is nothing to follow; ${goesOn}`);
      return 1;
    }
    const done = outcome.mode === "observe" ? "observed" : "guarded";
    terminal.print(
      `${outcome.kind === "unchanged" ? `already ${done}` : done}: ${printable(outcome.root)}`,
    );
    guarded = guardFacts(outcome);
    next = nextStep(outcome, args.data);
    proof = await prove(outcome, terminal);
  }
  await tell(args, { ...daemon, guarded, proof });
  if (args.once === true) {
    terminal.print(goesOn);
    for (const line of next) terminal.print(line);
    return 0;
  }
  for (const line of next) terminal.print(line);
  const where = next.length === 0 ? "" : " (type the next command in another terminal)";
  const dashboard = args.json === true ? undefined : await openDashboard(install, terminal);
  terminal.print(`following decisions${where}; Ctrl-C ends this, the daemon goes on`);
  const output = openTerminal();
  const show = (item: FeedItem) =>
    output.print(args.json === true ? printableJson(item) : feedLine(item, output));
  try {
    await followDecisions(install, show, signal);
  } finally {
    await dashboard?.close();
  }
  if (signal.aborted) {
    terminal.print(`no longer following; ${goesOn}, and guarded sessions are then blocked`);
    return 0;
  }
  terminal.warn("sallyport: the daemon ended; start it again with `sallyport daemon --ensure`");
  return 1;
}

/**
 * The dashboard beside what is followed, with a link that logs in whoever sits here; undefined where it runs elsewhere or cannot
 * run. WHY nothing ends for it: the guard does not need it.
 */
async function openDashboard(
  install: Install,
  terminal: Terminal,
): Promise<RunningDashboard | undefined> {
  if (!terminal.isInteractive) return undefined;
  try {
    // A link is for a person: a script, a job and a session of the agent get none.
    requireTerminal();
  } catch {
    return undefined;
  }
  try {
    const { link, running } = await startOrFind(install);
    terminal.print(`the dashboard; this link works once, within ten minutes:\n  ${link}`);
    return running;
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    terminal.print(`note: the dashboard does not run: ${printable(cause.message)}`);
    return undefined;
  }
}

/** Starts the daemon detached, or finds the one that runs. Throws a Failure when none judges afterwards. */
async function attach(install: Install, terminal: Terminal): Promise<Daemon> {
  const result = await ensureDaemon(install, daemonLaunch(install.directories.root));
  if (!("identity" in result)) throw new Failure(result.kind, result.message);
  const { pid, state } = result.identity;
  if (state === "refusing") {
    const { outputFile } = install.directories;
    throw new Failure(
      "daemon",
      `the daemon refuses every call; the reason is in \`${outputFile}\``,
    );
  }
  const verb = result.kind === "started" ? "was started" : "runs";
  const { port, directories } = install;
  terminal.print(
    `the daemon ${verb} (process ${pid}, 127.0.0.1:${port}, data in ${printable(directories.root)})`,
  );
  const outcome = result.kind === "started" ? "started" : "running";
  return { outcome, pid, port, data: directories.root };
}

/** Proves the gate through the project that was guarded last, of those whose settings still hold our hook. */
async function proveRegistered(install: Install, terminal: Terminal): Promise<Proof> {
  const projects = readProjectRegister(install.directories.projectsFile).toReversed();
  for (const project of projects) {
    try {
      return await prove(project, terminal);
    } catch (cause) {
      if (!(cause instanceof Failure) || cause.code !== "installed-hook") throw cause;
      terminal.warn(`sallyport: ${printable(cause.message)}`);
    }
  }
  terminal.print(
    "no project is guarded; guard one with `npm start -- --guard DIR` or `sallyport init`",
  );
  return null;
}

/** Throws a Failure when the project has no hook of ours (`installed-hook`) or a canary goes wrong (`canary`). */
async function prove(
  guarded: { readonly root: string; readonly settingsFile: string; readonly mode: GuardMode },
  terminal: Terminal,
): Promise<Proof> {
  const results = await sendCanaries(guarded);
  terminal.print(`two test calls in the name of ${printable(guarded.root)}; neither is run:`);
  for (const { command, expected, verdict, isGood } of results) {
    const mark = isGood ? paint(terminal, "green", "ok") : paint(terminal, "red", "WRONG");
    const wanted = expected === "runs" ? "should run" : "should be refused";
    terminal.print(`  \`${command}\` ${wanted}: ${verdict}, ${mark}`);
  }
  if (results.every(({ isGood }) => isGood)) return { root: guarded.root, canaries: results };
  throw new Failure("canary", "the daemon does not judge as it should; see `sallyport log tail`");
}

function feedLine(item: FeedItem, terminal: Terminal): string {
  const time = new Date(item.timeMs).toTimeString().slice(0, 8);
  const word = (item.verdict || item.what).padEnd(8);
  const colour = { deny: "red", blocked: "red", held: "red", ask: "cyan", allow: "green" } as const;
  const painted = isPainted(item.verdict, colour)
    ? paint(terminal, colour[item.verdict], word)
    : word;
  const rule = item.rule === "" ? "" : `  [${item.rule}]`;
  return `${time}  ${painted}  ${printable(`${item.tool.padEnd(6)}  ${item.summary}${rule}`)}`;
}

function isPainted<Key extends string>(
  verdict: string,
  colours: Readonly<Record<Key, unknown>>,
): verdict is Key {
  return Object.hasOwn(colours, verdict);
}

/** Where the person typed the command: npm runs scripts in the package's own directory. */
function startDirectory(): string {
  const { npm_lifecycle_event: script, INIT_CWD: typedIn } = process.env;
  return script === "start" && typedIn !== undefined ? typedIn : process.cwd();
}

function abortOnSignals(): AbortController {
  const stop = new AbortController();
  onEndRequest(["end", "hang-up"], () => stop.abort());
  return stop;
}
