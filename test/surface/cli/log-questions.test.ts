// Asking the log as a person types it: without a daemon and with one the same answers, in words, as JSON and as CSV.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createIndexService } from "#surface/services/index/index-service.ts";
import type { Install } from "#surface/services/installation/install.ts";
import { runDaemon } from "#surface/daemon/run-daemon.ts";
import { generatedEvents, generatedSessionId } from "../../record/generated-events.ts";
import { systemClock, withLog } from "../../record/store/temporary-log.ts";
import { openLog } from "#record/store/log-writer.ts";
import { freshDirectory, installOn, plainPorts } from "../daemon/daemon-stand.ts";

const PROGRAM = fileURLToPath(new URL("../../../dist/surface/cli/main.js", import.meta.url));
const START_MS = 1_772_323_200_000;

type Said = { readonly code: number | null; readonly out: string; readonly err: string };

describe("sallyport log, asked", () => {
  const directory = freshDirectory();
  let install: Install;
  const logOptions = () => {
    const { log, keys } = install.directories;
    return { log, keys, clock: systemClock, productVersion: "0.1.0" };
  };

  function log(...words: string[]): Promise<Said> {
    const child = spawn(process.execPath, [PROGRAM, "log", ...words, "--data", directory.path], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: "/usr/bin:/bin", HOME: directory.path },
    });
    let [out, err] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
    return new Promise((resolve) => child.once("close", (code) => resolve({ code, out, err })));
  }

  beforeAll(async () => {
    install = await installOn(directory.path);
    const team = { seed: 3, count: 400, users: 3, startMs: START_MS, endMs: START_MS + 86_400_000 };
    await withLog(logOptions(), async (writer) => {
      for (const event of generatedEvents(team, () => writer.stamp("hook")))
        await writer.append(event, { durable: false });
    });
  });
  afterAll(() => directory.remove());

  const QUESTIONS: readonly (readonly string[])[] = [
    ["search", "verdict:deny user:member-1", "--limit", "5"],
    ["search", '"git push"', "--json", "--limit", "3"],
    ["stats", "kind:decision", "--by", "user,verdict", "--csv"],
    ["timeline", "effect:delete", "--every", "hour"],
    ["query", "denied-by-tool"],
    ["query", "session-story", "--session", generatedSessionId(1, 0), "--json"],
    ["sql", "select user_id, count(*) as n from events group by user_id order by n desc"],
  ];

  it("answers the same with a daemon as without one", { timeout: 180_000 }, async () => {
    const without = await Promise.all(QUESTIONS.map((words) => log(...words)));
    for (const [place, { code, err }] of without.entries()) {
      expect(err, QUESTIONS[place]?.join(" ")).toContain(
        "no daemon runs: the whole log was read instead",
      );
      expect(code).toBe(0);
    }
    const { log: logDirectory, keys, indexFile } = install.directories;
    const run = await runDaemon(install, {
      clock: systemClock,
      version: "0.1.0",
      findProject: () => undefined,
      say: () => undefined,
      async compose() {
        const writer = await openLog(logOptions());
        const index = createIndexService({
          file: indexFile,
          log: logDirectory,
          keys,
          say: () => undefined,
          publish: () => writer.publish(),
          size: () => writer.status().size,
        });
        const close = async () => {
          await index.close();
          await writer.close();
        };
        return { ports: plainPorts([]), index, close };
      },
    });
    if (run.kind !== "running") throw new Error("the daemon did not start");
    try {
      const answers = [];
      for (const words of QUESTIONS) answers.push(await log(...words));
      expect(answers.map(({ out }) => out)).toEqual(without.map(({ out }) => out));
      expect(answers.map(({ err }) => err).join("")).toBe("");
    } finally {
      await run.stop();
    }
    expect(without[0]?.out).toMatch(/^ +\d+ {2}2/);
    expect(without[2]?.out).toMatch(/"member-\d","allow","\d+"/);
    expect(without[3]?.out).toMatch(/2\d{3}-\d{2}-\d{2}T\d{2}:00 +\d+ {2}#+/);
    expect(without[4]?.out).toContain("denied");
  });

  it("says what is wrong, and with which exit code", { timeout: 120_000 }, async () => {
    const [wrong, none, unknown, sql] = await Promise.all([
      log("search", "tool:Bash verdikt:deny"),
      log("search", "user:nobody"),
      log("query", "nothing-such"),
      log("sql", "delete from event"),
    ]);
    expect([wrong.code, wrong.err]).toEqual([
      2,
      expect.stringContaining(
        "at column 11: there is no field `verdikt`, did you mean `verdict`: use",
      ),
    ]);
    expect([none.code, none.out]).toEqual([0, "nothing was found\n"]);
    expect([unknown.code, unknown.err]).toEqual([
      2,
      expect.stringContaining("there is no question `nothing-such`"),
    ]);
    expect([sql.code, sql.err]).toEqual([2, expect.stringContaining("begins with `select`")]);
  });
});
