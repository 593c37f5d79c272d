// A machine with the guard of all its accounts: accounts made for a test, the program where everybody may start it, the service.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Account, accountOf, groupNumber } from "#platform/accounts.ts";
import { MACHINE_FOLDERS, MACHINE_GROUP } from "#surface/services/machine/places.ts";
import { whyNotInstalled } from "../installed.ts";
import { until } from "../until.ts";
import { buildProgram } from "./built-program.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const OTHERS_START = 0o001;

/** The service, and what it guards. */
export type GuardedMachine = {
  /** Folder that every account reads, with the built program. */
  readonly room: string;
  readonly main: string;
  readonly hook: string;
  makeAccount(): Account;
  /** Starts the service, with these words before it; it is ended by `stop`. */
  start(before?: readonly string[]): Promise<void>;
  stop(): Promise<void>;
  /** What the service wrote to its standard error. */
  said(): string;
  close(): Promise<void>;
};

/** Why there can be none here, or undefined. */
export function whyNoGuardedMachine(): string | undefined {
  if (process.getuid?.() !== 0) return "the machine's guard needs root";
  if (process.platform !== "linux") return "the machine's guard is for Linux";
  if ((statSync(process.execPath).mode & OTHERS_START) === 0 || !isReachable(process.execPath))
    return `\`${process.execPath}\` cannot be started by other accounts`;
  if (existsSync(MACHINE_FOLDERS.run) || existsSync(MACHINE_FOLDERS.state))
    return "the machine's guard is installed here already";
  return whyNotInstalled("useradd", "userdel", "groupadd", "setpriv", "getent");
}

function isReachable(path: string): boolean {
  const words = ["--reuid", "65534", "--regid", "65534", "--clear-groups", path, "--version"];
  return spawnSync("setpriv", words).status === 0;
}

/** Makes it. Ask `whyNoGuardedMachine` first. */
export function openGuardedMachine(): GuardedMachine {
  const room = mkdtempSync("/srv/sallyport-machine-");
  chmodSync(room, 0o755);
  const built = buildProgram(room);
  if (built.status !== 0) {
    rmSync(room, { recursive: true });
    throw new Error(built.stderr);
  }
  const program = join(room, "program");
  mkdirSync(join(program, "node_modules"), { recursive: true });
  for (const name of ["dist", "data", "package.json", "node_modules/node-sqlite3-wasm"])
    cpSync(join(root, name), join(program, name), { recursive: true });
  spawnSync("chmod", ["-R", "a+rX,go-w", program]);
  const isOwnGroup = groupNumber(MACHINE_GROUP) === undefined;
  if (isOwnGroup) run("groupadd", "--system", MACHINE_GROUP);
  const accounts: Account[] = [];
  let service: ChildProcess | undefined;
  let output = "";
  const main = join(program, "dist/surface/cli/main.js");
  const stop = async (): Promise<void> => {
    const child = service;
    service = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
  };
  return {
    room,
    main,
    hook: join(program, "dist/machine-hook.cjs"),
    stop,
    makeAccount() {
      const name = `sptest${process.pid}x${accounts.length}`;
      run("useradd", "--create-home", "--shell", "/bin/bash", name);
      const account = accountOf(name);
      if (account === undefined) throw new Error(`\`${name}\` was not made`);
      accounts.push(account);
      return account;
    },
    async start(before = []) {
      const [command, ...rest] = [...before, process.execPath, main, "machine", "serve"];
      const child = spawn(command, rest, {
        env: { PATH: "/usr/bin:/bin" },
        stdio: ["ignore", "ignore", "pipe"],
      });
      service = child;
      let said = "";
      child.stderr?.on("data", (chunk) => {
        said += String(chunk);
        output += String(chunk);
      });
      await until(
        "the service runs",
        () => /guards \d+ accounts/.test(said) || child.exitCode !== null,
      );
    },
    said: () => output,
    async close() {
      await stop();
      for (const { name, uid } of accounts) {
        spawnSync("pkill", ["-KILL", "-U", name]);
        run("userdel", "--remove", name);
        for (const memory of ["/dev/shm", tmpdir()])
          rmSync(join(memory, `sallyport-${uid}`), { recursive: true, force: true, maxRetries: 3 });
      }
      if (isOwnGroup) run("groupdel", MACHINE_GROUP);
      for (const path of [MACHINE_FOLDERS.run, MACHINE_FOLDERS.state, room])
        rmSync(path, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

function run(program: string, ...words: readonly string[]): void {
  spawnSync(program, words, { stdio: "ignore" });
}

/** Runs a program with an account's rights and nothing of this environment. */
export function runAsAccount(
  { uid, gid, home }: Account,
  words: readonly string[],
  input = "",
  cwd = "/",
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const own = ["--reuid", String(uid), "--regid", String(gid), "--init-groups", "--"];
  return spawnSync("setpriv", [...own, ...words], {
    cwd,
    input,
    encoding: "utf8",
    timeout: 120_000,
    env: { HOME: home, PATH: "/usr/bin:/bin" },
  });
}
