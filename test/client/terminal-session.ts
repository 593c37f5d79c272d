// The real client at a terminal of its own (tmux), against the stub, in a project that may be guarded.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PinnedPackage } from "../../scripts/pinned-package.ts";
import { until } from "../until.ts";
import { findClient } from "./client-binary.ts";
import { clientPath } from "./machine.ts";
import { startModelStub, type Turn } from "./model-stub.ts";

const KEY = "sk-test-not-a-key-0123456789";
const SIZE = ["-x", "110", "-y", "44"];

export const hasTmux = spawnSync("tmux", ["-V"]).status === 0;

/** A running client. */
export type TerminalSession = {
  /** What is on the screen, without blank lines. */
  screen(): string;
  /** Waits until the screen shows it; throws with the last screen when it does not. */
  shows(text: RegExp, withinMs?: number): Promise<string>;
  /** Types a prompt and sends it. WHY again until it stands there: the client draws its box before it takes keys. */
  say(prompt: string): Promise<void>;
  /** Presses keys by their tmux names. */
  press(...keys: readonly string[]): void;
  /** All that the model was sent, as texts. */
  readonly sent: () => readonly string[];
  close(): Promise<void>;
};

/** Starts it in `project`, with `home` as its home, in mode `default`, and waits for its box. */
export async function openTerminalSession(options: {
  readonly home: string;
  readonly project: string;
  readonly turns: readonly Turn[];
  readonly mode?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A release in place of the pinned one. */
  readonly release?: PinnedPackage;
}): Promise<TerminalSession> {
  const { home, project, turns, mode = "default", env = {}, release } = options;
  const client = await findClient(undefined, release);
  if (client.kind === "missing") throw new Error(client.reason);
  const temporary = join(home, "t");
  mkdirSync(temporary, { recursive: true });
  const trust = { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true };
  writeFileSync(
    join(home, ".claude.json"),
    JSON.stringify({
      hasCompletedOnboarding: true,
      theme: "dark",
      customApiKeyResponses: { approved: [KEY.slice(-20)], rejected: [] },
      projects: { [project]: trust },
    }),
  );
  const stub = await startModelStub({ turns });
  const socket = join(temporary, "tmux");
  const tmux = (...args: readonly string[]): string =>
    execFileSync("tmux", ["-S", socket, ...args], { encoding: "utf8" });
  const variables = {
    HOME: home,
    PATH: clientPath,
    ANTHROPIC_API_KEY: KEY,
    ANTHROPIC_BASE_URL: stub.url,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    CLAUDE_CODE_TMPDIR: temporary,
    DISABLE_AUTOUPDATER: "1",
    TERM: "xterm-256color",
    LANG: "C.UTF-8",
    SHELL: "/bin/bash",
    IS_SANDBOX: "1",
    ...env,
  };
  const assigned = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const command = ["env", "-i", ...assigned, client.path, "--permission-mode", mode];
  tmux("-f", "/dev/null", "new-session", "-d", "-s", "s", "-c", project, ...SIZE, ...command);
  const screen = (): string =>
    tmux("capture-pane", "-p", "-t", "s")
      .split("\n")
      .map((line) => line.trimEnd())
      .filter((line) => line !== "")
      .join("\n");
  const session: TerminalSession = {
    screen,
    async shows(text, withinMs = 45_000) {
      let shown = "";
      const isShown = (): boolean => {
        shown = screen();
        return text.test(shown);
      };
      await until(String(text), isShown, { withinMs, everyMs: 200 }).catch((cause: unknown) => {
        throw new Error(`the terminal never showed ${String(text)}:\n${shown}`, { cause });
      });
      return shown;
    },
    async say(prompt) {
      // The client puts a space between that does not break.
      const stands = (): boolean => screen().replaceAll("\u00a0", " ").includes(`❯ ${prompt}`);
      const isTyped = (): boolean => {
        if (stands()) return true;
        session.press("C-u", prompt);
        return false;
      };
      await until(`the box shows ${prompt}`, isTyped, { withinMs: 15_000, everyMs: 700 });
      session.press("Enter");
    },
    press: (...keys) => void tmux("send-keys", "-t", "s", ...keys),
    sent: () => stub.requests.map(({ body }) => body),
    async close() {
      spawnSync("tmux", ["-S", socket, "kill-server"]);
      await stub.close();
    },
  };
  try {
    await session.shows(/❯/);
    return session;
  } catch (cause) {
    await session.close();
    throw cause;
  }
}
