// A probe of the machine's sandbox: a tiny command run in one, whose traces are looked at from outside.
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { WAITS } from "#base/waits.ts";
import { ownNamespaces } from "#platform/processes.ts";
import { temporaryDirectory } from "#platform/user.ts";
import type { SandboxProgram } from "./sandbox-programs.ts";

/** A probe takes some 20 ms; what hangs is no sandbox. */
const PROBE_MS_MAX = WAITS.payloadMs;
const OUTPUT_BYTES_MAX = 64 * 1024;

/**
 * Runs a command in a sandbox of the kind that the client makes: it must be able to write one directory, and nothing else
 * around it, not to read a hidden one, and to be without the machine's network and processes. Resolves to what went wrong.
 */
export async function probeSandbox(
  programs: readonly SandboxProgram[],
): Promise<string | undefined> {
  const [sandbox, ...others] = programs;
  if (sandbox === undefined) return "there is no program to probe";
  const room = realpathSync.native(mkdtempSync(join(temporaryDirectory(), "sallyport-probe-")));
  try {
    const isSeatbelt = sandbox.path.endsWith("/sandbox-exec");
    const open = await tryIn(sandbox.path, room, isSeatbelt);
    if (open !== undefined) return open;
    for (const { path } of others) await run(path, ["-V"]);
    return undefined;
  } catch {
    return `\`${sandbox.path}\` or what it needs does not run here`;
  } finally {
    rmSync(room, { recursive: true, force: true });
  }
}

/** What was not held. */
async function tryIn(
  program: string,
  room: string,
  isSeatbelt: boolean,
): Promise<string | undefined> {
  const [nonce, secret] = [randomBytes(12).toString("hex"), randomBytes(12).toString("hex")];
  const [inside, outside, hidden] = ["in", "out", "hidden"].map((name) => join(room, name)) as [
    string,
    string,
    string,
  ];
  for (const directory of [inside, outside, hidden]) mkdirSync(directory);
  writeFileSync(join(hidden, "secret"), secret);
  const script = [
    `(echo > "${inside}/${nonce}") 2>/dev/null`,
    `(echo > "${outside}/${nonce}") 2>/dev/null`,
    `cat "${hidden}/secret" 2>/dev/null`,
    "readlink /proc/self/ns/net /proc/self/ns/pid 2>/dev/null",
    "echo ended",
  ].join("\n");
  const args = isSeatbelt
    ? ["-p", seatbelt(inside, hidden)]
    : [
        ...["--new-session", "--die-with-parent", "--ro-bind", "/", "/", "--dev", "/dev"],
        ...["--bind", inside, inside, "--tmpfs", hidden],
        ...["--unshare-net", "--unshare-pid", "--proc", "/proc", "--"],
      ];
  const { stdout } = await run(program, [...args, "/bin/sh", "-c", script]);
  if (!existsSync(join(inside, nonce)) || !stdout.includes("ended"))
    return `\`${program}\` did not run the probe`;
  if (existsSync(join(outside, nonce))) return "the sandbox lets commands write outside";
  if (stdout.includes(secret)) return "the sandbox does not hide what it should";
  const told = [...stdout.matchAll(/^(net|pid):\[\d+\]$/gm)].map(([word]) => word);
  const own = ownNamespaces();
  const isApart = told.length === 2 && !own.some((one) => told.includes(one));
  return isSeatbelt || isApart ? undefined : "the sandbox shares network or processes";
}

function seatbelt(inside: string, hidden: string): string {
  return [
    "(version 1)(allow default)(deny file-write*)(deny network*)",
    `(allow file-write* (subpath "${inside}") (literal "/dev/null"))`,
    `(deny file-read* (subpath "${hidden}"))`,
  ].join("");
}

/** WHY an empty environment in the root: nothing of a project has a say in what the probe finds. */
function run(program: string, args: readonly string[]): Promise<{ readonly stdout: string }> {
  return promisify(execFile)(program, [...args], {
    cwd: "/",
    env: { PATH: "/usr/bin:/bin" },
    timeout: PROBE_MS_MAX,
    killSignal: "SIGKILL",
    maxBuffer: OUTPUT_BYTES_MAX,
  });
}
