// What generated pairs are made of: commands, forms around them, paths, rules. Nothing in it does harm outside the session's places.

/** Programs of which a stub that does nothing comes first on the session's PATH. */
export const stubbedPrograms = [
  ...["cargo", "cp", "curl", "docker", "doas", "gh", "git", "make", "mkdir", "mv", "node", "npm"],
  ...[
    "npx",
    "python3",
    "rg",
    "rm",
    "rmdir",
    "setsid",
    "ssh",
    "sudo",
    "tee",
    "touch",
    "watch",
    "xxd",
  ],
] as const;

/** Files of the project; `link-in` and `link-out` lead to a file inside and outside. */
export const projectFiles = {
  "pub.txt": "public\n",
  ".env": "A=1\n",
  "sub/.env": "A=1\n",
  "sub/a.txt": "a\n",
  "src/a.ts": "a\n",
  "src/deep/b.ts": "b\n",
  "secrets/k.txt": "k\n",
  "sub/secrets/k.txt": "k\n",
  "link-in": { link: "src/a.ts" },
  "link-out": { link: "<outside>/f.txt" },
  ".claude/skills/sk/SKILL.md": "---\nname: sk\ndescription: nothing\n---\nhello\n",
  ".claude/skills/sk2/SKILL.md": "---\nname: sk2\ndescription: nothing\n---\nhello\n",
} as const;
export const homeFiles = { "x.key": "k\n", "docs/n.txt": "n\n" } as const;
export const outsideFiles = { "f.txt": "out\n", "src/x.ts": "x\n" } as const;

/** Links among them, for the simulator, which sees no disk. */
export const links: Readonly<Record<string, string>> = {
  "<project>/link-in": "<project>/src/a.ts",
  "<project>/link-out": "<outside>/f.txt",
};

/** Paths to read. */
export const readPaths = [
  ...["pub.txt", "./pub.txt", "src/a.ts", "src/deep/b.ts", ".env", "sub/.env", "secrets/k.txt"],
  ...["sub/secrets/k.txt", "SECRETS/k.txt", "<project>/src/a.ts", "<project>/.env", "~/x.key"],
  ...[
    "<home>/x.key",
    "<home>/docs/n.txt",
    "<outside>/f.txt",
    "<outside>/src/x.ts",
    "/etc/hostname",
  ],
  ...["../x", "src/../pub.txt", "link-in", "link-out", "src//a.ts", ".git/config"],
] as const;

/** Paths to write; none of them exists. */
export const writePaths = [
  ...[
    "zz",
    "src/zz",
    "src/deep/zz",
    "secrets/zz",
    "sub/zz.txt",
    "<project>/zz",
    "<project>/src/zz",
  ],
  ...[
    "<outside>/zz",
    "~/zz",
    "<home>/docs/zz",
    "../zz",
    ".git/zz",
    ".vscode/zz",
    ".envrc",
    "a/b/zz",
  ],
  ...[".claude/zz", "sub/.git/zz"],
] as const;

/** Commands without a path of their own. */
export const plainCommands = [
  ...["ls", "ls -la", "pwd", "echo hi", "git status", "git status -s", "git log --oneline -5"],
  ...["git diff", "git branch -a", "grep -r x .", "find . -name x", "true", "whoami", "date"],
  ...["npm test", "npm test a", "npm run build", "npm run test:unit", "npm install x", "npx x"],
  ...["make test", "make", "git push", "git push origin main", "git push --force origin main"],
  ...['git commit -m "a b"', "git checkout main", "git add .", "git -C . push", "docker ps"],
  ...["docker run x", "curl http://localhost:9/", "node app.js", "python3 x.py", "cargo test"],
  ...["gh pr list", "ssh h", "git pushx", "npm  test", 'npm "test"', "env", "printenv"],
  ...["/usr/bin/git push", "./x.sh", "bash -c 'npm test'", "rm -rf .", "find src9 -delete"],
  ...["git branch x", "git stash list", "sleep 0", "seq 3", "cat", "node --version", "jq ."],
] as const;

/** Programs that read the path behind them. */
export const readingPrograms = [
  ...["cat", "cat -n", "head -5", "tail -n 5", "wc -l", "sort", "grep x", "grep -rn x", "ls"],
  ...["ls -la", "stat", "file", "diff pub.txt", "sed -n 1,5p", "cut -c1", "nl", "jq .", "od"],
  ...[
    "base64",
    "strings",
    "rg x",
    "find",
    "xxd",
    "less",
    "du",
    "awk 1",
    "git diff --no-index pub.txt",
  ],
  ...["realpath", "sha256sum", "rev", "git add", "node", "test -f"],
] as const;

/** Programs that write the path behind them. */
export const writingPrograms = [
  ...["touch", "mkdir", "mkdir -p", "rm", "rm -rf", "rmdir", "cp pub.txt", "mv zz", "tee"],
  ...["sed -i s/a/b/", "cp -r src", "echo x >", "echo x >>", "ls -la >", "npm test >", "ls 2>"],
] as const;

/** What may stand in front of a command. */
export const fronts = [
  ...["FOO=1", "NODE_ENV=test", "CI=true", "LD_PRELOAD=x", "timeout 5", "timeout -s KILL 5"],
  ...["time", "nice", "nice -n 5", "nohup", "stdbuf -oL", "env", "env A=1", "command", "sudo"],
  ...["sudo -u x", "exec", "builtin", "xargs", "!", "setsid", "timeout 5 nice", "FOO=1 timeout 5"],
  ...["watch", "eval", "doas", "NODE_ENV=a CI=1"],
] as const;

/** Forms around one command, `@`; `%` is a second one. */
export const shapes = [
  ...["@ > /dev/null", "@ 2>&1", "@ < pub.txt", "@ > zz", "@ >> src/zz", "@ < /etc/hostname"],
  ...["@ && %", "% && @", "@; %", "@ | head -5", "% | @", "@ || true", "@ || %", "@\n%", "@ &"],
  ...["(@)", "{ @; }", "if true; then @; fi", "if @; then %; fi", "for i in 1 2; do @; done"],
  ...["while false; do @; done", "case a in a) @;; esac", "f() { @; }; f", "echo $(@)", "x=$(@)"],
  ...["echo `@`", 'echo "$(@)"', "cat <(@)", 'bash -c "@"', "echo @ | sh", "[[ -n x ]] && @"],
  ...["cd src && @", "cd <outside> && @", "(cd src && @)", "# note\n@", "@ # note", "echo hi # @"],
  ...["@ <<'EOF'\nx\nEOF", "cat <<EOF\n@\nEOF", "@ $X", "@ $HOME", '@ "$X"', "@ *", "@ 'a b'"],
  ...[
    "@ {a,b}",
    "x=1; @",
    "export A=1; @",
    "set -e; @",
    "  @",
    "@ &&",
    "@ && % && @",
    "@ | tee zz",
  ],
  ...["@ && echo done", "% ; @ | wc -l", "cd . && @", "@ -- x", "@ --flag", "trap '@' EXIT"],
] as const;

/** Path patterns of rules, each anchor. */
export const patterns = [
  ...[".env", "./.env", "/.env", "**/.env", "//**/.env", "src/**", "./src/**", "/src/**", "src"],
  ...["src/", "src/*", "/src", "secrets/**", "/secrets/**", "**/secrets/**", "secrets", "*.txt"],
  ...["*.ts", "/*.txt", "src/**/*.ts", "~/**", "~/x.key", "//etc/**", "/etc/**", "/<outside>/**"],
  ...["<outside>/**", "../outside/**", "zz", "**", "/**", "*", "//**", ".git/**", "//**/*.key"],
  ...["sub/secrets/**", "S[ru]C/**", "src/a.t?", "!.env", "a/*/zz"],
] as const;

/** Rules about other tools, and rules that mean nothing. */
export const otherRules = [
  ...["WebFetch", "WebFetch(domain:example.com)", "WebFetch(domain:*.example.com)"],
  ...["WebFetch(domain:*)", "WebFetch(https://example.com/*)", "Skill", "Skill(sk)", "Skill(sk:*)"],
  ...["Agent", "Agent(Explore)", "Task(Explore)", "mcp__fake", "mcp__fake__echo", "mcp__fake__*"],
  ...["mcp__fake__ec*", "mcp__*__echo", "mcp__fak*", "mcp__other__echo", "mcp__fake()"],
  ...["Skill(sk2)", "Skill(sk *)", "Skill(s*)", "Skill(/sk)", "Skill(other:sk)"],
  ...["mcp__*", "mcp__other", "Read", "Write", "Edit", "Write(src/**)", "NotebookEdit", "Bash()"],
] as const;

/** Calls of other tools; agents say the marker by which the stub knows them. */
export const otherCalls = [
  { name: "WebFetch", input: { url: "http://example.com/", prompt: "x" } },
  { name: "WebFetch", input: { url: "https://sub.example.com/a", prompt: "x" } },
  { name: "WebFetch", input: { url: "https://EXAMPLE.com:8443/a", prompt: "x" } },
  { name: "WebFetch", input: { url: "https://notexample.com/", prompt: "x" } },
  { name: "WebFetch", input: { url: "http://127.0.0.1:9/", prompt: "x" } },
  { name: "Skill", input: { skill: "sk" } },
  { name: "Skill", input: { skill: "sk", args: "a b" } },
  { name: "Skill", input: { skill: "sk2" } },
  { name: "Skill", input: { skill: "/sk" } },
  { name: "Agent", input: { description: "d", prompt: "MARKER", subagent_type: "Explore" } },
  {
    name: "Agent",
    input: { description: "d", prompt: "MARKER", subagent_type: "general-purpose" },
  },
] as const;

/** Calls of two MCP servers, in sessions that have them. */
export const serverCalls = [
  ...["mcp__fake__echo", "mcp__fake__write", "mcp__other__echo", "mcp__other__write"],
] as const;
