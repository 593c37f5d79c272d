// The commands about evidence packs: a period collected, a stranger's check, reports, and what each of them refuses.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { viewLog } from "#record/store/log-view.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import { controlsOf } from "#surface/services/evidence/shipped-controls.ts";
import { runHere, type Said } from "../surface/cli/in-process.ts";
import { type Company, liveCompany } from "./company.ts";

const folder = mkdtempSync(join(tmpdir(), "sallyport-evidence-commands-"));
const data = join(folder, "data");
const pack = join(folder, "q1.tar");
const project = join(folder, "shop");
let company: Company;
let collected: Said;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: string[]) =>
  runHere(["evidence", ...args], { HOME: folder, PATH: process.env["PATH"] ?? "" });
const collect = (...args: string[]) => run("collect", "--data", data, ...args);
const period = ["--framework", "soc2", "--from", "2026-01-01", "--to", "2026-01-31"];

beforeAll(async () => {
  const controls = controlsOf("soc2");
  company = await liveCompany({
    root: data,
    people: 2,
    days: 31,
    callsPerDay: 2,
    controls,
    failures: ["an incident that nobody took up"],
  });
  mkdirSync(join(project, ".claude"), { recursive: true });
  writeFileSync(
    join(project, ".claude", "settings.json"),
    JSON.stringify({ permissions: { defaultMode: "bypassPermissions" } }),
  );
  collected = await collect(...period, "--out", pack, "--project", project, "--json");
}, 60_000);

describe("evidence collect", () => {
  it("writes a private pack, says its gaps, and looks at the posture of the project", () => {
    expect(collected.err).toBe("");
    expect(collected.code).toBe(1);
    expect(statSync(pack).mode & 0o777).toBe(0o600);
    const said = JSON.parse(collected.out);
    expect(said).toMatchObject({ outcome: "written", framework: "soc2", file: pack });
    const gaps: { kind: string; reason: string }[] = said.controls.flatMap(
      (one: { gaps: unknown[] }) => one.gaps,
    );
    expect(new Set(gaps.map(({ kind }) => kind))).toEqual(
      new Set(["incident-unanswered", "posture"]),
    );
    expect(gaps.map(({ reason }) => reason).join("\n")).toContain("settings/bypass-default");
    expect(collected.out).not.toMatch(/complian[ct]/i);
  });
  it("takes the places of another catalogue, and says what is not covered", async () => {
    const other = join(folder, "iso.tar");
    const days = ["--from", "2026-01-01", "--to", "2026-01-31"];
    const said = await collect(
      ...["--framework", "iso27001", ...days, "--out", other, "--without-posture", "--json"],
    );
    expect(said.err).toBe("");
    const { controls, proofs } = JSON.parse(said.out);
    expect(controls.length).toBeGreaterThan(30);
    expect(controls).toContainEqual(
      expect.objectContaining({ id: "iso27001/a-8-15", reference: "A.8.15" }),
    );
    // WHY of no catalogue: it says nothing of how long records are kept.
    expect(said.out).not.toContain("retention-short");
    expect(proofs.held).toBeGreaterThan(0);
    expect(readFileSync(other).includes("A.7.1 to A.7.14")).toBe(true);
    expect((await run("verify", other, "--data", data)).code).toBe(0);
  });
  it.each([
    ["a framework that is none", ["--framework", "pci"], /use soc2, hipaa, gdpr/],
    ["a day that is none", ["--from", "2026-02-30"], /give a day/],
    ["a time for a day", ["--to", "2026-01-31T00:00:00Z"], /give a day/],
    ["days in the wrong order", ["--from", "2026-02-02"], /exchange/],
    ["a period that has not begun", ["--from", "2099-01-01", "--to", "2099-02-01"], /not yet/],
    ["a file that is there", ["--out", pack], /name a new file/],
  ])("refuses %s and writes nothing", async (_, changed, says) => {
    const out = join(folder, "new.tar");
    const said = await collect(...period, "--out", out, "--without-posture", ...changed);
    expect(said.code).toBe(2);
    expect(said.err).toMatch(says);
    expect(existsSync(out)).toBe(false);
  });
});

describe("evidence verify", () => {
  const verify = (...args: string[]) => run("verify", ...args, "--json", "--data", folder);
  it("needs nothing but the key", async () => {
    const said = await verify(pack, "--key", company.verifierKey);
    expect(said.code).toBe(0);
    expect(JSON.parse(said.out)).toMatchObject({ outcome: "whole", faults: [] });
  });
  it("compares the log, and the digest that was told", async () => {
    const { digest } = JSON.parse(collected.out);
    const wanted = ["--key", company.verifierKey, "--log", join(data, "log"), "--digest", digest];
    expect(JSON.parse((await verify(pack, ...wanted)).out)).toMatchObject({ isLogCompared: true });
    const other = await verify(pack, "--key", company.verifierKey, "--digest", "0".repeat(64));
    expect(other.code).toBe(1);
  });
  it("without any key refuses to say anything", async () => {
    const said = await verify(pack);
    expect(said.code).toBe(2);
    expect(said.err).toContain("--key");
  });
  it("names what was changed", async () => {
    const bytes = readFileSync(pack);
    bytes[bytes.length - 3_000] = (bytes[bytes.length - 3_000] ?? 0) ^ 1;
    const changed = join(folder, "changed.tar");
    writeFileSync(changed, bytes);
    const said = await verify(changed, "--key", company.verifierKey);
    expect(said.code).toBe(1);
    expect(JSON.parse(said.out).outcome).toBe("faults");
    expect((await run("report", changed)).code).toBe(2);
  });
});

describe("evidence status", () => {
  const status = (...args: string[]) =>
    run("status", "--framework", "gdpr", "--data", data, "--without-posture", "--json", ...args);
  it("remembers where controls stand, and puts on record which one lapsed", async () => {
    const days = String(Math.ceil((Date.now() - Date.UTC(2026, 0, 1)) / 86_400_000));
    const first = await status("--days", days, "--record");
    expect(first.err).not.toMatch(/usage|failed/);
    expect(JSON.parse(first.out)).toMatchObject({ framework: "gdpr", changes: [] });
    const file = join(data, "audits", "controls-gdpr.json");
    const states = JSON.parse(readFileSync(file, "utf8"));
    expect(Object.keys(states.controls)).toContain("gdpr/article-32");
    // As if the control had been evidenced at the look before.
    states.controls["gdpr/article-32"] = "supported";
    writeFileSync(file, JSON.stringify(states));
    const again = JSON.parse((await status("--days", days, "--record")).out);
    expect(again.changes).toEqual([
      expect.objectContaining({ what: "lapsed", control: "gdpr/article-32", before: "supported" }),
    ]);
    expect(JSON.parse((await status("--days", days)).out).changes).toEqual([]);
    const directories = directoriesIn(data);
    const view = await viewLog(directories.log, directories.keys);
    const events: unknown[] = [];
    for await (const { leaf } of view.leaves(company.entries, await view.size()))
      if (leaf.kind === "leaf" && leaf.metadata["kind"] === "control") events.push(leaf.metadata);
    expect(events).toEqual([
      expect.objectContaining({ what: "lapsed", control: "gdpr/article-32", submitter: "cli" }),
    ]);
  });
  it("refuses days that are none", async () => {
    expect((await status("--days", "0")).code).toBe(2);
  });
});

describe("evidence report", () => {
  it.each([
    ["html", /^<!doctype html>/],
    ["csv", /^"framework","control"/],
    ["oscal", /"assessment-results"/],
  ])("writes %s to a new file", async (format, begins) => {
    const out = join(folder, `report.${format}`);
    const said = await run("report", pack, "--format", format, "--out", out);
    expect([said.code, said.err]).toEqual([0, ""]);
    expect(readFileSync(out, "utf8")).toMatch(begins);
    expect((await run("report", pack, "--format", format, "--out", out)).code).toBe(2);
  });
  it("refuses a form that is none", async () => {
    const said = await run("report", pack, "--format", "pdf");
    expect([said.code, said.err]).toEqual([2, expect.stringMatching(/html, csv, oscal/)]);
  });
});
