// `sallyport questions list | answer | watch` against a daemon of this process: who may answer, what is printed, exit codes.
import { spawn } from "node:child_process";
import { afterEach, beforeEach, describe, expect, it, type TestContext } from "vitest";
import { PATIENCE_HEADER } from "#govern/settings/hook-entries.ts";
import { createWaitingRoom, type WaitingRoom } from "#surface/services/questions/waiting-room.ts";
import { PROGRAM } from "../../program.ts";
import { until } from "../../until.ts";
import { decisionOf, openStand, preToolUse, type Stand } from "../daemon/daemon-stand.ts";
import { atTerminal, finish, hasScript, jsonIn, withoutTerminal } from "./typed.ts";

const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
let stand: Stand;
let room: WaitingRoom;
beforeEach(async () => {
  room = createWaitingRoom(clock);
  stand = await openStand({
    questions: room,
    judge: async () => ({ decision: decisionOf("ask"), policy: undefined }),
  });
});
afterEach(() => stand.close());

const person = () => ({
  home: stand.install.directories.root,
  data: stand.install.directories.root,
});
/** A call that waits before the client hears of it; gives its verdict. */
async function call(id: string): Promise<string> {
  const answer = await stand.post(
    preToolUse({ tool_use_id: id, tool_input: { command: `cat ${id}` } }),
    {
      headers: { [PATIENCE_HEADER]: "60" },
    },
  );
  return Object(Object(answer.json).hookSpecificOutput).permissionDecision;
}
const attend = () => room.attend({ seconds: 60, untilMs: Date.now() + 60_000, from: "test" });
async function waiting(): Promise<string> {
  await until("a question waits", () => room.list().some(({ state }) => state === "waiting"));
  return room.list().find(({ state }) => state === "waiting")?.id ?? "";
}
function requireScript(ctx: TestContext): void {
  if (!hasScript) ctx.skip("`script` is not on PATH");
}

describe("a person's answer", () => {
  it("is listed, typed, and counts once; a program reads each outcome", async (ctx) => {
    requireScript(ctx);
    expect(await withoutTerminal(person(), "questions", "list")).toEqual({
      code: 0,
      text: "no question waits\n",
    });
    attend();
    const kept = call("a");
    const id = await waiting();
    const listed = await withoutTerminal(person(), "questions", "list", "--json");
    expect([listed.code, JSON.parse(listed.text)]).toMatchObject([1, [{ id, state: "waiting" }]]);
    const shown = await withoutTerminal(person(), "questions", "list");
    expect(shown.text).toMatch(/waits \d+ s more; a call of Bash in \/project/);
    const wrong = await atTerminal(person(), () => "no", "questions", "answer", id, "--deny");
    expect([wrong.code, room.list()[0]?.state]).toEqual([1, "waiting"]);
    const typed = (word: string): string => word;
    const done = await atTerminal(person(), typed, "questions", "answer", id, "--allow", "--json");
    expect([done.code, jsonIn(done)]).toEqual([0, { outcome: "allowed", id }]);
    expect(await kept).toBe("allow");
    const late = await atTerminal(person(), typed, "questions", "answer", id, "--deny", "--json");
    expect([late.code, jsonIn(late)]).toEqual([1, { outcome: "over", id, state: "answered" }]);
  });

  it("is refused without a terminal, for no question, and where both or none is said", async () => {
    attend();
    const kept = call("b");
    const id = await waiting();
    const answers = [
      await withoutTerminal(person(), "questions", "answer", id, "--allow"),
      await withoutTerminal(person(), "questions", "answer", id, "--allow", "--deny"),
      await withoutTerminal(person(), "questions", "answer", id),
      await withoutTerminal(
        person(),
        "questions",
        "answer",
        id,
        "--deny",
        "--note",
        "x".repeat(301),
      ),
      await withoutTerminal(person(), "questions", "watch"),
    ];
    expect(answers.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2]);
    expect(room.list()[0]?.state).toBe("waiting");
    room.close();
    expect(await kept).toBe("ask");
  });
});

describe("a person who watches", () => {
  it("is there until interrupted, and sees each question as it comes", async (ctx) => {
    requireScript(ctx);
    const words = [process.execPath, ...PROGRAM, "questions", "watch", "--seconds", "50"];
    const line = [...words, "--data", person().data].map((word) => `'${word}'`).join(" ");
    const env = { PATH: "/usr/bin:/bin", HOME: person().home };
    const child = spawn("script", ["-qec", line, "/dev/null"], { env });
    let said = "";
    const ended = finish(child, (text) => {
      said = text;
    });
    await until("somebody is there", () => room.attended() === 50);
    const kept = call("c");
    const id = await waiting();
    await until("it is shown", () => said.includes(`sallyport questions answer ${id}`));
    expect(said).toContain("you are here");
    child.stdin.write("\u0003");
    await ended;
    await until("nobody is there", () => room.attended() === undefined);
    room.close();
    expect(await kept).toBe("ask");
  });
});
