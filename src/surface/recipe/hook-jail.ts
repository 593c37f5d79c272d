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
} from "node:fs";
import { basename, join } from "node:path";
import type { HookRun } from "#assure/posture/hook-script/outcome.ts";
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

/** A hook in a project of its own, to be run as often as wanted. */
export type JailedHook = {
  run(
    input: string,
  ): Promise<HookRun & { readonly stderr: string; readonly wrote: readonly string[] }>;
  close(): void;
};

/** Copies the hook's file into a throwaway project. Ask `whyNoHookJail` before. */
export function jailHook(file: string): JailedHook {
  const room = mkdtempSync(join(temporaryDirectory(), "sallyport-hook-"));
  const hooks = join(room, ".claude/hooks");
  mkdirSync(hooks, { recursive: true });
  const copy = join(hooks, basename(file));
  copyFileSync(file, copy);
  chmodSync(copy, statSync(file).mode & 0o777);
  mkdirSync(join(room, "records"));
  return {
    run: (input) => runIn(room, `${INSIDE}/.claude/hooks/${basename(file)}`, input),
    close: () => rmSync(room, { recursive: true, force: true }),
  };
}

function runIn(
  room: string,
  hook: string,
  input: string,
): Promise<HookRun & { readonly stderr: string; readonly wrote: readonly string[] }> {
  const environment = { HOME: "/tmp/home", PATH: "/usr/bin:/bin", LANG: "C.UTF-8" };
  const args = [
    ...["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"],
    ...["--tmpfs", "/home", "--tmpfs", "/root", "--tmpfs", "/run", "--tmpfs", "/var/tmp"],
    ...["--dir", "/tmp/home", "--bind", room, INSIDE, "--unshare-all"],
    ...["--die-with-parent", "--new-session", "--chdir", INSIDE, "--clearenv"],
    ...Object.entries({ ...environment, CLAUDE_PROJECT_DIR: INSIDE, CLAUDECODE: "1" }).flatMap(
      ([name, value]) => ["--setenv", name, value],
    ),
    "--",
    ...(existsSync(LIMITS)
      ? [LIMITS, "--cpu=8", "--fsize=50000000", "--nofile=256", "--as=2000000000", "--"]
      : []),
    hook,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(BUBBLEWRAP, args, { stdio: ["pipe", "pipe", "pipe"] });
    let [stdout, stderr, timedOut] = ["", "", false];
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill("SIGKILL");
    }, RUN_MS_MAX);
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
      const wrote = readdirSync(join(room, "records"));
      resolve({ exit: code ?? undefined, stdout, stderr, timedOut, wrote });
    });
    // A hook that does not read its input ends before all of it is written.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}
