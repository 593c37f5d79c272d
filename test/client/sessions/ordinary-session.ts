// An ordinary session as a person has it: the project as `init` leaves it, the real client, a person who answers questions, and what became of each action.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildProgram, runBuilt } from "../built-program.ts";
import { sessionProcesses } from "../client-process.ts";
import { type ClientRun, runClient } from "../client-run.ts";
import { clientPath } from "../machine.ts";
import { type ToolUse, toolUseId } from "../model-stub.ts";

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
  /** What becomes of it yet, against what is expected; a test fails once that is mended, so that the list stays true. */
  readonly yet?: "asks";
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
  /** What the model saw. */
  readonly text: string;
};

/** Whether an action ended as a reasonable person expects, or as is known that it does yet. */
export function isAsExpected({ action, ended, verdict }: Outcome, { mode }: SessionForm): boolean {
  const isAsked = ended === "asked-and-ran" || ended === "asked-and-stopped";
  if (action.yet === "asks") return isAsked;
  switch (action.expect) {
    case "runs":
      return ended === "ran";
    case "edits":
      return mode === "default" ? isAsked && verdict === "abstain" : ended === "ran";
    case "asks":
    case "asks-unheld":
      return isAsked && verdict === "ask";
    case "refused":
      return ended === "refused" && verdict === "deny";
    default:
      return action.expect satisfies never;
  }
}

/** Whether what the model saw of an action that ran is what it should show. */
export function showsWhatItShould({ action, ended, text }: Outcome): boolean {
  const didRun = ended === "ran" || ended === "asked-and-ran";
  return !didRun || action.shows === undefined || action.shows.test(text);
}

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

/** Runs the session and tells what became of each action, in order. Throws where a step before it fails. */
export async function runOrdinarySession(
  kind: OrdinaryProject,
  form: SessionForm,
): Promise<{ readonly outcomes: readonly Outcome[]; readonly run: ClientRun }> {
  const root = realpathSync(mkdtempSync(join(sessionsFolder(), "session-")));
  const home = join(root, "home");
  const project = join(home, "work", kind.name);
  try {
    write(home, { ...HOME_FILES, ...kind.homeFiles });
    write(project, kind.files);
    write(join(root, "outside"), { "notes.txt": "notes\n" });
    prepare(project, home, kind.before);
    must(buildProgram(home));
    must(runBuilt({ home }, "init", project, "--yes", "--transport", form.transport));
    const questions = join(root, "questions.jsonl");
    const refused = join(root, "refused.json");
    const scripts = [
      { loop: "main", actions: kind.actions },
      ...[...(kind.subAgents ?? [])].map(([loop, actions]) => ({ loop, actions })),
    ];
    const all = scripts.flatMap(({ loop, actions }) =>
      actions.map((action, turn) => ({ action, loop, id: toolUseId(turn, 0, loop) })),
    );
    writeFileSync(questions, "");
    writeFileSync(
      refused,
      JSON.stringify(all.flatMap(({ action, id }) => (action.isRefusedByPerson ? [id] : []))),
    );
    const person = { command: process.execPath, args: [PERSON, questions, refused] };
    const mcp = join(root, "mcp.json");
    writeFileSync(mcp, JSON.stringify({ mcpServers: { person } }));
    const run = await runClient({
      projectDirectory: project,
      home,
      shell: form.shell,
      permissionMode: form.mode,
      ...(form.client === undefined ? {} : { client: form.client }),
      env: TERMINAL,
      extraArgs: ["--mcp-config", mcp, "--permission-prompt-tool", "mcp__person__answer"],
      turns: [...kind.actions.map((action) => [toolUse(action)]), "done"],
      subAgents: new Map(
        [...(kind.subAgents ?? [])].map(([marker, actions]) => [
          marker,
          [...actions.map((action) => [toolUse(action)]), "done"],
        ]),
      ),
      timeoutMs: 300_000,
    });
    const asked = questionsIn(questions);
    const recorded = recordOf(home);
    return {
      run,
      outcomes: all.map(({ action, loop, id }) => {
        const result = run.toolResults.get(id);
        const { verdict, rules, effects } = recorded.get(id) ?? UNRECORDED;
        const wasAsked = asked.has(id);
        const wasDenied = run.permissionDenials.some(({ toolUseId: one }) => one === id);
        const ended: Outcome["ended"] =
          result === undefined
            ? "failed"
            : wasAsked
              ? wasDenied
                ? "asked-and-stopped"
                : "asked-and-ran"
              : wasDenied
                ? "refused"
                : "ran";
        return { action, loop, ended, verdict, rules, effects, text: result?.text ?? "" };
      }),
    };
  } finally {
    await endAll(home);
    rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  }
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

function prepare(project: string, home: string, before: string | undefined): void {
  const script = `set -e
git init -q -b main .
${before ?? ":"}
git add -A && git commit -qm start
git clone -q --bare . ../origin.git && git remote add origin ../origin.git && git fetch -q && git branch -q -u origin/main
`;
  const ended = spawnSync("bash", ["-c", script], {
    cwd: project,
    encoding: "utf8",
    env: { PATH: clientPath, HOME: home, LANG: "C.UTF-8" },
    timeout: 120_000,
  });
  must(ended);
}

function must(ended: {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}): string {
  if (ended.status !== 0)
    throw new Error(`ended with ${ended.status}: ${ended.stderr}${ended.stdout}`);
  return ended.stdout;
}

/** Ids of the calls that a person was asked about. */
function questionsIn(file: string): ReadonlySet<string> {
  const lines = readFileSync(file, "utf8").split("\n");
  return new Set(
    lines.flatMap((line) => (line === "" ? [] : String(Object(JSON.parse(line)).tool_use_id))),
  );
}

type Recorded = Pick<Outcome, "verdict" | "rules" | "effects">;

const UNRECORDED: Recorded = { verdict: "none", rules: [], effects: "" };

/** Verdict and rules of each call, as the record has them. */
function recordOf(home: string): ReadonlyMap<string, Recorded> {
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

async function endAll(home: string): Promise<void> {
  for (const id of await sessionProcesses(home)) {
    try {
      process.kill(id, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}
