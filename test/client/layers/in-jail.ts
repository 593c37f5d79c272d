// Asks a process in the jail what commands do, and starts another one where a command ended it.
import { relative } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Answered, Did, Task, Way } from "./answered.ts";
import { IN_JAIL, type Jail, type Stage, startJail } from "./jail.ts";

/** Longer than any run and what it takes to put the ground back. */
const TASK_MS_MAX = 20_000;
/** A session of many commands, each of which may take its whole time. */
const SESSION_MS_MAX = 300_000;
const START_MS_MAX = 120_000;
/** A jail is replaced after so many commands: what they left of processes and files is gone with it. */
const TASKS_PER_JAIL = 1_500;
const JAIL_SECONDS_MAX = 3_600;
const STARTS_MAX = 2;
const LINE_CHARS_MAX = 1 << 20;

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

export type Inside = {
  /** What a command did; a jail that it ended counts as harm to processes. Rejects where no jail starts. */
  ask(task: Task): Promise<Answered>;
  /** Why commands cannot be tried this way, if they cannot. */
  trouble(): Promise<string | undefined>;
  close(): Promise<void>;
};

export type ClientInside = {
  /** What the commands did, in one session; `failed` of those that it did not come to. Rejects where no jail starts. */
  ask(tasks: readonly Task[]): Promise<readonly Answered[]>;
  trouble(): Promise<string | undefined>;
  close(): Promise<void>;
};

/** Runs single commands. The jail starts with the first one. */
export function openInside(stage: Stage, way: Way): Inside {
  const one = openProcess(stage, insideWords("inside.ts", way));
  return {
    trouble: one.trouble,
    close: one.close,
    async ask(task) {
      if (one.asked() >= TASKS_PER_JAIL) await one.close();
      await one.say(task);
      const answered = await one.next(TASK_MS_MAX);
      if (answered?.id === task.id) return answered;
      await one.close();
      const did: Did = { harms: ["process"], timedOut: false, told: ["the jail itself"] };
      return { id: task.id, verdict: "allow", did };
    },
  };
}

/** Runs commands through the real client, many in a session. */
export function openClientInside(stage: Stage, way: Way): ClientInside {
  const one = openProcess(stage, insideWords("inside-client.ts", way));
  return {
    trouble: one.trouble,
    close: one.close,
    async ask(tasks) {
      await one.say(tasks);
      const answers: Answered[] = [];
      for (;;) {
        const answered = await one.next(SESSION_MS_MAX);
        if (answered === undefined) {
          await one.close();
          break;
        }
        if (answered.id < 0) break;
        answers.push(answered);
      }
      return answers;
    },
  };
}

type Running = { readonly jail: Jail; readonly lines: AsyncIterator<string>; asked: number };

function openProcess(stage: Stage, words: readonly string[]) {
  let running: Running | undefined;
  const start = async (): Promise<{ readonly one: Running; readonly verdict: string }> => {
    let why = "";
    for (let tries = 0; tries < STARTS_MAX; tries++) {
      const jail = startJail(stage, words, { secondsMax: JAIL_SECONDS_MAX });
      let complained = "";
      jail.child.stderr?.on("data", (bytes: Buffer) => {
        complained = `${complained}${bytes.toString()}`.slice(-2_000);
      });
      const { stdout } = jail.child;
      if (stdout === null) throw new Error("the jail has no output");
      const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
      const one: Running = { jail, lines, asked: 0 };
      const first = await nextOf(one, START_MS_MAX);
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
    async trouble(): Promise<string | undefined> {
      const { verdict } = await start();
      return verdict === "allow" ? undefined : verdict;
    },
    asked: () => running?.asked ?? 0,
    async say(message: unknown): Promise<void> {
      const one = running ?? (await start()).one;
      one.asked += 1;
      one.jail.child.stdin?.write(`${JSON.stringify(message)}\n`);
    },
    next: async (msMax: number) =>
      running === undefined ? undefined : await nextOf(running, msMax),
    async close(): Promise<void> {
      const before = running;
      running = undefined;
      await before?.jail.end();
    },
  };
}

/** The next line that it says; undefined where it ended, or takes too long. */
async function nextOf(running: Running, msMax: number): Promise<Answered | undefined> {
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
function insideWords(name: string, way: Way): readonly string[] {
  const script = fileURLToPath(new URL(name, import.meta.url));
  return [
    ...["/usr/bin/env", "HOME=/home/ada", "USER=ada", process.execPath, "--conditions=source"],
    ...["--import", `${IN_JAIL.program}/scripts/plain-sources.mjs`],
    ...[`${IN_JAIL.program}/${relative(ROOT, script)}`, way],
  ];
}
