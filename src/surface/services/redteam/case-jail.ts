// The jail in which cases run through the real client: programs of the system to be read, one folder to be written, and no network.
import { spawn } from "node:child_process";
import { existsSync, readdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { START_MS_MAX } from "#base/waits.ts";
import { PROCESS_FILES } from "#platform/namespaces.ts";
import { ADMINISTRATOR, groupIds, userId } from "#platform/user.ts";
import { packageRoot } from "../../foundation/product/product.ts";
import { INSIDE_PROGRAM } from "./inside-program.ts";

const TOOLS = {
  bwrap: "/usr/bin/bwrap",
  unshare: "/usr/bin/unshare",
  ip: "/usr/sbin/ip",
} as const;
/** What the jail takes beyond an order's own time before it counts as broken. */
const GRACE_MS = 30_000;
const OUTPUT_CHARS_MAX = 8 * 1024 * 1024;
const ERROR_CHARS_MAX = 300;
/** Where the stand-in for the model is found inside. */
const MODEL_PORT = 7_801;
/** Folders at the top of the system that hold programs; all others are empty inside, for sockets and secrets lie there. */
const SYSTEM = /^(?:usr|bin|sbin|lib\d*|libx32|etc|opt|nix|gnu|dev|proc|tmp)$/;
/** Every address is the jail's own, and low ports may be listened on. */
const NETWORK = `${TOOLS.ip} link set lo up && ${TOOLS.ip} route add local 0.0.0.0/0 dev lo && echo 0 >${PROCESS_FILES}sys/net/ipv4/ip_unprivileged_port_start && exec "$@"`;

/** What is run inside. */
export type Order = {
  readonly words: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly msMax: number;
};

export type OrderEnd = {
  readonly code: number | null;
  readonly timedOut: boolean;
  readonly isCut: boolean;
  readonly stdout: string;
  readonly stderr: string;
};

export type CaseJail = {
  /** Where programs inside find the model. */
  readonly modelUrl: string;
  run(order: Order): Promise<OrderEnd>;
  /** Names that programs looked for and ports that they connected to since this was last asked. */
  contacts(): Promise<readonly string[]>;
  /** Ends everything inside. */
  close(): Promise<void>;
};

/** Why there can be no such jail here, if so. */
export function whyNoCaseJail(): string | undefined {
  const lacks = Object.entries(TOOLS).find(([, path]) => !existsSync(path));
  return lacks === undefined
    ? undefined
    : `\`${lacks[0]}\` is not installed, so nothing keeps what a case does away from this machine`;
}

/**
 * Starts it. `room`: the folder that can be written; `socket`: where the stand-in for the model listens; `programs`: files of
 * which the folders can be read. Throws a Failure where the machine does not let it.
 */
export async function openCaseJail(
  room: string,
  { socket, programs }: { readonly socket: string; readonly programs: readonly string[] },
): Promise<CaseJail> {
  const child = spawn(TOOLS.unshare, jailWords(room, socket, programs), {
    cwd: "/",
    env: {},
    stdio: ["pipe", "pipe", "pipe"],
  });
  const waiting = new Map<number, (answer: Answer | undefined) => void>();
  let [last, complained, isOver] = [0, "", false];
  child.stdin.on("error", () => undefined);
  child.stderr.on("data", (bytes: Buffer) => {
    complained = `${complained}${bytes.toString("utf8")}`.slice(-ERROR_CHARS_MAX);
  });
  const over = new Promise<void>((resolve) => {
    const end = () => {
      isOver = true;
      for (const answer of waiting.values()) answer(undefined);
      resolve();
    };
    child.once("close", end);
    child.once("error", end);
  });
  const answered = (id: number, msMax: number): Promise<Answer | undefined> =>
    new Promise((resolve) => {
      if (isOver) return resolve(undefined);
      const timer = setTimeout(() => {
        child.kill("SIGKILL");
      }, msMax);
      waiting.set(id, (answer) => {
        clearTimeout(timer);
        waiting.delete(id);
        resolve(answer);
      });
    });
  createInterface({ input: child.stdout }).on("line", (line) => {
    const answer = parseAnswer(line);
    if (answer !== undefined) waiting.get(answer.id)?.(answer);
  });
  const say = (order: object, msMax: number): Promise<Answer | undefined> => {
    const id = ++last;
    const answer = answered(id, msMax);
    child.stdin.write(`${JSON.stringify({ id, ...order })}\n`);
    return answer;
  };
  const broken = () =>
    new Failure("red-team-jail", `the jail of the cases ended: ${printable(complained.trim())}`);
  if ((await answered(0, START_MS_MAX)) === undefined)
    throw new Failure(
      "red-team-jail",
      `no jail for the cases can be made here: ${printable(complained.trim())}; run them without \`--through client\``,
    );
  return {
    modelUrl: `http://127.0.0.1:${MODEL_PORT}`,
    async run(order) {
      const end = await say({ ...order, charsMax: OUTPUT_CHARS_MAX }, order.msMax + GRACE_MS);
      if (end === undefined || !("stdout" in end)) throw broken();
      return end;
    },
    async contacts() {
      const answer = await say({}, GRACE_MS);
      if (answer === undefined || !("taken" in answer)) throw broken();
      return answer.taken;
    },
    async close() {
      child.stdin.end();
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), START_MS_MAX);
      await over;
      clearTimeout(late);
    },
  };
}

type Answer =
  | { readonly id: number }
  | { readonly id: number; readonly taken: readonly string[] }
  | (OrderEnd & { readonly id: number });

function parseAnswer(line: string): Answer | undefined {
  try {
    // Our own program's words, on a pipe that nothing else in the jail has.
    return JSON.parse(line) as Answer;
  } catch {
    return undefined;
  }
}

/**
 * From outside to inside: namespaces of its own, whose end is the end of all that runs there; then the files.
 * WHY `unshare` makes the table of processes and bubblewrap only binds it: below a table of which parts are covered nobody can
 * make another, and holding a call does.
 */
function jailWords(room: string, socket: string, programs: readonly string[]): readonly string[] {
  const resolver = join(room, "resolv.conf");
  writeFileSync(resolver, "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n");
  const shown = [process.execPath, ...programs].map((file) => dirname(realpathSync(file)));
  const folders = [...new Set([packageRoot().replace(/\/$/, ""), ...shown])];
  return [
    ...["--user", "--map-root-user", "--net", "--pid", "--ipc", "--uts", "--mount"],
    ...["--mount-proc", "--fork", "--kill-child", "--", "/bin/sh", "-c", NETWORK, "sh"],
    ...[TOOLS.bwrap, "--ro-bind", "/", "/", "--dev", "/dev", "--bind", "/proc", "/proc"],
    ...hiddenFolders(),
    ...["--tmpfs", "/tmp", "--tmpfs", "/dev/shm"],
    ...folders.flatMap((folder) => ["--ro-bind", folder, folder]),
    ...["--bind", room, room, "--ro-bind", resolver, resolverPlace()],
    ...["--cap-drop", "ALL"],
    // An ordinary user stays what they are. WHY one right for the administrator: to hold a call they map their own number again.
    ...(userId() === ADMINISTRATOR
      ? ["--cap-add", "CAP_SETFCAP"]
      : ["--unshare-user", "--uid", String(userId()), "--gid", String(groupIds()[0] ?? userId())]),
    ...["--die-with-parent", "--new-session", "--chdir", room, "--clearenv"],
    ...["--", process.execPath, "-e", INSIDE_PROGRAM, "--", socket, String(MODEL_PORT)],
  ];
}

function hiddenFolders(): readonly string[] {
  return readdirSync("/", { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !SYSTEM.test(entry.name))
    .flatMap(({ name }) => ["--tmpfs", `/${name}`]);
}

/** Where a link leads that systems have in the place of this file. */
function resolverPlace(): string {
  try {
    return realpathSync("/etc/resolv.conf");
  } catch {
    return "/etc/resolv.conf";
  }
}
