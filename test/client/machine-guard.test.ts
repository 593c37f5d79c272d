// The guard of a whole machine under the real client: three accounts, one service, one managed file that names none of them.
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compilePolicy } from "#govern/compile/compile.ts";
import { parseSite } from "#govern/compile/site.ts";
import type { Account } from "#platform/accounts.ts";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";
import { accountData } from "#surface/services/machine/account-folders.ts";
import { accountFolder, MACHINE_FOLDERS, socketPath } from "#surface/services/machine/places.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";
import { skipIfMissing } from "../skipping.ts";
import { findClient } from "./client-binary.ts";
import { bash, type ClientRun, runClient } from "./client-run.ts";
import {
  type GuardedMachine,
  openGuardedMachine,
  runAsAccount,
  whyNoGuardedMachine,
} from "./guarded-machine.ts";
import { whyMissing } from "./machine.ts";
import { toolUseId } from "./model-stub.ts";
import { openPrivateEtc, type PrivateDisk } from "./private-disk.ts";
import { finish, hasScript, type Typed } from "../surface/cli/typed.ts";

const marker = "QUARTZ4471";
const SESSION_MS = 300_000;
let missing: string | undefined;
let machine: GuardedMachine;
let client = "";
let accounts: readonly Account[] = [];

beforeAll(async () => {
  missing = whyNoGuardedMachine() ?? (await whyMissing(["client", "managed"]));
  if (missing !== undefined) return;
  machine = openGuardedMachine();
  const found = await findClient();
  if (found.kind === "ready") {
    // The place of the client belongs to whoever runs the tests, and other accounts do not get there.
    client = join(machine.room, "client", "claude");
    cpSync(found.path, client, { dereference: true });
    chmodSync(client, 0o755);
    chmodSync(dirname(client), 0o755);
  }
  accounts = [machine.makeAccount(), machine.makeAccount()];
  await machine.start();
}, SESSION_MS);
afterAll(async () => {
  if (missing === undefined) await machine?.close();
}, SESSION_MS);

/** The managed files, as the parameters `hooks: { transport: machine }` make them. */
function managedFiles(stubUrl: string): Record<string, string> {
  const site = parseSite(
    JSON.stringify({
      hooks: { transport: "machine", node: process.execPath, program: machine.hook },
      sandbox: { enabled: false },
      provider: { baseUrl: stubUrl },
      mcp: { allowed: [] },
    }),
    "the machine",
  );
  const target = { scope: "managed", platform: "linux" } as const;
  const compiled = compilePolicy(loadPack("team"), { target, site, catalogue: loadCatalogue() });
  const [settings] = compiled.files;
  return { "managed-settings.json": settings?.text ?? "" };
}

/** One session of an account: a call that runs and two that show a secret. */
function session({ name, uid, gid, home }: Account): Promise<ClientRun> {
  const project = join(home, "shop");
  mkdirSync(join(home, "tmp"), { recursive: true });
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, ".env"), `KEY=${marker}\n`);
  writeFileSync(join(project, "readme.txt"), `hello from ${name}\n`);
  const own = `chown -R ${uid}:${gid} '${home}' && exec setpriv --reuid ${uid} --regid ${gid} --init-groups -- "$@"`;
  return runClient({
    client,
    home,
    projectDirectory: project,
    managedFiles,
    wrapper: ["sh", "-c", own, "sh"],
    env: { CLAUDE_CODE_TMPDIR: join(home, "tmp"), IS_SANDBOX: undefined },
    turns: [
      bash("cat readme.txt"),
      bash('f=.e; cat "${f}nv"'),
      [{ name: "Read", input: { file_path: "<project>/.env" } }],
      "bye",
    ],
    timeoutMs: 180_000,
  });
}

const operatorData = () => join(machine.room, "operator");

/** A policy that refuses the call by which each account is tried. */
const CLOSED = `id: closed
version: "1"
title: Closed
extends: [team]
rules:
  - id: closed/all
    verdict: deny
    effects: [read]
    paths: ["/etc/hosts"]
    reason: nothing is read here
`;

/** Deploys the guard of the machine at a terminal, where a person types the word. */
function deploying(
  etc: PrivateDisk,
): (policy: string, ...more: readonly string[]) => Promise<Typed> {
  const site = join(machine.room, "site.yaml");
  const hooks = { transport: "machine", node: process.execPath, program: machine.hook };
  writeFileSync(site, JSON.stringify({ hooks, sandbox: { enabled: false }, mcp: { allowed: [] } }));
  return (policy, ...options) => {
    const words = ["policy", "deploy", policy, "--scope", "managed", "--site", site];
    const more = [...options, "--reason", "trial", "--client", client, "--data", operatorData()];
    const line = [process.execPath, machine.main, ...words, ...more].join(" ");
    const [command, ...rest] = [...etc.enter("/"), "script", "-qec", line, "/dev/null"];
    const env = { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", HOME: machine.room };
    const child = spawn(command, rest, { env });
    let isAnswered = false;
    return finish(child, (text) => {
      const word = /type `(\w+)` to go on/.exec(text)?.[1];
      if (word === undefined || isAnswered) return;
      isAnswered = true;
      child.stdin.write(`${word}\n`);
    });
  };
}

/** What the log of an account says of its calls, as an administrator reads it. */
function verdictsOf({ name, home }: Account): readonly string[] {
  const root: Account = { name, uid: 0, gid: 0, home };
  const words = ["machine", "as", name, "--", "log", "search", "--json", "kind:decision"];
  const { stdout } = runAsAccount(root, [process.execPath, machine.main, ...words]);
  return [...stdout.matchAll(/"verdict":\s*"(\w+)"/g)].map(([, verdict]) => verdict ?? "");
}

describe("a machine whose guard is one service", () => {
  it("names no account in the managed file", (ctx) => {
    skipIfMissing(ctx, missing);
    const [text] = Object.values(managedFiles("http://127.0.0.1:1"));
    expect(text).toContain("machine-hook.cjs");
    expect(text).not.toMatch(/Bearer|--project|--data|--home|\/home\//);
  });

  it.for([0, 1, 2])(
    "judges the calls of account %i, the last of which came later",
    { timeout: SESSION_MS },
    async (number, ctx) => {
      skipIfMissing(ctx, missing);
      const account = accounts[number] ?? machine.makeAccount();
      if (number === 2) accounts = [...accounts, account];
      const run = await session(account);
      expect(run.toolResults.get(toolUseId(0))?.text).toContain(`hello from ${account.name}`);
      expect(run.wasDenied(toolUseId(1))).toBe(true);
      expect(run.wasDenied(toolUseId(2))).toBe(true);
      expect(run.leaked(marker)).toBeUndefined();
      // Of this account's calls alone: each has a log of its own.
      expect(verdictsOf(account)).toEqual(expect.arrayContaining(["deny", "allow"]));
    },
  );

  it("lets no account connect to another's socket, replace it, or read any key", (ctx) => {
    skipIfMissing(ctx, missing);
    const [one, other] = accounts;
    if (one === undefined || other === undefined) throw new Error("there are no accounts");
    const connect = (path: string) => {
      const code = `require("net").connect(process.argv[1]).on("connect",()=>process.exit(0)).on("error",(e)=>{console.log(e.code);process.exit(1)})`;
      return runAsAccount(one, [process.execPath, "-e", code, path]);
    };
    expect(connect(socketPath(MACHINE_FOLDERS, one.uid))).toMatchObject({ status: 0 });
    expect(connect(socketPath(MACHINE_FOLDERS, other.uid)).stdout).toBe("EACCES\n");
    const tried = (...words: readonly string[]) => runAsAccount(one, words).status;
    for (const { uid } of [one, other]) {
      expect(tried("rm", "-f", socketPath(MACHINE_FOLDERS, uid))).not.toBe(0);
      expect(tried("ls", accountFolder(MACHINE_FOLDERS, uid))).not.toBe(0);
      const keys = join(accountData(MACHINE_FOLDERS, uid), "keys");
      expect(readdirSync(keys).length).toBeGreaterThan(0);
      expect(tried("ls", keys)).not.toBe(0);
    }
    expect(existsSync(socketPath(MACHINE_FOLDERS, one.uid))).toBe(true);
  });

  it(
    "is deployed after a call of each account was proven, and taken back where one would be locked out",
    async (ctx) => {
      skipIfMissing(ctx, missing ?? (hasScript ? undefined : "`script` is not on PATH"));
      const etc = await openPrivateEtc(join(machine.room, "etc"));
      try {
        const deploy = deploying(etc);
        await machine.stop();
        const refused = await deploy("team");
        expect([refused.code, refused.text]).toEqual([
          2,
          expect.stringContaining("nothing is put in force: the machine's guard does not judge"),
        ]);
        expect(existsSync(`${etc.view}/etc/claude-code/managed-settings.json`)).toBe(false);
        // Where the service sees the same /etc as who deploys.
        await machine.start(etc.enter("/"));
        const closed = join(machine.room, "closed.yaml");
        writeFileSync(closed, CLOSED);
        const locked = await deploy(closed, "--without-proof");
        expect([locked.code, locked.text]).toEqual([
          2,
          expect.stringContaining("it is taken back: the machine's guard does not judge"),
        ]);
        expect(existsSync(`${etc.view}/etc/claude-code/managed-settings.json`)).toBe(false);
        expect(existsSync(`${etc.view}/etc/sallyport/policy.yaml`)).toBe(false);
        const deployed = await deploy("team");
        expect([deployed.code, deployed.text]).toEqual([0, expect.stringContaining("deployed: ")]);
        const [one] = accounts;
        if (one === undefined) throw new Error("there are no accounts");
        const own = (...words: readonly string[]) => {
          const rights = ["setpriv", "--reuid", one.name, "--regid", String(one.gid)];
          const program = [process.execPath, machine.main, ...words];
          const all = [...etc.enter(one.home), ...rights, "--init-groups", ...program];
          const [command = "", ...rest] = all;
          return spawnSync(command, rest, {
            encoding: "utf8",
            timeout: 60_000,
            env: { HOME: one.home, PATH: "/usr/bin:/bin" },
          });
        };
        const who = `judges the calls of ${one.name} (user ${one.uid})`;
        expect(own("init", "--yes")).toMatchObject({
          status: 0,
          stdout: expect.stringContaining(`nothing to do: the guard of this machine ${who}`),
        });
        expect(existsSync(join(one.home, ".claude", "settings.local.json"))).toBe(false);
        expect(own("status")).toMatchObject({
          status: 0,
          stdout: expect.stringContaining(`the guard of this machine ${who}`),
        });
        await machine.stop();
        expect(own("status")).toMatchObject({
          status: 1,
          stdout: expect.stringContaining("NOT in force"),
        });
        await machine.start();
      } finally {
        etc.run(`'${process.execPath}' '${machine.main}' daemon stop --data '${operatorData()}'`);
        etc.close();
      }
    },
    2 * SESSION_MS,
  );

  it(
    "refuses every call while the service is stopped, and judges when it runs again",
    async (ctx) => {
      skipIfMissing(ctx, missing);
      const [one] = accounts;
      if (one === undefined) throw new Error("there are no accounts");
      await machine.stop();
      const run = await session(one);
      // The prompt is held back already, and no call after it runs.
      expect(run.toolResults.get(toolUseId(0))?.text ?? "").not.toContain("hello from");
      expect(run.leaked(marker)).toBeUndefined();
      await machine.start();
      const again = await session(one);
      expect(again.toolResults.get(toolUseId(0))?.text).toContain("hello from");
    },
    2 * SESSION_MS,
  );
});
