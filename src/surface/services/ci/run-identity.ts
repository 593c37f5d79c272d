// Which run of which pipeline this is, by the variables of each service, and the attributes that telemetry carries of it.
type Environment = Readonly<Record<string, string | undefined>>;

/** What telemetry has to say of a run (M13.16). Names follow OpenTelemetry's conventions for CI/CD where there is one. */
export const RUN_ATTRIBUTES = [
  "cicd.pipeline.name",
  "cicd.pipeline.run.id",
  "cicd.pipeline.task.name",
  "vcs.repository.name",
  "vcs.ref.head.name",
  "vcs.ref.head.revision",
  "cicd.actor",
  "sallyport.profile",
] as const;
export type RunAttribute = (typeof RUN_ATTRIBUTES)[number];
export type RunIdentity = Readonly<Partial<Record<RunAttribute, string>>>;

const VALUE_CHARS_MAX = 200;

/** Names of variables by attribute, for each service in the order in which they are asked. */
const SOURCES: Readonly<Record<Exclude<RunAttribute, "sallyport.profile">, readonly string[]>> = {
  "cicd.pipeline.name": [
    "GITHUB_WORKFLOW",
    "CI_PIPELINE_NAME",
    "CI_PROJECT_PATH",
    "CIRCLE_WORKFLOW_ID",
    "BUILD_DEFINITIONNAME",
    "JOB_NAME",
  ],
  "cicd.pipeline.run.id": [
    "GITHUB_RUN_ID",
    "CI_PIPELINE_ID",
    "CIRCLE_PIPELINE_ID",
    "BUILD_BUILDID",
    "BUILD_ID",
  ],
  "cicd.pipeline.task.name": [
    "GITHUB_JOB",
    "CI_JOB_NAME",
    "CIRCLE_JOB",
    "SYSTEM_JOBNAME",
    "STAGE_NAME",
  ],
  "vcs.repository.name": [
    "GITHUB_REPOSITORY",
    "CI_PROJECT_PATH",
    "CIRCLE_PROJECT_REPONAME",
    "BUILD_REPOSITORY_NAME",
    "GIT_URL",
  ],
  "vcs.ref.head.name": [
    "GITHUB_HEAD_REF",
    "GITHUB_REF_NAME",
    "CI_COMMIT_REF_NAME",
    "CIRCLE_BRANCH",
    "BUILD_SOURCEBRANCHNAME",
    "BRANCH_NAME",
    "GIT_BRANCH",
  ],
  "vcs.ref.head.revision": [
    "GITHUB_SHA",
    "CI_COMMIT_SHA",
    "CIRCLE_SHA1",
    "BUILD_SOURCEVERSION",
    "GIT_COMMIT",
  ],
  "cicd.actor": [
    "GITHUB_ACTOR",
    "GITLAB_USER_LOGIN",
    "CIRCLE_USERNAME",
    "BUILD_REQUESTEDFOR",
    "CHANGE_AUTHOR",
  ],
};

/** What the environment says of the run; `profile` is the policy and the mode. Addresses lose user and password. */
export function runIdentity(environment: Environment, profile: string): RunIdentity {
  const found = Object.entries(SOURCES).flatMap(([attribute, names]) => {
    const value = names
      .map((name) => environment[name])
      .find((text) => text !== undefined && text !== "");
    return value === undefined ? [] : [[attribute, plain(value)] as const];
  });
  return { ...Object.fromEntries(found), "sallyport.profile": profile };
}

/** Attributes that nobody told. */
export function missingAttributes(identity: RunIdentity): readonly RunAttribute[] {
  return RUN_ATTRIBUTES.filter((name) => identity[name] === undefined);
}

/** The value of `OTEL_RESOURCE_ATTRIBUTES`: values percent-encoded, as its specification asks. */
export function resourceAttributes(identity: RunIdentity): string {
  return RUN_ATTRIBUTES.flatMap((name) => {
    const value = identity[name];
    return value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`];
  }).join(",");
}

function plain(text: string): string {
  return text
    .replace(/:\/\/[^/@]*@/, "://")
    .replace(/\p{Cc}/gu, "")
    .slice(0, VALUE_CHARS_MAX);
}
