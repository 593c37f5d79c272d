// The environment on its way into judgement: only with a proof, kept over restarts, changed with the settings.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHmac } from "node:crypto";
import type { HookEvent } from "#guard/events/normalize.ts";
import { ENVIRONMENT_HEADER } from "#govern/settings/hook-entries.ts";
import {
  proveEnvironment,
  readEnvironment,
} from "#surface/services/installation/environment-proof.ts";
import { createSessionKeeper } from "#surface/services/sessions/session-keeper.ts";
import { createSessionMemory } from "#surface/services/sessions/session-memory.ts";
import { readSecret } from "#surface/services/installation/secrets.ts";
import { PLAIN_SHELL, type SessionShell } from "#surface/services/facts/session-shell.ts";
import { openSessionStore } from "#surface/services/sessions/session-store.ts";
import { settingsVariables } from "#surface/services/projects/settings-variables.ts";
import type { SessionView } from "#surface/services/sessions/session-view.ts";
import type { EnvironmentReport } from "#surface/services/facts/environment-report.ts";
import { decisionOf, freshDirectory, openStand, preToolUse, type Stand } from "./daemon-stand.ts";
import { createSubject } from "#record/log/subject.ts";

const report: EnvironmentReport = { variables: [["PAGER", "less"]], withheld: ["LESSOPEN"] };
const start = preToolUse({
  hook_event_name: "SessionStart",
  source: "startup",
  tool_name: undefined,
});

describe("beside a session's start", () => {
  let stand: Stand;
  const seen: SessionView[] = [];
  let variables: Record<string, string> = {};
  beforeAll(async () => {
    stand = await openStand({
      judge: async ({ session }) => {
        seen.push(session);
        return { decision: decisionOf("abstain"), policy: undefined };
      },
      settingsVariables: () => variables,
    });
    await stand.run.ready();
  });
  afterAll(() => stand.close());
  const send = (payload: string, header: string) =>
    stand.post(payload, { headers: { [ENVIRONMENT_HEADER]: header } });
  const secret = () => readSecret(stand.install.directories, "install");
  const inForce = async () => {
    await stand.post(preToolUse());
    return seen.at(-1)?.environment;
  };

  it("nothing is known before anybody told", async () => {
    expect(await inForce()).toBeUndefined();
  });
  it.each<[string, () => string]>([
    ["without a proof", () => proveEnvironment("0".repeat(64), start, report)],
    ["with the proof of another payload", () => proveEnvironment(secret(), preToolUse(), report)],
    [
      "with names that are never told",
      () => proveEnvironment(secret(), start, { variables: [["FOO", "x"]], withheld: [] }),
    ],
    [
      "that is no report",
      () => {
        const text = Buffer.from("[]").toString("base64url");
        return `${text}.${createHmac("sha256", secret()).update(text).digest("hex")}`;
      },
    ],
    ["of three parts", () => `${proveEnvironment(secret(), start, report)}.x`],
  ])("one %s is refused and recorded, and changes nothing", async (_, header) => {
    const count = stand.observations.length;
    expect((await send(start, header())).json).not.toEqual({});
    expect(await inForce()).toBeUndefined();
    await stand.run.ready();
    const added = stand.observations.slice(count);
    expect(added.some(({ kind }) => kind === "session-start")).toBe(false);
  });
  it("one with its proof is what calls are judged with, and the newest counts", async () => {
    await send(start, proveEnvironment(secret(), start, report));
    expect(await inForce()).toEqual(report);
    const next: EnvironmentReport = { variables: [["PAGER", "cat"]], withheld: [] };
    await send(start, proveEnvironment(secret(), start, next));
    expect(await inForce()).toEqual(next);
  });
  it("a change of the settings is added to it", async () => {
    variables = { PAGER: "most", FOO: "x" };
    const change = preToolUse({ hook_event_name: "ConfigChange", source: "user_settings" });
    await stand.post(change);
    expect(await inForce()).toMatchObject({
      variables: [
        ["PAGER", "cat"],
        ["PAGER", "most"],
      ],
      amended: ["PAGER"],
    });
  });
});

/** A shell as it was read from one snapshot, or without any. */
function seenShell(digest: string | undefined): SessionShell {
  const shell = { ...PLAIN_SHELL, dialect: "bash" } as const;
  if (digest === undefined) return { shell, digest, files: new Map() };
  const defined = { aliases: new Map([["ll", "ls -l"]]), options: new Set(["dotglob"]) };
  return { shell: { ...shell, ...defined }, digest, files: new Map([["/s", digest]]) };
}

it("a snapshot of the shell that is altered or removed between two calls is an event", async () => {
  let shellSeen = seenShell("1");
  const stand = await openStand({
    judge: async () => ({ decision: decisionOf("abstain"), policy: undefined, shellSeen }),
  });
  try {
    await stand.run.ready();
    const changes: unknown[] = [];
    for (const digest of ["1", "2", undefined]) {
      shellSeen = seenShell(digest);
      await stand.post(preToolUse());
    }
    for (const one of stand.observations) if (one.kind === "shell-change") changes.push(one.how);
    expect(changes).toEqual(["changed", "gone"]);
  } finally {
    await stand.close();
  }
});

it("a proof fits one payload and one report", () => {
  const header = proveEnvironment("s".repeat(64), "{}", report);
  const read = (payload: string, secret = "s".repeat(64)) =>
    readEnvironment(secret, Buffer.from(payload), header);
  expect(read("{}")).toEqual(report);
  expect(read("{ }")).toBeUndefined();
  expect(read("{}", "t".repeat(64))).toBeUndefined();
});

it("is remembered over a restart, with the digests of the shell", () => {
  const room = freshDirectory();
  try {
    const subject = createSubject(Buffer.alloc(32, 7));
    const project = { id: "p", root: "/p" };
    const event = {
      kind: "session-start",
      eventName: "SessionStart",
      sessionId: "s",
      cwd: "/p",
      mode: "default",
    };
    const clock = { nowMs: () => 1, monotonicMs: () => 1 };
    const open = () => {
      const keeper = createSessionKeeper({
        store: openSessionStore(room.path, subject),
        nameOf: () => "name",
        report: (cause) => {
          throw cause;
        },
        nowMs: () => 1,
      });
      const { session } = createSessionMemory(keeper).touch(project, event as HookEvent, clock);
      return { keeper, session, view: session.view(event as HookEvent) };
    };
    const first = open();
    first.session.raise("known");
    first.session.noteEnvironment?.(report);
    expect(first.session.noteShell(seenShell("1"))).toBeUndefined();
    first.keeper.flush();
    const second = open();
    expect(second.view.environment).toEqual(report);
    expect(second.session.noteShell(seenShell("2"))).toBe("changed");
    second.keeper.flush();
    const kept = openSessionStore(room.path, subject).peek("name")?.state?.defined;
    expect(kept).toEqual({
      digest: "2",
      dialect: "bash",
      known: true,
      options: ["dotglob"],
      variables: [],
      functions: [],
      aliases: [["ll", "ls -l"]],
    });
  } finally {
    room.remove();
  }
});

it("settings set variables for commands, the stronger layer last; what cannot be read sets none", () => {
  const room = freshDirectory();
  try {
    const write = (file: string, text: string) => {
      mkdirSync(join(room.path, file, ".."), { recursive: true });
      writeFileSync(join(room.path, file), text, { mode: 0o600 });
    };
    write("home/.claude/settings.json", '{"env": {"A": "user", "B": "user", "N": 1}}');
    write("p/.claude/settings.json", '{"env": {"B": "project", "C": null}}');
    write("p/.claude/settings.local.json", "{");
    const project = { id: "p", root: join(room.path, "p") };
    expect(settingsVariables(project, join(room.path, "home"))).toEqual({
      A: "user",
      B: "project",
      N: "1",
    });
  } finally {
    room.remove();
  }
});
