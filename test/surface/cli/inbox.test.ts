// `sallyport inbox` against a daemon of this process with a question that waits: its list, its decisions by option and by keys.
import { spawn } from "node:child_process";
import { afterEach, beforeEach, expect, it, type TestContext } from "vitest";
import { PATIENCE_HEADER } from "#govern/settings/hook-entries.ts";
import { incidentId, openIncidents } from "#surface/services/incidents/incident-store.ts";
import { WAIT_SECONDS_MAX } from "#surface/services/questions/question-schema.ts";
import { createWaitingRoom, type WaitingRoom } from "#surface/services/questions/waiting-room.ts";
import { PROGRAM } from "../../program.ts";
import { until } from "../../until.ts";
import { decisionOf, openStand, preToolUse, type Stand } from "../daemon/daemon-stand.ts";
import { runHere } from "./in-process.ts";
import { atTerminal, finish, hasScript, jsonIn, withoutTerminal } from "./typed.ts";

const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
const NOW_MS = Date.UTC(2026, 10, 29, 12);
let stand: Stand;
let room: WaitingRoom;
let incident: string;
beforeEach(async () => {
  room = createWaitingRoom(clock);
  stand = await openStand({
    questions: room,
    judge: async () => ({ decision: decisionOf("ask"), policy: undefined }),
  });
  incident = incidentId(NOW_MS);
  openIncidents(stand.install.directories).put({
    id: incident,
    level: "high",
    state: "open",
    title: "Ran: a call\u001B[31m for a file of secrets",
    openedMs: NOW_MS,
    updatedMs: NOW_MS,
    owner: undefined,
    alerts: [],
    alertsOmitted: 0,
    actions: [],
  });
});
afterEach(() => stand.close());

const person = () => ({
  home: stand.install.directories.root,
  data: stand.install.directories.root,
});
async function call(id: string): Promise<string> {
  room.attend({ seconds: WAIT_SECONDS_MAX, untilMs: Date.now() + 600_000, from: "test" });
  const answer = await stand.post(
    preToolUse({ tool_use_id: id, tool_input: { command: `cat ${id}` } }),
    { headers: { [PATIENCE_HEADER]: String(WAIT_SECONDS_MAX) } },
  );
  return Object(Object(answer.json).hookSpecificOutput).permissionDecision;
}
async function waiting(): Promise<string> {
  await until("a question waits", () => room.list().some(({ state }) => state === "waiting"));
  return room.list().find(({ state }) => state === "waiting")?.id ?? "";
}
/** Without a terminal of its own, and so never the live screen. */
async function inbox(...args: readonly string[]) {
  const { home, data } = person();
  const { code, out, err } = await runHere(["inbox", ...args, "--data", data], { HOME: home });
  return { code, text: `${out}${err}` };
}
function requireScript(ctx: TestContext): void {
  if (!hasScript) ctx.skip("`script` is not on PATH");
}

/** A person at the live screen: presses keys once the screen shows what they wait for. */
function atScreen() {
  const line = [process.execPath, ...PROGRAM, "inbox", "--data", person().data]
    .map((word) => `'${word}'`)
    .join(" ");
  const env = { PATH: "/usr/bin:/bin", HOME: person().home, TERM: "xterm" };
  const child = spawn("script", ["-qec", line, "/dev/null"], { env });
  let said = "";
  let from = 0;
  const ended = finish(child, (text) => {
    said = text;
  });
  return {
    ended,
    async press(keys: string, shows: RegExp): Promise<string> {
      from = said.length;
      child.stdin.write(keys);
      await until(String(shows), () => shows.test(said.slice(from)));
      return said.slice(from);
    },
    shows: (text: RegExp) => until(String(text), () => text.test(said)),
    type: (text: string) => void child.stdin.write(text),
  };
}

it("is one list: what waits stands first, and each says how it is decided", async () => {
  const kept = call("a");
  const id = await waiting();
  const listed = await inbox("--json");
  const told = JSON.parse(listed.text);
  expect([listed.code, told.items.map((one: { id: string }) => one.id)]).toEqual([
    1,
    [id, incident],
  ]);
  const shown = await inbox("--once");
  expect(shown.text).toContain(`sallyport questions answer ${id} --allow`);
  expect(shown.text).not.toContain("\u001B");
  const incidents = await inbox("--once", "--kind", "incident");
  expect([incidents.code, incidents.text.includes(id)]).toEqual([1, false]);
  room.close();
  expect(await kept).toBe("ask");
});

it("lets no call run where nobody can type a word", async () => {
  const kept = call("b");
  const id = await waiting();
  const without = await withoutTerminal(person(), "inbox", "--allow", id);
  expect([without.code, room.list()[0]?.state]).toEqual([2, "waiting"]);
  room.close();
  expect(await kept).toBe("ask");
});

it("lets no call run for a wrong word, and one for the right one, once", async (ctx) => {
  requireScript(ctx);
  const kept = call("d");
  const id = await waiting();
  const wrong = await atTerminal(person(), () => "no", "inbox", "--allow", id);
  expect([wrong.code, room.list()[0]?.state]).toEqual([1, "waiting"]);
  const done = await atTerminal(person(), (word) => word, "inbox", "--allow", id, "--json");
  expect([done.code, jsonIn(done)]).toEqual([0, { outcome: "allow", kind: "question", id }]);
  expect(await kept).toBe("allow");
  expect((await inbox("--allow", id)).code).toBe(2);
});

it("refuses what cannot be decided, and says what can", async () => {
  const answers = [
    await inbox("--allow", incident),
    await inbox("--close", incident),
    await inbox("--close", incident, "--outcome", "bad-luck"),
    await inbox("--assign", "inc-nothing"),
    await inbox("--assign", incident, "--close", incident),
    await inbox("--note", "why"),
    await inbox("--refuse", incident, "--note", "x".repeat(301)),
  ];
  expect(answers.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2, 2, 2]);
  expect(answers[0]?.text).toContain("takes no `--allow`; it takes `--assign`, `--close`");
  expect(answers[1]?.text).toContain("`--outcome` is missing");
});

it("is gone through by keys: opens, refuses with a word, and takes back", async (ctx) => {
  requireScript(ctx);
  const kept = call("c");
  const id = await waiting();
  const screen = atScreen();
  await screen.shows(/2 things need you; 1 of 2/);
  expect(await screen.press("\r", /by waiting:/)).toContain("by builtin:test/rule");
  await screen.press(" ", /1 of 2/);
  await screen.press("j", /2 of 2/);
  await screen.press("k", /1 of 2/);
  await screen.press("e", /takes no `--assign`/);
  await screen.press("j", /2 of 2/);
  await screen.press("x", /how was it possible\?.*3 blocked-by-hook/);
  await screen.press("3", /it is closed in \d+ s; u takes it back/);
  await screen.press("u", /taken back/);
  await screen.press("k", /1 of 2/);
  await screen.press("r", /why \(may be empty\)/);
  const asked = await screen.press("another host\r", /type `\w+` to go on/);
  const word = /type `(\w+)` to go on/.exec(asked)?.[1] ?? "";
  await screen.press(`${word}\r`, new RegExp(`refused: ${id}`));
  expect(await kept).toBe("deny");
  await screen.press("e", /it is assigned to you in \d+ s/);
  screen.type("\u0003");
  expect((await screen.ended).code).toBe(0);
  expect(openIncidents(stand.install.directories).named(incident).owner).toBeUndefined();
});
