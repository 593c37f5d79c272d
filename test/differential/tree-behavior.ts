// A commit, or the files as they are now, checked out in a folder of its own and observed there; what was observed before is kept.
import { execFileSync } from "node:child_process";
import {
  statSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  cpSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Behavior, type Kind, shortDigest } from "./behavior.ts";
import { runProgram } from "../run-program.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const OWN = fileURLToPath(new URL("./", import.meta.url));
const KEPT = join(ROOT, "node_modules/.cache/sallyport/differential");
const OBSERVER = "measure-behavior.ts";
/** What is observed of the built program. */
const BUILT_KINDS: readonly Kind[] = ["hook", "program", "lines"];
/** Observed trees that are kept; the oldest go. */
const KEPT_MAX = 8;
const GIT_BYTES_MAX = 256 * 1024 * 1024;

/** A tree by git's own digest, so that the same files are observed once. */
export type Tree = { readonly name: string; readonly digest: string };

/** The tree of a commit. Throws with git's words where there is none. */
export function treeOf(commit: string): Tree {
  const digest = git(["rev-parse", "--verify", "--end-of-options", `${commit}^{tree}`]).trim();
  return { name: commit, digest };
}

/** The tree of the files as they are now, new ones that are not ignored included; the index stays as it is. */
export function treeOfNow(): Tree {
  const folder = mkdtempSync(join(tmpdir(), "differential-index-"));
  const env = { ...process.env, GIT_INDEX_FILE: join(folder, "index") };
  try {
    git(["read-tree", "HEAD"], env);
    git(["add", "--all", "."], env);
    return { name: "the files as they are", digest: git(["write-tree"], env).trim() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a tree does, by its own observer; by ours where it has none yet. `say` is told of what takes long. */
export async function behaviorOf(
  tree: Tree,
  kinds: readonly Kind[],
  say: (line: string) => void,
): Promise<readonly Behavior[]> {
  const observer = observerIn(tree) === undefined ? shortDigest(ownFiles()) : "own";
  const subject = [tree.digest, observer, process.version, kinds.join(",") || "all"].join(" ");
  const kept = join(KEPT, `${shortDigest(subject)}.jsonl`);
  if (!existsSync(kept)) await observeInto(kept, tree, kinds, say);
  else say(`${tree.name}: observed before`);
  return readFileSync(kept, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Behavior);
}

async function observeInto(
  kept: string,
  tree: Tree,
  kinds: readonly Kind[],
  say: (line: string) => void,
): Promise<void> {
  // Two trees lie in paths of the same length: nothing that is cut to a width differs by it.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "differential-")));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  try {
    say(`${tree.name}: checking out and building`);
    checkOut(tree, folder);
    const observer = observerIn(tree) ?? placeOurs(folder);
    await installIn(folder);
    if (kinds.length === 0 || kinds.some((kind) => BUILT_KINDS.includes(kind)))
      await runIn(folder, ["scripts/bootstrap.mjs", "--build"], () => undefined);
    const out = join(folder, "behavior.jsonl");
    const tsx = "node_modules/tsx/dist/cli.mjs";
    await runIn(folder, [tsx, "-C", "source", observer, out, ...kinds], (line) =>
      say(`${tree.name}:${line}`),
    );
    mkdirSync(KEPT, { recursive: true });
    forgetOldest();
    const next = `${kept}.${process.pid}`;
    cpSync(out, next);
    renameSync(next, kept);
  } finally {
    remove();
    process.removeListener("exit", remove);
  }
}

function checkOut({ digest }: Tree, folder: string): void {
  const archive = join(folder, "tree.tar");
  git(["archive", "--format=tar", `--output=${archive}`, digest]);
  execFileSync("tar", ["-xf", archive, "-C", folder]);
  rmSync(archive);
}

/** The path in the tree of the file that observes it; undefined in trees from before there was one. */
function observerIn({ digest }: Tree): string | undefined {
  return git(["ls-tree", "-r", "--name-only", digest, "test/"])
    .split("\n")
    .find((path) => path.endsWith(`/${OBSERVER}`));
}

function placeOurs(folder: string): string {
  cpSync(OWN, join(folder, "test/differential"), { recursive: true });
  return `test/differential/${OBSERVER}`;
}

function ownFiles(): string {
  return readdirSync(OWN)
    .toSorted()
    .map((file) => readFileSync(join(OWN, file), "utf8"))
    .join("\0");
}

/** Our own packages where the tree names the same ones, else an installation of its own. */
async function installIn(folder: string): Promise<void> {
  const lock = (root: string): string => readFileSync(join(root, "package-lock.json"), "utf8");
  if (lock(folder) === lock(ROOT)) {
    symlinkSync(realpathSync(join(ROOT, "node_modules")), join(folder, "node_modules"));
    return;
  }
  const options = ["ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"];
  await runProgram("npm", options, folder, () => undefined);
}

function runIn(
  folder: string,
  args: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  return runProgram(process.execPath, args, folder, say);
}

function forgetOldest(): void {
  const kept = readdirSync(KEPT, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => ({ name, at: statSync(join(KEPT, name)).mtimeMs }))
    .toSorted((one, other) => other.at - one.at);
  for (const { name } of kept.slice(KEPT_MAX - 1)) rmSync(join(KEPT, name), { force: true });
}

function git(args: readonly string[], env = process.env): string {
  return execFileSync("git", args, {
    cwd: ROOT,
    env,
    encoding: "utf8",
    maxBuffer: GIT_BYTES_MAX,
    stdio: ["ignore", "pipe", "pipe"],
  });
}
