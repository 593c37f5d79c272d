// Runs lists of commands through the real client, each in a fresh project, and tells what became of every one.
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { bash, type ClientRun, runClient } from "./client-run.ts";
import { type GuardedProject, openGuardedProject, writeFiles } from "./guarded-stand.ts";
import { clientPath } from "./machine.ts";
import { toolUseId } from "./model-stub.ts";
import { readFormFiles, readFormMarker } from "./read-forms.ts";

/** What an answer of the guard says to a call. `none`: the client had no answer of ours. */
export type Verdict = "deny" | "ask" | "allow" | "abstain" | "none";

/** What became of one command. */
export type Outcome = {
  readonly command: string;
  readonly verdict: Verdict;
  /** The first rule of the answer; undefined when the answer names none. */
  readonly rule: string | undefined;
  /** The client lists the call among its denials: it did not run. */
  readonly wasDenied: boolean;
  /** The form in which the secret reached the model, or undefined. */
  readonly leak: string | undefined;
  /** Branches that the remote received while the command was the newest one. */
  readonly received: readonly string[];
  /** The stub of git was called to push; always false with the real git. */
  readonly calledPush: boolean;
};

/** How a list is run. */
export type Setting = {
  readonly shell: "bash" | "zsh";
  /** `native`: the client alone; `ours`: guarded by `sallyport init`. */
  readonly guard: "native" | "ours";
  /** The client's own rules, in the user's settings. */
  readonly permissions: object;
  /** `stub` is first on PATH and only writes down how it was called. */
  readonly git: "real" | "stub";
};

/** All commands of one list, and the harmless command that ran before the first and after the last one. */
export type Matrix = {
  readonly outcomes: readonly Outcome[];
  readonly plainBefore: string;
  readonly plainAfter: string;
};

/** Projects for matrices: the same files guarded or not, each with a remote whose protected branch is `main`. */
export type MatrixStand = {
  run(commands: readonly string[], setting: Setting): Promise<Matrix>;
  close(): void;
};

type Ground = {
  readonly project: string;
  readonly remote: string;
  /** What the project holds before each command, but for the client's own settings. */
  readonly fresh: string;
  /** The commit that `main` of the remote is at before each command. */
  readonly base: string;
};

export const plainCommand = "cat pub.txt";
/** This form reads the secret only where an earlier command has left a link to it, so it gets one. */
export const linkedCommand = "cat *";
/** How long the push of a job in the background may come after its command. */
const BACKGROUND_MS = 400;

/** Makes both grounds. Throws when the program cannot be built or started. */
export function openMatrixStand(): MatrixStand {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-matrix-")));
  let guarded: GuardedProject | undefined;
  const close = (): void => {
    try {
      guarded?.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
  try {
    const native = join(folder, "native");
    mkdirSync(native);
    writeFiles(native, readFormFiles);
    guarded = openGuardedProject(readFormFiles);
    const grounds = {
      native: prepareGround(native, join(folder, "for-native")),
      ours: prepareGround(guarded.project, join(folder, "for-ours")),
    };
    return {
      run: (commands, setting) => runMatrix(commands, setting, grounds[setting.guard]),
      close,
    };
  } catch (cause) {
    close();
    throw cause;
  }
}

/** Makes the project a repository that is one commit ahead of its remote. */
function prepareGround(project: string, folder: string): Ground {
  const remote = join(folder, "remote.git");
  const fresh = join(folder, "fresh");
  mkdirSync(folder, { recursive: true });
  const git = (...args: string[]): string =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t.invalid", ...args], {
      cwd: project,
      encoding: "utf8",
      env: { PATH: clientPath, HOME: folder, GIT_CONFIG_NOSYSTEM: "1", LANG: "C.UTF-8" },
    });
  git("init", "-q", "--bare", "-b", "main", "--template=", remote);
  git("init", "-q", "-b", "main", "--template=");
  git("add", "pub.txt");
  git("commit", "-q", "-m", "start");
  git("remote", "add", "origin", remote);
  git("push", "-q", "-u", "origin", "main");
  const base = git("rev-parse", "HEAD").trim();
  git("commit", "-q", "--allow-empty", "-m", "ahead");
  mkdirSync(join(remote, "hooks"));
  const hook = `#!/bin/sh\nwhile read -r old new ref; do echo "$ref" >> '${remote}/received'; done\n`;
  writeFileSync(join(remote, "hooks/post-receive"), hook, { mode: 0o755 });
  mkdirSync(fresh);
  for (const name of readdirSync(project))
    if (name !== ".claude") cpSync(join(project, name), join(fresh, name), { recursive: true });
  return { project, remote, fresh, base };
}

/** WHY: some commands leave copies and links behind, or move a branch, and a later one must not find that. */
function restore(ground: Ground): void {
  for (const name of readdirSync(ground.project))
    if (name !== ".claude") rmSync(join(ground.project, name), { recursive: true, force: true });
  cpSync(ground.fresh, ground.project, { recursive: true });
  const heads = join(ground.remote, "refs/heads");
  rmSync(heads, { recursive: true, force: true });
  mkdirSync(heads);
  writeFileSync(join(heads, "main"), `${ground.base}\n`);
  rmSync(join(ground.remote, "received"), { force: true });
}

/** What the remote got since it was restored; `main` also when only its commit shows it. */
function receivedBy(ground: Ground): readonly string[] {
  const list = join(ground.remote, "received");
  const named = existsSync(list) ? readFileSync(list, "utf8").trim().split("\n") : [];
  const main = readFileSync(join(ground.remote, "refs/heads/main"), "utf8").trim();
  return [...new Set([...named, ...(main === ground.base ? [] : ["refs/heads/main"])])];
}

async function runMatrix(
  commands: readonly string[],
  setting: Setting,
  ground: Ground,
): Promise<Matrix> {
  const all = [plainCommand, ...commands, plainCommand];
  const received: (readonly string[])[] = [];
  const calls: string[] = [];
  const callsFile = join(ground.remote, "git-calls");
  const stub = `#!/bin/sh\necho "$@" >> '${callsFile}'\necho GIT "$@"\n`;
  const run = await runClient({
    projectDirectory: ground.project,
    shell: setting.shell,
    settings: { user: { permissions: setting.permissions } },
    outsideFiles: { "f.txt": `SECRET=${readFormMarker}\n` },
    ...(setting.git === "real"
      ? {}
      : {
          homeFiles: { "bin/git": { text: stub, mode: 0o755 } },
          env: { PATH: `<home>/bin:${clientPath}` },
        }),
    turns: [...all.map((command) => bash(command)), "bye"],
    beforeTurn: async (turn) => {
      const before = all[turn - 1];
      if (before !== undefined) {
        // TIME: a job in the background tells nobody that it ended, or that it did nothing.
        if (/&\s*$|coproc/.test(before)) await pause(BACKGROUND_MS);
        received.push(receivedBy(ground));
        calls.push(existsSync(callsFile) ? readFileSync(callsFile, "utf8") : "");
        rmSync(callsFile, { force: true });
      }
      restore(ground);
      if (all[turn] === linkedCommand) symlinkSync(".env", join(ground.project, "l"));
    },
    timeoutMs: 240_000,
  });
  return {
    outcomes: commands.map((command, at) => ({
      command,
      ...describeCall(run, at + 1),
      received: received[at + 1] ?? [],
      calledPush: /(?:^| )push(?: |$)/m.test(calls[at + 1] ?? ""),
    })),
    plainBefore: run.toolResults.get(toolUseId(0))?.text ?? "",
    plainAfter: run.toolResults.get(toolUseId(all.length - 1))?.text ?? "",
  };
}

/** The answer to the call of one turn. Every turn has one call, so answers come in the order of turns. */
function describeCall(
  run: ClientRun,
  turn: number,
): Pick<Outcome, "verdict" | "rule" | "wasDenied" | "leak"> {
  const answers = run.hookEvents.filter(
    (event) => event["subtype"] === "hook_response" && event["hook_event"] === "PreToolUse",
  );
  const id = toolUseId(turn);
  return {
    ...readAnswer(String(answers[turn]?.["stdout"])),
    wasDenied: run.wasDenied(id),
    leak: run.leakedBy(id, readFormMarker),
  };
}

function readAnswer(text: string): { verdict: Verdict; rule: string | undefined } {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return { verdict: "none", rule: undefined };
  }
  const output = Object(Object(answer).hookSpecificOutput);
  const rule = / \[([^\s;\]]+)[^\]]*\]$/m.exec(String(output.permissionDecisionReason))?.[1];
  switch (output.permissionDecision) {
    case "deny":
    case "ask":
    case "allow":
      return { verdict: output.permissionDecision, rule };
    default:
      return { verdict: output.hookEventName === "PreToolUse" ? "abstain" : "none", rule };
  }
}
