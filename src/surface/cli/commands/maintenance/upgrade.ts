// `sallyport upgrade`: puts the program that runs now in force, proves it, and puts everything back when it fails.
import { existsSync } from "node:fs";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import type { ProjectEntry } from "#govern/settings/project-register.ts";
import { onEndRequest } from "#platform/signals.ts";
import type { Launch } from "../../../foundation/process/launch.ts";
import { takeLock } from "../../../foundation/files/process-lock.ts";
import { isFromSource } from "../../../foundation/product/product.ts";
import {
  dataDirectory,
  type Directories,
  directoriesIn,
} from "../../../foundation/files/directories.ts";
import { launchOf, type Running, runningProgram } from "../../../services/program/in-force.ts";
import type { ProgramRecord } from "../../../services/program/shim.ts";
import { hasSnapshot } from "../../upgrade/snapshot.ts";
import { carryOutUpgrade, undoUnfinished, type UpgradeStep } from "../../upgrade/upgrade.ts";
import { planUpgrade, type UpgradePlan } from "../../upgrade/upgrade-plan.ts";
import { changeRequest } from "../../../foundation/terminal/consent.ts";
import { consentOptions, dataOption } from "../../../foundation/terminal/options.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { openTerminal, type Terminal } from "../../../foundation/terminal/terminal.ts";
import { daemonLaunch } from "../../../services/service/daemon-launch.ts";

/** How to upgrade which data directory, and how to ask. */
export type UpgradeRequest = {
  /** Returns to the program before instead. */
  readonly rollback: boolean;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly terminal: Terminal;
  readonly environment: NodeJS.ProcessEnv;
  readonly data: string;
  /** The program to put in force when it is not the one that runs. */
  readonly running?: Running;
  /** Called before each step; what it throws ends the upgrade, and everything is put back. */
  readonly before?: (step: UpgradeStep) => void;
};

/** What became of it. */
export type UpgradeOutcome = {
  readonly kind: "upgraded" | "unchanged" | "planned" | "declined";
  readonly changes: readonly string[];
  readonly notes: readonly string[];
};

/** Upgrades a data directory: shows what would change, asks once, does it. Throws a Failure with everything put back. */
export async function upgradeProgram(request: UpgradeRequest): Promise<UpgradeOutcome> {
  const places = directoriesIn(request.data);
  const { dryRun, terminal, yes } = request;
  if (dryRun) {
    if (hasSnapshot(places)) {
      throw new Failure("upgrade", "an upgrade was cut short; run this without `--dry-run` first");
    }
    return show(await planFor(request, places), terminal, "planned");
  }
  const lock = takeUpgradeLock(places);
  try {
    const undone = hasSnapshot(places);
    if (undone) await undoUnfinished(places);
    const plan = await planFor(request, places);
    const notes = undone ? ["an upgrade that was cut short was undone first"] : [];
    const shown = show({ ...plan, notes: [...notes, ...plan.notes] }, terminal, "declined");
    if (plan.changes.length === 0) return { ...shown, kind: "unchanged" };
    if (!yes && !terminal.isInteractive) {
      throw new Failure("consent", "nobody can be asked here; add `--yes` to make this change");
    }
    if (!yes && !(await terminal.confirm("make this change?"))) return shown;
    const result = await carryOutUpgrade(plan, {
      environment: request.environment,
      before: request.before ?? (() => undefined),
      // A service starts the shim, and so whichever program is in force by then.
      launch: (program) => ({ ...daemonLaunch(places.root), ...launchFor(program, plan) }),
    });
    for (const note of result.notes) terminal.print(`note: ${printable(note)}`);
    return { ...shown, kind: "upgraded", notes: [...shown.notes, ...result.notes] };
  } finally {
    lock.release();
  }
}

/** `sallyport upgrade`. */
export const upgradeCommand = defineCommand({
  meta: {
    name: "upgrade",
    description: `put the sallyport that runs this command in force, for hooks and daemon

  sallyport upgrade                    show what would change, ask, do it, prove it by canary calls
  sallyport upgrade --dry-run          show what would change and stop
  sallyport upgrade --rollback         return to the program that was in force before

Whatever fails is undone: the program before goes on with its files as they were.`,
  },
  args: {
    rollback: { type: "boolean", description: "return to the program before" },
    ...consentOptions,
    ...dataOption,
  },
  async run({ args }) {
    const { yes, dryRun, terminal } = changeRequest(args, openTerminal());
    const outcome = await upgradeProgram({
      rollback: args.rollback === true,
      yes,
      dryRun: dryRun === true,
      terminal,
      environment: process.env,
      data: args.data ?? dataDirectory(),
      before: stopOnSignals(),
    });
    const { kind, changes, notes } = outcome;
    await tell(args, { outcome: kind, changes, notes }, closingLine(kind));
    if (kind === "declined") process.exitCode = 1;
  },
});

function planFor(request: UpgradeRequest, places: Directories): Promise<UpgradePlan> {
  const wanted = request.rollback ? "previous" : (request.running ?? runningProgram());
  return planUpgrade(places, wanted);
}

function show(
  { changes, notes }: Pick<UpgradePlan, "changes" | "notes">,
  terminal: Terminal,
  kind: "planned" | "declined",
): UpgradeOutcome {
  for (const change of changes) terminal.print(printable(change));
  for (const note of notes) terminal.print(`note: ${printable(note)}`);
  return { kind, changes, notes };
}

function closingLine(kind: UpgradeOutcome["kind"]): string {
  switch (kind) {
    case "upgraded":
      return "done, and proven by canary calls; `sallyport upgrade --rollback` returns to what was before";
    case "unchanged":
      return "nothing to do: this program is in force";
    case "planned":
      return "nothing was changed (--dry-run)";
    case "declined":
      return "nothing was changed";
    default:
      return kind satisfies never;
  }
}

/** Of two upgrades at once the second is refused: each would take the other's change for its own failure. */
function takeUpgradeLock({ root }: Directories): { release(): void } {
  if (!existsSync(root)) {
    throw new Failure(
      "not-installed",
      `nothing is installed in \`${root}\`; start with \`sallyport init\``,
    );
  }
  const lock = takeLock(`${root}/upgrade.lock`);
  if (lock.kind === "held") return lock;
  if (lock.kind === "elsewhere") throw new Failure("data-directory", lock.message);
  throw new Failure("upgrade", `another upgrade is under way (process ${lock.holder.pid})`);
}

/**
 * The daemon of a program. One that runs where it was built is started as this process was; where none was in force, the
 * session-start hooks of older versions name the one that ran.
 */
function launchFor(program: ProgramRecord | undefined, { guarded, places }: UpgradePlan): Launch {
  if (program !== undefined && (program.id !== null || !isFromSource())) return launchOf(program);
  const named = program === undefined ? guarded.map(launchNamedIn) : [];
  return named.find((launch) => launch !== undefined) ?? daemonLaunch(places.root);
}

function launchNamedIn({ hooks }: ProjectEntry): Launch | undefined {
  const start = hooks.find(({ event }) => event === "SessionStart")?.handler;
  const [main] = Array.isArray(start?.["args"]) ? start["args"] : [];
  const node = start?.["command"];
  if (typeof main !== "string" || !/[\\/]cli[\\/]main\.js$/.test(main)) return undefined;
  return typeof node === "string" ? { node, nodeArguments: [main, "daemon", "run"] } : undefined;
}

/** Ctrl-C in the middle is a failure like any other: it takes effect at the next step, and everything is put back. */
function stopOnSignals(): () => void {
  let signal: string | undefined;
  onEndRequest(["end", "hang-up"], (name) => {
    signal = name;
  });
  return () => {
    if (signal !== undefined) throw new Failure("interrupted", `it was ended by ${signal}`);
  };
}
