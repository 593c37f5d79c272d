// What a run refuses at its start and leaves behind: checkouts that would be held, reasons of refusals, what calls said under the key of the run.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ruleName } from "#guard/policy/policy.ts";
import { decisionEvent } from "#record/event/call-events.ts";
import { refuseQuarantine } from "#surface/services/ci/checkout-gate.ts";
import { readRecord, refusalReason } from "#surface/services/ci/run-record.ts";
import { openText, readRunKey, sealText } from "#surface/services/ci/run-seal.ts";
import { commentBody, type RunSummary } from "#surface/services/ci/run-summary.ts";
import { loadPack, packNames } from "#surface/services/policy/policy-source.ts";
import { PROGRAM } from "../../../program.ts";
import {
  bashCall,
  decisionOf,
  effect,
  pathTarget,
  session,
} from "../../../record/event/samples.ts";
import { systemClock, withLog } from "../../../record/store/temporary-log.ts";

const KEY = "a key of the run that is long enough, and made up";
let room = "";
beforeAll(() => {
  room = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-run-")));
});
afterAll(() => rmSync(room, { recursive: true, force: true }));

describe("a checkout", () => {
  const guard = () => ({ data: join(room, "data"), home: join(room, "home") });
  beforeAll(() => {
    const { data, home } = guard();
    for (const folder of [data, home]) mkdirSync(folder, { recursive: true, mode: 0o700 });
    const words = ["init", "--scope", "user", "--transport", "command", "--profile", "tier-ci"];
    const { status, stderr } = spawnSync(process.execPath, [...PROGRAM, ...words, "--yes"], {
      cwd: room,
      encoding: "utf8",
      timeout: 100_000,
      env: { PATH: process.env["PATH"], HOME: home, SALLYPORT_HOME: data },
    });
    expect([status, stderr]).toEqual([0, expect.anything()]);
  });
  let count = 0;
  const refused = (settings: unknown, file = "settings.json"): string => {
    const directory = join(room, `checkout-${(count += 1)}`);
    const path = join(directory, ".claude", file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(settings));
    try {
      refuseQuarantine(directory, guard());
      return "";
    } catch (error) {
      return String(error);
    }
  };
  it.each([
    ["hooks switched off", { disableAllHooks: true }, "`disableAllHooks` turns our hooks off"],
    ["hooks of others alone", { allowManagedHooksOnly: true }, "allowManagedHooksOnly"],
    ["code in every command", { env: { BASH_ENV: "./x" } }, "BASH_ENV"],
    ["another trust", { env: { NODE_TLS_REJECT_UNAUTHORIZED: "0" } }, "NODE_TLS_REJECT"],
  ])("with %s would be held, and is refused with the reason", (_, settings, reason) => {
    const said = refused(settings);
    expect(said).toContain("the run would be held from its first call and could only read");
    expect(said).toContain(reason);
    expect(said).toContain("take it out of the checkout");
  });
  it("is refused for its local settings too", () => {
    expect(refused({ disableAllHooks: true }, "settings.local.json")).toContain("disableAllHooks");
  });
  it.each([
    ["nothing", {}],
    ["hooks of its own", { hooks: { Stop: [{ hooks: [{ type: "command", command: "x" }] }] } }],
    ["rules and a theme", { permissions: { allow: ["Bash"] }, env: { EDITOR_THEME: "dark" } }],
    ["hooks left on", { disableAllHooks: false }],
  ])("with %s is run", (_, settings) => {
    expect(refused(settings)).toBe("");
  });
});

describe("the reason of a refusal", () => {
  it("is there for every rule of every policy, and for every other", () => {
    for (const name of packNames()) {
      const policy = loadPack(name);
      const reasons = new Map(
        policy.rules.map((rule) => [ruleName(rule, policy), rule.reason ?? ""]),
      );
      for (const rule of reasons.keys()) expect(refusalReason(rule, reasons)).toMatch(/\S/);
    }
    const guards = ["nobody-to-ask", "unknown-effect", "quarantine", "held", "lockdown"];
    for (const rule of guards.map((one) => `guard/${one}`))
      expect(refusalReason(rule, new Map())).not.toContain("does not hold any more");
    for (const rule of ["", "builtin:gone/rule", "constructor", "__proto__"])
      expect(refusalReason(rule, new Map())).toContain("`decisions.jsonl`");
    expect(refusalReason("r", new Map([["r", "x".repeat(9_000)]]))).toHaveLength(500);
  });
  it("stands in every row of the comment", async () => {
    const { record } = await recorded();
    expect(record.refusals.map(({ rule }) => rule)).toEqual(["builtin:team/secret-read", "client"]);
    const body = commentBody({ ...SUMMARY, refusals: record.refusals });
    const rows = body.split("\n").filter((line) => line.startsWith("| `"));
    expect(rows).toHaveLength(2);
    for (const row of rows)
      expect(row.split(" | ").map((cell) => cell.replaceAll(/[|`\s]/g, ""))).not.toContain("");
  });
});

describe("what calls said", () => {
  it("is in the record of the artifacts under the key alone", async () => {
    const { record } = await recorded();
    const lines = record.lines.join("\n");
    expect(lines).not.toMatch(/\.env|\/home|"ada"/);
    expect(JSON.parse(record.lines[0] ?? "")).toMatchObject({ sealed: null, erased: false });
    expect(record.meant.join("\n")).toContain("cat .env");
    const sealed = sealText(record.meant.join("\n"), KEY);
    expect(sealed).not.toMatch(/cat \.env|"sealed"/);
    expect(openText(sealed, KEY)).toBe(record.meant.join("\n"));
    expect(sealText("x", KEY)).not.toBe(sealText("x", KEY));
  });
  it("is opened by no other key, and not where one character was altered", () => {
    const sealed = sealText("what was meant", KEY);
    expect(() => openText(sealed, `${KEY}.`)).toThrow("the key does not open it");
    const [form = "", head = "", body = ""] = sealed.split("\n");
    const turned = (text: string, at: number): string =>
      `${text.slice(0, at)}${text[at] === "A" ? "B" : "A"}${text.slice(at + 1)}`;
    for (const altered of [
      [form, turned(head, 3), body],
      [form, turned(head, 30), body],
      [form, head, turned(body, 2)],
      [form, head, turned(body, body.length - 6)],
    ])
      expect(() => openText(altered.join("\n"), KEY)).toThrow("the key does not open it");
    for (const none of ["", "x", `${form}\n`, `${form}\n${head}\n`, `${form}.\n${head}\n${body}`])
      expect(() => openText(none, KEY)).toThrow("no file of sealed texts");
  });
  it("needs a key that is long enough, and never shows it", () => {
    expect(readRunKey(` ${KEY}\n`, "K")).toBe(KEY);
    expect(() => readRunKey("planted", "K")).toThrow("`K` has 7 characters: give 32 to 4096");
    expect(() => readRunKey("planted", "K")).not.toThrow(/planted/);
  });
  it("is shown by `ci open` to who has it", async () => {
    const { record } = await recorded();
    const out = join(room, "out");
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, "meant.sealed"), sealText(record.meant.join("\n"), KEY));
    const open = (key: string | undefined, ...words: string[]) =>
      spawnSync(process.execPath, [...PROGRAM, "ci", "open", ...words], {
        encoding: "utf8",
        timeout: 60_000,
        env: { PATH: "/usr/bin:/bin", ...(key === undefined ? {} : { SALLYPORT_RUN_KEY: key }) },
      });
    const shown = open(KEY, out);
    expect([shown.status, shown.stderr]).toEqual([0, ""]);
    expect(shown.stdout).toMatch(/deny +Bash cat \.env {2}\[builtin:team\/secret-read\]\n$/);
    const wrong = open(`${KEY}.`, join(out, "meant.sealed"));
    expect([wrong.status, wrong.stdout]).toEqual([2, ""]);
    expect(wrong.stderr).toContain("the key does not open it");
    expect(open(undefined, out).stderr).toContain("`SALLYPORT_RUN_KEY` is not set");
    expect(open(KEY, room).stderr).toContain("holds no `meant.sealed`");
    expect(readFileSync(join(out, "meant.sealed"), "utf8").split("\n")).toHaveLength(4);
  });
});

const SUMMARY: RunSummary = {
  format: 1,
  outcome: "done",
  startedAt: "2026-11-21T00:00:00.000Z",
  durationMs: 1_000,
  policy: { id: "tier-ci", digest: "" },
  mode: "dontAsk",
  allow: [],
  egress: [],
  limits: { timeoutMs: 1, maxTurns: 1, maxBudgetUsd: null },
  isolation: [],
  identity: {},
  missingAttributes: [],
  telemetry: null,
  demands: [],
  calls: {},
  refusals: [],
  hindered: [],
  changed: [],
  answer: "",
  log: { entries: 1, isVerified: true, proof: null, meant: null },
};

/** The record of a run of which one call was refused by a rule that its policy does not hold, and one by the client. */
async function recorded() {
  const data = join(room, `record-${Math.floor(performance.now() * 1_000)}`);
  const [log, keys] = [join(data, "log"), join(data, "keys")];
  const policy = loadPack("tier-ci");
  await withLog({ log, keys, clock: systemClock, productVersion: "0.1.0" }, async (writer) => {
    const target = pathTarget("/home/ada/shop/.env");
    const decision = decisionOf([effect({ kind: "read", target })], ["cat"]);
    const judged = { call: bashCall("cat .env"), policy, session, durationMs: 1, decision };
    await writer.append(decisionEvent(writer.stamp("hook"), judged), { durable: true });
  });
  const record = await readRecord(data, [{ tool: "Bash", id: "toolu_other" }], policy);
  return { record };
}
