// Connections of another local user: what each said and when, all that it heard back, and how long it was let stay.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { userId } from "#platform/user.ts";

/** The usual number of the user with no rights. */
export const NOBODY = 65_534;
/** Why there is no other user to be; undefined where there is. */
export const NO_OTHER_USER = userId() === 0 ? undefined : "only root can act as another user";

/** One connection. */
export type Said = {
  readonly id: string;
  readonly port: number;
  /** The protocol of a handshake; none without one. The certificate is not looked at. */
  readonly tls: "http/1.1" | "h2" | undefined;
  /** In latin1, each so long after the one before it, and so often, again after the same time. */
  readonly parts: readonly {
    readonly text: string;
    readonly afterMs: number;
    readonly times?: number;
  }[];
  /** Says that it has no more to say, and stays. */
  readonly halfCloses?: boolean;
  /** It goes by itself then. */
  readonly watchMs: number;
};

/** What came of it. */
export type Heard = {
  readonly id: string;
  /** All that came, in latin1, up to a megabyte. */
  readonly text: string;
  /** When the other side ended it; null where it was let stay. */
  readonly endedMs: number | null;
  readonly isConnected: boolean;
};

/** Reads connections as JSON from its input, `width` at once, and answers each with a line. */
const PROGRAM = `
const net = require("node:net"), tls = require("node:tls");
const BYTES_MAX = 1024 * 1024;
const [width] = process.argv.slice(1).map(Number);
let input = "";
process.stdin.setEncoding("utf8").on("data", (piece) => { input += piece; }).on("end", async () => {
  const rest = JSON.parse(input);
  const next = async () => {
    for (let one = rest.shift(); one !== undefined; one = rest.shift()) await tried(one);
  };
  await Promise.all(Array.from({ length: width }, next));
});
function tried({ id, port, tls: protocol, parts, halfCloses, watchMs }) {
  return new Promise((resolve) => {
    const start = performance.now();
    const chunks = [];
    let bytes = 0, isConnected = false, isOver = false, timers = [], resume = () => undefined;
    const raw = net.connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    const socket = protocol === undefined ? raw
      : tls.connect({ socket: raw, rejectUnauthorized: false, ALPNProtocols: [protocol] });
    const over = (endedMs) => {
      if (isOver) return;
      isOver = true;
      resume();
      timers.forEach(clearTimeout);
      clearTimeout(watch);
      socket.destroy();
      raw.destroy();
      const text = Buffer.concat(chunks).toString("latin1");
      process.stdout.write(JSON.stringify({ id, text, endedMs, isConnected }) + "\\n");
      resolve();
    };
    const ended = () => over(Math.round(performance.now() - start));
    const watch = setTimeout(over, watchMs, null);
    for (const one of new Set([raw, socket])) one.on("error", () => undefined).on("close", ended);
    socket.on("drain", () => resume()).on("end", ended).on("data", (chunk) => {
      if (bytes < BYTES_MAX) chunks.push(chunk);
      bytes += chunk.length;
    });
    socket.on(protocol === undefined ? "connect" : "secureConnect", async () => {
      isConnected = true;
      for (const { text, afterMs, times = 1 } of parts)
        for (let time = 0; time < times && !isOver; time += 1) {
          if (afterMs > 0) await new Promise((go) => timers.push(setTimeout(go, afterMs)));
          if (!isOver && !socket.destroyed && !socket.write(Buffer.from(text, "latin1")))
            await new Promise((go) => { resume = go; });
        }
      if (halfCloses && !isOver) socket.end();
    });
  });
}
`;

/** Makes them as another user, `width` at once; what is secret here is none of the program's. */
export async function asNobody(
  connections: readonly Said[],
  width: number,
): Promise<ReadonlyMap<string, Heard>> {
  const child: ChildProcess = spawn(process.execPath, ["-e", PROGRAM, String(width)], {
    uid: NOBODY,
    gid: NOBODY,
    cwd: "/",
    env: {},
    stdio: ["pipe", "pipe", "inherit"],
  });
  const gone = once(child, "close");
  let text = "";
  child.stdout?.setEncoding("utf8").on("data", (piece: string) => {
    text += piece;
  });
  child.stdin?.end(JSON.stringify(connections));
  await gone;
  const heard = text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
  return new Map((heard as Heard[]).map((one) => [one.id, one]));
}
