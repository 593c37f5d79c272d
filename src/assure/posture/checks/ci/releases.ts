// What a job with the client does beyond proposing a change: push, publish, deploy, merge; and releases that no person approves.
import type { Fault, Looks } from "../../check.ts";
import type { Script } from "../../pipeline/pipeline.ts";
import { ranScript } from "../../pipeline/ran-script.ts";
import {
  isDefaultBranch,
  type Release,
  releasesOf,
  releasesOfScript,
} from "../../pipeline/releases.ts";
import { toolsOf } from "./modes.ts";
import { type AgentInput, faultAt, overPipelines, type SeenPipelines } from "./seen-pipelines.ts";

const GATE =
  "let the client propose (`pull-requests: write`), and leave this to a job of its own that a person approves (`environment`)";

/** Checks of the family `ci` about releases. */
export const releaseLooks: Looks = {
  "agent-pushes-default-branch": overPipelines((seen) =>
    releasesBeside(seen).flatMap(({ file, release, run }) =>
      release.kind === "push" && reachesDefault(release, run)
        ? [
            faultAt(file, release.at, {
              message:
                "what the client made goes to the branch that everybody works from, unreviewed",
              fix: "push a branch of its own and open a pull request",
            }),
          ]
        : [],
    ),
  ),
  "agent-publishes": overPipelines((seen) =>
    ofKind(seen, "publish", (what) => `a job that runs the client publishes (\`${what}\`)`),
  ),
  "agent-deploys": overPipelines((seen) =>
    ofKind(
      seen,
      "deploy",
      (what) => `a job that runs the client changes a running system (\`${what}\`)`,
    ),
  ),
  "agent-merges": overPipelines((seen) =>
    ofKind(
      seen,
      "merge",
      (what) => `a job that runs the client approves or merges a change (\`${what}\`)`,
    ),
  ),
  "release-without-approval": overPipelines((seen) => {
    const agents = seen.agents();
    const jobs = new Set(agents.map(({ job }) => job));
    const pipelines = new Set(agents.map(({ pipeline }) => pipeline));
    return seen.steps.flatMap(({ file, pipeline, job, step }) => {
      if (!pipelines.has(pipeline) || jobs.has(job) || job.isApproved) return [];
      return releasesOf(step, seen.ran(step))
        .filter(({ kind }) => kind === "publish" || kind === "deploy")
        .map(({ at, what }) =>
          faultAt(file, at, {
            message: `\`${what}\` follows on the client's work, and no person is asked in between`,
            fix: "give the job an `environment` with required reviewers",
          }),
        );
    });
  }),
};

type Beside = {
  readonly file: AgentInput["file"];
  readonly release: Release;
  readonly run: AgentInput;
};

/** Releases in the jobs of the client: by their steps, and by the tools that the client is allowed. */
function releasesBeside(seen: SeenPipelines): readonly Beside[] {
  const runs = new Map(seen.agents().map((run) => [run.job, run]));
  const bySteps = seen.agentSteps().flatMap(({ file, job, step }) => {
    const run = runs.get(job);
    return run === undefined
      ? []
      : [...releasesOf(step, seen.ran(step)), ...migrationsOf(step, job, seen)].map((release) => ({
          file,
          release,
          run,
        }));
  });
  const byTools = seen.agents().flatMap((run) =>
    toolsOf(run).flatMap((tool) => {
      const command = /^Bash\((.+?)(?::\*|\s*\*)?\)$/.exec(tool)?.[1];
      if (command === undefined) return [];
      const place = () => run.at;
      const script: Script = { text: command, at: run.at, isPosix: true, place };
      const ran = { ...ranScript(script, () => undefined), place, script };
      return releasesOfScript(ran).map((release) => ({ file: run.file, release, run }));
    }),
  );
  const all = [...bySteps, ...byTools];
  return [
    ...new Map(
      all.map((one) => [`${one.file.path}:${one.release.kind}:${one.release.at.line}`, one]),
    ).values(),
  ];
}

/** Programs that change the form of a database, which a job of its own may have for its tests. */
const MIGRATES =
  /^(?:(?:npx|bunx|pnpm(?: (?:exec|dlx))?|yarn|uv run|poetry run|bundle exec|python3?(?: -m)?|php|dotnet)\s+(?:-\S+\s+)*)?(?:\S*\/)?(?:prisma migrate (?:deploy|reset)|alembic\b.*\s(?:upgrade|downgrade)|(?:rails|rake) db:(?:migrate|rollback|reset|drop)|artisan migrate|manage\.py migrate|flask db (?:upgrade|downgrade)|knex\b.*migrate:(?:latest|up|rollback)|typeorm\b.*migration:run|sequelize(?:-cli)? db:migrate|mix ecto\.(?:migrate|rollback|reset))\b/;
const OWN_DATABASE =
  /postgres|mysql|mariadb|mongo|mssql|sqlserver|cockroach|localhost|127\.0\.0\.1|sqlite|:memory:/i;

/** Migrations where the job has no database of its own: nothing but a running one is left. */
function migrationsOf(
  step: AgentInput["step"],
  job: AgentInput["job"],
  seen: SeenPipelines,
): readonly Release[] {
  const around = [
    ...job.containers.map(({ text }) => text),
    ...job.environment.map(({ value }) => value),
    ...job.steps.flatMap(({ environment, scripts }) => [
      ...environment.map(({ value }) => value),
      ...scripts.map(({ text }) => text),
    ]),
  ].join("\n");
  if (
    OWN_DATABASE.test(around) ||
    /\b(?:RAILS|NODE|MIX|APP|FLASK)_ENV=["']?test\b|\bdocker(?:-| )compose\b/.test(around)
  )
    return [];
  return seen.ran(step).flatMap(({ commands, place }) =>
    commands.flatMap(({ words, at }) => {
      const line = words.map((word) => word ?? "?").join(" ");
      return MIGRATES.test(line) && !/--help|--sql\b|--pretend|--dry-run/.test(line)
        ? [{ kind: "deploy", at: place(at?.start ?? 0), what: line.slice(0, 40) } as const]
        : [];
    }),
  );
}

function ofKind(
  seen: SeenPipelines,
  kind: Release["kind"],
  message: (what: string) => string,
): readonly Fault[] {
  return releasesBeside(seen)
    .filter(({ release }) => release.kind === kind)
    .map(({ file, release }) =>
      faultAt(file, release.at, { message: message(release.what), fix: GATE }),
    );
}

/** A push without a branch goes to the one that the job began on, unless the job makes one of its own. */
function reachesDefault({ refs }: Extract<Release, { kind: "push" }>, run: AgentInput): boolean {
  if (refs !== undefined) return refs.some(isDefaultBranch);
  const makesBranch = run.job.steps.some(
    (step) =>
      step.scripts.some(({ text }) =>
        /git\s+(?:checkout\s+-[bB]|switch\s+(?:-c|-C|--create)|branch\s+\w|worktree\s+add)/.test(
          text,
        ),
      ) || step.inputs.some(({ name, value }) => name === "branch" && !isDefaultBranch(value)),
  );
  const isRequest = run.pipeline.triggers.every(({ event }) =>
    /^(?:pull_request|pull_request_target|merge_request|pr|pull_request_review(?:_comment)?)$/.test(
      event,
    ),
  );
  return !makesBranch && !(isRequest && run.pipeline.triggers.length > 0);
}
