// A project of npm with a lock file, as tests change it piece by piece.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { judgeCommand, type TestProject } from "../../../judging.ts";

export type Files = Readonly<Record<string, string>>;

export const DIGEST = `sha512-${"A".repeat(86)}==`;
const REGISTRY = "https://\x72egistry.npmjs.org";

/** An entry of a package as npm writes it. */
export function entry(name: string, change: Readonly<Record<string, unknown>> = {}) {
  const file = name.replace(/^@[^/]*\//, "");
  const resolved = `${REGISTRY}/${name}/-/${file}-1.0.0.tgz`;
  return { version: "1.0.0", resolved, integrity: DIGEST, ...change };
}

/** A lock file with these entries beside that of the project and one of a package. */
export function npmLock(
  packages: Readonly<Record<string, unknown>> = {},
  top: Readonly<Record<string, unknown>> = {},
): string {
  const root = { name: "shop", version: "1.0.0", dependencies: { left: "^1.0.0" } };
  return JSON.stringify({
    name: "shop",
    version: "1.0.0",
    lockfileVersion: 3,
    requires: true,
    packages: { "": root, "node_modules/left": entry("left"), ...packages },
    ...top,
  });
}

export function manifest(change: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    name: "shop",
    version: "1.0.0",
    dependencies: { left: "^1.0.0" },
    ...change,
  });
}

/** Files of a project in which `npm ci --ignore-scripts` brings nothing but what is locked. */
export const NPM_FILES = { "package.json": manifest(), "package-lock.json": npmLock() };

/** Puts files into the project, `~/…` into the home; gives what takes them away again. */
export function place(where: TestProject, files: Files): () => void {
  const paths = Object.keys(files).map((name) =>
    name.startsWith("~/") ? join(where.home, name.slice(2)) : join(where.project, name),
  );
  for (const [at, text] of Object.values(files).entries()) {
    const path = paths[at] ?? "";
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return () => {
    for (const path of paths) rmSync(path, { force: true });
  };
}

/** Verdicts in the project of npm with some files changed, which are gone again afterwards. */
export function verdictsIn(where: () => TestProject) {
  return async (command: string, files: Files = {}, options = {}): Promise<string> => {
    const clear = place(where(), { ...NPM_FILES, ...files });
    try {
      return (await judgeCommand(where(), command, options)).verdict;
    } finally {
      clear();
    }
  };
}
