// `sallyport uninstall`: takes out of projects' settings exactly what init put in, and on request everything else too.
import { existsSync } from "node:fs";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import type { Scope } from "#govern/settings/project-register.ts";
import { printable } from "#base/printable.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { leave, type LeaveOutcome } from "../../upgrade/leave.ts";
import { carryOutRemoval, planRemoval } from "../../upgrade/project-removal.ts";
import {
  type ChangeRequest,
  changeOptions,
  changeRequest,
  diffOption,
  seekConsent,
} from "../../../foundation/terminal/consent.ts";
import { removalSummary } from "../../guard/guarding-words.ts";
import { type Reader, tell } from "../../../foundation/terminal/outcome.ts";
import { readScope, scopeOption } from "../../guard/scope.ts";
import { sharedOption, unshareProject } from "../../guard/shared-guarding.ts";
import { askText, openTerminal } from "../../../foundation/terminal/terminal.ts";

/** What became of it. */
export type UnguardOutcome = {
  readonly kind: "removed" | "nothing" | "planned" | "declined";
  readonly root: string;
  readonly diff: string;
  readonly notes: readonly string[];
};

/** What to take out of guard; default scope `project`. */
export type UnguardRequest = ChangeRequest & { readonly scope?: Scope | undefined };

/** Takes a project out of guard: shows the change, asks once, writes. Twice is not an error. */
export async function unguardProject(request: UnguardRequest): Promise<UnguardOutcome> {
  const environment = request.environment ?? process.env;
  const places = directoriesIn(request.data ?? dataDirectory(environment));
  const plan = await planRemoval(request, places, environment);
  const { root, diff, notes } = plan;
  const outcome = (kind: UnguardOutcome["kind"]): UnguardOutcome => ({ kind, root, diff, notes });
  if (diff === "" && plan.entry === undefined) return outcome("nothing");
  const { entry, repairs, file } = plan;
  const summary = removalSummary({
    root,
    settingsFile: file,
    data: places.root,
    isGone: plan.text === undefined,
    hooks: entry?.hooks.length ?? 0,
    variables: entry?.undo.env.length ?? 0,
    rules: (entry?.undo.rules?.length ?? 0) + (entry?.undo.asks?.length ?? 0),
    repairs: repairs !== undefined,
  });
  const consent = await seekConsent(request, { ...plan, summary, question: "take it out?" });
  if (consent !== "given") return outcome(consent);
  await carryOutRemoval(plan, places);
  return outcome("removed");
}

/** `sallyport uninstall [directory]`, `sallyport uninstall --all [--purge]`. */
export const uninstallCommand = defineCommand({
  meta: {
    name: "uninstall",
    description: `take out of the client's settings exactly what init put in

  sallyport uninstall                  show the change to this project, ask, make it
  sallyport uninstall ../shop --yes    make it without a question
  sallyport uninstall --scope user     no longer guard every project of yours
  sallyport uninstall --shared         take the shared hooks out of this repository
  sallyport uninstall --all            every guarded project, and stop the daemon; the log stays
  sallyport uninstall --all --purge    the data directory too, with its keys and the log

--purge asks for the number of entries in the log to be typed. Where nobody can be asked it needs
--yes and --log-entries with that very number, which --all --purge --dry-run says.`,
  },
  args: {
    ...changeOptions,
    ...diffOption,
    scope: scopeOption,
    shared: sharedOption,
    all: { type: "boolean", description: "every guarded project, and the daemon" },
    purge: { type: "boolean", description: "with --all: the data directory too, log and keys" },
    "log-entries": {
      type: "string",
      valueHint: "NUMBER",
      description: "with --purge: how many entries of the log are lost, as a confirmation",
    },
  },
  async run({ args }) {
    const terminal = openTerminal();
    const request = changeRequest(args, terminal);
    const logEntries = args["log-entries"];
    if (args.all === true) {
      if (args.directory !== changeOptions.directory.default) {
        throw new Failure("usage", "`--all` takes no directory: it is about every guarded project");
      }
      const purge = args.purge === true;
      const outcome = await leave({ ...request, purge, logEntries, ask: askText });
      return tellLeft(args, outcome);
    }
    if (args.purge === true || logEntries !== undefined) {
      throw new Failure("usage", "`--purge` and `--log-entries` go with `--all`");
    }
    if (args.shared === true && args.scope !== undefined)
      throw new Failure("usage", "`--shared` takes no scope");
    const removal = args.shared === true ? unshareProject(request) : undefined;
    const { kind, root, diff, notes } = await (removal ??
      unguardProject({ ...request, scope: readScope(args.scope) }));
    if (kind === "nothing" && !existsSync(root))
      throw new Failure("usage", `there is no folder \`${printable(root)}\``);
    if (kind === "declined") process.exitCode = 1;
    await tell(args, { outcome: kind, root, diff, notes }, closingLine(kind, root));
  },
});

async function tellLeft(reader: Reader, outcome: LeaveOutcome): Promise<void> {
  const { kind, projects, purged, logEntries, notes } = outcome;
  if (kind === "declined") process.exitCode = 1;
  const rest = purged ? "nothing of sallyport is left" : "the log and its keys stay";
  const words =
    kind === "removed"
      ? [
          ...notes.map((note) => `note: ${printable(note)}`),
          `no longer guarded: ${projects.length} projects; ${rest}`,
          "end sessions that are running, they still ask and are refused",
        ].join("\n")
      : closingLine(kind, "there is nothing of sallyport here");
  await tell(reader, { outcome: kind, projects, purged, logEntries, notes }, words);
}

function closingLine(kind: UnguardOutcome["kind"], root: string): string {
  switch (kind) {
    case "removed":
      return `no longer guarded: ${root}; end its running sessions, they still ask and are refused`;
    case "nothing":
      return `not guarded, nothing to do: ${root}`;
    case "planned":
      return "nothing was written (--dry-run)";
    case "declined":
      return "nothing was written";
    default:
      return kind satisfies never;
  }
}
