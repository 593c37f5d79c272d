// Which files of a repository an audit reads, by their paths: what the client, git, pipelines, containers and packages go by.

/** `read`: its text is wanted. `name`: that it is there matters, its text is a secret's. */
export type Interest = "read" | "name" | undefined;

/** Names of files wherever they lie. */
const NAMES = new Set([
  ...["claude.md", "claude.local.md", "agents.md", ".mcp.json", ".claudeignore", ".cursorrules"],
  ...["managed-settings.json", "managed-mcp.json", "plugin.json", "marketplace.json", "skill.md"],
  ...[".gitignore", ".gitattributes", ".gitmodules", "codeowners", ".pre-commit-config.yaml"],
  ...[".gitlab-ci.yml", "jenkinsfile", "bitbucket-pipelines.yml", ".travis.yml", ".drone.yml"],
  ...["package.json", ".npmrc", ".yarnrc", ".yarnrc.yml", "bunfig.toml", "pyproject.toml"],
  ...["makefile", "gnumakefile", "justfile", "taskfile.yml", "taskfile.yaml", "rakefile"],
  ...["lefthook.yml", "lefthook.yaml", ".lintstagedrc.json", ".envrc", ".env.example"],
  ...["mise.toml", ".mise.toml", ".tool-versions", "devcontainer.json", ".devcontainer.json"],
  ...["renovate.json", "dependabot.yml", "security.md", "contributing.md", "procfile"],
  ...["vercel.json", "netlify.toml", "fly.toml", "serverless.yml", "cargo.toml", "go.mod"],
]);
/** Folders all of whose files matter, from the root or deeper. */
const FOLDERS =
  /(?:^|\/)(?:\.claude|\.claude-plugin|\.github|\.gitlab|\.circleci|\.devcontainer|\.husky|\.githooks|\.vscode|hooks|scripts|\.sallyport|\.buildkite|\.woodpecker|\.azure-pipelines|\.ci|ci|ops|tools?|tasks?|automation|bin|deploy(?:ment)?|infra(?:structure)?|k8s|kubernetes|manifests|charts|helm|otel|logrotate\.d|tmpfiles\.d|cron\.d|policies|runbooks?)\//;
const ENDINGS = /\.(?:sh|bash|zsh|ksh|fish|ps1|dockerfile|tf|cron)$/;
const FORMS =
  /^(?:dockerfile|containerfile|jenkinsfile)(?:[.-].*)?$|^(?:docker-)?compose[\w.-]*\.ya?ml$|^azure-pipelines[\w.-]*\.ya?ml$|^(?:.*\.)?gitlab-ci\.ya?ml$/;
/** Files that are there for secrets: their names tell enough. */
const SECRETS =
  /^\.env(?:\..+)?$|\.env$|\.(?:pem|key|p12|pfx|jks|keystore)$|^id_(?:rsa|dsa|ecdsa|ed25519)$|^\.(?:netrc|pgpass|credentials\.json)$|^credentials(?:\.json)?$|^service-account.*\.json$|\.tfvars$/;
/** Endings of what is looked at in folders that matter. */
const TEXTS =
  /\.(?:sh|bash|zsh|fish|ps1|js|mjs|cjs|ts|py|rb|pl|json|jsonc|ya?ml|toml|md|txt|ini|cfg|conf|groovy)$|(?:^|\/)[^./]+$|(?:^|\/)\.[^./]+$/;

/** What an audit wants of the file at a path of a repository. */
export function interestIn(path: string): Interest {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  if (NAMES.has(name)) return "read";
  if (SECRETS.test(name)) return "name";
  if (ENDINGS.test(name) || FORMS.test(name)) return "read";
  return FOLDERS.test(path) && TEXTS.test(name) ? "read" : undefined;
}

/** Folders that an audit does not enter, with the reason that it gives. */
export function leftOutFolder(name: string): string | undefined {
  if (name === ".git") return "git's own files are asked of git";
  return name === "node_modules" || name === "bower_components" || name === ".venv"
    ? "it holds packages of others: `sallyport scan` looks for secrets there"
    : undefined;
}
