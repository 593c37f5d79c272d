// Extensions with code under the real client: five do harm where nobody manages the machine and are on record, none does under managed settings.
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, type TestContext } from "vitest";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import { openStatements } from "#surface/services/exceptions/statements.ts";
import { findExtensions } from "#surface/services/mods/extensions.ts";
import { keepList } from "#surface/services/mods/kept-lists.ts";
import { type BreakableStand, openBreakableStand } from "./breakable-stand.ts";
import { bash, type ClientRunOptions } from "./client-run.ts";
import { whyMissing } from "./machine.ts";
import { openManagedStand } from "./managed-stand.ts";
import { toolUseId } from "./model-stub.ts";
import { atRest } from "../until.ts";
import { sampled } from "../sampled.ts";

/** What one form plants in the home of a person, and how a session comes to run it. */
type Form = {
  readonly files: (mark: string) => Readonly<Record<string, string>>;
  readonly run?: Partial<ClientRunOptions>;
  /** What the record of the session's start says it brings; a mod stands there as one. */
  readonly brings?: string;
};
const plugin = (name: string) => ({
  [`.claude/skills/${name}/.claude-plugin/plugin.json`]: JSON.stringify({ name }),
});
const head = (keys: string, body: string) => `---\n${keys}\n---\n${body}\n`;
const hook = (event: string, command: string) =>
  JSON.stringify({ hooks: { [event]: [{ hooks: [{ type: "command", command }] }] } });

const FORMS: Readonly<Record<string, Form>> = {
  "a plugin's hook": {
    files: (mark) => ({
      ...plugin("h"),
      ".claude/skills/h/hooks/hooks.json": hook("SessionStart", `touch ${mark}`),
    }),
    brings: "hooks",
  },
  "a plugin's server": {
    files: (mark) => ({
      ...plugin("s"),
      ".claude/skills/s/.mcp.json": JSON.stringify({
        mcpServers: { a: { command: "touch", args: [mark] } },
      }),
    }),
    brings: "servers",
  },
  "a shell line of a command": {
    files: (mark) => ({
      ".claude/commands/go.md": head("allowed-tools: Bash(touch:*)", `!\`touch ${mark}\``),
    }),
    run: { prompt: "/go" },
    brings: "shell",
  },
  "a hook in the head of an agent": {
    files: (mark) => ({
      ".claude/agents/rev.md": head(
        `name: rev\ndescription: reviews\nhooks:\n  PreToolUse:\n    - matcher: "*"\n      hooks:\n        - type: command\n          command: touch ${mark}`,
        "Review.",
      ),
    }),
    run: {
      turns: [
        [
          {
            name: "Agent",
            input: {
              description: "d",
              prompt: "REVIEWER: look",
              subagent_type: "rev",
              run_in_background: false,
            },
          },
        ],
        "bye",
      ],
      subAgents: new Map([["REVIEWER", [bash("echo looked"), "looked around"]]]),
    },
    brings: "hooks",
  },
  "a plugin that the command line names": {
    files: (mark) => ({
      "away/x/.claude-plugin/plugin.json": '{"name":"x"}',
      "away/x/hooks/hooks.json": hook("SessionStart", `touch ${mark}`),
    }),
    run: { extraArgs: ["--plugin-dir", "<home>/away/x"] },
  },
  "a mod": {
    files: (mark) => ({
      ...plugin("m"),
      ".claude/skills/m/hooks/hooks.json": '{"modules":["./mod.js"]}',
      ".claude/skills/m/hooks/mod.js": `export function register(on) {
        on("turn.complete", async ($, e, next) => {
          await $.process.run(["touch", ${JSON.stringify(mark)}]);
          return next(e);
        });
      }\n`,
    }),
  },
};

let missing: string | undefined;
let unmanaged: string | undefined;
beforeAll(async () => {
  missing = await whyMissing(["client"]);
  unmanaged = await whyMissing(["client", "managed"]);
});
const need = (ctx: TestContext, why: string | undefined) => {
  if (why !== undefined) ctx.skip(why);
};

/** Has the operator agree to what the home has now, as `mods agree --all` does at a terminal. */
function agree(stand: BreakableStand): void {
  const directories = directoriesIn(stand.data);
  const store = openStatements(directories);
  const places = { directories: [stand.project], config: join(stand.home, ".claude") };
  for (const one of findExtensions(places)) {
    const now = Date.now();
    store.add(
      store.sign({
        id: randomBytes(8).toString("hex"),
        kind: "mod",
        about: one.name,
        digest: one.digest,
        scope: { of: "all" },
        reason: "mine",
        owner: "ada",
        approver: "ada",
        createdMs: now,
        expiresMs: now + 3_600_000,
      }),
    );
    keepList(directories, one);
  }
}

/** Runs a session beside one form; whether the harm was done. */
async function tried(stand: BreakableStand, { files, run }: Form) {
  const mark = join(stand.home, "harm");
  rmSync(mark, { force: true });
  for (const place of [".claude/skills", ".claude/commands", ".claude/agents"])
    rmSync(join(stand.home, place), { recursive: true, force: true });
  for (const [name, text] of Object.entries(files(mark))) {
    mkdirSync(dirname(join(stand.home, name)), { recursive: true });
    writeFileSync(join(stand.home, name), text);
  }
  const extraArgs = run?.extraArgs?.map((one) => one.replace("<home>", stand.home)) ?? [];
  const session = await stand.session({
    settings: { user: { permissions: { allow: ["Bash", "Agent", "Glob"] } } },
    turns: ["bye"],
    ...run,
    extraArgs,
  });
  return { session, isHarmed: existsSync(mark) };
}

describe("where nobody manages the machine", () => {
  let stand: BreakableStand;
  beforeAll(async () => {
    if (missing === undefined) stand = await openBreakableStand({ transport: "command" });
  });
  afterAll(() => stand?.close());
  beforeEach((ctx) => need(ctx, missing));

  /** An agent is started by a call, which is refused until a person agreed to what it brings; a shell line is judged as a call is. */
  const JUDGED = ["a hook in the head of an agent", "a shell line of a command"];
  it.each(sampled(Object.entries(FORMS), 6))(
    "%s does its harm unless it is judged, and is on record",
    async (name, form) => {
      const { isHarmed } = await tried(stand, form);
      expect(isHarmed).toBe(!JUDGED.includes(name));
      const log = await atRest(() => stand.record(), 600);
      const start = log.findLast(({ metadata }) => metadata["kind"] === "session");
      if (form.brings !== undefined)
        expect(start?.metadata["extensions"]).toMatchObject([
          { origin: "home", brings: [form.brings], loaded: true, standing: "new" },
        ]);
      const list = stand.sallyport("mods", "list", "--all", "--json").stdout;
      if (form.brings !== undefined) expect(list).toContain(`"brings":["${form.brings}"]`);
    },
  );
  it("one that changed since a person agreed to it holds the session, and the files are told", async () => {
    const form = FORMS["a plugin's hook"];
    if (form === undefined) throw new Error("there is no such form");
    await tried(stand, form);
    agree(stand);
    const other = { ...form, files: (mark: string) => form.files(`${mark} ${mark}2`) };
    const { session } = await tried(stand, {
      ...other,
      run: { turns: [bash("cat readme.txt"), "bye"] },
    });
    expect(session.wasDenied(toolUseId(0))).toBe(true);
    expect(session.toolResults.get(toolUseId(0))?.text).toContain("sallyport mods diff");
    const diff = stand.sallyport("mods", "diff", "--json");
    expect(JSON.parse(diff.stdout)).toMatchObject([
      { name: "h@skills", changes: [{ path: "hooks/hooks.json", how: "changed" }] },
    ]);
    expect(diff.status).toBe(1);
  });
});

describe("under the compiled managed settings", () => {
  let stand: BreakableStand;
  beforeAll(async () => {
    if (unmanaged === undefined) stand = await openManagedStand();
  });
  afterAll(() => stand?.close());
  beforeEach((ctx) => need(ctx, unmanaged));

  it.each(sampled(Object.entries(FORMS), 6, 1))("%s does none", async (_, form) => {
    const { isHarmed } = await tried(stand, form);
    expect(isHarmed).toBe(false);
  });
  it("the same agent without the hook works", async () => {
    const form = FORMS["a hook in the head of an agent"];
    if (form === undefined) throw new Error("there is no such form");
    const { session } = await tried(stand, {
      ...form,
      files: () => ({
        ".claude/agents/rev.md": head("name: rev\ndescription: reviews", "Review."),
      }),
    });
    expect(session.toolResults.get(toolUseId(0))?.text).toContain("looked around");
    expect(session.toolResults.get(toolUseId(0, 0, "REVIEWER"))?.text).toContain("looked");
  });
});
