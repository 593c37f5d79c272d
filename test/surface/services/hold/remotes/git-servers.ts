// Real servers of git on this machine's loopback: git's own program for http behind a login, and an ssh daemon with a key of its own.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import { type AddressInfo, connect, createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { until } from "../../../../until.ts";

/** What a server was asked, each by its method, path and protocol. */
export type HttpServer = {
  readonly port: number;
  readonly asked: string[];
  /** Answers instead of git's program; true where it did. */
  answer: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Programs of git that still run for it. */
  open(): number;
  close(): void;
};

/**
 * Serves the repositories below a directory over http to who has this account and password (`user:password`), or whom `lets` lets in. With
 * `tls` over https.
 */
export async function serveHttp(
  root: string,
  login: string,
  {
    tls,
    lets = ({ headers }) =>
      headers.authorization === `Basic ${Buffer.from(login).toString("base64")}`,
  }: {
    readonly tls?: ServerOptions;
    readonly lets?: (request: IncomingMessage) => boolean;
  } = {},
): Promise<HttpServer> {
  const asked: string[] = [];
  const children = new Set<ChildProcess>();
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    const { method = "", url = "", headers } = request;
    const protocol = String(headers["git-protocol"] ?? "");
    asked.push(`${method} ${url} ${protocol}`.trim());
    if (served.answer(request, response)) return;
    if (!lets(request)) {
      response.writeHead(401, { "WWW-Authenticate": 'Basic realm="git"' }).end();
      return;
    }
    const [path = "", query = ""] = url.split("?");
    const child = spawn("git", ["-c", "safe.directory=*", "http-backend"], {
      env: {
        PATH: process.env["PATH"],
        HOME: root,
        GIT_CONFIG_GLOBAL: join(root, "server"),
        GIT_PROJECT_ROOT: root,
        GIT_HTTP_EXPORT_ALL: "1",
        GIT_PROTOCOL: protocol,
        PATH_INFO: path,
        QUERY_STRING: query,
        REQUEST_METHOD: method,
        REMOTE_USER: "ada",
        CONTENT_TYPE: headers["content-type"] ?? "",
        HTTP_CONTENT_ENCODING: String(headers["content-encoding"] ?? ""),
      },
      stdio: ["pipe", "pipe", "ignore"],
    });
    children.add(child);
    child.on("exit", () => children.delete(child));
    child.stdin.on("error", () => undefined);
    // WHY ended too: git reads to the end of what it is sent, and a client that is gone sends no more.
    request.on("close", () => child.stdin.end());
    request.pipe(child.stdin);
    const pieces: Buffer[] = [];
    child.stdout.on("data", (piece: Buffer) => pieces.push(piece));
    child.on("close", () => {
      const whole = Buffer.concat(pieces);
      const end = whole.indexOf("\r\n\r\n");
      const lines = whole.toString("latin1", 0, Math.max(end, 0)).split("\r\n");
      const fields = lines.map((line) => line.split(": ") as [string, string]);
      const status = fields.find(([name]) => name === "Status")?.[1] ?? "200";
      const others = fields.filter(([name]) => name !== "Status" && name !== "");
      response.writeHead(Number.parseInt(status, 10), Object.fromEntries(others));
      response.end(whole.subarray(end + 4));
    });
  };
  const server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const served: HttpServer = {
    port: (server.address() as AddressInfo).port,
    asked,
    answer: () => false,
    open: () => children.size,
    close() {
      server.closeAllConnections();
      server.close();
      for (const child of children) child.kill("SIGKILL");
    },
  };
  return served;
}

/** Why there is no ssh daemon here; undefined where there is one. */
export const WHY_NO_SSHD = existsSync("/usr/sbin/sshd") ? undefined : "sshd is not installed";

export type SshServer = {
  /** The account to log in with. */
  readonly user: string;
  /** A line for `core.sshCommand`. */
  readonly command: string;
  close(): void;
};

/**
 * Starts an ssh daemon with a key of its own, which the host `git.example` of its client settings leads to. What the client needs is made
 * below `home` for the user of that number. `forced` runs in the place of what is asked for, which is its `SSH_ORIGINAL_COMMAND`.
 */
export async function serveSsh(
  root: string,
  home: string,
  uid: number,
  forced?: string,
): Promise<SshServer> {
  mkdirSync(root, { recursive: true });
  const port = await freePort();
  const key = (path: string): string => {
    execFileSync("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path]);
    return readFileSync(`${path}.pub`, "utf8");
  };
  const host = key(join(root, "host"));
  const own = join(home, ".ssh");
  mkdirSync(own, { recursive: true });
  writeFileSync(join(root, "keys"), key(join(own, "id_test")));
  writeFileSync(join(own, "hosts"), `[127.0.0.1]:${port} ${host}`);
  writeFileSync(
    join(own, "config_test"),
    [
      "Host git.example",
      "HostName 127.0.0.1",
      `Port ${port}`,
      `IdentityFile ${join(own, "id_test")}`,
      "IdentitiesOnly yes",
      `UserKnownHostsFile ${join(own, "hosts")}`,
      "HostKeyAlgorithms ssh-ed25519",
      "",
    ].join("\n"),
  );
  for (const name of ["", "id_test", "hosts", "config_test"])
    if (process.getuid?.() === 0) chownSync(join(own, name), uid, uid);
  writeFileSync(
    join(root, "sshd_config"),
    [
      `Port ${port}`,
      "ListenAddress 127.0.0.1",
      `HostKey ${join(root, "host")}`,
      `AuthorizedKeysFile ${join(root, "keys")}`,
      "PidFile none",
      "StrictModes no",
      "UsePAM no",
      "PasswordAuthentication no",
      "KbdInteractiveAuthentication no",
      "PermitRootLogin prohibit-password",
      "AcceptEnv GIT_PROTOCOL",
      "MaxStartups 100",
      "LogLevel ERROR",
      ...(forced === undefined ? [] : [`ForceCommand ${forced}`]),
      "",
    ].join("\n"),
  );
  // WHY made: as root it keeps what it does before a login in there, and a container has none.
  if (process.getuid?.() === 0) mkdirSync("/run/sshd", { recursive: true });
  const child = spawn("/usr/sbin/sshd", ["-D", "-e", "-f", join(root, "sshd_config")], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  await until("the ssh daemon answers", async () => await answers(port), { withinMs: 10_000 });
  return {
    user: execFileSync("id", ["-un"], { encoding: "utf8" }).trim(),
    command: `ssh -F ${join(own, "config_test")}`,
    close: () => child.kill("SIGKILL"),
  };
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("error", () => resolve(false));
    socket.once("data", () => {
      socket.destroy();
      resolve(true);
    });
  });
}
