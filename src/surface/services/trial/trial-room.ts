// The place of one trial: an overlay over the project that takes every change, and the view of what became of the project there.
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { lstatSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { START_MS_MAX } from "#base/waits.ts";
import { PROCESS_FILES } from "#platform/namespaces.ts";
import { removeTree } from "../../foundation/files/closed-tree.ts";
import { findSandboxProgram } from "../containment/sandbox-programs.ts";

/** Where a trial lies. Paths are real and absolute. */
export type TrialRoom = {
  readonly id: string;
  readonly folder: string;
  /** The project, which stays as it is. */
  readonly root: string;
  /** What the command wrote, entry by entry; a deleted entry is a character device with the number 0. */
  readonly upper: string;
};

/** The programs of the system that a trial takes. */
export type TrialPrograms = { readonly unshare: string; readonly setpriv: string };

const PATH = "/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin";
/** A room that its command left, should it have been killed. */
const AGE_MS_MAX = 86_400_000;
const NAME = /^trial-[0-9a-f]{12}$/;

/** Finds the programs. Throws a Failure where one is missing. */
export function trialPrograms(): TrialPrograms {
  const [unshare, setpriv] = ["unshare", "setpriv"].map((name) => {
    const found = findSandboxProgram(name, undefined, PATH);
    if (typeof found === "object") return found.path;
    throw new Failure("trial", `nothing can be tried here: ${found}; install \`util-linux\``);
  });
  return { unshare: unshare ?? "", setpriv: setpriv ?? "" };
}

/** Makes a room below `directory`, and removes those that were left. Throws a Failure where the paths cannot be mounted. */
export function makeTrialRoom(directory: string, root: string, nowMs: number): TrialRoom {
  const id = randomBytes(6).toString("hex");
  const folder = join(directory, `trial-${id}`);
  // WHY: these divide the options of a mount, and not every kernel takes them escaped.
  for (const path of [root, folder])
    if (/[,:\\"\n]/.test(path))
      throw new Failure(
        "trial",
        `nothing can be tried in \`${printable(path)}\`: a comma, a colon, a quote or a backslash in a path cannot be mounted`,
      );
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  sweep(directory, nowMs);
  for (const name of ["", "upper", "work", "view"]) mkdirSync(join(folder, name), { mode: 0o700 });
  return { id, folder, root, upper: join(folder, "upper") };
}

/** Removes a room. */
export function removeTrialRoom({ folder }: TrialRoom): void {
  removeTree(folder);
}

function sweep(directory: string, nowMs: number): void {
  for (const name of readdirSync(directory)) {
    if (!NAME.test(name)) continue;
    const path = join(directory, name);
    const madeMs = lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? nowMs;
    if (nowMs - madeMs > AGE_MS_MAX) removeTree(path);
  }
}

/** In a user namespace of its own, with its rights there until the overlay is mounted. */
function namespaced({ unshare }: TrialPrograms): readonly string[] {
  return [unshare, "-U", "--map-current-user", "--keep-caps", "-m", "--", "/bin/sh", "-c"];
}

/** Words that mount the overlay over the project, for themselves alone, and start what follows without any rights. */
export function overlaid(
  { root, folder, upper }: TrialRoom,
  programs: TrialPrograms,
): readonly string[] {
  const options = `userxattr,lowerdir=${root},upperdir=${upper},workdir=${join(folder, "work")}`;
  const script = [
    'mount -t overlay overlay -o "$1" "$2" || exit 126',
    "shift 2",
    `exec ${programs.setpriv} --ambient-caps=-all --inh-caps=-all -- "$@"`,
  ].join("\n");
  return [...namespaced(programs), script, "sh", options, root];
}

/** The project as the trial left it, to be read below `root`. */
export type TrialView = { readonly root: string; close(): void };

/**
 * Mounts the view, for this process alone. WHY a mount: which directory was deleted and made anew stands in attributes of
 * files, which Node cannot read. Rejects with a Failure where that fails.
 */
export async function openTrialView(
  { root, folder, upper }: TrialRoom,
  programs: TrialPrograms,
): Promise<TrialView> {
  const view = join(folder, "view");
  const [program = "", ...words] = namespaced(programs);
  const script =
    'mount -t overlay overlay -o "ro,userxattr,lowerdir=$1:$2" "$3" && echo up && read -r end';
  const child = spawn(program, [...words, script, "sh", upper, root, view], {
    cwd: "/",
    env: { PATH },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const said = await started(child);
  if (said !== undefined || child.pid === undefined)
    throw new Failure("trial", `what the trial changed cannot be read: ${printable(said ?? "")}`);
  return { root: `${PROCESS_FILES}${child.pid}/root${view}`, close: () => child.stdin?.end("\n") };
}

/** What it said in place of its sign; undefined where it is up. */
function started(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    let said = "";
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
    }, START_MS_MAX);
    const end = (what: string | undefined) => {
      clearTimeout(timer);
      resolve(what);
    };
    child.stdin?.on("error", () => undefined);
    child.stderr?.on("data", (bytes: Buffer) => {
      said = `${said}${bytes.toString("utf8")}`.slice(0, 400);
    });
    child.stdout?.once("data", () => end(undefined));
    child.once("error", ({ message }) => end(message));
    child.once("close", () => end(said.trim()));
  });
}
