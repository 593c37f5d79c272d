// Which files are pipelines, and each read by its own system's form.
import { readAzure } from "./azure.ts";
import { readBitbucket } from "./bitbucket.ts";
import { readBuildkite } from "./buildkite.ts";
import { readCircleci } from "./circleci.ts";
import { readGithubAction, readGithubWorkflow } from "./github.ts";
import { readGitlab } from "./gitlab.ts";
import { readJenkins } from "./jenkins.ts";
import { readOther } from "./other-systems.ts";
import type { Pipeline, PipelineReading, Platform, Reference } from "./pipeline.ts";
import { readYaml } from "./yaml-tree.ts";

const PLACES: readonly (readonly [Platform, RegExp])[] = [
  // Gitea and Forgejo run workflows of the same form.
  ["github", /^\.(?:github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml$/],
  ["action", /(?:^|\/)action\.ya?ml$/],
  [
    "gitlab",
    /(?:^|\/)(?:\.gitlab-ci\.ya?ml|\.gitlab\/(?:ci\/)?[^/]+\.ya?ml|[^/]+\.gitlab-ci\.ya?ml)$/,
  ],
  ["circleci", /(?:^|\/)\.circleci\/[^/]+\.ya?ml$/],
  ["azure", /(?:^|\/)(?:\.azure-pipelines\/[^/]+|\.?azure-pipelines[^/]*)\.ya?ml$/],
  ["buildkite", /(?:^|\/)\.?buildkite\/[^/]+\.ya?ml$/],
  ["bitbucket", /(?:^|\/)bitbucket-pipelines\.ya?ml$/],
  // Steps of a shared library lie in `vars`.
  ["jenkins", /(?:^|\/)(?:Jenkinsfile(?:\.[^/]+)?|[^/]+\.jenkinsfile|vars\/\w+\.groovy)$/i],
  [
    "other",
    /(?:^|\/)(?:\.travis|\.drone|\.woodpecker|\.?appveyor|\.cirrus|cloudbuild[\w.-]*|buildspec[\w.-]*|codefresh)\.ya?ml$|(?:^|\/)\.(?:woodpecker|tekton|harness|semaphore|codefresh|drone)\/(?:.+\/)?[^/]+\.ya?ml$/,
  ],
];

/** The system whose pipeline lies at a path relative to the repository, by its name alone. */
export function platformOf(path: string): Platform | undefined {
  return PLACES.find(([, pattern]) => pattern.test(path))?.[0];
}

/** Reads a pipeline, of the system that its path or `named` says. Total; undefined where it is no pipeline's. */
export function readPipeline(
  file: string,
  source: string,
  named?: Platform,
): PipelineReading | undefined {
  const platform = named ?? platformOf(file);
  if (platform === undefined) return undefined;
  if (platform === "jenkins") return readJenkins(file, source);
  const reading = readYaml(source);
  if (reading.kind === "unreadable") return reading;
  const { documents } = reading;
  const tree = documents[0] ?? { kind: "nothing", at: { line: 1, column: 1 } };
  switch (platform) {
    case "github":
      return { kind: "read", pipeline: withVersions(readGithubWorkflow(file, tree), source) };
    case "action":
      return { kind: "read", pipeline: withVersions(readGithubAction(file, tree), source) };
    case "gitlab":
      return { kind: "read", pipeline: readGitlab(file, documents) };
    case "circleci":
      return { kind: "read", pipeline: readCircleci(file, tree) };
    case "azure":
      return { kind: "read", pipeline: readAzure(file, tree) };
    case "buildkite":
      return { kind: "read", pipeline: readBuildkite(file, tree) };
    case "bitbucket":
      return { kind: "read", pipeline: readBitbucket(file, tree) };
    case "other":
      return { kind: "read", pipeline: readOther(file, platform, documents) };
    default:
      return platform satisfies never;
  }
}

/** A version in the remark behind a hash, as people and the tools that renew hashes write it. */
const VERSION = /@[0-9a-f]{40}["']?\s+#\s*(?:[\w./-]+@)?(?:tag[:=]\s*)?(v?\d+(?:\.\d+)*)\b/;

/** WHY of the text: a reader of YAML leaves remarks out, and a hash says nothing of what an action does by itself. */
function withVersions(pipeline: Pipeline, source: string): Pipeline {
  const lines = source.split("\n");
  const named = (uses: Reference | undefined): Reference | undefined => {
    const version =
      uses === undefined ? undefined : VERSION.exec(lines[uses.at.line - 1] ?? "")?.[1];
    return uses === undefined || version === undefined
      ? uses
      : { ...uses, version: version.replace(/^v?/, "v") };
  };
  const jobs = pipeline.jobs.map((job) => ({
    ...job,
    steps: job.steps.map((step) => ({ ...step, uses: named(step.uses) })),
  }));
  return { ...pipeline, jobs };
}
