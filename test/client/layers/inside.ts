// Runs commands in the jail and says what harm they did: bare, held with nothing foreseen, or as the guard answers. A line of JSON for each, on both sides.
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openSession } from "#guard/native/session.ts";
import { simulateNative } from "#guard/native/simulate.ts";
import { startReport } from "#surface/services/containment/start-report.ts";
import { composeDaemon } from "#surface/daemon/compose.ts";
import { createFeed } from "#surface/services/daemon-process/feed.ts";
import { createHookAnswers } from "#surface/services/hooks/hook-answers.ts";
import { createRecorder } from "#surface/services/hooks/recorder.ts";
import { reportEnvironment } from "#surface/services/facts/environment-report.ts";
import { openCallHolder } from "#surface/services/hold/call-holder.ts";
import type { Answered, Before, Did, Harm, Task, Way } from "./answered.ts";
import {
  CLIENT_KEY,
  DATA,
  DECOY,
  type Ground,
  groundOf,
  HOME,
  inPlaces,
  namesIn,
  openGround,
  PROJECT,
  secretsIn,
} from "./ground.ts";
import { removeTree } from "../../../src/surface/foundation/files/closed-tree.ts";
import { ENVIRONMENT, guardHere, openHoldAlone, standing } from "./guarded-here.ts";
import { layBefore, layScratch, putInPlace } from "./laid.ts";
import { openStandIns, type StandIns } from "./stand-ins.ts";
import { isHurt, newVictim } from "./victim.ts";

const RUN_MS_MAX = 3_000;
/** What a command left behind gets this long to do harm. */
const AFTER_MS = 200;
const LEAVES_SOMETHING = /&|nohup|setsid|daemon|detach|disown|fork|spawn|coproc|at |batch/i;
const OUTPUT_BYTES_MAX = 1 << 20;
const SNAPSHOT = fileURLToPath(new URL("../fixtures/snapshot-bash.sh", import.meta.url));
/** Asks the guard, or what stands in its place, what becomes of a command. */
type Answers = {
  /** The line that runs, or why nothing does. `acts`: what its session did before. */
  ask(
    command: string,
    acts?: Before["acts"],
  ): Promise<{ readonly line?: string; readonly verdict: string }>;
  /** Directories of the last call that the next one reads too. */
  scratch(): readonly string[];
  /** Ends the session of the last call, with all that runs in it. */
  end(): Promise<void>;
};

/** Everything is allowed and nothing is foreseen. */
function allowAll(): Answers {
  const hold = openHoldAlone();
  let count = 0;
  return {
    async ask(command) {
      count += 1;
      return { line: await hold.line(`s${count}`, command), verdict: "allow" };
    },
    scratch: () => hold.scratch(`s${count}`),
    end: async () => hold.end(`s${count}`),
  };
}

/** The guard as it is, with calls held or without: the project as `init` leaves it, and the daemon's own answers. */
async function guard(isHeld: boolean): Promise<Answers> {
  const config = join(HOME, ".claude");
  const { install, project } = await guardHere(isHeld);
  const running = await composeDaemon(install, () => undefined, HOME, { standing }).compose();
  const recorder = createRecorder(running.ports, () => performance.now());
  const answer = createHookAnswers(running.ports, recorder, createFeed(), running.memory);
  const scratchOf = openCallHolder({ data: DATA, home: HOME, nowMs: () => Date.now() }).scratchOf;
  const report = reportEnvironment(ENVIRONMENT);
  if (report === undefined) throw new Error("the environment is too large to be told");
  const native = openSession({
    layers: [],
    mode: "default",
    isTrusted: true,
    project: PROJECT,
    home: HOME,
  });
  mkdirSync(join(config, "shell-snapshots"), { recursive: true });
  cpSync(SNAPSHOT, join(config, "shell-snapshots", "snapshot-bash-1-abc.sh"));
  const transcripts = join(config, "projects", PROJECT.replaceAll("/", "-"));
  mkdirSync(transcripts, { recursive: true });
  let count = 0;
  let sessionId = "";
  const send = async (fields: Readonly<Record<string, unknown>>): Promise<unknown> => {
    const payload = new TextEncoder().encode(
      JSON.stringify({
        session_id: sessionId,
        transcript_path: join(transcripts, `${sessionId}.jsonl`),
        cwd: PROJECT,
        permission_mode: "default",
        ...fields,
      }),
    );
    const told =
      fields["hook_event_name"] === "SessionStart"
        ? await startReport(report, payload, { directory: PROJECT, home: HOME, data: DATA })
        : undefined;
    return await answer(project, payload, told);
  };
  /** Tells the guard of what happened before, as it would have been told then. */
  const replay = async (acts: Before["acts"]): Promise<void> => {
    for (const [at, act] of acts.entries()) {
      if ("prompt" in act) {
        await send({ hook_event_name: "UserPromptSubmit", prompt: act.prompt });
        continue;
      }
      const own = { tool_name: act.tool, tool_use_id: `toolu_${count}_${at}` };
      const before = { hook_event_name: "PreToolUse", ...own, tool_input: act.input };
      const said = Object(Object(await send(before)).hookSpecificOutput);
      if (said.permissionDecision === "deny") continue;
      const input: unknown = said.updatedInput ?? act.input;
      await send({
        hook_event_name: "PostToolUse",
        ...own,
        tool_input: input,
        tool_response: { stdout: "", stderr: "", interrupted: false },
      });
    }
  };
  return {
    async ask(command, acts = []) {
      count += 1;
      sessionId = `00000000-0000-4000-8000-${String(count).padStart(12, "0")}`;
      writeFileSync(join(transcripts, `${sessionId}.jsonl`), "");
      await send({ hook_event_name: "SessionStart", source: "startup" });
      await replay(acts);
      const input = { command, description: "work" };
      const reply = Object(
        await send({
          hook_event_name: "PreToolUse",
          tool_name: "Bash",
          tool_input: input,
          tool_use_id: `toolu_${count}`,
        }),
      );
      const said = Object(reply.hookSpecificOutput);
      const given: unknown = said.permissionDecision;
      const own = simulateNative(native, { tool: "Bash", input, cwd: PROJECT, hasRunShell: false });
      const verdict = typeof given === "string" ? given : own.verdict;
      if (verdict !== "allow") return { verdict };
      const line: unknown = Object(said.updatedInput).command;
      return { line: typeof line === "string" ? line : command, verdict };
    },
    scratch() {
      const room = scratchOf(project.id, sessionId);
      return [room, `${room}.var`];
    },
    end: async () => void (await send({ hook_event_name: "SessionEnd", reason: "exit" })),
  };
}

type Stand = {
  ground: Ground;
  readonly standIns: StandIns;
  victim: ChildProcess;
};

type Ended = { readonly output: Buffer; readonly timedOut: boolean; readonly hurt: boolean };

/**
 * Runs a command with nothing in its way but the jail. WHY a number space of its own: a command that ends all processes would
 * end this one. The process that it must not hurt stands beside it there.
 */
async function runBare(command: string): Promise<Ended> {
  const script =
    'echo begun >&4; sleep 3000 >/dev/null 2>&1 4>&- & /bin/bash -c "$1" 3>&- 4>&-; kill -0 $! && echo over >&4';
  const words = [
    ...["/usr/bin/bwrap", "--bind", "/", "/", "--dev-bind", "/dev", "/dev"],
    ...["--bind", DECOY, DATA, "--unshare-user", "--unshare-pid", "--proc", "/proc"],
    ...["--die-with-parent", "--", "/bin/sh", "-c", script, "sh", command],
  ];
  const { output, timedOut, told, isClosed } = await run(words);
  if (!told.includes("begun")) throw new Error(`it did not start: ${output.toString()}`);
  return { output, timedOut, hurt: timedOut ? isClosed : !told.includes("over") };
}

/** Runs the line of an answer as the client does. */
async function runLine(line: string, victim: ChildProcess): Promise<Ended> {
  const quoted = line.replaceAll("'", `'\\''`);
  const snapshot = `${HOME}/.claude/shell-snapshots/snapshot-bash-1-abc.sh`;
  const whole = `source ${snapshot} 2>/dev/null || true && eval '${quoted}' < /dev/null`;
  const { output, timedOut } = await run(["/bin/bash", "-c", whole]);
  if (output.includes("sallyport: not run")) throw new Error("the hold did not start");
  return { output, timedOut, hurt: isHurt(victim) };
}

async function run(words: readonly string[]) {
  const child = spawn(words[0] ?? "", words.slice(1), {
    cwd: PROJECT,
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
    env: { ...ENVIRONMENT, ANTHROPIC_API_KEY: CLIENT_KEY },
  });
  const chunks: Buffer[] = [];
  let size = 0;
  const keep = (bytes: Buffer): void => {
    if (size < OUTPUT_BYTES_MAX) chunks.push(bytes);
    size += bytes.length;
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  let isClosed = false;
  let told = "";
  const [life, said] = [child.stdio[3], child.stdio[4]];
  life?.on("close", () => {
    isClosed = true;
  });
  // WHY: a pipe that nobody reads from never tells that it was closed.
  life?.on("data", () => undefined);
  let isOver: () => void = () => undefined;
  const over = new Promise<void>((resolve) => {
    isOver = resolve;
  });
  said?.on("data", (bytes: Buffer) => {
    told += bytes.toString();
    if (told.includes("over")) isOver();
  });
  child.once("exit", () => isOver());
  child.once("error", () => isOver());
  const timedOut = await Promise.race([
    over.then(() => false),
    sleep(RUN_MS_MAX, true, { ref: false }),
  ]);
  const closedBefore = isClosed;
  // TIME: what a command left behind tells nobody when it does harm, or that it does none.
  if (!timedOut && LEAVES_SOMETHING.test(words.at(-1) ?? "")) await sleep(AFTER_MS);
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended.
  }
  for (const stream of child.stdio) stream?.destroy();
  return { output: Buffer.concat(chunks), timedOut, told, isClosed: closedBefore };
}

async function tryOut(
  stand: Stand,
  scratch: () => readonly string[],
  how: () => Promise<Ended>,
): Promise<Did> {
  stand.standIns.taken();
  stand.standIns.sent();
  const { output, timedOut, hurt } = await how();
  const [taken, sent] = [stand.standIns.taken(), stand.standIns.sent()];
  const changed = stand.ground.settle(scratch());
  const printed = secretsIn(output);
  if (isHurt(stand.victim)) stand.victim = newVictim();
  const harms: Harm[] = [];
  if (printed.length > 0 || changed.leaked.length > 0) harms.push("secret");
  if (changed.outside.length > 0) harms.push("outside");
  if (changed.later.length > 0) harms.push("later");
  if (taken + sent > 0) harms.push("network");
  if (hurt) harms.push("process");
  if (changed.project.length > 0) harms.push("project");
  const places = [...changed.outside, ...changed.later].slice(0, 3);
  return { harms, timedOut, told: [...printed, ...changed.leaked, ...places].slice(0, 6) };
}

async function main(way: Way): Promise<void> {
  openGround();
  const answers = way === "held" ? allowAll() : await guard(way === "together");
  // WHY once before the ground is remembered: what a first call makes for itself is no harm of a command.
  const first = await answers.ask("true");
  if (first.line !== undefined) await run(["/bin/bash", "-c", first.line]);
  await answers.end();
  const standIns = await openStandIns();
  const stand: Stand = { ground: groundOf(), standIns, victim: newVictim() };
  const say = (answered: Answered): void => {
    process.stdout.write(`${JSON.stringify(answered)}\n`);
  };
  say({ id: -1, verdict: first.verdict });
  const none = (): readonly string[] => ["/tmp"];
  for await (const text of createInterface({ input: process.stdin })) {
    const { id, command: written, isBare, before, instead } = JSON.parse(text) as Task;
    const command = inPlaces(written);
    const bare = async () => {
      const did = await tryOut(stand, none, () => runBare(instead ?? command));
      for (const name of namesIn("/tmp")) removeTree(join("/tmp", name));
      return did;
    };
    const { ground } = stand;
    try {
      if (before !== undefined) {
        layBefore(before);
        stand.ground = groundOf();
      }
      if (isBare === true) {
        say({ id, verdict: "allow", did: await bare() });
        continue;
      }
      const { line, verdict } = await answers.ask(command, before?.acts);
      if (line === undefined) say({ id, verdict });
      else if (line === command) say({ id, verdict, did: await bare() });
      else {
        layScratch(before, answers.scratch()[0]);
        if (instead !== undefined) putInPlace(line, instead);
        const did = await tryOut(stand, answers.scratch, () => runLine(line, stand.victim));
        say({ id, verdict, did });
      }
      await answers.end();
    } catch (cause) {
      say({
        id,
        verdict: "failed",
        failed: cause instanceof Error ? cause.message : String(cause),
      });
    } finally {
      stand.ground = ground;
      if (before !== undefined) ground.settle([]);
    }
  }
  stand.victim.kill("SIGKILL");
  process.exit(0);
}

await main((process.argv[2] ?? "held") as Way);
