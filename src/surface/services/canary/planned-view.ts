// A client's view of the machine as a deployment would leave it: the planned files in their places, seen by nobody else.
import { execFile } from "node:child_process";
import { cp, mkdir, writeFile, chmod, readFile, readdir } from "node:fs/promises";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { isWithin } from "#base/path.ts";
import { canRead } from "./readable-copy.ts";
import { launchError, type PrivateView, towardsStandIn, viewWrapper } from "./private-view.ts";

/** A file as it would be; undefined text where it would be gone. */
export type PlannedFile = {
  readonly path: string;
  readonly text: string | undefined;
  readonly mode: number;
};

const PROBE_MS_MAX = 10_000;

/**
 * Copies what the planned files lie in, makes them there with the stand-in's address, and says how a client is started that
 * sees the copies in their places. `room`: a folder of this run alone. `more`: files besides, which nobody deploys.
 */
export async function plannedView(
  room: string,
  planned: readonly PlannedFile[],
  {
    url,
    managed,
    more,
  }: {
    readonly url: string;
    /** The managed directory: its other files stay in force beside the planned ones. */
    readonly managed: string;
    readonly more: readonly PlannedFile[];
  },
): Promise<PrivateView> {
  const folders = [managed, ...[...planned, ...more].map(({ path }) => dirname(path))];
  const anchors = outermost(folders.map(nearestFolder));
  const copies = anchors.map((anchor, index) => ({ anchor, copy: join(room, `view-${index}`) }));
  for (const { anchor, copy } of copies) {
    await mkdir(copy);
    await cp(anchor, copy, { recursive: true, verbatimSymlinks: true, filter: canRead });
  }
  const inCopy = (path: string): string => {
    const { anchor, copy } = copies.find((one) => isWithin(one.anchor, path)) ?? {};
    if (anchor === undefined || copy === undefined) throw new Error(`no copy holds ${path}`);
    return copy + path.slice(anchor === "/" ? 0 : anchor.length);
  };
  await mkdir(inCopy(managed), { recursive: true });
  for (const { path, text, mode } of planned) {
    if (text === undefined) continue;
    await mkdir(dirname(inCopy(path)), { recursive: true });
    await writeFile(inCopy(path), text);
    await chmod(inCopy(path), mode);
  }
  for (const file of await settingsIn(inCopy(managed)))
    await writeFile(file, towardsStandIn(await readFile(file, "utf8"), url));
  for (const { path, text = "", mode } of more) {
    await mkdir(dirname(inCopy(path)), { recursive: true });
    await writeFile(inCopy(path), text);
    await chmod(inCopy(path), mode);
  }
  const wrapper = viewWrapper(copies.map(({ anchor, copy }) => [copy, anchor] as const));
  const why = await launchError([...wrapper, "true"]);
  return why === undefined
    ? { kind: "ready", wrapper }
    : {
        kind: "impossible",
        why: `this machine gives no private view of managed settings that are not in force yet (${why}); on Linux as root it does`,
      };
}

/** The nearest folder that is there, at a path or above it. */
function nearestFolder(path: string): string {
  for (let folder = path; ; folder = dirname(folder))
    if (existsSync(folder) || folder === dirname(folder)) return folder;
}

/** Folders that lie in no other of them, each once. */
function outermost(folders: readonly string[]): readonly string[] {
  const all = [...new Set(folders)];
  return all.filter((one) => !all.some((other) => other !== one && isWithin(other, one)));
}

async function settingsIn(managed: string): Promise<readonly string[]> {
  const names = await readdir(managed, { recursive: true });
  return names.filter((name) => name.endsWith(".json")).map((name) => join(managed, name));
}

/** Whether git is there and makes a repository with one commit and a change beside it. */
export async function makeRepository(project: string, remote: string): Promise<boolean> {
  const git = async (...args: readonly string[]) => {
    const env = {
      PATH: process.env["PATH"] ?? "/usr/bin:/bin",
      HOME: project,
      GIT_CONFIG_NOSYSTEM: "1",
    };
    await promisify(execFile)("git", [...args], { cwd: project, env, timeout: PROBE_MS_MAX });
  };
  try {
    await git("init", "-q", "-b", "main");
    await git("config", "user.name", "sallyport proof");
    await git("config", "user.email", "proof@sallyport.invalid");
    await git("add", "-A");
    await git("commit", "-q", "-m", "begin");
    await git("remote", "add", "origin", remote);
    await git("checkout", "-q", "-b", "feature/proof");
    return true;
  } catch {
    return false;
  }
}
