// What sessions wait for in projects of each size: the first call and those after it, with what of it is work of the daemon, and what sessions leave in its memory.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { readInstalledHook } from "#surface/services/installation/installed-hook.ts";
import { runBuilt } from "../client/built-program.ts";
import type { GuardedProject } from "../client/guarded-stand.ts";
import { endDaemon, openStopped, startDaemon } from "./daemon.ts";
import { startEcho } from "./echo.ts";
import { atMost, type Figure, median, percentile, type Suite, lineOf } from "./figures.ts";
import { openRawClient, type RawClient } from "./raw-client.ts";

/** WHY none larger: laying it out takes longer than what is measured. */
const SIZES = [100, 20_000] as const;
/** Files of one folder: what projects have on average. */
const FOLDER_FILES = 10;
const HOME_ENTRIES = 2_000;
const ROUNDS = 4;
const WARMING_ROUNDS = 1;
/** Before the first session of a daemon, and from its start to its first call. */
const REST_MS = 1_500;
const THINKING_MS = 2_000;
const FIRST_MS = 200;
const TEST_MS = 20;
const ADDED_MS = 40;
const ADDED_P95_MS = 120;
const LOOKS_MAX = 60;
/** From a result to the next call. */
const PAUSE_MS = 150;

/** What is asked after the first call, in turns. */
export const CALLS: Readonly<Record<string, Asked>> = {
  ls: bash("ls"),
  "git status": bash("git status --short"),
  "npm test": bash("npm test"),
  Read: (root) => ({ tool_name: "Read", tool_input: { file_path: join(root, "readme.txt") } }),
  Edit: (root) => ({
    tool_name: "Edit",
    tool_input: { file_path: join(root, "readme.txt"), old_string: "hello", new_string: "hello" },
  }),
};

type Asked = (root: string) => { readonly tool_name: string; readonly tool_input: object };

export function bash(command: string): Asked {
  return () => ({ tool_name: "Bash", tool_input: { command } });
}

/** Starts a session in each project by a daemon that knows none of them, and goes on with it. */
export async function measureFirstCall(): Promise<Suite> {
  const guarded = openStopped();
  const echo = await startEcho();
  const figures: Figure[] = [];
  try {
    const all: Place[] = [];
    for (const files of SIZES)
      for (const isGit of [false, true]) all.push(makeProject(guarded, { files, isGit }));
    const rested = async (
      measured: (daemon: ChildProcess) => Promise<readonly Figure[]>,
    ): Promise<void> => {
      const daemon = await startDaemon(guarded);
      try {
        // TIME: a daemon reads its policies when it came up; what is measured begins behind that.
        await sleep(REST_MS);
        const found = await measured(daemon);
        process.stderr.write(`${found.map(lineOf).join("\n")}\n`);
        figures.push(...found);
      } finally {
        await endDaemon(daemon);
      }
    };
    for (const at of all) {
      await rested((daemon) => projectFigures(at, daemon, echo));
      await rested(async (daemon) => {
        const { first, client } = await firstOf(at, daemon, 0);
        client.close();
        return [{ name: `${at.name}: first call at once`, value: first, unit: "ms" }];
      });
    }
    const [small] = all;
    if (small !== undefined) {
      fillHome(guarded.home);
      await rested(async (daemon) => {
        const { first, client } = await firstOf(small, daemon, THINKING_MS);
        client.close();
        const name = `${HOME_ENTRIES} hidden entries in the home: first call`;
        return [atMost(name, first, "ms", FIRST_MS)];
      });
    }
    return {
      method:
        `Projects of ${SIZES.map((size) => size.toLocaleString("en-US")).join(", ")} files, ${FOLDER_FILES} a folder, each with a daemon that knows none of them: ` +
        `a session's start, its first call \`ls\` ${THINKING_MS / 1_000} s later or at once, and then ${ROUNDS} of each kind in turns, all by a client that only writes and reads. ` +
        "Added is what comes on top of an HTTPS server with a fixed answer. Looks are what the daemon's main thread asks the system of files and links during one call (`strace`).",
      figures,
    };
  } finally {
    echo.close();
    guarded.close();
  }
}

type Place = { readonly name: string; readonly root: string };

function makeProject(
  { home, data }: GuardedProject,
  { files, isGit }: { readonly files: number; readonly isGit: boolean },
): Place {
  const name = `${files.toLocaleString("en-US")} files${isGit ? ", git" : ""}`;
  const root = join(home, `work-${files}-${isGit ? "git" : "plain"}`, "shop");
  mkdirSync(join(root, "src"), { recursive: true });
  writeFileSync(join(root, "readme.txt"), "hello\n");
  writeFileSync(
    join(root, "package.json"),
    '{ "name": "shop", "scripts": { "test": "node --test" } }\n',
  );
  for (const at of [1, 2, 3]) {
    mkdirSync(join(root, `services/service-${at}`), { recursive: true });
    writeFileSync(join(root, `services/service-${at}/.env`), "KEY=1\n");
  }
  for (let at = 0; at < files; at += 1) {
    const folder = Math.floor(at / FOLDER_FILES);
    const path = join(root, "src", `part-${Math.floor(folder / 100)}`, `piece-${folder}`);
    if (at % FOLDER_FILES === 0) mkdirSync(path, { recursive: true });
    writeFileSync(join(path, `file-${at}.ts`), "");
  }
  if (isGit) {
    const git = (...args: string[]) =>
      execFileSync("git", ["-C", root, "-c", "user.name=x", "-c", "user.email=x@x.test", ...args], {
        stdio: "ignore",
        env: { PATH: process.env["PATH"], HOME: home, GIT_CONFIG_NOSYSTEM: "1" },
      });
    git("init", "-q", "-b", "main");
    git("add", "--all", ":!*.env");
    git("commit", "-qm", "first");
  }
  const ended = runBuilt({ home, data }, "init", root, "--yes");
  if (ended.status !== 0) throw new Error(`${ended.stderr}${ended.stdout}`);
  runBuilt({ home, data }, "daemon", "stop");
  return { name, root };
}

function fillHome(home: string): void {
  for (let at = 0; at < HOME_ENTRIES; at += 1)
    if (at % 2 === 0) mkdirSync(join(home, `.tool-${at}`));
    else writeFileSync(join(home, `.tool-${at}rc`), "");
}

let sessions = 0;

/** A session of a project: its payloads. */
export function openSession({ root }: Place) {
  const id = `first-${(sessions += 1)}`;
  let calls = 0;
  const event = (hook_event_name: string, more: object): string =>
    JSON.stringify({
      session_id: id,
      cwd: root,
      permission_mode: "default",
      transcript_path: `/home/ada/.claude/projects/shop/${id}.jsonl`,
      hook_event_name,
      ...more,
    });
  return {
    start: () => event("SessionStart", { source: "startup" }),
    call: (asked: Asked) => {
      const use = { ...asked(root), tool_use_id: `toolu_${id}_${(calls += 1)}` };
      return {
        before: event("PreToolUse", use),
        /** What the client says of it when it ran, as it was answered. */
        after: (answer: string) =>
          event("PostToolUse", {
            ...use,
            tool_input: inputOf(answer) ?? use.tool_input,
            tool_response: { stdout: "", stderr: "", interrupted: false },
          }),
      };
    },
    end: () => event("SessionEnd", { reason: "other" }),
  };
}

/** The input with which a call runs, where its answer changed it. */
function inputOf(answer: string): unknown {
  const { hookSpecificOutput: output } = JSON.parse(answer || "{}") as {
    hookSpecificOutput?: { updatedInput?: unknown };
  };
  return output?.updatedInput;
}

export async function timed(client: RawClient, body: string) {
  const startMs = performance.now();
  const answer = await client.post(body);
  const tookMs = performance.now() - startMs;
  if (/"permissionDecision":"deny"|events a second/.test(answer))
    throw new Error(`not let through: ${answer.slice(0, 600)}`);
  return { tookMs, answer };
}

/** A session's start and its first call, by a daemon that knows nothing of the project; `thinkingMs` between them. */
async function firstOf(at: Place, daemon: ChildProcess, thinkingMs: number) {
  const client = await openRawClient(
    readInstalledHook(join(at.root, ".claude/settings.local.json")),
  );
  const session = openSession(at);
  const { tookMs: start } = await timed(client, session.start());
  // TIME: what the model takes before its first call is part of what is measured.
  await sleep(thinkingMs);
  const { before, after } = session.call(bash("ls"));
  const spentMs = processorMs(daemon);
  const { tookMs: first, answer } = await timed(client, before);
  const firstWork = processorMs(daemon) - spentMs;
  if (!answer.includes("updatedInput")) throw new Error(`not held: ${answer.slice(0, 600)}`);
  await client.post(after(answer));
  return { client, session, start, first, firstWork };
}

async function projectFigures(
  at: Place,
  daemon: ChildProcess,
  echo: Awaited<ReturnType<typeof startEcho>>,
): Promise<readonly Figure[]> {
  const hook = readInstalledHook(join(at.root, ".claude/settings.local.json"));
  const floor = await openRawClient({ ...echo, token: hook.token });
  const { client, session, start, first, firstWork } = await firstOf(at, daemon, THINKING_MS);
  const figures: Figure[] = [
    { name: `${at.name}: session's start`, value: start, unit: "ms" },
    atMost(`${at.name}: first call`, first, "ms", FIRST_MS),
    { name: `${at.name}: first call, processor time`, value: firstWork, unit: "ms" },
  ];
  const names = Object.keys(CALLS);
  const times = new Map<string, number[]>(names.map((name) => [name, []]));
  const work = new Map<string, number[]>(names.map((name) => [name, []]));
  const added: number[] = [];
  for (let round = -WARMING_ROUNDS; round < ROUNDS; round += 1)
    for (const [name, asked] of Object.entries(CALLS)) {
      const { before, after } = session.call(asked);
      const { tookMs: floorMs } = await timed(floor, before);
      const spent = processorMs(daemon);
      const { tookMs, answer } = await timed(client, before);
      const spentMs = processorMs(daemon) - spent;
      await client.post(after(answer));
      // TIME: calls of an agent come no faster, and what goes on after each is not part of the next.
      await sleep(PAUSE_MS);
      if (round < 0) continue;
      times.get(name)?.push(tookMs);
      work.get(name)?.push(spentMs);
      added.push(tookMs - floorMs);
    }
  for (const [name, took] of times) {
    const label = `${at.name}: ${name}`;
    const value = median(took);
    figures.push(
      name === "npm test"
        ? atMost(label, value, "ms", TEST_MS)
        : { name: label, value, unit: "ms" },
      { name: `${label}, processor time`, value: median(work.get(name) ?? []), unit: "ms" },
    );
    if (!existsSync(TRACER)) continue;
    const { before, after } = session.call(CALLS[name] ?? bash(name));
    const { looks, answer } = await looksDuring(daemon, () => timed(client, before));
    await client.post(after(answer));
    figures.push(atMost(`${label}, looks`, looks, "", LOOKS_MAX));
  }
  const ordinary = `${at.name}: added to an ordinary call`;
  figures.push(
    atMost(`${ordinary}, p50`, median(added), "ms", ADDED_MS),
    atMost(`${ordinary}, p95`, percentile(added, 0.95), "ms", ADDED_P95_MS),
  );
  await client.post(session.end());
  client.close();
  floor.close();
  return figures;
}

/** Processor time of all threads of a process so far, in milliseconds; Linux only. */
function processorMs({ pid }: ChildProcess): number {
  const tasks = readdirSync(`/proc/${pid}/task`);
  return tasks.reduce((sum, task) => {
    const [spentNs] = readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ");
    return sum + Number(spentNs) / 1e6;
  }, 0);
}

const TRACER = "/usr/bin/strace";

/** How often the daemon's main thread looked at a file while it answered. */
async function looksDuring(
  { pid }: ChildProcess,
  work: () => ReturnType<typeof timed>,
): Promise<{ readonly looks: number; readonly answer: string }> {
  const args = ["-qq", "-e", "trace=/stat|readlink", "-p", String(pid)];
  const trace = spawn(TRACER, args, { stdio: ["ignore", "ignore", "pipe"] });
  let looks = 0;
  const read = (async () => {
    for await (const line of createInterface({ input: trace.stderr }))
      if (/^(?:statx|lstat|stat|readlink\w*|newfstatat)\(/.test(line)) looks += 1;
  })();
  // TIME: the tracer says nothing when it is ready.
  await sleep(500);
  const { answer } = await work();
  trace.kill("SIGINT");
  await once(trace, "exit");
  await read;
  return { looks, answer };
}
