// What an account can do to its own judge: end it, and nothing else.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Account } from "#platform/accounts.ts";
import {
  type GuardedMachine,
  openGuardedMachine,
  runAsAccount,
  whyNoGuardedMachine,
} from "../../../client/guarded-machine.ts";
import { skipIfMissing } from "../../../skipping.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const OPEN_MS = 300_000;
const missing = whyNoGuardedMachine();
let machine: GuardedMachine;
let ada: Account;
let pid = "";

const tried = () =>
  spawnSync(process.execPath, [machine.main, "machine", "try", ada.name], { encoding: "utf8" });
const asAda = (...words: readonly string[]) => runAsAccount(ada, words);

beforeAll(async () => {
  if (missing !== undefined) return;
  machine = openGuardedMachine();
  ada = machine.makeAccount();
  await machine.start();
  expect(tried()).toMatchObject({ status: 0, stdout: `${ada.name} (${ada.uid})  judged\n` });
  pid = spawnSync("pgrep", ["-U", ada.name, "-f", "machine judge"], {
    encoding: "utf8",
  }).stdout.trim();
}, OPEN_MS);
afterAll(async () => {
  if (missing === undefined) await machine?.close();
}, OPEN_MS);

describe("the judge of an account", () => {
  it.for(["environ", "mem", "maps", "io"])("keeps /proc/PID/%s from it", (name, ctx) => {
    skipIfMissing(ctx, missing);
    expect(pid).toMatch(/^\d+$/);
    const { status, stderr } = asAda("head", "-c", "1", `/proc/${pid}/${name}`);
    expect([status, stderr]).toEqual([1, expect.stringContaining("Permission denied")]);
  });
  it("keeps its descriptors and limits from it", (ctx) => {
    skipIfMissing(ctx, missing);
    expect(asAda("ls", `/proc/${pid}/fd`).status).not.toBe(0);
    expect(asAda("prlimit", "--pid", pid, "--nofile=5:5").status).not.toBe(0);
  });
  it("opens no debugger at its signal, and goes on judging", (ctx) => {
    skipIfMissing(ctx, missing);
    expect(asAda("kill", "-USR1", pid).status).toBe(0);
    expect(tried().status).toBe(0);
    expect(machine.said()).not.toMatch(/debugger/i);
  });
  it("gives its group, and the place of its data, to no program but its own", (ctx) => {
    skipIfMissing(ctx, missing);
    const folder = mkdtempSync(join(tmpdir(), "own-"));
    const own = join(folder, "own");
    mkdirSync(own);
    for (const path of ["own/its.cjs", "other.cjs"])
      writeFileSync(join(folder, path), "console.log(process.getegid())");
    const module = pathToFileURL(join(root, "src/platform/account-process.ts")).href;
    writeFileSync(
      join(folder, "try.mjs"),
      `import { execFile } from "node:child_process";
      import { becomeAccount } from "${module}";
      becomeAccount(${JSON.stringify(ada)}, 64_031, "${own}");
      process.env.SALLYPORT_HOME = "/place";
      const groups = (file, ...words) => new Promise((done) => execFile(file, words, (_, text) => done(text.trim())));
      const node = (...words) => groups(process.execPath, ...words);
      const flags = process.execArgv;
      console.log(process.getegid(), await groups("/usr/bin/id", "-g"), await node(...flags, "${own}/its.cjs"));
      console.log(await node(...flags, "${folder}/other.cjs"), await node(...flags, "${own}/../other.cjs"));
      console.log(await groups("/usr/bin/printenv", "SALLYPORT_HOME") === "");
      console.log(await node("-p", "process.getegid()"), await node("-r", "${folder}/other.cjs", "${own}/its.cjs"));`,
    );
    for (const path of [folder, own]) chmodSync(path, 0o755);
    const words = ["-C", "source", "--import", join(root, "scripts/plain-sources.mjs")];
    const ran = spawnSync(process.execPath, [...words, join(folder, "try.mjs")], {
      cwd: root,
      encoding: "utf8",
    });
    rmSync(folder, { recursive: true });
    const { gid } = ada;
    expect([ran.stdout.trim(), ran.stderr]).toEqual([
      `64031 ${gid} 64031\n${gid} ${gid}\ntrue\n${gid} ${gid}\n${gid}`,
      "",
    ]);
  });
  it("is started again when the account ended it", (ctx) => {
    skipIfMissing(ctx, missing);
    expect(asAda("kill", "-KILL", pid).status).toBe(0);
    expect(tried().status).toBe(0);
  });
  it("judges nobody when it is asked for by another account", (ctx) => {
    skipIfMissing(ctx, missing);
    const { status, stderr } = asAda(process.execPath, machine.main, "machine", "try");
    expect([status, stderr]).toEqual([2, expect.stringContaining("only an administrator")]);
  });
});
