// Commands that only show files run as they are written, where a sandbox would show the same; every other one does not.
import { chmodSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Effect } from "#guard/vocabulary/effect.ts";
import { clearHold } from "#surface/services/hold/call-holder.ts";
import { createHoldPort, type HeldCall } from "#surface/services/hold/hold-port.ts";
import { showingPrograms } from "#surface/services/hold/plain-shows.ts";
import { loadPolicy } from "#surface/services/policy/policy-source.ts";
import { standingOfTests, WHY_NOT_HELD } from "../../../holding.ts";
import { makeProject } from "../../../judging.ts";
import { decisionOf } from "../../daemon/daemon-stand.ts";

describe("the text of a command", () => {
  test.each<[string, string]>([
    ["cat README.md", "cat"],
    ["cat -n 'src/a file.ts'", "cat"],
    ["head -20 a.txt", "head"],
    ["head -n 20 a.txt && tail -5 b.txt", "head tail"],
    ['sed -n 3,9p "a.ts"; echo ---; cat b.ts', "sed cat"],
    ["nl a.txt", "nl"],
    ["grep -n -A 3 'one two' a.txt", "grep"],
    ["cat a.txt\ncat b.txt", "cat"],
    ["crontab -l", "crontab"],
    ["crontab -l 2>&1 | head -1", "crontab head"],
    ["crontab -l 2>/dev/null | wc -l", "crontab wc"],
  ])("shows files: %s", (command, programs) => {
    expect(showingPrograms(command)?.join(" ")).toBe(programs);
  });

  test.each([
    ...[
      "",
      "cat",
      "cat a b",
      "cat a.txt | sh",
      "cat a > b",
      "cat $F",
      "cat `x`",
      "cat a &",
      "cat *",
    ],
    ...["sed -i s/a/b/ a", "sed -n 1p", "sed -n '1e id' a", "sed -n 1,2w/x a", "sed -e 1p -n a"],
    ...["grep -r x .", "grep -f pat a", "cat a; grep x a", "./cat a", "X=1 cat a", "cat ~/a"],
    ...[
      "cat a\\ b",
      'cat "a$b"',
      'cat "a`b`"',
      "cat =sh",
      "cat {a,b}",
      "cat a;;cat b|x",
      "(cat a)",
    ],
    ...["tail -f a", "head -c 3 a", "cat -A a", "cat a#b", "cat 'a", "echo hello", "cat a && rm b"],
    ...["crontab -l | sh", "crontab -r -l", "crontab -l > a", "crontab -l | crontab -", "crontab"],
    ...[
      "crontab -l -u ada",
      "crontab -l | sort -o a",
      "crontab -l; rm a",
      "crontab -l | head -1 | sh",
    ],
    `cat ${"a".repeat(1_000)}`,
  ])("does not, or not certainly: %s", (command) => {
    expect(showingPrograms(command)).toBeUndefined();
  });
});

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

function open() {
  const where = makeProject();
  const data = join(where.root, "data");
  const policy = loadPolicy();
  const hold = createHoldPort({
    data,
    home: where.home,
    nowMs: Date.now,
    standing: standingOfTests,
    prepares: true,
  });
  const project = { id: "0123456789abcdef", root: where.project };
  const session = {
    project,
    sessionId: "session",
    transcriptPath: undefined,
    configDirectory: join(where.home, ".claude"),
    searchPath: "/usr/bin:/bin",
  };
  closing.push(() => {
    hold.stop();
    hold.end(session);
    clearHold(data);
    where.remove();
  });
  const put = (name: string, more: object = {}, read = name): Promise<HeldCall> => {
    const command = `cat ${name}`;
    const real = join(where.project, read);
    const target = { kind: "path", path: real, real, reach: "entry" };
    const runs = { kind: "execute", program: "cat", origin: "system", reach: "modelled" };
    const effects = [runs, { kind: "read", target, via: ["cat"] }] as unknown as Effect[];
    const input = { kind: "bash", command, background: false, sandboxOff: false } as const;
    return hold.put({
      session,
      given: { command },
      mode: "default",
      policy,
      interactive: true,
      isStill: true,
      decision: { ...decisionOf("allow"), effects },
      call: { id: "call", tool: "Bash", cwd: where.project, input },
      ...more,
    });
  };
  const write = (name: string, text = "text\n"): void => {
    mkdirSync(join(where.project, name, ".."), { recursive: true });
    writeFileSync(join(where.project, name), text);
  };
  return { where, data, session, put, write };
}

const isHeld = ({ decision, input }: HeldCall): boolean => {
  expect(decision.verdict).toBe("allow");
  return input !== undefined;
};

test("what every held call sees as it is, is shown as it was typed", async (ctx) => {
  if (WHY_NOT_HELD !== undefined) ctx.skip(WHY_NOT_HELD);
  const { put, write } = open();
  write("docs/a.txt");
  expect(isHeld(await put("docs/a.txt"))).toBe(false);
});

test("what a sandbox would show otherwise is shown by it", async (ctx) => {
  if (WHY_NOT_HELD !== undefined) ctx.skip(WHY_NOT_HELD);
  const { where, data, session, put, write } = open();
  write("a.txt");
  write(".env", "TOKEN=planted-value-of-a-token\n");
  write(".claude/settings.json", "{}");
  write(".git/config", "");
  linkSync(join(where.project, ".env"), join(where.project, "second-name.txt"));
  symlinkSync(join(where.project, "a.txt"), join(where.project, "link.txt"));
  writeFileSync(join(where.root, "outside.txt"), "outside");
  const held = [
    await put(".env"),
    await put(".claude/settings.json"),
    await put(".git/config"),
    await put("second-name.txt"),
    await put("link.txt"),
    await put("missing.txt"),
    await put("../outside.txt"),
    // What is read is not what is named: a directory, two files, anything else that happens.
    await put("docs", {}, "."),
    await put("a.txt", { isStill: false }),
    await put("a.txt", { session: { ...session, searchPath: undefined } }),
    await put("a.txt", { session: { ...session, searchPath: "bin:/usr/bin" } }),
    await put("a.txt", { decision: { ...decisionOf("allow"), effects: [] } }),
  ];
  expect(held.map(isHeld)).toEqual(held.map(() => true));
  // Another program of that name comes first, which anybody may change.
  const bin = join(where.root, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "cat"), "#!/bin/sh\n", { mode: 0o777 });
  chmodSync(join(bin, "cat"), 0o777);
  const first = { session: { ...session, searchPath: `${bin}:/usr/bin` } };
  expect(isHeld(await put("a.txt", first))).toBe(true);
  clearHold(data);
});

test("a process that answers one call stops nothing, and holds what shows files too", async (ctx) => {
  if (WHY_NOT_HELD !== undefined) ctx.skip(WHY_NOT_HELD);
  const { where, session, write } = open();
  write("a.txt");
  const data = join(where.root, "other");
  const hold = createHoldPort({
    data,
    home: where.home,
    nowMs: Date.now,
    standing: standingOfTests,
  });
  const command = "cat a.txt";
  const real = join(where.project, "a.txt");
  const target = { kind: "path", path: real, real, reach: "entry" } as const;
  const held = await hold.put({
    session,
    given: { command },
    mode: "default",
    policy: loadPolicy(),
    interactive: true,
    isStill: true,
    decision: {
      ...decisionOf("allow"),
      effects: [{ kind: "read", target, via: [], at: undefined }],
    },
    call: {
      id: "call",
      tool: "Bash",
      cwd: where.project,
      input: { kind: "bash", command, background: false, sandboxOff: false },
    },
  });
  expect(isHeld(held)).toBe(true);
  hold.end(session);
  clearHold(data);
});
