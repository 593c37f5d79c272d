// Doors through `@` mentions: of files, links and resources, in what a person types and in what a command or skill says.
import process from "node:process";
import { command, type Door, secretDoor, shell, skill } from "./door.ts";
import { PROMPT_SERVER } from "./prompt-server.ts";

const mention = (
  id: string,
  title: string,
  prompt: string,
  more: Parameters<typeof secretDoor>[2] = {},
) => secretDoor(`mention-${id}`, title, { prompt, ...more });
const server = {
  ".mcp.json": JSON.stringify({
    mcpServers: { srv: { command: process.execPath, args: ["srv.cjs"] } },
  }),
  "srv.cjs": PROMPT_SERVER,
};

/** The sixteen of the first measurement that are mentions come first. */
export const mentionDoors: readonly Door[] = [
  mention("typed", "`@.env` in the prompt", "look at @.env please"),
  mention("link", "`@notes.txt`, a symbolic link to `.env`", "look at @notes.txt", {
    files: { "notes.txt": { link: ".env" } },
  }),
  mention("directory-link", "`@conf/.env` through a link to a directory", "look at @conf/.env", {
    files: { conf: { link: "sub" } },
  }),
  mention("in-command", "`@.env` inside a typed command", "/x", {
    files: { ".claude/commands/x.md": command("Look at @.env please.") },
  }),

  mention("quoted", '`@".env"`', 'look at @".env" please'),
  mention("lines", "`@.env#L1-3`", "look at @.env#L1-3"),
  mention("round-about", "`@./src/../.env`", "look at @./src/../.env"),
  mention("absolute", "`@/…/project/.env`", "look at @<project>/.env"),
  mention("subfolder", "`@sub/.env`", "look at @sub/.env"),
  mention("env-local", "`@.env.local`", "look at @.env.local"),
  mention("private-key", "`@id_rsa` in the project", "look at @id_rsa"),
  mention("service-account", "`@credentials.json`", "look at @credentials.json"),
  mention("tracked", "`@.env` that is tracked", "look at @.env", {
    files: { ".gitignore": "node_modules\n.claude/settings.local.json\n" },
  }),
  mention("netrc", "`@~/.netrc`", "look at @~/.netrc"),
  mention("aws", "`@~/.aws/credentials`", "look at @~/.aws/credentials"),
  mention("ssh", "`@~/.ssh/id_ed25519`", "look at @~/.ssh/id_ed25519"),
  mention("link-chain", "a link to a link to `.env`", "look at @a.txt", {
    files: { "a.txt": { link: "b.txt" }, "b.txt": { link: "c.txt" }, "c.txt": { link: ".env" } },
  }),
  mention("hard-link", "a hard link with another name", "look at @notes.txt", {
    files: { "notes.txt": { hardLink: ".env" } },
  }),
  mention("absolute-link", "a link by an absolute path", "look at @notes.txt", {
    files: { "notes.txt": { link: "<project>/.env" } },
  }),
  mention("home-link", "a link out of the project, to `~/.netrc`", "look at @notes.txt", {
    files: { "notes.txt": { link: "<home>/.netrc" } },
  }),
  mention("glob", "`@.e*`", "look at @.e*"),
  mention("brackets", "`(@.env)`", "look (@.env)"),
  mention("several", "a harmless mention, then `@.env`", "compare @README.md with @.env"),
  mention("new-line", "on the third line of a prompt", "one\ntwo\n@.env"),
  mention("accept-edits", "`@.env`, mode acceptEdits", "look at @.env", { mode: "acceptEdits" }),
  mention("auto", "`@.env`, mode auto", "look at @.env", { mode: "auto" }),
  mention("bypass", "a hard link, mode bypassPermissions", "look at @notes.txt", {
    mode: "bypassPermissions",
    files: { "notes.txt": { hardLink: ".env" } },
  }),
  mention("plan", "`@.env`, mode plan", "look at @.env", { mode: "plan" }),

  mention("argument", "`/x @.env`", "/x @.env", {
    files: { ".claude/commands/x.md": command("Look at $ARGUMENTS") },
  }),
  mention("argument-built", "`@$ARGUMENTS` in a command", "/x .env", {
    files: { ".claude/commands/x.md": command("Look at @$ARGUMENTS") },
  }),
  mention("in-skill", "`@.env` inside a typed skill", "/s", {
    files: { ".claude/skills/s/SKILL.md": skill("s", "Look at @.env please.") },
  }),
  mention("skill-reference", "a skill that mentions a file beside it, which is a link", "/s", {
    files: {
      ".claude/skills/s/SKILL.md": skill("s", "Look at @.claude/skills/s/reference.md please."),
      ".claude/skills/s/reference.md": { link: "../../../.env" },
    },
  }),
  mention("in-skill-model", "`@.env` in a skill that the model calls", "go", {
    invoker: "model",
    settings: { permissions: { allow: ["Skill"] } },
    turns: [[{ name: "Skill", input: { skill: "s" } }], "bye"],
    files: { ".claude/skills/s/SKILL.md": skill("s", "Look at @.env please.") },
  }),
  mention("in-user-command", "`@.env` in a command of the home", "/x", {
    scope: "user",
    homeFiles: { ".claude/commands/x.md": command("Look at @.env please.") },
  }),
  mention("in-plugin", "`@.env` in a command of a plugin", "/p:x", {
    scope: "plugin",
    args: ["--plugin-dir", "<outside>/p"],
    outsideFiles: {
      "p/.claude-plugin/plugin.json": '{"name":"p","version":"1.0.0"}',
      "p/commands/x.md": command("Look at @.env please."),
    },
  }),
  mention("agent-prompt", "`@.env` in the prompt that the model gives an agent", "go", {
    invoker: "agent",
    settings: { permissions: { allow: ["Agent", "Task"] } },
    turns: [
      [
        {
          name: "Agent",
          input: {
            description: "help",
            prompt: "MARKSUB look at @.env",
            subagent_type: "general-purpose",
          },
        },
      ],
      "bye",
    ],
    subAgents: { MARKSUB: ["sub done"] },
  }),
  mention("agent-start", "`@.env` as `initialPrompt` of an agent", "go", {
    invoker: "agent",
    args: ["--agent", "helper"],
    files: {
      ".claude/agents/helper.md":
        "---\nname: helper\ndescription: helps\ninitialPrompt: look at @.env\n---\nYou help.\n",
    },
  }),

  mention("server-prompt", "a server's prompt with inline shell and a mention", "/mcp__srv__p", {
    invoker: "server",
    files: server,
  }),
  mention(
    "server-resource",
    "a server's resource with inline shell and a mention",
    "look at @srv:res://a",
    { invoker: "server", files: server },
  ),

  secretDoor("command-link", "a command file that is a link to `.env`", {
    prompt: "/x",
    files: { ".claude/commands/x.md": { link: "../../.env" } },
  }),
  secretDoor("command-hard-link", "a command file that is a hard link of `.env`", {
    prompt: "/x",
    files: { ".claude/commands/.keep": "", ".claude/commands/x.md": { hardLink: ".env" } },
  }),
  secretDoor("command-home-link", "a command file that is a link to `~/.netrc`", {
    prompt: "/x",
    files: { ".claude/commands/x.md": { link: "<home>/.netrc" } },
  }),
  secretDoor("skill-link", "a SKILL.md that is a link to `.env`", {
    prompt: "/s",
    files: { ".claude/skills/s/SKILL.md": { link: "../../../.env" } },
  }),
  secretDoor("skill-link-model", "the same, called by the model", {
    invoker: "model",
    settings: { permissions: { allow: ["Skill"] } },
    turns: [[{ name: "Skill", input: { skill: "s" } }], "bye"],
    files: { ".claude/skills/s/SKILL.md": { link: "../../../.env" } },
  }),
  secretDoor("nested-command", "a command in a folder below, typed there", {
    prompt: `/x`,
    files: { "src/.claude/commands/x.md": command(shell("cat .env")) },
  }),
];
