// One program out of a package of the registry: fetched once with npm, checked against its integrity, kept in a cache.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";

/** A package at one version, and the file in it that is wanted. */
export type PinnedPackage = {
  readonly packageName: string;
  readonly version: string;
  /** `sha512-` and the digest of the tarball, as a lock file has it. */
  readonly integrity: string;
  /** What `npm pack` calls the tarball. */
  readonly tarball: string;
  /** Path of the program inside the package. */
  readonly program: string;
  /** Whether the program needs the rest of its package beside it. */
  readonly whole?: true;
  /** Name of its folder in the cache. */
  readonly folder: string;
};

const fetchTimeoutMs = 300_000;

/** The cache directory of test-only downloads: `SALLYPORT_TEST_CACHE`, else `~/.cache/sallyport-test`. */
export function testCacheDirectory(): string {
  return process.env["SALLYPORT_TEST_CACHE"] ?? join(homedir(), ".cache", "sallyport-test");
}

/**
 * Makes the program available below `cache` and gives its absolute path. Throws an Error that says why it cannot. Safe to
 * call from several processes at once.
 */
export async function fetchProgram(
  pinned: PinnedPackage,
  cache: string = testCacheDirectory(),
): Promise<string> {
  const folder = join(cache, pinned.folder);
  if (!(await isUnpacked(folder, pinned))) {
    await mkdir(cache, { recursive: true });
    await unpack(await fetchTarball(pinned, cache), folder, cache, pinned);
  }
  return join(folder, placeOf(pinned));
}

/** Where the program lies in its folder. */
function placeOf({ program, whole }: PinnedPackage): string {
  return whole === true ? program : basename(program);
}

/** Downloads the tarball of `spec` into `directory` with the npm configuration of this machine. */
export async function npmPack(spec: string, directory: string): Promise<void> {
  await run("npm", ["pack", spec, "--silent", "--pack-destination", directory], directory);
}

/** The digest file is written last inside the folder that is renamed into place, so a half unpacked program has none. */
async function isUnpacked(folder: string, pinned: PinnedPackage): Promise<boolean> {
  try {
    const [integrity, size] = (await readFile(join(folder, "digest"), "utf8")).trim().split("\n");
    const found = await stat(join(folder, placeOf(pinned)));
    return integrity === pinned.integrity && Number(size) === found.size;
  } catch {
    return false;
  }
}

async function fetchTarball(pinned: PinnedPackage, cache: string): Promise<string> {
  const path = join(cache, pinned.tarball);
  if (await exists(path)) return path;
  const scratch = await mkdtemp(join(cache, "fetch-"));
  try {
    await npmPack(`${pinned.packageName}@${pinned.version}`, scratch);
    await rename(join(scratch, pinned.tarball), path);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return path;
}

async function unpack(
  tarball: string,
  folder: string,
  cache: string,
  pinned: PinnedPackage,
): Promise<void> {
  const digest = await integrityOf(tarball);
  if (digest !== pinned.integrity) {
    throw new Error(`\`${tarball}\` has integrity ${digest}; delete it and try again`);
  }
  const scratch = await mkdtemp(join(cache, "unpack-"));
  try {
    const member = pinned.whole === true ? "package" : `package/${pinned.program}`;
    const depth = pinned.whole === true ? 1 : dirname(member).split("/").length;
    const strip = `--strip-components=${depth}`;
    await run("tar", ["-xzf", tarball, "--no-same-owner", strip, member], scratch);
    const size = (await stat(join(scratch, placeOf(pinned)))).size;
    await writeFile(join(scratch, "digest"), `${pinned.integrity}\n${size}\n`);
    await install(scratch, folder, pinned);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Another process may win the race; its folder is as good as ours. A broken folder is moved away first. */
async function install(scratch: string, folder: string, pinned: PinnedPackage): Promise<void> {
  if ((await exists(folder)) && !(await isUnpacked(folder, pinned))) {
    await rename(folder, `${scratch}-broken`);
    await rm(`${scratch}-broken`, { recursive: true, force: true });
  }
  try {
    await rename(scratch, folder);
  } catch (error) {
    if (!(await isUnpacked(folder, pinned))) throw error;
  }
}

async function integrityOf(path: string): Promise<string> {
  const hash = createHash("sha512");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return `sha512-${hash.digest("base64")}`;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      stdio: ["ignore", "ignore", "pipe"],
      timeout: fetchTimeoutMs,
    });
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => {
      stderr = (stderr + chunk.toString("utf8")).slice(-2000);
    });
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0
        ? resolve()
        : reject(new Error(`\`${command} ${args[0]}\` ended with ${code}: ${stderr.trim()}`)),
    );
  });
}
