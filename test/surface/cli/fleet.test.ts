// `sallyport fleet` as an operator uses it: from an empty folder to what a machine is to have, and back.
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runCommandLine } from "#surface/cli/command-line.ts";
import { readJournal } from "#assure/rollout/journal.ts";
import { seenIn } from "#record/fleet/host-days.ts";
import { openFolderHosts } from "#surface/services/fleet/folder-host-store.ts";
import { takeLock } from "#surface/foundation/files/process-lock.ts";
import { openTerminal } from "#surface/foundation/terminal/terminal.ts";
import { hostDay, hostReport } from "../../record/fleet/host-reports.ts";

const room = mkdtempSync(join(tmpdir(), "sallyport-fleet-"));
afterAll(() => rmSync(room, { recursive: true, force: true }));
const fleet = join(room, "fleet");
const at = (name: string) => join(room, name);

let said = "";
beforeEach(() => {
  said = "";
  vi.stubEnv("SALLYPORT_DATA", at("data"));
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, "write").mockImplementation((text) => {
      said += String(text);
      return true;
    });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
});
const typed = async (...args: string[]) => {
  said = "";
  process.exitCode = undefined;
  const code = await runCommandLine(["fleet", ...args], openTerminal(), {});
  return process.exitCode ?? code ?? 0;
};
const here = (...args: string[]) => typed(...args, "--fleet", fleet);
const json = async (...args: string[]): Promise<Record<string, unknown>> => {
  await here(...args, "--json");
  return JSON.parse(said) as Record<string, unknown>;
};

describe("a fleet", () => {
  it("begins as a folder that nothing overwrites", async () => {
    await typed("init", fleet, "--name", "acme", "--dry-run");
    expect(existsSync(fleet)).toBe(false);
    await typed("init", fleet, "--name", "acme", "--yes");
    expect(readFileSync(join(fleet, "fleet.yaml"), "utf8")).toContain("name: acme");
    expect(await typed("init", fleet, "--name", "acme", "--yes")).toBe(2);
    expect(said).toContain("is there already");
  });
  it("takes exports in, and says where sources disagree", async () => {
    writeFileSync(
      at("laptops.csv"),
      "hostname,os,email\nlap-1,macOS 15,ada@acme.example\nlap-2,Ubuntu,bob@acme.example\n",
    );
    writeFileSync(
      at("directory.json"),
      JSON.stringify({ value: [{ name: "LAP-1", os: "Windows 11" }] }),
    );
    writeFileSync(
      at("repos.json"),
      JSON.stringify([{ clone_url: "git@github.com:acme/Billing.git", data: ["card"] }]),
    );
    await here("import", at("laptops.csv"), "--kind", "devices", "--source", "jamf", "--yes");
    await here("import", at("directory.json"), "--kind", "devices", "--source", "intune", "--yes");
    await here("import", at("repos.json"), "--kind", "repositories", "--yes");
    expect(await here("inventory")).toBe(1);
    expect(said).toContain(
      "conflict in devices: lap-1 has as os macOS 15 (jamf) and Windows 11 (intune)",
    );
    await here("tiers");
    expect(said).toContain("regulated  github.com/acme/billing: it holds data under a regulation");
  });
  it.each([
    ["rows of other lengths", "hostname,os\nlap-1\n", /row 2 has 1 cells/],
    ["a quote that does not end", 'hostname,os\n"lap-1,x\n', /a quote does not end/],
    ["no name", "colour\nred\n", /says nothing in `machine`/],
    ["two columns of a name", "name,name\na,b\n", /two columns have one name/],
    ["JSON of something else", "[1, 2]", /item 1 is no object/],
  ])("takes nothing of an export with %s", async (_, text, words) => {
    writeFileSync(at("bad.csv"), text);
    const before = readFileSync(join(fleet, "inventory/devices.jamf.json"), "utf8");
    expect(
      await here("import", at("bad.csv"), "--kind", "devices", "--source", "jamf", "--yes"),
    ).not.toBe(0);
    expect(said).toMatch(words);
    expect(readFileSync(join(fleet, "inventory/devices.jamf.json"), "utf8")).toBe(before);
  });
  it("takes nothing of an export of a gigabyte, and does not read it", async () => {
    const large = at("large.csv");
    writeFileSync(large, "hostname,os\n");
    truncateSync(large, 1024 ** 3);
    const before = process.memoryUsage().rss;
    expect(await here("import", large, "--kind", "devices", "--source", "jamf", "--yes")).toBe(2);
    expect(said).toContain("has 1073741824 bytes, more than 67108864");
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 ** 2);
    rmSync(large);
  });
  it("moves a repository to a stricter tier by one command", async () => {
    await here(
      "move",
      "https://github.com/acme/site",
      "regulated",
      "--reason",
      "it takes orders",
      "--yes",
    );
    await here("tiers");
    expect(said).not.toContain("site: no rule");
    const state = readFileSync(join(fleet, "journal.ndjson"), "utf8");
    expect(state).toContain('"what":"moved"');
  });
  it("says of fifteen steps what is open and why", async () => {
    const { steps, next } = (await json("plan")) as {
      steps: { number: number; isMet: boolean }[];
      next: string;
    };
    expect(steps.map(({ number }) => number)).toEqual(
      Array.from({ length: 15 }, (_, index) => index + 1),
    );
    expect(steps.filter(({ isMet }) => isMet).map(({ number }) => number)).toEqual([2, 4, 5]);
    expect(next).toBe("inventory");
    for (const kind of [
      "users",
      "providers",
      "workspaces",
      "mcp-servers",
      "plugins",
      "package-managers",
      "deployment-tools",
      "ci-workflows",
    ])
      await here("attest", `inventory.${kind}`, "--owner", "ada", "--yes");
    const after = (await json("plan")) as {
      steps: { id: string; criteria: { isMet: boolean; why: string }[] }[];
    };
    expect(after.steps[0]?.criteria.map(({ isMet }) => isMet)).toEqual([true, false]);
    expect(await here("attest", "redteam.green", "--owner", "ada", "--yes")).not.toBe(0);
    expect(said).toContain("nobody can attest it");
  });
  it("releases a policy ring by ring, publishes what machines are to have, and goes back", async () => {
    const { createKeyFile } = await import("#surface/services/policy/bundle-keys.ts");
    createKeyFile(at("fleet.key"), "acme-2026");
    await here("release", "baseline", "--key", at("fleet.key"), "--yes");
    expect(said).toContain("baseline for production-adjacent: 0 machines observe it first");
    const name = "baseline/production-adjacent";
    // Nobody is in the first ring of two machines: nothing passes it until the ring is made larger.
    for (let step = 0; step < 12; step++) await here("tick", "--yes");
    await here("status");
    expect(said).toMatch(/baseline\/production-adjacent: 1 %, observe, .*waits: no machine is in/);
    const file = join(fleet, "fleet.yaml");
    const small = readFileSync(file, "utf8");
    expect(small).toMatch(/^rings: .*$/m);
    writeFileSync(file, small.replace(/^rings: .*$/m, "rings: [100]"));
    await here("tick", "--yes");
    await here("status");
    expect(said).toMatch(
      /baseline\/production-adjacent: 100 %, observe, .*waits: 0 of 7 days have passed/,
    );
    expect(await here("advance", name, "--yes")).not.toBe(0);
    expect(said).toContain("does not go on: 0 of 7 days have passed");
    const published = (await json("publish", at("www"), "--key", at("fleet.key"))) as {
      machines: number;
      written: number;
    };
    expect(published).toMatchObject({ machines: 2, written: 2 });
    expect(await json("publish", at("www"), "--key", at("fleet.key"))).toMatchObject({
      written: 0,
    });
    await here("hold", name, "--reason", "a fault", "--yes");
    expect(await here("status")).toBe(1);
    expect(said).toMatch(/held at \d+ %, observe, since \S+: a fault/);
    await here("take-back", name, "--reason", "it is bad", "--yes");
    expect(await json("publish", at("www"), "--key", at("fleet.key"))).toMatchObject({
      written: 2,
    });
    await here("status");
    expect(said).toContain("taken back: it is bad");
  });
  it("revokes versions in every bundle that it builds from then on, and names machines that have one", async () => {
    const file = join(fleet, "journal.ndjson");
    const before = readFileSync(file, "utf8");
    const { tracks } = readJournal(before, file);
    const [track] = [...tracks.values()];
    const bad = track?.release.stages.enforce ?? { version: 0, content: "" };
    await here("release", "baseline", "--key", at("fleet.key"), "--yes");
    const running = [...readJournal(readFileSync(file, "utf8"), file).tracks.values()][0];
    const wanted = running?.release.stages.enforce.version ?? 0;
    expect(await here("revoke", String(wanted), "--reason", "a fault", "--yes")).toBe(2);
    expect(said).toContain(`version ${wanted} is one that baseline/production-adjacent hands out`);
    for (const wrong of ["0", "7,x", ""])
      expect(await here("revoke", wrong, "--reason", "a fault", "--yes")).toBe(2);
    const theirs = wanted + 1_000;
    const both = `${bad.version},${theirs}`;
    expect(await here("revoke", both, "--reason", "a fault", "--dry-run")).toBe(0);
    expect(readFileSync(file, "utf8")).not.toContain('"what":"revoked"');
    expect(await here("revoke", both, "--reason", "a fault", "--yes")).toBe(0);
    const now = Date.now();
    const store = await openFolderHosts(fleet, {
      nowMs: () => now,
      report: () => undefined,
      keepDays: 400,
    });
    const bundle = { version: theirs, content: "f".repeat(64), stage: "enforce" } as const;
    const { host } = seenIn(hostReport({ atMs: now, bundle }), "lap-2", now);
    store.take("acme", host, []);
    await store.close();
    expect(await here("status")).toBe(1);
    expect(said).toContain("1 machines have a version that was revoked: lap-2");
    expect(await json("status")).toMatchObject({
      revoked: [bad.version, theirs],
      withRevoked: ["lap-2"],
    });
    await here("take-back", "baseline/production-adjacent", "--reason", "a fault", "--yes");
    await here("release", "baseline", "--key", at("fleet.key"), "--yes");
    const state = readJournal(readFileSync(file, "utf8"), file);
    const stages = [...state.tracks.values()][0]?.release.stages;
    // The next numbers are above those of somebody else, and what is built names both.
    expect(stages?.observe.version).toBe(theirs + 1);
    const text = readFileSync(join(fleet, "bundles", `${stages?.observe.content}.bundle`), "utf8");
    expect(text).toContain(`"revoked":[${bad.version},${theirs}]`);
    rmSync(join(fleet, "hosts"), { recursive: true });
    writeFileSync(file, before);
  });
  it("keeps who was trained in what, with the record's digest, and says who is due", async () => {
    expect(await here("training")).toBe(0);
    expect(said).toContain("nobody has to be trained");
    writeFileSync(
      at("users.csv"),
      "email,groups,active\nada@acme.example,oncall;web,true\nbob@acme.example,oncall,\ncyd@acme.example,web,\neve@acme.example,oncall,false\n",
    );
    await here("import", at("users.csv"), "--kind", "users", "--source", "okta", "--yes");
    appendFileSync(
      join(fleet, "fleet.yaml"),
      "training:\n  - { course: answer-incidents, groups: [oncall], days: 100 }\n",
    );
    expect(await here("training")).toBe(1);
    expect(said).toMatch(/^missing {2}answer-incidents {2}ada@acme\.example\nmissing .*bob@/);
    writeFileSync(at("signed.txt"), "ada was there\n");
    const train = (people: string, day: string, course = "answer-incidents") =>
      here(
        ...["train", course, "--people", people, "--document", at("signed.txt")],
        ...["--on", day, "--yes"],
      );
    for (const [people, day, course] of [
      ["zoe@acme.example", "2026-01-02"],
      ["ada@acme.example", "2999-01-02"],
      ["ada@acme.example", "2026-02-31"],
      ["ada@acme.example", "2026-01-02", "another"],
    ] as const)
      expect(await train(people, day, course)).toBe(2);
    const today = new Date().toISOString().slice(0, 10);
    expect(await train("ADA@acme.example", today)).toBe(0);
    expect(await train("bob@acme.example", "2020-01-02")).toBe(0);
    // What is older is put on record, and sets nothing back.
    expect(await train("ada@acme.example", "2020-01-02")).toBe(0);
    const { training } = (await json("training")) as {
      training: { person: string; state: string; done: { document: string } }[];
    };
    expect(training.map(({ person, state }) => `${person} ${state}`)).toEqual([
      "ada@acme.example open",
      "bob@acme.example overdue",
    ]);
    expect(training[0]?.done.document).toMatch(/^[0-9a-f]{64}$/);
    const { steps } = (await json("plan")) as {
      steps: { id: string; criteria: { text: string; isMet: boolean; why: string }[] }[];
    };
    const criterion = steps
      .find(({ id }) => id === "expand")
      ?.criteria.find(({ text }) => text.includes("trained"));
    expect(criterion).toMatchObject({ isMet: false, why: "it is 50" });
  });
  it("gives the vendor's gateway what groups get, once it is released", async () => {
    const fleetFile = join(fleet, "fleet.yaml");
    const before = readFileSync(fleetFile, "utf8");
    writeFileSync(
      fleetFile,
      before.replace(
        /policies:\n(?: .*\n)+/,
        "policies:\n  - { policy: strict, when: { groups: [payments] } }\n  - { policy: strict, when: { tiers: [regulated], groups: [web] } }\n  - { policy: baseline }\n",
      ),
    );
    expect(await here("gateway")).toBe(2);
    expect(said).toContain("`strict` is not released, and a gateway gives it to everybody");
    const hooks =
      "hooks: { transport: https, port: 40123, token: canary-token-0123456789, authority: /ca.pem, program: /opt/x, data: /var/lib/x }\n";
    writeFileSync(at("site.yaml"), `organization: acme\n${hooks}`);
    expect(await here("gateway", "--draft", "--site", at("site.yaml"))).toBe(2);
    expect(said).toContain("`hooks` of the parameters are those of one machine");
    expect(said).not.toContain("canary-token");
    const out = at("managed.yaml");
    await here("gateway", "--draft", "--out", out);
    expect(said).toContain("`strict` is given by tiers, which the gateway does not know");
    const { managed } = parse(readFileSync(out, "utf8")) as {
      managed: { policies: { match: object; cli: { permissions: { deny: string[] } } }[] };
    };
    expect(managed.policies.map(({ match }) => match)).toEqual([{ groups: ["payments"] }, {}]);
    expect(managed.policies[0]?.cli.permissions.deny.join()).toContain(".env");
    const policy = join(fleet, "policies/baseline.yaml");
    const text = readFileSync(policy, "utf8");
    appendFileSync(
      policy,
      'rules:\n  - { id: a/b, verdict: deny, effects: [read], paths: ["<project>/${HOME}"], reason: "no" }\n',
    );
    expect(await here("gateway", "--draft")).toBe(2);
    expect(said).toContain("in whose place the gateway puts a variable of its own");
    writeFileSync(policy, text);
    writeFileSync(fleetFile, before);
  });
  it("says that a policy with a stage of its own is none of a fleet", async () => {
    appendFileSync(join(fleet, "policies/strict.yaml"), "stage: ask\n");
    expect(
      await here("release", "strict", "--tier", "regulated", "--key", at("fleet.key"), "--yes"),
    ).not.toBe(0);
    expect(said).toContain("take it out, the rollout says it");
  });
  it("is not believed when its journal was changed", async () => {
    const file = join(fleet, "journal.ndjson");
    const before = readFileSync(file, "utf8");
    writeFileSync(file, before.replace("it takes orders", "it takes nothing"));
    expect(await here("status")).not.toBe(0);
    expect(said).toMatch(/cannot be relied on: line 1 was changed/);
    writeFileSync(file, before);
  });
  it("says of exceptions how often each was used, and proposes those for removal that nobody used", async () => {
    const file = join(fleet, "policies/baseline.yaml");
    const policy = readFileSync(file, "utf8");
    const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
    const one = (id: string, created: string) =>
      `  - { id: ${id}, rules: [egress/any], verdict: allow, scope: { effects: [egress], hosts: [${id}.example] }, reason: x, owner: ada, approver: bob, created: ${created}, expires: ${day(-30)} }\n`;
    const given = [one("used", day(40)), one("idle", day(40)), one("fresh", day(3))];
    writeFileSync(file, `${policy}\nexceptions:\n${given.join("")}`);
    await here("exceptions");
    expect(said).toContain("no machine reported its use");
    const now = Date.now();
    const store = await openFolderHosts(fleet, {
      nowMs: () => now,
      report: () => undefined,
      keepDays: 400,
    });
    const exceptions = [{ exception: "used", used: 7 }];
    const report = hostReport({ atMs: now, days: [hostDay({ day: day(0), exceptions })] });
    const seen = seenIn(report, "lap-1", now);
    store.take("acme", seen.host, seen.days);
    await store.close();
    expect(await here("exceptions")).toBe(1);
    const line = (id: string) => said.split("\n").find((text) => text.includes(`  ${id}: `)) ?? "";
    expect(line("used")).toContain("7 calls since");
    expect(line("used")).not.toContain("take it out");
    expect(line("idle")).toContain("0 calls since");
    expect(line("idle")).toContain("no call rested on it in 30 days: take it out");
    expect(line("fresh")).not.toContain("take it out");
    rmSync(join(fleet, "hosts"), { recursive: true });
    writeFileSync(file, policy);
  });
  it("lets nobody overwrite what somebody else decided in the meantime", async () => {
    const { addDeeds, fleetPlaces, readFleet } = await import(
      "#surface/services/fleet/fleet-folder.ts"
    );
    const { state } = readFleet(fleet);
    const deed = { what: "moved", remote: "a/b", tier: "ci", because: "x" } as const;
    const held = takeLock(fleetPlaces(fleet).lock);
    expect(() => addDeeds(fleet, state, { deeds: [deed], by: "bob", timeMs: 1 })).toThrow(
      /somebody else changes this fleet now/,
    );
    if (held.kind === "held") held.release();
    addDeeds(fleet, state, { deeds: [deed], by: "ada", timeMs: 1 });
    expect(() => addDeeds(fleet, state, { deeds: [deed], by: "bob", timeMs: 2 })).toThrow(
      /somebody else decided/,
    );
  });
});
