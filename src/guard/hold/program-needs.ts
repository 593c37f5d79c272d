// What single programs need beyond their effects: their own credentials and the sockets of services that they talk to.

/** What a program reaches when a call of it is allowed. `~/` is the home; everything else is absolute. */
export type ProgramNeeds = {
  /** Places with its own credentials, which the policy hides from everybody else. */
  readonly reads?: readonly string[];
  /** Files of the project that it reads itself although they are hidden: names, as a glob of the last part. */
  readonly projectNames?: readonly string[];
  /** Variables with its own credentials: names, as patterns of a shell. */
  readonly variables?: readonly string[];
  /** Sockets of services, and directories of them below `/run`; `UID` in one is the number of the user. */
  readonly services?: readonly string[];
  /** Its work is to use these with code of the project: a person who says yes to that gives them to it. */
  readonly isEntrusted?: true;
  /** It has keys from an agent of the person's session, where there is one. */
  readonly hasAgent?: true;
  /** Places that it keeps between calls, and that an allowed install fills. */
  readonly keeps?: readonly string[];
};

const SSH: ProgramNeeds = { reads: ["~/.ssh"], hasAgent: true };
const CLOUD_FILES = ["~/.aws", "~/.azure", "~/.config/gcloud", "~/.kube"];
const CONTAINERS: ProgramNeeds = {
  reads: ["~/.docker/config.json", "~/.dockercfg", "~/.config/containers/auth.json"],
  projectNames: [".env", ".env.*"],
  services: [
    ...["/run/docker.sock", "/run/docker", "/run/podman", "/run/containerd"],
    ...["/run/user/UID/docker.sock", "/run/user/UID/podman"],
    ...["~/.docker/run/docker.sock", "~/.docker/desktop/docker.sock"],
    ...["~/.colima/default/docker.sock", "~/.rd/docker.sock"],
  ],
};
const INFRASTRUCTURE: ProgramNeeds = {
  reads: ["~/.terraform.d", "~/.terraformrc", "~/.ssh", ...CLOUD_FILES],
  projectNames: ["*.tfvars", "*.tfvars.json", "*.tfstate", "*.tfstate.backup", ".env"],
  // Providers log in with variables of any name.
  variables: ["*"],
  isEntrusted: true,
};
const POSTGRESQL: ProgramNeeds = {
  variables: ["PG*"],
  reads: ["~/.pgpass"],
  services: ["/run/postgresql"],
};
const MANAGER: ProgramNeeds = { services: ["/run/systemd", "/run/dbus"] };

const NEEDS: Readonly<Record<string, ProgramNeeds>> = {
  git: {
    variables: ["GH_*", "GITHUB_*", "GIT_*", "SSHPASS"],
    reads: [
      ...["~/.ssh", "~/.git-credentials", "~/.config/git/credentials", "~/.netrc"],
      ...["~/.config/gh/hosts.yml", "~/.gnupg"],
    ],
    hasAgent: true,
  },
  ssh: SSH,
  scp: SSH,
  sftp: SSH,
  rsync: SSH,
  "ssh-add": SSH,
  "ssh-keygen": SSH,
  "ssh-copy-id": SSH,
  ansible: { ...SSH, projectNames: [".vault_pass*", ".ansible-vault-pass*"] },
  "ansible-playbook": { ...SSH, projectNames: [".vault_pass*", ".ansible-vault-pass*"] },
  gpg: { reads: ["~/.gnupg"] },
  gh: { variables: ["GH_*", "GITHUB_*"], reads: ["~/.config/gh/hosts.yml"] },
  glab: { variables: ["GITLAB_*"], reads: ["~/.config/glab-cli"] },
  hub: { variables: ["GITHUB_*"], reads: ["~/.config/hub"] },
  aws: { variables: ["AWS_*"], reads: ["~/.aws"] },
  sam: { variables: ["AWS_*"], reads: ["~/.aws"] },
  eksctl: { variables: ["AWS_*"], reads: ["~/.aws", "~/.kube"] },
  gcloud: { variables: ["GOOGLE_*", "CLOUDSDK_*"], reads: ["~/.config/gcloud"] },
  gsutil: { variables: ["GOOGLE_*", "CLOUDSDK_*"], reads: ["~/.config/gcloud", "~/.boto"] },
  bq: { variables: ["GOOGLE_*", "CLOUDSDK_*"], reads: ["~/.config/gcloud"] },
  az: { variables: ["AZURE_*", "ARM_*"], reads: ["~/.azure"] },
  kubectl: { variables: ["AWS_*", "GOOGLE_*"], reads: CLOUD_FILES },
  helm: { variables: ["HELM_*", "AWS_*"], reads: CLOUD_FILES },
  k9s: { reads: CLOUD_FILES },
  kustomize: { reads: CLOUD_FILES },
  argocd: { reads: ["~/.config/argocd", "~/.kube"] },
  flux: { reads: CLOUD_FILES },
  oc: { reads: CLOUD_FILES },
  terraform: INFRASTRUCTURE,
  tofu: INFRASTRUCTURE,
  terragrunt: INFRASTRUCTURE,
  pulumi: { variables: ["*"], reads: ["~/.pulumi/credentials.json", ...CLOUD_FILES] },
  docker: { ...CONTAINERS, variables: ["DOCKER_*"] },
  "docker-compose": CONTAINERS,
  podman: { ...CONTAINERS, variables: ["REGISTRY_*"] },
  nerdctl: CONTAINERS,
  buildah: CONTAINERS,
  skopeo: CONTAINERS,
  npm: { variables: ["NPM_*", "NODE_*", "npm_*"], reads: ["~/.npmrc"], projectNames: [".npmrc"] },
  npx: { variables: ["NPM_*", "NODE_*", "npm_*"], reads: ["~/.npmrc"], projectNames: [".npmrc"] },
  pnpm: {
    variables: ["NPM_*", "NODE_*", "npm_*"],
    reads: ["~/.npmrc"],
    projectNames: [".npmrc"],
    keeps: ["~/.local/share/pnpm", "~/.cache/pnpm"],
  },
  yarn: {
    variables: ["NPM_*", "NODE_*", "YARN_*", "npm_*"],
    reads: ["~/.npmrc", "~/.yarnrc.yml"],
    projectNames: [".npmrc", ".yarnrc.yml"],
    keeps: ["~/.yarn", "~/.cache/yarn"],
  },
  bun: {
    variables: ["NPM_*", "NODE_*", "BUN_*"],
    reads: ["~/.npmrc"],
    projectNames: [".npmrc", ".env", ".env.*"],
    keeps: ["~/.bun"],
  },
  pip: { variables: ["PIP_*"], reads: ["~/.config/pip/pip.conf", "~/.pip/pip.conf", "~/.netrc"] },
  uv: {
    variables: ["UV_*", "PIP_*"],
    reads: ["~/.netrc"],
    keeps: ["~/.cache/uv", "~/.local/share/uv"],
  },
  poetry: { variables: ["POETRY_*"], reads: ["~/.config/pypoetry"], keeps: ["~/.cache/pypoetry"] },
  twine: { variables: ["TWINE_*"], reads: ["~/.pypirc"] },
  cargo: {
    variables: ["CARGO_*"],
    reads: ["~/.cargo/credentials", "~/.cargo/credentials.toml"],
    keeps: ["~/.cargo"],
  },
  rustup: { keeps: ["~/.rustup"] },
  go: { reads: ["~/.netrc"], keeps: ["~/go/pkg"] },
  mvn: {
    variables: ["MAVEN_*"],
    reads: ["~/.m2/settings.xml", "~/.m2/settings-security.xml"],
    keeps: ["~/.m2/repository"],
  },
  gradle: {
    variables: ["ORG_GRADLE_*"],
    reads: ["~/.gradle/gradle.properties"],
    keeps: ["~/.gradle"],
  },
  bundle: { reads: ["~/.gem/credentials"], keeps: ["~/.bundle", "~/.gem"] },
  gem: { reads: ["~/.gem/credentials"], keeps: ["~/.gem"] },
  composer: {
    reads: ["~/.composer/auth.json", "~/.config/composer/auth.json"],
    projectNames: ["auth.json"],
  },
  psql: POSTGRESQL,
  pg_dump: POSTGRESQL,
  createdb: POSTGRESQL,
  pg_isready: POSTGRESQL,
  mysql: {
    variables: ["MYSQL_*"],
    reads: ["~/.my.cnf", "~/.mylogin.cnf"],
    services: ["/run/mysqld"],
  },
  vercel: { variables: ["VERCEL_*"], reads: ["~/.local/share/com.vercel.cli"] },
  netlify: { variables: ["NETLIFY_*"], reads: ["~/.config/netlify"] },
  wrangler: {
    variables: ["CLOUDFLARE_*", "CF_*"],
    reads: ["~/.wrangler", "~/.config/.wrangler"],
    projectNames: [".dev.vars"],
  },
  fly: { variables: ["FLY_*"], reads: ["~/.fly"] },
  flyctl: { variables: ["FLY_*"], reads: ["~/.fly"] },
  heroku: { variables: ["HEROKU_*"], reads: ["~/.config/heroku", "~/.netrc"] },
  doctl: { variables: ["DIGITALOCEAN_*"], reads: ["~/.config/doctl"] },
  stripe: { variables: ["STRIPE_*"], reads: ["~/.config/stripe"] },
  sops: { variables: ["SOPS_*", "AWS_*"], reads: ["~/.config/sops/age", "~/.gnupg", "~/.aws"] },
  systemctl: MANAGER,
  journalctl: MANAGER,
  loginctl: MANAGER,
  timedatectl: MANAGER,
  hostnamectl: MANAGER,
  resolvectl: MANAGER,
};

/** What a program needs, by its name without a directory; nothing for one that is not listed. */
export function programNeeds(program: string): ProgramNeeds {
  return Object.hasOwn(NEEDS, program) ? (NEEDS[program] ?? {}) : {};
}

/** Places with credentials of programs, as `~/.aws`, each with the programs that log in with what lies there. */
export function credentialReaders(): ReadonlyMap<string, readonly string[]> {
  const readers = new Map<string, string[]>();
  for (const [program, { reads = [] }] of Object.entries(NEEDS))
    for (const place of reads) readers.set(place, [...(readers.get(place) ?? []), program]);
  return readers;
}
