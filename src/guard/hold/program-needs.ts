// What single programs need beyond their effects: their own credentials and the sockets of services that they talk to.

/** What a program reaches when a call of it is allowed. `~/` is the home; everything else is absolute. */
export type ProgramNeeds = {
  /** Places with its own credentials, which the policy hides from everybody else. */
  readonly reads?: readonly string[];
  /** Files of the project that it reads itself although they are hidden: names, as a glob of the last part. */
  readonly projectNames?: readonly string[];
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
  isEntrusted: true,
};
const POSTGRESQL: ProgramNeeds = { reads: ["~/.pgpass"], services: ["/run/postgresql"] };
const MANAGER: ProgramNeeds = { services: ["/run/systemd", "/run/dbus"] };

const NEEDS: Readonly<Record<string, ProgramNeeds>> = {
  git: {
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
  gh: { reads: ["~/.config/gh/hosts.yml"] },
  glab: { reads: ["~/.config/glab-cli"] },
  hub: { reads: ["~/.config/hub"] },
  aws: { reads: ["~/.aws"] },
  sam: { reads: ["~/.aws"] },
  eksctl: { reads: ["~/.aws", "~/.kube"] },
  gcloud: { reads: ["~/.config/gcloud"] },
  gsutil: { reads: ["~/.config/gcloud", "~/.boto"] },
  bq: { reads: ["~/.config/gcloud"] },
  az: { reads: ["~/.azure"] },
  kubectl: { reads: CLOUD_FILES },
  helm: { reads: CLOUD_FILES },
  k9s: { reads: CLOUD_FILES },
  kustomize: { reads: CLOUD_FILES },
  argocd: { reads: ["~/.config/argocd", "~/.kube"] },
  flux: { reads: CLOUD_FILES },
  oc: { reads: CLOUD_FILES },
  terraform: INFRASTRUCTURE,
  tofu: INFRASTRUCTURE,
  terragrunt: INFRASTRUCTURE,
  pulumi: { reads: ["~/.pulumi/credentials.json", ...CLOUD_FILES] },
  docker: CONTAINERS,
  "docker-compose": CONTAINERS,
  podman: CONTAINERS,
  nerdctl: CONTAINERS,
  buildah: CONTAINERS,
  skopeo: CONTAINERS,
  npm: { reads: ["~/.npmrc"], projectNames: [".npmrc"] },
  npx: { reads: ["~/.npmrc"], projectNames: [".npmrc"] },
  pnpm: {
    reads: ["~/.npmrc"],
    projectNames: [".npmrc"],
    keeps: ["~/.local/share/pnpm", "~/.cache/pnpm"],
  },
  yarn: {
    reads: ["~/.npmrc", "~/.yarnrc.yml"],
    projectNames: [".npmrc", ".yarnrc.yml"],
    keeps: ["~/.yarn", "~/.cache/yarn"],
  },
  bun: { reads: ["~/.npmrc"], projectNames: [".npmrc", ".env", ".env.*"], keeps: ["~/.bun"] },
  pip: { reads: ["~/.config/pip/pip.conf", "~/.pip/pip.conf", "~/.netrc"] },
  uv: { reads: ["~/.netrc"], keeps: ["~/.cache/uv", "~/.local/share/uv"] },
  poetry: { reads: ["~/.config/pypoetry"], keeps: ["~/.cache/pypoetry"] },
  twine: { reads: ["~/.pypirc"] },
  cargo: { reads: ["~/.cargo/credentials", "~/.cargo/credentials.toml"], keeps: ["~/.cargo"] },
  rustup: { keeps: ["~/.rustup"] },
  go: { reads: ["~/.netrc"], keeps: ["~/go/pkg"] },
  mvn: {
    reads: ["~/.m2/settings.xml", "~/.m2/settings-security.xml"],
    keeps: ["~/.m2/repository"],
  },
  gradle: { reads: ["~/.gradle/gradle.properties"], keeps: ["~/.gradle"] },
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
  mysql: { reads: ["~/.my.cnf", "~/.mylogin.cnf"], services: ["/run/mysqld"] },
  vercel: { reads: ["~/.local/share/com.vercel.cli"] },
  netlify: { reads: ["~/.config/netlify"] },
  wrangler: { reads: ["~/.wrangler", "~/.config/.wrangler"], projectNames: [".dev.vars"] },
  fly: { reads: ["~/.fly"] },
  flyctl: { reads: ["~/.fly"] },
  heroku: { reads: ["~/.config/heroku", "~/.netrc"] },
  doctl: { reads: ["~/.config/doctl"] },
  stripe: { reads: ["~/.config/stripe"] },
  sops: { reads: ["~/.config/sops/age", "~/.gnupg", "~/.aws"] },
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
