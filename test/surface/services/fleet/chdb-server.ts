// ClickHouse for tests: the engine itself (chdb) in a process of its own, behind as much of its HTTP interface as is used here.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { testCacheDirectory } from "../../../../scripts/pinned-package.ts";

const HERE = fileURLToPath(new URL("./chdb/", import.meta.url));

export type ChdbServer = { readonly url: string; readonly data: string; stop(): Promise<void> };

/** Installs what its own lock file names, below the cache of tests, unless it is there. Gives why it cannot. */
export function installChdb(): string | undefined {
  const folder = join(testCacheDirectory(), "chdb");
  const lock = readFileSync(join(HERE, "package-lock.json"), "utf8");
  const mark = join(folder, "installed");
  if (existsSync(mark) && readFileSync(mark, "utf8") === lock) return undefined;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of ["package.json", "package-lock.json"])
    copyFileSync(join(HERE, name), join(folder, name));
  // WHY not `ci`: it refuses a lock file that names the engine of this system alone. Digests are checked all the same.
  const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund"];
  const { status } = spawnSync("npm", args, { cwd: folder, encoding: "utf8", timeout: 300_000 });
  if (status !== 0) return "chdb (543 MB, the engine of ClickHouse) could not be fetched";
  writeFileSync(mark, lock);
  return undefined;
}

/** Starts it over an empty data directory. */
export async function startChdb(): Promise<ChdbServer> {
  const folder = join(testCacheDirectory(), "chdb");
  const data = mkdtempSync(join(tmpdir(), "sallyport-chdb-"));
  const program = join(data, "serve.mjs");
  writeFileSync(program, SCRIPT.replace("CHDB", join(folder, "node_modules/chdb/index.js")));
  const child = spawn(process.execPath, [program, join(data, "store")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) =>
    child.once("exit", (_code, signal) => {
      if (signal !== "SIGKILL")
        process.stderr.write(`chdb ended by itself (${signal ?? "exit"})\n`);
      resolve();
    }),
  );
  const port = await firstLine(child);
  return {
    url: `http://127.0.0.1:${port}`,
    data: join(data, "store"),
    async stop() {
      child.kill("SIGKILL");
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.once("data", (part: Buffer) => resolve(part.toString("utf8").trim()));
    child.once("exit", () => reject(new Error("chdb did not start")));
  });
}

const SCRIPT = `
import { createServer } from "node:http";
import { Session } from "CHDB";
const session = new Session(process.argv[2]);
const server = createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const body = Buffer.concat(parts).toString("utf8");
  const given = new URL(request.url, "http://x").searchParams;
  const values = {};
  for (const [name, value] of given) {
    if (name.startsWith("param_")) values[name.slice(6)] = value;
    else if (/_/.test(name) && name !== "default_format") session.query("SET " + name + " = '" + value + "'");
  }
  try {
    session.query("USE " + given.get("database"));
    const query = given.get("query");
    const sql = query === null ? body : query + " " + body;
    const format = given.get("default_format") ?? "TabSeparated";
    const bound = Object.fromEntries(Object.entries(values).map(([name, value]) =>
      [name, new RegExp("\\\\{" + name + ":Int64\\\\}").test(sql) ? Number(value) : value]));
    const answer = Object.keys(bound).length > 0 ? session.queryBind(sql, bound, format) : session.query(sql, format);
    response.end(answer);
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error.message));
  }
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
`;
