// Asks the process in the jail what commands do, and starts another one where a command ended it.
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { relative } from "node:path";
import process from "node:process";
import type { Answered, Did, Task, Way } from "./answered.ts";
import { IN_JAIL, type Jail, type Stage, startJail } from "./jail.ts";

/** Longer than any run and what it takes to put the ground back. */
const TASK_MS_MAX = 20_000;
const START_MS_MAX = 60_000;
/** A jail is replaced after so many commands: what they left of processes and files is gone with it. */
const TASKS_PER_JAIL = 1_500;
const JAIL_SECONDS_MAX = 3_600;
const STARTS_MAX = 3;
const LINE_CHARS_MAX = 1 << 20;

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const SCRIPT = fileURLToPath(new URL("inside.ts", import.meta.url));

export type Inside = {
  /** What a command did; a jail that it ended counts as harm to processes. Rejects where no jail starts. */
  ask(task: Task): Promise<Answered>;
  /** Why commands cannot be tried this way, if the first one could not. */
  trouble(): Promise<string | undefined>;
  close(): Promise<void>;
};

type Running = { readonly jail: Jail; readonly lines: AsyncIterator<string>; asked: number };

/** Opens it; the jail starts with the first command. */
export function openInside(stage: Stage, way: Way): Inside {
  let running: Running | undefined;
  const end = async (): Promise<void> => {
    const before = running;
    running = undefined;
    await before?.jail.end();
  };
  const start = async (): Promise<{ readonly one: Running; readonly verdict: string }> => {
    let why = "";
    for (let tries = 0; tries < STARTS_MAX; tries++) {
      const jail = startJail(stage, insideWords(way), { secondsMax: JAIL_SECONDS_MAX });
      let complained = "";
      jail.child.stderr?.on("data", (bytes: Buffer) => {
        complained = `${complained}${bytes.toString()}`.slice(-2_000);
      });
      const { stdout } = jail.child;
      if (stdout === null) throw new Error("the jail has no output");
      const one = {
        jail,
        lines: createInterface({ input: stdout })[Symbol.asyncIterator](),
        asked: 0,
      };
      const first = await next(one, START_MS_MAX);
      if (first !== undefined) {
        running = one;
        return { one, verdict: first.verdict };
      }
      await jail.end();
      why = complained;
    }
    throw new Error(`the jail does not start: ${why}`);
  };
  return {
    async trouble() {
      const { verdict } = await start();
      return verdict === "allow" ? undefined : verdict;
    },
    async ask(task) {
      if (running !== undefined && running.asked >= TASKS_PER_JAIL) await end();
      const one = running ?? (await start()).one;
      one.asked += 1;
      one.jail.child.stdin?.write(`${JSON.stringify(task)}\n`);
      const answered = await next(one, TASK_MS_MAX);
      if (answered?.id === task.id) return answered;
      await end();
      const did: Did = { harms: ["process"], timedOut: false, told: ["the jail itself"] };
      const isBare = way === "bare" || way === "evaluator";
      return { id: task.id, verdict: "allow", ...(isBare ? { bare: did } : { held: did }) };
    },
    close: end,
  };
}

/** The next line that it says; undefined where it ended, or takes too long. */
async function next(running: Running, msMax: number): Promise<Answered | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), msMax);
  });
  try {
    const line = await Promise.race([running.lines.next(), late]);
    if (line === undefined || line.done === true || line.value.length > LINE_CHARS_MAX)
      return undefined;
    return JSON.parse(line.value) as Answered;
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** WHY the sources: what runs inside is what stands here, built or not. */
function insideWords(way: Way): readonly string[] {
  return [
    ...["/usr/bin/env", "HOME=/home/ada", "USER=ada", process.execPath, "--conditions=source"],
    ...["--import", `${IN_JAIL.program}/scripts/plain-sources.mjs`],
    ...[`${IN_JAIL.program}/${relative(ROOT, SCRIPT)}`, way],
  ];
}
