// A real server of PostgreSQL on data that were made just now: whether it counts as the session's own, and when it does not.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, realpathSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { portListeners } from "#platform/namespaces.ts";
import { isOwnDatabase } from "#surface/services/hold/own-database.ts";
import { freePort, freshDirectory } from "../../daemon/daemon-stand.ts";
import { POSTGRES_MISSING, postgresPrograms } from "../fleet/postgres-cluster.ts";
import { until } from "../../../until.ts";

const programs = postgresPrograms() ?? "";
const isLinux = process.platform === "linux";
const WHY_NOT = !isLinux
  ? "only Linux tells who has a socket open"
  : programs === ""
    ? POSTGRES_MISSING
    : undefined;
/** WHY another user: the server refuses to run as the administrator. */
const NOBODY: { readonly uid: number; readonly gid: number } | undefined =
  process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;

const room = freshDirectory();
const root = join(realpathSync(room.path), "shop");
const data = join(root, "data");
let server: ChildProcess | undefined;
let port = 0;
const socketsAt = (at: number): readonly string[] =>
  portListeners("self").flatMap((one) => (one.port === at ? [one.socket] : []));
const startedMs = Date.now() - 1_000;

beforeAll(async () => {
  if (WHY_NOT !== undefined) return;
  mkdirSync(root);
  for (const path of [realpathSync(room.path), root]) chmodSync(path, 0o755);
  if (NOBODY !== undefined) chownSync(root, NOBODY.uid, NOBODY.gid);
  const env = { PATH: "/usr/bin:/bin", HOME: root, LANG: "C" };
  const words = ["-D", data, "-U", "ada", "--auth=trust", "--no-instructions", "-N"];
  execFileSync(join(programs, "initdb"), words, { ...NOBODY, env, cwd: root, stdio: "ignore" });
  port = await freePort();
  const options = ["-p", String(port), "-c", "listen_addresses=127.0.0.1"];
  server = spawn(
    join(programs, "postgres"),
    ["-D", data, ...options, "-c", "unix_socket_directories="],
    { ...NOBODY, env, cwd: root, stdio: "ignore" },
  );
  await until("it listens", () => socketsAt(port).length > 0);
}, 120_000);

afterAll(async () => {
  if (server !== undefined) {
    const ended = new Promise((resolve) => server?.once("exit", resolve));
    server.kill("SIGINT");
    await ended;
  }
  room.remove();
});

test("it is the session's own where its data lie in the project and are of this session", (ctx) => {
  if (WHY_NOT !== undefined) ctx.skip(WHY_NOT);
  expect(isOwnDatabase(socketsAt(port), { root, sinceMs: startedMs })).toBe(true);
});

test("it is not where its data were there before, or lie elsewhere", (ctx) => {
  if (WHY_NOT !== undefined) ctx.skip(WHY_NOT);
  expect(isOwnDatabase(socketsAt(port), { root, sinceMs: Date.now() + 60_000 })).toBe(false);
  expect(isOwnDatabase(socketsAt(port), { root: join(root, "other"), sinceMs: startedMs })).toBe(
    false,
  );
});

test("nothing is where nobody listens, or another program does", async (ctx) => {
  if (WHY_NOT !== undefined) ctx.skip(WHY_NOT);
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const address = other.address();
  const at = typeof address === "object" && address !== null ? address.port : 0;
  const asked = { root: process.cwd(), sinceMs: 0 };
  expect(socketsAt(at)).toHaveLength(1);
  expect(isOwnDatabase(socketsAt(at), asked)).toBe(false);
  expect(isOwnDatabase([...socketsAt(port), ...socketsAt(at)], { root, sinceMs: startedMs })).toBe(
    false,
  );
  expect(isOwnDatabase([], asked)).toBe(false);
  await new Promise((resolve) => other.close(resolve));
});
