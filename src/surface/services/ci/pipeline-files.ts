// Files that put the gate and the headless run into a pipeline: texts that are shown before anybody writes them.
import { Failure } from "#base/failure.ts";
import { CODEOWNERS_PLACES } from "#assure/posture/codeowners.ts";

/** What `ci init` knows to write. */
export const PIPELINE_KINDS = [
  "github",
  "gitlab",
  "pre-commit",
  "codeowners",
  "branch-protection",
  "dependency-review",
] as const;
export type PipelineKind = (typeof PIPELINE_KINDS)[number];

/** A file with its path in the repository. `before`: what it must begin with, where it is continued. */
export type PipelineFile = { readonly path: string; readonly text: string };

/**
 * What the files install. `product`: our npm package by its digest, beside the files or, with `url`, fetched from there. WHY no name of a
 * registry: whoever owns the name decides what runs beside the job's key.
 */
export type PipelineVersions = {
  readonly product:
    | { readonly name: string; readonly sha256: string; readonly url: string | undefined }
    | undefined;
  readonly client: string;
};
type Pinned = {
  readonly product: NonNullable<PipelineVersions["product"]>;
  readonly client: string;
};

/** The kinds whose files install us, and the folder in which a copy of the package lies beside them. */
export const INSTALLING: Readonly<Partial<Record<PipelineKind, string>>> = {
  github: ".github/actions/sallyport",
  gitlab: "sallyport-ci",
};

/** Actions by the hash of their release, with the version that it is. */
const CHECKOUT = "actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2";
const NODE = "actions/setup-node@49933ea5288caeca8642d1e84afbd3f7d6820020 # v4.4.0";
const UPLOAD = "actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2";
const DEPENDENCIES =
  "actions/dependency-review-action@3b139cfc5fae8b618d3eae3675e383bb1769c019 # v4.5.0";
const NODE_IMAGE = "node:22.14.0-bookworm-slim";
/** What decides over the client, pipelines and machines: whoever changes it needs the owner's review (M13.10). */
const OWNED = [
  ...["/.claude/", "/.mcp.json", "/CLAUDE.md", "/.github/workflows/", "/.github/actions/"],
  ...[
    "/.gitlab-ci.yml",
    "/.circleci/",
    "/Jenkinsfile",
    "/azure-pipelines.yml",
    "/.pre-commit-config.yaml",
  ],
  ...["/.husky/", "/infra/", "/terraform/", "/k8s/"],
] as const;

/** The files of a kind. `existing` is the text of the one that there is already, for those that are continued. */
export function pipelineFiles(
  kind: PipelineKind,
  options: {
    readonly versions: PipelineVersions;
    readonly owners: readonly string[];
    readonly existing: (path: string) => string | undefined;
  },
): readonly PipelineFile[] {
  const { versions, owners, existing } = options;
  switch (kind) {
    case "github": {
      const pinned = pinnedIn(versions);
      return [
        { path: ".github/actions/sallyport/action.yml", text: githubAction(pinned) },
        { path: ".github/workflows/sallyport.yml", text: githubWorkflow(pinned) },
      ];
    }
    case "gitlab":
      return [{ path: "sallyport.gitlab-ci.yml", text: gitlabTemplate(pinnedIn(versions)) }];
    case "pre-commit":
      return [{ path: ".pre-commit-config.yaml", text: preCommit() }];
    case "codeowners": {
      // At the top both GitHub and GitLab look; `.github/` is of one of them.
      const isOfGitLab = existing(".gitlab-ci.yml") !== undefined;
      const path =
        CODEOWNERS_PLACES.find((place) => existing(place) !== undefined) ??
        (isOfGitLab ? "CODEOWNERS" : ".github/CODEOWNERS");
      return [{ path, text: withOwners(existing(path) ?? "", owners) }];
    }
    case "branch-protection":
      return [{ path: ".github/rulesets/default-branch.json", text: ruleset() }];
    case "dependency-review":
      return [{ path: ".github/workflows/dependency-review.yml", text: dependencyReview() }];
    default:
      return kind satisfies never;
  }
}

function pinnedIn({ product, client }: PipelineVersions): Pinned {
  if (product !== undefined) return { product, client };
  throw new Failure(
    "usage",
    "name the npm package that the pipeline installs: `--tarball sallyport-1.0.0.tgz`, of our release or as `npm pack` makes it; it is copied beside the files, or fetched from `--url` and held to its digest",
  );
}

/** Lines of a shell that leave the package in `$file`, held to its digest. `folder`: where the copy lies. */
function packageLines(
  { product: { name, sha256, url } }: Pinned,
  folder: string,
): readonly string[] {
  const file = url === undefined ? `${folder}/${name}` : "$(mktemp -d)/sallyport.tgz";
  return [
    `file="${file}"`,
    ...(url === undefined
      ? []
      : [
          `curl --fail --silent --show-error --location --proto '=https' --output "$file" '${url}'`,
        ]),
    `echo "${sha256}  $file" | sha256sum --check --strict -`,
  ];
}

const lines = (list: readonly string[], indent: string): string =>
  list.map((line) => `${indent}${line}\n`).join("");

function githubAction(pinned: Pinned): string {
  return `# Runs the client without a person, under a policy that the checkout cannot change: \`sallyport ci run\`.
name: sallyport run
description: Claude Code without a person, isolated, under managed settings of the run's own, with its record as artifacts
inputs:
  prompt:
    description: what the client is asked
    required: true
  anthropic-api-key:
    description: the client's key, and no other secret
    required: true
  mode:
    description: dontAsk or plan
    default: plan
  policy:
    description: a policy of sallyport, or a file
    default: tier-ci
  allow:
    description: rules of the client that allow what the run is for, one a line
    default: ""
  egress:
    description: hosts that commands may reach, separated by commas
    default: ""
  timeout-minutes:
    description: time limit of the run
    default: "15"
  max-turns:
    description: limit of turns
    default: "40"
outputs:
  artifacts:
    description: folder with summary.json, comment.md, decisions.jsonl, run.tlog-proof, log.key and changes.patch
    value: \${{ steps.run.outputs.artifacts }}
runs:
  using: composite
  steps:
    - name: isolation
      shell: bash
      run: |
        sudo apt-get install --yes --no-install-recommends bubblewrap socat
        # Ubuntu 24.04 gives accounts no namespaces of their own unless this is off.
        sudo sysctl -q -w kernel.apparmor_restrict_unprivileged_userns=0 || true
    - name: install
      shell: bash
      run: |
${lines(packageLines(pinned, "$GITHUB_ACTION_PATH"), "        ")}        npm install --global --ignore-scripts "$file" @anthropic-ai/claude-code-linux-x64@${pinned.client}
    - name: run
      id: run
      shell: bash
      env:
        ANTHROPIC_API_KEY: \${{ inputs.anthropic-api-key }}
        PROMPT: \${{ inputs.prompt }}
        RUN_MODE: \${{ inputs.mode }}
        RUN_POLICY: \${{ inputs.policy }}
        RUN_ALLOW: \${{ inputs.allow }}
        RUN_EGRESS: \${{ inputs.egress }}
        RUN_TIMEOUT: \${{ inputs.timeout-minutes }}
        RUN_TURNS: \${{ inputs.max-turns }}
      run: |
        artifacts="$RUNNER_TEMP/sallyport"
        echo "artifacts=$artifacts" >> "$GITHUB_OUTPUT"
        allow=()
        while IFS= read -r rule; do
          if [ -n "$rule" ]; then allow+=(--allow "$rule"); fi
        done <<< "$RUN_ALLOW"
        client="$(npm root --global)/@anthropic-ai/claude-code-linux-x64/claude"
        sallyport ci run --mode "$RUN_MODE" --policy "$RUN_POLICY" --egress "$RUN_EGRESS" \\
          --timeout "$RUN_TIMEOUT" --max-turns "$RUN_TURNS" --artifacts "$artifacts" "\${allow[@]}" \\
          -- "$client" -p -- "$PROMPT"
`;
}

function githubWorkflow(pinned: Pinned): string {
  return `# The gate of pipelines and settings, and a review by the client whose record is kept. \`sallyport ci init github\` wrote it.
name: sallyport
on:
  pull_request:
permissions: {}
jobs:
  gate:
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    permissions:
      contents: read
    steps:
      - uses: ${CHECKOUT}
        with:
          persist-credentials: false
      - uses: ${NODE}
        with:
          node-version: 22.14.0
      - run: |
${lines(packageLines(pinned, ".github/actions/sallyport"), "          ")}          npm install --global --ignore-scripts "$file"
      - run: sallyport ci check --fail-on high
      - run: sallyport ci check --acceptance
  review:
    # Requests from forks get no secrets, so there is nothing to run with.
    if: github.event.pull_request.head.repo.full_name == github.repository
    runs-on: ubuntu-24.04
    timeout-minutes: 25
    permissions:
      contents: read
    steps:
      - uses: ${CHECKOUT}
        with:
          persist-credentials: false
          fetch-depth: 2
      - uses: ${NODE}
        with:
          node-version: 22.14.0
      - id: sallyport
        uses: ./.github/actions/sallyport
        with:
          anthropic-api-key: \${{ secrets.ANTHROPIC_API_KEY }}
          mode: plan
          prompt: Review the last commit (git diff HEAD~1). Say what is wrong with it, by file and line.
      - if: always()
        uses: ${UPLOAD}
        with:
          name: sallyport-run
          path: \${{ steps.sallyport.outputs.artifacts }}
          retention-days: 30
`;
}

/** A gate of GitHub: what a request adds to the dependencies is held against known weaknesses (M13.9). */
function dependencyReview(): string {
  return `# What a pull request brings along of others' code: known weaknesses of it stop the request. \`sallyport ci init dependency-review\` wrote it.
name: dependencies
on:
  pull_request:
permissions: {}
jobs:
  dependencies:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions:
      contents: read
    steps:
      - uses: ${CHECKOUT}
        with:
          persist-credentials: false
      - uses: ${DEPENDENCIES}
        with:
          fail-on-severity: moderate
`;
}

function gitlabTemplate(pinned: Pinned): string {
  return `# The gate of pipelines and settings, and a review by the client whose record is kept. Include it:
#   include: { local: sallyport.gitlab-ci.yml }
# The key is a masked variable ANTHROPIC_API_KEY that is not protected only where reviews of every branch are wanted.
sallyport-gate:
  image: ${NODE_IMAGE}
  timeout: 10m
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  script:
    - |
${lines(gitlabPackage(pinned), "      ")}      npm install --global --ignore-scripts "$file"
    - sallyport ci check --fail-on high
    - sallyport ci check --acceptance

sallyport-review:
  image: ${NODE_IMAGE}
  timeout: 25m
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event" && $ANTHROPIC_API_KEY
  before_script:
    - apt-get update -q
    - apt-get install --yes --no-install-recommends git
    - |
${lines(gitlabPackage(pinned), "      ")}      npm install --global --ignore-scripts "$file" @anthropic-ai/claude-code-linux-x64@${pinned.client}
  script:
    - sallyport ci run --mode plan --timeout 15 --max-turns 40 --artifacts sallyport-run -- "$(npm root --global)/@anthropic-ai/claude-code-linux-x64/claude" -p -- "Review the last commit (git diff HEAD~1)."
  artifacts:
    when: always
    expire_in: 30 days
    paths:
      - sallyport-run/
`;
}

/** WHY fetched by node: the slim image has no curl. */
function gitlabPackage(pinned: Pinned): readonly string[] {
  const fetched = `node -e 'fetch(process.argv[1]).then(async (answer) => { if (!answer.ok) throw new Error(answer.statusText); require("fs").writeFileSync(process.argv[2], Buffer.from(await answer.arrayBuffer())); })'`;
  return packageLines(pinned, "./sallyport-ci").map((line) =>
    line.startsWith("curl ") ? `${fetched} '${pinned.product.url ?? ""}' "$file"` : line,
  );
}

/** WHY the program of the machine: what pre-commit installs by itself it takes from a registry by a name. */
function preCommit(): string {
  return `# Hooks of pre-commit (https://pre-commit.com): what is committed holds no secret, and pipelines stay as they should be.
# They run the \`sallyport\` of the machine, which has to be installed.
repos:
  - repo: local
    hooks:
      - id: sallyport-scan
        name: secrets in what is committed
        language: system
        entry: sallyport scan --staged --ci
        pass_filenames: false
        always_run: true
      - id: sallyport-ci-check
        name: pipelines
        language: system
        entry: sallyport ci check --fail-on high
        pass_filenames: false
        files: ^(?:\\.github/|\\.gitlab|\\.circleci/|Jenkinsfile|azure-pipelines|\\.claude/|\\.mcp\\.json|.*\\.sh$|package\\.json$)
`;
}

const BEGIN =
  "# sallyport: what decides over the client, pipelines and machines. Nothing stands behind it: the last line that fits counts.";

/** The file with our lines at its end; those of an earlier time are replaced. */
function withOwners(before: string, owners: readonly string[]): string {
  const at = before.indexOf(BEGIN);
  const own = (at < 0 ? before : before.slice(0, at)).trimEnd();
  const lines = [...OWNED, "/.github/CODEOWNERS", "/CODEOWNERS"].map(
    (path) => `${path} ${owners.join(" ")}`,
  );
  return `${own === "" ? "" : `${own}\n\n`}${[BEGIN, ...lines].join("\n")}\n`;
}

/** A ruleset of GitHub for the default branch: reviews, owners, no force. */
function ruleset(): string {
  const value = {
    name: "default branch",
    target: "branch",
    enforcement: "active",
    conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
    rules: [
      { type: "deletion" },
      { type: "non_fast_forward" },
      {
        type: "pull_request",
        parameters: {
          required_approving_review_count: 1,
          dismiss_stale_reviews_on_push: true,
          require_code_owner_review: true,
          require_last_push_approval: true,
          required_review_thread_resolution: false,
        },
      },
      {
        type: "required_status_checks",
        parameters: {
          strict_required_status_checks_policy: true,
          required_status_checks: [{ context: "gate" }],
        },
      },
    ],
    bypass_actors: [],
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}
