// Which files of a repository an audit reads, by their paths: what the client, git, pipelines, containers and packages go by.
import { isEnvExample } from "#assure/scan/file-kinds.ts";

/** `read`: its text is wanted. `names`: the same without its values, which are secrets. `name`: that it is there matters. */
export type Interest = "read" | "names" | "name" | undefined;

/** Names of files wherever they lie. */
const NAMES = new Set([
  ...[
    "claude.md",
    "claude.local.md",
    "agents.md",
    ".mcp.json",
    ".claudeignore",
    ".cursorrules",
    ".claude.json",
  ],
  ...["managed-settings.json", "managed-mcp.json", "plugin.json", "marketplace.json", "skill.md"],
  ...[
    ".gitignore",
    ".gitattributes",
    ".gitmodules",
    "codeowners",
    "codeowners.md",
    "codeowners.txt",
    ".pre-commit-config.yaml",
  ],
  ...[".gitlab-ci.yml", "jenkinsfile", "bitbucket-pipelines.yml", ".travis.yml", ".drone.yml"],
  ...["package.json", ".npmrc", ".yarnrc", ".yarnrc.yml", "bunfig.toml", "pyproject.toml"],
  ...["makefile", "gnumakefile", "justfile", "taskfile.yml", "taskfile.yaml", "rakefile"],
  ...["lefthook.yml", "lefthook.yaml", ".lintstagedrc.json", ".envrc", ".env.example"],
  ...["mise.toml", ".mise.toml", ".tool-versions", "devcontainer.json", ".devcontainer.json"],
  ...["renovate.json", "dependabot.yml", "security.md", "contributing.md", "procfile"],
  ...["vercel.json", "netlify.toml", "fly.toml", "serverless.yml", "cargo.toml", "go.mod"],
  ...["setup.py", "build.rs", "deno.json", "deno.jsonc", ".pypirc", "pip.conf", "pip.ini"],
  ...["cloudbuild.yaml", "cloudbuild.yml", "buildspec.yml", "buildspec.yaml", "appveyor.yml"],
  ...[".appveyor.yml", ".woodpecker.yml", ".woodpecker.yaml", ".cirrus.yml", "earthfile"],
  ...[".asf.yaml", ".gitconfig", ".overcommit.yml", ".husky.toml", ".clauderc"],
  ...["claude.settings.json", "claude.json", ".dir-locals.el", ".exrc", ".vimrc", ".nvimrc"],
  ...[
    "pre-commit",
    "pre-push",
    "commit-msg",
    "prepare-commit-msg",
    "pre-merge-commit",
    "pre-rebase",
  ],
  ...["post-commit", "post-merge", "post-checkout", "pre-receive", "post-receive"],
  ...[".pnpmrc", "_netrc", ".condarc", "auth.json", "uv.toml", "gradle.properties", "nuget.config"],
  ...[
    "settings.xml",
    "maven-settings.xml",
    "settings-security.xml",
    ".renovaterc",
    "renovate.json5",
  ],
  ...[".nvim.lua", ".netrc", ".pgpass", "noxfile.py", "tasks.py", "fabfile.py"],
  // What sets a forge up, and what commits, tags and pushes on its own.
  ...[
    "gitlabform.yml",
    "gitlabform.yaml",
    ".mergify.yml",
    ".policy.yml",
    "bors.toml",
    ".kodiak.toml",
  ],
  ...["gitolite.conf", "project.config", "captainhook.json", ".huskyrc", ".huskyrc.json"],
  ...["lerna.json", ".versionrc", ".versionrc.json", ".bumpversion.cfg", ".bumpversion.toml"],
  ...["setup.cfg", ".czrc", ".cz.toml", ".czrc.json", "tox.ini"],
]);
/** Lists of packages: that there are some matters. */
const PACKAGES =
  /^(?:package-lock\.json|pnpm-lock\.yaml|yarn\.lock|requirements[^/]*\.txt|poetry\.lock|uv\.lock|cargo\.lock|go\.sum|gemfile(?:\.lock)?|pom\.xml|build\.gradle(?:\.kts)?|composer\.(?:json|lock))$/;
/** Folders all of whose files matter, from the root or deeper. */
const FOLDERS =
  /(?:^|\/)(?:\.claude|\.claude-plugin|\.github|\.gitlab|\.circleci|\.devcontainer|\.husky|\.githooks|\.vscode|hooks|scripts|\.sallyport|\.buildkite|\.woodpecker|\.azure-pipelines|\.ci|ci|ops|tools?|tasks?|automation|bin|deploy(?:ment)?|infra(?:structure)?|k8s|kubernetes|manifests|charts|helm|otel|logrotate\.d|tmpfiles\.d|cron\.d|policies|runbooks?|ansible|playbooks?|gpo|intune|prow|terraform|iac|pulumi|jobs?|cron|crontabs?|monitoring|alerts?|incidents?|claude|plugins?\/[^/]+\/(?:agents|commands|skills|hooks)|docs\/(?:agents|claude)|\.(?:gitea|forgejo|allstar|azuredevops|bitbucket|tekton|harness|semaphore|codefresh|config\/mise|mise|cursor|zed|idea|fleet|cargo|gem|bundle|m2))\//;
const ENDINGS =
  /\.(?:sh|bash|zsh|ksh|fish|ps1|psm1|bat|cmd|reg|dockerfile|tf|tfvars|cron|just|mk|code-workspace|alloy|river)$/;
const FORMS =
  /^(?:dockerfile|containerfile|jenkinsfile)(?:[.-].*)?$|^(?:docker-)?compose[\w.-]*\.ya?ml$|^azure-pipelines[\w.-]*\.ya?ml$|^(?:.*\.)?gitlab-ci\.ya?ml$|^\.?lefthook(?:-local)?\.(?:ya?ml|toml|json)$|^\.?mise(?:\.[\w-]+)*\.toml$|^\.(?:simple-git-hooks|lintstagedrc)\.(?:json|c?js|mjs|ya?ml)$|^exceptions\.(?:ya?ml|json)$|^(?:rulesets?|branch-protection)[\w.-]*\.(?:json|ya?ml)$|^(?:otel|opentelemetry|collector)[\w.-]*\.ya?ml$|^crontab$|(?:audit|rotat|retention|incident|lockdown|contain|forensic|evidence|archiv|alert|siem)[\w.-]*\.(?:py|[cm]?js|ts|rb|pl)$|^\.release-it\.(?:json|ya?ml|toml|[cm]?js|ts)$|^\.?release\.config\.[cm]?js$|^pulumi(?:\.[\w-]+)?\.ya?ml$|^\.versionrc\.[cm]?js$|^.*\.(?:jsonnet|libsonnet)$|^(?:soc-?2|hipaa|gdpr|iso-?27001|retention|compliance)[\w.-]*\.(?:md|ya?ml)$/;
/** Files that are there for secrets. */
const SECRETS =
  /^\.env(?:\..+)?$|\.env$|\.(?:pem|key)$|^id_(?:rsa|dsa|ecdsa|ed25519)$|^\.credentials\.json$|^credentials(?:\.json)?$|(?:service-?account|adminsdk|\bgcp|gcloud)[\w.-]*\.json$/;
/** Stores that are encrypted: their names tell enough. */
const STORES = /\.(?:p12|pfx|jks|keystore|enc|age)$|\.enc\.\w+$|^\.sops\.ya?ml$/;
/** Endings of what is looked at in folders that matter. */
const TEXTS =
  /\.(?:sh|bash|zsh|fish|ps1|js|mjs|cjs|ts|py|rb|pl|json|jsonc|json5|ya?ml|toml|md|txt|ini|cfg|conf|groovy)$|(?:^|\/)[^./]+$|(?:^|\/)\.[^./]+$/;

/** What an audit wants of the file at a path of a repository. */
export function interestIn(path: string): Interest {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  if (NAMES.has(name)) return "read";
  if (STORES.test(name) || PACKAGES.test(name)) return "name";
  if (isEnvExample(path)) return "read";
  if (SECRETS.test(name)) return "names";
  if (/^config\.ya?ml$/.test(path)) return "read";
  if (ENDINGS.test(name) || FORMS.test(name)) return "read";
  return FOLDERS.test(path) && TEXTS.test(name) ? "read" : undefined;
}

/** Whether a link at a path of a repository leads out of it, as its target is written. */
export function leadsOut(path: string, target: string): boolean {
  if (/^(?:\/|~|[A-Za-z]:)/.test(target)) return true;
  const depth = path.split("/").length - 1;
  let level = depth;
  for (const part of target.split("/")) {
    if (part === "..") level -= 1;
    else if (part !== "." && part !== "") level += 1;
    if (level < 0) return true;
  }
  return false;
}

/** Folders that an audit does not enter, with the reason that it gives. */
export function leftOutFolder(name: string): string | undefined {
  if (name === ".git") return "git's own files are asked of git";
  return name === "node_modules" || name === "bower_components" || name === ".venv"
    ? "it holds packages of others: `sallyport scan` looks for secrets there"
    : undefined;
}
