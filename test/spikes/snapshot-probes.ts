// Probes of the shell snapshot: when it is made, by what shell, what it holds and what is in force without being in it.
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bash, type ClientRun, type ClientRunOptions, runClient } from "../client/client-run.ts";
import { toolUseId } from "../client/model-stub.ts";

const allowBash = { permissions: { allow: ["Bash"] } };
const snapshots = "~/.claude/shell-snapshots/*";
const whichShell = 'echo "zsh=${ZSH_VERSION:-} bash=${BASH_VERSION:-}"';

/** Prints one line per probe: its name and what was seen. */
export async function probeSnapshots(): Promise<void> {
  console.log("## snapshot probes\n");
  await probeTime();
  await probeLife();
  await probeStartUpFiles();
  await probeShellChoice();
  await probeUnwritten();
  await probeCalls();
}

async function probe(name: string, options: Partial<ClientRunOptions>): Promise<ClientRun> {
  const run = await runClient({
    turns: [],
    settings: { project: allowBash },
    env: { SHLVL: "1" },
    ...options,
  });
  const texts = [...run.toolResults.values()].map((result) =>
    JSON.stringify(result.text.slice(0, 500)),
  );
  console.log(
    `- ${name} (${Math.round(run.durationMs)} ms): ${texts.join(" | ").replaceAll(run.places.root, "<root>")}`,
  );
  return run;
}

function filesIn(home: string): string {
  const folder = join(home, ".claude", "shell-snapshots");
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const own = existsSync(folder) ? (statSync(folder).mode & 0o777).toString(8) : "none";
  return `folder ${own}, ${names.length} file(s) ${names.map((name) => (statSync(join(folder, name)).mode & 0o777).toString(8)).join(" ")}`;
}

async function probeTime(): Promise<void> {
  const count = (event: string) => [
    {
      hooks: [
        {
          type: "command",
          command: `echo ${event} $(ls ~/.claude/shell-snapshots 2>/dev/null | wc -l) >> ~/log`,
        },
      ],
    },
  ];
  const hooks = Object.fromEntries(
    ["SessionStart", "UserPromptSubmit", "PreToolUse", "PostToolUse", "Stop", "SessionEnd"].map(
      (event) => [event, count(event)],
    ),
  );
  await probe("files seen by each hook event, and after the session", {
    turns: [bash("echo one"), bash("command cat ~/log")],
    settings: { project: { ...allowBash, hooks } },
    inspect: (places) => console.log(`  after the end: ${filesIn(places.home)}`),
  });
  await probe("umask 077 in the start-up file", {
    bashrc: "umask 077\n",
    turns: [bash(`stat -c %a ${snapshots}`)],
  });
}

async function probeLife(): Promise<void> {
  const kept = mkdtempSync(join(tmpdir(), "sallyport-spike-"));
  const project = mkdtempSync(join(kept, "project-"));
  const home = mkdtempSync(join(kept, "home-"));
  const list = bash("ls ~/.claude/shell-snapshots | wc -l");
  try {
    const same = { projectDirectory: project, home };
    const first = await probe("files: first session", { ...same, turns: [list, list] });
    await probe("files: resumed", {
      ...same,
      turns: [list],
      extraArgs: ["--resume", first.sessionId ?? ""],
    });
    const lasting = bash("node -e 'setTimeout(() => {}, 30000)'");
    await probe("files: killed", { ...same, turns: [lasting], timeoutMs: 3000 });
    console.log(`  left by the killed session: ${filesIn(home)}`);
    await probe("files: next session beside it", { ...same, turns: [list] });
  } finally {
    rmSync(kept, { recursive: true });
  }
  const agent = {
    description: "d",
    prompt: "SUBMARK go",
    subagent_type: "general-purpose",
    run_in_background: false,
  };
  await probe("files: with a sub-agent", {
    turns: [list, [{ name: "Agent", input: agent }], list],
    subAgents: new Map([["SUBMARK", [list, "done"]]]),
  });
  await probe("deleted during the session", {
    bashrc: "greet() { echo hello; }\n",
    turns: [
      bash(`greet; rm ${snapshots}`),
      bash("greet; ls ~/.claude/shell-snapshots | wc -l"),
      bash("tr '\\0' ' ' < /proc/$$/cmdline"),
    ],
  });
  await probe("appended during the session", {
    turns: [
      bash(`for f in ${snapshots}; do echo 'git() { echo injected; }' >> $f; done`),
      bash("git status"),
    ],
  });
}

async function probeStartUpFiles(): Promise<void> {
  const turns = [
    bash(
      "greet; ls ~/.claude/shell-snapshots | wc -l; tr '\\0' ' ' < /proc/$$/cmdline | cut -c1-40",
    ),
  ];
  await probe("start-up file ends with exit", {
    bashrc: "greet() { echo hello; }\nexit 1\n",
    turns,
  });
  await probe("start-up file ends with exec", {
    bashrc: "greet() { echo hello; }\nexec true\n",
    turns,
  });
  await probe("start-up file sleeps 20 s", {
    bashrc: "greet() { echo hello; }\nsleep 20\n",
    turns,
  });
  await probe("start-up file returns when not interactive", {
    bashrc: "case $- in *i*) ;; *) return;; esac\ngreet() { echo hello; }\n",
    turns,
  });
  const many = Array.from(
    { length: 1500 },
    (_, at) => `f${at}() { echo ${at}; }\nalias a${at}='echo ${at}'`,
  );
  await probe("1500 functions and aliases: alias lines, function lines", {
    bashrc: `${many.join("\n")}\n`,
    turns: [bash(`command grep -c ^alias ${snapshots}; command grep -c '^eval ' ${snapshots}`)],
  });
  const odd =
    "-dash() { echo 1; }\nf.dot() { echo 'single' \"double\"; }\nh() { :; } > /dev/null\nalias nl='echo a\necho b'\n";
  await probe("bash: names and bodies that are hard to write", {
    bashrc: odd,
    turns: [bash(`command grep -A2 -E '^eval|^alias' ${snapshots}`)],
  });
  await probe("zsh: the same, a global and a suffix alias, an autoload stub", {
    shell: "zsh",
    bashrc:
      "'sp ace'() { echo sp }\nh() { : } > /dev/null\nalias -g GG='| wc'\nalias -s txt=cat\nautoload -Uz colors\n",
    turns: [bash(`command sed -n '/^# Functions/,/^# Check/p' ${snapshots}`)],
  });
  await probe("a function of 5000 lines: its last line in the file", {
    bashrc: `big() {\n${Array.from({ length: 5000 }, (_, at) => `echo line-${at}`).join("\n")}\n}\n`,
    turns: [bash(`command grep -c line-4999 ${snapshots}`)],
  });
  await probe("names with underscores: _one dropped, __two kept", {
    bashrc: "_one() { :; }\n__two() { :; }\n",
    turns: [bash("declare -F _one; declare -F __two")],
  });
  await probe("options set in the start-up file", {
    bashrc: "set -eu -o pipefail -f\n",
    turns: [bash("echo $- *; set -o | command grep -cE '(errexit|nounset|pipefail|noglob).*on'")],
  });
  await probe("variables, PATH, trap, umask, IFS: SHLVL=1", {
    bashrc: variablesFile,
    turns: [bash(showVariables)],
  });
  await probe("variables, PATH, trap, umask, IFS: SHLVL unset", {
    bashrc: variablesFile,
    turns: [bash(showVariables)],
    env: {},
  });
}

const variablesFile =
  "export PATH=$HOME/bin:$PATH GREETING=hello\numask 077\nIFS=:\nreadonly FIXED=1\ntrap 'echo leaving' EXIT\n";
const showVariables =
  'echo "GREETING=$GREETING FIXED=$FIXED umask=$(umask) SHLVL=$SHLVL trap=$(trap -p)"; printf "%q " "$IFS" "$PATH"';

async function probeShellChoice(): Promise<void> {
  const turns = [bash(whichShell)];
  const cases: Readonly<Record<string, Readonly<Record<string, string | undefined>>>> = {
    "SHELL unset": { SHELL: undefined },
    "SHELL=/usr/bin/fish": { SHELL: "/usr/bin/fish" },
    "SHELL=/bin/sh": { SHELL: "/bin/sh" },
    "SHELL=/bin/zsh CLAUDE_CODE_SHELL=/bin/bash": {
      SHELL: "/bin/zsh",
      CLAUDE_CODE_SHELL: "/bin/bash",
    },
  };
  for (const [name, env] of Object.entries(cases)) {
    await probe(`shell with ${name}`, { turns, env: { SHLVL: "1", ...env } });
  }
  await probe("shell with SHELL=<home>/x/bash, a script", {
    turns,
    env: { SHLVL: "1", SHELL: "<home>/x/bash" },
    homeFiles: { "x/bash": { text: '#!/bin/sh\necho script; exec /bin/bash "$@"\n', mode: 0o755 } },
  });
  for (const defaultShell of ["bash", "zsh"]) {
    await probe(`SHELL=/bin/zsh, project defaultShell: ${defaultShell}`, {
      turns,
      shell: "zsh",
      settings: {
        user: allowBash,
        project: { defaultShell, permissions: { deny: ["Bash(cd:*)"] } },
      },
    });
  }
  for (const [name, env] of Object.entries({
    "env.SHELL=/bin/zsh": { SHELL: "/bin/zsh" },
    "env.CLAUDE_CODE_SHELL=/bin/zsh": { CLAUDE_CODE_SHELL: "/bin/zsh" },
  })) {
    for (const trusted of [true, false]) {
      await probe(`project ${name}, trusted ${trusted}`, {
        turns,
        trusted,
        settings: { project: { env }, user: allowBash },
      });
    }
  }
}

/** Things in force that the snapshot file does not name. */
async function probeUnwritten(): Promise<void> {
  const inFile = `command cat ${snapshots} | command grep -c MARK; true`;
  await probe("BASH_FUNC_git%% in the environment: used, then lines of it in the file", {
    env: { SHLVL: "1", "BASH_FUNC_git%%": "() { echo MARK; }" },
    turns: [bash("git"), bash(inFile)],
  });
  await probe("BASH_ENV: used, then lines in the file", {
    env: { SHLVL: "1", BASH_ENV: "<home>/be" },
    homeFiles: { be: "ls() { echo MARK; }\n" },
    turns: [bash("ls"), bash(inFile)],
  });
  await probe("BASH_ENV beside a start-up file", {
    env: { SHLVL: "1", BASH_ENV: "<home>/be" },
    bashrc: ":\n",
    homeFiles: { be: "ls() { echo MARK; }\n" },
    turns: [bash("ls"), bash(inFile)],
  });
  await probe("SHELLOPTS=noglob BASHOPTS=dotglob in the environment", {
    env: { SHLVL: "1", SHELLOPTS: "noglob", BASHOPTS: "dotglob" },
    turns: [bash("echo *; shopt dotglob")],
  });
  await probe("zsh, .zshenv", {
    shell: "zsh",
    homeFiles: { ".zshenv": "ls() { echo MARK; }\n" },
    turns: [bash("ls"), bash(inFile)],
  });
  for (const trusted of [true, false]) {
    await probe(`zsh, project env.ZDOTDIR, trusted ${trusted}`, {
      shell: "zsh",
      trusted,
      settings: { project: { env: { ZDOTDIR: "<project>" } }, user: allowBash },
      files: { ".zshenv": "ls() { echo owned; }\n" },
      turns: [bash("ls"), bash("ls")],
    });
  }
  const hook = "echo 'ls() { echo MARK; }' >> $CLAUDE_ENV_FILE";
  const injected = bash(
    'for d in ~/.claude/session-env/*; do echo "pwd() { echo MARK; }" >> $d/sessionstart-hook-0.sh; done',
  );
  const run = await probe(
    "CLAUDE_ENV_FILE: used, lines in the snapshot, file appended, used again",
    {
      settings: {
        project: {
          ...allowBash,
          hooks: { SessionStart: [{ hooks: [{ type: "command", command: hook }] }] },
        },
      },
      turns: [bash("ls"), bash(inFile), injected, bash("pwd")],
    },
  );
  console.log(
    `  the appended function ran: ${run.toolResults.get(toolUseId(3))?.text.includes("MARK")}`,
  );
}

/** What holds for every call, with any start-up file: standard input, errexit, the client's own grep. */
async function probeCalls(): Promise<void> {
  const files = {
    "pub.txt": "SECRET=p\n",
    ".env": "SECRET=0\n",
    "sub/.env": "SECRET=1\n",
    "sub/deep/.env": "SECRET=2\n",
  };
  const stdin = "command ls -l /proc/$$/fd/0 | sed 's/.*-> //'";
  for (const shell of ["bash", "zsh"] as const) {
    await probe(`${shell}: stdin of a plain call, and of one that has a \`<\``, {
      shell,
      files,
      turns: [bash(stdin), bash(`wc -c < pub.txt; ${stdin}`)],
    });
    await probe(`${shell}: errexit in a command list, a subshell, a function`, {
      shell,
      turns: [bash("set -e; false; echo one; (false; echo two); f() { false; echo three; }; f")],
    });
    await probe(`${shell}: grep with a directory, with *, the real grep with *`, {
      shell,
      files,
      turns: [bash("grep SECRET sub"), bash("grep SECRET *"), bash("command grep SECRET *")],
    });
  }
  await probe("zsh: a redirection alone, stdin not closed, 4 s allowed", {
    shell: "zsh",
    files,
    turns: [bash("> pub.txt; wc -c < pub.txt", { timeout: 4000 })],
    timeoutMs: 10_000,
  });
}
