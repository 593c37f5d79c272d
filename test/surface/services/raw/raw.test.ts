// Raw texts of calls: none without an approval that counts, sealed and without secrets, read by whom it names and on record, gone in time and with the person.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { RAW_DAYS_DEFAULT, type RawApproval } from "#govern/exceptions/raw-approval.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import { sessionEvent } from "#record/event/session-events.ts";
import { readEventKeys, readSubjects } from "#record/store/keys.ts";
import { openLog } from "#record/store/log-writer.ts";
import type { Log } from "#record/store/writing-log.ts";
import { viewLog } from "#record/store/log-view.ts";
import { openRawStore } from "#record/store/raw-store.ts";
import { approvalOf } from "#surface/cli/commands/privacy/raw.ts";
import { takeSpooled } from "#surface/services/log/spooled-events.ts";
import { type OperatorOrder } from "#surface/services/daemon-process/operator-orders.ts";
import { createOperator } from "#surface/daemon/operator.ts";
import type { Observation } from "#surface/services/hooks/ports.ts";
import { ensureSecret } from "#surface/services/installation/secrets.ts";
import { type Directories, prepareDirectories } from "#surface/foundation/files/directories.ts";
import { openHolds } from "#surface/services/exceptions/holds.ts";
import { openRawApprovals } from "#surface/services/exceptions/raw-approvals.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";
import { erasePerson } from "#surface/services/privacy/erasure.ts";
import { keepRaw, removeRaw, sweepRaw } from "#surface/services/raw/keep-raw.ts";
import { openRaw } from "#surface/services/raw/read-raw.ts";
import { judgeCommand, makeProject, plainShell } from "../../../judging.ts";
import { filesWith, PORTS, worldFolder } from "../privacy/world.ts";

const DAY_MS = 86_400_000;
const NOW_MS = Date.now();
const KEY = ["AKIA", "QX7ZJ4WN2LKVPT5R"].join("");
const CANARY = "zq-canary-of-a-command";

let folder: ReturnType<typeof worldFolder>;
let directories: Directories;
let log: Log;
beforeEach(async () => {
  folder = worldFolder(tmpdir());
  directories = prepareDirectories(join(folder.path, "data"));
  ensureSecret(directories, "operator");
  log = await openLog({ ...directories, ...PORTS });
});
afterEach(async () => {
  await log.close();
  folder.remove();
});

const approve = (more: Partial<RawApproval> = {}): RawApproval => ({
  ...approvalOf({ reason: "incident 12", readers: "ada,bob" }, { approver: "eve", nowMs: NOW_MS }),
  ...more,
});
function put(approval: RawApproval): void {
  const approvals = openRawApprovals(directories);
  approvals.put(approvals.sign(approval));
}
const call = (command: string): ToolCall => ({
  id: "toolu_1",
  tool: "Bash",
  cwd: "/home/zqada/shop",
  input: { kind: "bash", command, background: false, sandboxOff: false },
});

/** Judged calls of people, as the daemon hands them on; ids of their events. */
async function take(people: readonly string[], nowMs = NOW_MS): Promise<readonly string[]> {
  const keys = await readEventKeys(directories.keys);
  const keeper = keepRaw(directories, log, { nowMs: () => nowMs, say: () => undefined, keys });
  const ids: string[] = [];
  for (const user of people) {
    const facts = { sessionId: `s-${user}`, user, cwd: "/", mode: "default" } as never;
    const event = sessionEvent(log.stamp("hook"), {
      session: { facts, userSource: "os" },
      source: "startup",
    });
    await log.append(event, { durable: true });
    keeper.take(call(`echo ${CANARY} ${KEY} ${user}`), event);
    ids.push(event.id);
  }
  await keeper.settle();
  keeper.close();
  return ids;
}
const read = async (id: string): Promise<string | undefined> =>
  openRawStore(directories.raw).read(id, NOW_MS, await readSubjects(directories.keys));

describe("raw texts", () => {
  it("are not kept without an approval, before it, after it, or under one that was altered", async () => {
    await take(["zqada"]);
    put(approve({ createdMs: NOW_MS + 1_000, expiresMs: NOW_MS + DAY_MS }));
    await take(["zqada"]);
    put(approve({ createdMs: NOW_MS - DAY_MS, expiresMs: NOW_MS - 1 }));
    await take(["zqada"]);
    put(approve());
    const text = readFileSync(directories.rawFile, "utf8");
    writeFileSync(directories.rawFile, text.replace('"days":7', '"days":30'));
    expect(() => openRawApprovals(directories).latest()).toThrow("was not signed");
    await take(["zqada"]);
    expect(await openRawStore(directories.raw).sum()).toMatchObject({ texts: 0 });
  });

  it("are sealed, without secrets, in files for their owner alone", async () => {
    put(approve());
    const [id = ""] = await take(["zqada"]);
    const text = await read(id);
    expect(text).toContain(CANARY);
    expect(text).not.toContain(KEY);
    expect(JSON.parse(text ?? "")).toMatchObject({ tool: "Bash", cwd: "/home/zqada/shop" });
    expect(filesWith(folder.path, [CANARY, KEY, "zqada"])).toEqual([]);
    expect(statSync(directories.raw).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(directories.raw))
      expect(statSync(join(directories.raw, name)).mode & 0o777).toBe(0o600);
    put(approve({ keepsSecrets: true }));
    const [second = ""] = await take(["zqada"]);
    expect(await read(second)).toContain(KEY);
    expect(filesWith(folder.path, [CANARY, KEY])).toEqual([]);
  });

  it("are read by whom the approval names, with a reason, and on record before", async () => {
    const [before = ""] = await take(["zqada"]);
    const who = { user: "ada", reason: "incident 12", nowMs: NOW_MS };
    const reading = { what: "read", event: before } as const;
    await expect(openRaw(directories, who, reading)).rejects.toThrow("nobody approved");
    put(approve());
    const [id = ""] = await take(["zqada"]);
    const of = { what: "read", event: id } as const;
    await expect(openRaw(directories, { ...who, user: "mallory" }, of)).rejects.toThrow("name you");
    await expect(openRaw(directories, { ...who, reason: " " }, of)).rejects.toThrow("says why");
    await expect(openRaw(directories, who, { ...of, event: "x" })).rejects.toThrow("whole id");
    // Whoever is named may still read what is left after the approval is over.
    const over = { ...who, nowMs: NOW_MS + 60 * DAY_MS };
    expect(await (await openRaw(directories, over, of))(id)).toContain(CANARY);
    expect(await (await openRaw(directories, who, reading))(before)).toBeUndefined();
    await log.close();
    await takeSpooled(directories);
    const sealed = { approver: "ada", reason: "incident 12" };
    const told = await rawEvents();
    expect(told.length).toBe(2);
    for (const event of [id, before]) expect(told).toContainEqual({ what: "read", event, sealed });
    log = await openLog({ ...directories, ...PORTS });
  });

  it("go after their days, unless a legal hold keeps them", async () => {
    put(approve());
    expect(approve().days).toBe(RAW_DAYS_DEFAULT);
    await take(["zqada"], NOW_MS - 9 * DAY_MS);
    put(approve({ createdMs: NOW_MS - 20 * DAY_MS, expiresMs: NOW_MS + DAY_MS }));
    await take(["zqada"], NOW_MS - 9 * DAY_MS);
    await take(["zqada"], NOW_MS - 6 * DAY_MS);
    expect(await openRawStore(directories.raw).sum()).toMatchObject({ days: 2, texts: 2 });
    const holds = openHolds(directories);
    const hold = { id: "0".repeat(16), reason: "r", owner: "o", approver: "a", createdMs: 1 };
    holds.set(holds.sign({ ...hold, scope: { of: "all" } }));
    expect(await sweepRaw(directories, NOW_MS)).toBe(0);
    await removeRaw(directories);
    expect(await openRawStore(directories.raw).sum()).toMatchObject({ days: 2 });
    holds.release(holds.signRelease({ id: hold.id, reason: "r", approver: "a", releasedMs: 2 }));
    expect(await sweepRaw(directories, NOW_MS)).toBe(1);
    expect(await openRawStore(directories.raw).sum()).toMatchObject({ days: 1, texts: 1 });
  });

  it("go with the person, and those of others stay", async () => {
    put(approve());
    const [one = "", other = ""] = await take(["zqada", "zqbob"]);
    await log.close();
    mkdirSync(join(folder.path, "home"));
    const where = {
      home: join(folder.path, "home"),
      client: join(folder.path, "home", ".claude"),
      temporary: join(folder.path, "tmp"),
      directories,
      folders: [],
    };
    const { residue } = await erasePerson(
      { subject: "zqada", also: [], where, homeUser: "zqbob" },
      PORTS,
    );
    expect(residue).toEqual([]);
    expect([await read(one), (await read(other))?.includes(CANARY)]).toEqual([undefined, true]);
    expect(await openRawStore(directories.raw).sum()).toMatchObject({ texts: 1 });
    log = await openLog({ ...directories, ...PORTS });
  });

  it("are cut, pass over lines that a crash cut, and of a strange key", async () => {
    put(approve());
    const [id = ""] = await take(["zqada"]);
    const [name = ""] = readdirSync(directories.raw);
    const path = join(directories.raw, name);
    const line = readFileSync(path, "utf8");
    writeFileSync(path, `${line.slice(0, 40)}\nnull\n${line}`, { mode: 0o600 });
    expect(await read(id)).toContain(CANARY);
    const altered = line.replace(/"sealed":"(.)/, (_, first: string) =>
      first === "A" ? '"sealed":"B' : '"sealed":"A',
    );
    writeFileSync(path, altered, { mode: 0o600 });
    expect(await read(id)).toBeUndefined();
    const { installSubject: subject } = await readEventKeys(directories.keys);
    rmSync(path);
    const entry = { id, timeMs: NOW_MS, subject, text: "x".repeat(70_000) };
    expect(await openRawStore(directories.raw).append(entry)).toBe(true);
    expect((await read(id))?.length).toBe(65_536);
  });
});

describe("to the agent", () => {
  const project = makeProject();
  afterAll(() => project.remove());
  const store = join(project.session.home, ".local/share/sallyport");
  it.each([
    "cat STORE/raw/2026-11-21.raw",
    "cp -r STORE/raw /tmp/x",
    "rm -rf STORE/raw",
    "echo null > STORE/raw.json",
    "sallyport raw read 0197f0aa-0000-7000-8000-000000000000 --reason x",
    "sallyport raw enable --reason x",
    "npx sallyport raw disable",
    "sallyport policy backtest team --raw x",
  ])("deny: %s", async (command) => {
    const policy = loadPack("team");
    const meant = command.replace("STORE", store);
    const { verdict } = await judgeCommand(project, meant, { policy, shell: plainShell("bash") });
    expect(verdict).toBe("deny");
  });
  it("not deny: sallyport raw status", async () => {
    const how = { policy: loadPack("team"), shell: plainShell("bash") };
    const { verdict } = await judgeCommand(project, "sallyport raw status", how);
    expect(verdict).not.toBe("deny");
  });
});

it("an approval is put on record before it counts, and only where the operator signed it", async () => {
  const approvals = openRawApprovals(directories);
  const told: Observation[] = [];
  const operator = createOperator({
    offSwitch: never(),
    exceptions: never(),
    statements: never(),
    holds: never(),
    lockdown: never(),
    rootOf: () => undefined,
    raw: { approvals, removeAll: () => removeRaw(directories) },
    recorder: {
      record: (observation) => {
        expect(approvals.latest() === undefined).toBe(told.length === 0 || told.length === 1);
        told.push(observation);
        return Promise.resolve();
      },
    },
  });
  const give = (order: OperatorOrder) => operator.answer(Buffer.from(JSON.stringify(order)));
  const receipt = approvals.sign(approve());
  const forged = { ...receipt, approval: { ...receipt.approval, readers: ["mallory"] } };
  expect(await give({ order: "raw", receipt: forged })).toMatchObject({ kind: "refused" });
  expect(approvals.latest()).toBeUndefined();
  expect(await give({ order: "raw", receipt })).toEqual({ kind: "raw", isOn: true });
  expect(approvals.inForce(NOW_MS)?.id).toBe(receipt.approval.id);
  await take(["zqada"]);
  expect(await give({ order: "raw-off" })).toEqual({ kind: "raw", isOn: false });
  expect(told.map((one) => [one.kind, "what" in one && one.what])).toEqual([
    ["raw", "enabled"],
    ["raw", "disabled"],
  ]);
  expect(await openRawStore(directories.raw).sum()).toMatchObject({ texts: 0 });
  expect(() => approvalOf({ reason: "r", days: "31" }, { approver: "a", nowMs: 1 })).toThrow("30");
  expect(() => approvalOf({ reason: "r", "for-days": "91" }, { approver: "a", nowMs: 1 })).toThrow(
    "90",
  );
});

function never<Value>(): Value {
  return {} as Value;
}

async function rawEvents(): Promise<readonly unknown[]> {
  const view = await viewLog(directories.log, directories.keys);
  const told: unknown[] = [];
  for await (const { leaf, sealed } of view.entries(0, await view.size()))
    if (leaf.kind === "leaf" && leaf.metadata["kind"] === "raw") {
      const { what, event } = leaf.metadata;
      told.push({ what, event, sealed });
    }
  return told;
}
