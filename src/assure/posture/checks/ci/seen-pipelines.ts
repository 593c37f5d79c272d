// The pipelines of a repository, each read once for all checks that ask, with what their commands do and where they run the client.
import { keptFor } from "#base/lazily.ts";
import { joinPath } from "#base/path.ts";
import type { Fault, Look } from "../../check.ts";
import { notApplicable, unseen, verdict } from "../../check.ts";
import { filledIn } from "../../pipeline/filled-in.ts";
import { type AgentRun, agentRuns } from "../../pipeline/agent-run.ts";
import type { Job, Pipeline, Script, Step } from "../../pipeline/pipeline.ts";
import { type RanScript, ranScript } from "../../pipeline/ran-script.ts";
import { platformOf, readPipeline } from "../../pipeline/read-pipeline.ts";
import type { TextPlace } from "../../pipeline/yaml-tree.ts";
import { lineOf } from "../../redacted-line.ts";
import {
  filesMatching,
  type AuditInputs,
  type SeenFile,
  type SeenTree,
} from "../../inputs/audit-inputs.ts";
import { isOfOthers } from "../../inputs/of-others.ts";

/** A step with everything around it. */
export type StepInput = {
  readonly file: SeenFile;
  readonly pipeline: Pipeline;
  readonly job: Job;
  readonly step: Step;
};

/** A pipeline and its file. */
export type PipelineInput = { readonly file: SeenFile; readonly pipeline: Pipeline };
/** A run of the client and the file that it stands in. */
export type AgentInput = AgentRun & { readonly file: SeenFile };

/** Pipelines of the repository. Paths below `node_modules`, `vendor` and test data are of others, or run nowhere. */
export type SeenPipelines = {
  readonly pipelines: readonly PipelineInput[];
  /** Files that are pipelines and could not be read, with the reason. */
  readonly unread: readonly {
    readonly file: SeenFile;
    readonly why: string;
    readonly line: number;
  }[];
  readonly steps: readonly StepInput[];
  /** What the commands of a step do; worked out when it is asked for first. */
  readonly ran: (step: Step) => readonly PlacedRun[];
  /** Where the client is run. */
  readonly agents: () => readonly AgentInput[];
  /** The steps of the jobs in which the client is run, each once. */
  readonly agentSteps: () => readonly StepInput[];
};

/** What one script does, with the script. */
export type PlacedRun = RanScript & Pick<Script, "place"> & { readonly script: Script };

/** The pipelines of what was seen. */
export const seenPipelines = keptFor((auditInputs: AuditInputs): SeenPipelines => {
  const pipelines: { file: SeenFile; pipeline: Pipeline }[] = [];
  const unread: { file: SeenFile; why: string; line: number }[] = [];
  for (const file of filesMatching(auditInputs.repository, /\.ya?ml$|jenkinsfile/i)) {
    if (platformOf(file.path) === undefined || isElsewhere(auditInputs.repository, file.path))
      continue;
    if (file.text === undefined) {
      unread.push({ file, why: file.why ?? "it could not be read", line: 1 });
      continue;
    }
    const reading = readPipeline(file.path, file.text);
    if (reading?.kind === "read") pipelines.push({ file, pipeline: reading.pipeline });
    else if (reading !== undefined) unread.push({ file, why: reading.why, line: reading.at.line });
  }
  // Grows while it is gone through: what is included may include more.
  for (const { file, pipeline } of pipelines)
    for (const named of pipeline.included ?? []) {
      const from =
        named.startsWith("/") || pipeline.platform === "gitlab" ? "/" : `/${file.path}/..`;
      const other = auditInputs.repository.files.get(
        joinPath(from, named.replace(/^\/+/, "")).slice(1),
      );
      if (other?.text === undefined || pipelines.some((one) => one.file === other)) continue;
      const reading = readPipeline(other.path, other.text, pipeline.platform);
      if (reading?.kind === "read") pipelines.push({ file: other, pipeline: reading.pipeline });
    }
  const steps = pipelines.flatMap(({ file, pipeline }) =>
    pipeline.jobs.flatMap((job) => job.steps.map((step) => ({ file, pipeline, job, step }))),
  );
  const ran = createRan(steps, (path) => auditInputs.repository.files.get(path)?.text);
  let known: readonly AgentInput[] | undefined;
  const agents = (): readonly AgentInput[] =>
    (known ??= steps.flatMap(({ file, ...of }) =>
      agentRuns(of, ran).map((run) => ({ ...run, file })),
    ));
  const agentSteps = (): readonly StepInput[] => {
    const jobs = new Set(agents().map(({ job }) => job));
    return steps.filter(({ job }) => jobs.has(job));
  };
  return { pipelines, unread, steps, ran, agents, agentSteps };
});

/** WHY what lies in a folder `.github` that is not the root's counts for nothing, as workflows of dependencies: no system starts it. */
function isElsewhere(repository: SeenTree, path: string): boolean {
  return /\/\.(?:github|gitea|forgejo)\//.test(path) || isOfOthers(repository, path);
}

function createRan(
  steps: readonly StepInput[],
  project: (path: string) => string | undefined,
): SeenPipelines["ran"] {
  const around = new Map(steps.map((sight) => [sight.step, sight]));
  const known = new Map<Step, readonly PlacedRun[]>();
  return (step) => {
    const found = known.get(step);
    if (found !== undefined) return found;
    const sight = around.get(step);
    const variables = new Map(
      [
        ...(sight?.pipeline.environment ?? []),
        ...(sight?.job.environment ?? []),
        ...step.environment,
      ].flatMap(({ name, value }): [string, string][] => {
        const known = knownValue(name, value);
        return known === undefined ? [] : [[name, known]];
      }),
    );
    const made = step.scripts.map((script) => ({
      ...ranScript(script, project, variables, (expression) =>
        sight === undefined ? undefined : filledIn(expression, sight),
      ),
      place: script.place,
      script,
    }));
    known.set(step, made);
    return made;
  };
}

/** WHY a secret address stands for a server of somebody's: nobody keeps the address of a database of their own test secret. */
function knownValue(name: string, value: string): string | undefined {
  if (!/\$\{\{|\$\(|\$[A-Z{]/.test(value)) return value;
  return /(?:DATABASE|DB|POSTGRES|MYSQL|MONGO)\w*(?:URL|URI|DSN)$/.test(name) &&
    /secrets\./.test(value)
    ? "postgres://database.invalid/live"
    : undefined;
}

/** A fault at a place of a file. */
export function faultAt(
  file: SeenFile,
  at: TextPlace,
  said: Pick<Fault, "message" | "fix">,
): Fault {
  return { file: file.shown, ...at, evidence: lineOf(file.text, at.line), ...said };
}

/**
 * A check over pipelines. It does not apply where the repository has none, and is unseen, never passed, where one that could
 * have the fault could not be read.
 */
export function overPipelines(
  find: (seen: SeenPipelines, auditInputs: AuditInputs) => readonly Fault[],
): Look {
  return (auditInputs) => {
    const seen = seenPipelines(auditInputs);
    const lookedAt = seen.pipelines.map(({ file }) => file.shown);
    const faults = find(seen, auditInputs);
    if (faults.length > 0) return verdict(lookedAt, faults);
    const [first] = seen.unread;
    if (first !== undefined) {
      const { file, why, line } = first;
      return unseen(`${file.shown}:${line} could not be read: ${why}`, lookedAt);
    }
    if (lookedAt.length === 0) return notApplicable("there is no pipeline here");
    return verdict(lookedAt, faults);
  };
}
