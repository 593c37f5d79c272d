// Answers that are remembered, asked of the daemon and of the command hook: a call that ran after a question settles it until the session ends.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runHook } from "#surface/hook/run-hook.ts";
import { compilePolicyFile, loadPack } from "#surface/services/policy/policy-source.ts";
import { preToolUse, sendTo } from "../daemon/daemon-stand.ts";
import { type HookStand, openHookStand } from "./hook-stand.ts";
import { type WholeDaemon, wholeDaemon } from "../daemon/whole-daemon.ts";

let stand: HookStand;
let daemon: WholeDaemon;

const startDaemon = () => wholeDaemon(stand);
beforeAll(async () => {
  stand = await openHookStand("http");
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", stand.project, ...args], {
      env: { PATH: process.env["PATH"], HOME: stand.home },
    });
  git("init", "-q", "-b", "main");
  git("remote", "add", "origin", "https://git.example/shop.git");
  daemon = await startDaemon();
});
afterAll(async () => {
  await daemon.stop();
  stand.close();
});

type Fields = Readonly<Record<string, unknown>>;
type Answer = {
  readonly hookSpecificOutput?: {
    readonly permissionDecision?: string;
    readonly permissionDecisionReason?: string;
    readonly updatedInput?: { readonly command?: string };
  };
};

async function runHere(payload: string): Promise<Answer> {
  const outcome = await runHook({
    args: stand.args.slice(1),
    environment: { HOME: stand.home },
    input: Readable.from([Buffer.from(payload)]),
    loadPack,
    compile: (text, file) => compilePolicyFile(text, file),
    ownPaths: [],
    version: "0.0.0",
  });
  if (outcome.kind === "refused") throw new Error(outcome.reason);
  await outcome.recorded;
  return JSON.parse(outcome.text) as Answer;
}

const TRANSPORTS = {
  daemon: async (payload: string) =>
    (await sendTo(stand.install, stand.token, payload)).json as Answer,
  hook: runHere,
} as const;

/** A session of its own over one transport. */
function sessionOver(transport: keyof typeof TRANSPORTS, id: string) {
  const transcript = join(stand.home, ".claude/projects/p", `${id}.jsonl`);
  mkdirSync(join(stand.home, ".claude/projects/p"), { recursive: true });
  writeFileSync(transcript, "{}\n");
  let calls = 0;
  const send = (fields: Fields) =>
    TRANSPORTS[transport](
      preToolUse({ session_id: id, cwd: stand.project, transcript_path: transcript, ...fields }),
    );
  const ask = async (tool: string, input: Fields, more: Fields = {}) => {
    const tool_use_id = `${id}-${(calls += 1)}`;
    const call = { tool_name: tool, tool_input: input, tool_use_id, ...more };
    const answer = (await send(call)).hookSpecificOutput;
    return {
      verdict: answer?.permissionDecision,
      reason: answer?.permissionDecisionReason ?? "",
      /** It ran, as the client says it did. */
      ran: (changed: Fields = {}) =>
        send({
          ...call,
          tool_input: { ...input, ...answer?.updatedInput, ...changed },
          hook_event_name: "PostToolUse",
          tool_response: { stdout: "", stderr: "" },
        }),
      failed: (fields: Fields = {}) =>
        send({
          ...call,
          tool_input: { ...input, ...answer?.updatedInput },
          hook_event_name: "PostToolUseFailure",
          error: "exit 1",
          ...fields,
        }),
    };
  };
  return {
    ask,
    bash: (command: string) => ask("Bash", { command }),
    start: (source = "startup") => send({ hook_event_name: "SessionStart", source }),
    end: () => send({ hook_event_name: "SessionEnd", reason: "other" }),
  };
}

const PUSH = "git push origin HEAD:feature";

describe.each(["daemon", "hook"] as const)("over the %s", (transport) => {
  let count = 0;
  const open = async () => {
    const session = sessionOver(transport, `remembered-${transport}-${(count += 1)}`);
    await session.start();
    return session;
  };

  test("the same push is asked about once, another one again", async () => {
    const session = await open();
    const first = await session.bash(PUSH);
    expect(first.verdict).toBe("ask");
    await first.ran();
    const second = await session.bash(PUSH);
    expect([second.verdict, second.reason]).toEqual([
      "allow",
      expect.stringMatching(/you said yes to this at \d\d:\d\d[\s\S]*guard\/remembered/),
    ]);
    expect((await session.bash("git push https://other.example/x.git HEAD:feature")).verdict).toBe(
      "ask",
    );
    expect((await session.bash("git push origin HEAD:other")).verdict).toBe("ask");
  });

  test("a call that failed after a yes was agreed to as well", async () => {
    const session = await open();
    await (await session.bash(PUSH)).failed();
    expect((await session.bash(PUSH)).verdict).toBe("allow");
  });

  test("a tool that is no command is remembered too", async () => {
    const session = await open();
    const fetch = { url: "https://h.example/?k=1", prompt: "p" };
    await (await session.ask("WebFetch", fetch)).ran();
    expect((await session.ask("WebFetch", fetch)).verdict).toBe("allow");
    expect((await session.ask("WebFetch", { ...fetch, url: "https://i.example/" })).verdict).toBe(
      "ask",
    );
  });

  test("a call that never ran, or was broken off, settles nothing", async () => {
    const session = await open();
    await session.bash(PUSH);
    expect((await session.bash(PUSH)).verdict).toBe("ask");
    await (await session.bash(PUSH)).failed({ is_interrupt: true });
    expect((await session.bash(PUSH)).verdict).toBe("ask");
  });

  test("what ran has to be what was asked", async () => {
    const session = await open();
    const fetch = { url: "https://j.example/", prompt: "p" };
    const asked = await session.ask("WebFetch", fetch);
    await asked.ran({ url: "https://k.example/" });
    expect((await session.ask("WebFetch", fetch)).verdict).toBe("ask");
    expect((await session.ask("WebFetch", { ...fetch, url: "https://k.example/" })).verdict).toBe(
      "ask",
    );
  });

  test("a result that comes twice, or for a call that nobody was asked about, settles nothing", async () => {
    const session = await open();
    const harmless = await session.bash("cat readme.txt");
    await harmless.ran({ command: PUSH });
    await harmless.ran({ command: PUSH });
    expect((await session.bash(PUSH)).verdict).not.toBe("allow");
  });

  test.each(["resume", "clear", "startup"])(
    "nothing is left after the session starts anew (%s)",
    async (source) => {
      const session = await open();
      await (await session.bash(PUSH)).ran();
      await session.start(source);
      expect((await session.bash(PUSH)).verdict).toBe("ask");
    },
  );

  test("a summary leaves it, the end does not", async () => {
    const session = await open();
    await (await session.bash(PUSH)).ran();
    await session.start("compact");
    expect((await session.bash(PUSH)).verdict).toBe("allow");
    await session.end();
    expect((await session.bash(PUSH)).verdict).toBe("ask");
  });

  test("another session is asked", async () => {
    const [one, other] = [await open(), await open()];
    await (await one.bash(PUSH)).ran();
    expect((await other.bash(PUSH)).verdict).toBe("ask");
  });

  test("a yes in between events of others stays", async () => {
    const session = await open();
    await (await session.bash(PUSH)).ran();
    for (let index = 0; index < 70; index += 1)
      await session.ask("Read", { file_path: join(stand.project, "readme.txt") });
    expect((await session.bash(PUSH)).verdict).toBe("allow");
  });
});

test("a daemon that starts again knows what was said yes to", async () => {
  const session = sessionOver("daemon", "remembered-restart");
  await session.start();
  await (await session.bash(PUSH)).ran();
  expect((await session.bash(PUSH)).verdict).toBe("allow");
  await daemon.stop();
  daemon = await startDaemon();
  expect((await session.bash(PUSH)).verdict).toBe("allow");
});
