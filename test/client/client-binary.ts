// The pinned Claude Code client: fetched once with npm, checked against its integrity, unpacked into a cache.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** The client that all figures and all client tests of this repository stand on. */
export const pinnedClient = {
  packageName: "@anthropic-ai/claude-code-linux-x64",
  version: "2.1.328",
  integrity:
    "sha512-KuzL+dBHgDCFTHJxwW+xuBJdVKfBsesGx2BBcTOG9sYDGoAD7b1hUV8rsTS4xjoJsB2SmeGraGjBiFuhrYuC9w==",
  tarball: "anthropic-ai-claude-code-linux-x64-2.1.328.tgz",
} as const;

/** The path of a checked `claude` executable, or why there is none on this machine. */
export type ClientBinary =
  | { readonly kind: "ready"; readonly path: string }
  | { readonly kind: "missing"; readonly reason: string };

const fetchTimeoutMs = 300_000;

/** The cache directory of test-only downloads: `SALLYPORT_TEST_CACHE`, else `~/.cache/sallyport-test`. */
export function testCacheDirectory(): string {
  return process.env["SALLYPORT_TEST_CACHE"] ?? join(homedir(), ".cache", "sallyport-test");
}

/**
 * Makes the pinned client available and returns its path. Never throws for a machine that cannot have it: no network,
 * another platform and a tarball with another digest all come back as `missing` with the reason. Safe to call from
 * several processes at once.
 */
export async function findClient(cache: string = testCacheDirectory()): Promise<ClientBinary> {
  if (process.platform !== "linux" || process.arch !== "x64") {
    return missing(
      `the pinned client is for linux x64, this is ${process.platform} ${process.arch}`,
    );
  }
  try {
    const folder = join(cache, `claude-code-${pinnedClient.version}`);
    if (!(await isUnpacked(folder))) {
      await mkdir(cache, { recursive: true });
      const tarball = await fetchTarball(cache);
      await unpack(tarball, folder, cache);
    }
    return { kind: "ready", path: join(folder, "claude") };
  } catch (error) {
    return missing(
      `the client could not be fetched: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function missing(reason: string): ClientBinary {
  return { kind: "missing", reason };
}

/** The digest file is written last inside the folder that is renamed into place, so a half unpacked client has none. */
async function isUnpacked(folder: string): Promise<boolean> {
  try {
    const [integrity, size] = (await readFile(join(folder, "digest"), "utf8")).trim().split("\n");
    return (
      integrity === pinnedClient.integrity &&
      Number(size) === (await stat(join(folder, "claude"))).size
    );
  } catch {
    return false;
  }
}

async function fetchTarball(cache: string): Promise<string> {
  const path = join(cache, pinnedClient.tarball);
  if (await exists(path)) {
    return path;
  }
  const scratch = await mkdtemp(join(cache, "fetch-"));
  try {
    await npmPack(`${pinnedClient.packageName}@${pinnedClient.version}`, scratch);
    await rename(join(scratch, pinnedClient.tarball), path);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return path;
}

/** Downloads the tarball of `spec` into `directory` with the npm configuration of this machine. */
export async function npmPack(spec: string, directory: string): Promise<void> {
  await run("npm", ["pack", spec, "--silent", "--pack-destination", directory], directory);
}

async function unpack(tarball: string, folder: string, cache: string): Promise<void> {
  const digest = await integrityOf(tarball);
  if (digest !== pinnedClient.integrity) {
    throw new Error(`\`${tarball}\` has integrity ${digest}; delete it and try again`);
  }
  const scratch = await mkdtemp(join(cache, "unpack-"));
  try {
    await run(
      "tar",
      ["-xzf", tarball, "--no-same-owner", "--strip-components=1", "package/claude"],
      scratch,
    );
    const size = (await stat(join(scratch, "claude"))).size;
    await writeFile(join(scratch, "digest"), `${pinnedClient.integrity}\n${size}\n`);
    await install(scratch, folder);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Another process may win the race; its folder is as good as ours. A broken folder is moved away first. */
async function install(scratch: string, folder: string): Promise<void> {
  if ((await exists(folder)) && !(await isUnpacked(folder))) {
    await rename(folder, `${scratch}-broken`);
    await rm(`${scratch}-broken`, { recursive: true, force: true });
  }
  try {
    await rename(scratch, folder);
  } catch (error) {
    if (!(await isUnpacked(folder))) {
      throw error;
    }
  }
}

async function integrityOf(path: string): Promise<string> {
  const hash = createHash("sha512");
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk);
  }
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
