// What needs a person, as the API says it: over real files, one kind alone, and two people who decide at once.
import { afterAll, beforeAll, expect, it } from "vitest";
import { openIncidents } from "#surface/services/incidents/incident-store.ts";
import type { OperatorAnswer } from "#surface/services/daemon-process/operator-orders.ts";
import type { OperatorOrder } from "#surface/services/daemon-process/operator-orders.ts";
import { dashboardParts } from "#surface/dashboard/run-dashboard.ts";
import { api, serve, type Served } from "../served.ts";
import { HOSTILE_NAME, madeInstall, type MadeInstall } from "../told-sessions.ts";

const ID = `inc-${"0".repeat(26)}`;
const QUESTION = "qu-0011223344556677";
const DIGEST = "ab".repeat(32);
let made: MadeInstall;
let served: Served;
let nowMs = Date.UTC(2026, 10, 29, 12);
let isAnswered = false;
let isAway = false;
const orders: OperatorOrder[] = [];

/** As the daemon: one answer to a question counts, and an incident changes when somebody takes it. */
async function order(given: OperatorOrder): Promise<OperatorAnswer> {
  if (isAway) throw new Error("no daemon here");
  orders.push(given);
  const { directories } = made.install;
  switch (given.order) {
    case "questions": {
      const question = { id: QUESTION, digest: DIGEST, tool: "Bash", text: HOSTILE_NAME, why: "" };
      const times = { askedMs: nowMs, expiresMs: nowMs + 60_000 };
      const state = isAnswered ? "answered" : "waiting";
      const questions = [{ ...question, ...times, state, project: "/p", onlyThere: null }];
      return { kind: "questions", attendedSeconds: 60, questions } as unknown as OperatorAnswer;
    }
    case "question-answer":
      if (isAnswered)
        return { kind: "question-refused", why: "it was answered" } as unknown as OperatorAnswer;
      isAnswered = true;
      return { kind: "question-answered" } as unknown as OperatorAnswer;
    case "incident": {
      const store = openIncidents(directories);
      store.put({ ...store.named(ID), owner: given.by, updatedMs: nowMs + 1 });
      return { kind: "incident", id: ID, state: "investigating" };
    }
    default:
      throw new Error("not asked here");
  }
}

beforeAll(async () => {
  made = await madeInstall(async () => undefined);
  const { directories, view } = dashboardParts(made.install);
  openIncidents(directories).put({
    id: ID,
    level: "high",
    state: "open",
    title: HOSTILE_NAME,
    owner: undefined,
    openedMs: nowMs,
    updatedMs: nowMs,
    alerts: [],
    alertsOmitted: 0,
    actions: [],
  });
  served = await serve({ directories, view, order, nowMs: () => nowMs });
});
afterAll(async () => {
  await served.close();
  made.remove();
});

const inbox = async (query = "") => {
  nowMs += 5_000;
  const bearer = served.bearer("responder");
  const { status, json } = await served.ask("GET", api(`/inbox${query}`), { bearer });
  return { status, json: json as Record<string, unknown> & { items: Record<string, unknown>[] } };
};

it("gathers what there is, texts as they came", async () => {
  const { status, json } = await inbox();
  expect([status, json["total"], json["unread"]]).toEqual([200, 2, []]);
  expect(json.items).toMatchObject([
    { kind: "question", id: QUESTION, digest: DIGEST, title: `Bash: ${HOSTILE_NAME}` },
    { kind: "incident", id: ID, title: HOSTILE_NAME, actions: ["assign", "close"] },
  ]);
});

it("gives one kind alone, counts of all, and as many as were asked for", async () => {
  const one = await inbox("?kind=incident&limit=1");
  expect(one.json).toMatchObject({ command: "sallyport inbox --kind incident", total: 1 });
  expect(one.json["counts"]).toMatchObject({ question: 1, incident: 1 });
  expect((await inbox("?kind=nothing")).status).toBe(400);
  expect((await inbox("?limit=501")).status).toBe(400);
});

it("tells the second of two people who take an incident at once, and does nothing", async () => {
  const [first, second] = [served.bearer("responder"), served.bearer("responder")];
  const seenMs = (await inbox()).json.items[1]?.["seenMs"];
  const body = { seenMs, what: "take" };
  const path = api(`/incidents/${ID}/orders`);
  const taken = await served.ask("POST", path, { bearer: first, body });
  orders.length = 0;
  const again = await served.ask("POST", path, { bearer: second, body });
  expect([taken.status, again.status]).toEqual([200, 409]);
  expect(again.text).toContain("somebody changed it meanwhile");
  expect(orders).toEqual([]);
});

it("tells the second of two people who answer a question at once", async () => {
  const bearer = served.bearer("approver");
  const path = api(`/asks/${QUESTION}/deny`);
  const body = { digest: DIGEST };
  const answers = await Promise.all([1, 2].map(() => served.ask("POST", path, { bearer, body })));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
  const { json } = await inbox();
  expect(json.items.map(({ kind }) => kind)).toEqual(["incident"]);
});

it("says that the daemon is away, and shows what lies on disk", async () => {
  isAway = true;
  const { json } = await inbox();
  expect(json["unread"]).toMatchObject([{ kind: "question" }]);
  expect(json.items.map(({ kind }) => kind)).toEqual(["incident"]);
});
