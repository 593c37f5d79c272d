// The files of a directory as a scan takes them: what git tracks, what it would take next, and what it ignores.
import { lstatSync, opendirSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { SCAN_DEPTH_MAX, SCAN_FILES_MAX } from "#base/limits.ts";
import type { Collector } from "#assure/scan/collector.ts";
import { isForSecrets } from "#assure/scan/file-kinds.ts";
import type { CleanContent } from "#assure/scan/clean-table.ts";
import type { CleanCache } from "./clean-cache.ts";
import { identified, type IdForm, sayClean, type Wanted, watchOver } from "./clean-file.ts";
import { judgeName, judgeOpenName, lookAt, type LookedAt } from "./content-look.ts";
import { identityOf, keepsOtherBytes, knownContent } from "./file-identity.ts";
import { readFileBytes, reasonOf } from "./file-bytes.ts";
import type { FileQueue } from "./file-queue.ts";
import { fileName, type FileName, nameBelow } from "./file-name.ts";
import { askGit, type GitPlace, gitParts } from "./git.ts";
import { type TrackedFile, trackedFiles } from "./tracked-files.ts";

/** What a scan of files is given. `onProgress` is called after each file. */
export type TreeScan = {
  readonly collector: Collector;
  /** Whoever adds files ends it. */
  readonly files: FileQueue;
  readonly wanted: Wanted;
  /** What was clean before; nothing of it is asked where there is none. */
  readonly cache: CleanCache | undefined;
  readonly environment: NodeJS.ProcessEnv;
  /** The directory from which files are named. */
  readonly base: string;
  /** Whether files that git ignores are looked at like any other. */
  readonly includesIgnored: boolean;
  readonly onProgress: () => void;
};

type Standing = "tracked" | "untracked" | "ignored" | "plain";

/** Looks at a file or directory of the disk. A path that a person named may be a link. */
export async function scanPath(scan: TreeScan, path: string): Promise<void> {
  const named = fileName(Buffer.from(path));
  let status: ReturnType<typeof statSync>;
  try {
    status = statSync(path);
  } catch (error) {
    notLookedAt(scan, nameBelow(scan.base, named), reasonOf(error));
    return;
  }
  if (status.isDirectory()) return scanDirectory(scan, realpathSync(path), 0);
  await addFile(scan, named, { standing: "plain", follow: true });
}

/** A directory through git where it is one of a repository, else by walking. */
async function scanDirectory(scan: TreeScan, directory: string, depth: number): Promise<void> {
  if (depth > SCAN_DEPTH_MAX) {
    notLookedAt(scan, nameBelow(scan.base, fileName(Buffer.from(directory))), "it lies too deep");
    return;
  }
  const place: GitPlace = { directory, environment: scan.environment };
  const inside = await askGit(place, ["rev-parse", "--is-inside-work-tree"]);
  if (inside.code === 0 && inside.output.trim() === "true") {
    return scanWorkTree(scan, place, depth);
  }
  if (inside.code === 127) {
    leftOut(scan, directory, "git is not installed, so that ignored files are looked at too");
  }
  await walk(scan, fileName(Buffer.from(directory)), 0);
}

async function scanWorkTree(scan: TreeScan, place: GitPlace, depth: number): Promise<void> {
  const nested: { readonly name: FileName; readonly why: string }[] = [];
  const list = (args: readonly string[]) => gitParts(place, ["ls-files", "-z", ...args]);
  let seen = 0;
  const hasFilters = scan.cache !== undefined && (await keepsOtherBytes(place));
  for await (const one of trackedFiles(place, scan.cache !== undefined && !hasFilters)) {
    const name = fileName(one.path, place.directory);
    // The three copies of a conflict are one file.
    if (one.stage !== "0" && one.stage !== "2") continue;
    if (one.mode === "160000") nested.push({ name, why: "a submodule" });
    else await addFile(scan, name, { standing: "tracked", tracked: one });
    if (++seen > SCAN_FILES_MAX) break;
  }
  for await (const part of list(["--others", "--exclude-standard"])) {
    const name = fileName(part, place.directory);
    if (part.at(-1) === 47) nested.push({ name, why: "a repository of its own" });
    else await addFile(scan, name, { standing: "untracked" });
    if (++seen > SCAN_FILES_MAX) break;
  }
  if (seen > SCAN_FILES_MAX) {
    notLookedAt(scan, place.directory, `it has more than ${SCAN_FILES_MAX} files`);
  }
  await scanIgnored(
    scan,
    list(["--others", "--ignored", "--exclude-standard", "--directory"]),
    place,
  );
  for (const { name, why } of nested) await scanNested(scan, name, { why, depth: depth + 1 });
}

/** What git ignores is build output mostly; files that are there for secrets are looked at, and said to be in their place. */
async function scanIgnored(
  scan: TreeScan,
  names: AsyncIterable<Buffer>,
  place: GitPlace,
): Promise<void> {
  for await (const part of names) {
    const name = fileName(part, place.directory);
    if (part.at(-1) === 47) {
      if (scan.includesIgnored) await walk(scan, name, 0);
      else leftOut(scan, nameBelow(scan.base, name), "git ignores it");
    } else if (scan.includesIgnored || isForSecrets(name.shown)) {
      await addFile(scan, name, { standing: "ignored" });
    } else leftOut(scan, nameBelow(scan.base, name), "git ignores it");
  }
}

/** A repository inside of another is looked at for itself, if its files are there. */
async function scanNested(
  scan: TreeScan,
  name: FileName,
  { why, depth }: { readonly why: string; readonly depth: number },
): Promise<void> {
  const shown = nameBelow(scan.base, name);
  let isOwn = false;
  try {
    isOwn = lstatSync(join(name.text, ".git")) !== undefined;
  } catch {
    isOwn = false;
  }
  if (isOwn) await scanDirectory(scan, name.text, depth);
  else notLookedAt(scan, shown, `it is ${why} whose files are not here`);
}

async function walk(scan: TreeScan, directory: FileName, depth: number): Promise<void> {
  if (depth > SCAN_DEPTH_MAX) {
    notLookedAt(scan, nameBelow(scan.base, directory), "it lies too deep");
    return;
  }
  try {
    // WHY one at a time: a directory may have more entries than fit into memory.
    const entries = opendirSync(directory.bytes as unknown as string, {
      encoding: "buffer" as BufferEncoding,
    });
    try {
      for (let entry = entries.readSync(); entry !== null; entry = entries.readSync()) {
        const bytes = entry.name as unknown as Buffer;
        const name = fileName(Buffer.from(bytes), directory.bytes);
        if (!entry.isDirectory()) await addFile(scan, name, { standing: "plain" });
        else if (name.last !== ".git") await walk(scan, name, depth + 1);
      }
    } finally {
      entries.closeSync();
    }
  } catch (error) {
    notLookedAt(scan, nameBelow(scan.base, directory), reasonOf(error));
  }
}

function notLookedAt({ files, collector }: TreeScan, what: string, why: string): void {
  files.say(() => collector.notLookedAt(what, why));
}

function leftOut({ files, collector }: TreeScan, what: string, why: string): void {
  files.say(() => collector.leftOut(what, why));
}

/** How a file stands. `tracked`: what git says of it. */
type Standings = {
  readonly standing: Standing;
  readonly tracked?: TrackedFile;
  readonly follow?: boolean;
};

/** Has a file looked at in its turn, or passed over where it is known to be clean by then. */
function addFile(scan: TreeScan, name: FileName, how: Standings): Promise<void> {
  const file = nameBelow(scan.base, name);
  const { standing, follow = false } = how;
  const identity = follow ? undefined : identityOf(scan.cache, name, how.tracked);
  const learn = (content: CleanContent, id: string): void => {
    // WHY compared: what git knows of a file may have passed a filter on its way to the disk.
    if (identity !== undefined && (identity.id ?? id) === id) scan.cache?.learn(file, id, content);
  };
  return scan.files.file({
    asked: { name: name.bytes, path: file, idForm: identity?.form },
    known: knownContent(scan.cache, { name, file, identity }),
    look: () => scanFile(scan, name, { standing, follow, idForm: identity?.form, learn }),
    pass: (clean) => {
      judgeStanding(scan.collector, { file, path: file }, standing);
      scan.collector.count("files", 1);
      sayClean(scan.collector, file, clean);
      if (clean.id !== undefined) learn(clean, clean.id);
      scan.onProgress();
    },
  });
}

function judgeStanding(collector: Collector, place: LookedAt, standing: Standing): void {
  if (standing === "tracked") judgeName(collector, place);
  if (standing === "untracked") judgeOpenName(collector, place);
}

function scanFile(
  scan: TreeScan,
  name: FileName,
  {
    standing,
    follow,
    idForm,
    learn,
  }: {
    readonly standing: Standing;
    readonly follow: boolean;
    readonly idForm: IdForm | undefined;
    readonly learn: (content: CleanContent, id: string) => void;
  },
): void {
  const { collector } = scan;
  const file = nameBelow(scan.base, name);
  const place = { file, path: file, belongs: standing === "ignored" && isForSecrets(name.shown) };
  let isLink = false;
  try {
    const status = lstatSync(name.bytes);
    isLink = status.isSymbolicLink() && !follow;
  } catch (error) {
    // Git tracks it and it is deleted in the working tree: there is nothing to look at.
    if (standing === "tracked" && reasonOf(error).includes("went away")) return;
    collector.notLookedAt(file, reasonOf(error));
    return;
  }
  judgeStanding(collector, place, standing);
  collector.count("files", 1);
  if (isLink) {
    // What git keeps of a link is the text of it; where it leads is looked at if that is asked for.
    const look = lookAt(collector, place);
    look.push(readlinkSync(name.bytes, { encoding: "buffer" }));
    collector.leftOut(file, "it is a symbolic link: what it leads to is no part of this directory");
    look.end();
  } else {
    const watch = watchOver(file, scan.wanted, collector);
    const look = lookAt(watch.collector, place);
    const { onBytes, id } = identified(look.push, idForm);
    const { why } = readFileBytes(name.bytes, onBytes, { follow });
    if (why !== undefined) collector.notLookedAt(file, why);
    look.end();
    const content = watch.content();
    if (content !== undefined && why === undefined && idForm !== undefined) learn(content, id());
  }
  scan.onProgress();
}
