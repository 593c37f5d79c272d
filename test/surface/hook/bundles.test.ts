// A signed bundle where administrators put it, in a mount namespace of its own: pinned, installed, in force in the command hook.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { whyMissing } from "../../client/machine.ts";
import { PROGRAM } from "../../program.ts";
import { skipIfMissing } from "../../skipping.ts";
import { preToolUse, verdictOf } from "../daemon/daemon-stand.ts";
import { type Ended, type HookStand, openHookStand, runProgram } from "./hook-stand.ts";

const POLICY = `id: acme
version: "1"
title: Only for a test
extends: [team]
rules:
  - { id: acme/notes, verdict: deny, effects: [read], paths: ["<project>/readme.txt"], reason: it is a test }
`;

let stand: HookStand;
let etc: string;
let missing: string | undefined;
beforeAll(async () => {
  missing = await whyMissing(["managed"]);
  if (missing !== undefined) return;
  stand = await openHookStand("command");
  etc = join(stand.path, "etc");
  mkdirSync(etc, { mode: 0o755 });
  // WHY a copy: the folder need not exist on this machine, and must not be made there.
  execFileSync("cp", ["-a", "/etc/.", etc]);
  rmSync(join(etc, "sallyport"), { recursive: true, force: true });
  writeFileSync(join(stand.path, "acme.yaml"), POLICY);
});
afterAll(() => stand?.close());

/** Runs a program that sees our folder in the place of /etc. */
function inside(command: readonly string[], input = ""): Promise<Ended> {
  const script = 'mount --make-rprivate / && mount --bind "$1" /etc && shift && exec "$@"';
  const words = ["unshare", "-m", "sh", "-c", script, "sh", etc, ...command];
  const env = { PATH: "/usr/bin:/bin", HOME: stand.home, CLAUDE_PROJECT_DIR: stand.project };
  return runProgram(words, input, { cwd: stand.project, env });
}
async function say(...args: readonly string[]): Promise<string> {
  const { stdout, stderr, code } = await inside([process.execPath, ...PROGRAM, ...args]);
  return `${code}: ${stdout}${stderr}`;
}
async function ask(command: string, id = "t1"): Promise<string> {
  const input = { command };
  const payload = preToolUse({ cwd: stand.project, tool_input: input, tool_use_id: id });
  return verdictOf(JSON.parse((await inside(stand.command, payload)).stdout));
}

describe("the managed folder of the machine", () => {
  test("a bundle is pinned, installed, judged by, refused in an older version and taken away", async (ctx) => {
    skipIfMissing(ctx, missing);
    const file = (name: string) => join(stand.path, name);
    const bundle = ["policy", "bundle"];
    const build = (version: string, policy = "acme.yaml") =>
      say(
        ...[...bundle, "build", file(policy), "--key", file("acme.key"), "--for", "90d"],
        ...["--version", version, "--out", file(`${version}.bundle`)],
      );
    expect(await ask("cat readme.txt")).not.toBe("deny");
    const made = await say(...bundle, "key", file("acme.key"), "--name", "acme-2026");
    const key = made.replace("0: ", "").trim();
    expect(key).toMatch(/^acme-2026\+[0-9a-f]{8}\+/);
    expect(await build("7")).toMatch(/^0: .*version 7/);
    const install = (version: string) =>
      say(...bundle, "install", file(`${version}.bundle`), "--yes");
    expect(await install("7")).toMatch(/^2: .*is not pinned/);
    expect(await say(...bundle, "pin", key, "--yes")).toMatch(/^0: /);
    expect(await install("7")).toMatch(/^0: /);
    expect(await ask("cat readme.txt")).toBe("deny");
    expect(await ask("rm /etc/sallyport/policy.bundle")).toBe("deny");
    expect(await ask("echo > /etc/sallyport/policy-keys")).toBe("deny");

    writeFileSync(file("mild.yaml"), POLICY.replace("verdict: deny", "verdict: ask"));
    expect(await build("6", "mild.yaml")).toMatch(/^0: /);
    expect(await install("6")).toMatch(/^2: .*older than version 7/);
    execFileSync("cp", [file("6.bundle"), join(etc, "sallyport/policy.bundle")]);
    expect(await ask("cat readme.txt")).toBe("deny");
    expect(await build("8", "mild.yaml")).toMatch(/^0: /);
    expect(await install("8")).toMatch(/^0: /);
    expect(await ask("cat readme.txt")).toBe("ask");
    const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
    const exception = `exceptions:
  - id: once
    rules: [acme/notes]
    verdict: ask
    scope: { effects: [read], paths: ["<project>/readme.txt"] }
    reason: the tests need it
    owner: ada
    approver: ada
    created: ${day(-1).slice(0, 10)}
    expires: ${day(3).slice(0, 10)}
`;
    writeFileSync(file("given.yaml"), POLICY + exception);
    expect(await build("9", "given.yaml")).toMatch(/^0: /);
    expect(await install("9")).toMatch(/^0: /);
    expect(await ask("cat readme.txt")).toBe("ask");
    expect(await ask("cat ./readme.txt", "t2")).toBe("deny");
    const data = ["--data", stand.install.directories.root];
    expect(await say("policy", "exception", "list", ...data)).toContain("used-up, used 1 of 1");
    expect(await say(...bundle, "remove", "--yes")).toMatch(/^0: /);
    expect(await ask("cat readme.txt")).not.toBe("ask");
    const log = await say("log", "tail", "-n", "40", ...data);
    for (const word of ["bundle-downgrade", "changed", "removed", "managed-once"])
      expect(log).toContain(word);
  }, 480_000);
});
