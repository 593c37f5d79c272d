// What joins events with those of other systems, as this machine knows it: host, repository of a directory, job of a CI run.
import type { JoinKeys } from "#record/export/forms/exporter.ts";
import type { SourceEntry } from "#record/store/export-source.ts";
import { readGitFacts } from "../facts/git/git-facts.ts";

const REPOSITORIES_MAX = 1_000;
const REPOSITORY_MS_MAX = 600_000;
const JOB_CHARS_MAX = 200;

/**
 * Where services of continuous integration tell the id of a run, each by its own documentation: GitHub, GitLab, Buildkite,
 * CircleCI, Azure Pipelines, Jenkins.
 */
const JOB_VARIABLES = [
  "GITHUB_RUN_ID",
  "CI_JOB_ID",
  "BUILDKITE_JOB_ID",
  "CIRCLE_WORKFLOW_JOB_ID",
  "BUILD_BUILDID",
  "BUILD_TAG",
] as const;

/** The job that this process runs in; undefined outside of any. */
export function jobOf(
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const value = JOB_VARIABLES.map((name) => environment[name]).find(Boolean);
  return value === undefined || !/^[\w.:/-]+$/.test(value)
    ? undefined
    : value.slice(0, JOB_CHARS_MAX);
}

/** The keys of an entry, as they are known here. */
export type FindKeys = (source: SourceEntry) => Promise<JoinKeys>;

/** Builds it. Repositories are looked up once in ten minutes, by the directory that a call was made in. */
export function createFindKeys(machine: {
  readonly host: string;
  readonly job: string | undefined;
  readonly home: string;
  readonly nowMs: () => number;
}): FindKeys {
  const { host, job, home, nowMs } = machine;
  const known = new Map<
    string,
    { readonly name: Promise<string | undefined>; readonly atMs: number }
  >();
  const repositoryOf = (cwd: string): Promise<string | undefined> => {
    const found = known.get(cwd);
    if (found !== undefined && nowMs() - found.atMs < REPOSITORY_MS_MAX) return found.name;
    if (known.size >= REPOSITORIES_MAX) known.clear();
    const name = readRepository(cwd, home);
    known.set(cwd, { name, atMs: nowMs() });
    return name;
  };
  return async ({ user, cwd, branch, commit, file }) => {
    const repository = cwd === undefined ? undefined : await repositoryOf(cwd);
    return {
      ...(user === undefined ? {} : { user }),
      host,
      ...(repository === undefined ? {} : { repository }),
      ...(branch === undefined ? {} : { branch }),
      ...(commit === undefined ? {} : { commit }),
      ...(job === undefined ? {} : { job }),
      ...(file === undefined ? {} : { file }),
    };
  };
}

/** The repository that a directory is in, by its first remote; undefined where there is none, or no such directory any more. */
export async function readRepository(cwd: string, home: string): Promise<string | undefined> {
  const facts = await readGitFacts(cwd, home).catch(() => undefined);
  const remotes = facts?.repository?.remotes;
  const url = remotes?.get("origin") ?? remotes?.values().next().value;
  return url === undefined ? undefined : repositoryName(url.split("\n")[0] ?? "");
}

/** `host/owner/name` of a remote's address, without the user and password that may stand in it. */
export function repositoryName(url: string): string | undefined {
  const scp = /^(?:[^@/\s]+@)?([\w.-]+):(?!\/)([^\s]+)$/.exec(url);
  const parsed = scp === null && URL.canParse(url) ? new URL(url) : undefined;
  const host = scp?.[1] ?? parsed?.hostname ?? "";
  const path = (scp?.[2] ?? parsed?.pathname ?? "").replace(/^\/+|\/+$/g, "").replace(/\.git$/, "");
  if (host === "" || path === "" || !/^[\w./~+-]+$/.test(path)) return undefined;
  return `${host.toLowerCase()}/${path}`;
}
