// A guarded machine of its own for days of work: projects as `init` leaves them, the daemon's own answers, and a person who says yes.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openSession } from "#guard/native/session.ts";
import { simulateNative } from "#guard/native/simulate.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { readProjectRegister } from "#surface/services/projects/project-register-file.ts";
import { guardProject } from "#surface/cli/guard/guard-project.ts";
import { startReport } from "#surface/services/containment/start-report.ts";
import { composeDaemon } from "#surface/daemon/compose.ts";
import { createFeed } from "#surface/services/daemon-process/feed.ts";
import { createHookAnswers } from "#surface/services/hooks/hook-answers.ts";
import { ensureInstall } from "#surface/services/installation/install.ts";
import { questionOf } from "#surface/services/sessions/session-answers.ts";
import { judgingPolicy } from "#surface/services/evaluation/judging-policy.ts";
import { lastingAnswer } from "#surface/cli/explain/lasting-answers.ts";
import { openExceptions } from "#surface/services/exceptions/store.ts";
import type { Decision } from "#guard/policy/decision.ts";
import type { HookPorts } from "#surface/services/hooks/ports.ts";
import type { Project } from "#surface/services/projects/project.ts";
import { createRecorder } from "#surface/services/hooks/recorder.ts";
import { reportEnvironment } from "#surface/services/facts/environment-report.ts";
import { clearHold } from "#surface/services/hold/call-holder.ts";
import { recordedGraphs } from "../../detect/session/recorded-graphs.ts";
import { until } from "../../until.ts";
import { UNHELD_POLICY } from "../../surface/hook/hook-stand.ts";
import { clientPath } from "../machine.ts";
import type { OrdinaryProject } from "../sessions/ordinary-session.ts";
import { CLIENTS_OWN } from "./days-page.ts";
import type { Day, Step } from "./story-text.ts";
import { silent } from "../../surface/silent-terminal.ts";

/** What became of a call: asked by the guard or by the client, refused, or neither. */
export type CallEnd = {
  readonly step: Step;
  readonly end: "free" | "asked" | "refused";
  /** The rule that asked or refused first; undefined where nobody did. */
  readonly rule: string | undefined;
  /** What the person or the agent is told; undefined where the guard says nothing. */
  readonly told: string | undefined;
};

/** A machine on which days are had, one after the other. */
export type DayStand = {
  /** How many of the days so far have a chain that their story would call worth a look, by the kinds of the chains. */
  chains(): Promise<ReadonlyMap<string, number>>;
  /** Has a day; every call is judged as it comes, and what only changes files is done. */
  have(day: Day): Promise<readonly CallEnd[]>;
  close(): Promise<void>;
};

/** The permission mode of the days: edits of the project run unasked, as people who work with an agent have it. */
const MODE = "acceptEdits";
/** A snapshot without anything of a user's own, and behind it what the client itself writes, as the fixture has it. */
const SNAPSHOT = `${textAt("snapshot.sh")}${
  /^# Check for rg availability\n[\s\S]*?^export PATH=.*\n/m.exec(
    textAt("../fixtures/snapshot-bash.sh"),
  )?.[0] ?? ""
}`;

function textAt(place: string): string {
  return readFileSync(fileURLToPath(new URL(place, import.meta.url)), "utf8");
}

const HOME_FILES: Readonly<Record<string, string>> = {
  ".gitconfig":
    "[user]\n\tname = Ada\n\temail = ada@example.test\n[init]\n\tdefaultBranch = main\n",
  ".bashrc": "alias ll='ls -alF'\nexport EDITOR=vim\n",
  ".ssh/id_ed25519": "not a key\n",
};
const MORE_FILES: Readonly<Record<string, string>> = {
  "CHANGELOG.md": "# Changes\n\n## next\n\n- nothing yet\n",
};

/** What `npm ci` left, as far as the guard looks for it. */
const INSTALLED: Readonly<Record<string, string>> = Object.fromEntries(
  ["eslint", "prettier", "tsc", "vitest"].map((name) => [
    `node_modules/.bin/${name}`,
    "#!/usr/bin/env node\n",
  ]),
);

/**
 * Commands that are done for real, so that later calls find what earlier ones made. Nothing of them runs code of a project
 * or reaches a network.
 */
const DONE =
  /^(?:(?:cd \.\.\/[\w-]+ && )?(?:git (?:-C \S+ )?(?:add|branch|checkout|clean|commit|merge|mv|rebase|reset|restore|stash|switch|tag|worktree)|mkdir|mv|rmdir|rm -r?f|cp|touch|printf|echo|cat >|sed -i|grep -rl)) /;

/** WHY not done: here no profile keeps the client's settings from it. */
const CLEANS_ALL = /\bgit clean -\w*[xX]/;

/**
 * How days are had. `isHeld` false: the policy says that no call is held. `makesLast`: when a rule asks on a second day in the
 * same project, the person makes the yes last, as the line under the question says.
 */
export type DayWay = { readonly isHeld: boolean; readonly makesLast: boolean };

/** Opens it. */
export async function openDayStand(
  kinds: Readonly<Record<string, OrdinaryProject>>,
  { isHeld, makesLast }: DayWay,
): Promise<DayStand> {
  const room = makeRoom();
  const home = join(room, "home");
  const data = join(home, ".local/share/sallyport");
  const config = join(home, ".claude");
  const environment = { PATH: clientPath, HOME: home, LANG: "C.UTF-8", TERM: "xterm-256color" };
  write(home, HOME_FILES);
  mkdirSync(join(config, "shell-snapshots"), { recursive: true });
  const unheld = join(home, "unheld.yaml");
  writeFileSync(unheld, UNHELD_POLICY);
  const install = await ensureInstall({ root: data });
  const projects = new Map<string, Project>();
  for (const [kind, { name, files, before }] of Object.entries(kinds)) {
    const root = join(home, "work", name);
    const installed = kind === "node" ? INSTALLED : {};
    layOut(root, { ...files, ...MORE_FILES, ...installed }, { before, environment });
    await guardProject({
      directory: root,
      yes: true,
      data,
      transport: "http" as const,
      environment,
      ...(isHeld ? {} : { profile: unheld }),
      terminal: silent,
    });
    const entry = readProjectRegister(install.directories.projectsFile).find(
      (one) => one.root === root,
    );
    if (entry === undefined) throw new Error(`\`${root}\` is not guarded`);
    projects.set(kind, { id: entry.id, root });
  }
  const running = await composeDaemon(install, () => undefined, home).compose();
  type Judged = { readonly decision: Decision; readonly rule: string | undefined };
  let last: Judged | undefined;
  const exceptions = openExceptions(install.directories);
  /** Days on which a rule asked, by project and rule. */
  const askedOn = new Map<string, number>();
  const makeLast = async ({ decision, rule }: Judged, root: string, day: number): Promise<void> => {
    const key = `${root} ${rule ?? ""}`;
    const first = askedOn.get(key) ?? day;
    askedOn.set(key, first);
    const question = questionOf("last", decision, Date.now());
    if (!makesLast || first === day || !question.isLasting) return;
    const here = await judgingPolicy(root, undefined, { root: data });
    const by = { approver: "ada", nowMs: Date.now() };
    const given = { for: "30d", reason: undefined };
    exceptions.grant(exceptions.sign(lastingAnswer(question, given, here, by)));
  };
  const ports: HookPorts = {
    ...running.ports,
    async append(observation, options) {
      if (observation.kind === "decision") {
        const { decision } = observation.judgement;
        const { verdict, reasons } = decision;
        last = { decision, rule: reasons.find((one) => one.verdict === verdict)?.rule };
      }
      await running.ports.append(observation, options);
    },
  };
  const recorder = createRecorder(ports, () => performance.now());
  const answer = createHookAnswers(ports, recorder, createFeed(), running.memory);
  let count = 0;

  const have: DayStand["have"] = async (day) => {
    const project = projects.get(day.kind);
    if (project === undefined) throw new Error(`there is no project of the kind ${day.kind}`);
    const { root } = project;
    startOver(root, environment);
    for (const line of day.before) bash(`set -e; ${line}`, { root, environment });
    count += 1;
    const sessionId = `00000000-0000-4000-8000-${String(count).padStart(12, "0")}`;
    const transcript = join(config, "projects", root.replaceAll("/", "-"), `${sessionId}.jsonl`);
    mkdirSync(dirname(transcript), { recursive: true });
    writeFileSync(transcript, "");
    const snapshot = join(config, "shell-snapshots", `snapshot-bash-${Date.now()}-abc.sh`);
    writeFileSync(snapshot, SNAPSHOT);
    const send = async (fields: Fields) => {
      const payload = new TextEncoder().encode(
        JSON.stringify({
          session_id: sessionId,
          transcript_path: transcript,
          cwd: root,
          permission_mode: MODE,
          ...fields,
        }),
      );
      const isStart = fields["hook_event_name"] === "SessionStart";
      const told = isStart ? reportEnvironment(environment) : undefined;
      const report = told && (await startReport(told, payload, { directory: root, home, data }));
      return (await answer(project, payload, report)) as HookReply;
    };
    const native = openSession({
      layers: [],
      mode: MODE,
      isTrusted: true,
      project: root,
      home,
    });
    await send({ hook_event_name: "SessionStart", source: "startup" });
    const ends: CallEnd[] = [];
    for (const [index, step] of day.steps.entries()) {
      const { tool, input } = callOf(step, root, day);
      const call = { tool_name: tool, tool_input: input, tool_use_id: `toolu_${count}_${index}` };
      last = undefined;
      const reply = await send({ hook_event_name: "PreToolUse", ...call });
      const verdict = reply.hookSpecificOutput?.permissionDecision ?? "abstain";
      const judged = last as Judged | undefined;
      const asks =
        verdict === "abstain" &&
        simulateNative(native, { tool, input, cwd: root, hasRunShell: index > 0 }).verdict !==
          "allow";
      const end = verdict === "deny" ? "refused" : verdict === "ask" || asks ? "asked" : "free";
      const rule = asks ? CLIENTS_OWN : judged?.rule;
      const told = end === "free" ? undefined : reply.hookSpecificOutput?.permissionDecisionReason;
      ends.push({ step, end, rule: end === "free" ? undefined : rule, told });
      if (end === "refused") continue;
      if (end === "asked" && !asks && judged !== undefined) await makeLast(judged, root, count);
      carryOut(step, { root, environment, input });
      const ran = reply.hookSpecificOutput?.updatedInput ?? input;
      const response = tool === "Bash" ? { stdout: "", stderr: "", interrupted: false } : {};
      await send({
        hook_event_name: "PostToolUse",
        ...call,
        tool_input: ran,
        tool_response: response,
      });
    }
    await send({ hook_event_name: "SessionEnd", reason: "exit" });
    rmSync(snapshot);
    return ends;
  };

  return {
    have,
    chains: () => chainsIn(install.directories, count),
    async close() {
      await running.close();
      clearHold(data);
      rmSync(room, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Days with a chain, by kinds, as soon as the record has `days` sessions. */
async function chainsIn(
  { log, keys }: { readonly log: string; readonly keys: string },
  days: number,
): Promise<ReadonlyMap<string, number>> {
  let graphs = await recordedGraphs(log, keys);
  await until("all days are on record", async () => {
    graphs = await recordedGraphs(log, keys);
    return graphs.size >= days;
  });
  const counts = new Map<string, number>();
  for (const {
    graph: { chains },
  } of graphs.values())
    for (const kind of new Set(chains.map((chain) => chain.kind)))
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

type Fields = Readonly<Record<string, Json>>;
type HookReply = {
  readonly hookSpecificOutput?: {
    readonly permissionDecision?: "allow" | "ask" | "deny";
    readonly permissionDecisionReason?: string;
    readonly updatedInput?: { readonly [key: string]: Json };
  };
};

/** WHY not the folder for temporary files: the policy says less of what lies there, and nobody works there. */
function makeRoom(): string {
  const folder = join(userInfo().homedir, ".cache", "sallyport-test");
  mkdirSync(folder, { recursive: true });
  return realpathSync(mkdtempSync(join(folder, "days-")));
}

function write(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode: text.startsWith("#!") ? 0o755 : 0o644 });
  }
}

type Shell = { readonly environment: NodeJS.ProcessEnv; readonly before?: string | undefined };

function layOut(
  root: string,
  files: Readonly<Record<string, string>>,
  { environment, before = ":" }: Shell,
): void {
  write(root, files);
  bash(
    `set -e; git init -q -b main .; ${before}; git add -A; git commit -qm start; git tag began
git remote add origin https://github.com/acme/shop.git; git update-ref refs/remotes/origin/main main
git config branch.main.remote origin; git config branch.main.merge refs/heads/main`,
    { root, environment },
  );
}

/** Puts a project back to its beginning, with what `init` put into it. */
function startOver(root: string, environment: NodeJS.ProcessEnv): void {
  bash(
    `set -e; git worktree list --porcelain | sed -n 's/^worktree //p' | tail -n +2 | xargs -r -n1 git worktree remove -f
git rebase --abort 2> /dev/null || true; git reset -q --hard; git checkout -q -B main began; git clean -fdxq -e .env -e .claude -e .venv -e node_modules
git for-each-ref --format='%(refname:short)' refs/heads | grep -vx main | xargs -r git branch -qD
git tag | grep -vx began | xargs -r git tag -d; git stash clear; git branch -q -u origin/main`,
    { root, environment },
  );
}

function bash(
  script: string,
  { root, environment }: { readonly root: string; readonly environment: NodeJS.ProcessEnv },
): void {
  const ended = spawnSync("/bin/bash", ["--norc", "-c", script], {
    cwd: root,
    env: environment,
    encoding: "utf8",
    timeout: 60_000,
  });
  if (ended.status !== 0) throw new Error(`a project cannot be laid out: ${ended.stderr}`);
}

function callOf(
  step: Step,
  root: string,
  { words }: Day,
): { readonly tool: string; readonly input: { readonly [key: string]: Json } } {
  const { tool } = step;
  switch (tool) {
    case "Bash":
      return {
        tool,
        input: {
          command: step.command,
          description: "work",
          ...(step.isBackground ? { run_in_background: true } : {}),
        },
      };
    case "Read":
      return { tool, input: { file_path: join(root, step.path) } };
    case "Edit": {
      const text = contentOf(join(root, step.path));
      const old = words.get("old") ?? "";
      const edited = text.includes(old) && old !== "" ? (words.get("edited") ?? old) : undefined;
      const [line = ""] = text.trimEnd().split("\n").slice(-1);
      const change =
        edited === undefined
          ? { old_string: line, new_string: `${line}\n` }
          : { old_string: old, new_string: edited };
      return { tool, input: { file_path: join(root, step.path), ...change } };
    }
    case "Write":
      return { tool, input: { file_path: join(root, step.path), content: newText(step.path) } };
    case "Grep":
      return {
        tool,
        input: {
          pattern: step.pattern,
          ...(step.path === undefined ? {} : { path: join(root, step.path) }),
        },
      };
    case "Glob":
      return { tool, input: { pattern: step.pattern } };
    case "WebFetch":
      return { tool, input: { url: step.url, prompt: "what does it say" } };
    case "WebSearch":
      return { tool, input: { query: step.text } };
    case "TodoWrite":
      return {
        tool,
        input: { todos: [{ content: step.text, status: "pending", activeForm: step.text }] },
      };
    case "Agent":
      return {
        tool,
        input: { description: step.text, prompt: step.text, subagent_type: "general-purpose" },
      };
    default:
      return step satisfies never;
  }
}

/** What an agent would write into a new file of that name. */
function newText(path: string): string {
  const ending = path.slice(path.lastIndexOf(".") + 1);
  switch (ending) {
    case "sh":
      return "#!/bin/sh\nset -e\nfor i in 1 2 3; do\n  echo try $i\ndone\n";
    case "md":
      return "# Prices\n\nA price is a number of cents.\n";
    case "yml":
    case "yaml":
      return "name: test\non: [push]\n";
    case "py":
      return "def discount(price):\n    return price // 2\n";
    case "json":
      return "{}\n";
    default:
      return "// Halves a price.\n";
  }
}

/** Does what a call that ran would have done to the files of the project. */
function carryOut(
  step: Step,
  {
    root,
    environment,
    input,
  }: {
    readonly root: string;
    readonly environment: NodeJS.ProcessEnv;
    readonly input: { readonly [key: string]: Json };
  },
): void {
  switch (step.tool) {
    case "Write":
      write(root, { [step.path]: textIn(input, "content") });
      return;
    case "Edit": {
      const file = join(root, step.path);
      const [old, edited] = [textIn(input, "old_string"), textIn(input, "new_string")];
      write(root, { [step.path]: contentOf(file).replace(old, () => edited) });
      return;
    }
    case "Bash":
      // WHY its status is nobody's business: a story goes on after a command that failed.
      if (DONE.test(step.command) && !CLEANS_ALL.test(step.command))
        spawnSync("/bin/bash", ["--norc", "-c", step.command], {
          cwd: root,
          env: environment,
          stdio: "ignore",
          timeout: 20_000,
        });
      return;
    default:
  }
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function textIn(input: { readonly [key: string]: Json }, name: string): string {
  const value = input[name];
  return typeof value === "string" ? value : "";
}
