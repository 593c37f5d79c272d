// What stands in the home in which the guide's commands are run: the files that pages name, a guarded project with recorded calls, a drill; and what stands for ids that differ in every home.

const SESSION = "11111111-2222-4333-8444-555555555555";
const POLICY = (id: string): string =>
  `id: ${id}\nversion: "1"\ntitle: For the pages\nextends: [team]\nexamples:\n  - { command: "cat .env", verdict: deny }\n`;
const DOCUMENT = "a document of this home\n";
const documents = (...names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [`shop/${name}`, DOCUMENT]));
const payload = (tool: string, input: unknown, id: string): string =>
  JSON.stringify({
    session_id: SESSION,
    transcript_path: "/home/ada/t.jsonl",
    cwd: "/home/ada/shop",
    permission_mode: "default",
    hook_event_name: "PreToolUse",
    tool_name: tool,
    tool_input: input,
    tool_use_id: id,
  });

/** Files by their path below the home. */
export const FILES: Readonly<Record<string, string>> = {
  "shop/package.json":
    '{ "name": "shop", "version": "1.0.0", "scripts": { "test": "true", "start": "true" } }\n',
  "shop/README.md": "# Shop\n",
  "shop/src/shop.ts": "export const shop = 1;\n",
  "shop/config/app.yml": "name: shop\n",
  "shop/.env": "API_KEY=made-up\n",
  "shop/exports/old.jsonl": '{"user":"ada"}\n',
  "shop/policy.yaml": POLICY("shop"),
  "shop/acme.yaml": POLICY("acme"),
  "shop/new.yaml": POLICY("new"),
  "strict.yaml": POLICY("strict"),
  "shop/draft.json": '{ "permissions": { "deny": ["Read(./.env)"] } }\n',
  "shop/calls.yaml": 'calls:\n  - { command: "cat .env" }\n  - { command: "git status" }\n',
  "shop/site.yaml":
    "organization: Example Corp\nidentifier: com.example\nhooks:\n  transport: command\n  program: /opt/sallyport/bin/sallyport-hook\n  project: 3f1c0a9b7d2e4856\n  data: /var/lib/sallyport\n  home: /home/agent\n",
  "shop/laptops.csv": "serial,name,owner,os\nC02,laptop-1,ada@shop.example,linux\n",
  "shop/repositories.json": '[{ "full_name": "acme/shop", "default_branch": "main" }]\n',
  "my-project/README.md": "# Mine\n",
  ".claude/audit.log": '{"timestamp":"2026-11-01T10:00:00Z","tool":"Bash","command":"ls"}\n',
  ".claude/audit-logs/a.jsonl":
    '{"timestamp":"2026-11-01T10:00:00Z","tool":"Bash","command":"ls"}\n',
  ".claude/projects/shop/t.jsonl": '{"type":"user","message":{"role":"user","content":"hello"}}\n',
  "notes/plan.md": "Call Ada Lovelace, ada@shop.example, about the plan.\n",
  ".calls/read.json": payload("Bash", { command: "cat .env" }, "toolu_01"),
  ".calls/push.json": payload("Bash", { command: "git push origin main" }, "toolu_02"),
  ".calls/list.json": payload("Bash", { command: "git status" }, "toolu_03"),
  ...documents("review.pdf", "notes.pdf", "baa.pdf", "dpa.pdf", "annex.pdf", "attendance.csv"),
};

/** Lines that make the home ready, before any page; each has to end with 0. */
export const PREPARE: readonly string[] = [
  "git init -q -b main && git config user.email ada@shop.example && git config user.name Ada && git add package.json README.md src && git commit -qm first",
  "git init -q --bare ~/origin.git && git remote add origin ~/origin.git && git push -q origin main",
  "sallyport init --yes",
  "for i in $(seq 15); do for call in read push list; do sallyport hook < ~/.calls/$call.json > ~/.calls/answer || exit 1; done; done",
  "sallyport incident drill credential-exposure",
  "sallyport daemon stop",
];

/** Words of the pages that stand for what differs in every home, and what they are in this one. */
const STANDS_FOR: readonly (readonly [RegExp, string])[] = [
  [/\binc-01k7\b/g, "drill"],
  [
    /(\S+\.tar)(.*--digest) DIGEST\b/g,
    "$1$2 $(tar -xOf $1 --wildcards '*manifest.json' | sha256sum | cut -c1-64)",
  ],
  [/--key KEY\b/g, "--key ~/.local/share/sallyport/keys/verifier-key"],
  [/\blog session ID\b/g, `log session ${SESSION}`],
  [/\blog show ID\b/g, "log show 2"],
  [/\bexplain --event EVENT\b/g, "explain --event 2"],
];

/** A line as it is run in this home. */
export function lineHere(line: string): string {
  return STANDS_FOR.reduce((text, [pattern, here]) => text.replaceAll(pattern, here), line);
}
