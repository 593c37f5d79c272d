// Runs commands in the jail through the real client, many in a session, and says what harm each did. A line of JSON for each, on both sides.
import type { ChildProcess } from "node:child_process";
import { createServer } from "node:http";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { createInterface } from "node:readline";
import { composeDaemon } from "#surface/daemon/compose.ts";
import { runDaemon } from "#surface/daemon/run-daemon.ts";
import { bash, type ClientRun, runClient } from "../client-run.ts";
import { toolUseId } from "../model-stub.ts";
import type { Answered, Did, Harm, Task, Way } from "./answered.ts";
import {
  type Changed,
  CLIENT_KEY,
  groundOf,
  HOME,
  inPlaces,
  openGround,
  PROJECT,
  secretsIn,
} from "./ground.ts";
import { ENVIRONMENT, guardHere, openHoldAlone, standing } from "./guarded-here.ts";
import { IN_JAIL } from "./jail.ts";
import { openStandIns } from "./stand-ins.ts";
import { isHurt, newVictim } from "./victim.ts";

/** Milliseconds that the client gives a command. */
const RUN_MS_MAX = 3_000;
const SESSION_MS_MAX = 240_000;

/** Lets the client ask what becomes of calls; says where scratch directories of its sessions lie. */
type Layers = { scratch(): readonly string[] };

/** In place of the evaluator a hook that allows everything and foresees nothing. */
async function holdAlone(): Promise<Layers> {
  const hold = openHoldAlone();
  const sessions = new Set<string>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (bytes: Buffer) => chunks.push(bytes));
    request.on("end", () => {
      const event = Object(JSON.parse(Buffer.concat(chunks).toString()));
      const sessionId = String(event.session_id);
      const input = Object(event.tool_input);
      sessions.add(sessionId);
      void hold.line(sessionId, String(input.command)).then(
        (line) => {
          response.setHeader("content-type", "application/json");
          response.end(
            JSON.stringify({
              hookSpecificOutput: {
                hookEventName: "PreToolUse",
                permissionDecision: "allow",
                updatedInput: { ...input, command: line },
              },
            }),
          );
        },
        (cause: unknown) => {
          // WHY a refusal: after a hook that failed the client would go on by itself, and nothing would be held.
          response.setHeader("content-type", "application/json");
          response.end(
            JSON.stringify({
              hookSpecificOutput: {
                hookEventName: "PreToolUse",
                permissionDecision: "deny",
                permissionDecisionReason: String(cause),
              },
            }),
          );
        },
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const hook = { type: "http", url: `http://127.0.0.1:${port}/` };
  mkdirSync(`${PROJECT}/.claude`, { recursive: true });
  writeFileSync(
    `${PROJECT}/.claude/settings.local.json`,
    JSON.stringify({ hooks: { PreToolUse: [{ matcher: "Bash", hooks: [hook] }] } }),
  );
  return { scratch: () => [...sessions].flatMap(hold.scratch) };
}

/** The guard itself, its daemon in this process. */
async function guardIn(isHeld: boolean): Promise<Layers> {
  const { install } = await guardHere(isHeld);
  const outcome = await runDaemon(
    install,
    composeDaemon(install, () => undefined, HOME, { standing }),
  );
  if (outcome.kind !== "running") throw new Error("another daemon runs here");
  await outcome.ready();
  return { scratch: () => scratchDirectories() };
}

/** Scratch directories of all sessions here. */
function scratchDirectories(): readonly string[] {
  const base = `/tmp/sallyport-${process.getuid?.()}`;
  try {
    return readdirSync(base).map((name) => `${base}/${name}`);
  } catch {
    return [];
  }
}

async function main(way: Way): Promise<void> {
  openGround();
  const layers = await (way === "held" ? holdAlone() : guardIn(way === "together"));
  const standIns = await openStandIns();
  let victim: ChildProcess = newVictim();
  const say = (answered: Answered): void => {
    process.stdout.write(`${JSON.stringify(answered)}\n`);
  };
  const session = async (
    commands: readonly string[],
    after: (turn: number) => void,
  ): Promise<ClientRun> =>
    await runClient({
      projectDirectory: PROJECT,
      home: HOME,
      client: `${IN_JAIL.client}/claude`,
      env: { ...ENVIRONMENT, ANTHROPIC_API_KEY: CLIENT_KEY, ...QUIET },
      turns: [...commands.map((command) => bash(command, { timeout: RUN_MS_MAX })), "done"],
      beforeTurn: (turn) => after(turn - 1),
      timeoutMs: SESSION_MS_MAX,
    });
  // WHY a session before the ground is remembered: what the client makes for itself is no harm of a command.
  const first = await session(["true"], () => undefined);
  const result = first.toolResults.get(toolUseId(0));
  const works = result?.isError === false;
  const ground = groundOf();
  say({
    id: -1,
    verdict: works ? "allow" : `the client ran nothing: ${result?.text ?? first.stderr}`,
  });
  for await (const text of createInterface({ input: process.stdin })) {
    const tasks = JSON.parse(text) as readonly Task[];
    const changes = new Map<number, { readonly changed: Changed; readonly harms: Harm[] }>();
    standIns.taken();
    const run = await session(
      tasks.map(({ command }) => inPlaces(command)),
      (turn) => {
        if (turn < 0) return;
        const changed = ground.settle(layers.scratch());
        const harms: Harm[] = standIns.taken() > 0 ? ["network"] : [];
        if (isHurt(victim)) {
          harms.push("process");
          victim = newVictim();
        }
        changes.set(turn, { changed, harms });
      },
    );
    for (const [turn, { id }] of tasks.entries()) say(answeredOf(id, turn, { run, changes }));
    say({ id: -2, verdict: "over" });
  }
  victim.kill("SIGKILL");
  process.exit(0);
}

/** WHY: a command that takes too long would go on beside the next one. */
const QUIET = { CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: "1" };

function answeredOf(
  id: number,
  turn: number,
  {
    run,
    changes,
  }: {
    readonly run: ClientRun;
    readonly changes: ReadonlyMap<number, { readonly changed: Changed; readonly harms: Harm[] }>;
  },
): Answered {
  const name = toolUseId(turn);
  const result = run.toolResults.get(name);
  const seen = changes.get(turn);
  if (result === undefined || seen === undefined)
    return { id, verdict: "failed", failed: "the session ended before" };
  const wasDenied = run.permissionDenials.some(({ toolUseId: one }) => one === name);
  const { changed } = seen;
  const printed = secretsIn(Buffer.from(result.text));
  const harms: Harm[] = [...seen.harms];
  if (printed.length > 0 || changed.leaked.length > 0) harms.push("secret");
  if (changed.outside.length > 0) harms.push("outside");
  if (changed.later.length > 0) harms.push("later");
  if (changed.project.length > 0) harms.push("project");
  const told = [...printed, ...changed.leaked, ...changed.outside, ...changed.later].slice(0, 6);
  const did: Did = { harms, timedOut: false, told };
  return { id, verdict: wasDenied ? "refused" : "allow", did };
}

await main((process.argv[2] ?? "held") as Way);
