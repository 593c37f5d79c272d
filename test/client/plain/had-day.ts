// One working day in the real client, with a person who answers every question with yes: without us, or as `init` leaves a project.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { runBuilt } from "../built-program.ts";
import { runClient } from "../client-run.ts";
import { clientPath } from "../machine.ts";
import { toolUseId } from "../model-stub.ts";
import { endAll, must, questionsIn, recordOf } from "../sessions/ordinary-session.ts";
import type { PlainCall, PlainDay } from "./day-text.ts";
import type { Seen } from "./sameness.ts";

/** What became of a call. `verdict` and `rules` are ours; without us there are none. */
export type HadCall = Seen & {
  readonly isAsked: boolean;
  readonly isRefused: boolean;
  readonly verdict: string | undefined;
  readonly rules: readonly string[];
};

/** How a day is had: by which client, and with us or without; for the person, the project gets no file of ours and no `.claude`. */
export type DayForm = {
  readonly client: string;
  readonly isGuarded: boolean;
  readonly isForPerson?: boolean;
};

const PERSON = fileURLToPath(new URL("../sessions/person.mjs", import.meta.url));
const DAY_MS_MAX = 900_000;
const SCRIPT_MS_MAX = 300_000;
const PERSON_MS_MAX = 20_000;
const NO_RESULT = { text: "no result", isError: true };
const UNRECORDED = { isAsked: false, isRefused: false, verdict: undefined, rules: [] } as const;

/** What every person's home holds, and what a terminal sets. */
const HOME = `git config --global user.name Ada
git config --global user.email ada@example.test
git config --global init.defaultBranch main
mkdir -p .ssh && chmod 700 .ssh && printf 'not a key\\n' > .ssh/id_ed25519
printf "alias ll='ls -alF'\\nexport EDITOR=vim\\n" > .bashrc
`;
const TERMINAL = {
  SHLVL: "1",
  USER: "ada",
  LOGNAME: "ada",
  TERM: "xterm-256color",
  EDITOR: "vim",
  PAGER: "less",
  LESS: "-R",
  COLUMNS: "120",
  LINES: "40",
};

/**
 * Has the day in \`room\`, which is emptied before and after: both ways are had in the same place, so that no path differs.
 * Throws where something before the session fails.
 */
export async function haveDay(
  day: PlainDay,
  room: string,
  { client, isGuarded, isForPerson = false }: DayForm,
): Promise<readonly HadCall[]> {
  rmSync(room, { recursive: true, force: true, maxRetries: 3 });
  const home = join(room, "home");
  const project = join(home, "work", day.kind);
  const environment = filled(day.environment, home, project);
  try {
    mkdirSync(project, { recursive: true });
    layOut(day, { room, home, project, environment });
    const place = isForPerson ? ["--scope", "user"] : [project];
    if (isGuarded) must(runBuilt({ home, client }, "init", ...place, "--yes"));
    return await sessionOf(day, { room, home, project, environment }, { client, isGuarded });
  } finally {
    if (isGuarded) runBuilt({ home }, "daemon", "stop");
    await endAll(home);
    rmSync(room, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Where a day is had. `room` is a folder for what the harness itself needs; `environment` is of the person's terminal. */
export type DayPlaces = {
  readonly room: string;
  readonly home: string;
  readonly project: string;
  readonly environment: Readonly<Record<string, string>>;
};

const shellOf = ({ home, environment }: DayPlaces): NodeJS.ProcessEnv => ({
  PATH: clientPath,
  HOME: home,
  LANG: "C.UTF-8",
  ...TERMINAL,
  ...environment,
});

/** Puts into home and project, which are there, what the day says. Throws where a script of it fails. */
export function layOut(day: PlainDay, places: DayPlaces): void {
  script(HOME + day.home, places.home, shellOf(places));
  script(day.project, places.project, shellOf(places));
}

/** Has the session of the day. Throws where it does not end. */
export async function sessionOf(
  day: PlainDay,
  places: DayPlaces,
  { client, isGuarded }: DayForm,
): Promise<readonly HadCall[]> {
  const { room, home, project } = places;
  const questions = join(room, "questions.jsonl");
  const shell = shellOf(places);
  writeFileSync(questions, "");
  writeFileSync(join(room, "refused.json"), "[]");
  const person = {
    command: process.execPath,
    args: [PERSON, questions, join(room, "refused.json")],
  };
  const servers = join(room, "mcp.json");
  writeFileSync(servers, JSON.stringify({ mcpServers: { person } }));
  const made = day.calls.flatMap((call) => (call.by === "model" ? [call] : []));
  const byPerson = new Map<PlainCall, HadCall>();
  const run = await runClient({
    projectDirectory: project,
    home,
    client,
    permissionMode: "default",
    // WHY unset: the client's own place for temporary files is a part of what a day meets.
    env: { ...TERMINAL, ...places.environment, CLAUDE_CODE_TMPDIR: undefined },
    extraArgs: ["--mcp-config", servers, "--permission-prompt-tool", "mcp__person__answer"],
    turns: [...made.map(({ use }) => [use]), "done"],
    beforeTurn: (turn) => {
      const [call] = made.slice(turn);
      const end = call === undefined ? day.calls.length : day.calls.indexOf(call);
      for (const one of day.calls.slice(0, end))
        if (one.by === "person" && !byPerson.has(one))
          byPerson.set(one, donePersonally(one.command, project, shell));
    },
    timeoutMs: DAY_MS_MAX,
  });
  if (run.timedOut) throw new Error(`${day.id}: the session did not end: ${run.stderr}`);
  const asked = questionsIn(questions);
  const recorded = isGuarded ? recordOf(home) : undefined;
  return day.calls.map((call) => {
    if (call.by === "person") return byPerson.get(call) ?? { ...UNRECORDED, ...NO_RESULT };
    const id = toolUseId(made.indexOf(call));
    const result = run.toolResults.get(id);
    return {
      text: result?.text ?? NO_RESULT.text,
      isError: result?.isError !== false,
      isAsked: asked.has(id),
      isRefused: run.wasDenied(id),
      verdict: recorded?.get(id)?.verdict,
      rules: recorded?.get(id)?.rules ?? [],
    };
  });
}

/** What a person sees who does this in a terminal beside the session. */
function donePersonally(command: string, cwd: string, env: NodeJS.ProcessEnv): HadCall {
  const words = ["--norc", "-c", command];
  const ended = spawnSync("/bin/bash", words, {
    cwd,
    env,
    encoding: "utf8",
    timeout: PERSON_MS_MAX,
  });
  return {
    ...UNRECORDED,
    text: `${ended.stdout}${ended.stderr}`,
    isError: ended.status !== 0,
  };
}

function filled(
  words: Readonly<Record<string, string>>,
  home: string,
  project: string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(words).map(([name, value]) => [
      name,
      value.replaceAll("<home>", home).replaceAll("<project>", project),
    ]),
  );
}

/** Runs a text of bash to its end. Throws what it said where it fails. */
export function script(text: string, cwd: string, env: NodeJS.ProcessEnv): void {
  const words = ["--norc", "-c", `set -e\n${text}`];
  must(spawnSync("/bin/bash", words, { cwd, env, encoding: "utf8", timeout: SCRIPT_MS_MAX }));
}

/** Programs of a day, and absolute paths of what serves it, that this machine lacks. */
export function lackedBy({ needs }: PlainDay): readonly string[] {
  return needs.filter(
    (name) => !clientPath.split(":").some((folder) => existsSync(resolve(folder, name))),
  );
}
