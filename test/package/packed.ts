// The package as a person would get it: built, packed into a directory of its own, and read back.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { PackedFile } from "../../scripts/checks/package-contents.ts";

/** A packed product; `remove` deletes its directory. */
export type Packed = {
  readonly tarball: string;
  readonly bytes: number;
  readonly files: readonly PackedFile[];
  remove(): void;
};

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Builds `dist/` where it is old, packs the product and unpacks it again. */
export function packProduct(): Packed {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-pack-")));
  run(process.execPath, [join(root, "scripts", "bootstrap.mjs"), "--build"]);
  const tarball = pack(folder);
  run("tar", ["-xzf", tarball, "-C", folder]);
  return {
    tarball,
    bytes: statSync(tarball).size,
    files: filesBelow(join(folder, "package")),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Packs what is built into `folder` and gives the tarball's path. */
export function pack(folder: string): string {
  run("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder]);
  const name = readdirSync(folder).find((file) => file.endsWith(".tgz"));
  if (name === undefined) throw new Error("npm packed nothing");
  return join(folder, name);
}

function filesBelow(directory: string): readonly PackedFile[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const mode = statSync(path).mode & 0o777;
      return { path: relative(directory, path), mode, content: readFileSync(path) };
    });
}

function run(program: string, args: readonly string[]): void {
  const ended = spawnSync(program, args, { cwd: root, encoding: "utf8", timeout: 120_000 });
  if (ended.status !== 0) throw new Error(`\`${program} ${args[0]}\` failed: ${ended.stderr}`);
}

/** One setting of this machine's npm, or undefined when it has none. */
export function npmSetting(name: string): string | undefined {
  const { stdout } = spawnSync("npm", ["config", "get", name], { cwd: root, encoding: "utf8" });
  const value = stdout.trim();
  return value === "" || value === "undefined" || value === "null" ? undefined : value;
}
