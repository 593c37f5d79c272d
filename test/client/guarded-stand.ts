// A fresh project that the built program guards, with a data directory and a daemon of its own, for tests and measurements.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

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

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Builds `dist/` when it is old, guards a fresh project and starts the daemon outside of any session, because the end
 * of a session ends what it started. Throws with the program's words when a step fails.
 */
export function openGuardedProject(files: Readonly<Record<string, string>>): GuardedProject {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-guarded-")));
  const node = (...args: string[]): string => {
    const env = {
      PATH: process.env["PATH"],
      HOME: folder,
      SALLYPORT_HOME: join(folder, "data"),
    };
    const ended = spawnSync(process.execPath, args, {
      cwd: root,
      encoding: "utf8",
      env,
      timeout: 120_000,
    });
    if (ended.status !== 0) throw new Error(`${args.join(" ")}: ${ended.stderr}${ended.stdout}`);
    return ended.stdout;
  };
  const program = join(root, "dist/surface/cli/main.js");
  try {
    const project = join(folder, "project");
    node(join(root, "scripts/bootstrap.mjs"), "--build");
    mkdirSync(project);
    writeFiles(project, files);
    const outcome: unknown = JSON.parse(node(program, "init", project, "--yes", "--json"));
    node(program, "daemon", "--ensure");
    return {
      project,
      port: Number(Object(outcome).port),
      home: folder,
      data: join(folder, "data"),
      close() {
        try {
          node(program, "daemon", "stop");
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      },
    };
  } catch (cause) {
    rmSync(folder, { recursive: true, force: true });
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
