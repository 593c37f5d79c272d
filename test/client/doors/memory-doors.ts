// Doors through what a session starts with: memory files, rules, imports, output styles, agents' definitions; and files beside files that are read.
import { agent, type Door, secretDoor, SECRET } from "./door.ts";

const memory = (
  id: string,
  title: string,
  files: Door["files"],
  more: Parameters<typeof secretDoor>[2] = {},
) =>
  secretDoor(`memory-${id}`, title, {
    invoker: "start",
    ...more,
    ...(files === undefined ? {} : { files }),
  });
const readsCart = {
  turns: [[{ name: "Read", input: { file_path: "<project>/src/cart.ts" } }], "bye"],
} as const;
const mayAgent = { permissions: { allow: ["Agent", "Task"] } };
const callsHelper = {
  invoker: "agent",
  settings: mayAgent,
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
/** A secret file that is a sound definition of an agent and of an output style besides. */
const definition = `---\nname: helper\ndescription: helps\nkey: x\n---\nAPI_KEY=${SECRET}\n`;

/** More than are looked at in one text. */
const MANY = 600;
const notes = Object.fromEntries(
  Array.from({ length: MANY }, (_, at): [string, string] => [`n/${at}.md`, `Note ${at}\n`]),
);
const namesNotes = Object.keys(notes)
  .map((name) => `@${name}\n`)
  .join("");

/** The four of the first measurement come first. */
export const memoryDoors: readonly Door[] = [
  memory("import", "`@.env` in CLAUDE.md", { "CLAUDE.md": "See @.env\n" }),
  memory("rule-import", "`@../../.env` in a rule file", {
    ".claude/rules/a.md": "See @../../.env\n",
  }),
  memory("link", "CLAUDE.md that is a link to `.env`", { "CLAUDE.md": { link: ".env" } }),
  memory("hard-link", "a hard link with another name, imported", {
    "notes.md": { hardLink: ".env" },
    "CLAUDE.md": "See @notes.md\n",
  }),
  memory(
    "additional",
    "a hard link as the memory of a folder that the project's settings and `env` add",
    { "vendor/CLAUDE.md": { hardLink: ".env" } },
    {
      settings: {
        permissions: { additionalDirectories: ["<project>/vendor"] },
        env: { CLAUDE_CODE_ADDITIONAL_DIRECTORIES_CLAUDE_MD: "1" },
      },
    },
  ),

  memory("hidden", "`@../.env` in `.claude/CLAUDE.md`", { ".claude/CLAUDE.md": "See @../.env\n" }),
  memory("hidden-link", "`.claude/CLAUDE.md` that is a link", {
    ".claude/CLAUDE.md": { link: "../.env" },
  }),
  memory("local", "`@.env` in CLAUDE.local.md", { "CLAUDE.local.md": "See @.env\n" }),
  memory("local-link", "CLAUDE.local.md that is a link", { "CLAUDE.local.md": { link: ".env" } }),
  memory("itself-hard-link", "CLAUDE.md that is a hard link of `.env`", {
    "CLAUDE.md": { hardLink: ".env" },
  }),
  memory("home-link", "CLAUDE.md that is a link to `~/.aws/credentials`", {
    "CLAUDE.md": { link: "<home>/.aws/credentials" },
  }),
  memory("imported-link", "an import of a link", {
    "CLAUDE.md": "See @docs/more.md\n",
    "docs/more.md": { link: "../.env" },
  }),
  memory("imported-directory-link", "an import through a link to a directory", {
    "CLAUDE.md": "See @conf/.env\n",
    conf: { link: "sub" },
  }),
  memory("imported-home-link", "an import of a link to `~/.netrc`", {
    "CLAUDE.md": "See @docs/more.md\n",
    "docs/more.md": { link: "<home>/.netrc" },
  }),
  memory("link-chain", "a link to a link to a link", {
    "CLAUDE.md": { link: "a.md" },
    "a.md": { link: "b.md" },
    "b.md": { link: ".env" },
  }),
  memory("env-local", "`@.env.local` in CLAUDE.md", { "CLAUDE.md": "See @.env.local\n" }),
  memory("private-key", "`@id_rsa` in CLAUDE.md", { "CLAUDE.md": "See @id_rsa\n" }),
  memory("service-account", "`@credentials.json` in CLAUDE.md", {
    "CLAUDE.md": "See @credentials.json\n",
  }),
  memory("subfolder", "`@sub/.env` in CLAUDE.md", { "CLAUDE.md": "See @sub/.env\n" }),
  memory("tracked", "`@.env` that is tracked", {
    "CLAUDE.md": "See @.env\n",
    ".gitignore": "node_modules\n.claude/settings.local.json\n",
  }),
  memory("absolute", "an import by an absolute path within the project", {
    "CLAUDE.md": "See @<project>/.env\n",
  }),
  memory("lines", "`@.env#L1-3` in CLAUDE.md", { "CLAUDE.md": "See @.env#L1-3\n" }),
  memory("quoted", '`@".env"` in CLAUDE.md', { "CLAUDE.md": 'See @".env"\n' }),
  memory("escaped", "`@secrets/my\\ keys`, a name with a space", {
    "CLAUDE.md": "See @secrets/my\\ keys\n",
    "secrets/my keys": `API_KEY=${SECRET}\n`,
  }),
  memory("list-item", "an import in a list and in a heading", {
    "CLAUDE.md": "# About @.env\n\n- see @.env\n",
  }),
  memory("front-matter", "an import in the front matter of a rule", {
    ".claude/rules/a.md": "---\ndescription: see @../../.env\n---\nText\n",
  }),
  memory("two-deep", "an import chain of two", { "CLAUDE.md": "@a.md\n", "a.md": "@.env\n" }),
  memory("three-deep", "an import chain of three", {
    "CLAUDE.md": "@a.md\n",
    "a.md": "@b.md\n",
    "b.md": "@.env\n",
  }),
  memory("four-deep", "an import chain of four", {
    "CLAUDE.md": "@a.md\n",
    "a.md": "@b.md\n",
    "b.md": "@c.md\n",
    "c.md": "@.env\n",
  }),
  memory("five-deep", "an import chain of five", {
    "CLAUDE.md": "@a.md\n",
    "a.md": "@b.md\n",
    "b.md": "@c.md\n",
    "c.md": "@d.md\n",
    "d.md": "@.env\n",
  }),
  memory("circle", "imports in a circle, then the secret", {
    "CLAUDE.md": "@a.md\n",
    "a.md": "@CLAUDE.md @b.md\n",
    "b.md": "@a.md @.env\n",
  }),
  memory("fence", "an import in a code fence", { "CLAUDE.md": "```\n@.env\n```\n" }),
  memory("code-span", "an import in a code span", { "CLAUDE.md": "See `@.env`\n" }),
  memory("comment", "an import in an HTML comment", { "CLAUDE.md": "<!-- @.env -->\nText\n" }),
  memory("tilde", "an import of `~/.aws/credentials` in the project", {
    "CLAUDE.md": "See @~/.aws/credentials\n",
  }),
  memory(
    "outside",
    "an import of a file outside of the project",
    { "CLAUDE.md": "See @<outside>/keys.env\n" },
    { outsideFiles: { "keys.env": `API_KEY=${SECRET}\n` } },
  ),
  memory("parent", "CLAUDE.md in the directory above, with an import", {
    "../CLAUDE.md": "See @<project>/.env\n",
  }),
  memory(
    "bypass",
    "`@.env` in CLAUDE.md, mode bypassPermissions",
    { "CLAUDE.md": "See @.env\n" },
    { mode: "bypassPermissions" },
  ),
  memory(
    "plan",
    "`@.env` in CLAUDE.md, mode plan",
    { "CLAUDE.md": "See @.env\n" },
    { mode: "plan" },
  ),

  memory("rule-link", "a rule file that is a link", {
    ".claude/rules/a.md": { link: "../../.env" },
  }),
  memory("rule-subfolder", "a rule in a folder below, with an import", {
    ".claude/rules/dev/a.md": "See @../../../.env\n",
  }),
  memory("rule-directory-link", "rules that are a link to another directory", {
    ".claude/rules": { link: "../docs/rules" },
    "docs/rules/a.md": { link: "../../.env" },
  }),
  memory("rule-paths", "a rule with `paths`, its import at the start", {
    ".claude/rules/a.md": "---\npaths:\n  - src/**\n---\nSee @../../.env\n",
  }),
  memory(
    "rule-paths-hard-link",
    "a rule with `paths` that is a hard link",
    {
      "src/.keep": "",
      ".claude/rules/a.md": "---\npaths: src/**\n---\nSee @../../notes.md\n",
      "notes.md": { hardLink: ".env" },
    },
    readsCart,
  ),
  memory(
    "nested",
    "CLAUDE.md below, when a file there is read",
    { "src/CLAUDE.md": "See @../.env\n" },
    readsCart,
  ),
  memory(
    "nested-link",
    "CLAUDE.md below that is a link",
    { "src/CLAUDE.md": { link: "../.env" } },
    readsCart,
  ),
  memory(
    "nested-hard-link",
    "CLAUDE.md below that is a hard link",
    { "src/CLAUDE.md": { hardLink: ".env" } },
    readsCart,
  ),
  memory(
    "nested-local",
    "CLAUDE.local.md below that is a link",
    { "src/CLAUDE.local.md": { link: "../.env" } },
    readsCart,
  ),
  memory(
    "nested-by-mention",
    "CLAUDE.md below, when a file there is mentioned",
    { "src/CLAUDE.md": "See @../.env\n" },
    { prompt: "look at @src/cart.ts" },
  ),
  memory(
    "nested-agents",
    "AGENTS.md below, when a file there is read",
    { "src/AGENTS.md": { link: "../.env" } },
    readsCart,
  ),
  memory("agents-file", "`@.env` in AGENTS.md, without a CLAUDE.md", {
    "AGENTS.md": "See @.env\n",
  }),
  memory("agents-file-link", "AGENTS.md that is a link", { "AGENTS.md": { link: ".env" } }),
  memory("agents-file-many", "the last of 600 imports of AGENTS.md, a hard link", {
    ...notes,
    "notes.md": { hardLink: ".env" },
    "AGENTS.md": `${namesNotes}@notes.md\n`,
  }),
  memory("agents-file-large", "an import at the end of an AGENTS.md of 1 MB, a hard link", {
    "notes.md": { hardLink: ".env" },
    "AGENTS.md": `${"Keep it short.\n".repeat(70_000)}@notes.md\n`,
  }),
  memory("large", "an import at the end of a CLAUDE.md of 1 MB", {
    "CLAUDE.md": `${"Keep it short.\n".repeat(70_000)}@.env\n`,
  }),
  memory("agents-file-imported", "AGENTS.md that CLAUDE.md imports", {
    "CLAUDE.md": "@AGENTS.md\n",
    "AGENTS.md": "See @.env\n",
  }),

  memory("user", "an import of `~/.aws/credentials` in `~/.claude/CLAUDE.md`", undefined, {
    scope: "user",
    homeFiles: { ".claude/CLAUDE.md": "See @~/.aws/credentials\n" },
  }),
  memory("user-project", "an import of the project's `.env` in `~/.claude/CLAUDE.md`", undefined, {
    scope: "user",
    homeFiles: { ".claude/CLAUDE.md": "See @<project>/.env\n" },
  }),
  memory("user-link", "`~/.claude/CLAUDE.md` that is a link to `~/.netrc`", undefined, {
    scope: "user",
    homeFiles: { ".claude/CLAUDE.md": { link: "../.netrc" } },
  }),
  memory("user-rule", "an import in `~/.claude/rules`", undefined, {
    scope: "user",
    homeFiles: { ".claude/rules/a.md": "See @~/.ssh/id_ed25519\n" },
  }),
  memory("managed", "an import in the managed CLAUDE.md", undefined, {
    scope: "managed",
    managedFiles: { "CLAUDE.md": "See @<project>/.env\n" },
  }),

  memory(
    "output-style",
    "an output style with an import and inline shell",
    {
      ".claude/output-styles/calm.md":
        "---\nname: calm\ndescription: d\n---\nSee @.env and !`cat .env`\n",
    },
    { settings: { outputStyle: "calm" } },
  ),
  memory(
    "output-style-link",
    "an output style that is a link",
    { ".claude/output-styles/calm.md": { link: "../../.env" } },
    { settings: { outputStyle: "calm" } },
  ),
  memory(
    "output-style-hard-link",
    "an output style that is a hard link",
    { ".claude/output-styles/.keep": "", ".claude/output-styles/calm.md": { hardLink: ".env" } },
    { settings: { outputStyle: "calm" } },
  ),
  memory("output-style-user", "an output style of the home that is a link", undefined, {
    scope: "user",
    settings: { outputStyle: "calm" },
    homeFiles: { ".claude/output-styles/calm.md": { link: "../../.netrc" } },
  }),
  memory(
    "agent-import",
    "an agent's definition with an import and inline shell",
    { ".claude/agents/helper.md": agent("helper", "", "See @.env and !`cat .env`") },
    callsHelper,
  ),
  memory(
    "agent-link",
    "an agent's definition that is a link to a secret file",
    {
      "secrets/keys.md": definition,
      ".claude/agents/helper.md": { link: "../../secrets/keys.md" },
    },
    callsHelper,
  ),
  memory(
    "agent-session-link",
    "the same in a session of `--agent`",
    {
      "secrets/keys.md": definition,
      ".claude/agents/helper.md": { link: "../../secrets/keys.md" },
    },
    { invoker: "agent", args: ["--agent", "helper"] },
  ),
  memory(
    "agent-memory-link",
    "an agent's own memory that is a link",
    {
      ".claude/agents/helper.md": agent("helper", "memory: project\n"),
      ".claude/agent-memory/helper/MEMORY.md": { link: "../../../.env" },
    },
    callsHelper,
  ),
  memory("skill-listing", "a secret in the description that lists a skill, by a link", {
    "secrets/keys.md": `---\nname: s\ndescription: ${SECRET}\n---\nText\n`,
    ".claude/skills/s/SKILL.md": { link: "../../../secrets/keys.md" },
  }),
];
