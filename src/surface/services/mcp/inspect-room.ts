// The room in which a stdio server is started to be looked at: nothing can be written, no secrets, and no network unless it is said.
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ServerIdentity } from "#govern/mcp/identity.ts";

const BUBBLEWRAP = "/usr/bin/bwrap";

/** Why no server can be started in a room here, if so. */
export function whyNoRoom(): string | undefined {
  return existsSync(BUBBLEWRAP) ? undefined : "bubblewrap is not installed";
}

/** Below the home: folders and files that programs keep secrets in. */
const SECRET_PLACES = [
  ...[".ssh", ".aws", ".gnupg", ".kube", ".docker", ".azure", ".claude", ".config", ".local/share"],
  ...[".netrc", ".npmrc", ".pypirc", ".git-credentials", ".claude.json", ".bash_history", ".env"],
];
/** Variables that a server gets; whatever else the environment has may be a secret. */
const PASSED = ["PATH", "LANG", "LC_ALL", "TERM", "TZ", "HOME", "USER"];

/** Where a server may write. */
const SCRATCH = "/dev/shm";

export type Room = {
  readonly home: string;
  /** Our data directory. */
  readonly data: string;
  readonly directory: string;
  readonly network: boolean;
  readonly environment: NodeJS.ProcessEnv;
};

export type StartedAs = {
  readonly command: string;
  readonly args: string[];
  readonly env: Record<string, string>;
};

/** How a command is started in a room. Variables of the server's own entry are left out: they may be secrets. */
export function inRoom(
  { command, args }: Extract<ServerIdentity, { kind: "command" }>,
  { home, data, directory, network, environment }: Room,
): StartedAs {
  const hidden = [...SECRET_PLACES.map((name) => join(home, name)), data, join(directory, ".env")];
  const options = [
    ...["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"],
    // WHY there: everything that a project may lie in stays as it is.
    ...["--tmpfs", SCRATCH],
    ...hidden.flatMap(hide),
    ...["--unshare-all", ...(network ? ["--share-net"] : [])],
    ...["--die-with-parent", "--new-session", "--chdir", directory],
  ];
  return {
    command: BUBBLEWRAP,
    args: [...options, "--", command, ...args],
    env: { ...passed(environment), TMPDIR: SCRATCH },
  };
}

/** How a command is started without one. */
export function withoutRoom(
  { command, args }: Extract<ServerIdentity, { kind: "command" }>,
  environment: NodeJS.ProcessEnv,
): StartedAs {
  return { command, args: [...args], env: passed(environment) };
}

function passed(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    PASSED.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

function hide(path: string): readonly string[] {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return [];
  return status.isDirectory() ? ["--tmpfs", path] : ["--ro-bind", "/dev/null", path];
}
