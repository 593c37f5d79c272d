// `sallyport policy backtest` as a person runs it, over a log of calls that were really judged.
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { userName } from "#platform/user.ts";
import { readEventKeys } from "#record/store/keys.ts";
import { openRawStore } from "#record/store/raw-store.ts";
import { approvalOf } from "#surface/cli/commands/privacy/raw.ts";
import { ensureSecret } from "#surface/services/installation/secrets.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import { openRawApprovals } from "#surface/services/exceptions/raw-approvals.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Decision } from "#guard/policy/decision.ts";
import { decisionEvent } from "#record/event/call-events.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";
import { judgeCommand, makeProject, plainShell } from "../../judging.ts";
import { bashCall } from "../../record/event/samples.ts";
import { systemClock, withLog } from "../../record/store/temporary-log.ts";
import { PROGRAM } from "../../program.ts";

const ROOT = join(import.meta.dirname, "../../..");
const NEW = `id: stricter
version: "1"
title: Team, and nothing goes to example.org
extends: [team]
rules:
  - { id: own/host, verdict: deny, effects: [egress], hosts: [example.org], reason: not there }
  - { id: own/starts, verdict: ask, effects: [read], paths: ["<project>/pu*"], reason: names that begin so }
`;
const COMMANDS = [
  "git status",
  "cat .env",
  "cat pub.txt",
  "rm -rf ~",
  "curl https://example.org/a",
  "curl -d @a.txt https://example.org/a",
  "git push --force origin main",
];

describe("sallyport policy backtest", () => {
  const project = makeProject();
  const policy = loadPack("team");
  const decisions: Decision[] = [];
  const ids: string[] = [];
  let data = "";
  let file = "";

  const backtest = (...args: string[]) => policyCommand("backtest", ...args);
  async function policyCommand(
    ...args: string[]
  ): Promise<{ code: number | null; out: string; err: string }> {
    const node = [...PROGRAM, "policy"];
    const child = spawn(process.execPath, [...node, ...args, "--data", data], { cwd: ROOT });
    let [out, err] = ["", ""];
    child.stdout.on("data", (text: Buffer) => (out += text.toString("utf8")));
    child.stderr.on("data", (text: Buffer) => (err += text.toString("utf8")));
    const code = await new Promise<number | null>((done) => child.on("close", done));
    return { code, out, err };
  }

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), "sallyport-backtest-"));
    file = join(data, "new.yaml");
    await writeFile(file, NEW);
    const options = {
      log: join(data, "log"),
      keys: join(data, "keys"),
      clock: systemClock,
      productVersion: "0.1.0",
    };
    await withLog(options, async (log) => {
      for (const command of COMMANDS) {
        const decision = await judgeCommand(project, command, {
          policy,
          shell: plainShell("bash"),
        });
        const stamp = log.stamp("hook");
        const call = { ...bashCall(command), id: `call-${ids.length}`, cwd: project.project };
        const session = { facts: project.session, userSource: "os" } as const;
        const event = decisionEvent(stamp, { call, decision, policy, session, durationMs: 1 });
        await log.append(event, { durable: true });
        decisions.push(decision);
        ids.push(stamp.id);
      }
      await log.publish();
    });
  });
  afterAll(async () => {
    project.remove();
    await rm(data, { recursive: true, force: true });
  });

  it("exit 0: the policy that was in force changes nothing, and everything is decided", async () => {
    const { code, out, err } = await backtest("team", "--json");
    expect(err).toBe("");
    expect(JSON.parse(out)).toMatchObject({
      policy: "team",
      faults: 0,
      source: { kind: "log" },
      decisions: COMMANDS.length,
      same: COMMANDS.length,
      changes: [],
      undecidable: [],
    });
    expect(code).toBe(0);
  });

  it("exit 1: says what changes, by which rule, and what cannot be told", async () => {
    const { code, out } = await backtest(file, "--json");
    expect(code).toBe(1);
    const report = JSON.parse(out);
    const first = decisions[4]?.verdict;
    expect(report.changes).toEqual([
      {
        from: first,
        to: "deny",
        count: 2,
        rules: { "user:stricter/own/host": 2 },
        examples: [ids[4], ids[5]],
      },
    ]);
    expect(report.undecidable).toEqual([
      {
        why: "place",
        count: 1,
        rules: { "user:stricter/own/starts": 1 },
        examples: [ids[2]],
      },
    ]);
    expect(report.same).toBe(COMMANDS.length - 3);
  });

  it("exit 1: the same in words, for the last entries only", async () => {
    const { code, out } = await backtest(file, "--log", "3", "--examples", "1");
    expect(code).toBe(1);
    expect(out).toContain(`${decisions[4]?.verdict} -> deny  2`);
    expect(out).toContain("3 decisions: 1 as before, 2 otherwise, 0 not decidable");
  });

  it("exit 0 and 1: a corpus of commands in place of the log, and the report says so", async () => {
    const calls = join(data, "calls.yaml");
    const recorded = join(data, "recorded.yaml");
    await writeFile(
      calls,
      "cases: [{ allow: git status }, { command: 'curl https://example.org' }]",
    );
    const [same, changed, taken] = await Promise.all([
      backtest("team", "--corpus", calls, "--cwd", project.project, "--record", recorded),
      backtest(file, "--corpus", calls, "--cwd", project.project, "--json"),
      backtest("team", "--corpus", calls, "--record", calls),
    ]);
    expect(same).toMatchObject({ code: 0, err: "" });
    expect(same.out).toContain("source: a corpus of texts (1 file)");
    expect(await readFile(recorded, "utf8")).toContain("- allow: git status");
    expect(changed.code).toBe(1);
    expect(JSON.parse(changed.out)).toMatchObject({ source: { kind: "corpus" }, same: 1 });
    expect(taken).toMatchObject({ code: 2, err: expect.stringContaining("name a new file") });
  });

  it("exit 0: says what the calls that a rule stopped would have come to without it, or with an exception", async () => {
    const here = ["--cwd", project.project];
    const grant = (rule: string, scope: string, ...more: readonly string[]) =>
      policyCommand(
        ...["exception", "grant", rule, "--scope", scope, "--verdict", "allow", "--for", "7d"],
        ...["--reason", "x", "--dry-run", ...more, ...here],
      );
    const [without, two, exactly, elsewhere, none] = await Promise.all([
      backtest("--without", "egress/any", "--json", ...here),
      backtest("--without", "secrets/read", "--json", ...here),
      grant("egress/any", "{effects: [egress], hosts: [example.org]}", "--json"),
      grant("secrets/read", '{effects: [read], paths: ["<project>/sub/.env"]}'),
      backtest("--without", "secrets/none", ...here),
    ]);
    // Both of `curl`; the push is refused by other rules as well.
    expect([without.code, JSON.parse(without.out)]).toMatchObject([
      0,
      { decisions: 3, freed: 2, same: 1, undecidable: [] },
    ]);
    // Whether a rule about names that are likely secrets would have met it, a shape does not tell.
    expect(JSON.parse(two.out)).toMatchObject({
      decisions: 1,
      freed: 0,
      undecidable: [{ count: 1, rules: { "builtin:team/secrets/read-likely": 1 } }],
    });
    expect([exactly.code, JSON.parse(exactly.out)]).toMatchObject([
      0,
      { outcome: "dry-run", days: 30, decisions: 3, freed: 2, same: 1, uses: 1, isCut: false },
    ]);
    expect(elsewhere.out).toContain(
      "it stopped 1 call: 0 would not have been stopped, 1 as before",
    );
    expect(elsewhere.out).toContain("nothing was granted (--dry-run)");
    expect(none).toMatchObject({ code: 2, err: expect.stringContaining("no rule `secrets/none`") });
  });

  it("exit 2: a count that is none, a policy that is none, two sources", async () => {
    const [count, none, both] = await Promise.all([
      backtest("team", "--log", "some"),
      backtest("no-such-pack"),
      backtest("team", "--corpus", "calls.yaml", "--log", "3"),
    ]);
    expect(both).toMatchObject({ code: 2, err: expect.stringContaining("leave out `--corpus`") });
    expect(count).toMatchObject({ code: 2, err: expect.stringContaining("whole number") });
    expect(none).toMatchObject({ code: 2, err: expect.stringContaining("no policy") });
  });
  it("exit 1: what the record cannot tell is judged by raw texts where they are kept, on record", async () => {
    const directories = directoriesIn(data);
    await mkdir(directories.spool, { mode: 0o700 });
    ensureSecret(directories, "operator");
    const approvals = openRawApprovals(directories);
    const by = { approver: userName(), nowMs: Date.now() };
    approvals.put(approvals.sign(approvalOf({ reason: "case" }, by)));
    const { installSubject: subject } = await readEventKeys(directories.keys);
    const [id = "", command = ""] = [ids[2], COMMANDS[2]];
    const input = { kind: "bash", command, background: false, sandboxOff: false };
    const text = JSON.stringify({ tool: "Bash", cwd: project.project, input });
    await openRawStore(directories.raw).append({ id, timeMs: by.nowMs, subject, text });
    const { code, out } = await backtest(file, "--raw", "case", "--json");
    expect([code, JSON.parse(out)]).toMatchObject([1, { fromRaw: 1, undecidable: [] }]);
    expect((await readdir(directories.spool)).length).toBe(1);
  });
});
