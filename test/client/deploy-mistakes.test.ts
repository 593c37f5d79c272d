// The managed deployment of the guide followed word by word on a machine of its own, and with mistakes: nobody is ever locked out.
import { chmodSync, cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { sampled } from "../sampled.ts";
import { skipIfMissing } from "../skipping.ts";
import { openPrivateMachine, type PrivateMachine, whyNoMachine } from "./private-machine.ts";

const GUIDE = new URL("../../docs/guide/", import.meta.url);
/** WHY so long: a session takes two seconds on a quiet machine, and half a minute on a busy one. */
const CASE_MS = 300_000;

let missing: string | undefined;
let machine: PrivateMachine;
beforeAll(async () => {
  missing = await whyNoMachine();
  if (missing === undefined) machine = await openPrivateMachine();
}, CASE_MS);
afterAll(async () => {
  if (missing === undefined) await machine?.close();
});

/** A code block of a page that has a text in it, without its fence. */
function block(page: string, having: string): string {
  const text = readFileSync(new URL(page, GUIDE), "utf8");
  const found = [...text.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].map(([, code = ""]) => code);
  const one = found.find((code) => code.includes(having));
  if (one === undefined) throw new Error(`${page} has no block with ${having}`);
  return one;
}

/** The parameters of the guide's own example, with the places of this machine. */
function guideSite(): string {
  const { stand, projectId } = machine;
  const site = parseDocument(block("compiling-a-policy.md", "transport: command"));
  site.setIn(["hooks", "program"], `${stand.data}/bin/sallyport-hook`);
  site.setIn(["hooks", "project"], projectId);
  site.setIn(["hooks", "data"], stand.data);
  site.setIn(["hooks", "home"], stand.home);
  return String(site);
}

/** Where a command that is named without a folder is looked for: the project in which it is run. */
const inProject = (name: string) => join(machine.stand.project, name);
const inForce = () => machine.has("/etc/claude-code") || machine.has("/etc/sallyport");

describe("the guide", () => {
  it("is followed word by word: shown, proven and put in force, verified, looked after, taken back", async (ctx) => {
    skipIfMissing(ctx, missing);
    writeFileSync(inProject("site.yaml"), guideSite());
    const lines = block("deploying-a-policy.md", "--dry-run").trim().split("\n");
    const told: string[] = [];
    for (const line of lines) {
      const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(
        ([, quoted, word]) => quoted ?? word ?? "",
      );
      const sallyport = words.indexOf("sallyport");
      const { code, text } = await machine.run(words.slice(sallyport + 1));
      expect([line, code, code === 0 ? "" : text]).toEqual([line, 0, ""]);
      told.push(text);
      if (line.includes("--dry-run")) expect(inForce()).toBe(false);
    }
    const [dry, deployed, verified, drift, back] = told;
    expect(dry).toContain("nothing was written (--dry-run)");
    expect(deployed).toContain("proven with the client 2.1.328");
    expect(verified).toContain("verified: the files are as deployed");
    expect(drift).toContain("0 differences");
    expect(back).toContain("taken back: ");
    expect(inForce()).toBe(false);
  }, 900_000);
});

type Mistake = {
  readonly what: string;
  /** What the person wrote otherwise than the guide: a line of the site by another, or files of the machine. */
  readonly site?: (text: string) => string;
  readonly policy?: string;
  readonly before?: () => void;
  readonly path?: readonly string[];
  readonly args?: readonly string[];
  /** The file and line that the message begins with, and what it says. */
  readonly at: RegExp;
  readonly says: RegExp;
};

const hookProgram = () => `${machine.stand.data}/bin/sallyport-hook`;
const DENIES_BASH = `id: nobody-runs
version: "1"
title: Denies all commands
extends: [team]
native:
  deny: ["Bash"]
`;
const NAMES_SCHEME = `id: wrong-remote
version: "1"
title: Names a remote with its scheme
extends: [team]
rules:
  - id: shop/remotes
    verdict: deny
    effects: [publish]
    remotes: ["https://git.example.com/shop/*"]
    reason: it is no remote of ours
`;

const MISTAKES: readonly Mistake[] = [
  {
    what: "the id of a project that nobody guards",
    site: (text) => text.replace(machine.projectId, "0123456789abcdef"),
    at: /site\.yaml:\d+:\d+/,
    says: /guards no such project/,
  },
  {
    what: "a wrong path to the hook's program",
    site: (text) => text.replace(hookProgram(), "/opt/sallyport/sallyport-hook"),
    at: /site\.yaml:\d+:\d+/,
    says: /`\/opt\/sallyport\/sallyport-hook` is not on this machine/,
  },
  {
    what: "a hook's program that is not executable",
    before: () => {
      cpSync(hookProgram(), inProject("hook-copy"));
      chmodSync(inProject("hook-copy"), 0o644);
    },
    site: (text) => text.replace(hookProgram(), inProject("hook-copy")),
    at: /site\.yaml:\d+:\d+/,
    says: /is not executable/,
  },
  {
    what: "managed settings that not everybody may read",
    before: () =>
      machine.etc.run(
        "mkdir -p /etc/claude-code/managed-settings.d && echo '{}' > /etc/claude-code/managed-settings.d/10-x.json && chmod 600 /etc/claude-code/managed-settings.d/10-x.json",
      ),
    at: /\/etc\/claude-code\/managed-settings\.d\/10-x\.json/,
    says: /not everybody may read it .*`chmod a\+r`/,
  },
  {
    what: "a mode of the client that there is not",
    site: (text) => `${text}client: { mode: sometimes }\n`,
    at: /site\.yaml:\d+:\d+/,
    says: /`client\.mode` is not valid/,
  },
  {
    what: "a list without a proxy that leaves out the daemon's own address",
    site: (text) => `${text}env: { NO_PROXY: git.example.com }\n`,
    at: /site\.yaml:\d+:\d+/,
    says: /leaves out 127\.0\.0\.1/,
  },
  {
    what: "a policy that denies all commands",
    policy: DENIES_BASH,
    at: /policy\.yaml:6:10/,
    says: /`git commit .*does not go well/,
  },
  {
    what: "a remote with its scheme",
    policy: NAMES_SCHEME,
    at: /policy\.yaml:9:15/,
    says: /remotes are named without a scheme; write .*`git\.example\.com\/shop\/\*`/,
  },
  {
    what: "a key that there is not",
    site: (text) => `${text}sandboxes: { enabled: true }\n`,
    at: /site\.yaml(?::\d+:\d+)?/,
    says: /sandboxes/,
  },
  {
    what: "a wrong path to certificates",
    site: (text) => `${text}certificates: /etc/ssl/company.pem\n`,
    at: /site\.yaml:\d+:\d+/,
    says: /`\/etc\/ssl\/company\.pem` cannot be used: there is no such file/,
  },
  {
    what: "managed hooks alone, and none of ours",
    before: () =>
      machine.etc.run(
        `mkdir -p /etc/claude-code/managed-settings.d && printf '{\\n  "allowManagedHooksOnly": true\\n}\\n' > /etc/claude-code/managed-settings.d/10-x.json`,
      ),
    site: () => "organization: Example Corp\nsandbox: { enabled: false }\n",
    at: /10-x\.json:2:3/,
    says: /`allowManagedHooksOnly`, and the parameters have no `hooks`/,
  },
  {
    what: "hooks that somebody else switches off",
    before: () =>
      machine.etc.run(
        `mkdir -p /etc/claude-code/managed-settings.d && printf '{\\n  "disableAllHooks": true\\n}\\n' > /etc/claude-code/managed-settings.d/10-x.json`,
      ),
    at: /10-x\.json:2:3/,
    says: /switches off managed hooks too/,
  },
  {
    what: "a version of the client that nobody has",
    site: (text) => `${text}client: { minimum: 99.0.0 }\n`,
    at: /site\.yaml:\d+:\d+/,
    says: /the start of a session does not go well \[too-old\]/,
  },
  {
    what: "settings of others that the client cannot read",
    before: () =>
      machine.etc.run(
        "mkdir -p /etc/claude-code/managed-settings.d && echo '{,}' > /etc/claude-code/managed-settings.d/10-x.json",
      ),
    at: /sallyport: /,
    says: /the start of a session does not go well \[not-started\].*10-x\.json/,
  },
  {
    what: "no client to ask",
    path: [],
    at: /sallyport: /,
    says: /\[client-missing\].*--without-proof/,
  },
];

describe("a mistake is refused with its line, or by the client's own word, and nothing is in force", () => {
  const rows: string[] = [];
  afterAll(() => {
    if (rows.length > 0) process.stdout.write(`${rows.join("\n")}\n`);
  });
  afterEach(() => {
    if (missing === undefined) machine.etc.run("rm -rf /etc/claude-code /etc/sallyport");
  });
  it.for(sampled(MISTAKES, 12))("$what", { timeout: CASE_MS }, async (mistake, ctx) => {
    skipIfMissing(ctx, missing);
    mistake.before?.();
    const site = guideSite().replace("sandbox:", "sandbox:\n  enabled: false");
    writeFileSync(inProject("site.yaml"), mistake.site?.(site) ?? site);
    writeFileSync(inProject("policy.yaml"), mistake.policy ?? "");
    const named = mistake.policy === undefined ? "team" : "policy.yaml";
    const words = ["policy", "deploy", named, "--scope", "managed", "--site", "site.yaml"];
    const more = ["--reason", "rollout", ...(mistake.args ?? [])];
    const how = mistake.path === undefined ? {} : { path: mistake.path };
    const { code, text } = await machine.run([...words, ...more], how);
    const said = /^sallyport: .*$/m.exec(text)?.[0] ?? "";
    expect([code, said]).toEqual([2, expect.stringMatching(mistake.at)]);
    expect(said).toMatch(mistake.says);
    for (const name of ["managed-settings.json", "managed-settings.d/50-sallyport.json"])
      expect(machine.has(`/etc/claude-code/${name}`)).toBe(false);
    expect(machine.has("/etc/sallyport/policy.yaml")).toBe(false);
    rows.push(`| ${mistake.what} | ${said.trim().slice("sallyport: ".length)} |`);
  });

  it(
    "an allow list that refuses the daemon's own address: the client's word, with the call",
    async (ctx) => {
      skipIfMissing(ctx, missing);
      const other = await openPrivateMachine("http");
      try {
        const list = '{"allowedHttpHookUrls": ["https://hooks.example.com/*"]}';
        other.etc.run(
          `mkdir -p /etc/claude-code/managed-settings.d && echo '${list}' > /etc/claude-code/managed-settings.d/10-x.json`,
        );
        const { stand } = other;
        const text = readFileSync(stand.settingsFile, "utf8");
        const found = (pattern: RegExp) => pattern.exec(text)?.[1];
        const hooks = {
          transport: "https",
          program: `${stand.data}/bin/sallyport`,
          data: stand.data,
          port: Number(found(/https:\/\/127\.0\.0\.1:(\d+)/)),
          token: found(/Bearer ([\w-]+)/),
          authority: found(/"NODE_EXTRA_CA_CERTS":\s*"([^"]+)"/),
        };
        const site = JSON.stringify({ hooks, sandbox: { enabled: false } });
        writeFileSync(join(stand.project, "site.yaml"), site);
        const words = ["policy", "deploy", "team", "--scope", "managed", "--site", "site.yaml"];
        const refused = await other.run([...words, "--reason", "rollout"]);
        const said = /^sallyport: .*$/m.exec(refused.text)?.[0] ?? "";
        expect([refused.code, said]).toEqual([
          2,
          expect.stringMatching(/site\.yaml:1:\d+: nothing is put in force.*\[hook-failed\]/),
        ]);
        expect(other.has("/etc/claude-code/managed-settings.json")).toBe(false);
        rows.push(
          `| an allow list that refuses the daemon's own address | ${said.trim().slice(11)} |`,
        );
        // With the list in the parameters the daemon's own address is in it, and sessions go on.
        other.etc.run("rm -r /etc/claude-code");
        const allowedHttpHookUrls = ["https://hooks.example.com/*"];
        const right = JSON.stringify({ hooks, sandbox: { enabled: false }, allowedHttpHookUrls });
        writeFileSync(join(stand.project, "site.yaml"), right);
        const deployed = await other.run([...words, "--reason", "rollout"]);
        expect([deployed.code, deployed.text]).toEqual([
          0,
          expect.stringContaining("proven with the client"),
        ]);
      } finally {
        await other.close();
      }
    },
    CASE_MS,
  );
});

describe("without a proof", () => {
  it(
    "a person deploys by saying so, and it stands on record",
    async (ctx) => {
      skipIfMissing(ctx, missing);
      writeFileSync(inProject("site.yaml"), guideSite());
      const words = ["policy", "deploy", "team", "--scope", "managed", "--site", "site.yaml"];
      const more = ["--without-proof", "--reason", "no client on this machine"];
      const { code, text } = await machine.run([...words, ...more], { path: [] });
      expect([code, text]).toEqual([0, expect.stringContaining("WITHOUT PROOF")]);
      const { text: list } = await machine.run(["policy", "deploy", "--list"]);
      expect(list).toContain("without proof: in force");
      expect((await machine.run(["policy", "deploy", "--rollback", "--reason", "x"])).code).toBe(0);
    },
    CASE_MS,
  );
});
