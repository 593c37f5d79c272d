// An incident with the built program: a detection while it happens, quarantine by a person and by a file, what the session meets then.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Incident } from "#detect/incident/incident.ts";
import { readInstalledHook } from "#surface/services/installation/installed-hook.ts";
import { openRawClient } from "../bench/raw-client.ts";
import { preToolUse } from "../surface/daemon/daemon-stand.ts";
import { until } from "../until.ts";
import { runBuilt } from "./built-program.ts";
import { type GuardedProject, openGuardedProject } from "./guarded-stand.ts";

let guarded: GuardedProject;
beforeAll(() => {
  guarded = openGuardedProject({ ".env": "KEY=1\n", "src/a.ts": "export {};\n" });
}, 120_000);
afterAll(() => guarded.close());

/** One call of a session; gives the verdict with its reason. */
async function call(session: string, command: string): Promise<readonly [string, string]> {
  const settings = join(guarded.project, ".claude", "settings.local.json");
  const client = await openRawClient(readInstalledHook(settings));
  const transcripts = join(guarded.home, ".claude", "projects", "shop");
  mkdirSync(transcripts, { recursive: true });
  const transcript_path = join(transcripts, `${session}.jsonl`);
  writeFileSync(transcript_path, "{}\n");
  const own = { session_id: session, tool_use_id: `toolu_${session}_${Math.random()}` };
  const input = { tool_name: "Bash", tool_input: { command } };
  const payload = { cwd: guarded.project, transcript_path, ...own, ...input };
  const answer = JSON.parse(await client.post(preToolUse(payload))).hookSpecificOutput;
  client.close();
  return [answer.permissionDecision ?? "abstain", answer.permissionDecisionReason ?? ""];
}

const incidents = (...more: string[]): readonly Incident[] =>
  runBuilt(guarded, "incident", "list", "--json", ...more)
    .stdout.split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Incident);

/** Trips `credential-access` rules that are critical: a decoy would, and so does reading the guard's own keys. */
const HARM = () => `cat ${join(guarded.data, "keys", "subjects")}/*`;

/** The client's sessions of an incident. */
const sessionsOf = (id: string): readonly string[] =>
  (
    JSON.parse(runBuilt(guarded, "incident", "show", id, "--json").stdout) as {
      readonly sessions: readonly string[];
    }
  ).sessions;

async function incidentOf(session: string): Promise<Incident> {
  let found: Incident | undefined;
  await until(`an incident of ${session}`, () => {
    found = incidents("--state", "all").find(({ id }) => sessionsOf(id).includes(session));
    return Promise.resolve(found !== undefined);
  });
  if (found === undefined) throw new Error("there is none");
  return found;
}

describe("an incident", () => {
  it("is opened while the session goes on, and a person holds the session by it", async () => {
    expect((await call("calm", "cat src/a.ts"))[0]).toBe("allow");
    await call("harm", HARM());
    const { id, state, level } = await incidentOf("harm");
    expect([state, ["high", "critical"].includes(level)]).toEqual(["open", true]);
    expect((await call("harm", "cat src/a.ts"))[0]).toBe("allow");
    const taken = runBuilt(guarded, "incident", "take", id.slice(0, 16), "--json");
    expect(JSON.parse(taken.stdout)).toMatchObject({ outcome: "take", state: "investigating" });
    expect(runBuilt(guarded, "incident", "quarantine", id).stdout).toContain("now contained");
    const [verdict, reason] = await call("harm", "cat src/a.ts");
    expect(verdict).toBe("deny");
    expect(reason).toContain(id);
    expect((await call("calm", "cat src/a.ts"))[0]).toBe("allow");
    expect(runBuilt(guarded, "session", "held").stdout).toContain("quarantine");
  });

  it("cannot be ended by the session that it is about", async () => {
    for (const command of [
      "sallyport session release harm --reason x",
      "sallyport incident close inc-0 --outcome missed",
      `rm -rf ${join(guarded.data, "held-sessions")}`,
      `rm ${join(guarded.data, "incidents")}/*.json`,
      `echo 'version: 1' > ${join(guarded.data, "responses.yaml")}`,
    ]) {
      expect([command, (await call("harm", command))[0]]).toEqual([command, "deny"]);
      // A session that is not held gets no further with what belongs to the guard.
      const [free] = await call("calm", command);
      expect([command, free === "deny" || free === "ask"]).toEqual([command, true]);
    }
  });

  it("is closed with how it was possible, on record, and its session stays held over a restart", async () => {
    const { id } = await incidentOf("harm");
    expect(runBuilt(guarded, "incident", "close", id).status).toBe(2);
    const closed = runBuilt(guarded, "incident", "close", id, "--outcome", "blocked-by-hook");
    expect(closed.stdout).toContain("now closed");
    expect(incidents().map((one) => one.id)).not.toContain(id);
    runBuilt(guarded, "daemon", "stop");
    runBuilt(guarded, "daemon", "--ensure");
    expect((await call("harm", "cat src/a.ts"))[0]).toBe("deny");
    const words = runBuilt(guarded, "log", "search", "kind:incident", "--json").stdout;
    for (const what of ["opened", "take", "quarantine", "close"])
      expect(words).toContain(`"what":"${what}"`);
  });

  it("is answered by itself where a person's file says so", async () => {
    writeFileSync(
      join(guarded.data, "responses.yaml"),
      "version: 1\nresponses:\n  - { level: high, do: [quarantine] }\n",
      { mode: 0o600 },
    );
    await call("second", HARM());
    const { id } = await incidentOf("second");
    await until("the session is held", async () => (await call("second", "ls"))[0] === "deny");
    expect((await call("second", "ls"))[1]).toContain(id);
    expect(runBuilt(guarded, "incident", "show", id).stdout).toContain("quarantine by sallyport");
  });

  it("cuts a host off for every session, until a person at a terminal takes that back", async () => {
    rmSync(join(guarded.data, "responses.yaml"));
    const asks = "curl -s https://docs.python.org/3/";
    expect((await call("other", asks))[0]).toBe("allow");
    const words = ["block", "add", "host", "python.org", "--reason", "incident", "--json"];
    const { id } = JSON.parse(runBuilt(guarded, ...words).stdout) as { id: string };
    const [verdict, reason] = await call("other", asks);
    expect([verdict, reason.includes("the host `python.org` is blocked")]).toEqual(["deny", true]);
    expect((await call("other", "curl -s https://nodejs.org/en/learn"))[0]).not.toBe("deny");
    expect(runBuilt(guarded, "explain", asks, "--cwd", guarded.project).stdout).toContain(
      "blocked",
    );
    expect(runBuilt(guarded, "block", "remove", id).status).not.toBe(0);
    expect((await call("other", asks))[0]).toBe("deny");
    expect((await call("other", `sallyport block remove ${id}`))[0]).not.toBe("allow");
  });

  it("holds no word of a call in its files, nor whose session it is", () => {
    const folder = join(guarded.data, "incidents");
    const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
    expect(texts.length).toBeGreaterThan(1);
    expect(texts.filter((text) => /subjects\/|cat src|harm|second|\/shop/.test(text))).toEqual([]);
  });
});
