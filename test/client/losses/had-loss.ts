// Has one act of loss in a guarded project with the real client, takes it back with one command, and compares every byte.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { PLAIN_GIT } from "../../plain-git.ts";
import { until } from "../../until.ts";
import { runBuilt } from "../built-program.ts";
import { runClient } from "../client-run.ts";
import type { GuardedProject } from "../guarded-stand.ts";
import { toolUseId } from "../model-stub.ts";
import { LOSS_GROUND, type LossAct, OPEN_DATABASE } from "./loss-acts.ts";

/** What became of an act. */
export type HadLoss = {
  readonly id: string;
  readonly mode: string;
  /** What the person met: nothing, a question (answered with yes), a refusal. */
  readonly answer: "allow" | "ask" | "deny";
  /** Places that it changed or took away, and those that are not as before after undo. */
  readonly lost: number;
  readonly left: readonly string[];
  /** How `sallyport undo` ended, and how long it took; undefined where there was nothing to take back. */
  readonly undone?: { readonly code: number | null; readonly ms: number };
  /** Bytes of the copies of the project. */
  readonly copies: number;
  readonly said: string;
};

/** Bytes of a file that is beyond the bound on copies. */
const HUGE_BYTES = 70 * 1024 * 1024;

/** Every place of a project, with what is there; not what is ours, nor what only the client keeps. */
export function placesOf(root: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const walk = (way: string): void => {
    for (const name of readdirSync(join(root, way))) {
      const path = way === "" ? name : `${way}/${name}`;
      if (path === ".claude") continue;
      const status = lstatSync(join(root, path));
      const mode = (status.mode & 0o777).toString(8);
      if (status.isDirectory()) {
        found.set(path, `directory ${mode}`);
        walk(path);
      } else if (status.isSymbolicLink())
        found.set(path, `link ${readlinkSync(join(root, path))}`);
      else {
        const digest = createHash("sha256").update(readFileSync(join(root, path))).digest("hex");
        found.set(path, `file ${mode} ${digest}`);
      }
    }
  };
  walk("");
  return found;
}

/** Places that differ. Objects that git added are no loss: they stay, and nothing leads to them. */
function differing(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter(
    (path) =>
      before.get(path) !== after.get(path) &&
      !(before.get(path) === undefined && path.startsWith(".git/objects/")),
  );
}

/** Makes a project with work that can be lost, and has it guarded. */
function makeGround(guarded: GuardedProject, name: string): string {
  const project = join(guarded.home, name, "project");
  mkdirSync(project, { recursive: true });
  const made = spawnSync("bash", ["-c", LOSS_GROUND], {
    cwd: project,
    env: PLAIN_GIT,
    encoding: "utf8",
  });
  if (made.status !== 0) throw new Error(made.stderr);
  writeFileSync(join(project, "huge.bin"), "");
  truncateSync(join(project, "huge.bin"), HUGE_BYTES);
  const init = runBuilt(guarded, "init", project, "--yes");
  if (init.status !== 0) throw new Error(`${init.stderr}${init.stdout}`);
  return project;
}

/** Has an act in one mode of the client. */
export async function haveLoss(
  guarded: GuardedProject,
  act: LossAct,
  mode: string,
): Promise<HadLoss> {
  const project = makeGround(guarded, `${act.id}-${mode}`);
  const database = spawn("python3", ["-c", OPEN_DATABASE], { cwd: project });
  const person = await openPerson();
  try {
    await once(database.stdout, "data");
    const last = act.turns.length - 1;
    let before = placesOf(project);
    const run = await runClient({
      projectDirectory: project,
      permissionMode: mode,
      idPrefix: `${act.id}-${mode}`,
      turns: act.turns,
      settings: {
        user: {
          hooks: { PermissionRequest: [{ hooks: [{ type: "http", url: person.url }] }] },
        },
      },
      beforeTurn: (turn) => {
        if (turn === last) before = placesOf(project);
      },
      timeoutMs: 120_000,
    });
    const id = toolUseId(last, 0, `${act.id}-${mode}`);
    const isDenied = run.wasDenied(id);
    const after = placesOf(project);
    const lost = differing(before, after).length;
    const told = {
      id: act.id,
      mode,
      answer: isDenied ? "deny" : person.asked() > 0 ? "ask" : "allow",
      lost,
      said: run.toolResults.get(id)?.text ?? "",
    } as const;
    if (lost === 0) return { ...told, left: [], copies: 0 };
    const undone = await takeBack(guarded, project, id);
    const left = differing(before, placesOf(project));
    return { ...told, left, undone, copies: copiesOf(guarded) };
  } finally {
    database.kill();
    await person.close();
  }
}

async function takeBack(
  guarded: GuardedProject,
  project: string,
  id: string,
): Promise<{ readonly code: number | null; readonly ms: number }> {
  const listed = (): boolean =>
    runBuilt(guarded, "undo", "--list", "--json", "--project", project).stdout.includes(id);
  await until("it is on record", listed, { withinMs: 15_000, everyMs: 300 }).catch(() => undefined);
  const from = performance.now();
  const { status } = runBuilt(guarded, "undo", id, "--yes", "--json", "--project", project);
  return { code: status, ms: Math.round(performance.now() - from) };
}

/** Bytes of all copies so far. */
function copiesOf({ data }: GuardedProject): number {
  const size = (directory: string): number =>
    readdirSync(directory, { withFileTypes: true }).reduce((sum, entry) => {
      const path = join(directory, entry.name);
      return sum + (entry.isDirectory() ? size(path) : lstatSync(path).size);
    }, 0);
  return size(join(data, "undo"));
}

/** A person who answers every question of the client with yes, and counts them. */
async function openPerson(): Promise<{
  readonly url: string;
  asked(): number;
  close(): Promise<void>;
}> {
  let count = 0;
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      count += 1;
      const decision = { behavior: "allow" };
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(
          JSON.stringify({ hookSpecificOutput: { hookEventName: "PermissionRequest", decision } }),
        );
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    asked: () => count,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
