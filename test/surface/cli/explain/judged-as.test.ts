// `explain` and `decide` say what a session of the project is told: held against the daemon and the command hook, with variables that change verdicts.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reasonText } from "#guard/protocol/reason-text.ts";
import { ENVIRONMENT_HEADER } from "#govern/settings/hook-entries.ts";
import { proveEnvironment } from "#surface/services/installation/environment-proof.ts";
import { readEventKeys } from "#record/store/keys.ts";
import { openSessionStore } from "#surface/services/sessions/session-store.ts";
import { readSecret } from "#surface/services/installation/secrets.ts";
import { reportEnvironment } from "#surface/services/facts/environment-report.ts";
import { judgeWithFacts } from "#surface/services/facts/judge.ts";
import { readSessionShell } from "#surface/services/facts/session-shell.ts";
import { type JudgedAs, openJudgedAs } from "#surface/cli/explain/judged-as.ts";
import { judgingPolicy } from "#surface/services/evaluation/judging-policy.ts";
import { normalizeInput } from "#guard/events/normalize.ts";
import { PROGRAM } from "../../../program.ts";
import { preToolUse, sendTo } from "../../daemon/daemon-stand.ts";
import { type HookStand, openHookStand } from "../../hook/hook-stand.ts";
import { WHY_NOT_HELD } from "../../../holding.ts";
import { runHere } from "../in-process.ts";
import { type WholeDaemon, wholeDaemon } from "../../daemon/whole-daemon.ts";

/** Beside what every session has. The first of each pair is harmless. */
const PLAIN = { PATH: "/usr/bin:/bin", SHLVL: "1", SHELL: "/bin/bash" };
const COMMANDS = [
  "ls",
  "git status",
  "git fetch",
  "git push origin main",
  "npm test",
  "node -e 1",
  "cat .env",
  "cat readme.txt",
  "bash -c 'cat readme.txt'",
  "echo x > note.txt",
  "sh ./made.sh",
  "curl https://example.org",
  "rm -rf src",
  "rm -rf /etc",
  "$PAGER readme.txt",
  "less readme.txt",
  "make",
  "grep -r x src",
];

type Said = { readonly verdict: string; readonly reason: string };

/** What a hook answered, as a verdict and its reason. */
function saidBy(answer: unknown): Said {
  const { hookSpecificOutput: output } = answer as {
    hookSpecificOutput: { permissionDecision?: string; permissionDecisionReason?: string };
  };
  return {
    verdict: output.permissionDecision ?? "abstain",
    // The command stands there too where a held one is asked about: for people, who see the one that runs it.
    reason: (output.permissionDecisionReason ?? "").replace(/\nCommand: [^\n]*/, ""),
  };
}

function spoken(stand: HookStand, args: readonly string[], input = "", more: object = {}) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [...PROGRAM, ...args], {
    cwd: stand.project,
    encoding: "utf8",
    input,
    timeout: 120_000,
    env: {
      PATH: "/usr/bin:/bin",
      HOME: stand.home,
      SALLYPORT_HOME: stand.install.directories.root,
      ...more,
    },
  });
  return { stdout, stderr, status };
}

/** What `explain` says in this process, of a call in the project. */
function explaining({ project, home, install }: HookStand, ...args: readonly string[]) {
  return runHere(["explain", ...(args.includes("--cwd") ? [] : ["--cwd", project]), ...args], {
    PATH: "/usr/bin:/bin",
    HOME: home,
    SALLYPORT_HOME: install.directories.root,
  });
}

async function explained(stand: HookStand, command: string, ...more: readonly string[]) {
  const { out, err } = await explaining(stand, "--json", ...more, command);
  expect(err).toBe("");
  return JSON.parse(out);
}

/** All commands as `decide` judges them in a session of another id. */
function decided(stand: HookStand, commands: readonly string[], ...more: readonly string[]) {
  const lines = commands.map((command, index) =>
    preToolUse({
      session_id: "asking",
      transcript_path: undefined,
      cwd: stand.project,
      tool_input: { command },
      tool_use_id: `d${index}`,
    }),
  );
  const { stdout, stderr } = spoken(stand, ["decide", "--jsonl", ...more], `${lines.join("\n")}\n`);
  const answers = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { decision: string; reason: string });
  return {
    stderr,
    said: answers.map(({ decision, reason }): Said => {
      return { verdict: decision, reason: decision === "abstain" ? "" : reason };
    }),
  };
}

/** All commands as `explain` and `decide` judge them in the last session, in this process. */
async function judgedHere(
  { project, home, install }: HookStand,
  commands: readonly string[] = COMMANDS,
) {
  const data = install.directories.root;
  const judging = openJudgedAs({ data, home, terminal: PLAIN });
  const { policy, exceptions: lifts } = await judgingPolicy(project, undefined, { root: data });
  const now: Said[] = [];
  let as: JudgedAs | undefined;
  for (const command of commands) {
    const asked = { cwd: project, policy, choice: { kind: "last" } } as const;
    const judgedWith = await judging.as(asked);
    const input = normalizeInput({ tool: "Bash", cwd: project, input: { command } });
    const call = { id: "x", tool: "Bash", cwd: project, input };
    const { decision } = await judgeWithFacts({
      ...judgedWith.circumstances,
      call,
      policy,
      exceptions: lifts,
    });
    const isOpen = decision.verdict === "abstain";
    now.push({ verdict: decision.verdict, reason: isOpen ? "" : reasonText(decision) });
    as = judgedWith.as;
  }
  return { now, as };
}

const sessionOf = (stand: HookStand, session: string) => {
  const folder = join(
    stand.home,
    ".claude",
    "projects",
    stand.project.replaceAll(/[^A-Za-z0-9]/g, "-"),
  );
  mkdirSync(folder, { recursive: true });
  const transcript = join(folder, `${session}.jsonl`);
  writeFileSync(transcript, "");
  return { session_id: session, transcript_path: transcript, cwd: stand.project };
};

const SESSIONS: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ["aaaa1111-plain", {}],
  ["bbbb2222-git", { GIT_SSH_COMMAND: "<project>/ssh.sh -v" }],
  ["cccc3333-node", { NODE_OPTIONS: "--require <project>/hook.js" }],
  ["dddd4444-bash", { BASH_ENV: "<project>/env.sh" }],
  ["eeee5555-pager", { PAGER: "cat", CI: "true" }],
];
const variablesIn = (stand: HookStand, given: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries({ ...PLAIN, HOME: stand.home, ...given }).map(([name, value]) => [
      name,
      value.replaceAll("<project>", stand.project),
    ]),
  );

function makeFiles({ project }: HookStand): void {
  const files = { "package.json": '{"scripts":{"test":"node --test"}}', "hook.js": "1\n" };
  for (const [name, text] of Object.entries({ ...files, "env.sh": ":\n", "ssh.sh": "ssh\n" }))
    writeFileSync(join(project, name), text);
}

describe("over HTTPS", () => {
  let stand: HookStand;
  let daemon: WholeDaemon;
  const told = new Map<string, readonly Said[]>();
  beforeAll(async () => {
    stand = await openHookStand("http");
    makeFiles(stand);
    daemon = await wholeDaemon(stand);
  });
  afterAll(async () => {
    await daemon.stop();
    stand.close();
  });

  /** Starts a session, lets it write a script, and asks the daemon about each command. */
  async function ask(session: string, given: Readonly<Record<string, string>>) {
    const who = sessionOf(stand, session);
    const start = preToolUse({
      ...who,
      hook_event_name: "SessionStart",
      source: "startup",
      tool_name: undefined,
      permission_mode: undefined,
    });
    const report = reportEnvironment(variablesIn(stand, given));
    if (report === undefined) throw new Error("too much environment");
    const secret = readSecret(stand.install.directories, "install");
    const headers = { [ENVIRONMENT_HEADER]: proveEnvironment(secret, start, report) };
    await sendTo(stand.install, stand.token, start, { headers });
    const post = async (command: string, id: string) => {
      const call = { ...who, tool_input: { command }, tool_use_id: id };
      return saidBy((await sendTo(stand.install, stand.token, preToolUse(call))).json);
    };
    await post("echo 'cat readme.txt' > made.sh", `${session}-w`);
    const said: Said[] = [];
    for (const [index, command] of COMMANDS.entries())
      said.push(await post(command, `${session}-${index}`));
    told.set(session, said);
    // What is remembered is written a moment after the answers.
    await expect
      .poll(() => judgedHere(stand), { timeout: 20_000 })
      .toMatchObject({ as: { session }, now: said });
    return said;
  }

  test("before any session: as in the next one, with what the settings set", async () => {
    const { judgedAs } = await explained(stand, "npm test");
    expect(judgedAs).toMatchObject({ kind: "next", mode: "default" });
    expect(judgedAs.variables).toContain("NODE_EXTRA_CA_CERTS");
    expect(decided(stand, ["ls"]).stderr).toContain("judged as a new session here would be");
  });

  test.each(SESSIONS)(
    "%s: decide and explain say what the daemon said",
    async (session, given) => {
      const said = await ask(session, given);
      const { now, as } = await judgedHere(stand);
      expect(now).toEqual(said);
      expect(as).toMatchObject({ kind: "session", session, mode: "default" });
      expect(as?.variables).toEqual(expect.arrayContaining(Object.keys({ ...PLAIN, ...given })));
    },
    120_000,
  );

  test("the variables made a difference, so that the comparison is one", () => {
    const verdict = (session: string, command: string) =>
      told.get(session)?.[COMMANDS.indexOf(command)];
    for (const [session, command] of [
      ["bbbb2222-git", "git fetch"],
      ["cccc3333-node", "npm test"],
      ["dddd4444-bash", "bash -c 'cat readme.txt'"],
    ] as const)
      expect(verdict(session, command)).not.toEqual(verdict("aaaa1111-plain", command));
  });

  test("a session by its id or how that begins, none, one that nobody knows", async () => {
    const said = told.get("bbbb2222-git");
    const { said: now, stderr } = decided(stand, COMMANDS, "--as", "bbbb");
    expect(now).toEqual(said);
    expect(stderr).toContain("judged in session bbbb2222…");
    const named = await explained(stand, "git fetch", "--session", "bbbb2222");
    expect(named.judgedAs).toMatchObject({ kind: "session", session: "bbbb2222-git" });
    const before = said?.[COMMANDS.indexOf("git fetch")];
    expect([named.verdict, reasonText(named)]).toEqual([before?.verdict, before?.reason]);
    const none = await explained(stand, "git fetch", "--no-session");
    expect(none.judgedAs).toMatchObject({ kind: "plain", why: "as asked" });
    expect(none).not.toHaveProperty("environment");
    const unknown = await explained(stand, "git fetch", "--session", "nobody");
    expect(unknown.judgedAs).toMatchObject({ kind: "next", session: "nobody" });
    const other = await explaining(stand, "--cwd", "/", "--json", "ls");
    expect(JSON.parse(other.out).judgedAs).toMatchObject({ kind: "plain" });
  });

  test("the last refusals and questions, from the record", async () => {
    const inProject = ["--project", stand.project];
    // The daemon takes what is durable into its tree within a second; until then the reader says so.
    let one = { out: "", err: "", code: -1 };
    const last = async () => (one = await explaining(stand, "--last", ...inProject));
    await expect.poll(last, { timeout: 30_000 }).toMatchObject({ err: "", code: 0 });
    const lines = one.out.trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(15);
    expect(lines[0]).toMatch(/^verdict {2}(?:deny: the call was refused|ask: a person was asked)/);
    expect(one.out).toContain("in session eeee5555…");
    expect(one.out.replaceAll(/\s+/g, " ")).toContain("the words of the call were not kept");
    const { refusals, isWhole } = JSON.parse(
      (await explaining(stand, "--last", "100", "--json", ...inProject)).out,
    );
    expect(isWhole).toBe(true);
    const ofLast = refusals.filter(
      ({ session }: { session: string }) => session === "eeee5555-pager",
    );
    const asked = told.get("eeee5555-pager")?.filter(({ verdict }) => verdict !== "abstain");
    expect(ofLast.map(({ verdict }: Said) => verdict)).toEqual(
      asked
        ?.filter(({ verdict }) => verdict !== "allow")
        .map(({ verdict }) => verdict)
        .toReversed(),
    );
    const secret = refusals.find(({ rule }: { rule: string }) => rule.endsWith("/secrets/read"));
    expect(secret).toMatchObject({ verdict: "deny", why: "it holds secrets" });
    expect(secret.effects).toContain("reads `.env` in the project");
    const nowhere = await explaining(stand, "--last", "--project", stand.home);
    expect(nowhere).toMatchObject({ code: 0 });
    expect(nowhere.out).toContain(`nothing was refused or asked about in ${stand.home}\n`);
    expect(nowhere.out).toContain("--project DIR");
    const wrong = await explaining(stand, "--last", "many");
    expect(wrong).toMatchObject({ out: "", code: 2 });
    expect(wrong.err).toContain("takes a number from 1 to 100");
  });

  test("no value of a secret is shown, and none is kept", async () => {
    const { out } = await explaining(stand, "--json", "--session", "bbbb2222", "npm test");
    expect(out).toContain("GIT_SSH_COMMAND");
    expect(out).not.toContain("ssh.sh -v");
  });

  test("a damaged file is passed over, and that is said", async () => {
    const { sessions } = stand.install.directories;
    for (const name of readdirSync(sessions).filter((one) => one.endsWith(".state")))
      truncateSync(join(sessions, name), 9);
    const { judgedAs } = await explained(stand, "npm test");
    expect(judgedAs.kind).toBe("next");
    expect(judgedAs.trouble).toMatch(/^\d damaged files in the memory of sessions passed over$/);
  });
});

describe("after a session has ended, when the client removed its snapshot", () => {
  const CANARY = ["ghp", "Zq7Lx2Vb9Tn4Rk8Wd1Ys6Pm3Hc5Jf0Ga2Eo4"].join("_");
  const ASKED = ["ll", "safely readme.txt", "spill", "git status", "cat readme.txt"];

  test.each(["http", "command"] as const)(
    "explain says what it was told: %s",
    async (transport) => {
      const stand = await openHookStand(transport);
      const run = transport === "command" ? undefined : await wholeDaemon(stand);
      try {
        makeFiles(stand);
        // What nobody can foresee: read in place of a snapshot, this leaves the shell unknown.
        writeFileSync(join(stand.home, ".bashrc"), 'eval "$(whatever --init)"\n');
        const snapshots = join(stand.home, ".claude", "shell-snapshots");
        mkdirSync(snapshots, { recursive: true });
        const snapshot = join(snapshots, `snapshot-bash-${Date.now()}-abc123.sh`);
        const lines = [
          "# Snapshot file",
          "unalias -a 2>/dev/null || true",
          "eval $'safely () \\n{ \\n    cat \"$@\"\\n}' > /dev/null 2>&1",
          `eval $'spill () \\n{ \\n    GITHUB_TOKEN=${CANARY} gh api user\\n}' > /dev/null 2>&1`,
          "alias -- ll='ls -alF'",
          "export PATH=/usr/bin:/bin",
        ];
        writeFileSync(snapshot, `${lines.join("\n")}\n`);
        const who = sessionOf(stand, "gggg7777-ended");
        const start = preToolUse({
          ...who,
          hook_event_name: "SessionStart",
          source: "startup",
          tool_name: undefined,
          permission_mode: undefined,
        });
        const env = variablesIn(stand, {});
        const ask = async (payload: string) => {
          if (transport === "command")
            return JSON.parse((await stand.ask(payload, { env })).stdout);
          const report = reportEnvironment(env);
          if (report === undefined) throw new Error("too much environment");
          const secret = readSecret(stand.install.directories, "install");
          const headers = { [ENVIRONMENT_HEADER]: proveEnvironment(secret, payload, report) };
          return (await sendTo(stand.install, stand.token, payload, { headers })).json;
        };
        await ask(start);
        const said: Said[] = [];
        for (const [index, command] of ASKED.entries()) {
          const call = { ...who, tool_input: { command }, tool_use_id: `g${index}` };
          said.push(saidBy(await ask(preToolUse(call))));
        }
        // What is remembered is written a moment after the answers.
        const told = () => judgedHere(stand, ASKED);
        await expect
          .poll(told, { timeout: 20_000 })
          .toMatchObject({ as: { session: "gggg7777-ended" }, now: said });
        rmSync(snapshot);
        expect(readSessionShell({ home: stand.home }).shell.known).toBe(false);
        // What a secret stood in was not kept, so nothing is known of it: never milder than it was.
        const known = (all: readonly Said[]) => all.filter((_, at) => ASKED[at] !== "spill");
        await expect
          .poll(async () => known((await told()).now), { timeout: 20_000 })
          .toEqual(known(said));
        const { now: after, as } = await told();
        if (WHY_NOT_HELD !== undefined)
          expect(after[ASKED.indexOf("spill")]?.verdict).not.toBe("allow");
        expect(said.map(({ verdict }) => verdict)).toEqual(expect.arrayContaining(["allow"]));
        expect(as).toMatchObject({ kind: "session", session: "gggg7777-ended" });
        const { installSubject } = await readEventKeys(stand.install.directories.keys);
        const kept = [
          ...openSessionStore(stand.install.directories.sessions, installSubject).recent(),
        ];
        expect(JSON.stringify(kept.map(({ state }) => state?.defined))).toContain("safely");
        expect(JSON.stringify(kept.map(({ state }) => state?.defined))).not.toContain(CANARY);
      } finally {
        await run?.stop();
        stand.close();
      }
    },
    120_000,
  );
});

describe("with command hooks", () => {
  let stand: HookStand;
  beforeAll(async () => {
    stand = await openHookStand("command");
    makeFiles(stand);
  });
  afterAll(() => stand.close());

  test("decide says what the hook said, in the environment that the client gave it", async () => {
    const who = sessionOf(stand, "ffff6666-hook");
    const env = variablesIn(stand, { NODE_OPTIONS: "--max-old-space-size=512", PAGER: "cat" });
    const ask = async (fields: object) =>
      JSON.parse((await stand.ask(preToolUse({ ...who, ...fields }), { env })).stdout);
    await ask({
      hook_event_name: "SessionStart",
      source: "startup",
      tool_name: undefined,
      permission_mode: undefined,
    });
    const commands = ["npm test", "$PAGER readme.txt", "git status", "cat .env"];
    const said: Said[] = [];
    for (const [index, command] of commands.entries())
      said.push(
        saidBy(
          await ask({
            tool_input: { command },
            tool_use_id: `h${index}`,
            permission_mode: "acceptEdits",
          }),
        ),
      );
    expect(decided(stand, commands).said).toEqual(said);
    expect((await explained(stand, "npm test")).judgedAs).toMatchObject({
      kind: "session",
      session: "ffff6666-hook",
      mode: "acceptEdits",
      variables: expect.arrayContaining(["NODE_OPTIONS", "PAGER"]),
    });
  });
});
