// Shows what a person sees: the client in a terminal (tmux), a guarded project, a question and a refusal; `npx tsx -C source` runs it.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { guardProject } from "#surface/cli/commands/init.ts";
import { composeDaemon } from "#surface/daemon/compose.ts";
import { runDaemon } from "#surface/daemon/run-daemon.ts";
import { freshDirectory, installOn } from "../surface/daemon/daemon-stand.ts";
import { findClient } from "./client-binary.ts";
import { bash } from "./client-run.ts";
import { clientPath } from "./machine.ts";
import { startModelStub } from "./model-stub.ts";

const COLUMNS = 100;
const LINES = 40;
const KEY = "sk-test-not-a-key-0123456789";

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
const install = await installOn(data);
const quiet = { isInteractive: false, hasColour: false, confirm: async () => false };
await guardProject({
  directory: project,
  yes: true,
  data,
  environment: { HOME: room.path, PATH: clientPath },
  terminal: { print: () => undefined, warn: () => undefined, ...quiet },
});
const run = await runDaemon(
  install,
  composeDaemon(install, () => undefined, room.path),
);
if (run.kind !== "running") throw new Error("the daemon did not start");
await run.ready();
const stub = await startModelStub({
  turns: [
    bash("cat .env", { description: "Show the settings" }),
    bash("git push origin feature", { description: "Publish the branch" }),
    "Done.",
  ],
});
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
  ANTHROPIC_BASE_URL: stub.url,
  ANTHROPIC_API_KEY: KEY,
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  CLAUDE_CODE_TMPDIR: room.path,
  DISABLE_AUTOUPDATER: "1",
  TERM: "xterm-256color",
  LANG: "C.UTF-8",
  SHELL: "/bin/bash",
  IS_SANDBOX: "1",
};
const tmux = (...args: string[]): string =>
  execFileSync("tmux", ["-S", socket, ...args], { encoding: "utf8" });
const screen = (): string =>
  tmux("capture-pane", "-p", "-t", "s").replaceAll(room.path, "~").trimEnd();

async function waitFor(text: RegExp): Promise<string> {
  for (let attempt = 0; attempt < 60; attempt++) {
    const seen = screen();
    if (text.test(seen)) return seen;
    await pause(500);
  }
  throw new Error(`the terminal never showed ${String(text)}:\n${screen()}`);
}

try {
  const assigned = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const command = ["env", "-i", ...assigned, client.path, "--permission-mode", "default"];
  tmux(
    "-f",
    "/dev/null",
    "new-session",
    "-d",
    "-s",
    "s",
    "-c",
    project,
    "-x",
    String(COLUMNS),
    "-y",
    String(LINES),
    ...command,
  );
  await waitFor(/❯|> /);
  await pause(1500);
  tmux("send-keys", "-t", "s", "show the settings and publish", "Enter");
  process.stdout.write(`${await waitFor(/requires confirmation/)}\n\n=====\n\n`);
  tmux("send-keys", "-t", "s", "Escape");
  await pause(1500);
  process.stdout.write(`${screen()}\n`);
} finally {
  try {
    tmux("kill-server");
  } catch {
    // It ended with its last session.
  }
  await stub.close();
  await run.stop();
  room.remove();
}
