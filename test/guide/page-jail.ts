// A jail for the guide's commands: a home with a guarded project, no network, no other processes; nothing of this machine can be written.
import { spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { FROM_SOURCE, PROGRAM } from "../program.ts";
import { finish } from "../surface/cli/typed.ts";
import type { EndedLine, TimedLine } from "./run-lines.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const HOME = "/home/ada";

/** Why there is no jail here; undefined where there is. */
export const WHY_NO_JAIL: string | undefined = (() => {
  if (spawnSync("script", ["--version"]).status !== 0) return "`script` is not on PATH";
  const tried = spawnSync("bwrap", [...walls("/tmp"), "true"], { encoding: "utf8" });
  return tried.status === 0 ? undefined : `bubblewrap makes no jail here: ${tried.stderr ?? ""}`;
})();

function walls(home: string): readonly string[] {
  return [
    ...["--unshare-pid", "--unshare-net", "--unshare-ipc", "--die-with-parent", "--new-session"],
    ...["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"],
    ...[
      "--tmpfs",
      "/home",
      "--tmpfs",
      "/tmp",
      "--tmpfs",
      "/root",
      "--tmpfs",
      "/mnt",
      "--tmpfs",
      "/run",
    ],
    ...["--bind", home, HOME, "--ro-bind", repository, repository],
    ...["--ro-bind", dirname(process.execPath), dirname(process.execPath)],
    ...["--clearenv", "--setenv", "HOME", HOME, "--setenv", "TERM", "dumb"],
    ...["--setenv", "PATH", `${HOME}/bin:/usr/bin:/bin`],
    ...["--setenv", "LANG", "C.UTF-8", "--setenv", "USER", "ada"],
  ];
}

/** A home that lines are run in; `remove` deletes it. */
export type PageHome = {
  readonly path: string;
  /** Runs lines in the project, each at a terminal; the daemon and all else end with the jail. */
  run(lines: readonly TimedLine[]): Promise<readonly EndedLine[]>;
  copy(): PageHome;
  remove(): void;
};

/** A home with the program on its PATH, and what `files` says, by path below it. */
export function makeHome(files: Readonly<Record<string, string>>): PageHome {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-pages-")));
  const words = [process.execPath, ...PROGRAM].map((word) => `'${word}'`).join(" ");
  const node = `'${process.execPath}'`;
  // WHY programs of our own by these names: what a machine has of them would change how a line ends.
  const programs: Readonly<Record<string, string>> = {
    sallyport: `exec ${words} "$@"`,
    node: `exec ${node} "$@"`,
    npx: 'exec "$@"',
    sudo: 'exec "$@"',
    dot: "cat > /dev/null",
    "secret-tool": "exit 1",
  };
  const all = {
    ...files,
    ...Object.fromEntries(
      Object.entries(programs).map(([name, line]) => [`bin/${name}`, `#!/bin/sh\n${line}\n`]),
    ),
  };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text, { mode: name.startsWith("bin/") ? 0o755 : 0o644 });
  }
  return homeAt(path);
}

function homeAt(path: string): PageHome {
  return {
    path,
    async run(lines) {
      const list = join(path, ".lines.json");
      writeFileSync(list, JSON.stringify(lines));
      const driver = join(repository, "test/guide/run-lines.ts");
      const cwd = existsSync(join(path, "shop")) ? `${HOME}/shop` : HOME;
      const child = spawn("bwrap", [
        ...walls(path),
        "--chdir",
        cwd,
        process.execPath,
        ...FROM_SOURCE,
        driver,
        `${HOME}/.lines.json`,
      ]);
      const { text } = await finish(child);
      return text
        .split("\n")
        .flatMap((line) => (line.startsWith("{") ? [JSON.parse(line) as EndedLine] : []));
    },
    copy() {
      const next = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-pages-")));
      cpSync(path, next, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
      return homeAt(next);
    },
    remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }),
  };
}
