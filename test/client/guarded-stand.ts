// A fresh project that the built program guards, with a data directory and a daemon of its own, for tests and measurements.
import type { SpawnSyncReturns } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { removeTree } from "#surface/foundation/files/closed-tree.ts";
import { buildProgram, runBuilt } from "./built-program.ts";

/** A project that `sallyport init` guards, and its running daemon. */
export type GuardedProject = {
  readonly project: string;
  readonly port: number;
  /** Home and data directory that its daemon works with. */
  readonly home: string;
  readonly data: string;
  /** Stops the daemon and removes everything. */
  close(): void;
};

/**
 * Builds `dist/` when it is old, guards a fresh project and starts the daemon outside of any session, because the end
 * of a session ends what it started. Throws with the program's words when a step fails.
 */
export function openGuardedProject(
  files: Readonly<Record<string, string>>,
  client?: string,
): GuardedProject {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-guarded-")));
  const done = (ended: SpawnSyncReturns<string>): string => {
    if (ended.status !== 0) throw new Error(`${ended.stderr}${ended.stdout}`);
    return ended.stdout;
  };
  const data = join(folder, "data");
  const sallyport = (...args: string[]): string =>
    done(runBuilt({ home: folder, data, ...(client === undefined ? {} : { client }) }, ...args));
  try {
    const project = join(folder, "project");
    done(buildProgram(folder));
    mkdirSync(project);
    writeFiles(project, files);
    const outcome: unknown = JSON.parse(sallyport("init", project, "--yes", "--json"));
    sallyport("daemon", "--ensure");
    return {
      project,
      port: Number(Object(outcome).port),
      home: folder,
      data,
      close() {
        try {
          sallyport("daemon", "stop");
        } finally {
          removeTree(folder);
        }
      },
    };
  } catch (cause) {
    removeTree(folder);
    throw cause;
  }
}

/** Writes files below a directory, by relative path. */
export function writeFiles(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
}
