// `log detect` and `comply` as a person runs them over a log: words, JSON, exit codes, and nothing sealed.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { offEvent } from "#record/event/guard-events.ts";
import { decisionEvent } from "#record/event/call-events.ts";
import {
  bashCall,
  decisionOf,
  effect,
  pathTarget,
  policy,
  session,
} from "../../record/event/samples.ts";
import { systemClock, withLog } from "../../record/store/temporary-log.ts";
import { PROGRAM } from "../../program.ts";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
let root = "";

const sallyport = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...PROGRAM, ...args, ...(args[1] === "list" ? [] : ["--data", root])],
    { cwd: repository, encoding: "utf8", timeout: 60_000 },
  );
  return { status, stdout, stderr };
};

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "sallyport-search-"));
  const options = {
    log: join(root, "log"),
    keys: join(root, "keys"),
    clock: systemClock,
    productVersion: "0.1.0",
  };
  await withLog(options, async (log) => {
    const read = effect({ kind: "read", target: pathTarget("/home/ada/shop/.env") });
    const judged = { call: bashCall("cat .env"), policy, session, durationMs: 1 };
    const decision = decisionOf([read], ["cat"]);
    await log.append(decisionEvent(log.stamp("hook"), { ...judged, decision }), { durable: true });
    const off = {
      phase: "start",
      id: "o1",
      minutes: 5,
      reason: "lunch",
      projectRoot: null,
    } as const;
    await log.append(offEvent(log.stamp("operator"), { ...off, user: "ada" }), { durable: true });
  });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("log summary", () => {
  it("counts calls of a day by class, verdict and effect", () => {
    const { status, stdout, stderr } = sallyport("log", "summary");
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(
      /^\d{4}-\d{2}-\d{2} {2}1 call\n {2}read-only +1 {2}refused 1\n {2}calls that read 1\n$/,
    );
  });
  it("tells programs one day a line, and nothing of days outside the period", () => {
    const { stdout } = sallyport("log", "summary", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      calls: 1,
      classes: { "read-only": { deny: 1 } },
      effects: { read: 1 },
    });
    expect(sallyport("log", "summary", "--until", "2020-01-01").stdout).toBe(
      "no calls were judged\n",
    );
  });
});

describe("log detect", () => {
  it("names what somebody should look at, and ends with 1", () => {
    const { status, stdout, stderr } = sallyport("log", "detect");
    expect([status, stderr]).toEqual([1, ""]);
    expect(stdout).toMatch(
      /^high {11}The guard was switched off \[defense-evasion\/guard-switched-off\]\n {5}1 {2}/,
    );
    expect(stdout).toMatch(/\n1 found in 2 events by \d+ detections; /);
    expect(stdout).not.toMatch(/lunch|"ada"|\/home\/ada/);
  });
  it("tells programs one match a line", () => {
    const { status, stdout } = sallyport("log", "detect", "--json");
    expect(status).toBe(1);
    const name = "defense-evasion/guard-switched-off";
    expect(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([expect.objectContaining({ name, level: "high", index: 1 })]);
  });
  it("ends with 0 where nothing is found, and with 2 for a detection that is not there", () => {
    const quiet = sallyport("log", "detect", "--rule", "exfiltration/secret-leaves");
    expect([quiet.status, quiet.stdout]).toEqual([0, "0 found in 2 events by 1 detections\n"]);
    const unknown = sallyport("log", "detect", "--rule", "x");
    expect(unknown.status).toBe(2);
    expect(unknown.stderr).toContain("defense-evasion/controls-altered,");
  });
});

describe("comply", () => {
  it("lists the controls in words of its own", () => {
    const { status, stdout } = sallyport("comply", "list");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^gdpr\/article-32 +Article 32 +\S/m);
    expect(stdout).toMatch(/^soc2\/cc7-2 +CC7\.2 +\S/m);
  });
  it("counts the evidence at a checkpoint, and says what it does not prove", () => {
    const { status, stdout } = sallyport("comply", "show", "soc2/cc7-2");
    expect(status).toBe(0);
    expect(stdout).toMatch(/\ncheckpoint {3}2 entries, root [\w+/]{43}=, signed by \S+\n/);
    expect(stdout).toContain("  1  tool calls judged (deny 1), ");
    expect(stdout).toContain("  1  times that the guard was switched off, ");
    expect(stdout).toContain("  0  failures of the guard\n");
    expect(stdout).toContain("what this does not prove\n  - That anybody looked");
    expect(stdout).toContain("`sallyport log verify`");
    expect(stdout).not.toMatch(/lunch|\/home\/ada/);
  });
  it("tells programs that nothing was verified here, and keeps to the period", () => {
    const args = ["comply", "show", "soc2/cc7-2", "--json", "--until", "2020-01-01"];
    const shown = JSON.parse(sallyport(...args).stdout) as {
      evidence: { count: number }[];
      limits: string[];
    };
    expect(shown).toMatchObject({ verified: false, events: 0, checkpoint: { size: 2 } });
    expect(shown.evidence.every(({ count }) => count === 0)).toBe(true);
    expect(shown.limits.length).toBeGreaterThan(0);
    expect(sallyport("comply", "show", "soc2/cc9").status).toBe(2);
  });
});
