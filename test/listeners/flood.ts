// Another local user who holds as many connections as it gets, and comes again when one is cut: half of them silent, half with a head that never ends.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { NOBODY } from "./other-user.ts";

/** Opens them, opens anew what is cut, and says once each was tried; ends with its input. */
const PROGRAM = `
const net = require("node:net");
const [port, count] = process.argv.slice(1).map(Number);
let tried = 0;
const hold = (at, isFirst) => {
  const socket = net.connect(port, "127.0.0.1");
  const settled = () => {
    if (isFirst && ++tried === count) process.stdout.write("tried\\n");
    isFirst = false;
  };
  socket.on("connect", () => {
    if (at % 2) socket.write("GET / HTTP/1.1\\r\\nHost: 127.0.0.1:" + port + "\\r\\nX-Slow: ");
    const drip = at % 2 ? setInterval(() => socket.write("x"), 1000) : undefined;
    socket.on("close", () => clearInterval(drip));
    setTimeout(settled, 100);
  });
  socket.on("error", () => undefined);
  socket.on("close", () => { settled(); setTimeout(hold, 2000, at, false); });
  socket.resume();
};
for (let at = 0; at < count; at += 1) hold(at, true);
process.stdin.on("end", () => process.exit()).resume();
`;

export type Flood = { end(): Promise<void> };

/** Begins it, and resolves when each of its connections was tried. */
export async function floodAsNobody(port: number, count: number): Promise<Flood> {
  const child: ChildProcess = spawn(
    process.execPath,
    ["-e", PROGRAM, String(port), String(count)],
    {
      uid: NOBODY,
      gid: NOBODY,
      cwd: "/",
      env: {},
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  const gone = once(child, "exit");
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error("no pipes");
  const said = String(await once(stdout, "data"));
  if (said !== "tried\n") throw new Error(said);
  return {
    async end() {
      stdin.end();
      await gone;
    },
  };
}
