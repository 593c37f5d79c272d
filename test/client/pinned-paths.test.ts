// Symlinks turned between judgement and reading, at the real client and the real daemon: what was not judged stays where it is.
import { spawn } from "node:child_process";
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { guardProject } from "#surface/cli/guard/guard-project.ts";
import { composeDaemon } from "#surface/daemon/compose.ts";
import type { Observation } from "#surface/services/hooks/ports.ts";
import { type DaemonRun, runDaemon } from "#surface/daemon/run-daemon.ts";
import { freshDirectory, installOn } from "../surface/daemon/daemon-stand.ts";
import { type ClientRun, runClient } from "./client-run.ts";
import { whyMissing } from "./machine.ts";
import { toolUseId } from "./model-stub.ts";
import { silent } from "../surface/silent-terminal.ts";

const MARKER = "marker-71d20c9e";
const CALLS = 12;
/** No rule of the client speaks of it: one would refuse it by itself, pinned or not. */
const OTHER = "other.txt";

const room = freshDirectory();
const project = join(room.path, "project");
const observations: Observation[] = [];
let run: (DaemonRun & { kind: "running" }) | undefined;
let missing: string | undefined;
/** Without effects in the decision no path is known to have been judged, and none is pinned. */
let isPinned = true;
/** Called when a decision was recorded: after the judgement, before the client hears of it. */
let onDecision: (index: number) => void = () => undefined;

function pointTo(link: string, target: string): void {
  const fresh = join(project, `${link}.new`);
  symlinkSync(target, fresh);
  renameSync(fresh, join(project, link));
}

beforeAll(async () => {
  missing = await whyMissing(["client"]);
  if (missing !== undefined) return;
  mkdirSync(project);
  for (const name of [".env", OTHER]) writeFileSync(join(project, name), `KEY=${MARKER}\n`);
  for (let index = 0; index < CALLS; index++) {
    writeFileSync(join(project, `pub${index}.txt`), `harmless ${index}\n`);
    pointTo(`link${index}`, `pub${index}.txt`);
  }
  const data = join(room.path, "data");
  const install = await installOn(data);
  await guardProject({
    directory: project,
    yes: true,
    data,
    environment: { HOME: room.path, PATH: "/usr/bin:/bin" },
    terminal: silent,
  });
  const options = composeDaemon(install, () => undefined, room.path);
  const started = await runDaemon(install, {
    ...options,
    compose: async () => {
      const parts = await options.compose();
      const append: typeof parts.ports.append = async (observation, how) => {
        await parts.ports.append(observation, how);
        observations.push(observation);
        if (observation.kind === "decision") {
          onDecision(observations.filter(({ kind }) => kind === "decision").length - 1);
        }
      };
      const judge: typeof parts.ports.judge = async (request) => {
        const judgement = await parts.ports.judge(request);
        const { decision } = judgement;
        return isPinned ? judgement : { ...judgement, decision: { ...decision, effects: [] } };
      };
      return { ...parts, ports: { ...parts.ports, append, judge } };
    },
  });
  if (started.kind !== "running") throw new Error("the daemon did not start");
  run = started;
  await run.ready();
});
afterAll(async () => {
  await run?.stop();
  room.remove();
});

function session(turns: Parameters<typeof runClient>[0]["turns"]): Promise<ClientRun> {
  observations.length = 0;
  return runClient({
    projectDirectory: project,
    turns: [...turns, "bye"],
    settings: { user: { permissions: { allow: ["Read", "Edit", "Write"] } } },
  });
}
const reads = (path: (index: number) => string) =>
  Array.from({ length: CALLS }, (_, index) => [
    { name: "Read", input: { file_path: `<project>/${path(index)}` } },
  ]);
const drifts = () =>
  observations.flatMap((item) => (item.kind === "drift" ? [`${item.how} ${item.call.id}`] : []));

describe("a symlink", () => {
  test("to a harmless file is read and written through, under the path that was judged", async (ctx) => {
    if (missing !== undefined) return ctx.skip(missing);
    const file = { file_path: "<project>/link0" };
    const done = await session([
      [{ name: "Read", input: file }],
      [{ name: "Edit", input: { ...file, old_string: "harmless", new_string: "edited" } }],
      [{ name: "Write", input: { ...file, content: "written\n" } }],
      [{ name: "Read", input: { file_path: "<project>/pub0.txt" } }],
    ]);
    expect(done.permissionDenials).toEqual([]);
    expect(done.toolResults.get(toolUseId(0))?.text).toContain("harmless 0");
    expect(done.toolResults.get(toolUseId(3))?.text).toContain("written");
    const used = observations.flatMap((item) =>
      item.kind === "result" && item.call.input.kind !== "bash" ? [item.call.input] : [],
    );
    expect(used).toHaveLength(4);
    for (const input of used) expect(input).toMatchObject({ path: join(project, "pub0.txt") });
    expect(drifts()).toEqual([]);
    return undefined;
  });

  test("turned to another file after each judgement brings nothing, and each turn is told", async (ctx) => {
    if (missing !== undefined) return ctx.skip(missing);
    onDecision = (index) => pointTo(`link${index}`, OTHER);
    const done = await session(reads((index) => `link${index}`));
    onDecision = () => undefined;
    expect(done.permissionDenials).toEqual([]);
    expect(done.leaked(MARKER)).toBeUndefined();
    for (let index = 1; index < CALLS; index++) {
      expect(done.toolResults.get(toolUseId(index))?.text).toContain(`harmless ${index}`);
    }
    expect(drifts()).toEqual(
      Array.from({ length: CALLS }, (_, index) => `turned ${toolUseId(index)}`),
    );
    return undefined;
  });

  test("that is not pinned gives the other file away: the test above can fail", async (ctx) => {
    if (missing !== undefined) return ctx.skip(missing);
    for (let index = 0; index < CALLS; index++) pointTo(`link${index}`, `pub${index}.txt`);
    onDecision = (index) => pointTo(`link${index}`, OTHER);
    isPinned = false;
    const done = await session(reads((index) => `link${index}`));
    isPinned = true;
    onDecision = () => undefined;
    expect(done.leaked(MARKER)).toBe("literal");
    return undefined;
  });

  test("turned to and fro by a loop in the background never gives the secret", async (ctx) => {
    if (missing !== undefined) return ctx.skip(missing);
    for (let index = 0; index < CALLS; index++) pointTo(`link${index}`, `pub${index}.txt`);
    const links = Array.from({ length: CALLS }, (_, index) => index).join(" ");
    const loop = spawn(
      "/bin/sh",
      [
        "-c",
        // TIME: the pace at which the links turn, beside a session that reads them.
        `while :; do for i in ${links}; do ln -sfn .env link$i; done; sleep 0.005; for i in ${links}; do ln -sfn pub$i.txt link$i; done; sleep 0.005; done`,
      ],
      { cwd: project, stdio: "ignore" },
    );
    try {
      const done = await session(reads((index) => `link${index}`));
      expect(done.leaked(MARKER)).toBeUndefined();
      const judged = observations.filter(({ kind }) => kind === "decision");
      expect(judged).toHaveLength(CALLS);
      expect(done.toolResults.size).toBe(CALLS);
    } finally {
      loop.kill("SIGKILL");
    }
    return undefined;
  });
});
