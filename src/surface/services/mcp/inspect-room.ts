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
  /** Variables of the server's own entry. */
  readonly given?: Readonly<Record<string, string>>;
};

/** What a server gets in the place of a variable that may be a secret: many only look whether there is one. */
export const PLACEHOLDER = "placeholder";
const SECRET_NAME =
  /KEY|TOKEN|SECRET|PASS|PWD|AUTH|CRED|COOKIE|SESSION|DSN|URL|URI|CONN|PRIVATE|CERT/i;

export type StartedAs = {
  readonly command: string;
  readonly args: string[];
  readonly env: Record<string, string>;
};

/** How a command is started in a room. Of the server's own variables only plain words are given; whatever may be a secret is a placeholder. */
export function inRoom(
  { command, args }: Extract<ServerIdentity, { kind: "command" }>,
  { home, data, directory, network, environment, given = {} }: Room,
): StartedAs {
  const hidden = [...SECRET_PLACES.map((name) => join(home, name)), data, join(directory, ".env")];
  const options = [
    ...["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"],
    // WHY there: everything that a project may lie in stays as it is.
    ...["--tmpfs", SCRATCH],
    ...hidden.flatMap(hide),
    ...["--unshare-all", ...(network ? ["--share-net"] : [])],
    ...["--die-with-parent", "--new-session", "--chdir", directory],
    // WHY in there: outside, a variable of the entry could load code into what makes the room.
    ...Object.entries(withoutSecrets(given)).flatMap(([name, value]) => ["--setenv", name, value]),
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
  { environment, given = {} }: Pick<Room, "environment" | "given">,
): StartedAs {
  return { command, args: [...args], env: { ...withoutSecrets(given), ...passed(environment) } };
}

/** WHY by name and by form: a mode or a folder decides how a server starts, and a key is for nobody who only looks. */
function withoutSecrets(given: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => {
      if (!/^[A-Za-z_]\w*$/.test(name) || PASSED.includes(name)) return [];
      const isPlain = !SECRET_NAME.test(name) && /^[\w./ :,-]{0,200}$/.test(value);
      return [[name, isPlain && !/\w{20}/.test(value) ? value : PLACEHOLDER] as const];
    }),
  );
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
