// The program `dist/machine-hook.cjs`: hands an event to the machine's guard over the account's own socket, or refuses.
import { lstatSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { isObject, readJson } from "#base/json.ts";
import { PAYLOAD_BYTES_MAX } from "#base/limits.ts";
import { secondsNamed, waitsOf } from "#base/waits.ts";
import { ENVIRONMENT_HEADER, WATCHED_HEADER } from "#govern/settings/hook-entries.ts";
import { privacyProblem } from "#platform/ownership.ts";
import { ADMINISTRATOR, userId } from "#platform/user.ts";
import { reportEnvironment } from "../services/facts/environment-report.ts";
import { howToStart } from "../services/machine/how-to-start.ts";
import {
  CLIENT_HEADER,
  DIRECTORY_HEADER,
  knockFolder,
  MACHINE_FOLDERS,
  SHELL_FILE_HEADER,
  socketFolder,
  socketPath,
} from "../services/machine/places.ts";
import { failClosed, refuse } from "./fail-closed.ts";
import { writeWhole } from "./write-whole.ts";

const ANSWER_BYTES_MAX = 4 * 1024 * 1024;
/** A service that is being started again is waited for so long, and one that makes an account's socket too. */
const PATIENCE_MS = 5_000;
const PAUSE_MS = 50;
const stopped = (): string =>
  `the guard of this machine does not answer, so the call is refused; an administrator starts it with \`${howToStart()}\``;

const argument = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};

async function run(): Promise<void> {
  const payload = await readPayload();
  const uid = userId() ?? ADMINISTRATOR;
  const endMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const asked = await ask(uid, payload);
    if (asked.kind === "answer") return answer(asked.text);
    if (asked.kind === "failed" || performance.now() > endMs) refuse(stopped());
    if (asked.kind === "no-socket") knock(uid);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

async function answer(text: string): Promise<void> {
  if (!isObject(readJson(text))) refuse(stopped());
  await writeWhole(text);
  process.exitCode = 0;
}

async function readPayload(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    bytes += chunk.length;
    if (bytes > PAYLOAD_BYTES_MAX) refuse("the event is too large to be judged, so it is refused");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

type Asked =
  | { readonly kind: "answer"; readonly text: string }
  /** Nobody is there yet, or not any more. */
  | { readonly kind: "no-socket" | "nobody" | "failed" };

function ask(uid: number, payload: Buffer): Promise<Asked> {
  if (!isMachines(socketFolder(MACHINE_FOLDERS, uid)))
    return Promise.resolve({ kind: "no-socket" });
  const told = reportEnvironment(process.env);
  const { CLAUDE_PROJECT_DIR: directory = process.cwd(), CLAUDE_ENV_FILE: shellFile } = process.env;
  const headers = {
    host: "127.0.0.1:0",
    "content-type": "application/json",
    "content-length": payload.length,
    [DIRECTORY_HEADER]: encoded(directory),
    [CLIENT_HEADER]: String(process.ppid),
    ...(told === undefined ? {} : { [ENVIRONMENT_HEADER]: encoded(JSON.stringify(told)) }),
    ...(shellFile === undefined ? {} : { [SHELL_FILE_HEADER]: encoded(shellFile) }),
    ...(process.argv.includes("--watched") ? { [WATCHED_HEADER]: "1" } : {}),
  };
  const { answerMs } = waitsOf(secondsNamed(argument("--waits")));
  return new Promise((resolve) => {
    const options = { method: "POST", path: "/v1/hook", headers, timeout: answerMs };
    const call = request(
      { ...options, socketPath: socketPath(MACHINE_FOLDERS, uid), agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > ANSWER_BYTES_MAX) call.destroy();
          chunks.push(chunk);
        });
        response.on("error", () => resolve({ kind: "failed" }));
        response.on("close", () => {
          const isWhole = response.complete && response.statusCode === 200;
          const text = Buffer.concat(chunks).toString("utf8");
          resolve(isWhole ? { kind: "answer", text } : { kind: "failed" });
        });
      },
    );
    call.on("timeout", () => call.destroy());
    call.on("error", (cause: NodeJS.ErrnoException) => {
      const isAbsent = cause.code === "ENOENT" || cause.code === "ECONNREFUSED";
      resolve({ kind: isAbsent ? "nobody" : "failed" });
    });
    call.end(payload);
  });
}

const encoded = (text: string): string => Buffer.from(text, "utf8").toString("base64url");

/** Whether a folder is the administrator's: only that proves who listens in it. */
function isMachines(folder: string): boolean {
  const status = lstatSync(folder, { throwIfNoEntry: false });
  return (
    status?.isDirectory() === true &&
    privacyProblem(status, "read-only", ADMINISTRATOR) === undefined
  );
}

/** Asks for a socket: the file is this account's own, and the kernel says so. */
function knock(uid: number): void {
  try {
    writeFileSync(join(knockFolder(MACHINE_FOLDERS), `${uid}-${process.pid}`), "", {
      flag: "wx",
      mode: 0o600,
    });
  } catch {
    // It is there already, or the service does not run.
  }
}

failClosed();
void run();
