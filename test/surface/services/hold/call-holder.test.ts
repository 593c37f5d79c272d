// Calls that really run in their profile: what they see, what they may change, and what is left of them.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Effect } from "../../../../src/guard/vocabulary/effect.ts";
import type { Decision } from "../../../../src/guard/policy/decision.ts";
import { clearHold, openCallHolder } from "../../../../src/surface/services/hold/call-holder.ts";
import { loadPack } from "../../../../src/surface/services/policy/policy-source.ts";
import { standingOfTests, WHY_NOT_HELD } from "../../../holding.ts";
import { PLAIN_GIT } from "../../../plain-git.ts";

const CANARY = "CANARY-4711-of-the-hold";
const CODE: Effect = {
  kind: "execute",
  program: "x",
  origin: "project",
  reach: "unbounded",
  via: [],
  at: undefined,
};

let room: string;
let project: string;
let home: string;
let data: string;
let desk: ReturnType<typeof openCallHolder>;

beforeAll(() => {
  room = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-hold-")));
  [home, project, data] = [join(room, "home"), join(room, "home/work/shop"), join(room, "data")];
  mkdirSync(join(project, "deep/er"), { recursive: true });
  mkdirSync(join(home, ".ssh"));
  mkdirSync(data, { mode: 0o700 });
  for (const file of [".env", "deep/er/.env"])
    writeFileSync(join(project, file), `KEY=${CANARY}\n`);
  writeFileSync(join(project, ".env.production"), `KEY=${CANARY}\n`);
  writeFileSync(join(home, ".ssh/id_rsa"), `${CANARY}\n`);
  writeFileSync(join(home, ".ssh/known_hosts"), "a.test ssh-ed25519 AAAA\n");
  writeFileSync(join(home, ".npmrc"), `//registry.test/:_authToken=${CANARY}\n`);
  writeFileSync(join(data, "key"), CANARY);
  mkdirSync(join(project, ".claude"));
  mkdirSync(join(home, ".claude"));
  for (const place of [project, home])
    writeFileSync(
      join(place, ".claude/settings.local.json"),
      `{"hooks":{"Stop":[{"hooks":[{"headers":{"Authorization":"Bearer ${CANARY.padEnd(43, "x")}"}}]}]}}\n`,
    );
  const git = (...args: readonly string[]) =>
    spawnSync("git", ["-c", "user.name=a", "-c", "user.email=a@a.test", ...args], {
      cwd: project,
      env: PLAIN_GIT,
    });
  writeFileSync(join(project, ".gitignore"), ".env\n*.tfvars\n");
  writeFileSync(join(project, "terraform.tfvars"), `key = "${CANARY}"\n`);
  writeFileSync(join(home, ".pgpass"), `localhost:*:*:ada:${CANARY}\n`);
  git("init", "-q");
  git("add", "-A");
  git("commit", "-qm", "start");
  desk = openCallHolder({ data, home, nowMs: () => Date.now(), standing: standingOfTests });
});
afterAll(() => {
  if (desk !== undefined) clearHold(data);
  rmSync(room, { recursive: true, force: true });
});

/** Runs a command as the client would, with the answer of ours in place of it. */
async function run(
  command: string,
  {
    effects = [CODE],
    shell = "/bin/bash",
    verdict = "allow",
    ran = [],
  }: {
    effects?: readonly Effect[];
    shell?: string;
    verdict?: Decision["verdict"];
    ran?: readonly string[];
  } = {},
) {
  const decision: Decision = {
    verdict,
    reasons: [],
    effects,
    findings: [],
    programs: [],
    ran,
    factsUsed: [],
    steps: 0,
  };
  const answer = await desk.hold({
    projectId: "p",
    projectRoot: project,
    sessionId: "s",
    command,
    cwd: project,
    decision,
    policy: loadPack("team"),
    configDirectory: join(home, ".claude"),
    transcriptPath: undefined,
  });
  if (answer.kind !== "held") throw new Error(answer.why);
  return { ...runPlain(answer.command, shell), answer };
}

/** Runs a command as the client would. */
function runPlain(command: string, shell: string) {
  const line = `eval '${command.replaceAll("'", `'\\''`)}' < /dev/null; code=$?; pwd -P; exit $code`;
  const env = { PATH: "/usr/bin:/bin", HOME: home, ANTHROPIC_API_KEY: CANARY };
  const ended = spawnSync(shell, ["-c", line], { cwd: project, env, encoding: "utf8" });
  const lines = ended.stdout.trimEnd().split("\n");
  return {
    status: ended.status,
    cwd: lines.at(-1),
    out: lines.slice(0, -1).join("\n"),
    err: ended.stderr,
  };
}

describe("a held call", () => {
  beforeEach((ctx) => {
    if (WHY_NOT_HELD !== undefined) ctx.skip(WHY_NOT_HELD);
  });
  test("finds at a session's start what it would wait for", async () => {
    const own = join(room, "data-of-a-start");
    mkdirSync(own, { mode: 0o700 });
    const holder = openCallHolder({ data: own, home, nowMs: Date.now, standing: standingOfTests });
    try {
      await holder.prepare({
        projectRoot: project,
        policy: loadPack("team"),
        configDirectory: join(home, ".claude"),
      });
      const views = readdirSync(join(own, "hold/views"), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8"));
      expect(views.some((text) => text.startsWith("KEY="))).toBe(true);
      expect(views.join("\n")).not.toContain(CANARY);
    } finally {
      clearHold(own);
    }
  });

  test.each(["/bin/bash", "/usr/bin/zsh"])(
    "in %s: status, directory, output, errors",
    async (shell) => {
      if (!existsSync(shell)) return;
      const found = await run("echo out; echo err >&2; cd deep/er", { shell });
      expect(found).toMatchObject({
        status: 0,
        out: "out",
        err: "err\n",
        cwd: join(project, "deep/er"),
      });
      // As the client does by itself: it goes nowhere after what failed.
      const failed = await run("cd deep/er; (exit 7)", { shell });
      expect(failed).toMatchObject({ status: 7, cwd: project });
    },
  );

  test.each(
    ["/bin/bash", "/usr/bin/zsh"].flatMap((shell) =>
      [
        "nosuch-program",
        "true\nnosuch-program\necho $LINENO",
        "echo $SHLVL; echo $0",
        "if",
        "cat <<E\nx",
      ].map((command) => [shell, command] as const),
    ),
  )("in %s says of itself what the client's own shell says: %j", async (shell, command) => {
    if (!existsSync(shell)) return;
    const { answer: _, ...held } = await run(command, { shell });
    expect(held).toEqual(runPlain(command, shell));
  });

  test("a ticket counts once", async () => {
    const { answer } = await run("true");
    const again = spawnSync("/bin/bash", ["--norc", "-c", answer.command], { encoding: "utf8" });
    expect([again.status, again.stderr]).toEqual([126, expect.stringContaining("not run")]);
  });

  test.each([
    ["a secret of the project", "cat .env deep/er/.env"],
    ["a key of the home", "cat ~/.ssh/id_rsa"],
    ["a token of a program's settings", "cat ~/.npmrc"],
    ["the token of our hooks", "grep -r Authorization .claude ~/.claude; cat .claude/*.json"],
    ["the data directory", `cat ${"$DATA"}/key; ls ${"$DATA"}`],
    ["keys of the client in the environment", "env; cat /proc/1/environ /proc/$PPID/environ"],
  ])("does not see %s", async (_name, command) => {
    const { out, err } = await run(`DATA=${data}; ${command}`);
    expect(out + err).not.toContain(CANARY);
  });

  test("unforeseen code beside a judged change of the client's folder changes nothing else in it", async () => {
    const judged = (path: string): Effect => ({
      kind: "write",
      mode: "create",
      via: [],
      at: undefined,
      target: { kind: "path", path, real: path, reach: "entry" },
    });
    const settings = join(project, ".claude/settings.json");
    const own = join(project, ".claude/settings.local.json");
    const notes = join(project, ".claude/notes/a.md");
    mkdirSync(dirname(notes), { recursive: true });
    const before = readFileSync(own, "utf8");
    const command = `mkdir -p .claude; echo '{}' > .claude/settings.json; echo '{}' > .claude/settings.local.json; echo kept > .claude/notes/a.md`;
    const effects = [CODE, judged(join(project, ".claude")), judged(notes)];
    await run(command, { effects });
    expect(existsSync(settings)).toBe(false);
    expect(readFileSync(own, "utf8")).toBe(before);
    expect(readFileSync(notes, "utf8")).toBe("kept\n");
    rmSync(dirname(notes), { recursive: true });
  });

  test("a file of a working tree in the client's folder is replaced beside unforeseen code", async () => {
    const file = join(project, ".claude/worktrees/one/a.txt");
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "old\n");
    const target = { kind: "path", path: file, real: file, reach: "entry" } as const;
    const change: Effect = { kind: "write", mode: "change", via: [], at: undefined, target };
    const { err } = await run("sed -i s/old/new/ .claude/worktrees/one/a.txt", {
      effects: [CODE, change],
    });
    expect([err, readFileSync(file, "utf8")]).toEqual(["", "new\n"]);
    rmSync(join(project, ".claude/worktrees"), { recursive: true });
  });

  const PLAN: Effect = { ...CODE, program: "terraform plan", via: ["terraform"] };
  test.each([
    ["terraform, which a person said yes to, sees its values", "ask", [PLAN], true],
    ["terraform does not see them unasked", "allow", [PLAN], false],
    ["terraform beside other code does not see them", "ask", [PLAN, CODE], false],
  ] as const)("%s", async (_name, verdict, effects, isSeen) => {
    const { out } = await run("cat terraform.tfvars", { verdict, effects, ran: ["terraform"] });
    expect(out.includes(CANARY)).toBe(isSeen);
  });

  test.each([
    ["at a port of the session", 5999, "postgresql"],
    ["at a socket", undefined, "unix"],
  ] as const)("psql is given no password for a server %s", async (_name, port, scheme) => {
    const destination = { host: "localhost", port, scheme };
    const effect: Effect = {
      kind: "egress",
      destination,
      carries: [],
      via: ["psql"],
      at: undefined,
    };
    const { out, err } = await run("cat ~/.pgpass", { effects: [effect], ran: ["psql"] });
    expect(out + err).not.toContain(CANARY);
  });

  test("sees what git tracks as it is, and git sees no change", async () => {
    const { out } = await run("cat .env.production; git status --short .env.production");
    expect(out).toBe(`KEY=${CANARY}`);
  });

  test("sees a change of it that adds nothing to hide, and none that does", async () => {
    const file = join(project, ".env.production");
    const before = readFileSync(file, "utf8");
    writeFileSync(file, `${before}LOG_LEVEL=debug\n`);
    expect((await run("git diff .env.production")).out).toContain("+LOG_LEVEL=debug");
    writeFileSync(file, `${before}OTHER_TOKEN=${CANARY}-new\n`);
    const later = await run("cat .env.production; git commit -qam all");
    expect(later.out + later.err).not.toContain(`${CANARY}-new`);
    expect(later.status).not.toBe(0);
    writeFileSync(file, before);
  });

  test("sees a view of a secret file: the same keys and lengths, and other values", async () => {
    const { out } = await run("cat .env; wc -c < .env");
    const real = readFileSync(join(project, ".env"), "utf8");
    expect(out.split("\n").at(-1)?.trim()).toBe(String(real.length));
    expect(out.replace(/=.*/g, "=")).toBe(`${real.replace(/=.*/g, "=")}${real.length}`);
  });

  test("sees the settings of the client all the same, as they are now", async () => {
    const file = join(project, ".claude/settings.local.json");
    expect((await run("cat .claude/settings.local.json")).out).toContain(`"Bearer <hidden>"`);
    const before = readFileSync(file, "utf8");
    writeFileSync(file, before.replace('"Stop"', '"Notification"'));
    const later = await run(
      "cat .claude/settings.local.json; echo {} > .claude/settings.local.json",
    );
    expect(later.out).toContain(`{"Notification":[{"hooks":[{"headers":{"Authorization":"Bearer <`);
    expect(readFileSync(file, "utf8")).toContain("Notification");
    writeFileSync(file, before);
  });

  test("sees what a rule leaves open in a hidden directory", async () => {
    expect((await run("cat ~/.ssh/known_hosts")).out).toContain("ssh-ed25519");
  });

  test("changes its project, and nothing else", async () => {
    const { out } = await run(
      "echo x > made; echo x > ../beside; echo x > ~/.bashrc; echo x > .git/hooks/pre-commit; git config core.pager x; mkdir .claude; echo {} > .claude/settings.json; ls made",
    );
    expect(out).toBe("made");
    for (const path of [join(home, "work/beside"), join(home, ".bashrc")])
      expect(existsSync(path)).toBe(false);
    expect(existsSync(join(project, ".git/hooks/pre-commit"))).toBe(false);
    expect(readFileSync(join(project, ".git/config"), "utf8")).not.toContain("pager");
  });

  test("goes on behind what fails as it does in the client's own line, whatever it sets", async () => {
    const line = 'set -euo pipefail; n=$(grep -c nothing .gitignore); echo "never $n"; false';
    expect(await run(line)).toMatchObject({ out: "never 0", status: 1 });
    expect((await run("set -e; (exit 3); exit 4")).status).toBe(4);
  });

  test("keeps hidden files where they are: no directory above one is moved", async () => {
    const { status } = await run("mv deep gone");
    expect(status).not.toBe(0);
    expect(existsSync(join(project, "deep/er/.env"))).toBe(true);
  });

  test("commits what is not hidden, and never what stands for a hidden file", async () => {
    const commit = "git -c user.name=a -c user.email=a@a.test commit";
    const { status } = await run(`echo y >> made; git add made && ${commit} -qm more made`);
    expect(status).toBe(0);
    const all = await run(`${commit} -qam all; git show HEAD:.env.production`, { effects: [] });
    expect(all.out).toContain(CANARY);
  });

  test("reaches no host, and its session's own server", async () => {
    const { status } = await run("exec 3<>/dev/tcp/1.1.1.1/80");
    expect(status).not.toBe(0);
    const serve =
      "python3 -m http.server 18473 --bind 127.0.0.1 >/dev/null 2>&1 & for i in $(seq 50); do (exec 3<>/dev/tcp/127.0.0.1/18473) 2>/dev/null && echo up && break; sleep 0.1; done";
    expect((await run(serve)).out).toBe("up");
    expect((await run("(exec 3<>/dev/tcp/127.0.0.1/18473) && echo up")).out).toBe("up");
    expect(
      spawnSync("/bin/bash", ["--norc", "-c", "exec 3<>/dev/tcp/127.0.0.1/18473"]).status,
    ).not.toBe(0);
    expect((await run("pkill -f 'http.serve[r] 18473' && echo ended")).out).toBe("ended");
  });

  test("shares its scratch directory with the session, and with nobody else", async () => {
    await run("echo kept > /tmp/of-the-session");
    expect((await run("cat /tmp/of-the-session")).out).toBe("kept");
    expect(existsSync("/tmp/of-the-session")).toBe(false);
    expect(readFileSync(join(desk.scratchOf("p", "s"), "of-the-session"), "utf8")).toBe("kept\n");
  });

  test("without its ticket's files nothing runs, and one line says so", async () => {
    const probe = join(project, "ran-bare");
    const decision = { verdict: "allow", reasons: [], effects: [CODE], findings: [] } as const;
    const answer = await desk.hold({
      projectId: "p",
      projectRoot: project,
      sessionId: "s",
      cwd: project,
      command: `touch ${probe}`,
      decision: { ...decision, programs: [], ran: [], factsUsed: [], steps: 0 },
      policy: loadPack("team"),
      configDirectory: join(home, ".claude"),
      transcriptPath: undefined,
    });
    if (answer.kind !== "held") throw new Error(answer.why);
    desk.close(answer.ticket);
    const ended = spawnSync("/bin/bash", ["--norc", "-c", answer.command], { encoding: "utf8" });
    expect([ended.status, ended.stderr]).toEqual([126, expect.stringContaining("not run")]);
    expect(existsSync(probe)).toBe(false);
  });

  test("a profile that cannot be made fails closed", async () => {
    const vanishing = join(project, "vanishing.pem");
    writeFileSync(vanishing, CANARY);
    chmodSync(vanishing, 0o600);
    const decision = { verdict: "allow", reasons: [], effects: [CODE], findings: [] } as const;
    const answer = await desk.hold({
      projectId: "p",
      projectRoot: project,
      sessionId: "s",
      command: "touch ran-bare",
      cwd: join(project, "nowhere"),
      policy: loadPack("team"),
      decision: { ...decision, programs: [], ran: [], factsUsed: [], steps: 0 },
      configDirectory: join(home, ".claude"),
      transcriptPath: undefined,
    });
    if (answer.kind !== "held") throw new Error(answer.why);
    const ended = spawnSync("/bin/bash", ["--norc", "-c", answer.command], {
      encoding: "utf8",
      cwd: project,
    });
    expect([ended.status, ended.stderr]).toEqual([126, expect.stringContaining("did not start")]);
    expect(existsSync(join(project, "ran-bare"))).toBe(false);
    rmSync(vanishing);
  });
});
