// The supervisor with judges that only say whose they are: who reaches whom, who comes later, what a judge's end and a flood do.
import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  chmodSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
} from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Account } from "#platform/accounts.ts";
import type { ClientProcess } from "#platform/client-processes.ts";
import { readNotices } from "#surface/services/machine/notices.ts";
import {
  accountFolder,
  knockFolder,
  type MachineFolders,
  servicePath,
  socketPath,
} from "#surface/services/machine/places.ts";
import { supervise, type Supervisor } from "#surface/services/machine/supervisor.ts";
import { whyNotInstalled } from "../../../installed.ts";
import { skipIfMissing } from "../../../skipping.ts";
import { until } from "../../../until.ts";

const account = (uid: number): Account => ({ name: `u${uid}`, uid, gid: uid, home: "/" });
const [ADA, BOB, EVE] = [account(64_021), account(64_022), account(64_023)];
const missing = process.getuid?.() === 0 ? undefined : "sockets of other accounts need root";
/** Says its number to each connection; a connection that says `die` ends it. */
const JUDGE = `process.send("ready");process.on("message",(_,s)=>{process.send("took");if(!s)return;s.on("error",()=>0);s.write(process.argv[1]);s.on("data",d=>String(d)==="die"?process.exit(1):s.end());s.resume()});process.on("disconnect",()=>process.exit())`;

let room: string;
let folders: MachineFolders;
let supervisor: Supervisor | undefined;
let said: string[];
let starts: number[];

beforeEach(() => {
  room = mkdtempSync("/tmp/sallyport-supervisor-");
  chmodSync(room, 0o755);
  folders = { run: join(room, "run"), state: join(room, "state") };
  [said, starts] = [[], []];
});
afterEach(async () => {
  await supervisor?.end();
  supervisor = undefined;
  rmSync(room, { recursive: true, force: true });
});

async function start(
  accounts: readonly Account[],
  code = JUDGE,
  clients: readonly ClientProcess[] = [],
): Promise<void> {
  supervisor = await supervise({
    folders,
    group: 0,
    accounts,
    nowMs: () => performance.now(),
    // WHY none of this machine: other tests have sessions meanwhile.
    clients: () => Promise.resolve(clients),
    say: (line) => said.push(line),
    find: () => undefined,
    judge({ uid }) {
      starts.push(uid);
      return { program: process.execPath, words: ["-e", code, String(uid)], environment: {} };
    },
  });
}

/** What an account gets at a socket: the first words, or how it fails. */
function askAs(uid: number, socket: string): Promise<string> {
  const code = `const s=require("net").connect(process.argv[1]);s.on("data",d=>{console.log(String(d));process.exit()});s.on("error",e=>console.log(e.code));s.on("close",()=>console.log("cut"))`;
  return output(uid, [process.execPath, "-e", code, socket]);
}

function output(uid: number, [program = "", ...words]: readonly string[]): Promise<string> {
  // WHY not node's own option: it takes no number past 2^31.
  const rights = ["--reuid", String(uid), "--regid", String(uid), "--clear-groups", "--"];
  const child = spawn("setpriv", [...rights, program, ...words], { cwd: "/" });
  let text = "";
  child.stdout.on("data", (chunk) => (text += String(chunk)));
  return new Promise((resolve) => child.once("close", () => resolve(text.split("\n")[0] ?? "")));
}

/** Asks for a socket, as the hook of an account does that has none. */
function knockAs(uid: number): Promise<string> {
  const code = `require("fs").writeFileSync(process.argv[1],"")`;
  return output(uid, [process.execPath, "-e", code, join(knockFolder(folders), "any-name")]);
}

/** As the administrator, who may connect everywhere. */
function ask(uid: number, word: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(socketPath(folders, uid));
    let text = "";
    socket.on("data", (chunk) => {
      text += String(chunk);
      socket.write(word);
    });
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(text));
  });
}

/** The folder of an account that only its judge enters. */
const isData = (name: string): boolean => /^[0-9a-f]{32}$/.test(name);

describe("a supervisor", () => {
  it("lets an account reach its own judge and no other's", async (ctx) => {
    skipIfMissing(ctx, missing);
    await start([ADA, BOB]);
    expect(await askAs(ADA.uid, socketPath(folders, ADA.uid))).toBe(String(ADA.uid));
    expect(await askAs(BOB.uid, socketPath(folders, BOB.uid))).toBe(String(BOB.uid));
    expect(await askAs(ADA.uid, socketPath(folders, BOB.uid))).toBe("EACCES");
    expect(await askAs(65_534, socketPath(folders, ADA.uid))).toBe("EACCES");
    expect(starts.toSorted((one, other) => one - other)).toEqual([ADA.uid, BOB.uid]);
  });
  it("makes a socket for an account that asks by a file of its own", async (ctx) => {
    skipIfMissing(ctx, missing);
    await start([]);
    for (const uid of [EVE.uid, 2 ** 31, 65_534]) {
      await knockAs(uid);
      await until("there is a socket", () => existsSync(socketPath(folders, uid)));
      await until("it answers", async () => {
        return (await askAs(uid, socketPath(folders, uid))) === String(uid);
      });
    }
  });
  it("cuts connections of a judge that dies, and starts the next", async (ctx) => {
    skipIfMissing(ctx, missing);
    await start([ADA]);
    expect(await ask(ADA.uid, "die")).toBe(String(ADA.uid));
    await until("the next one answers", async () => {
      return (await ask(ADA.uid, "bye")) === String(ADA.uid);
    });
    expect(starts).toHaveLength(2);
  });
  it("cuts what waits for a judge that does not come up, without starting one for each", async (ctx) => {
    skipIfMissing(ctx, missing);
    await start([ADA], "process.exit(1)");
    const all = await Promise.all(Array.from({ length: 20 }, () => ask(ADA.uid, "bye")));
    expect(new Set(all)).toEqual(new Set([""]));
    expect(starts.length).toBeLessThanOrEqual(2);
  });
  it("tells the administrator, and the account's judge, of a client that sees other managed settings", async (ctx) => {
    skipIfMissing(ctx, missing);
    const told = join(room, "told");
    const judge = `process.send("ready");process.on("message",(m)=>{if(typeof m==="string")require("fs").appendFileSync(${JSON.stringify(told)},m)});process.on("disconnect",()=>process.exit())`;
    const client = {
      pid: 4_194_305,
      uid: ADA.uid,
      started: "77",
      program: "/home/\u001bada/claude",
    };
    await start([ADA], judge, [{ ...client, parent: 1, words: ["claude"], isCovered: true }]);
    await until("the judge is told", () => existsSync(told));
    expect(readFileSync(told, "utf8")).toBe("notice covered 4194305-77");
    const lines = said.filter((line) => line.startsWith("NOTICED"));
    expect(lines).toEqual([expect.stringContaining("process 4194305")]);
    expect(lines.join("")).not.toContain("\u001b");
    expect(readNotices(folders)).toEqual([
      expect.objectContaining({ what: "covered", uid: ADA.uid, pid: client.pid }),
    ]);
    expect(statSync(join(folders.state, "noticed.jsonl")).mode & 0o777).toBe(0o600);
  });
  it("serves one account while two others flood it", async (ctx) => {
    skipIfMissing(ctx, missing);
    await start([ADA, BOB, EVE]);
    const open: Socket[] = [];
    for (const uid of [ADA.uid, BOB.uid])
      for (let count = 0; count < 400; count += 1) {
        const socket = connect(socketPath(folders, uid));
        socket.on("error", () => undefined);
        open.push(socket);
      }
    expect(await ask(EVE.uid, "bye")).toBe(String(EVE.uid));
    for (const socket of open) socket.destroy();
    await until("it answers again", async () => (await ask(ADA.uid, "bye")) === String(ADA.uid));
  });
  it("cuts an account whose part of the disk is full, says so, and serves the others", async (ctx) => {
    skipIfMissing(ctx, missing ?? whyNotInstalled("mount", "umount"));
    await start([ADA, BOB]);
    const folder = accountFolder(folders, ADA.uid);
    mkdirSync(folder, { mode: 0o710 });
    // One page: whose it is finds room there, and nothing else.
    const options = "size=4k,mode=710";
    expect(spawnSync("mount", ["-t", "tmpfs", "-o", options, "quota", folder]).status).toBe(0);
    try {
      expect(await ask(ADA.uid, "bye")).toBe("");
      expect(await ask(BOB.uid, "bye")).toBe(String(BOB.uid));
    } finally {
      spawnSync("umount", ["--lazy", folder]);
    }
    expect(said.filter((line) => line.startsWith(`user ${ADA.uid}: `))).toEqual([
      expect.stringMatching(/\/accounts\/64021` takes no more: .*quota.* \(ENOSPC\)$/),
    ]);
    await until("there is room", async () => (await ask(ADA.uid, "bye")) === String(ADA.uid));
    expect(starts).toEqual([BOB.uid, ADA.uid]);
  });
  it("serves a session that outlives its account, whose log whoever has the number then never gets", async (ctx) => {
    skipIfMissing(ctx, missing);
    await start([ADA]);
    expect(await ask(ADA.uid, "die")).toBe(String(ADA.uid));
    const [data = ""] = readdirSync(accountFolder(folders, ADA.uid)).filter(isData);
    // The account is gone: a judge that ended is started again as what was known when the socket was made.
    await until("it answers", async () => (await ask(ADA.uid, "bye")) === String(ADA.uid));
    expect(readdirSync(accountFolder(folders, ADA.uid)).filter(isData)).toEqual([data]);
    await supervisor?.end();
    // And a service that never knew it takes it for a number, whose data another name had.
    await start([]);
    await knockAs(ADA.uid);
    await until("there is a socket", () => existsSync(socketPath(folders, ADA.uid)));
    await until("it answers", async () => {
      return (await askAs(ADA.uid, socketPath(folders, ADA.uid))) === String(ADA.uid);
    });
    expect(readdirSync(accountFolder(folders, ADA.uid))).not.toContain(data);
    expect(said).toContainEqual(expect.stringContaining("the data of another account"));
  });
  it("is one for a machine: a second one, as of another version, does not start and takes nothing", async (ctx) => {
    skipIfMissing(ctx, missing);
    await start([ADA]);
    const before = supervisor;
    await expect(start([ADA])).rejects.toThrow("another service guards this machine already");
    expect(supervisor).toBe(before);
    expect(await ask(ADA.uid, "bye")).toBe(String(ADA.uid));
    await before?.end();
    await start([ADA]);
    expect(await ask(ADA.uid, "bye")).toBe(String(ADA.uid));
  });
  it("starts where one that was killed left its sockets", async (ctx) => {
    skipIfMissing(ctx, missing);
    mkdirSync(folders.run);
    const code = `require("net").createServer().listen(process.argv[1],()=>process.kill(process.pid,"SIGKILL"))`;
    spawnSync(process.execPath, ["-e", code, servicePath(folders)]);
    expect(existsSync(servicePath(folders))).toBe(true);
    await start([ADA]);
    expect(await ask(ADA.uid, "bye")).toBe(String(ADA.uid));
  });
  it("leaves no socket", async (ctx) => {
    skipIfMissing(ctx, missing);
    await start([ADA]);
    expect(await ask(ADA.uid, "bye")).toBe(String(ADA.uid));
    await supervisor?.end();
    expect(existsSync(socketPath(folders, ADA.uid))).toBe(false);
  });
});
