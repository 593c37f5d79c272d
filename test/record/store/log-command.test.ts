// `sallyport log` as a person runs it: tail, show with a proof, verify with its exit codes, and hostile content.
import { spawn } from "node:child_process";
import { cp, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { batchEvent, decisionEvent } from "#record/event/call-events.ts";
import { daemonEvent } from "#record/event/guard-events.ts";
import { EXPORTERS } from "#record/export/index.ts";
import { parseVerifier } from "#record/log/note.ts";
import { checkProofFile } from "#record/log/proofs/proof-file.ts";
import { openLogFiles, readEntries } from "#record/store/log-reader.ts";
import type { LogOptions } from "#record/store/writing-log.ts";
import { bashCall, decisionOf, effect, pathTarget, policy, session } from "../event/samples.ts";
import { systemClock, withLog } from "./temporary-log.ts";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { PROGRAM } from "../../program.ts";
import { runHere, type Said } from "../../surface/cli/in-process.ts";
import { until } from "../../until.ts";

describe("sallyport log", () => {
  let root = "";
  let options: LogOptions;
  let firstId = "";

  const log = (...args: string[]): Promise<Said> => logOf(root, ...args);
  const logOf = (data: string, ...args: string[]): Promise<Said> =>
    runHere(["log", ...args, ...(args.includes("--data") ? [] : ["--data", data])], {
      PATH: "/usr/bin:/bin",
      HOME: root,
    });

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "sallyport-log-command-"));
    options = {
      log: join(root, "log"),
      keys: join(root, "keys"),
      clock: systemClock,
      productVersion: "0.1.0",
    };
    await withLog(options, async (writer) => {
      const decision = decisionOf(
        [effect({ kind: "read", target: pathTarget("/home/ada/shop/.env") })],
        ["cat"],
      );
      const event = decisionEvent(writer.stamp("hook"), {
        call: bashCall("cat .env"),
        decision,
        policy,
        session,
        durationMs: 2,
      });
      firstId = event.id;
      await writer.append(event, { durable: true });
      for (let count = 0; count < 30; count += 1)
        await writer.append(daemonEvent(writer.stamp("daemon"), "start"), { durable: true });
    });
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it("tail.shows-the-last-lines", async () => {
    const { code, out } = await log("tail", "-n", "31");
    const lines = out.trimEnd().split("\n");
    expect([code, lines.length]).toEqual([0, 31]);
    expect(lines[0]).toMatch(
      /^ {5}0 {2}\d{4}-.*Z {2}deny {6}Bash {6}cat .env {2}\[builtin:team\/secret-read\]$/,
    );
    expect((await log("tail")).out.trimEnd().split("\n")).toHaveLength(10);
    const [json] = (await log("tail", "-n", "31", "--json")).out.split("\n");
    expect(JSON.parse(json ?? "")).toMatchObject({
      index: 0,
      id: firstId,
      metadata: { verdict: "deny" },
      sealed: { user: "ada" },
      erased: false,
    });
  });

  it("tail.leaves-bookkeeping-out-unless-it-is-asked-for, and counts what it shows", async () => {
    const copy = join(root, "batches");
    await mkdir(copy, { mode: 0o700 });
    for (const part of ["log", "keys"])
      await cp(join(root, part), join(copy, part), { recursive: true });
    const calls = [bashCall("ls")];
    const both = { session, calls, malformed: 0, certain: true };
    await withLog(
      { ...options, log: join(copy, "log"), keys: join(copy, "keys") },
      async (writer) => {
        const stamp = () => writer.stamp("hook");
        // More of them than are read at once.
        for (let count = 0; count < 300; count += 1)
          await writer.append(batchEvent(stamp(), { ...both, unjudged: [] }), { durable: true });
        await writer.append(batchEvent(stamp(), { ...both, unjudged: calls }), { durable: true });
        await writer.append(batchEvent(stamp(), { ...both, unjudged: [] }), { durable: true });
      },
    );
    const tail = async (...args: string[]) => {
      const { out, err } = await logOf(copy, "tail", ...args);
      return { lines: out.split("\n").filter(Boolean), err };
    };
    const { lines, err } = await tail("-n", "3");
    expect(lines.map((line) => Number.parseInt(line, 10))).toEqual([29, 30, 331]);
    expect(lines[2]).toContain("unjudgedCount=1");
    expect(err).toBe("sallyport: 301 entries of bookkeeping not shown; `--all` shows them\n");
    expect((await tail("-n", "1")).err).toContain("1 entry of bookkeeping");
    const json = await tail("-n", "3", "--json");
    expect(json.lines.map((line) => (JSON.parse(line) as { index: number }).index)).toEqual([
      29, 30, 331,
    ]);
    expect(json.err).toBe("");
    const whole = await tail("-n", "3", "--all");
    expect(whole.lines.map((line) => Number.parseInt(line, 10))).toEqual([330, 331, 332]);
    expect((await tail("-n", "1000")).lines).toHaveLength(32);
    expect((await tail("-n", "0")).lines).toEqual([]);
  });

  it("tail.follows-a-log-that-grows", async () => {
    const copy = join(root, "grows");
    await mkdir(copy, { mode: 0o700 });
    for (const part of ["log", "keys"])
      await cp(join(root, part), join(copy, part), { recursive: true });
    // A process of its own: it goes on until it is ended.
    const words = [...PROGRAM, "log", "tail", "-n", "1", "--follow", "--data", copy];
    const child = spawn(process.execPath, words, {
      stdio: ["ignore", "pipe", "ignore"],
      env: { PATH: "/usr/bin:/bin", HOME: root },
    });
    const lines: string[] = [];
    child.stdout.on("data", (text: Buffer) =>
      lines.push(...text.toString("utf8").trimEnd().split("\n")),
    );
    try {
      await until("the first line", () => lines.length === 1);
      await withLog(
        { ...options, log: join(copy, "log"), keys: join(copy, "keys") },
        async (writer) => {
          await writer.append(daemonEvent(writer.stamp("daemon"), "stop"), { durable: false });
        },
      );
      await until("the second line", () => lines.length === 2);
      expect(lines[1]).toMatch(/^ {4}31 .* daemon .*stop$/);
    } finally {
      child.kill();
    }
  });

  it("show.by-index-and-by-id-with-a-proof-that-checks", async () => {
    const proof = join(root, "event.tlog-proof");
    const { code, out } = await log("show", firstId, "--proof", proof);
    expect(code).toBe(0);
    expect(out).toContain(`id: ${firstId}\n`);
    expect(out).toContain("\n  user: ada\n");
    const verifier = parseVerifier(await readFile(join(options.keys, "verifier-key"), "utf8"));
    for await (const { bytes } of readEntries(openLogFiles(options.log), 31, 0, 1)) {
      expect(
        verifier && checkProofFile(await readFile(proof, "utf8"), bytes, { keys: verifier }),
      ).toMatchObject({
        kind: "included",
        index: 0,
        size: 31,
      });
    }
    expect(JSON.parse((await log("show", "0", "--json")).out)).toMatchObject({ id: firstId });
    for (const missing of ["31", "x", "00000000-0000-7000-8000-000000000000"]) {
      expect((await log("show", missing)).code, missing).not.toBe(0);
    }
  });

  it("prove.an-auditor-checks-it-with-nothing-but-the-file-and-the-key", async () => {
    const key = (await readFile(join(options.keys, "verifier-key"), "utf8")).trim();
    const file = join(root, "auditor.tlog-proof");
    const check = (...args: string[]) =>
      log("verify", "--proof", file, "--key", key, ...args, "--data", join(root, "nowhere"));
    expect(await log("prove", firstId, "--out", file)).toMatchObject({ code: 0, err: "" });
    const plain = await check();
    expect([plain.code, plain.out.split("\n")[0]]).toEqual([0, "entry 0 of 31 is in the log"]);
    expect(plain.out).toContain("sealed: 2 sections");
    expect(plain.out).not.toMatch(/\bada\b/);
    expect((await log("prove", "0", "--out", file)).err).toContain("name a new file");
    await rm(file);
    await log("prove", "0", "--reveal", "--out", file);
    expect((await check()).out).toContain("  user: ada\n");
    const from = join(root, "kept-checkpoint");
    await cp(join(options.log, "checkpoint"), from);
    await rm(file);
    await log("prove", "--from", from, "--out", file);
    expect((await check("--json")).out).toContain('"kind":"consistency"');
    await writeFile(file, (await readFile(file, "utf8")).replace("31", "30"));
    expect((await check()).code).toBe(1);
  });

  it("export.every-format-tells-each-entry-and-opens-nothing-sealed", async () => {
    for (const [format, head] of [
      ["jsonl", 0],
      ["csv", 1],
      ["cef", 0],
    ] as const) {
      const { code, out, err } = await log("export", "--format", format);
      expect([code, err], format).toEqual([0, ""]);
      expect(out.trimEnd().split("\n"), format).toHaveLength(31 + head);
      expect(out, format).toContain(firstId);
      for (const sealed of ["/home/ada", '"ada"', session.facts.sessionId, "toolu_01"]) {
        expect(out, format).not.toContain(sealed);
      }
    }
    const unknown = await log("export", "--format", "xml");
    expect(unknown.code).not.toBe(0);
    expect(unknown.err).toContain(`use ${EXPORTERS.map(({ id }) => id).join(", ")}`);
  });

  it("export.keeps-to-a-period", async () => {
    const lines = async (...args: string[]) =>
      (await log("export", ...args)).out.split("\n").filter(Boolean).length;
    expect(await lines("--since", "2020-01-01")).toBe(31);
    expect(await lines("--until", "2020-01-01T00:00:00Z")).toBe(0);
    expect(await lines("--since", "2020-01-01", "--until", "9999-01-01T00:00+01:00")).toBe(31);
    for (const bad of ["yesterday", "2026-02-30", "2026-13-01", "2026-03-01T08:00", "1", ""]) {
      expect((await log("export", "--since", bad)).err, bad).toContain("2026-03-01T08:00:00Z");
    }
    const turned = await log("export", "--since", "2026-03-02", "--until", "2026-03-01");
    expect(turned.err).toContain("not after");
  });

  it("export.writes-a-new-file-for-its-owner-and-never-over-another", async () => {
    const file = join(root, "log.csv");
    expect((await log("export", "--format", "csv", "--out", file)).code).toBe(0);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const text = await readFile(file, "utf8");
    expect(text).toBe((await log("export", "--format", "csv")).out);
    const again = await log("export", "--out", file);
    expect(again.code).not.toBe(0);
    expect(again.err).toContain("name a new file");
    expect(await readFile(file, "utf8")).toBe(text);
  });

  it("verify.whole-then-one-flipped-byte-names-the-entry", async () => {
    expect(await log("verify")).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^OK: log intact, 31 entries, root /),
    });
    const trusted = join(root, "trusted");
    await cp(join(options.log, "checkpoint"), trusted);
    expect((await log("verify", "--trusted", trusted)).code).toBe(0);
    const bundle = join(options.log, "tile/entries/000.p/31");
    const bytes = await readFile(bundle);
    const changed = Buffer.from(bytes);
    changed[60] = (changed[60] ?? 0) ^ 1;
    await writeFile(bundle, changed);
    expect(await log("verify")).toMatchObject({
      code: 1,
      out: `fault: entry 0 (event ${firstId}) was altered\n`,
    });
    expect(JSON.parse((await log("verify", "--json")).out)).toMatchObject({
      whole: false,
      faults: [{ kind: "entry-altered", index: 0, eventId: firstId }],
    });
    const unreadable = Buffer.from(bytes);
    unreadable[2] = 9;
    await writeFile(bundle, unreadable);
    const exported = await log("export", "--since", "9999-01-01");
    expect([exported.code, exported.out]).toEqual([1, '{"index":0,"fault":"version"}\n']);
    await writeFile(bundle, bytes);
    expect((await log("verify")).code).toBe(0);
  });

  it("verify.other-key-and-unusable-arguments", async () => {
    const key = await readFile(join(options.keys, "verifier-key"), "utf8");
    expect((await log("verify", "--key", key.trim())).code).toBe(0);
    expect((await log("verify", "--key", join(options.keys, "verifier-key"))).code).toBe(0);
    const other = "sallyport/x+0d5d6d49+AW1JyqvvSYm1XqQCWlLvDyQm6W4f1VBqY8ZBmTKn9UGN";
    expect((await log("verify", "--key", other)).code).not.toBe(0);
    expect((await log("verify", "--trusted", join(root, "nothing"))).code).not.toBe(0);
    expect((await log("tail", "-n", "many")).code).not.toBe(0);
  });

  it("erased.without-the-subject-key", async () => {
    const subjects = join(options.keys, "subjects");
    await cp(subjects, join(root, "kept"), { recursive: true });
    await rm(subjects, { recursive: true });
    const { out } = await log("tail", "-n", "31");
    expect(out.split("\n")[0]).toMatch(
      /read\/project {2}\[builtin:team\/secret-read\] {2}\(erased\)$/,
    );
    expect((await log("show", "0")).out).toContain("sealed: (erased)");
    expect((await log("verify")).code).toBe(0);
    await cp(join(root, "kept"), subjects, { recursive: true });
  });
});
