// Which processes an agent's commands started: real ones with the client's mark, and others that only look like them.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { processDirectory, processStart } from "#platform/processes.ts";
import { isOfSession } from "#surface/services/facts/session-processes.ts";
import { judgeCommand, makeProject } from "../../../judging.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "processes-")));
const started: ChildProcess[] = [];
afterAll(() => {
  for (const one of started) one.kill("SIGKILL");
  rmSync(root, { recursive: true, force: true });
});

/** As in a daemon that started none of them: here they are all our own children. */
const LOOK = { start: processStart, directory: processDirectory, isOwn: () => false };

/** A process of the test's own, once it runs as what it is. */
async function start(cwd: string, env: NodeJS.ProcessEnv, words = ["60"]): Promise<number> {
  const child = spawn("sleep", words, { cwd, env, stdio: "ignore" });
  started.push(child);
  await new Promise((resolve, reject) => child.once("spawn", resolve).once("error", reject));
  return child.pid ?? 0;
}

const PATH = { PATH: process.env["PATH"] };
const MARKED = { ...PATH, CLAUDECODE: "1" };
const isLinux = processStart(process.pid) !== undefined;

describe("a process of this number", () => {
  const project = join(root, "project");
  const sub = join(project, "sub");
  mkdirSync(sub, { recursive: true });

  it("is the session's with the client's mark, in the project", async (ctx) => {
    if (!isLinux) return ctx.skip("only Linux tells how processes were started");
    expect(isOfSession(await start(project, MARKED), project, LOOK)).toBe(true);
    expect(isOfSession(await start(sub, MARKED), project, LOOK)).toBe(true);
  });

  it("is nobody's of the session otherwise", async (ctx) => {
    if (!isLinux) return ctx.skip("only Linux tells how processes were started");
    expect(isOfSession(await start(project, PATH), project, LOOK)).toBe(false);
    expect(isOfSession(await start(root, MARKED), project, LOOK)).toBe(false);
    expect(isOfSession(await start(`${project}/../project`, MARKED), sub, LOOK)).toBe(false);
    const judge = {
      ...LOOK,
      start: () => ({ words: ["node", "sallyport"], variables: [MARKED_AS] }),
    };
    expect(isOfSession(await start(project, MARKED), project, judge)).toBe(false);
    expect(isOfSession(2 ** 22 + 1, project, LOOK)).toBe(false);
  });

  it("is never the one that asks, or what it keeps", async (ctx) => {
    if (!isLinux) return ctx.skip("only Linux tells how processes were started");
    expect(isOfSession(await start(project, MARKED), project)).toBe(false);
    expect(isOfSession(process.pid, process.cwd())).toBe(false);
  });
});

const MARKED_AS = "CLAUDECODE=1";

describe("kill", () => {
  it.each([
    ["allow", "kill 4242"],
    ["allow", "kill -9 4242"],
    ["allow", "kill -TERM 4242 %1"],
    ["ask", "kill 4243"],
    ["ask", "kill 4242 4243"],
    ["ask", "kill 04242"],
    ["ask", "kill 1"],
    ["deny", "kill -9 -1"],
    ["ask", "kill -9 -4242"],
  ])("%s.%s, where 4242 is the session's", async (verdict, command) => {
    const made = makeProject();
    try {
      const where = {
        ...made,
        answer: async (queries: Parameters<typeof made.answer>[0]) => {
          const answers = new Map(await made.answer(queries));
          answers.set(`process:4242:${made.project}`, { kind: "process", isOfSession: true });
          return answers;
        },
      };
      expect((await judgeCommand(where, command)).verdict).toBe(verdict);
    } finally {
      made.remove();
    }
  });
});
