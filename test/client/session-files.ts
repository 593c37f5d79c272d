// The files of one client session: a fresh project, home and outside directory, and their removal.
import { execFile } from "node:child_process";
import { chmod, link, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

/** The directories of a session, all absolute with symlinks resolved. */
export type SessionPlaces = {
  readonly root: string;
  readonly project: string;
  readonly home: string;
  readonly outside: string;
  /** The client's own temporary files: task output, cwd files, sockets. */
  readonly temporary: string;
};

/** A file to plant: its text, or text with a mode, or a symlink, or a hard link to a file of the same directory that is there already. */
export type PlantedFile =
  | string
  | { readonly text: string; readonly mode: number }
  | { readonly link: string }
  | { readonly hardLink: string };

/** Files by path relative to the directory they are planted in. */
export type PlantedFiles = Readonly<Record<string, PlantedFile>>;

/** Makes `root` with `project`, `home`, `outside` and `tmp` in it, or takes the two directories given. */
export async function makePlaces(given: {
  project?: string;
  home?: string;
}): Promise<SessionPlaces> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "sallyport-client-")));
  const places = {
    root,
    project: given.project === undefined ? join(root, "project") : await realpath(given.project),
    home: given.home === undefined ? join(root, "home") : await realpath(given.home),
    outside: join(root, "outside"),
    temporary: join(root, "tmp"),
  };
  for (const directory of [places.project, places.home, places.outside, places.temporary]) {
    await mkdir(directory, { recursive: true });
  }
  return places;
}

/** Replaces `<project>`, `<home>` and `<outside>` in a text. */
export function fillPlaces(text: string, places: SessionPlaces): string {
  return text
    .replaceAll("<project>", places.project)
    .replaceAll("<home>", places.home)
    .replaceAll("<outside>", places.outside);
}

/** The same for every string inside a JSON value. */
export function fillPlacesDeep(value: unknown, places: SessionPlaces): unknown {
  if (typeof value === "string") {
    return fillPlaces(value, places);
  }
  if (Array.isArray(value)) {
    return value.map((item) => fillPlacesDeep(item, places));
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        fillPlaces(key, places),
        fillPlacesDeep(item, places),
      ]),
    );
  }
  return value;
}

/** Writes files below `directory`; placeholders in texts and link targets are filled. */
export async function plant(
  directory: string,
  files: PlantedFiles,
  places: SessionPlaces,
): Promise<void> {
  for (const [name, file] of Object.entries(files)) {
    const path = join(directory, name);
    await mkdir(dirname(path), { recursive: true });
    if (typeof file === "string") {
      await writeFile(path, fillPlaces(file, places));
    } else if ("link" in file) {
      await symlink(fillPlaces(file.link, places), path);
    } else if ("hardLink" in file) {
      await link(join(directory, file.hardLink), path);
    } else {
      await writeFile(path, fillPlaces(file.text, places));
      await chmod(path, file.mode);
    }
  }
}

/** Writes a JSON file, placeholders filled; a string is written as it is, which makes broken files possible. */
export async function plantJson(
  path: string,
  value: unknown,
  places: SessionPlaces,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const filled = fillPlacesDeep(value, places);
  await writeFile(path, typeof filled === "string" ? filled : JSON.stringify(filled, null, 2));
}

/** Turns `project` into a git repository on branch `main` with all its files in one commit. */
export async function makeRepository(project: string): Promise<void> {
  const git = (...args: string[]) =>
    promisify(execFile)("git", ["-c", "user.name=t", "-c", "user.email=t@t.invalid", ...args], {
      cwd: project,
      env: {
        PATH: "/usr/local/bin:/usr/bin:/bin",
        HOME: "/nonexistent",
        LANG: "C.UTF-8",
      },
    });
  await git("init", "-q", "-b", "main");
  await git("add", "-A");
  await git("commit", "-q", "--allow-empty", "-m", "start");
}

/** Removes all that a session left. */
export async function removePlaces(places: SessionPlaces): Promise<void> {
  await rm(places.root, { recursive: true, force: true, maxRetries: 3 });
}
