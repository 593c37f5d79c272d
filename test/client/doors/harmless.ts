// Everyday commands, skills, mentions and imports: each has to give what it gives without us.
import { agent, command, type Harmless, shell, skill } from "./door.ts";

const runs = (id: string, text: string, says: string, prompt = "/x"): Harmless => ({
  id,
  title: `inline \`${text}\``,
  says,
  prompt,
  files: { ".claude/commands/x.md": command(`It is OUT[ ${shell(text)} ]END, go on.`) },
});
/** What the client shows in place of an empty output. */
const NOTHING = "^\\(Bash completed with no output\\)$";
const helper = {
  settings: { permissions: { allow: ["Agent", "Task"] } },
  turns: [
    [
      {
        name: "Agent",
        input: { description: "help", prompt: "MARKSUB help", subagent_type: "helper" },
      },
    ],
    "bye",
  ],
  subAgents: { MARKSUB: ["sub done"] },
} as const;

export const harmless: readonly Harmless[] = [
  runs("git-status", "git status", "On branch main"),
  runs("git-branch", "git branch --show-current", "^main$"),
  runs("git-log", "git log -5 --oneline", "[0-9a-f]{7} start"),
  runs("git-diff", "git diff --stat", NOTHING),
  runs("git-diff-head", "git diff HEAD", NOTHING),
  runs("date", "date", "\\d\\d:\\d\\d:\\d\\d"),
  runs("pwd", "pwd", "^/.*project$|^/.*shop$"),
  runs("ls", "ls", "README\\.md"),
  runs("ls-head", "ls src | head", "cart\\.ts"),
  runs("node-version", "node --version", "^v\\d+\\."),
  runs("npm-test", "npm test", "pass 1"),
  runs("cat-package", "cat package.json", '"version": "1\\.2\\.3"'),
  runs("wc", "wc -l src/*.ts", "total"),
  runs("grep-later", "grep -rn LATER src", "count twice"),
  runs("find", "find . -name '*.ts' -not -path './node_modules/*'", "src/price\\.ts"),
  runs("whoami", "whoami", "^[a-z][-a-z0-9]*$"),
  runs("uname", "uname -a", "Linux"),
  runs("jq", "jq .version package.json", '^"1\\.2\\.3"$'),
  runs("missing-tool", "gh pr view 2>&1 || true", "not found"),
  runs("cat-example", "cat .env.example", "put-yours-here"),
  runs("echo-arguments", "echo $ARGUMENTS", "^an ordinary word$", "/x an ordinary word"),
  runs("git-show-argument", "git log --oneline -1 $0", "start", "/x HEAD"),
  {
    id: "fenced",
    title: "a fenced block with `git status --short` and `date`",
    says: "OUT\\[[\\s\\S]*\\d\\d:\\d\\d:\\d\\d",
    prompt: "/x",
    files: { ".claude/commands/x.md": command("OUT[\n```!\ngit status --short\ndate\n```\n]END") },
  },
  {
    id: "mention",
    title: "`@README.md` in the prompt",
    says: "READMEWORD",
    prompt: "look at @README.md",
  },
  {
    id: "mention-lines",
    title: "`@src/cart.ts#L1-2` in the prompt",
    says: "count twice",
    prompt: "look at @src/cart.ts#L1-2",
  },
  {
    id: "mention-command",
    title: "`@docs/notes.md` in a command",
    says: "NOTESWORD",
    prompt: "/x",
    files: { ".claude/commands/x.md": command("See @docs/notes.md please.") },
  },
  {
    id: "import",
    title: "`@docs/notes.md` in CLAUDE.md",
    says: "NOTESWORD",
    files: { "CLAUDE.md": "See @docs/notes.md\n" },
  },
  {
    id: "claude-agents",
    title: "CLAUDE.md that is a link to AGENTS.md",
    says: "AGENTSWORD",
    files: { "AGENTS.md": "We say AGENTSWORD.\n", "CLAUDE.md": { link: "AGENTS.md" } },
  },
  {
    id: "rule",
    title: "a rule for paths, when a file there is read",
    says: "RULEWORD",
    files: { ".claude/rules/a.md": "---\npaths: src/**\n---\nWe say RULEWORD.\n" },
    turns: [[{ name: "Read", input: { file_path: "<project>/src/cart.ts" } }], "bye"],
  },
  {
    id: "user-memory",
    title: "`~/.claude/CLAUDE.md` with an import of a file beside it",
    says: "MINEWORD",
    homeFiles: { ".claude/CLAUDE.md": "See @mine.md\n", ".claude/mine.md": "I say MINEWORD.\n" },
  },
  {
    id: "output-style",
    title: "an output style of the project",
    says: "STYLEWORD",
    settings: { outputStyle: "calm" },
    files: {
      ".claude/output-styles/calm.md": "---\nname: calm\ndescription: d\n---\nSay STYLEWORD.\n",
    },
  },
  {
    id: "agent",
    title: "an agent without hooks",
    says: "AGENTWORD",
    ...helper,
    files: {
      ".claude/agents/helper.md": agent("helper", "tools: Read, Bash\n", "You say AGENTWORD."),
    },
  },
  {
    id: "agent-skill",
    title: "an agent with a preloaded skill that shows the branch",
    says: "^main$",
    ...helper,
    files: {
      ".claude/skills/s/SKILL.md": skill("s", `OUT[ ${shell("git branch --show-current")} ]END`),
      ".claude/agents/helper.md": agent("helper", "skills: s\n"),
    },
  },
  {
    id: "plugin-skill",
    title: "a skill of a plugin that shows the branch",
    says: "^main$",
    prompt: "/p:s",
    args: ["--plugin-dir", "<outside>/p"],
    outsideFiles: {
      "p/.claude-plugin/plugin.json": '{"name":"p","version":"1.0.0"}',
      "p/skills/s/SKILL.md": skill("s", `OUT[ ${shell("git branch --show-current")} ]END`),
    },
  },
  {
    id: "skill-model",
    title: "a skill that the model calls, with `git status`",
    says: "On branch main",
    settings: { permissions: { allow: ["Skill"] } },
    turns: [[{ name: "Skill", input: { skill: "s" } }], "bye"],
    files: { ".claude/skills/s/SKILL.md": skill("s", `OUT[ ${shell("git status")} ]END`) },
  },
  {
    id: "plain-prompt",
    title: "a prompt with an address and a decorator",
    says: "@Injectable",
    prompt: "mail me@example.com about @Injectable and @angular/core",
  },
];
