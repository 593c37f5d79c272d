// Where probes are made: a home and a project that are made up, with files, sockets and processes that nobody inside may get at.
import { type ChildProcess, spawn } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { dirname, join } from "node:path";
import { removeTree } from "../../foundation/files/closed-tree.ts";

/** Made up, and gone with `close`. Paths are real and absolute. */
export type Ground = {
  readonly home: string;
  readonly project: string;
  readonly data: string;
  /** A value that nobody guesses, for what stands at a place. */
  readonly secretOf: (place: string) => string;
  /** Ways to programs outside: sockets by name, and ports of loopback. */
  readonly sockets: readonly string[];
  readonly ports: readonly { readonly host: string; readonly port: number }[];
  readonly process: ChildProcess;
  readonly heard: () => string;
  readonly file: (path: string, text: string) => void;
  close(): void;
};

/** Of what is heard outside. */
const HEARD_BYTES_MAX = 64 * 1024;

/** Makes it below a directory. Rejects where that cannot be written. */
export async function makeGround(directory: string): Promise<Ground> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const root = realpathSync(mkdtempSync(join(directory, "prove-")));
  const home = join(root, "home");
  const project = join(home, "shop");
  const data = join(home, ".local/share/sallyport");
  const key = randomBytes(32);
  const secretOf = (place: string): string =>
    createHmac("sha256", key).update(place).digest("hex").slice(0, 32);
  const file = (path: string, text: string): void => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, text, { mode: 0o600 });
  };
  const servers: Server[] = [];
  let heard = "";
  const listen = async (where: { path: string } | { host: string; port: number }) => {
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.on("data", (chunk) => {
        if (heard.length < HEARD_BYTES_MAX) heard += chunk.toString("latin1");
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(where, resolve);
    });
    servers.push(server);
    return server;
  };
  let child: ChildProcess | undefined;
  const close = (): void => {
    for (const server of servers) server.close();
    child?.kill("SIGKILL");
    removeTree(root);
  };
  try {
    mkdirSync(join(project, "src"), { recursive: true, mode: 0o700 });
    mkdirSync(join(home, "run"), { mode: 0o700 });
    const sockets = [
      join(home, "run/s"),
      join(project, "s"),
      `\0sallyport-prove-${secretOf("name")}`,
    ];
    for (const path of sockets) await listen({ path });
    const ports: Ground["ports"][number][] = [];
    for (const host of ["127.0.0.1", "127.0.0.2", "::1"]) {
      // WHY caught: a machine may have no second kind of addresses.
      const server = await listen({ host, port: 0 }).catch(() => undefined);
      const address = server?.address();
      if (typeof address === "object" && address !== null) ports.push({ host, port: address.port });
    }
    const secret = secretOf("process");
    child = spawn(process.execPath, ["-e", "setInterval(() => undefined, 60_000)", secret], {
      stdio: "ignore",
      env: { SECRET: secret },
    });
    child.on("error", () => undefined);
    return {
      home,
      project,
      data,
      sockets,
      ports,
      process: child,
      secretOf,
      file,
      close,
      heard: () => heard,
    };
  } catch (cause) {
    close();
    throw cause;
  }
}
