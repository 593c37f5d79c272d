// What commands inherit: variables as values, variables that name code, and a search path that leads into the project.
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { environmentFacts } from "#guard/effects/variables/inherited.ts";
import type { EnvironmentFacts, ShellFacts } from "#guard/facts/facts.ts";
import { judgeCommand, makeProject, plainShell } from "../../../judging.ts";

const place = makeProject();
const { project, home, root } = place;
const fill = (text: string) =>
  text
    .replaceAll("<project>", project)
    .replaceAll("<home>", home)
    .replaceAll("<outside>", `${root}/outside`);
const environment = (
  variables: Readonly<Record<string, string>>,
  change: Partial<EnvironmentFacts> = {},
): EnvironmentFacts =>
  environmentFacts({
    variables: new Map(Object.entries(variables).map(([name, value]) => [name, fill(value)])),
    withheld: new Set(),
    isExact: true,
    ...change,
  });
type Variables = Readonly<Record<string, string>>;
const judge = (
  command: string,
  variables: Variables | undefined,
  options: { shell?: ShellFacts; written?: readonly string[]; isExact?: boolean } = {},
) =>
  judgeCommand(place, fill(command), {
    ...(variables === undefined
      ? {}
      : { environment: environment(variables, { isExact: options.isExact ?? true }) }),
    ...(options.shell === undefined ? {} : { shell: options.shell }),
    writtenPaths: new Set(options.written?.map(fill)),
  });
const system = "/usr/local/bin:/usr/bin:/bin";

beforeAll(() => {
  const program = (path: string) => {
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, "#!/bin/sh\n");
    chmodSync(path, 0o755);
  };
  program(join(project, "bin/ls"));
  program(join(project, "node_modules/.bin/prettier"));
  program(join(home, "bin/cat"));
  program(join(project, "tools/cat"));
  mkdirSync(join(project, ".venv/bin"), { recursive: true });
  symlinkSync("/usr/bin/env", join(project, ".venv/bin/env"));
  symlinkSync("/bin/rm", join(project, ".venv/bin/wc"));
  mkdirSync(join(project, "lib"));
  writeFileSync(join(project, "lib/json.py"), "");
  writeFileSync(join(home, "rgrc"), "--smart-case\n--max-columns=150\n# mine\n");
  writeFileSync(join(home, "rgrc-hidden"), "--hidden\n");
  writeFileSync(join(home, "rgrc-runs"), "--pre=./x\n");
});
afterAll(() => place.remove());

describe("what init puts into a session", () => {
  const ours = { NODE_EXTRA_CA_CERTS: "<home>/.local/share/sallyport/tls/ca-bundle.pem" };
  it.each([
    ["exact", true],
    ["possible", false],
  ])("makes no call of node tampering where values are %s", async (_, isExact) => {
    for (const command of ["node --version", "npm ls"])
      expect((await judge(command, ours, { isExact })).verdict).toBe("allow");
    expect((await judge('cat "$NODE_EXTRA_CA_CERTS"', ours, { isExact })).verdict).toBe("deny");
    const set = `NODE_EXTRA_CA_CERTS=<project>/.env npm ls`;
    expect((await judge(set, ours, { isExact })).verdict).toBe("deny");
  });
});

describe("a variable that is inherited is a value", () => {
  const cases: readonly (readonly [string, string, Variables])[] = [
    ["deny", '"$SHELL" -c "cat .env"', { SHELL: "/bin/bash" }],
    ["allow", '"$SHELL" -c "cat pub.txt"', { SHELL: "/bin/bash" }],
    ["deny", "$PAGER .env", { PAGER: "cat" }],
    ["deny", 'f="${TMPDIR}env"; cat "./$f"', { TMPDIR: "." }],
    ["allow", "cat pub.txt ${EDITOR:-}", { PAGER: "less" }],
    ["deny", "cat ${EDITOR:-.env}", { PAGER: "less" }],
    ["deny", "cat $KUBECONFIG", { KUBECONFIG: "<project>/.env" }],
  ];
  for (const [verdict, command, variables] of cases) {
    it(`${verdict}: ${command} under ${JSON.stringify(variables)}`, async () => {
      expect(await judge(command, variables)).toMatchObject({ verdict });
    });
  }
  it("is one possibility beside any other where a start-up file may have replaced it", async () => {
    const decision = await judge('"$PAGER" pub.txt', { PAGER: "cat" }, { isExact: false });
    expect(decision.verdict).toBe("ask");
  });
  it("is the same of one name that settings changed, and certain of the others", async () => {
    const facts = environment({ PAGER: "cat", EDITOR: "cat" }, { doubtful: new Set(["EDITOR"]) });
    const verdict = async (command: string) =>
      (await judgeCommand(place, command, { environment: facts })).verdict;
    expect(await verdict('"$PAGER" pub.txt')).toBe("allow");
    expect(await verdict('"$EDITOR" pub.txt')).toBe("ask");
  });
  it("is not known where contained commands have one of ours in its place", async () => {
    for (const name of ["npm_config_cache", "CARGO_HOME", "NODE_EXTRA_CA_CERTS"])
      expect((await judge(`cat pub.txt $${name}`, {})).verdict).not.toBe("allow");
    expect((await judge("cat pub.txt $EDITOR", {})).verdict).toBe("allow");
  });
  it("is not known where nobody told of any, nor where its value was withheld", async () => {
    expect((await judge('"$PAGER" pub.txt', undefined)).verdict).toBe("ask");
    const decision = await judgeCommand(place, '"$PAGER" pub.txt', {
      environment: environment({}, { withheld: new Set(["PAGER"]) }),
    });
    expect(decision.verdict).toBe("ask");
  });
});

describe("a variable that names code of the project makes programs run it", () => {
  const cases: readonly (readonly [string, string, Variables])[] = [
    ["echo hi", "env.sh", { BASH_ENV: "<project>/env.sh" }],
    ["echo hi", "script.sh", { BASH_ENV: "script.sh" }],
    ["echo hi", "evil.so", { LD_PRELOAD: "<project>/evil.so" }],
    ["echo hi", "prefix.sh", { CLAUDE_CODE_SHELL_PREFIX: "<project>/prefix.sh" }],
    ["echo hi", "bash", { SHELL: "<project>/bash" }],
    [
      "git status",
      "monitor.sh",
      {
        GIT_CONFIG_COUNT: "1",
        GIT_CONFIG_KEY_0: "core.fsmonitor",
        GIT_CONFIG_VALUE_0: "<project>/monitor.sh",
      },
    ],
    ["git status", "evil.gitconfig", { GIT_CONFIG_GLOBAL: "<project>/evil.gitconfig" }],
    ["git fetch", "ssh.sh", { GIT_SSH_COMMAND: "sh <project>/ssh.sh" }],
    ["node --version", "evil.cjs", { NODE_OPTIONS: "--require <project>/evil.cjs" }],
    ["node --version", "evil.cjs", { NODE_OPTIONS: "--import=file://<project>/evil.cjs" }],
    ["less pub.txt", "open.sh", { LESSOPEN: "|<project>/open.sh %s" }],
    ["man ls", "pager.sh", { MANPAGER: "<project>/pager.sh" }],
    ["perl -e 'print 1'", "Evil.pm", { PERL5OPT: "-M<project>/Evil.pm" }],
  ];
  for (const [command, file, variables] of cases) {
    it(`ask: ${command} under ${JSON.stringify(variables)}`, async () => {
      const decision = await judge(command, variables);
      expect(decision.verdict).toBe("ask");
      expect(decision.effects).toContainEqual(
        expect.objectContaining({
          kind: "execute",
          program: expect.stringContaining(file),
          origin: "project",
          reach: "unbounded",
        }),
      );
    });
  }
  it("ask: only the shell that heeds it", async () => {
    const variables = { ZDOTDIR: "<project>/zsh" };
    expect((await judge("echo hi", variables)).verdict).toBe("allow");
    expect((await judge("echo hi", variables, { shell: plainShell("zsh") })).verdict).toBe("ask");
    expect((await judge("echo hi", variables, { shell: plainShell("unknown") })).verdict).toBe(
      "ask",
    );
  });
  it("ask: code that was written in this session, wherever it lies", async () => {
    const options = { written: ["<outside>/ssh.sh"] };
    const decision = await judge("git fetch", { GIT_SSH_COMMAND: "<outside>/ssh.sh" }, options);
    expect(decision.effects).toContainEqual(
      expect.objectContaining({ kind: "execute", origin: "generated" }),
    );
  });
  it("allow: the same variable for a program that does not heed it, or unset in the command", async () => {
    const variables = { NODE_OPTIONS: "--require <project>/evil.cjs" };
    expect((await judge("cat pub.txt", variables)).verdict).toBe("allow");
    expect((await judge("unset NODE_OPTIONS; node --version", variables)).verdict).toBe("allow");
    expect((await judge("NODE_OPTIONS= node --version", variables)).verdict).toBe("allow");
  });
});

describe("a variable that the command sets itself names code", () => {
  const generated = expect.objectContaining({ kind: "execute", origin: "generated" });
  it("ask: what was written in this session or in this call, for the everyday ones too", async () => {
    const written = { written: ["<project>/cluster.yaml"] };
    const before = await judge("KUBECONFIG=cluster.yaml kubectl get pods", undefined);
    expect(before.effects).not.toContainEqual(generated);
    const commands = [
      "KUBECONFIG=cluster.yaml kubectl get pods",
      "export KUBECONFIG=./cluster.yaml; kubectl get pods",
    ];
    for (const command of commands) {
      const decision = await judge(command, undefined, written);
      expect(decision.effects).toContainEqual(generated);
      expect(decision.verdict).toBe("ask");
    }
    const here = await judge("echo x > new.yaml; KUBECONFIG=new.yaml kubectl get pods", undefined);
    expect(here.effects).toContainEqual(generated);
  });
  it("ask: what the call writes where an inherited variable points", async () => {
    const variables = { GIT_SSH_COMMAND: "<outside>/ssh.sh" };
    const decision = await judge("echo x > <outside>/ssh.sh; git fetch", variables);
    expect(decision.effects).toContainEqual(generated);
  });
});

describe("what a person sets every day changes no verdict", () => {
  const usual: Variables = {
    PATH: `<home>/.local/bin:${system}`,
    SHELL: "/bin/bash",
    SHLVL: "1",
    PAGER: "less -R",
    GIT_PAGER: "delta",
    EDITOR: "vim",
    VISUAL: "code --wait",
    LESS: "-FRX",
    LESSOPEN: "|/usr/bin/lesspipe %s",
    NODE_OPTIONS: "--max-old-space-size=4096",
    GIT_SSH_COMMAND: "ssh -i <home>/.ssh/work",
    NVM_DIR: "<home>/.nvm",
    KUBECONFIG: "<home>/.kube/config",
    XDG_CONFIG_HOME: "<home>/.config",
    RIPGREP_CONFIG_PATH: "<home>/rgrc",
    PYTHONPATH: "<home>/lib/python",
    GOFLAGS: "-mod=mod",
    JAVA_TOOL_OPTIONS: "-Dfile.encoding=UTF-8",
    BASH_ENV: "<home>/.bash_env",
    MANPAGER: "sh -c 'col -bx | bat -l man -p'",
    FZF_DEFAULT_COMMAND: "rg --files --hidden --glob '!.git/*'",
    npm_config_cache: "<home>/.npm",
  };
  const commands = [
    "echo hi",
    "git status",
    "git log --oneline | head -3",
    "ls -la && cat pub.txt | wc -l",
    "node --version",
    "rg export src",
    "python3 -c 'import json; print(json.dumps(1))'",
    "cd src && ls",
    "go list ./...",
    "find . -name '*.ts' | xargs wc -l",
    "man ls | head",
  ];
  for (const command of commands) {
    it(command, async () => {
      const before = await judge(command, undefined);
      const after = await judge(command, usual);
      expect(after.verdict, JSON.stringify(after.reasons[0])).toBe(before.verdict);
    });
  }
});

describe("a search path that leads into the project", () => {
  const first = { PATH: `<project>/bin:<project>/.venv/bin:${system}` };
  const last = { PATH: `${system}:<project>/bin` };
  const cases: readonly (readonly [string, string, Variables, (readonly string[])?])[] = [
    ["ask", "ls", first],
    ["ask", "find . -name x -exec ls {} +", first],
    ["ask", "ls", { PATH: `bin:${system}` }],
    ["ask", "cd bin && ls", { PATH: `:${system}` }],
    ["allow", "cat pub.txt", first],
    ["allow", "ls", last],
    ["allow", "/bin/ls", first],
    // A link that a virtual environment makes, and one that stands for another program.
    ["allow", "env cat pub.txt", first],
    ["ask", "wc pub.txt", first],
    // A person's own folder is theirs, until this session writes there.
    ["allow", "cat pub.txt", { PATH: `<home>/bin:${system}` }],
    ["ask", "cat pub.txt", { PATH: `<home>/bin:${system}` }, ["<home>/bin/cat"]],
  ];
  for (const [verdict, command, variables, written = []] of cases) {
    it(`${verdict}: ${command} under ${variables["PATH"]}`, async () => {
      const decision = await judge(command, variables, { written });
      expect(decision.verdict, JSON.stringify(decision.reasons[0])).toBe(verdict);
    });
  }
  it("ask: where it is not certain what start-up files made of the other variables", async () => {
    const options = { shell: plainShell("unknown"), isExact: false };
    expect((await judge("ls", first, options)).verdict).toBe("ask");
    expect((await judge("cat pub.txt", first, options)).verdict).toBe("allow");
  });
  it("ask: a module of python runs, whatever programs there are", async () => {
    expect((await judge("python3 -m build", { PATH: system })).verdict).toBe("ask");
  });
  it("deny: what a copy in the project is called says what it does at least", async () => {
    const tools = { PATH: `<project>/tools:${system}` };
    expect((await judge("cat .env", tools)).verdict).toBe("deny");
    expect((await judge("cat pub.txt", tools)).verdict).toBe("ask");
  });
});

describe("variables that change how a command is read", () => {
  const cases: readonly (readonly [string, string, Variables])[] = [
    ["ask", "grep x pub.txt -e .env", { POSIXLY_CORRECT: "1" }],
    ["allow", "grep -n x pub.txt", { POSIXLY_CORRECT: "1" }],
    ["deny", "cat *", { BASHOPTS: "dotglob" }],
    ["deny", "cd sub && cat .env", { CDPATH: "<outside>" }],
    ["allow", "cd src && cat main.ts", { CDPATH: "<home>:." }],
    ["allow", "rg export src", { RIPGREP_CONFIG_PATH: "<home>/rgrc" }],
    ["deny", "rg SECRET", { RIPGREP_CONFIG_PATH: "<home>/rgrc-hidden" }],
    ["ask", "rg export src", { RIPGREP_CONFIG_PATH: "<home>/rgrc-runs" }],
    ["ask", "python3 -c 'import json'", { PYTHONPATH: "<project>/lib" }],
    ["allow", "python3 -c 'import json'", { PYTHONPATH: "<project>/src" }],
  ];
  for (const [verdict, command, variables] of cases) {
    it(`${verdict}: ${command} under ${JSON.stringify(variables)}`, async () => {
      const decision = await judge(command, variables);
      expect(decision.verdict, JSON.stringify(decision.reasons[0])).toBe(verdict);
    });
  }
  it("deny: a function that bash takes from its environment, in the shell and in its children", async () => {
    const variables = { "BASH_FUNC_ls%%": "() {  cat .env\n}" };
    expect((await judge("ls", variables)).verdict).toBe("deny");
    expect((await judge("bash -c ls", variables)).verdict).toBe("deny");
    expect((await judge("ls", variables, { shell: plainShell("zsh") })).verdict).toBe("allow");
  });
  it("deny: a program is not hidden by such a function where the shell takes none", async () => {
    const variables = { "BASH_FUNC_cat%%": "() {  :\n}" };
    expect((await judge("sh -c 'cat .env'", variables)).verdict).toBe("deny");
    expect((await judge("cat .env", variables, { shell: plainShell("unknown") })).verdict).toBe(
      "deny",
    );
  });
});
