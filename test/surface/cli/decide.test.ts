// `decide --jsonl` in process and as a child: order, bad lines, memory, closed pipes.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { PassThrough, Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { PAYLOAD_BYTES_MAX } from "#base/limits.ts";
import type { Policy } from "#guard/policy/policy.ts";
import {
  type DecideAnswer,
  type DecideOptions,
  decideLines,
} from "#surface/cli/commands/check/decided-lines.ts";
import { parseFactsFile } from "#surface/services/facts/facts-file.ts";
import { PROGRAM } from "../../program.ts";
import { doublingAliases } from "../services/heavy/heavy-payloads.ts";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const noRules: Policy = {
  id: "none",
  layer: "user",
  version: "1",
  digest: "",
  automaticApproval: false,
  rules: [],
};

function payload(id: number | string, command = "ls", more: object = {}): string {
  return JSON.stringify({
    session_id: "s",
    cwd: repository,
    hook_event_name: "PreToolUse",
    tool_name: "Bash",
    tool_input: { command },
    tool_use_id: `t${id}`,
    permission_mode: "default",
    ...more,
  });
}

async function answersTo(
  input: string | readonly Uint8Array[],
  more: Partial<DecideOptions> = {},
): Promise<{ answers: DecideAnswer[]; errors: number }> {
  const output = new PassThrough();
  const chunks: Buffer[] = [];
  output.on("data", (chunk: Buffer) => chunks.push(chunk));
  const errors = await decideLines({
    input: Readable.from(typeof input === "string" ? [Buffer.from(input)] : input),
    output,
    policyOf: () => ({ policy: noRules, exceptions: [] }),
    facts: { kind: "none" },
    carry: false,
    ...more,
  });
  const text = Buffer.concat(chunks).toString();
  return {
    answers: text
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line)),
    errors,
  };
}

describe("lines", () => {
  test("an answer has exactly its fields", async () => {
    const { answers, errors } = await answersTo(`${payload(1)}\n`);
    expect(errors).toBe(0);
    expect(answers).toHaveLength(1);
    expect(Object.keys(answers[0] ?? {})).toEqual(["id", "decision", "reason", "effects", "ms"]);
    expect(answers[0]).toMatchObject({ id: "t1", ms: expect.any(Number) });
    expect(["deny", "ask", "allow", "abstain"]).toContain(answers[0]?.decision);
  });

  test("a line that comes to no end is refused with words that say so, and the next one is judged", async () => {
    // So that the light lines find compiled code.
    await answersTo(`${payload(0)}\n`);
    const lines = [payload(1), payload(2, doublingAliases()), payload(3)].join("\n");
    const { answers, errors } = await answersTo(lines, { lineMs: 100 });
    expect(errors).toBe(1);
    expect(answers.map(({ id, error }) => [id, error])).toEqual([
      ["t1", undefined],
      ["t2", "late"],
      ["t3", undefined],
    ]);
    expect(answers[1]).toMatchObject({ decision: "deny", effects: [] });
    expect(answers[1]?.reason).toContain("sallyport came to no end with it");
  });

  test.each<[string, string, string | null, string]>([
    ["not JSON", "hello", null, "json"],
    ["an empty line", "", null, "json"],
    ["truncated", payload(1).slice(0, -5), null, "json"],
    ["a list", "[]", null, "shape: hook_event_name"],
    ["wrong types", payload(1, "ls", { cwd: 5 }), "t1", "shape: cwd"],
    ["a relative cwd", payload(1, "ls", { cwd: "p" }), "t1", "shape: cwd"],
    ["a deep line", "[".repeat(100_000), null, "depth"],
  ])("%s is answered deny with error, and the next line is judged", async (_n, line, id, error) => {
    const { answers, errors } = await answersTo(`${line}\n${payload(2)}\n`);
    expect(errors).toBe(1);
    expect(answers[0]).toMatchObject({ id, decision: "deny", effects: [], error });
    expect(answers[1]?.error).toBeUndefined();
    expect(answers[1]?.id).toBe("t2");
  });

  test("other events ask for no decision", async () => {
    const line = payload(1, "ls", { hook_event_name: "PostToolUse", tool_response: {} });
    const { answers, errors } = await answersTo(line);
    expect(errors).toBe(0);
    expect(answers[0]).toMatchObject({ id: "t1", decision: "abstain", effects: [] });
  });

  test("lines cut anywhere, the last one without an end", async () => {
    const text = Buffer.from(`${payload(1, "echo é")}\r\n${payload(2)}\n${payload(3)}`);
    const bytes = Array.from(text, (byte) => Uint8Array.of(byte));
    const { answers } = await answersTo(bytes);
    expect(answers.map((answer) => [answer.id, answer.error])).toEqual([
      ["t1", undefined],
      ["t2", undefined],
      ["t3", undefined],
    ]);
  });

  test("a line over the limit is drained and refused", async () => {
    const piece = Buffer.alloc(1024 * 1024, 0x61);
    const huge = Array.from({ length: PAYLOAD_BYTES_MAX / piece.length + 2 }, () => piece);
    const { answers } = await answersTo([...huge, Buffer.from(`\n${payload(2)}\n`)]);
    expect(answers).toHaveLength(2);
    expect(answers[0]).toMatchObject({ id: null, decision: "deny", error: "size" });
    expect(answers[1]).toMatchObject({ id: "t2" });
  });

  test("answers are written before the next line arrives", async () => {
    const input = new PassThrough();
    const output = new PassThrough();
    const done = decideLines({
      input,
      output,
      policyOf: () => ({ policy: noRules, exceptions: [] }),
      facts: { kind: "none" },
      carry: false,
    });
    for (const id of [1, 2]) {
      input.write(`${payload(id)}\n`);
      const [line] = await once(output, "data");
      expect(JSON.parse(String(line)).id).toBe(`t${id}`);
    }
    input.end();
    expect(await done).toBe(0);
  });

  test("facts from a file are the facts", async () => {
    const facts = parseFactsFile(JSON.stringify({ holds: { quarantined: true } }), "f");
    const { errors, answers } = await answersTo(payload(1, "rm x"), {
      facts: { kind: "given", facts },
    });
    expect(errors).toBe(0);
    expect(answers[0]?.id).toBe("t1");
  });

  test("with --session a payload without cwd has the session's, without it is refused", async () => {
    const bare = payload(2, "ls", { cwd: undefined });
    const lines = `${payload(1)}\n${bare}\n`;
    expect((await answersTo(lines)).answers[1]).toMatchObject({ error: "shape: cwd" });
    expect((await answersTo(lines, { carry: true })).errors).toBe(0);
    const other = payload(2, "ls", { cwd: undefined, session_id: "other" });
    expect((await answersTo(`${payload(1)}\n${other}\n`, { carry: true })).errors).toBe(1);
  });
});

describe("as a program", () => {
  function start(...args: string[]): ChildProcessWithoutNullStreams {
    const told = `process.on("exit", () => console.error("peak " + process.resourceUsage().maxRSS))`;
    const flags = ["--import", `data:text/javascript,${encodeURIComponent(told)}`, ...PROGRAM];
    return spawn(process.execPath, [...flags, "decide", ...args], {
      cwd: repository,
      stdio: "pipe",
    });
  }

  async function run(
    args: readonly string[],
    lines: Iterable<string>,
  ): Promise<{ out: string[]; err: string; code: number | null }> {
    const child = start(...args);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    Readable.from(lines).pipe(child.stdin);
    const [code] = await once(child, "close");
    const text = Buffer.concat(out).toString();
    return { out: text.split("\n").slice(0, -1), err: Buffer.concat(err).toString(), code };
  }

  const peakOf = (err: string): number => Number(/peak (\d+)/.exec(err)?.[1]);

  test("2,000 lines: one answer each, in order, exit 0, memory that does not grow with the lines", async () => {
    const filler = "x".repeat(20_000);
    function* lines(count: number): Generator<string> {
      for (let index = 0; index < count; index++) {
        yield `${payload(index, `echo ${index} # ${filler}`)}\n`;
      }
    }
    const few = await run(["--jsonl", "--facts", "none"], lines(200));
    const many = await run(["--jsonl", "--facts", "none"], lines(2000));
    expect(many.code).toBe(0);
    expect(many.out.map((line) => JSON.parse(line).id)).toEqual(
      Array.from({ length: 2000 }, (_, index) => `t${index}`),
    );
    // 1,800 more lines carry 36 MB; kept, they would show. The collector's own slack is about 40 MB.
    expect(peakOf(many.err) - peakOf(few.err)).toBeLessThan(80 * 1024);
  });

  test("a bad line among good ones: exit 1 at the end, every line answered", async () => {
    const { out, code } = await run(["--jsonl"], [`${payload(1)}\n`, "bad\n", `${payload(3)}\n`]);
    expect(out.map((line) => JSON.parse(line).error !== undefined)).toEqual([false, true, false]);
    expect(code).toBe(1);
  });

  test("a reader that goes away ends the run quietly", async () => {
    const child = start("--jsonl", "--facts", "none");
    const err: Buffer[] = [];
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.stdin.on("error", () => undefined);
    child.stdin.write(`${payload(1)}\n`);
    await once(child.stdout, "data");
    child.stdout.destroy();
    // The input stays open: the program must end by itself once it cannot write.
    for (let index = 2; index < 200; index++) child.stdin.write(`${payload(index)}\n`);
    const [code] = await once(child, "close");
    expect(code).toBe(0);
    expect(Buffer.concat(err).toString()).toMatch(/^peak \d+\n$/);
  });

  test("without --jsonl it says what is missing", async () => {
    const { err, code } = await run([], []);
    expect(err).toContain("add `--jsonl`");
    expect(code).not.toBe(0);
  });
});
