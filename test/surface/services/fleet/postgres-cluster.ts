// A PostgreSQL of the distribution, for one test: its own cluster in a temporary directory, on a socket and with TLS on a port of this machine.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { freePort } from "./free-port.ts";
import { until } from "../../../until.ts";

export type PostgresCluster = {
  readonly port: number;
  readonly directory: string;
  /** The address for a role: by the socket, or with `tls` by the port. */
  url(role: string, how?: { readonly tls?: boolean; readonly password?: string }): string;
  stop(): Promise<void>;
};

/** The newest programs of the distribution that are new enough; undefined with none. */
export function postgresPrograms(): string | undefined {
  const root = "/usr/lib/postgresql";
  if (!existsSync(root)) return undefined;
  const newest = readdirSync(root)
    .map(Number)
    .filter((major) => major >= 15)
    .toSorted((left, right) => right - left)[0];
  const path = newest === undefined ? undefined : join(root, String(newest), "bin");
  return path !== undefined && existsSync(join(path, "initdb")) ? path : undefined;
}

/** Why a test cannot run without it. */
export const POSTGRES_MISSING =
  "PostgreSQL 15 or newer of the distribution (package postgresql) is not installed";

/** A directory for passing files that every account can come to: ours may lie below one that is closed. */
function openTmp(): string {
  const isOpen = (path: string): boolean =>
    (statSync(path).mode & 0o001) !== 0 && (path === dirname(path) || isOpen(dirname(path)));
  const found = [tmpdir(), "/tmp", "/var/tmp"].find((path) => existsSync(path) && isOpen(path));
  if (found === undefined)
    throw new Error("the server's account can come to no directory for passing files");
  return found;
}

/** Starts it with the superuser `owner`. `tls` is a certificate for 127.0.0.1 with its key, in PEM. */
export async function startPostgres(tls?: {
  readonly cert: string;
  readonly key: string;
}): Promise<PostgresCluster> {
  const programs = postgresPrograms();
  if (programs === undefined) throw new Error(POSTGRES_MISSING);
  const as = serverAccount();
  const directory = mkdtempSync(join(as === undefined ? tmpdir() : openTmp(), "sallyport-pg-"));
  if (as !== undefined) chownSync(directory, as.uid, as.gid);
  const data = join(directory, "data");
  const options = { cwd: "/", stdio: "pipe", ...as } as const;
  const make = ["-D", data, "-U", "owner", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"];
  execFileSync(join(programs, "initdb"), make, options);
  const settings = [
    "fsync=off",
    "max_connections=30",
    "shared_buffers=64MB",
    "log_min_messages=fatal",
  ];
  if (tls !== undefined) {
    for (const [name, text] of [
      ["server.crt", tls.cert],
      ["server.key", tls.key],
    ] as const) {
      const file = join(data, name);
      writeFileSync(file, text);
      chmodSync(file, 0o600);
      if (as !== undefined) chownSync(file, as.uid, as.gid);
    }
    settings.push("ssl=on");
    const access = "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n";
    writeFileSync(join(data, "pg_hba.conf"), access);
  }
  const port = await freePort();
  const server = spawn(
    join(programs, "postgres"),
    [
      "-D",
      data,
      "-p",
      String(port),
      "-k",
      directory,
      "-h",
      "127.0.0.1",
      ...settings.flatMap((one) => ["-c", one]),
    ],
    { ...options, stdio: ["ignore", "ignore", "pipe"] },
  );
  let said = "";
  server.stderr?.on("data", (part: Buffer) => {
    said = (said + part.toString("utf8")).slice(-2_000);
  });
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  const stop = async (): Promise<void> => {
    if (server.exitCode === null) server.kill("SIGINT");
    await ended;
    rmSync(directory, { recursive: true, force: true });
  };
  const isReady = (): boolean => {
    if (server.exitCode !== null) throw new Error("the server ended");
    const asked = ["-q", "-h", directory, "-p", String(port)];
    return spawnSync(join(programs, "pg_isready"), asked, { cwd: "/" }).status === 0;
  };
  const patience = { withinMs: 30_000, everyMs: 100 };
  await until("PostgreSQL answers", isReady, patience).catch(async (cause: unknown) => {
    await stop();
    throw new Error(`PostgreSQL did not start: ${said}`, { cause });
  });
  return {
    port,
    directory,
    url(role, how = {}) {
      const login = how.password === undefined ? role : `${role}:${how.password}`;
      return how.tls === true
        ? `postgresql://${login}@127.0.0.1:${port}/postgres`
        : `postgresql://${login}@localhost:${port}/postgres?host=${encodeURIComponent(directory)}`;
    },
    stop,
  };
}

/** WHY: the server refuses to run as root; the package makes an account for it. */
function serverAccount(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string): number =>
    Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: idOf("-u"), gid: idOf("-g") };
}
