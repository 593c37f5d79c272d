// `sallyport secrets unused` and `spread` over a made-up home and a record of sessions.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { credentialUses } from "#assure/query/credential-use.ts";
import { secretSpread } from "#assure/query/secret-spread.ts";
import type { EventSession } from "#record/event/event.ts";
import { effect, facts, pathTarget } from "../../record/event/samples.ts";
import {
  madeInstall,
  type MadeInstall,
  tellCall,
  tellSessions,
} from "../dashboard/told-sessions.ts";
import { runHere } from "./in-process.ts";

const CANARY = "AKIAIOSFODNN7CANARY0";
let home = "";
let made: MadeInstall;

const put = (path: string) => {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), CANARY);
};
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "sallyport-logins-"));
  for (const path of [".aws/credentials", ".config/gh/hosts.yml", ".pgpass", ".s3cfg"]) put(path);
  put(".bash_history");
  made = await madeInstall(async (log) => {
    await tellSessions(log);
    const session: EventSession = {
      facts: { ...facts, home: "/home/ada", sessionId: "33333333-aaaa-4bbb-8ccc-000000000003" },
      userSource: "os",
    };
    const reads = effect({ kind: "read", target: pathTarget("/home/ada/.s3cfg") });
    const calls = [
      { command: "aws s3 ls", effects: [], programs: ["aws"], verdict: "allow" },
      { command: "gh pr list", effects: [], programs: ["gh"], verdict: "deny" },
      { command: "cat ~/.s3cfg", effects: [reads], verdict: "ask" },
    ] as const;
    for (const [place, call] of calls.entries())
      await tellCall(log, session, call, `toolu_u_${place}`);
  });
});
afterAll(() => {
  made.remove();
  rmSync(home, { recursive: true, force: true });
});

const run = (...args: readonly string[]) =>
  runHere([...args, "--data", made.install.directories.root], { HOME: home });

it("names logins that no session needed, and of the others when one did", async () => {
  const { out, code } = await run("secrets", "unused", "--json");
  expect(code).toBe(1);
  const uses = (JSON.parse(out) as { place: string; by: string | null; calls: number }[]).map(
    ({ place, by, calls }) => [place, by, calls],
  );
  // What was refused needed nothing; a history is no login.
  expect(uses).toEqual([
    ["~/.config/gh/hosts.yml", null, 0],
    ["~/.pgpass", null, 0],
    ["~/.aws", "aws", 1],
    ["~/.s3cfg", "~/.s3cfg", 1],
  ]);
  const text = await run("secrets", "unused");
  expect(text.out).toContain("2 places of 4 with logins that no session needed in 30d");
  expect(text.out).toMatch(/~\/\.pgpass +no session needed it \(psql/);
  expect(text.out + text.err + out).not.toContain(CANARY);
});

it("has nothing to say where no login lies", async () => {
  const { out, code } = await runHere(
    ["secrets", "unused", "--data", made.install.directories.root],
    { HOME: join(home, "nothing") },
  );
  expect([out.trim(), code]).toEqual(["No place that is known holds a login here.", 0]);
});

it("says of a record without findings that no session met a secret", async () => {
  expect((await run("secrets", "spread")).out.trim()).toBe("No session met a secret in 30d.");
});

it("joins files below a place, and puts first what nobody used", () => {
  const places = [
    { place: "~/.ssh", programs: ["ssh"] },
    { place: "~/.sshx", programs: [] },
  ];
  const files = [{ name: "~/.ssh/id_ed25519", timeMs: 5, calls: 2 }];
  expect(
    credentialUses(places, { programs: [{ name: "ssh", timeMs: 9, calls: 1 }], files }),
  ).toEqual([
    { place: "~/.sshx", programs: [], calls: 0, lastMs: null, by: null },
    { place: "~/.ssh", programs: ["ssh"], calls: 3, lastMs: 9, by: "ssh" },
  ]);
});

it("adds sights of one kind up, with hosts of all sessions, and knows what the model saw", () => {
  const found = (index: number, session: string, more: object) => ({
    index,
    timeMs: index * 1_000,
    metadata: {
      kind: "result",
      session,
      call: `c${index}`,
      detectors: { "github-token": 2 },
      ...more,
    },
    sealed: undefined,
  });
  const events = [found(1, "a", {}), found(2, "b", { redacted: 1 }), found(3, "b", {})];
  const asked = { events, given: {}, sinceMs: 0, untilMs: 10_000, ruleWords: () => undefined };
  expect(secretSpread(asked)).toEqual([
    {
      detector: "github-token",
      found: 6,
      sessions: 2,
      toModel: 4,
      hosts: [],
      firstMs: 1_000,
      lastMs: 3_000,
    },
  ]);
});
