// The side of the probes that runs inside of a held call: does what it is told, and says what came of it.
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  closeSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { askToEnd } from "#platform/processes.ts";
import { shownOf } from "#platform/process-links.ts";
import type { Act, Ending, Probe } from "./probe.ts";

/** Of what is read or said. */
const TEXT_BYTES_MAX = 4_096;
const RUN_MS_MAX = 10_000;
const CONNECT_MS_MAX = 3_000;
/** Linux; node has no name for it. Opens a place and not what lies there. */
const O_PATH = 0o10000000;

/** Tries them one after the other. Never rejects. `scratch`: a folder in which files may be made. */
export async function tryProbes(
  probes: readonly Pick<Probe, "id" | "act" | "needs">[],
  scratch: string,
): Promise<readonly Ending[]> {
  const endings: Ending[] = [];
  for (const { id, act, needs } of probes) {
    if (needs !== undefined && !isHere(needs)) {
      endings.push({ id, outcome: "missing", text: "" });
      continue;
    }
    try {
      const text = await made(act, join(scratch, `probe-${endings.length}`));
      endings.push({
        id,
        outcome: "done",
        text: text.subarray(0, TEXT_BYTES_MAX).toString("base64"),
      });
    } catch (cause) {
      const text = Buffer.from(cause instanceof Error ? cause.message : "").subarray(0, 400);
      endings.push({ id, outcome: "refused", text: text.toString("base64") });
    }
  }
  return endings;
}

function isHere(program: string): boolean {
  return ["/usr/bin", "/bin", "/usr/sbin", "/sbin"].some((folder) =>
    existsSync(join(folder, program)),
  );
}

async function made(act: Act, own: string): Promise<Buffer> {
  switch (act.do) {
    case "read":
      return read(act, own);
    case "write":
      mkdirSync(dirname(act.path), { recursive: true });
      appendFileSync(act.path, `${act.mark}\n`);
      return Buffer.alloc(0);
    case "move":
      renameSync(act.from, act.to);
      return Buffer.alloc(0);
    case "remove":
      rmSync(act.path, { recursive: true });
      return Buffer.alloc(0);
    case "connect":
      return await said(act);
    case "signal":
      if (!askToEnd(act.pid)) throw new Error("there is none");
      return Buffer.alloc(0);
    case "variable":
      return Buffer.from(process.env[act.name] ?? "");
    case "run":
      return ran("/bin/sh", ["-c", act.line]);
    default:
      return act satisfies never;
  }
}

function read({ path, way }: Extract<Act, { do: "read" }>, own: string): Buffer {
  switch (way) {
    case "open":
      return readFileSync(path);
    case "program":
      return ran("/bin/cat", [path]);
    case "archive":
      return ran("/bin/sh", ["-c", 'tar cf - "$1" 2>/dev/null | tar xOf -', "sh", path]);
    case "copy":
      ran("/bin/cp", [path, own]);
      return readFileSync(own);
    case "descriptor": {
      const at = openSync(path, constants.O_RDONLY | O_PATH);
      try {
        return readFileSync(shownOf("self", `fd/${at}`));
      } finally {
        closeSync(at);
      }
    }
    case "root":
      return readFileSync(shownOf("self", `root${path}`));
    case "first-root":
      return readFileSync(shownOf(1, `root${path}`));
    case "link":
      symlinkSync(path, own);
      return readFileSync(own);
    case "hard-link":
      linkSync(path, `${path}.linked`);
      return readFileSync(`${path}.linked`);
    case "moved":
      renameSync(path, `${path}.moved`);
      return readFileSync(`${path}.moved`);
    default:
      return way satisfies never;
  }
}

/** Standard output of a program; throws where it ends with another status than 0 and said nothing. */
function ran(program: string, args: readonly string[]): Buffer {
  const { stdout, stderr, status, error } = spawnSync(program, args, {
    timeout: RUN_MS_MAX,
    killSignal: "SIGKILL",
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (error !== undefined) throw error;
  if (status !== 0 && stdout.length === 0)
    throw new Error(stderr.toString("utf8").trim().split("\n").at(-1));
  return stdout;
}

function said({ to, host, mark }: Extract<Act, { do: "connect" }>): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket =
      typeof to === "string" ? connect({ path: to }) : connect({ port: to, host: host ?? "" });
    socket.setTimeout(CONNECT_MS_MAX, () => socket.destroy(new Error("nobody answers")));
    socket.once("error", reject);
    socket.once("connect", () => socket.end(mark, () => resolve(Buffer.alloc(0))));
  });
}
