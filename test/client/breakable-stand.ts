// A project guarded by a copy of the product of its own, so that a test may break the product, its disk and its daemon.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { removeTree } from "#surface/foundation/files/closed-tree.ts";
import { sessionProcesses } from "./client-process.ts";
import { type ClientRun, type ClientRunOptions, runClient } from "./client-run.ts";
import { openPrivateDisk, type PrivateDisk } from "./private-disk.ts";

/** How the client reaches the guard. */
export type Transport = "http" | "command";

/** An event of the log as `log tail --json` prints it. */
export type Logged = {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly sealed: Readonly<Record<string, unknown>> | null;
};

export type StandOptions = {
  /** Undefined: the same project with no guard at all. */
  readonly transport: Transport | undefined;
  /** The data directory is a disk of its own that only this stand sees; needs root. */
  readonly hasOwnDisk?: boolean;
  /** The hooks name a copy of node that may be removed. */
  readonly hasOwnNode?: boolean;
  /** Written before `init`, relative to the project. */
  readonly files?: Readonly<Record<string, string>>;
};

/** A guarded project. `home` is the person's home and holds everything. All paths are absolute. */
export type BreakableStand = {
  readonly transport: Transport | undefined;
  readonly home: string;
  readonly project: string;
  readonly data: string;
  /** The product that the hooks start: the copy that `init` made in the data directory. */
  readonly product: string;
  readonly node: string;
  readonly settingsFile: string;
  readonly disk: PrivateDisk | undefined;
  /** Runs the program. */
  sallyport(...args: readonly string[]): { status: number | null; stdout: string; stderr: string };
  session(options: ClientRunOptions): Promise<ClientRun>;
  /** The process of the running daemon, or undefined. */
  daemonId(): number | undefined;
  /** Ends the daemon as `kill -9` does. */
  killDaemon(): void;
  /** Puts code before a file of the product, which is run with `fs` and `isArmed()` in scope: true once `arm` was called. */
  plantFault(file: string, code: string): void;
  arm(): void;
  disarm(): void;
  /** Everything on record; takes the spool in. Throws when the log cannot be read. */
  record(): readonly Logged[];
  /** Ends what it started and removes everything. */
  close(): Promise<void>;
};

const root = fileURLToPath(new URL("../..", import.meta.url));
/** What the secret file of every stand holds. */
export const secretMarker = "QUARTZ7744";
const programFile = "dist/surface/cli/main.js";

/** Makes the project and guards it; the daemon runs when the transport needs it. Throws with the program's words. */
export async function openBreakableStand(options: StandOptions): Promise<BreakableStand> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-stand-")));
  const places = {
    home,
    project: join(home, "shop"),
    data: join(home, "data"),
    source: join(home, "product"),
    node: options.hasOwnNode === true ? join(home, "node") : process.execPath,
  };
  buildOnce();
  copyProduct(places.source);
  mkdirSync(places.project);
  mkdirSync(places.data, { mode: 0o700 });
  if (options.hasOwnNode === true) cpSync(process.execPath, places.node);
  const files = { ".env": `KEY=${secretMarker}\n`, "readme.txt": "hello\n", ...options.files };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(places.project, name, ".."), { recursive: true });
    writeFileSync(join(places.project, name), text);
  }
  const disk = options.hasOwnDisk === true ? await openPrivateDisk(places.data) : undefined;
  const stand = standOf(places, options.transport, disk);
  try {
    guard(stand);
    return stand;
  } catch (cause) {
    await stand.close();
    throw cause;
  }
}

function guard(stand: BreakableStand): void {
  if (stand.transport === undefined) return;
  must(stand.sallyport("init", stand.project, "--yes", "--transport", stand.transport));
  // Outside of any session: the end of a session ends what it started.
  if (stand.transport === "http") must(stand.sallyport("daemon", "--ensure"));
}

function must({
  status,
  stdout,
  stderr,
}: {
  status: number | null;
  stdout: string;
  stderr: string;
}) {
  if (status !== 0) throw new Error(`the program ended with ${status}: ${stderr}${stdout}`);
  return stdout;
}

type Places = Readonly<Record<"home" | "project" | "data" | "source" | "node", string>>;

function standOf(
  places: Places,
  transport: Transport | undefined,
  disk: PrivateDisk | undefined,
): BreakableStand {
  const { home, project, data, source, node } = places;
  const armed = join(home, "armed");
  const lockFile = join(disk?.view ?? "", data, "daemon.lock");
  const stand: BreakableStand = {
    ...places,
    get product() {
      const record = readFileSync(join(disk?.view ?? "", data, "programs", "in-force"), "utf8");
      const main = /^main='(.+)'$/m.exec(record)?.[1] ?? "";
      return main.slice(0, -programFile.length - 1);
    },
    transport,
    disk,
    settingsFile: join(project, ".claude", "settings.local.json"),
    sallyport(...args) {
      const runner = existsSync(node) ? node : process.execPath;
      const command = [...(disk?.enter(home) ?? []), runner, join(source, programFile), ...args];
      const { status, stdout, stderr } = spawnSync(command[0] ?? "", command.slice(1), {
        cwd: home,
        encoding: "utf8",
        env: { PATH: process.env["PATH"], HOME: home, SALLYPORT_HOME: data },
        timeout: 180_000,
        maxBuffer: 256 * 1024 * 1024,
      });
      return { status, stdout, stderr };
    },
    session: (options) =>
      runClient({
        projectDirectory: project,
        home,
        ...(disk === undefined ? {} : { wrapper: disk.enter(project) }),
        ...options,
      }),
    daemonId() {
      try {
        const holder: unknown = JSON.parse(readFileSync(lockFile, "utf8"));
        const id = Number(Object(holder).pid);
        process.kill(id, 0);
        return id;
      } catch {
        return undefined;
      }
    },
    killDaemon() {
      const id = stand.daemonId();
      if (id !== undefined) process.kill(id, "SIGKILL");
    },
    plantFault(file, code) {
      const path = join(stand.product, file);
      const head = `const fs = process.getBuiltinModule("node:fs"); const { syncBuiltinESMExports } = process.getBuiltinModule("node:module"); const isArmed = () => fs.existsSync(${JSON.stringify(armed)}); ${code};\n`;
      writeFileSync(path, head + readFileSync(path, "utf8").replace(/^#!.*\n/, ""));
    },
    arm: () => writeFileSync(armed, ""),
    disarm: () => rmSync(armed, { force: true }),
    record() {
      const lines = must(stand.sallyport("log", "tail", "-n", "100000", "--json")).split("\n");
      return lines.filter((line) => line !== "").map((line): Logged => JSON.parse(line));
    },
    async close() {
      for (const id of await sessionProcesses(home)) {
        try {
          process.kill(id, "SIGKILL");
        } catch {
          // It has ended by itself.
        }
      }
      disk?.close();
      removeTree(home);
    },
  };
  return stand;
}

function buildOnce(): void {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, "scripts/bootstrap.mjs"), "--build"],
    { cwd: root, encoding: "utf8", timeout: 120_000 },
  );
  must({ status, stdout, stderr });
}

/** WHY: the copy lies in the stand, the packages it needs do not: they are never broken. */
function copyProduct(product: string): void {
  mkdirSync(product);
  for (const name of ["dist", "data", "package.json", "LICENSE"]) {
    cpSync(join(root, name), join(product, name), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(product, "node_modules"));
}
