// The lists of public repositories that were chosen before their lines were read, and their files in mirrors on the disk.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const LISTS = ["repositories.tsv", "practice.tsv"] as const;
const LISTED_BYTES_MAX = 256 * 1024 * 1024;

/** Open: looked at while detectors are written. Sealed: only counted. Practice: chosen later, measured once unseen, then open too. */
export type Half = "open" | "sealed" | "practice";
export const HALVES = ["sealed", "open", "practice"] as const satisfies readonly Half[];
/** One repository at one commit; `hasAgent`: it carries settings, hooks, skills or instructions for a coding agent. */
export type Repository = {
  readonly name: string;
  readonly commit: string;
  readonly kind: string;
  readonly language: string;
  readonly hasAgent: boolean;
  readonly half: Half;
};
/** A regular file of the commit; `size` in bytes. */
export type Blob = {
  readonly id: string;
  readonly path: string;
  readonly size: number;
  readonly isExecutable: boolean;
};

/** The repositories of the lists. Throws where a row has another form. */
export function readRepositories(): readonly Repository[] {
  return LISTS.flatMap((list) => {
    const file = fileURLToPath(new URL(`./${list}`, import.meta.url));
    const [, ...rows] = readFileSync(file, "utf8").trimEnd().split("\n");
    return rows.map((row) => repositoryOf(row, list));
  });
}

function repositoryOf(row: string, list: (typeof LISTS)[number]): Repository {
  const [name = "", commit = "", kind = "", language = "", agent = "", word = ""] = row.split("\t");
  const half = HALVES.find((one) => one === word);
  const isRow = /^[\w.-]+\/[\w.-]+$/.test(name) && /^[0-9a-f]{40}$/.test(commit);
  const isOfList = (half === "practice") === (list === "practice.tsv");
  if (!isRow || half === undefined || !isOfList)
    throw new Error(`${list}: this row is not name, commit, kind, language, agent, half: ${row}`);
  return { name, commit, kind, language, hasAgent: agent === "yes", half };
}

/** Where the git directory of a repository is below `mirrors`: `owner+name` or `owner/name`, or `repo` or `.git` in it; undefined where there is none. */
export function mirrorOf(mirrors: string, { name }: Repository): string | undefined {
  const plus = name.replace("/", "+");
  const places = [plus, name].flatMap((one) => [
    one,
    `${one}.git`,
    `${one}/.git`,
    `${one}/repo`,
    `${one}/repo/.git`,
  ]);
  return places.map((one) => join(mirrors, one)).find((one) => existsSync(join(one, "HEAD")));
}

/** The regular files of the commit, by path. */
export function blobsOf(mirror: string, repository: Repository): readonly Blob[] {
  return listed(mirror, repository).flatMap(({ mode, ...blob }) =>
    mode === "100644" || mode === "100755" ? [{ ...blob, isExecutable: mode === "100755" }] : [],
  );
}

/** The links of the commit; their bytes are where they lead. */
export function linksOf(mirror: string, repository: Repository): readonly Blob[] {
  return listed(mirror, repository).flatMap(({ mode, ...blob }) =>
    mode === "120000" ? [{ ...blob, isExecutable: false }] : [],
  );
}

type Listed = Omit<Blob, "isExecutable"> & { readonly mode: string };

function listed(mirror: string, { commit }: Repository): readonly Listed[] {
  const output = git(mirror, ["ls-tree", "-r", "-z", "--long", commit]).toString("utf8");
  return output.split("\0").flatMap((row) => {
    const [, mode = "", id = "", size = "", path = ""] =
      /^(\d+) blob (\w+) +(\d+)\t(.*)$/s.exec(row) ?? [];
    return mode === "" ? [] : [{ mode, id, path, size: Number(size) }];
  });
}

/** The bytes of several files at once, in their order; undefined for one that the clone does not hold. */
export function readBlobs(mirror: string, blobs: readonly Blob[]): readonly (Buffer | undefined)[] {
  if (blobs.length === 0) return [];
  const output = git(mirror, ["cat-file", "--batch"], `${blobs.map(({ id }) => id).join("\n")}\n`);
  let at = 0;
  return blobs.map(() => {
    const end = output.indexOf(10, at);
    const [, type, size = ""] = output.subarray(at, end).toString("latin1").split(" ");
    // A clone may come without its largest files: git says `ID missing`.
    if (type !== "blob") {
      at = end + 1;
      return undefined;
    }
    const bytes = output.subarray(end + 1, end + 1 + Number(size));
    at = end + 2 + Number(size);
    return bytes;
  });
}

function git(mirror: string, args: readonly string[], input?: string): Buffer {
  const environment = { ...process.env, GIT_NO_LAZY_FETCH: "1", GIT_CONFIG_GLOBAL: "/dev/null" };
  return execFileSync("git", ["-c", "safe.directory=*", "--git-dir", mirror, ...args], {
    input,
    env: environment,
    maxBuffer: LISTED_BYTES_MAX * 8,
    stdio: ["pipe", "pipe", "pipe"],
  });
}
