// `log detect` and `comply` as a person runs them over a log: words, JSON, exit codes, and nothing sealed.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
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
    [
      ...PROGRAM,
      ...args,
      ...(args[1] === "list" || args.includes("--data") ? [] : ["--data", root]),
    ],
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

describe("log detect --convert", () => {
  const one = ["log", "detect", "--convert"] as const;
  it("prints every detection that the target can say, and names the others with their line", () => {
    const { status, stdout, stderr } = sallyport(...one, "postgresql");
    expect(status).toBe(1);
    expect(stdout).toContain(
      "-- The guard was switched off [defense-evasion/guard-switched-off], high, ",
    );
    expect(stdout).not.toContain("dotenv-read");
    expect(stderr).toMatch(
      /^sallyport: .*dotenv-read\.yml:\d+:\d+: `credential-access\/dotenv-read` cannot be said for postgresql: /m,
    );
  });
  it("gives programs a line each, also of what cannot be said", () => {
    const rows = sallyport(...one, "elastic", "--json")
      .stdout.trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
    expect(rows.length).toBeGreaterThan(90);
    expect(rows).toContainEqual(
      expect.objectContaining({
        name: "defense-evasion/guard-switched-off",
        language: "EQL",
        queries: [expect.stringMatching(/^any where /)],
      }),
    );
    expect(rows).toContainEqual(
      expect.objectContaining({
        name: "impact/cost-spike",
        error: expect.stringContaining("value_sum"),
        at: expect.objectContaining({ line: expect.any(Number) }),
      }),
    );
  });
  it("says one of them, with the lists of the site, or why it cannot", () => {
    const place = mkdtempSync(join(tmpdir(), "sallyport-convert-"));
    mkdirSync(join(place, "detections"));
    writeFileSync(
      join(place, "detections", "lists.yml"),
      'lists: { migration_programs: ["mo\'ve"] }\n',
    );
    const rule = ["--rule", "execution/risky-command-accepted", "--data", place];
    const { status, stdout, stderr } = sallyport(...one, "sqlite", ...rule);
    rmSync(place, { recursive: true, force: true });
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("'sqitch', 'mo''ve'");
    const refused = sallyport(...one, "splunk", "--rule", "credential-access/dotenv-read");
    expect([refused.status, refused.stdout]).toEqual([2, ""]);
    expect(refused.stderr).toContain("`sealed.reads` is sealed");
    expect(sallyport(...one, "nosuch").stderr).toContain("use splunk, elastic, sentinel");
  });
});

describe("log detect", () => {
  it("names what somebody should look at, and ends with 1", () => {
    const { status, stdout, stderr } = sallyport("log", "detect");
    expect([status, stderr]).toEqual([1, ""]);
    expect(stdout).toMatch(
      /^critical {7}A call for a file of secrets \[credential-access\/dotenv-read\]\n {5}0 {2}/,
    );
    expect(stdout).toMatch(
      /\nhigh {11}The guard was switched off \[defense-evasion\/guard-switched-off\]\n {5}1 {2}/,
    );
    expect(stdout).toMatch(/\n2 found in 2 events by \d+ detections; /);
    expect(stdout).not.toMatch(/lunch|"ada"|\/home\/ada/);
  });
  it("tells programs one match a line", () => {
    const { status, stdout } = sallyport("log", "detect", "--json");
    expect(status).toBe(1);
    const name = "defense-evasion/guard-switched-off";
    const rows = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
    expect(rows).toEqual([
      expect.objectContaining({ name: "credential-access/dotenv-read", index: 0 }),
      expect.objectContaining({
        name,
        level: "high",
        index: 1,
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      }),
    ]);
  });
  it("ends with 0 where nothing is found, and with 2 for a detection that is not there", () => {
    const quiet = sallyport("log", "detect", "--rule", "exfiltration/secret-leaves");
    expect([quiet.status, quiet.stdout]).toEqual([0, "0 found in 2 events by 1 detections\n"]);
    for (const option of ["--rule", "--explain"]) {
      const unknown = sallyport("log", "detect", option, "x");
      expect(unknown.status).toBe(2);
      expect(unknown.stderr).toContain("defense-evasion/controls-altered,");
    }
  });
  it("lists the detections, the gravest first", () => {
    const { status, stdout } = sallyport("log", "detect", "--list");
    expect(status).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.length).toBeGreaterThanOrEqual(60);
    expect(lines[0]).toMatch(/^critical +credential-access\/decoy-touched +A call would/);
    expect(lines.at(-1)).toMatch(/^low +/);
    expect(stdout).toMatch(/unknown-host .*\(key\)\n/);
    const rows = sallyport("log", "detect", "--list", "--json").stdout.trimEnd().split("\n");
    expect(rows).toHaveLength(lines.length);
    expect(JSON.parse(rows[0] ?? "")).toMatchObject({
      level: "critical",
      runbook: expect.any(String),
    });
  });
  it("explains one: the rule, its runbook and its lists", () => {
    const { status, stdout } = sallyport(
      "log",
      "detect",
      "--explain",
      "command-and-control/unknown-host",
    );
    expect(status).toBe(0);
    expect(stdout).toContain("runbook: docs/runbooks/command-and-control.md#unknown-host\n");
    expect(stdout).toMatch(/\nlist %approved_hosts%, \d+ entries: /);
    expect(stdout).toContain("\n    github.com\n");
    expect(stdout).toContain("sealed.hosts|neq|expand");
    const json = sallyport("log", "detect", "--explain", "execution/refusals-burst", "--json");
    expect(JSON.parse(json.stdout)).toMatchObject({ kind: "correlation", lists: {} });
  });
});

describe("a site's own detections and lists", () => {
  const home = () => join(root, "detections");
  afterEach(() => rmSync(home(), { recursive: true, force: true }));
  const write = (path: string, text: string) => {
    mkdirSync(join(home(), "site"), { recursive: true });
    writeFileSync(join(home(), path), text);
  };
  const OWN = `name: judged
logsource: { product: sallyport, category: decision }
detection: { s: { verdict: deny }, condition: s }
---
name: off
logsource: { product: sallyport, category: "off" }
detection: { s: { phase: start }, condition: s }
---
title: Refused, then off
id: 0c0f4b52-6f0a-4a0e-9d1e-3f1f6f0c7a11
status: test
description: x
date: 2026-11-23
tags: []
correlation: { type: temporal_ordered, rules: [judged, "off"], timespan: 1h }
falsepositives: [x]
level: low
`;
  it("are run with those that ship, over several events too", () => {
    write("site/refused-then-off.yml", OWN);
    const asked = ["log", "detect", "--rule", "site/refused-then-off"];
    const { status, stdout } = sallyport(...asked);
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^low {12}Refused, then off \[site\/refused-then-off\] 2: events 0, 1\n {5}0 {2}/,
    );
    expect(JSON.parse(sallyport(...asked, "--json").stdout)).toMatchObject({
      index: 1,
      value: 2,
      events: [0, 1],
    });
    expect(sallyport(...asked, "--until", "2020-01-01").status).toBe(0);
  });
  it("are refused with their place where they cannot be run", () => {
    write("site/broken.yml", OWN.replace("timespan: 1h", "timespan: 1w"));
    const { status, stderr } = sallyport("log", "detect");
    expect(status).toBe(2);
    expect(stderr).toMatch(/site\/broken\.yml/);
    write("site/broken.yml", OWN);
    write("lists.yml", "lists: { aproved_hosts: [a.example] }\n");
    const slip = sallyport("log", "detect");
    expect([slip.status, slip.stderr]).toEqual([
      2,
      expect.stringContaining("no list `aproved_hosts`"),
    ]);
  });
});

describe("without the key", () => {
  it("says how many events detections of sealed fields did not look at", async () => {
    const other = mkdtempSync(join(tmpdir(), "sallyport-keyless-"));
    cpSync(root, other, { recursive: true });
    rmSync(join(other, "keys", "subjects"), { recursive: true, force: true });
    const { stdout, stderr } = sallyport("log", "detect", "--data", other);
    rmSync(other, { recursive: true, force: true });
    expect(stderr).toMatch(
      /sallyport: \d events could not be opened, their key is not here: \d+ detections/,
    );
    expect(stdout).not.toContain("dotenv-read");
    expect(stdout).toContain("guard-switched-off");
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
    expect(stdout).toContain("  1  tool calls judged, by verdict (deny 1), ");
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
