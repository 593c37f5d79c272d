// A machine of fifty people for the suite `accounts`: a copy of this system that nobody else sees, the program and its service, and requests as each account's hook makes them.
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { ENVIRONMENT_HEADER } from "#govern/settings/hook-entries.ts";
import { reportEnvironment } from "#surface/services/facts/environment-report.ts";
import {
  CLIENT_HEADER,
  DIRECTORY_HEADER,
  MACHINE_FOLDERS,
  socketPath,
} from "#surface/services/machine/places.ts";
import { buildProgram } from "../client/built-program.ts";
import { openPrivateSystem, type PrivateSystem } from "../client/private-system.ts";
import { until } from "../until.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PROGRAM = "/opt/sallyport";
const MAIN = `${PROGRAM}/dist/surface/cli/main.js`;
const HOOK = `${PROGRAM}/dist/machine-hook.cjs`;
const HEAD_END = "\r\n\r\n";
const SERVICE_MS = 120_000;

/** One account of the machine. */
export type BenchAccount = {
  readonly uid: number;
  readonly project: string;
  /** Posts an event on a connection of its own, as the hook does, and gives the answer's body; "" where the connection is cut. */
  post(body: string): Promise<string>;
  /** The program and words by which the client of this account starts the hook. */
  readonly hook: readonly [program: string, words: readonly string[]];
};

export type AccountsStand = {
  readonly accounts: readonly BenchAccount[];
  /** MiB that each process of the service holds for itself and its share of what several hold: the supervisor first. */
  memory(): readonly number[];
  close(): Promise<void>;
};

/** Makes the machine and starts its service. Throws where this is not root, or lacks what makes systems. */
export async function openAccounts(count: number): Promise<AccountsStand> {
  const built = buildProgram("/");
  if (built.status !== 0) throw new Error(built.stderr);
  const names = Array.from({ length: count }, (_, at) => `person${at}`);
  // No session of a client is had, so any program is the client.
  const system = await openPrivateSystem(names, "/usr/bin/true");
  let service: ChildProcess | undefined;
  const close = async (): Promise<void> => {
    service?.kill("SIGKILL");
    await system.close();
  };
  try {
    for (const name of ["dist", "data", "package.json", "node_modules/node-sqlite3-wasm"]) {
      const to = join(system.view, PROGRAM, name);
      mkdirSync(join(to, ".."), { recursive: true });
      cpSync(join(ROOT, name), to, { recursive: true });
    }
    must(system, `chmod -R a+rX,go-w ${PROGRAM} && groupadd --system sallyport`);
    for (const name of names)
      must(
        system,
        `mkdir /home/${name}/shop && echo hello >/home/${name}/shop/README.md && chown -R ${name}: /home/${name}`,
      );
    service = await startService(system);
    const accounts = names.map((name) => accountOf(system, name));
    return {
      accounts,
      close,
      memory: () =>
        must(
          system,
          `for pid in $(pgrep -of 'machine serve') $(pgrep -f 'machine judge'); do awk '/^Pss:/ { print $2 }' /proc/$pid/smaps_rollup; done`,
        )
          .trim()
          .split("\n")
          .map((kib) => Number(kib) / 1024),
    };
  } catch (cause) {
    await close();
    throw cause;
  }
}

function must(system: PrivateSystem, line: string): string {
  const { status, text } = system.asRoot(line);
  if (status !== 0) throw new Error(`\`${line}\` ended with ${status}: ${text.slice(-2_000)}`);
  return text;
}

async function startService(system: PrivateSystem): Promise<ChildProcess> {
  const [program, words] = system.inside(process.execPath, MAIN, "machine", "serve");
  const child = spawn(program, words, {
    env: { PATH: "/usr/bin:/bin" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (piece) => (said += String(piece)));
  const isOver = (): boolean => child.exitCode !== null || /guards \d+ accounts/.test(said);
  await until("the service runs", isOver, { withinMs: SERVICE_MS });
  if (child.exitCode !== null) throw new Error(`the service ended: ${said}`);
  return child;
}

function accountOf(system: PrivateSystem, name: string): BenchAccount {
  const uid = Number(must(system, `id -u ${name}`));
  const project = `/home/${name}/shop`;
  const path = `${system.view}${socketPath(MACHINE_FOLDERS, uid)}`;
  const environment = { PATH: "/usr/bin:/bin", HOME: `/home/${name}`, SHELL: "/bin/bash" };
  const report = JSON.stringify(reportEnvironment(environment));
  const head =
    `POST /v1/hook HTTP/1.1\r\nHost: 127.0.0.1:0\r\nContent-Type: application/json\r\n` +
    `${DIRECTORY_HEADER}: ${encoded(project)}\r\n${CLIENT_HEADER}: ${process.pid}\r\n` +
    `${ENVIRONMENT_HEADER}: ${encoded(report)}\r\nConnection: close\r\n`;
  const rights = ["--reuid", name, "--regid", name, "--init-groups", "--"];
  return {
    uid,
    project,
    post: (body) => posted(path, `${head}Content-Length: ${Buffer.byteLength(body)}`, body),
    hook: system.inside("setpriv", ...rights, process.execPath, HOOK, "--waits", "60"),
  };
}

const encoded = (text: string): string => Buffer.from(text, "utf8").toString("base64url");

function posted(path: string, head: string, body: string): Promise<string> {
  return new Promise((resolve) => {
    let received = "";
    const socket = connect(path, () => socket.write(`${head}${HEAD_END}${body}`));
    socket.setEncoding("utf8");
    socket.on("data", (piece) => (received += String(piece)));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      const end = received.indexOf(HEAD_END);
      resolve(end < 0 ? "" : received.slice(end + HEAD_END.length));
    });
  });
}
