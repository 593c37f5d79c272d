// A made-up installation of several people: log, index, client files, engram, a vault and exports, with canaries of each person in every one.
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import sqlite from "node-sqlite3-wasm";
import type { SessionFacts } from "#guard/facts/facts.ts";
import { sessionEvent } from "#record/event/session-events.ts";
import { emptyRecord, withDelivered, withSending } from "#record/delivery/delivery-record.ts";
import { archiveLog } from "#record/store/archiving.ts";
import { openAskedLog } from "#record/store/index/asked-log.ts";
import { openDeliveryStore } from "#record/store/delivery-store.ts";
import { openExportSource } from "#record/store/export-source.ts";
import { openIndexFile } from "#record/store/index/index-file.ts";
import { followLog } from "#record/store/index/index-follow.ts";
import { openKeys, readVerifier } from "#record/store/keys.ts";
import { viewLog } from "#record/store/log-view.ts";
import { openLog } from "#record/store/log-writer.ts";
import { openFolderPlace } from "#surface/services/archive/folder-place.ts";
import {
  type Directories,
  directoriesIn,
  prepareDirectories,
} from "#surface/foundation/files/directories.ts";
import type { FetchSecret } from "#surface/services/secrets/providers/fetch-secret.ts";
import { createExporting } from "#surface/services/export/exporting.ts";
import type { ErasurePorts, ErasureRequest } from "#surface/services/privacy/erasure.ts";
import { until } from "../../../until.ts";

/** One of them; every text is nowhere else. */
export type Somebody = {
  readonly user: string;
  readonly mail: string;
  readonly sessions: readonly string[];
};

export type World = {
  readonly root: string;
  readonly directories: Directories;
  readonly people: readonly Somebody[];
  request(one: Somebody): ErasureRequest;
};

export const PORTS: ErasurePorts = {
  clock: { nowMs: () => Date.now(), monotonicMs: () => performance.now() },
  productVersion: "0.1.0",
  reached: () => undefined,
};

const SESSIONS = 2;
const EVENTS = 5;

/** Makes it below `root`. The first of the people owns the home directory. */
export async function makeWorld(root: string, count: number, seed: number): Promise<World> {
  const people = makePeople(count, seed);
  const directories = prepareDirectories(join(root, "data"));
  await writeLog(directories, people);
  writeClient(root, people);
  writeEngram(join(root, "home", ".engram"), people);
  writeVault(root, people);
  writeExports(join(root, "exports"), people);
  await deliver(root, directories);
  const verifier = await readVerifier(directories.keys);
  if (verifier !== undefined)
    await archiveLog(directories.log, verifier, { place: openFolderPlace(join(root, "archive")) });
  return { root, directories, people, request: (one) => requestIn(root, people, one) };
}

/** What erases one of the people of a world that was made below `root`. */
export function requestIn(
  root: string,
  people: readonly Somebody[],
  { user, mail }: Somebody,
): ErasureRequest {
  const where = {
    home: join(root, "home"),
    client: join(root, "home", ".claude"),
    temporary: join(root, "tmp"),
    directories: directoriesIn(join(root, "data")),
    folders: [join(root, "exports")],
  };
  return { subject: user, also: [mail], where, homeUser: people[0]?.user ?? "" };
}

/** The people of a world: the same for the same seed. */
export function makePeople(count: number, seed: number): readonly Somebody[] {
  return Array.from({ length: count }, (_, place) => somebody(seed, place));
}

function somebody(seed: number, place: number): Somebody {
  const hex = createHash("sha256").update(`${seed}/${place}`).digest("hex");
  const session = (number: number) => {
    const id = createHash("sha256").update(`${hex}/${number}`).digest("hex");
    return [
      id.slice(0, 8),
      id.slice(8, 12),
      `4${id.slice(13, 16)}`,
      `8${id.slice(17, 20)}`,
      id.slice(20, 32),
    ].join("-");
  };
  return {
    user: `zq${hex.slice(0, 10)}`,
    mail: `m${hex.slice(10, 20)}@people.example`,
    sessions: Array.from({ length: SESSIONS }, (_, number) => session(number)),
  };
}

async function writeLog(directories: Directories, people: readonly Somebody[]): Promise<void> {
  const log = await openLog({ ...directories, ...PORTS });
  for (let number = 0; number < EVENTS; number += 1)
    for (const { user, sessions } of people)
      for (const sessionId of sessions) {
        const facts: SessionFacts = {
          sessionId,
          user,
          cwd: `/home/${user}/shop`,
          home: `/home/${user}`,
          projectRoot: `/home/${user}/shop`,
          mode: "default",
          interactive: true,
          ownPaths: [],
        } as unknown as SessionFacts;
        const session = { facts, userSource: "os" } as const;
        await log.append(sessionEvent(log.stamp("hook"), { session, source: "startup" }), {
          durable: false,
        });
      }
  await log.close();
  const asked = await openAskedLog(directories);
  const index = await openIndexFile(directories.indexFile);
  await followLog(index, await asked.follow());
  index.settle();
  index.close();
}

const SHIPPED = `targets:
  - { to: file, name: ship, path: PATH, personal: { user: clear } }
`;
const SENT = `${SHIPPED}  - { to: elastic, name: siem, url: "https://siem.example", apiKey: "vault:secret/siem#token" }
`;

/** Delivers the log to a file, really, and says of a second target that it got all of it too. */
async function deliver(root: string, directories: Directories): Promise<void> {
  const { exportsFile, exports: directory, keys } = directories;
  const path = join(root, "shipped", "events.jsonl");
  mkdirSync(dirname(path), { mode: 0o700 });
  writeFileSync(exportsFile, SHIPPED.replace("PATH", path), { mode: 0o600 });
  const count = await deliverTo("ship", directories, () =>
    Promise.reject(new Error("no secret is asked for")),
  );
  const { verifier } = await openKeys(keys);
  writeFileSync(exportsFile, SENT.replace("PATH", path), { mode: 0o600 });
  const destination = "elastic https://siem.example index logs-sallyport-default";
  const whole = { first: 0, end: count, nowMs: Date.now() };
  const sending = withSending(
    emptyRecord(verifier.name, 0),
    { destination, fields: "user=pseudonym" },
    whole,
  );
  const delivered = Array.from({ length: count }, (_, place) => place);
  const record = withDelivered(sending, { next: count, delivered, dead: [], nowMs: Date.now() });
  await openDeliveryStore(join(directory, "siem")).write(record);
}

/** Delivers the log to the targets that are set up, until the named one has all of it; gives how many entries that are. */
export async function deliverTo(
  name: string,
  { exportsFile, exports: directory, log, keys }: Directories,
  fetchSecret: FetchSecret,
): Promise<number> {
  const { installSubject, verifier } = await openKeys(keys);
  const view = await viewLog(log, keys);
  const count = await view.size();
  const exporting = createExporting({
    file: exportsFile,
    directory,
    installSubject,
    origin: verifier.name,
    size: () => view.size(),
    source: openExportSource(log, keys, () => view.size()),
    keys: ({ user }) => Promise.resolve(user === undefined ? {} : { user }),
    fetchSecret,
    nowMs: () => Date.now(),
    chance: () => 0.5,
    report: () => undefined,
  });
  await until("everything is delivered", async () => {
    await exporting.pass();
    return (await openDeliveryStore(join(directory, name)).read())?.next === count;
  });
  exporting.close();
  return count;
}

function put(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content, { mode: 0o600 });
}

function writeClient(root: string, people: readonly Somebody[]): void {
  const client = join(root, "home", ".claude");
  const history: string[] = [];
  for (const { user, mail, sessions } of people) {
    const project = join(client, "projects", `-home-${user}-shop`);
    for (const id of sessions) {
      const rows = [
        { type: "user", sessionId: id, cwd: `/home/${user}/shop`, message: `I am ${mail}` },
        { type: "assistant", sessionId: id, message: "hello" },
      ];
      put(join(project, `${id}.jsonl`), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
      put(join(project, id, "subagents", "agent-1.jsonl"), `${JSON.stringify(rows[0])}\n`);
      put(join(client, "todos", `${id}-agent-${id}.json`), JSON.stringify([{ content: mail }]));
      put(join(client, "file-history", id, "a@v1"), `owner: ${user}\n`);
      history.push(JSON.stringify({ display: `mail ${mail}`, sessionId: id, project: user }));
      put(
        join(root, "tmp", `claude-${process.getuid?.() ?? 0}`, "p", id, "tasks", "b.output"),
        user,
      );
    }
  }
  put(join(client, "history.jsonl"), `${history.join("\n")}\n`);
  const notes = people.map(
    ({ user, mail }) => `## ${user}\n\nPrefers mornings.\n\n- mail: ${mail}\n`,
  );
  put(join(client, "CLAUDE.md"), `# Notes\n\nUse tabs.\n\n${notes.join("\n")}`);
  put(
    join(client, "agent-memory", "team.md"),
    people.map(({ mail }) => `- ask ${mail}\n`).join(""),
  );
}

function writeEngram(folder: string, people: readonly Somebody[]): void {
  mkdirSync(folder, { recursive: true });
  const db = new sqlite.Database(join(folder, "engram.db"));
  db.exec("PRAGMA locking_mode = exclusive");
  db.exec("PRAGMA journal_mode = wal");
  db.exec(`
    CREATE TABLE sessions (id TEXT PRIMARY KEY, project TEXT, directory TEXT);
    CREATE TABLE observations (id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT, title TEXT, content TEXT, deleted_at TEXT);
    CREATE VIRTUAL TABLE observations_fts USING fts5(title, content, content='observations', content_rowid='id');
    CREATE TRIGGER o_in AFTER INSERT ON observations BEGIN
      INSERT INTO observations_fts(rowid, title, content) VALUES (new.id, new.title, new.content); END;
    CREATE TRIGGER o_out AFTER DELETE ON observations BEGIN
      INSERT INTO observations_fts(observations_fts, rowid, title, content) VALUES ('delete', old.id, old.title, old.content); END;`);
  for (const { user, mail, sessions } of people)
    for (const id of sessions) {
      db.run("INSERT INTO sessions VALUES (?, 'shop', ?)", [id, `/home/${user}/shop`]);
      for (const text of [`wrote to ${mail}`, "moved the tests", `${user} decided it`])
        db.run("INSERT INTO observations (session_id, title, content) VALUES (?, 'note', ?)", [
          ...[id, text],
        ]);
    }
  db.close();
  const all = people.map(({ user, mail }) => ({ title: user, content: mail }));
  put(join(folder, "export.json"), JSON.stringify({ observations: all }, null, 2));
}

function writeVault(root: string, people: readonly Somebody[]): void {
  const vault = join(root, "vault");
  const [first = { user: "", mail: "" }] = people;
  put(
    join(vault, "Team.md"),
    people.map(({ user, mail }) => `- ${user}: ${mail}\n  likes tea\n`).join(""),
  );
  for (const { user } of people) put(join(vault, "people", `${user}.md`), "Met in May.\n");
  put(join(vault, "plan.md"), `---\nauthor: ${first.user}\ntags: [a]\n---\n\n# Plan\n\nStays.\n`);
  const list = { vaults: { a1: { path: vault } } };
  put(join(root, "home", ".config", "obsidian", "obsidian.json"), JSON.stringify(list));
}

function writeExports(folder: string, people: readonly Somebody[]): void {
  const lines = people.map(({ user, mail, sessions }) =>
    JSON.stringify({ user, contact: { mail }, session_id: sessions[0] }),
  );
  put(join(folder, "events.jsonl"), `${lines.join("\n")}\n`);
  put(join(folder, "old", "events.jsonl.gz"), gzipSync(`${lines.join("\n")}\n`));
  put(join(folder, "people.csv"), people.map(({ user, mail }) => `${user},${mail}\n`).join(""));
}

/** Files below the world, or their names, in which a text stands: as it is and unzipped. Not through any code of ours. */
export function filesWith(root: string, texts: readonly string[]): readonly string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    if (texts.some((text) => entry.name.includes(text))) return [path];
    if (!entry.isFile()) return [];
    const bytes = readFileSync(path);
    const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
    return texts.some((text) => plain.includes(text)) ? [path] : [];
  });
}

/** A new empty folder for one world, and its removal. */
export function worldFolder(parent: string): { readonly path: string; remove(): void } {
  const path = join(parent, `sallyport-privacy-${randomBytes(6).toString("hex")}`);
  mkdirSync(path, { mode: 0o700 });
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Digest of everything that one person has in a world, to see that nobody touched it. */
export function traceOf(root: string, { user, mail, sessions }: Somebody): number {
  const paths = filesWith(root, [user, mail, ...sessions]);
  return paths.filter((path) => statSync(path).isFile()).length;
}
