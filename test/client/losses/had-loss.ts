// Has one act of loss in a guarded project with the real client, takes it back with one command, and compares every byte.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
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
  /** Whether the person was told before of what could not be brought back. */
  readonly isSaid: boolean;
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
      } else if (status.isSymbolicLink()) found.set(path, `link ${readlinkSync(join(root, path))}`);
      else {
        const digest = createHash("sha256")
          .update(readFileSync(join(root, path)))
          .digest("hex");
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

/** Has an act in one mode of the client; of the pinned one unless another is given. */
export async function haveLoss(
  guarded: GuardedProject,
  act: LossAct,
  { mode, client }: { readonly mode: string; readonly client?: string },
): Promise<HadLoss> {
  const others = new Set(copiesIn(guarded));
  const project = makeGround(guarded, `${act.id}-${mode}`);
  const database = spawn("python3", ["-c", OPEN_DATABASE], { cwd: project });
  const person = openPerson(join(guarded.home, `${act.id}-${mode}`));
  try {
    await once(database.stdout, "data");
    const last = act.turns.length - 1;
    let before = placesOf(project);
    const run = await runClient({
      projectDirectory: project,
      permissionMode: mode,
      ...(client === undefined ? {} : { client }),
      idPrefix: `${act.id}-${mode}`,
      turns: act.turns,
      extraArgs: person.extraArgs,
      beforeTurn: (turn) => {
        if (turn === last) before = placesOf(project);
      },
      timeoutMs: 120_000,
    });
    const id = toolUseId(last, 0, `${act.id}-${mode}`);
    const isDenied = run.wasDenied(id);
    const isAsked = readFileSync(person.questions, "utf8").includes(id);
    const after = placesOf(project);
    const lost = differing(before, after).length;
    const told = {
      id: act.id,
      mode,
      answer: isDenied ? "deny" : isAsked ? "ask" : "allow",
      lost,
      isSaid: run.stdout.includes("cannot bring it back"),
      said: run.toolResults.get(id)?.text ?? "",
    } as const;
    if (lost === 0) return { ...told, left: [], copies: 0 };
    const undone = await takeBack(guarded, project, id);
    const left = differing(before, placesOf(project));
    const own = copiesIn(guarded).filter((path) => !others.has(path));
    return { ...told, left, undone, copies: own.reduce((sum, path) => sum + sizeOf(path), 0) };
  } finally {
    database.kill();
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

/** Where copies lie, a folder for each project. */
const copiesIn = ({ data }: GuardedProject): readonly string[] =>
  existsSync(join(data, "undo"))
    ? readdirSync(join(data, "undo")).map((name) => join(data, "undo", name))
    : [];

function sizeOf(directory: string): number {
  return readdirSync(directory, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(directory, entry.name);
    return sum + (entry.isDirectory() ? sizeOf(path) : lstatSync(path).size);
  }, 0);
}

const PERSON = fileURLToPath(new URL("../sessions/person.mjs", import.meta.url));

/** A person who answers every question of the client with yes; each is a line in a file. */
function openPerson(folder: string): {
  readonly extraArgs: readonly string[];
  readonly questions: string;
} {
  const [questions, refused, mcp] = ["questions.jsonl", "refused.json", "mcp.json"].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const person = { command: process.execPath, args: [PERSON, questions, refused] };
  writeFileSync(questions, "");
  writeFileSync(refused, "[]");
  writeFileSync(mcp, JSON.stringify({ mcpServers: { person } }));
  return {
    questions,
    extraArgs: ["--mcp-config", mcp, "--permission-prompt-tool", "mcp__person__answer"],
  };
}
