// Heavy work: by turns of sessions, one thread a session, each piece with a limit, and the same answers as in this thread.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { FactAnswer, SessionFacts } from "#guard/facts/facts.ts";
import { queryKey } from "#guard/facts/facts.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import { openKeys } from "#record/store/keys.ts";
import { judgeCall } from "#surface/services/facts/judge.ts";
import { PLAIN_SHELL } from "#surface/services/facts/session-shell.ts";
import {
  createHeavyWork,
  type HeavyOrder,
  type HeavyWork,
  type HeavyWorkOptions,
} from "#surface/services/heavy/heavy-work.ts";
import { loadPolicy } from "#surface/services/policy/policy-source.ts";
import { fakeThreads, turn } from "./fake-thread.ts";
import { doublingAliases, FORK_BOMB } from "./heavy-payloads.ts";
import { succeeding } from "../../../until.ts";

const policy = loadPolicy();
const session: SessionFacts = {
  sessionId: "a",
  projectRoot: "/home/ada/shop",
  home: "/home/ada",
  user: "ada",
  mode: "default",
  interactive: true,
  ownPaths: ["/home/ada/.local/share/sallyport"],
};
const bash = (command: string): ToolCall => ({
  id: "toolu_1",
  tool: "Bash",
  cwd: session.projectRoot,
  input: { kind: "bash", command, background: false, sandboxOff: false },
});
const prompt = (name: string, text = name): HeavyOrder<"prompt"> => ({
  session: name,
  kind: "prompt",
  given: { text, requires: [] },
});
const passed = { kind: "done", value: { action: "pass", message: "" } } as const;

async function withWork(
  options: Omit<HeavyWorkOptions, "keys">,
  use: (work: HeavyWork) => Promise<void>,
): Promise<void> {
  const work = createHeavyWork({ keys: "/nowhere", ...options });
  try {
    await use(work);
  } finally {
    await work.close();
  }
}

describe("whose turn it is", () => {
  it("starts no thread before there is work, and one for one session", async () => {
    const { start, all } = fakeThreads();
    await withWork({ start }, async (work) => {
      expect(work.threads()).toBe(0);
      const first = work.do(prompt("a"));
      const second = work.do(prompt("a", "later"));
      await turn();
      expect(all).toHaveLength(1);
      expect(all[0]?.tasks()).toHaveLength(1);
      all[0]?.say(passed);
      expect(await first).toEqual(passed.value);
      await turn();
      expect(all[0]?.tasks().map(({ given }) => given)).toEqual([
        expect.objectContaining({ text: "a" }),
        expect.objectContaining({ text: "later" }),
      ]);
      all[0]?.say(passed);
      await second;
      expect(all).toHaveLength(1);
    });
  });

  it("lets a session that has much waiting take turns with the others", async () => {
    const { start, all } = fakeThreads();
    await withWork({ start, limits: { threads: 1 } }, async (work) => {
      const done = [
        ...["a1", "a2", "a3"].map((text) => work.do(prompt("a", text))),
        ...["b1", "b2"].map((text) => work.do(prompt("b", text))),
        work.do(prompt("c", "c1")),
      ];
      for (let count = 0; count < done.length; count += 1) {
        await turn();
        all[0]?.say(passed);
      }
      await Promise.all(done);
      const order = all[0]?.tasks().map((task) => task.kind === "prompt" && task.given.text);
      expect(order).toEqual(["a1", "b1", "c1", "a2", "b2", "a3"]);
    });
  });

  it("gives another session a second thread while the first one is busy, and never two to one session", async () => {
    const { start, all } = fakeThreads();
    await withWork({ start }, async (work) => {
      const done = [work.do(prompt("a")), work.do(prompt("a")), work.do(prompt("a"))];
      await turn();
      expect(all).toHaveLength(1);
      const other = work.do(prompt("b"));
      await turn();
      expect(all).toHaveLength(2);
      all[1]?.say(passed);
      expect(await other).toEqual(passed.value);
      await turn();
      expect(all[1]?.tasks()).toHaveLength(1);
      for (let count = 0; count < done.length; count += 1) {
        all[0]?.say(passed);
        await turn();
      }
      await Promise.all(done);
    });
  });

  it("refuses what nobody began in time, and goes on with what comes later", async () => {
    const { start, all } = fakeThreads();
    await withWork({ start, limits: { threads: 1, waitMs: 20 } }, async (work) => {
      const first = work.do(prompt("a"));
      await expect(work.do(prompt("b"))).rejects.toMatchObject({ code: "busy" });
      all[0]?.say(passed);
      await first;
      const later = work.do(prompt("b", "later"));
      await turn();
      all[0]?.say(passed);
      await later;
      expect(all[0]?.tasks()).toHaveLength(2);
    });
  });
});

describe("a thread", () => {
  it("is ended when a piece overruns; what waits is done by the next one", async () => {
    const { start, all } = fakeThreads();
    await withWork({ start, limits: { threads: 1, workMs: 20 } }, async (work) => {
      const slow = work.do(prompt("a"));
      const other = work.do(prompt("b"));
      await expect(slow).rejects.toMatchObject({ code: "late" });
      await turn();
      expect(all.map(({ isEnded }) => isEnded)).toEqual([true, false]);
      // What an ended thread still says is nobody's answer.
      all[0]?.say({ kind: "done", value: "too late" });
      all[1]?.say(passed);
      expect(await other).toEqual(passed.value);
    });
  });

  it("that waits for facts goes on with what it is answered", async () => {
    const { start, all } = fakeThreads();
    await withWork({ start }, async (work) => {
      const query = { kind: "path", path: "/home/ada/shop/x" } as const;
      const found = new Map<string, FactAnswer>([[queryKey(query), PATH]]);
      const done = work.do({ ...prompt("a"), answer: async () => found });
      await turn();
      all[0]?.say({ kind: "asks", queries: [query] });
      await turn();
      expect(all[0]?.received.at(-1)).toEqual({ kind: "facts", answers: found });
      all[0]?.say(passed);
      await done;
    });
  });

  it("that waits for facts for ever is ended as one that hangs", async () => {
    const { start, all } = fakeThreads();
    await withWork({ start, limits: { workMs: 20 } }, async (work) => {
      const done = work.do({ ...prompt("a"), answer: () => new Promise<never>(() => undefined) });
      await turn();
      all[0]?.say({ kind: "asks", queries: [] });
      await expect(done).rejects.toMatchObject({ code: "late" });
      expect(all[0]?.isEnded).toBe(true);
    });
  });

  it("that fails refuses its own piece alone", async () => {
    const { start, all } = fakeThreads();
    await withWork({ start, limits: { threads: 1 } }, async (work) => {
      const first = work.do(prompt("a"));
      const second = work.do(prompt("b"));
      await turn();
      all[0]?.fail(Object.assign(new Error("full"), { code: "ERR_WORKER_OUT_OF_MEMORY" }));
      await expect(first).rejects.toMatchObject({ code: "late" });
      await turn();
      all[1]?.say(passed);
      expect(await second).toEqual(passed.value);
    });
  });

  it("that never starts is not tried again for what waits", async () => {
    const { start, all } = fakeThreads({ isReady: false });
    const work = createHeavyWork({ keys: "/nowhere", start });
    const waiting = work.do(prompt("a"));
    all[0]?.fail(new Error("no such file"));
    await expect(waiting).rejects.toThrow("a thread for heavy work failed");
    expect(work.threads()).toBe(0);
    expect(all).toHaveLength(1);
    await work.close();
  });

  it("is ended when it was idle", async () => {
    const { start, all } = fakeThreads();
    await withWork({ start, limits: { idleMs: 20 } }, async (work) => {
      const done = work.do(prompt("a"));
      await turn();
      all[0]?.say(passed);
      await done;
      await expect.poll(() => work.threads(), { timeout: 10_000 }).toBe(0);
      expect(all[0]?.isEnded).toBe(true);
    });
  });
});

describe("the thread that is built", () => {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-heavy-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const order = (call: ToolCall, id = "a"): HeavyOrder<"judge"> => ({
    session: id,
    kind: "judge",
    policy,
    answer: async () => new Map(),
    given: { call, session, shell: PLAIN_SHELL, environment: undefined, policy: policy.digest },
  });
  const here = (call: ToolCall) =>
    judgeCall({ call, policy, session, shell: PLAIN_SHELL, answer: async () => new Map() });

  it("decides as this thread does", async () => {
    await withWork({}, async (work) => {
      for (const command of ["cat .env", "git push --force", "ls | head", FORK_BOMB, "npm test"])
        expect(await work.do(order(bash(command)))).toEqual(await here(bash(command)));
    });
  });

  it("asks for facts and heeds the answers", async () => {
    const asked: string[] = [];
    const real = "/home/ada/shop/.env";
    await withWork({}, async (work) => {
      const found = await work.do({
        ...order(bash("cat notes.txt")),
        answer: async (queries) => {
          asked.push(...queries.map(queryKey));
          return new Map(queries.map((query) => [queryKey(query), { ...PATH, real }] as const));
        },
      });
      expect(asked).toContain("path:/home/ada/shop/notes.txt");
      expect(found.verdict).toBe("deny");
      expect(found.reasons[0]?.rule).toBe("builtin:team/secrets/read");
    });
  });

  it("is cut off in the middle of its work; the next call is judged", async () => {
    await withWork({ limits: { workMs: 400 } }, async (work) => {
      const endless = Array.from({ length: 60 }, () => doublingAliases()).join("\n");
      const text = JSON.stringify([endless, endless]).slice(0, 16 * 1024 * 1024);
      const slow = work.do({ session: "a", kind: "left", given: slowAnswers(text) });
      await expect(slow).rejects.toMatchObject({ code: "late" });
      const next = await retried(() => work.do(order(bash("cat .env"), "b")));
      expect(next.verdict).toBe("deny");
    });
  });

  it("redacts under the marks of the installation", async () => {
    const keys = join(folder, "keys");
    await openKeys(keys);
    const work = createHeavyWork({ keys });
    try {
      const value = `AKIA${"Q3EGRJ5ZKDWY7TPX"}`;
      const found = await work.do({
        session: "a",
        kind: "redact",
        given: {
          response: { stdout: `key: ${value}\n` },
          path: undefined,
          requires: ["outputs-without-secrets"],
          sessionId: "a",
        },
      });
      expect(JSON.stringify(found.value)).not.toContain(value);
      expect(found.marks).toEqual([expect.stringMatching(/^[A-Z2-7]{8}$/)]);
    } finally {
      await work.close();
    }
  });
});

const PATH: Extract<FactAnswer, { kind: "path" }> = {
  kind: "path",
  real: "/home/ada/shop/x",
  type: "file",
  links: 1,
};

/** Answers that take longer to look through than any limit of these tests. */
function slowAnswers(text: string) {
  return {
    answers: Array.from({ length: 24 }, () => text),
    requires: ["outputs-without-secrets"],
  } as const;
}

/** WHY: with a limit this short a thread that has just started may overrun on a busy machine. */
const retried = <Value>(work: () => Promise<Value>): Promise<Value> =>
  succeeding(work, { withinMs: 10_000, everyMs: 1 });
