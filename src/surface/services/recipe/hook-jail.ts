// Runs a hook in a jail: nothing of the machine can be written, no home, no network, bounded in time, memory and output.
import { spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { HookRun } from "#assure/posture/inputs/hook-outcome.ts";
import { temporaryDirectory } from "#platform/user.ts";

const BUBBLEWRAP = "/usr/bin/bwrap";
const LIMITS = "/usr/bin/prlimit";
/** A hook takes some 20 ms; what takes longer than this holds a session up. */
const RUN_MS_MAX = 10_000;
const OUTPUT_CHARS_MAX = 64 * 1024;
/** Where the project lies inside. */
const INSIDE = "/tmp/project";

/** Why no hook can be run in a jail here, if so. */
export function whyNoHookJail(): string | undefined {
  return existsSync(BUBBLEWRAP)
    ? undefined
    : "bubblewrap is not installed: without it no hook is run, and what it does is unseen";
}

/** What a run came to. */
export type JailedRun = HookRun & { readonly stderr: string; readonly wrote: readonly string[] };
/** How one run is bounded, and which programs of the system it does not find. */
export type RunBounds = { readonly msMax?: number; readonly without?: readonly string[] };

/** A hook in a project of its own, to be run as often as wanted. */
export type JailedHook = {
  run(input: string, bounds?: RunBounds): Promise<JailedRun>;
  close(): void;
};

/** A file that lies in the jail. `path` from the project, or with `~/` before it from the home. */
export type JailedFile = { readonly path: string; readonly text: string; readonly mode: number };

/** Copies the hook's file into a throwaway project. Ask `whyNoHookJail` before. */
export function jailHook(file: string): JailedHook {
  const room = openRoom();
  const copy = join(room, "project/.claude/hooks", basename(file));
  mkdirSync(dirname(copy), { recursive: true });
  copyFileSync(file, copy);
  chmodSync(copy, statSync(file).mode & 0o777);
  return hookIn(room, [`${INSIDE}/.claude/hooks/${basename(file)}`]);
}

/** Puts files into a throwaway project and home, in which a handler's command is run as the client would. */
export function jailCommand(
  files: readonly JailedFile[],
  { command, args }: { readonly command: string; readonly args: readonly string[] | undefined },
): JailedHook {
  const room = openRoom();
  for (const { path, text, mode } of files) {
    const inside = path.startsWith("~/") ? join("home", path.slice(2)) : join("project", path);
    const place = resolve(room, inside);
    // WHY asked: a name in a plugin's manifest is somebody else's word.
    if (!place.startsWith(`${room}/`)) continue;
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, text);
    chmodSync(place, mode & 0o777);
  }
  const filled = (word: string) => word.replaceAll(/\$\{CLAUDE_PROJECT_DIR\}/g, INSIDE);
  return hookIn(
    room,
    args === undefined ? ["/bin/sh", "-c", command] : [filled(command), ...args.map(filled)],
  );
}

function openRoom(): string {
  const room = mkdtempSync(join(temporaryDirectory(), "sallyport-hook-"));
  mkdirSync(join(room, "project/records"), { recursive: true });
  mkdirSync(join(room, "home"));
  return room;
}

function hookIn(room: string, words: readonly string[]): JailedHook {
  return {
    run: (input, bounds = {}) => runIn(room, words, input, bounds),
    close: () => rmSync(room, { recursive: true, force: true }),
  };
}

/** Folders at the top of the system that hold programs; all others are empty inside. */
const SYSTEM = /^(?:usr|bin|sbin|lib\d*|libx32|etc|opt|nix|gnu|dev|proc|tmp)$/;

/** WHY everything else is hidden: a hook could read what is there, and talk to sockets that lie there. */
function hiddenFolders(): readonly string[] {
  return readdirSync("/", { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !SYSTEM.test(entry.name))
    .flatMap(({ name }) => ["--tmpfs", `/${name}`]);
}

function runIn(
  room: string,
  words: readonly string[],
  input: string,
  { msMax = RUN_MS_MAX, without = [] }: RunBounds,
): Promise<JailedRun> {
  const environment = { HOME: "/tmp/home", PATH: "/usr/bin:/bin", LANG: "C.UTF-8" };
  const args = [
    ...["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", ...hiddenFolders()],
    ...["--tmpfs", "/tmp", "--bind", join(room, "home"), "/tmp/home"],
    ...["--bind", join(room, "project"), INSIDE, "--unshare-all"],
    ...without
      .map((name) => `/usr/bin/${name}`)
      .filter((path) => existsSync(path))
      .flatMap((path) => ["--ro-bind", "/dev/null", path]),
    ...["--die-with-parent", "--new-session", "--chdir", INSIDE, "--clearenv"],
    ...Object.entries({ ...environment, CLAUDE_PROJECT_DIR: INSIDE, CLAUDECODE: "1" }).flatMap(
      ([name, value]) => ["--setenv", name, value],
    ),
    "--",
    ...(existsSync(LIMITS)
      ? [LIMITS, "--cpu=8", "--fsize=50000000", "--nofile=256", "--data=1500000000", "--"]
      : []),
    ...words,
  ];
  return new Promise((settle, reject) => {
    const child = spawn(BUBBLEWRAP, args, { stdio: ["pipe", "pipe", "pipe"] });
    let [stdout, stderr, timedOut] = ["", "", false];
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill("SIGKILL");
    }, msMax);
    child.stdout.on("data", (bytes: Buffer) => {
      if (stdout.length < OUTPUT_CHARS_MAX) stdout += bytes.toString("utf8");
    });
    child.stderr.on("data", (bytes: Buffer) => {
      if (stderr.length < OUTPUT_CHARS_MAX) stderr += bytes.toString("utf8");
    });
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      const wrote = readdirSync(join(room, "project/records"));
      settle({ exit: code ?? undefined, stdout, stderr, timedOut, wrote });
    });
    // A hook that does not read its input ends before all of it is written.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}
