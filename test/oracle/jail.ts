// The jail of the oracle: bubblewrap around every command, a network of its own around all of them, strace inside.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Observed, readTrace, TRACED_CALLS } from "./trace.ts";
import type { Profile } from "./profiles.ts";
import { wrapCommand } from "./profiles.ts";
import { type World, worldsDirectory } from "./world.ts";

/** How long a command may run before it is ended; what it did until then counts. */
const RUN_MS_MAX = 8_000;

/** Set in a process that runs in the network namespace of the oracle. */
const INSIDE = "SALLYPORT_ORACLE_JAIL";

/** Limits of one command: seconds of processor time, bytes of a file, open files. */
const LIMITS = ["--cpu=8", "--fsize=100000000", "--nofile=1024"];

/** Why commands cannot be run in the jail on this machine, if they cannot. */
export function whyNoJail(): string | undefined {
  for (const tool of ["/usr/bin/strace", "/usr/bin/bwrap", "/bin/bash", "/usr/bin/prlimit"]) {
    if (!existsSync(tool)) return `${tool} is not installed`;
  }
  const [program = "", ...args] = networkJail([
    ...["/usr/bin/bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"],
    ...["--unshare-user", "--unshare-pid", "--uid", "1000", "--gid", "1000", "--"],
    ...["/usr/bin/strace", "-f", "--seccomp-bpf", "-o", "/dev/null", "/bin/true"],
  ]);
  const probe = spawnSync(program, args, { encoding: "utf8" });
  return probe.status === 0
    ? undefined
    : `a traced command cannot be run in a jail on this machine: ${probe.stderr.slice(0, 200)}`;
}

/** Whether this process is in a network of its own already. */
export function isInside(): boolean {
  return process.env[INSIDE] === "1";
}

/**
 * The command line that runs `command` where there is no network but loopback, low ports may be opened, and the worlds
 * lie in memory.
 */
export function networkJail(command: readonly string[]): readonly string[] {
  const asUser = process.getuid?.() === 0 ? [] : ["--unshare-user"];
  return [
    ...["/usr/bin/bwrap", "--dev-bind", "/", "/", "--tmpfs", worldsDirectory()],
    ...["--unshare-net", ...asUser],
    ...["--cap-add", "CAP_NET_BIND_SERVICE", "--die-with-parent", "--setenv", INSIDE, "1", "--"],
    ...command,
  ];
}

export type Ran = {
  readonly events: readonly Observed[];
  readonly timedOut: boolean;
  readonly output: string;
  readonly exit: number | null;
};

/** Runs a command in a world as the client would, and says what the kernel saw. */
export async function runTraced(world: World, profile: Profile, command: string): Promise<Ran> {
  const traces = join(world.root, "trace");
  mkdirSync(traces, { recursive: true });
  const log = join(traces, "log");
  rmSync(log, { force: true });
  const text = wrapCommand(profile, command, {
    home: world.home,
    directoryFile: join(traces, "claude-0000-cwd"),
  });
  // WHY a process beside it: commands that end others need one to end that is none of their own.
  const decoy = /\b(?:p?kill|killall|skill|fuser)\b/.test(command);
  const traced = [
    ...["/usr/bin/strace", "-f", "--seccomp-bpf", "-y", "-s", "4096", "-o", log],
    ...["-e", `trace=${TRACED_CALLS}`, "--", profile.shell, "-c", text],
  ];
  const child = spawn(
    "/usr/bin/bwrap",
    [
      ...jailArguments(world, profile),
      ...["/usr/bin/prlimit", ...LIMITS, "--"],
      ...(decoy
        ? ["/bin/sh", "-c", '(sleep 20 > /dev/null 2>&1 &); exec "$@"', "decoy", ...traced]
        : traced),
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const { output, timedOut, exit } = await ended(child);
  const trace = existsSync(log) ? readFileSync(log, "utf8") : "";
  // The first program is the shell itself, and its first lines are the snapshot's.
  const events = readTrace(trace, world.project).filter(
    (event, at) => at > 0 && !("path" in event && isOwn(event.path, world, traces)),
  );
  return { events, timedOut, output, exit };
}

/** Files of the wrapper, and what the shell does when it starts. */
function isOwn(path: string, world: World, traces: string): boolean {
  return path.startsWith(traces) || path.startsWith(join(world.home, ".claude", "shell-snapshots"));
}

function jailArguments(world: World, profile: Profile): readonly string[] {
  const environment = {
    HOME: world.home,
    PATH: "/usr/bin:/bin",
    LANG: "C.UTF-8",
    LC_ALL: "C.UTF-8",
    TERM: "dumb",
    SHELL: profile.shell,
    SHLVL: "1",
    CLAUDECODE: "1",
    GIT_EDITOR: "true",
    USER: "user",
  };
  return [
    ...["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"],
    ...["--tmpfs", "/tmp", "--tmpfs", "/var/tmp", "--tmpfs", "/run"],
    ...["--bind", world.root, world.root, "--bind", world.etc, "/etc"],
    ...["--unshare-user", "--uid", "1000", "--gid", "1000", "--unshare-pid", "--unshare-ipc"],
    ...["--die-with-parent", "--new-session", "--chdir", world.project, "--clearenv"],
    ...Object.entries(environment).flatMap(([name, value]) => ["--setenv", name, value]),
    "--",
  ];
}

const OUTPUT_CHARS_MAX = 4_000;

async function ended(
  child: ChildProcess,
): Promise<{ output: string; timedOut: boolean; exit: number | null }> {
  let output = "";
  let timedOut = false;
  const keep = (bytes: Buffer): void => {
    if (output.length < OUTPUT_CHARS_MAX) output += bytes.toString("utf8");
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill("SIGKILL");
  }, RUN_MS_MAX);
  const exit = await new Promise<number | null>((done) => child.once("close", done));
  clearTimeout(timer);
  return { output, timedOut, exit };
}
