// Shows what a person sees of a guarded project in the client's terminal (tmux), scene by scene; `--write` puts it into the guide.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { guardProject } from "#surface/cli/guard/guard-project.ts";
import { composeDaemon } from "#surface/daemon/compose.ts";
import { daemonStatus, stopDaemon } from "#surface/services/daemon-process/lifecycle.ts";
import { runDaemon } from "#surface/daemon/run-daemon.ts";
import { freshDirectory, installOn } from "../surface/daemon/daemon-stand.ts";
import { findClient } from "./client-binary.ts";
import { bash } from "./client-run.ts";
import { clientPath } from "./machine.ts";
import { startModelStub, type Turn } from "./model-stub.ts";
import { terminalPicture } from "./terminal-picture.ts";
import { until } from "../until.ts";
import { silent } from "../surface/silent-terminal.ts";

const COLUMNS = 100;
const LINES = 40;
const PROMPT = "look around and publish";
const guide = fileURLToPath(new URL("../../docs/guide/", import.meta.url));
const KEY = "sk-test-not-a-key-0123456789";

const root = fileURLToPath(new URL("../..", import.meta.url));
const node = (...args: string[]): void =>
  void execFileSync(process.execPath, args, {
    cwd: root,
    env: { ...process.env, HOME: room.path, SALLYPORT_HOME: data },
    stdio: "ignore",
  });
const client = await findClient();
if (client.kind === "missing") throw new Error(client.reason);
const room = freshDirectory();
const project = join(room.path, "shop");
const socket = join(room.path, "tmux");
mkdirSync(project);
writeFileSync(join(project, ".env"), "KEY=not-a-secret\n");
writeFileSync(join(project, "CLAUDE.md"), "Be brief.\n");
const git = (...args: string[]): void =>
  void execFileSync("git", ["-C", project, ...args], { stdio: "ignore" });
git("init", "-q", "-b", "feature");
git("remote", "add", "origin", "https://git.example/shop.git");
const data = join(room.path, "data");
// WHY: the hooks start the built program, which must be as new as the daemon of this process.
node(join(root, "scripts/bootstrap.mjs"), "--build");
const install = await installOn(data);
await guardProject({
  directory: project,
  yes: true,
  data,
  environment: { HOME: room.path, PATH: clientPath },
  terminal: silent,
});
const run = await runDaemon(
  install,
  composeDaemon(install, () => undefined, room.path),
);
if (run.kind !== "running") throw new Error("the daemon did not start");
const { stop } = run;
await run.ready();
writeFileSync(
  join(room.path, ".claude.json"),
  JSON.stringify({
    hasCompletedOnboarding: true,
    theme: "dark",
    customApiKeyResponses: { approved: [KEY.slice(-20)], rejected: [] },
    projects: { [project]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true } },
  }),
);
const environment = {
  HOME: room.path,
  PATH: clientPath,
  ANTHROPIC_API_KEY: KEY,
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  CLAUDE_CODE_TMPDIR: room.path,
  DISABLE_AUTOUPDATER: "1",
  TERM: "xterm-256color",
  LANG: "C.UTF-8",
  SHELL: "/bin/bash",
  IS_SANDBOX: "1",
};

/** One thing that a person may see. `before` happens before the session, `meanwhile` before its prompt; `until` is on the screen at the end. */
type Scene = {
  readonly name: string;
  readonly turns: readonly Turn[];
  readonly before?: () => void;
  readonly meanwhile?: () => void | Promise<void>;
  /** Happens when the prompt was sent, before the model answers. */
  readonly beforeTurn?: () => void | Promise<void>;
  readonly until: RegExp;
};

const settings = join(project, ".claude", "settings.local.json");
const SCENES: readonly Scene[] = [
  {
    name: "quiet",
    turns: [
      bash("ls && cat CLAUDE.md", { description: "Look around" }),
      bash("git status --short", { description: "See what changed" }),
      "All is well.",
    ],
    until: /All is well/,
  },
  {
    name: "question",
    turns: [bash("git push origin feature", { description: "Publish the branch" }), "Done."],
    until: /requires confirmation/,
  },
  {
    name: "refusal",
    turns: [bash("cat .env", { description: "Show the settings" }), "I may not read that file."],
    until: /I may not/,
  },
  {
    name: "held",
    turns: [bash("touch notes.txt", { description: "Make a file" }), "The session is held."],
    before: () => {
      const text = readFileSync(settings, "utf8");
      const altered = Object(JSON.parse(text));
      altered.hooks = Object.fromEntries(
        Object.entries(Object(altered.hooks)).filter(([event]) => event !== "ConfigChange"),
      );
      writeFileSync(settings, JSON.stringify(altered, null, 2));
      restoring = () => writeFileSync(settings, text);
    },
    until: /session is held\./,
  },
  {
    name: "no-daemon",
    turns: [bash("ls", { description: "Look around" }), "Nothing ran."],
    beforeTurn: endDaemon,
    until: /hook stopped/,
  },
  {
    name: "revived",
    turns: ["It goes on."],
    meanwhile: async () => {
      // The session's start brings one up.
      const isUp = async () => (await daemonStatus(install.directories)).state === "running";
      await until("a daemon runs", isUp, { everyMs: 200 });
      await endDaemon();
    },
    until: /blocked by hook/,
  },
];
/** Ours, or the one that a session started after it. */
async function endDaemon(): Promise<void> {
  await stop();
  await stopDaemon(install);
}
let restoring: () => void = () => undefined;

const tmux = (...args: string[]): string =>
  execFileSync("tmux", ["-S", socket, ...args], { encoding: "utf8" });
const screen = (...options: string[]): readonly string[] =>
  tmux("capture-pane", "-p", ...options, "-t", "s")
    .replaceAll(room.path, "~")
    .replaceAll(/\(process \d+\)/g, "(process PID)")
    .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT")
    .split("\n");

async function waitFor(text: RegExp): Promise<void> {
  let shown = "";
  const isShown = (): boolean => {
    shown = screen().join("\n");
    return text.test(shown);
  };
  await until(String(text), isShown, { withinMs: 45_000, everyMs: 500 }).catch((cause: unknown) => {
    throw new Error(`the terminal never showed ${String(text)}:\n${shown}`, { cause });
  });
}

/** From the first word of ours, or the person's, to the box for the next ones and the client's own remark on the time. */
function cut(plain: readonly string[]): { readonly from: number; readonly to: number } {
  const from = plain.findIndex(
    (line) =>
      line.includes("sallyport:") ||
      line.includes("operation blocked by hook") ||
      line.includes(`❯ ${PROMPT}`),
  );
  const rest = plain.findIndex(
    (line, at) =>
      at > from &&
      (/^(?:✻|\s+◐) /.test(line) ||
        (/^─{20,}/.test(line) && plain[at + 1]?.startsWith("❯") === true)),
  );
  let to = rest === -1 ? plain.length : rest;
  while (to > from && (plain[to - 1] ?? "").trim() === "") to -= 1;
  return { from: Math.max(from, 0), to };
}

async function play(scene: Scene, program: string): Promise<void> {
  const stub = await startModelStub({
    turns: scene.turns,
    beforeTurn: (turn) => (turn === 0 ? scene.beforeTurn?.() : undefined),
  });
  try {
    scene.before?.();
    const variables = { ...environment, ANTHROPIC_BASE_URL: stub.url };
    const assigned = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
    const command = ["env", "-i", ...assigned, program, "--permission-mode", "default"];
    const size = ["-x", String(COLUMNS), "-y", String(LINES)];
    tmux("-f", "/dev/null", "new-session", "-d", "-s", "s", "-c", project, ...size, ...command);
    await waitFor(/❯|> /);
    // TIME: the client draws its box before it takes keys, and shows no difference.
    await pause(2500);
    await scene.meanwhile?.();
    tmux("send-keys", "-t", "s", PROMPT, "Enter");
    await waitFor(scene.until);
    // TIME: the lines below the one that was waited for are drawn a moment later.
    await pause(1500);
    const plain = screen();
    const { from, to } = cut(plain);
    const text = plain.slice(from, to).map((line) => line.trimEnd());
    process.stdout.write(`===== ${scene.name}\n${text.join("\n")}\n\n`);
    if (process.argv.includes("--write")) write(scene.name, text, screen("-e").slice(from, to));
  } finally {
    restoring();
    try {
      tmux("kill-server");
    } catch {
      // It ended with its last session.
    }
    await stub.close();
  }
}

/** Puts the text behind its mark in the guide, and the picture beside the guide. */
function write(name: string, text: readonly string[], coloured: readonly string[]): void {
  mkdirSync(join(guide, "images"), { recursive: true });
  writeFileSync(join(guide, "images", `${name}.svg`), terminalPicture(coloured));
  const file = join(guide, "what-people-see.md");
  const page = readFileSync(file, "utf8");
  const mark = `<!-- ${name} -->\n\`\`\`\n`;
  const start = page.indexOf(mark);
  if (start === -1) throw new Error(`${file} has no place for \`${name}\``);
  const end = page.indexOf("\n```\n", start + mark.length - 1);
  writeFileSync(file, `${page.slice(0, start)}${mark}${text.join("\n")}${page.slice(end)}`);
}

try {
  const only = process.argv.slice(2).filter((word) => !word.startsWith("--"));
  for (const scene of SCENES)
    if (only.length === 0 || only.includes(scene.name)) await play(scene, client.path);
} finally {
  // The last prompt may be starting one still.
  await until("nothing runs and the folder is gone", async () => {
    await endDaemon();
    try {
      room.remove();
      return true;
    } catch {
      return false;
    }
  });
}
