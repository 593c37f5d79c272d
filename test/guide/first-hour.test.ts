// Every command of the guide's first hour, pasted as it stands, in the order of the page; in the client's place its hook is called.
import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { open, readText } from "#surface/services/daemon-process/daemon-client.ts";
import { type Install, readInstall } from "#surface/services/installation/install.ts";
import { readInstalledHook } from "#surface/services/installation/installed-hook.ts";
import { stopDaemon } from "#surface/services/daemon-process/lifecycle.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import { freshDirectory, installOn, preToolUse } from "../surface/daemon/daemon-stand.ts";
import { finish, hasScript } from "../surface/cli/typed.ts";
import { PROGRAM } from "../program.ts";

const PAGE = fileURLToPath(new URL("../../docs/guide/first-hour.md", import.meta.url));
const BLOCKS = [...readFileSync(PAGE, "utf8").matchAll(/^```sh\n(.*?)\n```$/gms)].map(
  ([, command = ""]) => command,
);

let room: ReturnType<typeof freshDirectory>;
let install: Install;
const project = () => join(room.path, "first-hour");
const data = () => join(room.path, ".local", "share", "sallyport");

beforeAll(async () => {
  room = freshDirectory();
  mkdirSync(data(), { recursive: true, mode: 0o700 });
  install = await installOn(data());
  mkdirSync(join(room.path, "bin"));
  const program = join(room.path, "bin", "sallyport");
  const words = [process.execPath, ...PROGRAM].map((word) => `'${word}'`).join(" ");
  writeFileSync(program, `#!/bin/sh\nexec ${words} "$@"\n`);
  chmodSync(program, 0o755);
});
afterAll(async () => {
  const found = readInstall(directoriesIn(data())) ?? install;
  await stopDaemon(found);
  room.remove();
});

/** Pastes a command at a terminal of its own; takes the default of each question, and says yes where the default is no. */
async function paste(command: string): Promise<{ readonly code: number | null; text: string }> {
  const env = { PATH: `${join(room.path, "bin")}:/usr/bin:/bin`, HOME: room.path, TERM: "dumb" };
  const line = `bash -c '${command.replaceAll("'", "'\\''")}'`;
  const child = spawn("script", ["-qec", line, "/dev/null"], { env, cwd: room.path });
  let answered = 0;
  const { code, text } = await finish(child, (seen) => {
    const prompts = [...seen.matchAll(/\(Enter takes \w+\):|\[Y\/n\/d\]|\[y\/N\/d\]/g)];
    for (const [prompt] of prompts.slice(answered)) {
      answered += 1;
      child.stdin.write(prompt === "[y/N/d]" ? "y\r" : "\r");
    }
  });
  child.stdin.end();
  return { code, text: text.replaceAll("\r\n", "\n") };
}

/** What the client would be told about the two things that the page asks it for. */
async function session(): Promise<readonly string[]> {
  const hook = readInstalledHook(join(project(), ".claude", "settings.local.json"));
  const decisions: string[] = [];
  for (const command of ["cat .env", "npm publish"]) {
    const id = `call-${Math.floor(performance.now() * 1_000)}`;
    const call = { cwd: project(), tool_use_id: id, tool_input: { command } };
    const reply = await open(hook, "/v1/hook", { bearer: hook.token, body: preToolUse(call) });
    const text = await readText(reply, 100_000);
    decisions.push(/"permissionDecision":"(\w+)"/.exec(text)?.[1] ?? "none");
  }
  return decisions;
}

/** What each command is to end with, in the order of the page. */
const EXPECTED: readonly {
  readonly code?: number;
  readonly says?: RegExp;
  readonly is?: string;
}[] = [
  {},
  { says: /Observe .*first-hour[\s\S]*observed: .*daemon runs[\s\S]*next: type `claude`/ },
  { is: "none none" },
  { says: /would be refused +1 {3}50 per hundred calls[\s\S]*next: `sallyport init .* --enforce`/ },
  { says: /Guard .*first-hour[\s\S]*guarded: .*daemon runs/ },
  { is: "deny ask" },
  { says: /secrets\/read|publish/ },
  { says: /refused/ },
  { says: /\(observed\)[\s\S]*deny +Bash/ },
  { says: /whole|verified|ok/i },
  { says: /^in force/m },
  { says: /Take .*first-hour out of guard[\s\S]*no longer guarded/ },
];

describe("the guide's first hour", () => {
  test("has an expectation for each command", () => {
    expect(BLOCKS).toHaveLength(EXPECTED.length);
    expect(BLOCKS.join("\n")).not.toMatch(/<[A-Z]+>|\.\.\./);
  });
  for (const [place, command] of BLOCKS.entries())
    test(`\`${command}\``, async (ctx) => {
      if (!hasScript) ctx.skip("`script` is not on PATH");
      const { code = 0, says, is } = EXPECTED[place] ?? {};
      if (command.endsWith("claude")) {
        expect((await session()).join(" ")).toBe(is);
        return;
      }
      const outcome = await paste(command);
      expect(outcome).toMatchObject({ code, text: expect.stringMatching(says ?? /^/) });
      if (!command.includes("uninstall")) return;
      expect(readdirSync(project()).toSorted()).toEqual([".env", ".git"]);
      expect(existsSync(join(data(), "log"))).toBe(true);
    });
});
