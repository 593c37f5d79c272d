// Builds a Debian package of the program with dpkg-deb: the same input gives the same bytes.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  mkdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import {
  DEBIAN_PLACES,
  debianControl,
  type DebianFile,
  debianFiles,
  type DebianOrder,
  debianVersion,
} from "#govern/installer/debian-package.ts";
import { temporaryDirectory } from "#platform/user.ts";
import type { Product } from "../../foundation/product/product-files.ts";

const DPKG_DEB = "/usr/bin/dpkg-deb";
const BUILD_MS_MAX = 300_000;
const SCRIPT_START = Buffer.from("#!");

/** What a package is built of, beside the version, which the product has. */
export type DebOrder = Omit<DebianOrder, "version">;

/** Builds the package and gives its name and bytes. `level`: how hard xz tries, which takes most of the time. Throws a Failure: `installer-tool` without dpkg-deb, `installer` where it refuses. */
export async function buildDeb(
  product: Product,
  given: DebOrder,
  level = 6,
): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  if (!existsSync(DPKG_DEB))
    throw new Failure(
      "installer-tool",
      `there is no \`${DPKG_DEB}\` here: build the package on Debian or Ubuntu, or install dpkg`,
    );
  const order = { ...given, version: product.version };
  const content = contentOf(product, order);
  const control = debianControl(order, { installedKib: sizeKib(content), sums: sumsOf(content) });
  const name = `sallyport_${debianVersion(order)}_all.deb`;
  const room = mkdtempSync(join(temporaryDirectory(), "sallyport-deb-"));
  try {
    const tree = join(room, "tree");
    const files = [
      ...content,
      ...control.map((file) => ({ ...file, path: `DEBIAN/${file.path}` })),
    ];
    writeTree(tree, files, order.madeS);
    const made = join(room, name);
    await runDpkgDeb([...FIXED, `-z${level}`, "--build", tree, made], order.madeS);
    return { name, bytes: readFileSync(made) };
  } finally {
    rmSync(room, { recursive: true, force: true });
  }
}

/** Root owns all of it. WHY one thread: xz cuts its blocks by their number. */
const FIXED = ["--root-owner-group", "-Zxz", "--threads-max=1"];

function contentOf({ files }: Product, order: DebianOrder): readonly DebianFile[] {
  const program = files.map(
    ({ path, bytes }): DebianFile => ({
      path: `${DEBIAN_PLACES.program}/${path}`,
      bytes,
      mode: bytes.subarray(0, 2).equals(SCRIPT_START) ? 0o755 : 0o644,
    }),
  );
  const gzip = (text: string) => gzipSync(text, { level: 9 });
  return [...program, ...debianFiles(order, gzip)];
}

/** dpkg compares the files of an installed package with these. It says nothing about who made them: the signature does. */
function sumsOf(files: readonly DebianFile[]): string {
  return files
    .filter(({ path }) => !path.startsWith("etc/"))
    .map(({ path, bytes }) => `${createHash("md5").update(bytes).digest("hex")}  ${path}\n`)
    .toSorted((one, other) => (one.slice(34) < other.slice(34) ? -1 : 1))
    .join("");
}

function sizeKib(files: readonly DebianFile[]): number {
  return files.reduce((sum, { bytes }) => sum + Math.ceil(bytes.length / 1_024), 0);
}

/** Writes the tree with fixed modes and times, whatever the account's mask. The folder of managed policies is always there. */
function writeTree(tree: string, files: readonly DebianFile[], madeS: number): void {
  const folders = new Set([tree]);
  const folder = (path: string): void => {
    if (folders.has(path)) return;
    folder(dirname(path));
    mkdirSync(path);
    folders.add(path);
  };
  mkdirSync(tree);
  folder(join(tree, DEBIAN_PLACES.configuration));
  for (const { path, bytes, mode } of files) {
    const file = join(tree, path);
    folder(dirname(file));
    writeFileSync(file, bytes, { flag: "wx" });
    chmodSync(file, mode);
    utimesSync(file, madeS, madeS);
  }
  // The innermost first: writing into a folder changes its time.
  for (const path of [...folders].toSorted((one, other) => other.length - one.length)) {
    chmodSync(path, 0o755);
    utimesSync(path, madeS, madeS);
  }
}

function runDpkgDeb(words: readonly string[], madeS: number): Promise<void> {
  const env = { PATH: "/usr/bin:/bin", LC_ALL: "C", SOURCE_DATE_EPOCH: String(madeS) };
  const options = { env, timeout: BUILD_MS_MAX, maxBuffer: 256 * 1_024 };
  return new Promise((resolve, reject) => {
    execFile(DPKG_DEB, words, options, (error, _, said) => {
      if (error === null) return resolve();
      const why = said.trim().split("\n")[0] ?? "";
      reject(
        new Failure("installer", `dpkg-deb did not build the package: ${printable(why)}`, {
          cause: error,
        }),
      );
    });
  });
}
