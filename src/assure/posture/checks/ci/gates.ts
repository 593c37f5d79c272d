// What pipelines look at before a change comes in: scans that can fail, dependency changes, files that parse, telemetry of runs.
import type { Fault, Looks } from "../../check.ts";
import { notApplicable, verdict } from "../../check.ts";
import type { Job } from "../../pipeline/pipeline.ts";
import {
  faultAt,
  overPipelines,
  seenPipelines,
  type SeenPipelines,
  type StepInput,
} from "./seen-pipelines.ts";
import { filesMatching } from "../../inputs/audit-inputs.ts";

/** Programs and actions that look for secrets, weaknesses and bad dependencies. */
const SCANNER =
  /\b(?:gitleaks|trufflehog|detect-secrets|secretlint|semgrep|snyk|trivy|grype|osv-scanner|bandit|codeql|checkov|tfsec|hadolint|zizmor|sallyport\s+(?:scan|audit|ci\s+check)|npm\s+audit|pnpm\s+audit|yarn\s+(?:npm\s+)?audit|pip-audit|cargo\s+audit|govulncheck|bundle(?:r)?[- ]audit|safety\s+(?:check|scan))\b/i;
const SCANNER_ACTION =
  /^(?:github\/codeql-action|actions\/dependency-review-action|aquasecurity\/trivy-action|snyk\/actions|gitleaks\/gitleaks-action|trufflesecurity\/trufflehog|anchore\/scan-action|semgrep\/|returntocorp\/semgrep-action|google\/osv-scanner-action|bridgecrewio\/checkov-action)/i;
/** Those that look at dependencies. */
const DEPENDENCIES =
  /dependency-review-action|\b(?:npm|pnpm|yarn|bun)\s+(?:npm\s+)?audit\b|pip-audit|cargo\s+(?:audit|deny)|govulncheck|osv-scanner|\bsnyk\b|\btrivy\b|\bgrype\b|bundle(?:r)?[- ]audit|dependency-check|safety\s+(?:check|scan)|DependencyScanning|Dependency-Scanning/i;

/** What opens a pull or merge request, and what starts a pipeline for one. */
const OPENS_REQUEST = /\b(?:gh\s+pr\s+create|glab\s+mr\s+create|hub\s+pull-request)\b/;
const OPENS_REQUEST_ACTION = /\/create-pull-request@/;
/** What keeps something of a run for those who review: artifacts of any system, a summary in the request, our own run. */
const EVIDENCE =
  /upload-artifact|Publish(?:Build|Pipeline)Artifact|archiveArtifacts|store_artifacts|^[ \t]*artifacts:|\bsallyport\s+ci\s+run\b|--body-file|\bbody-path:/m;
const REQUEST = /^(?:pull_request|merge_request|merge_request_event|pr|push)$/;
const TESTS =
  /\b(?:tests?|spec|vitest|jest|mocha|pytest|tox|nox|rspec|phpunit|ctest|check|verify|e2e|ava)\b/i;

/** Whether a job runs tests, or calls a pipeline that may. */
function hasTests({ steps, calls, id }: Job): boolean {
  return (
    calls !== undefined ||
    TESTS.test(id) ||
    steps.some(({ scripts }) => scripts.some(({ text }) => TESTS.test(text)))
  );
}

/** Checks of the family `ci` about gates. */
export const gateLooks: Looks = {
  "scan-ignored": overPipelines((seen) => seen.steps.flatMap((sight) => ignoredScans(sight))),
  "agent-request-without-tests": overPipelines((seen) => {
    const isTested = seen.pipelines.some(
      ({ pipeline }) =>
        pipeline.triggers.some(({ event }) => REQUEST.test(event)) && pipeline.jobs.some(hasTests),
    );
    if (isTested) return [];
    return proposals(seen)
      .filter(({ job }) => !hasTests(job))
      .map(({ file, step }) =>
        faultAt(file, step.at, {
          message: "the client's change is proposed, and no pipeline runs tests for it",
          fix: "run the tests in this job before the request is opened, or on `pull_request`",
        }),
      );
  }),
  "agent-request-without-evidence": overPipelines((seen) =>
    proposals(seen)
      .filter(({ file }) => !EVIDENCE.test(file.text ?? ""))
      .map(({ file, step }) =>
        faultAt(file, step.at, {
          message:
            "the client's change is proposed, and nothing of its run is kept for who reviews it",
          fix: "run it with `sallyport ci run --artifacts DIR -- claude ...`, upload DIR, and open the request with `--body-file DIR/comment.md`",
        }),
      ),
  ),
  "invalid-workflow": (auditInputs) => {
    const { pipelines, unread } = seenPipelines(auditInputs);
    const all = [...pipelines.map(({ file }) => file), ...unread.map(({ file }) => file)];
    if (all.length === 0) return notApplicable("there is no pipeline here");
    const broken = unread.filter(({ file }) => file.text !== undefined);
    return verdict(
      all.map(({ shown }) => shown),
      [
        ...broken.map(({ file, why, line }) =>
          faultAt(
            file,
            { line, column: 1 },
            {
              message: `the pipeline is not read: ${why}`,
              fix: "repair it; until then neither its system nor this audit knows what it does",
            },
          ),
        ),
        ...emptyWorkflows(pipelines),
      ],
    );
  },
  "no-dependency-scan": (auditInputs) => {
    const seen = seenPipelines(auditInputs);
    const hasDependencies = filesMatching(
      auditInputs.repository,
      /^(?:package\.json|package-lock\.json|pnpm-lock\.yaml|yarn\.lock|requirements[^/]*\.txt|pyproject\.toml|poetry\.lock|Cargo\.(?:toml|lock)|go\.(?:mod|sum)|Gemfile(?:\.lock)?|pom\.xml|build\.gradle(?:\.kts)?|composer\.(?:json|lock))$/,
    );
    const updates = filesMatching(
      auditInputs.repository,
      /^(?:\.github\/dependabot\.ya?ml|renovate\.json5?|\.github\/renovate\.json5?|\.renovaterc(?:\.json)?)$/,
    );
    if (seen.pipelines.length === 0) return notApplicable("there is no pipeline here");
    const looked = seen.pipelines.map(({ file }) => file.shown);
    const scans = seen.pipelines.some(({ file }) => DEPENDENCIES.test(file.text ?? ""));
    if (scans || updates.length > 0) return verdict(looked, []);
    if (hasDependencies.length === 0)
      return notApplicable("there are no dependencies here", looked);
    const [first] = hasDependencies;
    return verdict(looked, [
      {
        ...(first === undefined ? {} : { file: first.shown }),
        evidence: "",
        message: "no pipeline looks at changes of dependencies",
        fix: "add `actions/dependency-review-action` to pull requests, or an audit of the package manager",
      },
    ]);
  },
  "no-telemetry": overPipelines((seen) => {
    const jobs = new Set<unknown>();
    return seen.agents().flatMap((run) => {
      if (jobs.has(run.job) || run.isGated) return [];
      jobs.add(run.job);
      const settings = [
        ...run.pipeline.environment,
        ...run.job.environment,
        ...run.job.steps.flatMap(({ environment }) => environment),
      ];
      const isOn = settings.some(
        ({ name, value }) => name === "CLAUDE_CODE_ENABLE_TELEMETRY" && value === "1",
      );
      const hasIdentity = settings.some(({ name }) => name === "OTEL_RESOURCE_ATTRIBUTES");
      if (isOn && hasIdentity) return [];
      return [
        faultAt(run.file, run.at, {
          message: isOn
            ? "telemetry of the run does not say of which job, commit and actor it is"
            : "the run exports no telemetry: nobody sees afterwards what it did",
          fix: "set `CLAUDE_CODE_ENABLE_TELEMETRY=1`, an exporter, and `OTEL_RESOURCE_ATTRIBUTES` with workflow, job, repository, branch, commit and actor; `sallyport ci run` does",
        }),
      ];
    });
  }),
};

/** Steps of jobs with the client that open a request. */
function proposals(seen: SeenPipelines): readonly StepInput[] {
  return seen
    .agentSteps()
    .filter(
      ({ step }) =>
        OPENS_REQUEST_ACTION.test(step.uses?.text ?? "") ||
        step.scripts.some(({ text }) => OPENS_REQUEST.test(text)),
    );
}

/** Scans whose failure changes nothing. */
function ignoredScans({ file, step, job }: StepInput): readonly Fault[] {
  const said = {
    message: "whatever this scan finds, the pipeline goes on",
    fix: "let it fail; what is accepted belongs into its own list, with an owner and an end",
  };
  // Handing over a report finds nothing by itself.
  const byAction =
    SCANNER_ACTION.test(step.uses?.text ?? "") && !/\/upload-sarif@/.test(step.uses?.text ?? "");
  const byText = step.scripts.find(({ text }) => SCANNER.test(text));
  if ((!byAction && byText === undefined) || isJudgedLater(step, job)) return [];
  if (step.isIgnored || job.isIgnored) return [faultAt(file, step.at, said)];
  const off = step.inputs.find(
    ({ name, value }) =>
      (/^(?:exit-code|fail-build)$/.test(name) && /^(?:0|false)$/.test(value)) ||
      (name === "continue-on-error" && value === "true"),
  );
  if (off !== undefined) return [faultAt(file, off.at, said)];
  if (byText === undefined) return [];
  const found = new RegExp(
    `${SCANNER.source}[^\\n]*(?:\\|\\|\\s*(?:true|:|(?:echo|printf)\\b|exit\\s+0|\\[|\\{(?![^}]*\\bexit\\s+[1-9]))|--soft-fail\\b|--exit-zero\\b|--exit-code[= ]0\\b|--no-fail\\w*|;\\s*(?:true|exit\\s+0)\\s*$)`,
    "im",
  ).exec(byText.text);
  if (found === null && endsWell(byText.text)) return [faultAt(file, byText.place(0), said)];
  return found === null ? [] : [faultAt(file, byText.place(found.index), said)];
}

/** Whether a later step ends the job where this one failed. */
function isJudgedLater(step: StepInput["step"], job: Job): boolean {
  return job.steps
    .slice(job.steps.indexOf(step) + 1)
    .some(
      ({ condition, scripts }) =>
        [condition ?? "", ...scripts.map(({ text }) => text)].some((text) =>
          /steps\.[\w-]+\.outcome\b|\bfailure\(\)/.test(text),
        ) && scripts.some(({ text }) => /\bexit\s+[1-9]/.test(text)),
    );
}

/** Whether a script goes on behind what fails, and says at its end that all is well. */
function endsWell(text: string): boolean {
  const lines = text.split("\n").filter((line) => !/^\s*(?:#|$)/.test(line));
  return (
    /^[ \t]*set\s+\+e\b/m.test(text) &&
    /^\s*(?:exit\s+0|true|:)\s*$/.test(lines.at(-1) ?? "") &&
    !/\bexit\s+(?:[1-9]|"?\$)/.test(text)
  );
}

/** Workflows without a trigger or a job: GitHub refuses them. */
function emptyWorkflows(pipelines: SeenPipelines["pipelines"]): readonly Fault[] {
  return pipelines.flatMap(({ file, pipeline }) =>
    pipeline.platform === "github" && (pipeline.jobs.length === 0 || pipeline.triggers.length === 0)
      ? [
          faultAt(
            file,
            { line: 1, column: 1 },
            {
              message: "the workflow has no trigger or no job, so it never runs",
              fix: "give it `on` and `jobs`, or remove it",
            },
          ),
        ]
      : [],
  );
}
