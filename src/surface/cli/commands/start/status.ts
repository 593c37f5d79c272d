// `sallyport status`: is the guard really in force here, and if not, which one command repairs it.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import {
  type Check,
  sorted,
  type Verdict,
  verdictOf,
} from "../../../foundation/terminal/finding.ts";
import { checkInstallation, type Surroundings } from "../../../services/status/installation.ts";
import { checkProject, transportOf } from "../../../services/status/project.ts";
import { realPathOrClean } from "../../../foundation/files/path-status.ts";
import { shellWord } from "../../../foundation/terminal/shell-word.ts";
import { howToStart } from "../../../services/machine/how-to-start.ts";
import { machineHookInForce } from "../../../services/machine/machine-in-force.ts";
import { type MachineHook, tryMyself } from "../../../services/machine/try-accounts.ts";
import { findClientVersion } from "../../../services/settings/client-version.ts";
import { type Guarding, guardingOf } from "../../../services/projects/guarded-project.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { readProjectRegister } from "../../../services/projects/project-register-file.ts";
import { openTerminal, paint, type Terminal } from "../../../foundation/terminal/terminal.ts";

/** A person waits: a client that does not say its version by then is left unknown. */
const CLIENT_MS_MAX = 600;

const EXIT_CODES = {
  "in-force": 0,
  found: 1,
  "not-in-force": 1,
  unknown: 2,
} as const satisfies Record<Verdict, number>;

/** What was found for one project, or for the installation alone. */
type Standing = {
  readonly project: string | undefined;
  readonly verdict: Verdict;
  readonly checks: readonly Check[];
};

/** `sallyport status [directory | --all]`. */
export const statusCommand = defineCommand({
  meta: {
    name: "status",
    description: `say whether the guard is in force, proven by two probes; changes nothing

  sallyport status             the guarded project that holds this directory
  sallyport status --all       every guarded project
  sallyport status --json      for programs`,
  },
  args: {
    directory: { type: "positional", required: false, default: ".", description: "the project" },
    all: { type: "boolean", description: "every guarded project" },
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const terminal = openTerminal();
    const standings = await lookAround(args.directory, args.all === true, args.data);
    const worst = Math.max(...standings.map(({ verdict }) => order.indexOf(verdict)));
    if (args.json === true) {
      const verdict = order[worst] ?? "unknown";
      terminal.print(JSON.stringify({ verdict, projects: standings }));
    } else {
      terminal.print(standings.map((standing) => show(standing, terminal)).join("\n\n"));
    }
    process.exitCode = EXIT_CODES[order[worst] ?? "unknown"];
  },
});

const order: readonly Verdict[] = ["in-force", "found", "unknown", "not-in-force"];

async function lookAround(
  directory: string,
  all: boolean,
  data: string | undefined,
): Promise<readonly Standing[]> {
  const machine = machineHookInForce();
  if (machine !== undefined) return [await machineStanding(machine, directory)];
  const environment = process.env;
  const directories = directoriesIn(data ?? dataDirectory(environment));
  const suffix = data === undefined ? "" : ` --data ${shellWord(data)}`;
  const ours = (words: string) => `sallyport ${words}${suffix}`;
  const wanted = wantedProjects(
    directories.projectsFile,
    directory,
    all ? undefined : () => guardingOf(directories, directory),
  );
  if ("problem" in wanted) {
    if (!all && !existsSync(directory))
      throw new Failure("usage", `there is no folder \`${printable(directory)}\``);
    const check = {
      about: "project",
      level: "broken",
      text: wanted.problem,
      repair: ours(`init ${shellWord(wanted.at)}`),
    } as const;
    return [{ project: undefined, verdict: "not-in-force", checks: [check] }];
  }
  const around: Surroundings = {
    directories,
    environment,
    nowMs: Date.now(),
    ours,
    needsDaemon: wanted.projects.some(({ entry }) => transportOf(entry) === "http"),
  };
  const [client, { daemon, checks }] = await Promise.all([
    findClientVersion(environment, CLIENT_MS_MAX),
    checkInstallation(around),
  ]);
  return Promise.all(
    wanted.projects.map(async (guarding) => {
      const canAsk = transportOf(guarding.entry) === "command" || daemon?.state === "running";
      const hasDaemon = daemon?.state === "running";
      const own = await checkProject(guarding, around, { client, canAsk, hasDaemon });
      const together = sorted([...own, ...checks]);
      return { project: guarding.project.root, verdict: verdictOf(together), checks: together };
    }),
  );
}

/** How the guard of the machine stands for who asks. WHY nothing of their own: its settings silence every other hook. */
async function machineStanding(hook: MachineHook, directory: string): Promise<Standing> {
  const { name, uid, fault } = await tryMyself(hook);
  const who = `${printable(name)} (user ${uid})`;
  const check: Check =
    fault === undefined
      ? {
          about: "machine",
          level: "ok",
          text: `the guard of this machine judges the calls of ${who}`,
        }
      : {
          about: "machine",
          level: "broken",
          text: `the guard of this machine does not judge the calls of ${who}: ${printable(fault)}`,
          repair: howToStart("sudo "),
        };
  const project = realPathOrClean(resolve(directory));
  return { project, verdict: verdictOf([check]), checks: [check] };
}

/** All of the register without `here`. */
function wantedProjects(
  file: string,
  directory: string,
  here: (() => Guarding | undefined) | undefined,
): { readonly projects: readonly Guarding[] } | { readonly problem: string; readonly at: string } {
  if (here === undefined) {
    const entries = readProjectRegister(file);
    return entries.length === 0
      ? { problem: "no project is guarded", at: directory }
      : { projects: entries.map((entry) => ({ entry, project: entry })) };
  }
  const found = here();
  return found === undefined
    ? { problem: "no guarded project holds this directory", at: directory }
    : { projects: [found] };
}

function show({ project, verdict, checks }: Standing, terminal: Terminal): string {
  const first = headline(project, verdict, checks);
  const width = Math.max(...checks.map(({ about }) => about.length));
  // WHY the tier first: whether managed settings stand above the rest says what everything else is worth.
  const isTier = ({ about }: Check) => about === "tier";
  const shown = [...checks.filter(isTier), ...checks.filter((check) => !isTier(check))];
  const lines = shown.map((check) => {
    const mark = { broken: "NOT ", found: "look", unknown: "?   ", note: "note", ok: "ok  " }[
      check.level
    ];
    const colour = (
      { broken: "red", found: "cyan", unknown: "cyan", note: "dim", ok: "green" } as const
    )[check.level];
    const repair = "repair" in check ? `\n  ${" ".repeat(width + 6)}-> ${check.repair}` : "";
    return `  ${paint(terminal, colour, mark)}  ${check.about.padEnd(width)}  ${check.text}${repair}`;
  });
  return [
    paint(
      terminal,
      verdict === "in-force" ? "green" : verdict === "not-in-force" ? "red" : "cyan",
      first,
    ),
    ...lines,
  ].join("\n");
}

function headline(project: string | undefined, verdict: Verdict, checks: readonly Check[]): string {
  const where = project === undefined ? "" : ` (${printable(project)})`;
  const [worst] = checks;
  const why =
    worst === undefined || !("repair" in worst) ? "" : `${worst.text}, repair: ${worst.repair}`;
  switch (verdict) {
    case "in-force":
      return `in force${where}`;
    case "found":
      return `in force${where}; look at: ${why}`;
    case "unknown":
      return `cannot tell${where}: ${why}`;
    case "not-in-force":
      return `NOT in force${where}: ${why}`;
    default:
      return verdict satisfies never;
  }
}
