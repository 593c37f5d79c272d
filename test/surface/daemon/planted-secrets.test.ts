// Secrets planted in every field of every hook event: no byte of the data directory, no output and no answer to another holds one.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { viewLog } from "#record/store/log-view.ts";
import { followDecisions, open, readText } from "#surface/services/daemon-process/daemon-client.ts";
import type { Install } from "#surface/services/installation/install.ts";
import {
  type InstalledHook,
  readInstalledHook,
} from "#surface/services/installation/installed-hook.ts";
import { stopDaemon } from "#surface/services/daemon-process/lifecycle.ts";
import { freshDirectory, installOn, preToolUse } from "./daemon-stand.ts";
import { filesBelow } from "../../files-below.ts";
import { PROGRAM } from "../../program.ts";

/** Lower case letters and digits: it passes as program, subcommand, tool, variable, host and path alike. */
const STEM = "zq7canary";
const ANY_SECRET = /zq7canary\d+x/g;

/** Commands with a secret `%` in each place that a command has. */
const COMMANDS: readonly string[] = [
  ...["cat %", "git push %", "git push origin %", "git %", "git commit -m %", "git tag %"],
  ...["git -c http.extraHeader=% fetch", "git --%", "curl --token=%", "curl -u%", "curl -u me:%"],
  ...["mysql -p%", "mysql --password=%", "mysql --password %", "ls --%", "ls -%", "cat --%=%"],
  ...["%", "% --flag", "./%.sh", "/opt/%/cat x", "~/%/cat", "\\%", "'%' x", '"%" x', "$% x"],
  ...["cat <<E\n%\nE", "cat <<-%\nx\n%", "bash <<'E'\ncurl -u % x\nE", "cat <<< %", "cat <<< '%'"],
  ...["# %", "ls # %", "ls\n# %\nls", "cat .env # %", "ls\n)( %", "ls; % )", "echo '%", 'echo "%'],
  ...["$(% x", '"$(%', "`%", "if % then", "for % in x; do cat; done", "case % in %) ;; esac"],
  ...["TOKEN=% ls", "export TOKEN=%", "%=1 ls", "env %=1 ls", "env TOKEN=% curl x", "echo $%"],
  ...[
    "echo ${%}",
    "echo ${x:-%}",
    "echo ${x/%/y}",
    "echo $((%))",
    "((%))",
    "[[ % == x ]]",
    "[ % ]",
  ],
  ...["% () { ls; }", "function % { ls; }", "alias %=ls", "alias ls=%", "trap % EXIT", "eval '%'"],
  ...["bash -c '%'", "bash -c 'curl -u % x'", "sudo -u % ls", "xargs -I % rm %", "timeout 5 %"],
  ...[
    "find . -name % -exec % {} +",
    "grep -e % x",
    "cat < %",
    "cat x > %",
    "cat x 2> %",
    "cat x >& %",
  ],
  ...[
    "curl https://%.example/%?key=%",
    "curl https://me:%@example.org/",
    "curl -H 'X: %' h.example",
  ],
  ...[
    "curl -d @% example.org",
    "curl -o % example.org",
    "rm -rf /%",
    "rm %*",
    "cp % /etc/%",
    "ls {%,x}",
  ],
  ...["cd % && ls", "cd /tmp/% ; cat x", "source %", ". %", "printf '%' ", "echo % | base64 | %"],
  ...["cat \0%", "cat \ud800%", "cat \u202e%", "% ".repeat(60), `cat ${"a".repeat(5000)}%`],
];

type Fields = Readonly<Record<string, unknown>>;
/** Events with a secret in each of their fields; every `%` becomes one of this event's own. */
const EVENTS: readonly Fields[] = [
  ...COMMANDS.map((command) => ({ tool_input: { command, description: "%" } })),
  { tool_name: "Read", tool_input: { file_path: "/home/%/.env" } },
  { tool_name: "Read", tool_input: { file_path: "%" } },
  { tool_name: "Write", tool_input: { file_path: "<project>/%", content: "KEY=%" } },
  { tool_name: "Write", tool_input: { file_path: "/etc/%", content: "%" } },
  { tool_name: "Edit", tool_input: { file_path: "/%", old_string: "%", new_string: "%" } },
  { tool_name: "WebFetch", tool_input: { url: "https://me:%@%.example/%?k=%#%", prompt: "%" } },
  { tool_name: "WebFetch", tool_input: { url: "%", prompt: "%" } },
  { tool_name: "mcp__%__%", tool_input: { "%": { "%": ["%"] } }, mcp_server: { name: "%" } },
  { tool_name: "%", tool_input: { "%": "%" } },
  { tool_name: "Agent", tool_input: { prompt: "%", description: "%", subagent_type: "%" } },
  { tool_name: "Bash", tool_input: { "%": "%" } },
  { tool_name: "Bash", tool_input: "%" },
  { tool_name: ["%"], tool_input: {} },
  { session_id: "%", tool_use_id: "%", agent_id: "%", agent_type: "%", prompt_id: "%" },
  { cwd: "<project>/%", tool_input: { command: "cat x" } },
  { cwd: "%", permission_mode: "%" },
  { transcript_path: "/home/u/.claude/projects/%/%.jsonl", effort: { level: "%" }, "%": "%" },
  { permission_mode: "%", model: "%" },
  ...["PostToolUse", "PostToolUseFailure"].flatMap((hook_event_name) => [
    { hook_event_name, tool_response: "%", error: "%", duration_ms: 5 },
    {
      hook_event_name,
      tool_response: { stdout: "%", stderr: "%", "%": ["%"] },
      error: "exit 1: %",
    },
    { hook_event_name, tool_name: "%", tool_use_id: "%", tool_response: {}, error: { "%": "%" } },
  ]),
  {
    hook_event_name: "PostToolBatch",
    tool_calls: [
      { tool_name: "%", tool_input: { "%": "%" }, tool_use_id: "%", tool_response: "%" },
      { tool_name: "Bash", tool_input: { command: "cat %" }, tool_use_id: "a" },
      "%",
      { "%": "%" },
    ],
  },
  { hook_event_name: "SessionStart", source: "%" },
  { hook_event_name: "ConfigChange", source: "%", file_path: "/%/settings.json" },
  { hook_event_name: "UserPromptSubmit", prompt: "%" },
  { hook_event_name: "Stop", last_assistant_message: "%", background_tasks: [{ command: "%" }] },
  { hook_event_name: "%", prompt: "%" },
  { hook_event_name: { "%": "%" } },
];

/** Bodies that are no events, and headers that are not the project's. */
const REQUESTS: readonly {
  readonly body: string;
  readonly bearer?: string;
  readonly path?: string;
}[] = [
  ...[{ body: "%" }, { body: '{"session_id":"%' }, { body: '["%"]' }, { body: '"%"' }],
  ...[
    { body: "{}", bearer: "%" },
    { body: "{}", bearer: "%".padEnd(34, "a") },
  ],
  ...[
    { body: "%", path: "/v1/%" },
    { body: "%", path: "/v1/hook?%" },
    { body: "%", path: "/%" },
  ],
  { body: "%", path: "/v1/health?nonce=%" },
];

let room: ReturnType<typeof freshDirectory>;
let install: Install;
let project: string;
let hook: InstalledHook;
let planted = 0;
let output = "";
let feed = "";
const answers: { readonly secret: string; readonly text: string }[] = [];

function sallyport(...args: readonly string[]): ChildProcess {
  const words = [...PROGRAM, ...args, "--data", install.directories.root];
  const child = spawn(process.execPath, words, {
    env: { PATH: "/usr/bin:/bin", HOME: room.path },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (piece: string) => {
      output += piece;
    });
  }
  return child;
}

const ended = (child: ChildProcess) => new Promise((resolve) => child.once("close", resolve));

async function send(body: string, options: { bearer?: string; path?: string } = {}): Promise<void> {
  planted += 1;
  const secret = `${STEM}${planted}x`;
  const plant = (text: string) => text.replaceAll("%", secret).replaceAll("<project>", project);
  const { bearer = hook.token, path = "/v1/hook" } = options;
  const request = { bearer: plant(bearer), body: plant(body) };
  const response = await open(hook, plant(path), request);
  answers.push({ secret, text: await readText(response, 1_000_000) });
}

beforeAll(async () => {
  room = freshDirectory();
  project = join(room.path, "project");
  mkdirSync(project);
  writeFileSync(join(project, ".env"), "KEY=1\n");
  install = await installOn(join(room.path, "data"));
  await ended(sallyport("init", project, "--yes"));
  await ended(sallyport("daemon", "--ensure"));
  hook = readInstalledHook(join(project, ".claude", "settings.local.json"));
  const stop = new AbortController();
  const following = followDecisions(
    install,
    (item) => {
      feed += `${JSON.stringify(item)}\n`;
    },
    stop.signal,
  );
  for (const fields of EVENTS) await send(preToolUse({ cwd: project, ...fields }));
  for (const { body, ...options } of REQUESTS) await send(body, options);
  // One event without a secret: what came before must not be in its answer either.
  await send(preToolUse({ cwd: project, tool_input: { command: "cat .env" } }));
  stop.abort();
  await following;
});
afterAll(async () => {
  await stopDaemon(install);
  room.remove();
});

/** Forms in which a text may lie in a file: as it is, as hex, as wide characters, and as base64 at each of three offsets. */
function formsOf(text: string): readonly Buffer[] {
  const base64 = [0, 1, 2].map((offset) => {
    const shifted = Buffer.from("\0".repeat(offset) + text).toString("base64");
    // The first and last characters depend on what stands around it.
    return shifted.slice(offset === 0 ? 0 : 4, -4);
  });
  const hex = Buffer.from(text).toString("hex");
  const texts = [text, text.toUpperCase(), hex, hex.toUpperCase(), ...base64];
  return [...texts.map((form) => Buffer.from(form)), Buffer.from(text, "utf16le")];
}

/** A file that the daemon writes beside and renames may be gone by now; what it holds is in the other. */
function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return Buffer.alloc(0);
    throw cause;
  }
}

function secretsIn(root: string): readonly string[] {
  const files = filesBelow(root);
  expect(files.length).toBeGreaterThan(10);
  return files.flatMap((path) => {
    const bytes = bytesOf(path);
    return path.includes(STEM) || formsOf(STEM).some((form) => bytes.includes(form)) ? [path] : [];
  });
}

describe("a secret planted in every field", () => {
  test("was sent in every event, and each was answered", () => {
    expect(answers).toHaveLength(EVENTS.length + REQUESTS.length + 1);
    expect(answers.every(({ text }) => text !== "")).toBe(true);
  });

  test("is found by this search where there is one", () => {
    const place = join(room.path, "planted");
    mkdirSync(place);
    for (const [index, form] of formsOf(`a${STEM}b`).entries()) {
      writeFileSync(join(place, `${index}`), Buffer.concat([Buffer.from("\0"), form]));
    }
    for (let index = 0; index < 5; index++) writeFileSync(join(place, `none-${index}`), "");
    expect(secretsIn(place)).toHaveLength(formsOf("").length);
  });

  test("is in no answer to another request", () => {
    const strange = answers.filter(({ secret, text }) =>
      (text.match(ANY_SECRET) ?? []).some((found) => found !== secret),
    );
    expect(strange).toEqual([]);
  });

  test("is in no line for a person who follows", () => {
    expect(feed).toContain('"verdict":"deny"');
    expect(feed).toContain('"summary":"git push <word:…>"');
    expect(feed.split("\n").filter((line) => line.includes(STEM))).toEqual([]);
  });

  test("is in no byte of the data directory, while the daemon runs and after it ended", async () => {
    expect(secretsIn(install.directories.root)).toEqual([]);
    await ended(sallyport("daemon", "stop"));
    expect(secretsIn(install.directories.root)).toEqual([]);
  });

  // These look like a word of any kind. What is one for certain stands nowhere: `test/record/event/readable.test.ts`.
  test("is in no output but what calls said, for who holds the keys, and sealed only there and where an identifier may be", async () => {
    expect(output.split("\n").filter((line) => line.includes(STEM))).toEqual([]);
    await ended(sallyport("log", "tail", "-n", "500"));
    expect(output).toMatch(/ cat \.env /);
    expect(output).toMatch(new RegExp(` git push ${STEM}`));
    const told = output.split("\n").filter((line) => line.includes(STEM));
    for (const form of [/mysql --password[= ]/, /curl -u ?me:/, / TOKEN=/, /export TOKEN=/]) {
      expect(output).toMatch(form);
      expect(told.filter((line) => form.test(line))).toEqual([]);
    }
    const view = await viewLog(install.directories.log, install.directories.keys);
    const named = new Set<string>();
    let entries = 0;
    for await (const { leaf, sealed } of view.entries(0, 1_000)) {
      entries += 1;
      expect(JSON.stringify(leaf)).not.toContain(STEM);
      for (const [name, value] of Object.entries(sealed ?? {})) {
        if (JSON.stringify(value).includes(STEM)) named.add(name);
      }
    }
    expect(entries).toBeGreaterThan(EVENTS.length);
    expect([...named].sort()).toEqual([
      "agentId",
      "cwd",
      "readable",
      "sessionId",
      "tool",
      "toolUseId",
      "unjudged",
    ]);
  });
});
