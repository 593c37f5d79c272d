// A guarded project with the command hook as a real process: the program is bundled for the test, the data directory is its own.
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle } from "../../../scripts/bundle.ts";
import { BUILT, isBuilt } from "../../program.ts";
import { readProjectRegister } from "#surface/services/projects/project-register-file.ts";
import { guardProject } from "#surface/cli/guard/guard-project.ts";
import type { Transport } from "#surface/cli/guard/transport.ts";
import { freshDirectory, installOn } from "../daemon/daemon-stand.ts";
import { compiledFolder } from "#surface/foundation/product/compiled-code.ts";
import { PACKAGE_PATH } from "#surface/foundation/product/product-files.ts";
import { HOOK_FLAGS } from "#surface/services/program/shim.ts";
import type { Install } from "#surface/services/installation/install.ts";
import { silent } from "../silent-terminal.ts";

/** How a hook process ended. */
export type Ended = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

export type HookStand = {
  readonly path: string;
  readonly home: string;
  readonly project: string;
  readonly settingsFile: string;
  readonly install: Install;
  readonly token: string;
  /** Where the bundle lies. */
  readonly program: string;
  /** Arguments of the installed entry, the program's file first. */
  readonly args: readonly string[];
  /** The installed entry as the client starts it. */
  readonly command: readonly string[];
  ask(payload: string | Uint8Array, changes?: AskChanges): Promise<Ended>;
  close(): void;
};

export type AskChanges = {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeArguments?: readonly string[];
  readonly cwd?: string;
};

let bundledOnce: Promise<string> | undefined;

/** Where a bundle of these sources lies: what the build made, else one for all tests of this process. */
function bundledProgram(): Promise<string> {
  if (isBuilt) return Promise.resolve(BUILT);
  bundledOnce ??= (async () => {
    const folder = mkdtempSync(join(tmpdir(), "sallyport-bundle-"));
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    await bundle(folder);
    return folder;
  })();
  return bundledOnce;
}

/** A policy under which nothing is held: what only the judge knows decides. */
export const UNHELD_POLICY =
  "id: unheld\nversion: 1.0.0\ntitle: The team's policy without holding\nextends: [team]\nhold: never\n";

/**
 * Guards a project with the bundled hook; with `http` the hooks installed are the daemon's, and the hook works too.
 * `policy` is the text of the policy in force instead of the pack `team`.
 */
export async function openHookStand(transport: Transport, policy?: string): Promise<HookStand> {
  const room = freshDirectory();
  // As `init` leaves a copy of the program, with room for what processes keep of compiled code.
  const programs = join(room.path, "programs");
  const program = join(programs, "0.0.0-0123456789ab", PACKAGE_PATH, "dist");
  mkdirSync(compiledFolder(programs), { recursive: true, mode: 0o700 });
  const home = join(room.path, "home");
  const project = join(home, "shop");
  mkdirSync(join(project, "src"), { recursive: true });
  writeFileSync(join(project, ".env"), "KEY=1\n");
  writeFileSync(join(project, "readme.txt"), "hello\n");
  const bundled = await bundledProgram();
  cpSync(bundled, program, { recursive: true });
  const hookPath = join(program, "hook.cjs");
  const install = await installOn(join(home, "data"));
  const { root } = install.directories;
  const profile = join(home, "policy.yaml");
  if (policy !== undefined) writeFileSync(profile, policy);
  const outcome = await guardProject({
    directory: project,
    yes: true,
    ...(policy === undefined ? {} : { profile }),
    terminal: silent,
    environment: { PATH: "/usr/bin:/bin", HOME: home },
    data: root,
    transport,
    hookPath,
  });
  const [entry] = readProjectRegister(install.directories.projectsFile);
  const places = ["--project", entry?.id ?? "", "--data", root, "--home", home];
  const args =
    transport === "command"
      ? [hookPath, ...installedArgs(outcome.settingsFile)]
      : [hookPath, ...places];
  return {
    path: room.path,
    home,
    project,
    settingsFile: outcome.settingsFile,
    install,
    token: outcome.token,
    program,
    args,
    command: [process.execPath, ...HOOK_FLAGS, ...args],
    ask: (payload, changes = {}) =>
      runNode([...(changes.nodeArguments ?? []), ...(changes.args ?? args)], payload, {
        cwd: changes.cwd ?? project,
        env: { PATH: "/usr/bin:/bin", HOME: home, CLAUDE_PROJECT_DIR: project, ...changes.env },
      }),
    close: () => room.remove(),
  };
}

function installedArgs(settingsFile: string): readonly string[] {
  const settings = JSON.parse(readFileSync(settingsFile, "utf8")) as {
    hooks: { PreToolUse: { hooks: { args: string[] }[] }[] };
  };
  return settings.hooks.PreToolUse[0]?.hooks[0]?.args ?? [];
}

type RunOptions = { readonly cwd: string; readonly env: Readonly<Record<string, string>> };

/** Runs node with something on its standard input. */
export function runNode(
  args: readonly string[],
  input: string | Uint8Array,
  options: RunOptions,
): Promise<Ended> {
  return runProgram([process.execPath, ...args], input, options);
}

/** Runs a program with something on its standard input. */
export function runProgram(
  [program = "", ...args]: readonly string[],
  input: string | Uint8Array,
  options: RunOptions,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ["pipe", "pipe", "pipe"] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    // A hook that refuses early does not read what is left.
    child.stdin.on("error", () => undefined);
    child.on("error", reject);
    child.on("close", (code) =>
      resolve({
        code,
        stdout: Buffer.concat(out).toString("utf8"),
        stderr: Buffer.concat(err).toString("utf8"),
      }),
    );
    child.stdin.end(input);
  });
}
