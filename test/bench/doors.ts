// What the doors cost that are no tool call: a prompt, the expansion of a command with shell lines, and a session's start among many texts.
import { join } from "node:path";
import { readInstalledHook } from "#surface/services/installation/installed-hook.ts";
import { openGuardedProject } from "../client/guarded-stand.ts";
import { preToolUse } from "../surface/daemon/daemon-stand.ts";
import { startEcho } from "./echo.ts";
import { atMost, median, type Suite } from "./figures.ts";
import { openRawClient, type RawClient } from "./raw-client.ts";

const ROUNDS = 40;
const MEMORY_FILES = 200;
const SKILLS = 100;
const SHELL_LINES = 10;
/** The daemon refuses a project that sends more than 200 events a second. */
const PAUSE_MS = 30;

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);

/** Posts the events of each door and of an echo in turns. */
export async function measureDoors(): Promise<Suite> {
  const plain = openGuardedProject({
    "readme.txt": "hello\n",
    ".claude/commands/look.md": `Look:\n${numbers(SHELL_LINES)
      .map((at) => `!\`git log -n ${at + 1} --oneline\``)
      .join("\n")}\n`,
  });
  const full = openGuardedProject(fullProject());
  const echo = await startEcho();
  const hookOf = ({ project }: { readonly project: string }) =>
    readInstalledHook(join(project, ".claude", "settings.local.json"));
  const [floor, small, large] = [
    await openRawClient({ ...echo, token: hookOf(plain).token }),
    await openRawClient(hookOf(plain)),
    await openRawClient(hookOf(full)),
  ];
  const start = (cwd: string, at: number): string =>
    event("SessionStart", cwd, { session_id: `start-${at}`, source: "startup" });
  try {
    const firstFull = await timed(large, start(full.project, 0));
    const firstPlain = await timed(small, start(plain.project, 0));
    const firstPrompt = await timed(large, prompt(full.project, 0));
    const [echoed, prompts, expanded, started, startedFull, promptsFull]: number[][] = [
      ...[[], [], [], [], [], []],
    ];
    for (const at of numbers(ROUNDS)) {
      echoed?.push(await timed(floor, prompt(plain.project, at)));
      prompts?.push(await timed(small, prompt(plain.project, at)));
      expanded?.push(await timed(small, expansion(plain.project)));
      started?.push(await timed(small, start(plain.project, at + 1)));
      startedFull?.push(await timed(large, start(full.project, at + 1)));
      promptsFull?.push(await timed(large, prompt(full.project, at)));
    }
    const of = (times: readonly number[] | undefined): number => median(times ?? []);
    return {
      method:
        `${ROUNDS} events of each kind in turns, over a connection that stays open; the floor is node's HTTPS server with a fixed answer; medians. ` +
        `The large project has ${MEMORY_FILES} files of instructions that import each other and ${SKILLS} skills.`,
      figures: [
        { name: "echo", value: of(echoed), unit: "ms" },
        { name: "prompt without mention or command", value: of(prompts), unit: "ms" },
        atMost(
          `expansion of ${SHELL_LINES} shell lines, beyond a prompt`,
          of(expanded) - of(prompts),
          "ms",
          20,
        ),
        atMost("first start among many texts, beyond none", firstFull - firstPlain, "ms", 150),
        { name: "first prompt among many texts", value: firstPrompt, unit: "ms" },
        atMost(
          "later start among many texts, beyond none",
          of(startedFull) - of(started),
          "ms",
          10,
        ),
        atMost(
          "later prompt among many texts, beyond none",
          of(promptsFull) - of(prompts),
          "ms",
          10,
        ),
      ],
    };
  } finally {
    for (const client of [floor, small, large]) client.close();
    echo.close();
    plain.close();
    full.close();
  }
}

function fullProject(): Readonly<Record<string, string>> {
  const memory = numbers(MEMORY_FILES - 1).map((at): [string, string] => [
    `docs/rules/part-${at}.md`,
    `# Part ${at}\n\nKeep functions short; see the tests of part ${at}.\n`.repeat(8),
  ]);
  const skills = numbers(SKILLS).map((at): [string, string] => [
    `.claude/skills/skill-${at}/SKILL.md`,
    `---\nname: skill-${at}\ndescription: Does step ${at}\n---\n\nBranch: !\`git branch --show-current\`\n\nDo step ${at}.\n`,
  ]);
  return {
    "readme.txt": "hello\n",
    "CLAUDE.md": `# Rules\n${memory.map(([path]) => `@${path}`).join("\n")}\n`,
    ...Object.fromEntries([...memory, ...skills]),
  };
}

const event = (hook_event_name: string, cwd: string, more: object): string =>
  preToolUse({ hook_event_name, cwd, ...more });

const prompt = (cwd: string, at: number): string =>
  event("UserPromptSubmit", cwd, { prompt: `go on with step ${at} and say what changed` });

const expansion = (cwd: string): string =>
  event("UserPromptExpansion", cwd, {
    prompt: "/look",
    command_name: "look",
    command_args: "",
    expansion_type: "slash_command",
    command_source: "projectSettings",
  });

/** Milliseconds of one event that is let through. */
async function timed(client: RawClient, body: string): Promise<number> {
  // TIME: the pace of the events is part of what is measured.
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  const startMs = performance.now();
  const answer = await client.post(body);
  const tookMs = performance.now() - startMs;
  if (/"decision":"block"|events a second/.test(answer))
    throw new Error(`not let through: ${answer.slice(0, 300)}`);
  return tookMs;
}
