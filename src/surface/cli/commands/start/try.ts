// `sallyport try`: a command runs on an overlay of the project, what it changed is judged by the policy, then committed or thrown away.
import { resolve } from "node:path";
import { defineCommand } from "citty";
import { counted } from "#base/counted.ts";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { quotedForShell } from "#base/shell-quoting.ts";
import { askedCall } from "#guard/events/normalize.ts";
import { reasonText } from "#guard/protocol/reason-text.ts";
import { onEndRequest } from "#platform/signals.ts";
import { homeDirectory } from "#platform/user.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { realPath } from "../../../foundation/files/path-status.ts";
import {
  changeRequest,
  diffOption,
  requireAnswer,
  seekConsent,
} from "../../../foundation/terminal/consent.ts";
import { consentOptions, dataOption } from "../../../foundation/terminal/options.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { openTerminal } from "../../../foundation/terminal/terminal.ts";
import { requireGuarding } from "../../../services/projects/guarded-project.ts";
import { runTrial, type TrialEnd } from "../../../services/trial/run-trial.ts";
import { type JudgedChange, judgeChanges, verdictOf } from "../../../services/trial/trial-calls.ts";
import {
  carryOut,
  makeProjectUndo,
  openUndoLog,
  type ProjectUndo,
  stepDiff,
  type UndoLog,
} from "../../../services/undo/project-undo.ts";
import type { TakeBackPlan } from "../../../services/undo/take-back.ts";
import { planCommit, whyNotCommitted } from "../../../services/trial/trial-outcome.ts";
import { openJudgeHere } from "../../explain/judge-here.ts";
import { configDirectoryIn } from "../../../foundation/process/detached-environment.ts";

/** `sallyport try`. */
export const tryCommand = defineCommand({
  meta: {
    name: "try",
    description: `run a command on an overlay of the project: nothing changes until you have seen what it did. It reaches no host and writes nowhere else.
Each change is judged by the policy as if the agent had asked for it: what is refused is thrown away, the rest is shown and committed with your yes

  sallyport try 'npm run generate'
  sallyport try --diff -- node scripts/migrate.mjs
  sallyport try --yes 'make format'     commit without asking, if the policy allows every change and the command ends well
  sallyport try --dry-run 'sh build.sh' show what it would change, and throw it away

\`sallyport undo\` takes back what was committed. Not committed: .git, installed packages, caches, files past 64 MiB.`,
  },
  args: {
    command: {
      type: "positional",
      required: true,
      description: "the command, as one word or several",
    },
    project: { type: "string", valueHint: "DIR", description: "the project (default: here)" },
    ...diffOption,
    ...consentOptions,
    ...dataOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const cwd = realPath(resolve(args.project ?? "."));
    const { project } = requireGuarding(directories, cwd);
    const command = args._.length === 1 ? args.command : args._.map(quotedForShell).join(" ");
    const request = changeRequest(args, openTerminal());
    const judge = await openJudgeHere(cwd, args.data);
    const decision = await judge.decide(
      askedCall("trial", { tool: "Bash", input: { command }, cwd }),
    );
    if (decision.verdict === "deny")
      throw new Failure("refused", `not tried, the policy refuses it: ${reasonText(decision)}`);
    const undo = makeProjectUndo(directories, project);
    const log = await openUndoLog(directories, project.root);
    requireAnswer(request);
    // WHY ignored: a person who stops the command still wants to hear what became of the project.
    onEndRequest(["end"], () => undefined);
    const end = await runTrial({
      project,
      command,
      cwd,
      decision,
      policy: judge.policy,
      home: homeDirectory(),
      data: directories.root,
      directory: undo.places.root,
      store: undo.store,
      configDirectory: configDirectoryIn(process.env, homeDirectory()),
      output: args.json === true ? "error" : "both",
    });
    const judged = await judgeChanges(end.changes, {
      root: project.root,
      store: undo.store,
      judge: judge.decide,
    });
    const done = await settle({ args, request, end, judged, undo, log, root: project.root });
    if (done === "thrown-away")
      await log("thrown-away", {
        undo: end.id,
        files: 0,
        kept: end.changes.length,
        calls: [`trial-${end.id}`],
      });
  },
});

type Args = {
  readonly json?: boolean | undefined;
  readonly yes?: boolean | undefined;
};

type Ended = {
  readonly args: Args;
  readonly request: ReturnType<typeof changeRequest>;
  readonly end: TrialEnd;
  readonly judged: readonly JudgedChange[];
  readonly undo: ProjectUndo;
  readonly log: UndoLog;
  readonly root: string;
};

/** Shows what was done, and commits it or not. */
async function settle(ended: Ended): Promise<"committed" | "thrown-away" | "nothing"> {
  const { args, request, end, judged, undo, log, root } = ended;
  const { chosen, plan } = planCommit(end, { root, store: undo.store });
  const verdict = verdictOf(judged);
  const facts = factsOf(ended, plan, verdict);
  const why = whyNotCommitted({ end, judged, plan, isAsked: args.yes !== true });
  const summary = summaryOf(ended, plan);
  const throwAway = async (outcome: string, words: string) => {
    process.exitCode = exitCodes.found;
    await tell(args, { outcome, why: why ?? null, ...facts }, words);
    return "thrown-away" as const;
  };
  if (plan.steps.length === 0 && end.meanwhile.length === 0 && !end.isCut) {
    if (end.status !== 0 || end.leftOut.length > 0) process.exitCode = exitCodes.found;
    for (const line of summary) request.terminal.print(printable(line));
    await tell(args, { outcome: "nothing", ...facts }, "the project would not change");
    return "nothing";
  }
  if (why !== undefined) {
    for (const line of summary) request.terminal.print(printable(line));
    return throwAway("thrown-away", `thrown away: ${why}; the project is as it was`);
  }
  const consent = await seekConsent(request, {
    diff: plan.steps.map((step) => stepDiff(step, undo.store)).join(""),
    notes: [],
    summary,
    question:
      verdict === "ask"
        ? "the policy wants your yes: apply to the project?"
        : "apply to the project?",
  });
  if (consent !== "given")
    return throwAway(
      consent === "planned" ? "planned" : "declined",
      "thrown away; the project is as it was",
    );
  const { id, done, failed } = await carryOut(undo, plan, {
    log,
    root,
    chosen,
    what: "try",
  });
  if (failed.length > 0) process.exitCode = exitCodes.found;
  const trouble = failed.length === 0 ? "" : `; not done: ${failed.map(printable).join(", ")}`;
  await tell(
    args,
    { outcome: "committed", id, done, failed, ...facts },
    `${counted(done, "place")} committed${trouble}; \`sallyport undo ${id}\` takes this back`,
  );
  return "committed";
}

const SHOWN_MAX = 40;

function summaryOf({ end, judged }: Ended, { steps }: TakeBackPlan): readonly string[] {
  const of = new Map<string, JudgedChange>();
  for (const one of judged) if (of.get(one.path)?.reason === undefined) of.set(one.path, one);
  const lines = [
    `the command ended with ${end.status}; ${counted(steps.length, "change")} in the project:`,
  ];
  const strictFirst = steps.toSorted((a, b) => rank(of.get(a.path)) - rank(of.get(b.path)));
  for (const { path, now, to, obstacle } of strictFirst.slice(0, SHOWN_MAX)) {
    const said = of.get(path);
    const verb = to.kind === "none" ? "delete" : now.kind === "none" ? "new" : "change";
    const verdict = said?.reason === undefined ? "" : `  ${said.verdict}: ${said.reason}`;
    lines.push(
      `  ${verb}  ${path}${obstacle === undefined ? "" : "  cannot be committed"}${verdict}`,
    );
  }
  if (steps.length > SHOWN_MAX) lines.push(`  and ${steps.length - SHOWN_MAX} more`);
  for (const path of end.meanwhile) lines.push(`  ${path}  was changed by somebody else meanwhile`);
  for (const path of end.leftOut.slice(0, SHOWN_MAX))
    lines.push(`  ${path}  is not committed: packages, caches or git's own files`);
  return lines;
}

function rank(said: JudgedChange | undefined): number {
  return said?.verdict === "deny" ? 0 : said?.verdict === "ask" ? 1 : 2;
}

function factsOf({ end, judged }: Ended, { steps }: TakeBackPlan, verdict: string) {
  return {
    trial: end.id,
    status: end.status,
    verdict,
    changes: steps.map(({ path, now, to, obstacle }) => ({
      path,
      does: to.kind === "none" ? "delete" : now.kind === "none" ? "new" : "change",
      ...(obstacle === undefined ? {} : { obstacle }),
    })),
    objections: judged.flatMap(({ path, does, verdict: one, reason }) =>
      reason === undefined ? [] : [{ path, does, verdict: one, reason }],
    ),
    leftOut: end.leftOut,
    meanwhile: end.meanwhile,
  };
}
