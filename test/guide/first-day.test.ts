// The newcomer's path of the guide, pasted as it stands: an empty home, the packed program installed by npm, the real client; what the page shows is what comes out.
import { spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
} from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { userInfo } from "node:os";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findClient } from "../client/client-binary.ts";
import { bash, runClient } from "../client/client-run.ts";
import { toolUseId } from "../client/model-stub.ts";
import { npmSetting, type Packed, packProduct } from "../package/packed.ts";
import { skipIfMissing } from "../skipping.ts";
import { finish, hasScript } from "../surface/cli/typed.ts";
import { freshDirectory } from "../surface/daemon/daemon-stand.ts";
import { pageBlocks, shownFault, steady } from "./shown-output.ts";

/** WHY so long: npm installs, and the real client has a session. */
const WHOLE_MS = 300_000;
const PAGE = fileURLToPath(new URL("../../docs/guide/first-day.md", import.meta.url));
const BLOCKS = pageBlocks(readFileSync(PAGE, "utf8"));

let room: ReturnType<typeof freshDirectory>;
let packed: Packed;
let missing: string | undefined;
/** Set once a command did not end as the page says: what comes after it stands on it. */
let stopped: string | undefined;
const home = () => join(room.path, "home");
const project = () => join(home(), "first-day");

function environment(): NodeJS.ProcessEnv {
  const passed = ["NODE_EXTRA_CA_CERTS", "npm_config_registry", "https_proxy"];
  return {
    ...Object.fromEntries(passed.map((name) => [name, process.env[name]])),
    // What a person's npm is set to: programs go into a folder of their own, and the files with the machine's registry are read.
    npm_config_prefix: join(room.path, "npm"),
    npm_config_cache: join(room.path, "cache"),
    npm_config_userconfig: npmSetting("userconfig"),
    npm_config_update_notifier: "false",
    // WHY: it lies below the prefix, which is another one here.
    npm_config_globalconfig: npmSetting("globalconfig"),
    PATH: [
      join(room.path, "npm", "bin"),
      join(room.path, "bin"),
      ...[dirname(process.execPath), "/usr/bin", "/bin"],
    ].join(delimiter),
    HOME: home(),
    TERM: "dumb",
    LANG: "C.UTF-8",
  };
}

beforeAll(async () => {
  room = freshDirectory();
  for (const name of ["home", "bin", "downloads"]) mkdirSync(join(room.path, name));
  // WHY: npm takes the nearest folder above that has one for the project.
  mkdirSync(join(room.path, "downloads", "node_modules"));
  const client = await findClient();
  if (client.kind === "missing") missing = client.reason;
  else symlinkSync(client.path, join(room.path, "bin", "claude"));
  if (!hasScript) missing = "`script` is not on PATH";
  packed = packProduct();
  copyFileSync(packed.tarball, join(room.path, "downloads", basename(packed.tarball)));
}, WHOLE_MS);
afterAll(async () => {
  if (existsSync(join(room.path, "npm", "bin", "sallyport"))) await paste("sallyport daemon stop");
  packed.remove();
  room.remove();
}, WHOLE_MS);

/** Pastes a command at a terminal of its own, in the folder with the packed file; takes the default of each question, and says yes where it is no. */
async function paste(command: string): Promise<{ readonly code: number | null; text: string }> {
  const child = spawn(
    "script",
    ["-qec", `bash -c '${command.replaceAll("'", "'\\''")}'`, "/dev/null"],
    {
      env: environment(),
      cwd: join(room.path, "downloads"),
    },
  );
  let answered = 0;
  const { code, text } = await finish(child, (seen) => {
    const prompts = [
      ...seen.matchAll(
        /\(Enter takes \w+\):|\[Y\/n(?:\/d)?\]|\[y\/N(?:\/d)?\]|type `?(\w+)`? to go on:/g,
      ),
    ];
    for (const [prompt, word] of prompts.slice(answered)) {
      answered += 1;
      child.stdin.write(
        word === undefined ? (prompt.startsWith("[y") ? "y\r" : "\r") : `${word}\r`,
      );
    }
  });
  child.stdin.end();
  // What a line says while it is worked on, it takes back by itself.
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  return { code, text: lines.map((line) => line.replace(/^.*\u001B\[K/, "")).join("\n") };
}

/** The session of the page: the real client in that project and that home, with a scripted model in place of the person's words. */
async function session(): Promise<void> {
  const run = await runClient({
    home: home(),
    projectDirectory: project(),
    timeoutMs: 120_000,
    client: join(room.path, "bin", "claude"),
    turns: [bash("cat .env"), bash("curl https://api.shop.example/health"), "I could not."],
  });
  expect(run.wasDenied(toolUseId(0)), "reading .env is refused").toBe(true);
  expect(run.toolResults.get(toolUseId(0))?.text).toContain("sallyport: refused.");
  // Nobody sits at this session, so what is a question is not run either.
  expect(run.wasDenied(toolUseId(1)), "asking a host that nobody listed is a question").toBe(true);
}

/** Commands that do not end with 0, with what their code means. */
const CODES: Readonly<Record<string, number>> = {
  // A finding at or above `high`.
  "cd ~/first-day && sallyport audit": 1,
  // Something became milder, as it was meant.
  "sallyport policy diff team ~/first-policy.yaml": 1,
};

describe.sequential("the guide's first day", () => {
  test("has commands that can be pasted, and shows what most of them print", () => {
    expect(BLOCKS.length).toBeGreaterThan(20);
    expect(BLOCKS.map(({ command }) => command).join("\n")).not.toMatch(/<[A-Z]+>|\.\.\./);
    const shown = BLOCKS.filter((block) => block.shown !== undefined && block.shown !== "...");
    expect(shown.length).toBeGreaterThan(15);
  });
  test("a page that shows what does not come out is found", () => {
    expect(shownFault("a\n...\nc", "a\nb\nc\n")).toBeUndefined();
    expect(shownFault("a\n...\nd", "a\nb\nc\n")).toContain("`d` did not come out");
    expect(shownFault("b\n...", "a\nb\nc\n")).toContain("`b` did not come out");
    expect(shownFault("a", "a\nb\n")).toContain("leaves out `b`");
    expect(steady("port 1234, in 3 ms at 2026-11-26T14:46:02.192Z")).toBe("port N, in N s at TIME");
  });
  for (const { command, shown } of BLOCKS)
    test(`\`${command.split("\n")[0]}\``, { timeout: WHOLE_MS }, async (ctx) => {
      skipIfMissing(ctx, missing);
      expect(stopped, "an earlier command of the page did not end as it says").toBeUndefined();
      stopped = command;
      if (command.endsWith("claude")) {
        await session();
        stopped = undefined;
        return;
      }
      const { code, text } = await paste(command);
      if (process.env["SALLYPORT_SHOW"] === "1") process.stderr.write(`\n$ ${command}\n${text}`);
      const actual = steady(text, home(), userInfo().username);
      expect(code, actual).toBe(CODES[command] ?? 0);
      stopped = undefined;
      if (shown !== undefined) expect(shownFault(steady(shown), actual)).toBeUndefined();
    });
  test("afterwards the project is as it was, and nothing of sallyport is left", (ctx) => {
    skipIfMissing(ctx, missing);
    expect(stopped).toBeUndefined();
    expect(readdirSync(project()).toSorted()).toEqual([".env", ".git"]);
    expect(existsSync(join(home(), ".local", "share", "sallyport"))).toBe(false);
    expect(existsSync(join(room.path, "npm", "bin", "sallyport"))).toBe(false);
  });
});
