// The client's question kept open for a person elsewhere: answered, refused, over, withdrawn, and who may not answer.
import { Agent } from "node:https";
import { afterEach, describe, expect, it } from "vitest";
import { PATIENCE_HEADER, WATCHED_HEADER } from "#govern/settings/hook-entries.ts";
import type { Decision } from "#guard/policy/decision.ts";
import { giveOrder } from "#surface/services/daemon-process/daemon-client.ts";
import type { OperatorAnswer } from "#surface/services/daemon-process/operator-orders.ts";
import type { HookPorts, Observation } from "#surface/services/hooks/ports.ts";
import type { Question } from "#surface/services/questions/question-schema.ts";
import { createWaitingRoom } from "#surface/services/questions/waiting-room.ts";
import { until } from "../../until.ts";
import {
  decisionOf,
  openStand,
  preToolUse,
  type Reply,
  sendTo,
  type Stand,
  verdictOf,
} from "./daemon-stand.ts";

const CANARY = ["sk_live", "51CanaryCanaryCanary7f3aQ9zXw2"].join("_");
const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
let stand: Stand;
let decision: Decision;
afterEach(() => stand.close());

async function open(changes: Partial<HookPorts> = {}): Promise<void> {
  decision = decisionOf("ask");
  stand = await openStand({
    questions: createWaitingRoom(clock),
    asksElsewhere: () => true,
    judge: async () => ({ decision, policy: undefined }),
    ...changes,
  });
}
const attend = (seconds = 60) =>
  giveOrder(stand.install, {
    order: "presence",
    seconds,
    untilMs: Date.now() + 60_000,
    from: "test",
  });
const call = (more: object = {}) =>
  preToolUse({ tool_input: { command: `cat a # ${CANARY}` }, ...more });
/** The client's own question about a call that was judged before. */
async function asked(more: object = {}, headers: Record<string, string> = {}): Promise<Reply> {
  await stand.post(call(more));
  const question = JSON.stringify({
    ...JSON.parse(call(more)),
    hook_event_name: "PermissionRequest",
    tool_use_id: undefined,
  });
  return stand.post(question, {
    headers: { [PATIENCE_HEADER]: "120", [WATCHED_HEADER]: "1", ...headers },
  });
}
async function questions(): Promise<readonly Question[]> {
  const answer = await giveOrder(stand.install, { order: "questions" });
  if (answer.kind !== "questions") throw new Error(answer.kind);
  return answer.questions;
}
async function waiting(count = 1): Promise<Question> {
  let found: readonly Question[] = [];
  await until("a question waits", async () => {
    found = (await questions()).filter(({ state }) => state === "waiting");
    return found.length === count;
  });
  const last = found.at(-1);
  if (last === undefined) throw new Error("none waits");
  return last;
}
const answer = (
  { id, digest }: Pick<Question, "id" | "digest">,
  said: "allow" | "deny",
  note: string | null = null,
): Promise<OperatorAnswer> =>
  giveOrder(stand.install, {
    order: "question-answer",
    id,
    digest,
    answer: said,
    note,
    by: "ada",
    from: "phone",
  });
const steps = () =>
  stand.observations.flatMap((one: Observation) => (one.kind === "question" ? [one.news] : []));
const behaviour = ({ json }: Reply) => Object(Object(json).hookSpecificOutput).decision;

describe("a question with somebody there", () => {
  it("lets the call run by a yes, refuses it by a no with the person's words, and counts once", async () => {
    await open();
    await attend();
    const first = asked();
    const question = await waiting();
    expect(question).toMatchObject({ tool: "Bash", project: "/project", session: "session-1" });
    expect(JSON.stringify(await questions())).not.toContain(CANARY);
    expect(await answer(question, "allow")).toEqual({ kind: "question-answered", id: question.id });
    expect(behaviour(await first)).toEqual({ behavior: "allow" });
    expect(await answer(question, "deny")).toMatchObject({
      kind: "question-refused",
      code: "over",
      state: "answered",
    });
    const second = asked({ tool_use_id: "toolu_2", tool_input: { command: "cat b" } });
    await answer(await waiting(), "deny", "use b");
    expect(behaviour(await second)).toMatchObject({
      behavior: "deny",
      message: expect.stringMatching(/a person refused this .*: use b/),
    });
    expect(steps().map(({ what, answer: said, code }) => [what, said?.by, code])).toEqual([
      ...[
        ["asked", undefined, undefined],
        ["answered", "ada", undefined],
      ],
      ...[
        ["refused", "ada", "over"],
        ["asked", undefined, undefined],
      ],
      ["answered", "ada", undefined],
    ]);
    expect(steps()[1]).toMatchObject({ answer: { from: "phone" }, waitedMs: expect.any(Number) });
  });

  it("says at the terminal that it is asked elsewhere too, and other calls go on meanwhile", async () => {
    await open();
    const alone = await stand.post(call());
    expect(alone.text).not.toContain("elsewhere");
    await attend();
    const told = await stand.post(call({ tool_use_id: "toolu_9" }));
    expect([verdictOf(told.json), told.text.includes("Asked elsewhere")]).toEqual(["ask", true]);
    const kept = asked({ tool_use_id: "toolu_3", tool_input: { command: "cat c" } });
    const question = await waiting();
    decision = decisionOf("allow");
    const other = await stand.post(call({ tool_use_id: "toolu_4", tool_input: { command: "ls" } }));
    expect(verdictOf(other.json)).toBe("allow");
    await answer(question, "allow");
    expect(behaviour(await kept)).toEqual({ behavior: "allow" });
  });

  it("is left to the terminal when its time is over", async () => {
    await open();
    await attend(1);
    const left = await asked();
    expect([left.status, left.json]).toEqual([200, {}]);
    expect(steps().map(({ what }) => what)).toEqual(["asked", "expired"]);
    const [over] = await questions();
    expect(over?.state).toBe("expired");
    expect(await answer(over as Question, "allow")).toMatchObject({
      code: "over",
      state: "expired",
    });
  });

  it.each<[string, () => string]>([
    ["result of the call", () => call({ hook_event_name: "PostToolUse", tool_response: {} })],
    ["end of the turn", () => call({ hook_event_name: "Stop" })],
    ["next prompt", () => call({ hook_event_name: "UserPromptSubmit", prompt: "go on" })],
    ["end of the session", () => call({ hook_event_name: "SessionEnd", reason: "other" })],
  ])("is withdrawn by the %s", async (_what, event) => {
    await open();
    await attend();
    const kept = asked();
    const question = await waiting();
    await stand.post(event());
    expect((await kept).json).toEqual({});
    expect(await answer(question, "allow")).toMatchObject({ code: "over", state: "withdrawn" });
    expect(steps().map(({ what }) => what)).toEqual(["asked", "withdrawn", "refused"]);
  });

  it("was answered too late by a no, when the call has a result: that is on record, and no breach", async () => {
    await open();
    await attend();
    const kept = asked();
    const question = await waiting();
    await answer(question, "deny");
    expect(behaviour(await kept)).toMatchObject({ behavior: "deny" });
    await stand.post(call({ hook_event_name: "PostToolUse", tool_response: {} }));
    expect((await questions())[0]?.state).toBe("withdrawn");
    expect(steps().map(({ what, code }) => [what, code])).toEqual([
      ["asked", undefined],
      ["answered", undefined],
      ["refused", "overtaken"],
    ]);
    expect(stand.observations.filter(({ kind }) => kind === "breach")).toEqual([]);
  });

  it("is withdrawn when the daemon ends, at once and without an answer", async () => {
    await open();
    await attend();
    const kept = asked();
    await waiting();
    await stand.run.stop();
    expect((await kept).json).toEqual({});
  });

  it("does not let a call run that the policy refuses by then, nor one that is not on record", async () => {
    let isFull = false;
    const taken: Observation[] = [];
    await open({
      append: async (one) => {
        if (isFull && one.kind === "question") throw new Error("no room");
        taken.push(one);
      },
    });
    await attend();
    const kept = asked();
    const question = await waiting();
    decision = decisionOf("deny");
    expect(await answer(question, "allow")).toMatchObject({ code: "changed" });
    expect((await kept).json).toEqual({});
    decision = decisionOf("ask");
    const second = asked({ tool_use_id: "toolu_2", tool_input: { command: "cat b" } });
    const next = await waiting();
    isFull = true;
    expect(await answer(next, "allow")).toMatchObject({ code: "unrecorded" });
    expect((await second).json).toEqual({});
  });

  it("is not answered from elsewhere where a second person has to sign", async () => {
    await open();
    await attend(2);
    decision = {
      ...decisionOf("deny"),
      waits: [
        {
          rule: "site:shop/plan",
          told: { what: "reads the plan", why: "two people" },
          approval: { people: 2, approvers: [], requester: "excluded", minutes: 60, single: true },
        } as unknown as NonNullable<Decision["waits"]>[number],
      ],
    };
    const asking = decisionOf("ask");
    const before = decision;
    decision = asking;
    await stand.post(call());
    decision = before;
    const kept = stand.post(
      JSON.stringify({ ...JSON.parse(call()), hook_event_name: "PermissionRequest" }),
      { headers: { [PATIENCE_HEADER]: "120" } },
    );
    const question = await waiting();
    expect(question.onlyThere).toContain("a second person");
    expect(await answer(question, "allow")).toMatchObject({ code: "only-there" });
    expect((await kept).json).toEqual({});
  });

  it("waits for nobody without a lease, without patience, beyond eight of a session, or where nothing is enforced", async () => {
    await open();
    expect((await asked()).json).toEqual({});
    await attend();
    expect((await asked({}, { [PATIENCE_HEADER]: "0" })).json).toEqual({});
    expect((await asked({}, { [PATIENCE_HEADER]: "forever" })).json).toEqual({});
    const kept = [];
    for (let at = 0; at < 8; at++)
      kept.push(asked({ tool_use_id: `toolu_k${at}`, tool_input: { command: `cat k${at}` } }));
    await waiting(8);
    const ninth = asked({ tool_use_id: "toolu_x", tool_input: { command: "cat x" } });
    expect((await ninth).json).toEqual({});
    for (const one of await questions()) if (one.state === "waiting") await answer(one, "deny");
    for (const one of kept) expect(behaviour(await one)).toMatchObject({ behavior: "deny" });
  });
});

describe("a call whose entry waits before the client hears of it", () => {
  const before = (more: object = {}) =>
    stand.post(call(more), { headers: { [PATIENCE_HEADER]: "120" } });
  const output = ({ json }: Reply) => Object(Object(json).hookSpecificOutput);

  it("runs by a yes, is refused by a no, and is asked about as ever without an answer", async () => {
    await open();
    await attend();
    const yes = before();
    await answer(await waiting(), "allow");
    expect(output(await yes)).toMatchObject({ permissionDecision: "allow" });
    const no = before({ tool_use_id: "toolu_2" });
    await answer(await waiting(), "deny", "later");
    expect(output(await no)).toMatchObject({
      permissionDecision: "deny",
      permissionDecisionReason: expect.stringContaining("from elsewhere: later"),
    });
    await attend(1);
    expect(output(await before({ tool_use_id: "toolu_3" }))).toMatchObject({
      permissionDecision: "ask",
    });
    // What was refused so and ran all the same is a breach: here no terminal could have said yes.
    const ran = { hook_event_name: "PostToolUse", tool_use_id: "toolu_2", tool_response: {} };
    await stand.post(call(ran));
    expect(stand.observations.filter(({ kind }) => kind === "breach")).toHaveLength(1);
    expect(steps().some(({ code }) => code === "overtaken")).toBe(false);
  });

  it("waits for no verdict but ask, and not where the person said not to be asked", async () => {
    await open();
    await attend();
    expect(output(await before({ permission_mode: "dontAsk" })).permissionDecision).toBe("ask");
    decision = decisionOf("deny");
    expect(output(await before({ tool_use_id: "toolu_4" })).permissionDecision).toBe("deny");
    decision = decisionOf("abstain");
    expect(output(await before({ tool_use_id: "toolu_5" })).permissionDecision).toBe(undefined);
    expect(await questions()).toEqual([]);
  });

  it("is asked about as ever when the connection is closed meanwhile", async () => {
    await open();
    await attend();
    const agent = new Agent({ keepAlive: true });
    const cut = stand
      .post(call(), { headers: { [PATIENCE_HEADER]: "120" }, agent })
      .catch((cause: unknown) => cause);
    await waiting();
    agent.destroy();
    expect(await cut).toBeInstanceOf(Error);
    await until("it is withdrawn", async () => (await questions())[0]?.state === "withdrawn");
  });
});

describe("whoever is not the operator", () => {
  it("answers nothing: the hook's token is turned away and recorded, a wrong digest or id is refused and recorded", async () => {
    await open();
    await attend();
    const kept = asked();
    const question = await waiting();
    const order = JSON.stringify({
      order: "question-answer",
      id: question.id,
      digest: question.digest,
      answer: "allow",
      note: null,
      by: "agent",
      from: "cli",
    });
    for (const secret of [stand.token, "A".repeat(43)]) {
      const tried = await sendTo(stand.install, secret, order, { path: "/v1/operator" });
      expect(tried.status).toBe(403);
    }
    await until("both are recorded", () => {
      const rejected = stand.observations.filter(({ kind }) => kind === "rejected");
      return rejected.length === 2;
    });
    const other = { id: question.id, digest: "0".repeat(64) };
    expect(await answer(other, "allow")).toMatchObject({ code: "mismatch" });
    const unknown = { id: "qu-0000000000000000", digest: question.digest };
    expect(await answer(unknown, "allow")).toMatchObject({ code: "unknown", state: null });
    expect((await questions())[0]?.state).toBe("waiting");
    await answer(question, "deny");
    expect(behaviour(await kept)).toMatchObject({ behavior: "deny" });
    expect(steps().map(({ what, code }) => `${what} ${code ?? ""}`.trim())).toEqual([
      ...["asked", "refused mismatch", "refused unknown", "answered"],
    ]);
  });
});
