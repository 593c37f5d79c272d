// An ordinary session as a person has it: the project as `init` leaves it, the real client, a person who answers questions, and what became of each action.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildProgram, runBuilt } from "../built-program.ts";
import { sessionProcesses } from "../client-process.ts";
import { type ClientRun, type ClientRunOptions, runClient } from "../client-run.ts";
import { clientPath } from "../machine.ts";
import { type ToolUse, toolUseId } from "../model-stub.ts";
import { WHY_NOT_HELD } from "../../holding.ts";

/**
 * What a reasonable person expects of an action: it runs unasked, is asked about, or is refused. `edits`: it runs unasked but in
 * the client's mode `default`, in which the client itself asks about each edit. `asks-unheld`: it runs code that only a hold
 * by the kernel makes harmless, so without one there is a question, and with one there is none.
 */
export type Expectation = "runs" | "edits" | "asks" | "asks-unheld" | "refused";

/** One thing that the agent does. */
export type Action = {
  /** A Bash command, or a call of another tool. */
  readonly call: string | ToolUse;
  readonly expect: Expectation;
  /** What the result shows when it ran. */
  readonly shows?: RegExp;
  /** It ends with another status than 0, as it should. */
  readonly fails?: true;
  /** A Bash command that goes on while the next actions run. */
  readonly isBackground?: true;
  /**
   * What becomes of it yet, against what is expected; a test fails once that is mended, so that the list stays true.
   * `asks-by-command`: where the command hook judges by itself, which makes no copies.
   */
  readonly yet?: "asks" | "asks-unheld" | "asks-by-command";
  /** The person says no. Questions are answered with yes otherwise. */
  readonly isRefusedByPerson?: true;
};

/** A kind of project with the ordinary work in it. `<project>` and `<outside>` are filled in calls and files. */
export type OrdinaryProject = {
  readonly name: string;
  /** Programs on the client's PATH without which nothing of it runs. */
  readonly programs: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  /** Files of the home, beside those that every person has. */
  readonly homeFiles?: Readonly<Record<string, string>>;
  /** A shell script run in the project before the client starts, as the person did it: installs, a virtual environment. */
  readonly before?: string;
  readonly actions: readonly Action[];
  readonly subAgents?: ReadonlyMap<string, readonly Action[]>;
  /** Commands of the actions of which `sallyport explain` says afterwards what the session was told. */
  readonly explained?: readonly string[];
};

/** How the session is had. */
export type SessionForm = {
  readonly mode: string;
  readonly transport: "http" | "command";
  readonly shell: "bash" | "zsh";
  readonly client?: string;
};

/** What became of an action. */
export type Outcome = {
  readonly action: Action;
  readonly loop: string;
  readonly ended: "ran" | "asked-and-ran" | "asked-and-stopped" | "refused" | "failed";
  /** What the guard answered, and the rule that decided. */
  readonly verdict: string;
  readonly rules: readonly string[];
  /** Its effects by kind, as the record counts them. */
  readonly effects: string;
  /** What the model saw, and whether as an error: of a command that ran, that its status was not 0. */
  readonly text: string;
  readonly isError: boolean;
};

/** Whether commands of the sessions run held, so that code of the project needs no question. */
const IS_HELD = WHY_NOT_HELD === undefined;

const REMEMBERED = "guard/remembered";

/** Whether an action ended as a reasonable person expects, or as is known that it does yet. */
export function isAsExpected(
  { action, ended, verdict, rules }: Outcome,
  { mode, transport }: SessionForm,
): boolean {
  const isAsked = ended === "asked-and-ran" || ended === "asked-and-stopped";
  if (action.yet === "asks" || (action.yet === "asks-unheld" && !IS_HELD)) return isAsked;
  if (action.yet === "asks-by-command" && transport === "command") return isAsked;
  const isCommand = typeof action.call === "string";
  switch (action.expect) {
    case "runs":
      return ended === "ran";
    case "edits":
      // WHY a held command in every mode: the client asks nothing about its own sandbox's commands either.
      return mode === "default" && !(isCommand && IS_HELD)
        ? isAsked && verdict === "abstain"
        : ended === "ran";
    case "asks-unheld":
      // What brings packages needs hosts, and is asked about where calls are held too.
      if (IS_HELD && !rules.some((rule) => rule.includes("/install/"))) return ended === "ran";
      // One yes to the project's code counts for its other tests, builds and linters.
      return (isAsked && verdict === "ask") || (ended === "ran" && rules.includes(REMEMBERED));
    case "asks":
      return isAsked && verdict === "ask";
    case "refused":
      return ended === "refused" && verdict === "deny";
    default:
      return action.expect satisfies never;
  }
}

/** Whether an action that ran did what it should: its status, and what the model saw of it. */
export function didWhatItShould({ action, ended, text, isError }: Outcome): boolean {
  const didRun = ended === "ran" || ended === "asked-and-ran";
  if (!didRun) return true;
  return isError === (action.fails === true) && action.shows?.test(text) !== false;
}

/** Milliseconds after which the client is ended, on a machine that is busy with other tests. */
const SESSION_MS_MAX = 300_000;

const PERSON = fileURLToPath(new URL("person.mjs", import.meta.url));

/** What a person's home holds when they open a terminal: the start-up file of Debian, in essence, and their name for git. */
const HOME_FILES: Readonly<Record<string, string>> = {
  ".ssh/id_ed25519": "not a key\n",
  ".gitconfig":
    "[user]\n\tname = Ada\n\temail = ada@example.test\n[init]\n\tdefaultBranch = main\n",
  ".bashrc":
    "case $- in *i*) ;; *) ;; esac\nHISTCONTROL=ignoreboth\nshopt -s checkwinsize\nalias ls='ls --color=auto'\nalias grep='grep --color=auto'\nalias ll='ls -alF'\nexport EDITOR=vim\n",
  ".zshrc":
    "setopt autocd\nalias ll='ls -alF'\nalias grep='grep --color=auto'\nexport EDITOR=vim\n",
};

/** What a terminal gives every program beside what the harness sets. */
const TERMINAL = {
  SHLVL: "1",
  USER: "ada",
  LOGNAME: "ada",
  TERM: "xterm-256color",
  COLORTERM: "truecolor",
  EDITOR: "vim",
  PAGER: "less",
  LESS: "-R",
  XDG_SESSION_TYPE: "tty",
  SSH_AUTH_SOCK: "<home>/.ssh/agent.sock",
  LS_COLORS: "di=01;34:ln=01;36",
};

/** A session that was had. */
export type HadSession = {
  readonly outcomes: readonly Outcome[];
  readonly run: ClientRun;
  /** What `sallyport explain` says afterwards of the commands in `explained`, and what the session was told of them. */
  readonly explanations: readonly {
    readonly command: string;
    readonly says: string;
    readonly told: string;
  }[];
};

type Stand = {
  readonly root: string;
  readonly home: string;
  readonly project: string;
  readonly questions: string;
  readonly refused: string;
};

type Planned = { readonly action: Action; readonly loop: string; readonly id: string };

/** Runs the session and tells what became of each action, in order. Throws where a step before it fails. */
export async function runOrdinarySession(
  kind: OrdinaryProject,
  form: SessionForm,
): Promise<HadSession> {
  const root = realpathSync(mkdtempSync(join(sessionsFolder(), "session-")));
  const home = join(root, "home");
  const stand: Stand = {
    root,
    home,
    project: join(home, "work", kind.name),
    questions: join(root, "questions.jsonl"),
    refused: join(root, "refused.json"),
  };
  try {
    layOut(stand, kind);
    must(buildProgram(home));
    must(runBuilt({ home }, "init", stand.project, "--yes", "--transport", form.transport));
    const all = planned(kind);
    const isRefused = ({ action }: Planned) => action.isRefusedByPerson === true;
    writeFileSync(stand.questions, "");
    writeFileSync(stand.refused, JSON.stringify(all.filter(isRefused).map(({ id }) => id)));
    const run = await runClient(clientOptions(stand, kind, form));
    const asked = questionsIn(stand.questions);
    const recorded = recordOf(home);
    const outcomes = all.map((one) => outcomeOf(one, { run, asked, recorded }));
    return { run, outcomes, explanations: explain(stand, kind, outcomes) };
  } finally {
    await endAll(home);
    rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  }
}

function clientOptions(stand: Stand, kind: OrdinaryProject, form: SessionForm): ClientRunOptions {
  const person = { command: process.execPath, args: [PERSON, stand.questions, stand.refused] };
  const mcp = join(stand.root, "mcp.json");
  writeFileSync(mcp, JSON.stringify({ mcpServers: { person } }));
  const turns = (actions: readonly Action[]) => [
    ...actions.map((action) => [toolUse(action)]),
    "done",
  ];
  return {
    projectDirectory: stand.project,
    home: stand.home,
    shell: form.shell,
    permissionMode: form.mode,
    ...(form.client === undefined ? {} : { client: form.client }),
    env: TERMINAL,
    extraArgs: ["--mcp-config", mcp, "--permission-prompt-tool", "mcp__person__answer"],
    turns: turns(kind.actions),
    subAgents: new Map([...(kind.subAgents ?? [])].map(([name, one]) => [name, turns(one)])),
    timeoutMs: SESSION_MS_MAX,
  };
}

/** All calls of the session with their ids: those of the main loop, then those of sub-agents. */
function planned(kind: OrdinaryProject): readonly Planned[] {
  const loops = [["main", kind.actions] as const, ...(kind.subAgents ?? [])];
  return loops.flatMap(([loop, actions]) =>
    actions.map((action, turn) => ({ action, loop, id: toolUseId(turn, 0, loop) })),
  );
}

function outcomeOf(
  { action, loop, id }: Planned,
  {
    run,
    asked,
    recorded,
  }: {
    readonly run: ClientRun;
    readonly asked: ReadonlySet<string>;
    readonly recorded: ReadonlyMap<string, Recorded>;
  },
): Outcome {
  const result = run.toolResults.get(id);
  const wasDenied = run.permissionDenials.some(({ toolUseId: one }) => one === id);
  const unasked = wasDenied ? "refused" : "ran";
  const whenAsked = wasDenied ? "asked-and-stopped" : "asked-and-ran";
  return {
    action,
    loop,
    ...(recorded.get(id) ?? UNRECORDED),
    ended: result === undefined ? "failed" : asked.has(id) ? whenAsked : unasked,
    text: result?.text ?? "",
    isError: result?.isError === true,
  };
}

function explain(
  { home, project }: Stand,
  { explained = [] }: OrdinaryProject,
  outcomes: readonly Outcome[],
): HadSession["explanations"] {
  return explained.map((command) => {
    const answer = must(runBuilt({ home }, "explain", "--project", project, "--json", command));
    const last = outcomes.findLast(({ action }) => action.call === command);
    // What the person's earlier yes answered in the session is a question where nobody gave one.
    const told = last?.rules.includes(REMEMBERED) === true ? "ask" : (last?.verdict ?? "no call");
    return { command, says: String(Object(JSON.parse(answer)).verdict), told };
  });
}

/** WHY not the folder for temporary files: the policy says less of what lies there, and nobody works there. */
function sessionsFolder(): string {
  const folder = join(userInfo().homedir, ".cache", "sallyport-test", "sessions");
  mkdirSync(folder, { recursive: true });
  return folder;
}

function toolUse({ call, isBackground }: Action): ToolUse {
  if (typeof call !== "string") return call;
  const background = isBackground === true ? { run_in_background: true } : {};
  return { name: "Bash", input: { command: call, ...background } };
}

function write(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode: text.startsWith("#!") ? 0o755 : 0o644 });
  }
}

function layOut({ root, home, project }: Stand, kind: OrdinaryProject): void {
  write(home, { ...HOME_FILES, ...kind.homeFiles });
  write(project, kind.files);
  write(join(root, "outside"), { "notes.txt": "notes\n" });
  const script = `set -e
git init -q -b main .
${kind.before ?? ":"}
git add -A && git commit -qm start
git clone -q --bare . ../origin.git && git remote add origin ../origin.git && git fetch -q && git branch -q -u origin/main
`;
  const ended = spawnSync("bash", ["--norc", "-c", script], {
    cwd: project,
    encoding: "utf8",
    env: { PATH: clientPath, HOME: home, LANG: "C.UTF-8" },
    timeout: 120_000,
  });
  must(ended);
}

export function must(ended: {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}): string {
  if (ended.status !== 0)
    throw new Error(`ended with ${ended.status}: ${ended.stderr}${ended.stdout}`);
  return ended.stdout;
}

/** Ids of the calls that a person was asked about. */
export function questionsIn(file: string): ReadonlySet<string> {
  const lines = readFileSync(file, "utf8").split("\n");
  return new Set(
    lines.flatMap((line) => (line === "" ? [] : String(Object(JSON.parse(line)).tool_use_id))),
  );
}

type Recorded = Pick<Outcome, "verdict" | "rules" | "effects">;

const UNRECORDED: Recorded = { verdict: "none", rules: [], effects: "" };

/** Verdict and rules of each call, as the record has them. */
export function recordOf(home: string): ReadonlyMap<string, Recorded> {
  const text = must(runBuilt({ home }, "log", "tail", "-n", "100000", "--json"));
  const found = new Map<string, Recorded>();
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const event = Object(JSON.parse(line));
    const { verdict, rules, effects } = Object(event.metadata);
    const { toolUseId: id } = Object(event.sealed);
    if (typeof id === "string" && typeof verdict === "string")
      found.set(id, {
        verdict,
        rules: Array.isArray(rules) ? rules.map(String) : [],
        effects: Object.keys(Object(effects)).join(),
      });
  }
  return found;
}

export async function endAll(home: string): Promise<void> {
  for (const id of await sessionProcesses(home)) {
    try {
      process.kill(id, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}
