// `sallyport undo`: takes back what calls changed in a project, after showing it; what others changed since stays.
import { defineCommand } from "citty";
import { commaList } from "#base/comma-list.ts";
import { counted } from "#base/counted.ts";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { changeRequest, diffOption, seekConsent } from "../../../foundation/terminal/consent.ts";
import { consentOptions, dataOption } from "../../../foundation/terminal/options.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { openTerminal, print } from "../../../foundation/terminal/terminal.ts";
import { requireGuarding } from "../../../services/projects/guarded-project.ts";
import type { ChangeRecord } from "../../../services/undo/change-records.ts";
import { isObject, repositoryOf } from "../../../services/undo/own-repository.ts";
import {
  carryOut,
  chooseRecords,
  openProjectUndo,
  openUndoLog,
  type ProjectUndo,
  stepDiff,
} from "../../../services/undo/project-undo.ts";
import type { State } from "../../../services/undo/project-state.ts";
import type { Step } from "../../../services/undo/steps.ts";
import { planTakeBack, type TakeBackPlan } from "../../../services/undo/take-back.ts";

/** Calls that `--list` shows. */
const LISTED_MAX = 50;

/** `sallyport undo`. */
export const undoCommand = defineCommand({
  meta: {
    name: "undo",
    description: `take back what calls of the agent changed in the project, after showing it. What you changed since stays as it is

  sallyport undo                       the last call that changed something
  sallyport undo --list                the calls that can be taken back, newest first
  sallyport undo 3f9a0c12d4e5          one of them; \`--diff\` shows every line first
  sallyport undo --session last        all calls of the last session
  sallyport undo 3f9a0c12d4e5 --over src/app.ts   this file too, although it was changed since

Each time it names an id: \`sallyport undo\` with that id takes it back again. Covered too: .git with stashes, branches and commits.
Not covered: installed packages, caches, files past 64 MiB, places outside of the project.`,
  },
  args: {
    call: { type: "positional", required: false, description: "a call, as `--list` names it" },
    session: { type: "string", valueHint: "ID", description: "all calls of a session, or `last`" },
    list: { type: "boolean", description: "list the calls and stop" },
    over: {
      type: "string",
      valueHint: "PATH[,PATH]",
      description: "put these back although they were changed since",
    },
    project: { type: "string", valueHint: "DIR", description: "the project (default: here)" },
    ...diffOption,
    ...consentOptions,
    ...dataOption,
  },
  async run({ args }) {
    if (args.call !== undefined && args.session !== undefined)
      throw new Failure("usage", "name a call or a session, not both");
    const directories = directoriesIn(args.data ?? dataDirectory());
    const { project } = requireGuarding(directories, args.project ?? ".");
    const { root } = project;
    const found = openProjectUndo(directories, project);
    if (found !== undefined && found.damaged > 0)
      openTerminal().warn(`sallyport: ${counted(found.damaged, "record")} cannot be read`);
    if (args.list === true) return list(args, found?.records ?? []);
    const chosen = chooseRecords(found?.records ?? [], args);
    if (found === undefined || chosen.length === 0) {
      if (args.call !== undefined || args.session !== undefined)
        throw new Failure(
          "usage",
          "nothing on record has this id, or more than one session; `sallyport undo --list` shows what there is",
        );
      return tell(args, { outcome: "nothing" }, "nothing to take back: no call changed anything");
    }
    const over = new Set(commaList(args.over));
    const plan = planTakeBack(chosen, found.records, { root, store: found.store, over });
    const unknown = [...over].find(
      (one) => !plan.steps.some(({ path }) => path === one || repositoryOf(path) === one),
    );
    if (unknown !== undefined)
      throw new Failure("usage", `\`${printable(unknown)}\` is no path that this would change`);
    await run(args, { found, chosen, plan, root, directories });
  },
});

type Args = {
  readonly json?: boolean | undefined;
  readonly yes?: boolean | undefined;
  readonly "dry-run"?: boolean | undefined;
  readonly diff?: boolean | undefined;
  readonly data?: string | undefined;
};

async function run(
  args: Args,
  {
    found,
    chosen,
    plan,
    root,
    directories,
  }: {
    readonly found: ProjectUndo;
    readonly chosen: readonly ChangeRecord[];
    readonly plan: TakeBackPlan;
    readonly root: string;
    readonly directories: ReturnType<typeof directoriesIn>;
  },
): Promise<void> {
  const open = plan.steps.filter(({ obstacle }) => obstacle === undefined);
  const kept = plan.steps.filter(({ obstacle }) => obstacle !== undefined);
  const facts = {
    calls: [...new Set(chosen.map(({ callId }) => callId))],
    changes: open.map(({ path, now, to }) => ({ path, does: verb(now, to) })),
    kept: kept.map(({ path, obstacle, why }) => ({ path, obstacle, ...(why ? { why } : {}) })),
    already: plan.already,
  };
  if (kept.length > 0) process.exitCode = exitCodes.found;
  const request = changeRequest(args, openTerminal());
  const summary = summaryOf(chosen, plan);
  if (open.length === 0) {
    for (const line of summary) request.terminal.print(printable(line));
    return tell(args, { outcome: "nothing", ...facts }, "nothing was changed");
  }
  const consent = await seekConsent(request, {
    diff: open
      .filter(({ path }) => !isObject(path))
      .map((step) => stepDiff(step, found.store))
      .join(""),
    notes: [],
    summary,
    question: "take this back?",
  });
  if (consent === "declined") {
    process.exitCode = exitCodes.found;
    return tell(args, { outcome: "declined", ...facts }, "nothing was changed");
  }
  if (consent === "planned")
    return tell(args, { outcome: "planned", ...facts }, "nothing was changed");
  const log = await openUndoLog(directories, root);
  const { id, done, failed } = await carryOut(found, plan, { log, root, chosen });
  if (failed.length > 0) process.exitCode = exitCodes.found;
  const trouble = failed.length === 0 ? "" : `; not done: ${failed.map(printable).join(", ")}`;
  await tell(
    args,
    { outcome: "undone", id, done, failed, ...facts },
    `${counted(done, "place")} put back${trouble}; \`sallyport undo ${id}\` takes this back`,
  );
}

function summaryOf(
  chosen: readonly ChangeRecord[],
  { steps, already }: TakeBackPlan,
): readonly string[] {
  const calls = new Set(chosen.map(({ callId }) => callId)).size;
  const [first] = chosen;
  const last = chosen.at(-1);
  const lines = [
    `${counted(calls, "call")}, ${when(first?.timeMs)}${calls > 1 ? ` to ${when(last?.timeMs)}` : ""}:`,
  ];
  for (const line of linesOf(steps)) lines.push(`  ${line}`);
  if (already > 0) lines.push(`  ${counted(already, "place")} already as before`);
  if (steps.some(({ path }) => /(?:^|\/)\.git\/refs\/remotes\//.test(path)))
    lines.push(
      "note: what was pushed stays on the remote; only what this clone notes of it goes back",
    );
  if (chosen.some(({ isShared }) => isShared))
    lines.push(
      "note: other calls ran at the same time, or nobody heard the end: changes of others may be among these",
    );
  if (chosen.some(({ isCut }) => isCut))
    lines.push(
      "note: the project has more files than are looked at; some changes may be missing here",
    );
  return lines;
}

const OBSTACLES: Readonly<Record<NonNullable<Step["obstacle"]>, string>> = {
  "changed-since": "stays: it was changed since, or between calls (name it with `--over`)",
  "changed-by-later-call":
    "stays: a later call changed it too (take that back first, or `--session`)",
  "no-copy": "stays: there is no copy of what it held",
  "no-file": "stays: it is no plain file now, or was none",
  "repository-moved-on": "stays: the repository was changed since (name `.git` with `--over`)",
};

const WHY: Readonly<Record<string, string>> = {
  large: "larger than 64 MiB",
  full: "the project is larger than what is copied",
  unreadable: "it could not be read",
  late: "the call changed it before it was copied",
  gone: "the copy is too old and was removed",
};

/** A line for each place; of a repository one for all that becomes of it. */
function linesOf(steps: readonly Step[]): readonly string[] {
  const lines: string[] = [];
  const groups = new Map<string, Step[]>();
  for (const step of steps) {
    const repository = repositoryOf(step.path);
    const key = `${repository} ${step.obstacle}`;
    if (repository === undefined) lines.push(lineOf(step));
    else groups.set(key, [...(groups.get(key) ?? []), step]);
  }
  for (const [first, ...rest] of groups.values()) {
    if (first === undefined) continue;
    const all = [first, ...rest];
    const path = repositoryOf(first.path) ?? first.path;
    const names = all.flatMap((step) => nameIn(path, step.path)).slice(0, NAMES_SHOWN);
    const named = names.length === 0 ? "" : `, among them ${names.join(", ")}`;
    const verbs = new Set(all.map(({ now, to }) => verb(now, to)));
    const does = verbs.size === 1 ? [...verbs].join("") : "change";
    const what = `${path} (${counted(all.length, "place")}${named})`;
    lines.push(
      first.obstacle === undefined ? `${does}  ${what}` : lineOf({ ...first, path: what }),
    );
  }
  return lines;
}

const NAMES_SHOWN = 4;

/** What a place of a repository is to a person: a branch, a tag, the stash. */
function nameIn(repository: string, path: string): readonly string[] {
  const [, kind, name] =
    /^\/refs\/(heads|tags|remotes)\/(.+)$/.exec(path.slice(repository.length)) ?? [];
  if (path === `${repository}/refs/stash`) return ["the stash"];
  if (kind === undefined || name === undefined) return [];
  return [`${kind === "tags" ? "tag" : "branch"} ${name}`];
}

function lineOf({ path, now, to, obstacle, why }: Step): string {
  if (obstacle === undefined) return `${verb(now, to)}  ${path}`;
  const because = why === undefined ? "" : ` (${WHY[why] ?? why})`;
  return `${path}  ${OBSTACLES[obstacle]}${because}`;
}

function verb(now: State, to: State): "remove" | "restore" | "change" {
  if (to.kind === "none") return "remove";
  return now.kind === "none" ? "restore" : "change";
}

function when(timeMs: number | undefined): string {
  return new Date(timeMs ?? 0).toISOString().slice(0, 19).replace("T", " ");
}

async function list(args: Args, records: readonly ChangeRecord[]): Promise<void> {
  const shown = records.toReversed().slice(0, LISTED_MAX);
  if (shown.length === 0 && args.json !== true) await print("no call changed anything");
  const undone = new Map(records.flatMap(({ id, of = [] }) => of.map((one) => [one, id] as const)));
  for (const { id, timeMs, tool, what, sessionId, callId, changes } of shown) {
    const by = undone.get(id);
    await print(
      args.json === true
        ? printableJson({
            id,
            timeMs,
            what,
            tool,
            session: sessionId,
            call: callId,
            paths: changes.map(({ path }) => path),
            undoneBy: by ?? null,
          })
        : printable(
            `${id}  ${when(timeMs)}  ${tool}  ${counted(changes.length, "place")}: ${shownPaths(changes)}  session ${sessionId.slice(0, 8)}${by === undefined ? "" : `  (taken back by ${by})`}`,
          ),
    );
  }
}

const PATHS_SHOWN = 3;

function shownPaths(changes: ChangeRecord["changes"]): string {
  const paths = changes.slice(0, PATHS_SHOWN).map(({ path }) => path);
  const more = changes.length - paths.length;
  return `${paths.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
