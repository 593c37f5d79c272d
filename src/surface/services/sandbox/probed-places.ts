// Where a probe looks: places of secrets, of what shells run, of the guard, and sockets; those of everybody, and those of the policy.
import { join } from "node:path";
import type { Policy } from "#guard/policy/policy.ts";
import { MANAGED_DIRECTORY } from "#govern/settings/managed-directory.ts";
import { userId } from "#platform/user.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { createPlaceFinder } from "../hold/places/found-places.ts";

/** Below a home: what programs keep keys, tokens and sessions in. */
const SECRETS = [
  ...[".ssh", ".aws", ".azure", ".gnupg", ".kube", ".docker/config.json", ".config/gcloud"],
  ...[".config/gh/hosts.yml", ".config/op", ".config/hub", ".netrc", ".npmrc", ".yarnrc.yml"],
  ...[".pypirc", ".git-credentials", ".config/git/credentials", ".pgpass", ".my.cnf"],
  ...[".vault-token", ".terraform.d/credentials.tfrc.json", ".cargo/credentials.toml"],
  ...[".gem/credentials", ".m2/settings.xml", ".password-store", ".local/share/keyrings"],
  ...[".mozilla", ".config/google-chrome/Default/Login Data", ".claude/.credentials.json"],
  ...[".claude.json", ".bash_history", ".zsh_history", ".psql_history", ".env"],
];
const SYSTEM_SECRETS = [
  ...["/etc/shadow", "/etc/ssl/private", "/etc/kubernetes/admin.conf"],
  ...["/run/secrets", "/var/run/secrets/kubernetes.io/serviceaccount/token"],
  ...["/etc/ssh/ssh_host_ed25519_key", "/etc/ssh/ssh_host_rsa_key"],
];
const PROJECT_SECRETS = [".env", ".env.local", ".env.production", ".envrc", "secrets", ".npmrc"];

const START_FILES = [
  ...[".bashrc", ".bash_profile", ".bash_login", ".bash_logout", ".profile", ".zshrc", ".zshenv"],
  ...[".zprofile", ".config/fish/config.fish", ".gitconfig", ".config/git/config", ".ssh/config"],
  ...[".ssh/authorized_keys", ".npmrc", ".vimrc", ".tmux.conf", ".claude/settings.json"],
];
const SYSTEM_START_FILES = [
  ...["/etc/profile", "/etc/bash.bashrc", "/etc/zsh/zshrc", "/etc/environment", "/etc/crontab"],
  ...["/etc/ld.so.preload", "/etc/ld.so.conf", "/etc/passwd", "/etc/sudoers", "/etc/hosts"],
];
const START_FOLDERS = [".config/autostart", ".config/systemd/user", ".config/fish/conf.d"];
const SYSTEM_START_FOLDERS = [
  ...["/etc/cron.d", "/etc/profile.d", "/etc/systemd/system", "/etc/sudoers.d", "/etc/init.d"],
  "/var/spool/cron/crontabs",
];
const HOME_FOLDERS = ["", ".local/bin", ".local/share", ".config", ".cache", "bin"];
const SYSTEM_FOLDERS = [
  ...["/", "/etc", "/usr/local/bin", "/usr/bin", "/opt", "/srv", "/var/lib", "/var/www", "/home"],
];
/** In a project: what git, the client and the guard obey. */
const CONTROL_FILES = [
  ...[".git/config", ".claude/settings.json", ".claude/settings.local.json", ".mcp.json"],
  ...[".sallyport/policy.yaml", ".vscode/tasks.json", ".devcontainer/devcontainer.json"],
];
const CONTROL_FOLDERS = [".git/hooks", ".claude", ".sallyport"];

const ENGINES = [
  ...["/var/run/docker.sock", "/run/podman/podman.sock", "/run/containerd/containerd.sock"],
  ...["/run/crio/crio.sock", "/run/buildkit/buildkitd.sock", "/var/run/dbus/system_bus_socket"],
  ...["/run/systemd/private", "/run/systemd/resolve/io.systemd.Resolve", "/run/nscd/socket"],
  ...[
    "/run/snapd.socket",
    "/var/run/libvirt/libvirt-sock",
    "/tmp/.X11-unix/X0",
    "@/tmp/.X11-unix/X0",
  ],
];

export type ProbedPlaces = {
  readonly secrets: readonly string[];
  readonly startFiles: readonly string[];
  readonly startFolders: readonly string[];
  readonly folders: readonly string[];
  readonly controlFiles: readonly string[];
  readonly controlFolders: readonly string[];
  readonly guardRead: readonly string[];
  readonly guardFolders: readonly string[];
  readonly sockets: readonly string[];
};

/** All of it. `homes`: the account's, and the one that variables name. */
export function probedPlaces(where: {
  readonly project: string;
  readonly homes: readonly string[];
  readonly policy: Policy;
  readonly directories: Directories;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly nowMs: number;
}): ProbedPlaces {
  const { project, homes, policy, directories, environment, nowMs } = where;
  const below = (names: readonly string[]) =>
    homes.flatMap((home) => names.map((name) => join(home, name)));
  const inProject = (names: readonly string[]) => names.map((name) => join(project, name));
  const hidden = homes.flatMap((home) => {
    const found = createPlaceFinder().find({ policy, projectRoot: project, home, nowMs });
    // WHY not what is left out: nobody refuses to read it.
    const refused = found.hiddenFiles.filter(({ as }) => as !== "empty");
    return [...refused.map(({ path }) => path), ...found.hiddenDirectories];
  });
  return {
    secrets: [
      ...new Set([...below(SECRETS), ...SYSTEM_SECRETS, ...inProject(PROJECT_SECRETS), ...hidden]),
    ],
    startFiles: [...below(START_FILES), ...SYSTEM_START_FILES],
    startFolders: [...below(START_FOLDERS), ...SYSTEM_START_FOLDERS],
    folders: [...below(HOME_FOLDERS), ...SYSTEM_FOLDERS, join(project, "..")],
    controlFiles: inProject(CONTROL_FILES),
    controlFolders: inProject(CONTROL_FOLDERS),
    guardRead: [directories.keys, directories.tls],
    guardFolders: [
      ...[directories.root, directories.keys, directories.log, directories.spool],
      ...[directories.policies, directories.programs, directories.bin, MANAGED_DIRECTORY.linux],
    ],
    sockets: socketsOf(environment, homes),
  };
}

function socketsOf(
  environment: Readonly<Record<string, string | undefined>>,
  homes: readonly string[],
): readonly string[] {
  const run = environment["XDG_RUNTIME_DIR"] ?? `/run/user/${userId() ?? 0}`;
  const named = [
    environment["SSH_AUTH_SOCK"],
    /^unix:path=([^,;]+)/.exec(environment["DBUS_SESSION_BUS_ADDRESS"] ?? "")?.[1],
    /^unix:abstract=([^,;]+)/
      .exec(environment["DBUS_SESSION_BUS_ADDRESS"] ?? "")?.[1]
      ?.replace(/^/, "@"),
    /^unix:\/\/(.+)/.exec(environment["DOCKER_HOST"] ?? "")?.[1],
  ].filter((path): path is string => path !== undefined && path !== "");
  const own = ["bus", "docker.sock", "podman/podman.sock", "gnupg/S.gpg-agent", "keyring/control"];
  const inHomes = [".gnupg/S.gpg-agent", ".docker/run/docker.sock", ".1password/agent.sock"];
  return [
    ...new Set([
      ...named,
      ...ENGINES,
      ...[...own, "wayland-0", "systemd/private", "pipewire-0"].map((name) => join(run, name)),
      ...homes.flatMap((home) => inHomes.map((name) => join(home, name))),
    ]),
  ];
}
