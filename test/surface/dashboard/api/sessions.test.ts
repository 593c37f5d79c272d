// Endpoints of sessions, explanations, named questions and checks over a made-up installation; each answer is held to its own schema.
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ENDPOINTS } from "../../../../src/surface/dashboard/api/endpoints.ts";
import type { Ran, RunOptions } from "../../../../src/surface/dashboard/context/parts.ts";
import { dashboardParts } from "../../../../src/surface/dashboard/run-dashboard.ts";
import { until } from "../../../until.ts";
import { api, type Answered, serve, type Served } from "../served.ts";
import {
  HOSTILE_NAME,
  madeInstall,
  type MadeInstall,
  QUIET,
  STOLEN,
  tellProbe,
  tellSessions,
} from "../told-sessions.ts";

let made: MadeInstall;
let served: Served;
let bearer: string;
/** What commands of ours print in this test, by their second word, and what they were asked. */
let ran: (args: readonly string[], options?: RunOptions) => Promise<Ran>;
const asked: (readonly string[])[] = [];

beforeAll(async () => {
  made = await madeInstall(async (log) => {
    await tellSessions(log);
    await tellProbe(log);
  });
  const { directories, ask, view } = dashboardParts(made.install);
  served = await serve({
    directories,
    ask,
    view,
    run: (args, options) => {
      asked.push(args);
      return ran(args, options);
    },
  });
  bearer = served.bearer("viewer");
});
afterAll(async () => {
  await served.close();
  made.remove();
});

const printed = (...lines: readonly unknown[]): Ran => ({
  code: 0,
  problem: "",
  output: lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
});

async function got<T = Record<string, unknown>>(path: string): Promise<T> {
  const answered = await served.ask("GET", api(path), { bearer });
  expect([path, answered.status, answered.text.slice(0, 300)]).toEqual([
    path,
    200,
    expect.anything(),
  ]);
  held(path.split("?")[0] ?? "", "GET", answered);
  return answered.json as T;
}

/** Holds an answer to the schema of its own row. */
function held(path: string, method: string, { json }: Answered): void {
  const segments = path.split("/");
  const endpoint = ENDPOINTS.find((one) => {
    const wanted = one.path.split("/");
    return (
      one.method === method &&
      wanted.length === segments.length &&
      wanted.every((word, place) => word.startsWith(":") || word === segments[place])
    );
  });
  if (endpoint === undefined) throw new Error(`no row answers ${method} ${path}`);
  const read = v.safeParse(endpoint.answer, json);
  expect(read.success ? [] : v.flatten(read.issues)).toEqual([]);
}

type List = {
  readonly items: { id: string; user: string; verdicts: Record<string, number>; calls: number }[];
  readonly next: number | null;
  readonly command: string;
};

describe("the list of sessions", () => {
  it("has the newest first, with who, where and counts by verdict", async () => {
    const { items, next } = await got<List>("/sessions");
    expect(items.map(({ user }) => user)).toEqual(["grace", "ada"]);
    expect(items[1]).toMatchObject({
      place: "/home/ada/shop",
      title: `fetch it ${HOSTILE_NAME}`,
      model: null,
      costUsdMicros: null,
      isLive: false,
      events: 10,
      calls: 4,
      failed: 0,
      chains: 0,
      verdicts: { allow: 2, ask: 1, deny: 1, abstain: 0 },
    });
    expect(next).toBeNull();
  });
  it.each([
    ["?verdict=deny", ["ada"]],
    ["?verdict=allow", ["grace", "ada"]],
    ["?person=grace", ["grace"]],
    ["?person=nobody", []],
    ["?since=1h", ["grace", "ada"]],
    ["?until=2020-01-01", []],
    ["?project=/home/ada/none", []],
  ] as const)("is narrowed by %s", async (query, users) => {
    const { items } = await got<List>(`/sessions${query}`);
    expect(items.map(({ user }) => user)).toEqual(users);
  });
  it("has none of our own probes, also where an alert about one came after it", async () => {
    const all = await got<{ items: { verdict: string | null }[] }>("/events?filter=canary%3Atrue");
    expect(all.items).toHaveLength(1);
    const { items } = await got<List>("/sessions?verdict=");
    expect(items.map(({ user }) => user)).toEqual(["grace", "ada"]);
  });
  it("is read page by page", async () => {
    const first = await got<List>("/sessions?limit=1");
    expect(first.items).toHaveLength(1);
    const second = await got<List>(`/sessions?limit=1&before=${first.next}`);
    expect(second.items.map(({ user }) => user)).toEqual(["ada"]);
    expect(second.next).toBeNull();
  });
  it.each(["verdict=maybe", "since=soon", "limit=0", "limit=1000", "before=-1", "colour=red"])(
    "refuses %s with a reason",
    async (query) => {
      const { status, json } = await served.ask("GET", api(`/sessions?${query}`), { bearer });
      expect(status).toBe(400);
      expect(json).toMatchObject({
        error: { code: "input", message: expect.stringMatching(/.{8}/) },
      });
    },
  );
  it("takes a hostile person for a name that nobody has", async () => {
    const query = new URLSearchParams({ person: `' or 1=1; -- ${HOSTILE_NAME}` });
    expect((await got<List>(`/sessions?${query.toString()}`)).items).toEqual([]);
  });
});

describe("one session", () => {
  it("is told by the client's id and by its pseudonym", async () => {
    const { items } = await got<List>("/sessions?person=ada");
    const byPseudonym = await got(`/sessions/${encodeURIComponent(items[0]?.id ?? "")}`);
    expect(await got(`/sessions/${STOLEN}`)).toMatchObject({
      session: {
        id: items[0]?.id,
        user: "ada",
        calls: 4,
        refused: 1,
        asked: 1,
        ran: 1,
        requests: 1,
      },
      chains: [{ kind: "fetched-code-runs" }, { kind: "told-then-acts", isStopped: true }],
    });
    expect(byPseudonym).toMatchObject({ session: { clientId: STOLEN } });
  });
  it("has a timeline of prompts and calls with their ends, as they were written", async () => {
    type Item = { what: string; text: string; outcome: string | null; verdict: string | null };
    const { items } = await got<{ items: Item[] }>(`/sessions/${STOLEN}/timeline`);
    expect(items.map(({ what, verdict, outcome }) => [what, verdict, outcome])).toEqual([
      ["session", null, null],
      ["prompt", null, null],
      ["call", "allow", "success"],
      ["call", "ask", "success"],
      ["call", "deny", "did not run"],
      ["call", "allow", "success"],
      ["session", null, null],
    ]);
    expect(items[1]?.text).toContain("fetch it <img");
    const { items: stopped } = await got<{ items: Item[] }>(
      `/sessions/${STOLEN}/timeline?only=stopped`,
    );
    expect(stopped.map(({ verdict }) => verdict)).toEqual(["ask", "deny"]);
  });
  it("is read on where the page before ended", async () => {
    type Part = { items: { index: number }[]; next: number | null; total: number };
    const first = await got<Part>(`/sessions/${STOLEN}/timeline?limit=3`);
    const rest = await got<Part>(`/sessions/${STOLEN}/timeline?limit=500&before=${first.next}`);
    expect([first.items.length, first.next, rest.items.length, rest.next, rest.total]).toEqual([
      ...[3, 3, 4, null, 7],
    ]);
  });
  it("has a graph in which labels flow along edges", async () => {
    type Graph = {
      nodes: { id: string; kind: string; name: string }[];
      edges: { from: string; to: string; kind: string; labels: string[] }[];
    };
    const graph = await got<Graph>(`/sessions/${STOLEN}/graph`);
    expect(graph).toMatchObject({ isGrouped: false, omitted: 0 });
    const taken = graph.edges.find(
      ({ from, kind }) => from === "host:cdn.example" && kind === "took",
    );
    expect(taken?.labels).toEqual(["web"]);
    const run = graph.edges.find(({ from, kind }) => from.endsWith("run.sh") && kind === "took");
    expect(run?.labels).toEqual(["web"]);
    expect(graph.nodes.filter(({ kind }) => kind === "refused")).toHaveLength(1);
  });
  it.each([
    [`/sessions/${STOLEN}/graph?open=x`, 400],
    [`/sessions/${STOLEN}/graph?open=%7B%7D`, 400],
    ["/sessions/no-such-session", 404],
    [`/sessions/${encodeURIComponent(HOSTILE_NAME)}`, 400],
    ["/sessions/..%2F..%2Fkeys", 400],
    [`/sessions/${QUIET}/timeline?only=secrets`, 400],
  ])("answers %s with %i", async (path, status) => {
    expect((await served.ask("GET", api(path), { bearer })).status).toBe(status);
  });
  it("is on record as looked at", () => {
    expect(served.notes).toContainEqual(
      expect.objectContaining({ what: "view", page: "/sessions/:id" }),
    );
  });
});

describe("an explanation", () => {
  const denied = async () => {
    const { items } = await got<{ items: { index: number; verdict: string | null }[] }>(
      `/sessions/${STOLEN}/timeline`,
    );
    return items.find(({ verdict }) => verdict === "deny")?.index ?? -1;
  };
  it("says which rule judged which effect", async () => {
    expect(await got(`/events/${await denied()}/explanation`)).toMatchObject({
      verdict: "deny",
      isOpened: true,
      canJudgeNow: true,
      rules: [{ rule: "builtin:team/secret-read", verdict: "deny", effects: [0] }],
      effects: [expect.stringContaining("reads"), expect.stringContaining("contacts")],
      names: expect.arrayContaining([{ kind: "hosts", names: ["drop.example"] }]),
    });
  });
  it("asks our own command for the same call now, and no word of it becomes an option", async () => {
    const said = { verdict: "deny", class: "external", effects: [], reasons: [] };
    const policy = { id: "builtin/team", version: "1", digest: "a" };
    const alternative = { command: "echo", verdict: "allow" };
    ran = () => Promise.resolve(printed({ ...said, policy, alternative, more: 1 }));
    asked.length = 0;
    expect(await got(`/events/${await denied()}/judged-now`)).toMatchObject({ alternative });
    expect(asked[0]?.slice(0, 3)).toEqual(["explain", "--json", "--tool=Bash"]);
    expect(asked[0]?.slice(3).every((word) => /^--(?:input|project)=/.test(word))).toBe(true);
  });
  it("is refused for what is no decision", async () => {
    for (const [index, status] of [
      [0, 400],
      [999, 404],
    ])
      for (const what of ["explanation", "judged-now"])
        expect((await served.ask("GET", api(`/events/${index}/${what}`), { bearer })).status).toBe(
          status,
        );
  });
  it("says so where our command says nothing of use", async () => {
    ran = () => Promise.resolve({ code: 1, output: "{}", problem: "sallyport: no policy" });
    const index = await denied();
    const { status, text } = await served.ask("GET", api(`/events/${index}/judged-now`), {
      bearer,
    });
    expect([status, text]).toEqual([502, expect.stringContaining("no policy")]);
  });
});

describe("named questions", () => {
  it("are listed and answered as tables", async () => {
    ran = () =>
      Promise.resolve(
        printed({ id: "who-pushed", title: "Who pushed", takes: ["branch"], over: "7 days" }),
      );
    expect(await got("/queries")).toMatchObject({ items: [{ id: "who-pushed" }] });
    asked.length = 0;
    ran = () =>
      Promise.resolve({
        ...printed({ user: "ada", pushes: 2 }, { user: HOSTILE_NAME, pushes: null }),
        problem: "sallyport: note\n",
      });
    const path = `/queries/who-pushed?${new URLSearchParams({ branch: "--data=/etc", since: "7d" }).toString()}`;
    expect(await got(path)).toMatchObject({
      columns: ["user", "pushes"],
      notes: ["sallyport: note"],
      isCut: false,
      rows: [
        ["ada", 2],
        [HOSTILE_NAME, null],
      ],
    });
    expect(asked[0]).toEqual([
      ...["log", "query", "who-pushed", "--json", "--limit=1000"],
      ...["--branch=--data=/etc", "--since=7d"],
    ]);
  });
  it.each([
    "/queries/--help",
    "/queries/A%20B",
    "/queries/who-pushed?limit=0",
    "/queries/who-pushed?sql=1",
  ])("refuse %s", async (path) => {
    expect((await served.ask("GET", api(path), { bearer })).status).toBe(400);
  });
  it("say what our command says where it refuses", async () => {
    ran = () =>
      Promise.resolve({ code: 2, output: "", problem: "sallyport: it takes no `--user`\n" });
    const answered = await served.ask("GET", api("/queries/held?user=ada"), { bearer });
    expect([answered.status, answered.text]).toEqual([400, expect.stringContaining("takes no")]);
  });
});

describe("checks of the whole log", () => {
  type Checks = {
    checks: { what: string; state: string; done: number | null; faults: string[] }[];
  };
  const stateOf = async (what: string) =>
    (await got<Checks>("/log/checks")).checks.find((one) => one.what === what);
  const begin = (what: string) =>
    served.ask("POST", api("/log/checks"), { bearer: served.bearer("auditor"), body: { what } });

  it("tell how far they are and what they found, one at a time", async () => {
    expect((await stateOf("verify"))?.state).toBe("none");
    let finish = () => undefined as void;
    const end = new Promise<void>((resolve) => {
      finish = resolve;
    });
    asked.length = 0;
    ran = async (_args, options) => {
      options?.onProblem?.("sallyport: 100 of 400 entries\nsallyport: 200 of 400 entries\n");
      await end;
      const fault = { kind: "tile-altered", message: `tile ${HOSTILE_NAME} was altered` };
      const index = { kind: "checked", events: 400, findings: [] };
      return printed({
        whole: false,
        entries: 400,
        pruned: 0,
        faults: [fault],
        faultsOmitted: 2,
        index,
      });
    };
    held("/log/checks", "POST", await begin("verify"));
    await begin("verify");
    expect(asked).toEqual([["log", "verify", "--progress", "--json"]]);
    expect(await stateOf("verify")).toMatchObject({ state: "running", done: 200, of: 400 });
    finish();
    await until("verify ends", async () => (await stateOf("verify"))?.state === "faults");
    expect(await stateOf("verify")).toMatchObject({
      faults: [`tile ${HOSTILE_NAME} was altered`],
      faultsOmitted: 2,
    });
  });
  it("say so where one comes to no end", async () => {
    ran = (_args, options) => {
      options?.onProblem?.("sallyport: there is no verifier key\n");
      return Promise.resolve({ code: 1, output: "", problem: "" });
    };
    await begin("fsck");
    await until("fsck ends", async () => (await stateOf("fsck"))?.state === "failed");
    expect(await stateOf("fsck")).toMatchObject({
      problem: expect.stringContaining("verifier key"),
    });
  });
  it("refuse another name", async () => {
    expect((await begin("--repair")).status).toBe(400);
  });
  it("have the proof of an event, with the event in it", async () => {
    const { proof, key, file } = await got<Record<string, string>>("/events/3/proof");
    expect(file).toBe("event-3.tlog-proof");
    expect(proof).toContain("index 3");
    expect(key).toMatch(/\+/);
    expect((await served.ask("GET", api("/events/4000/proof"), { bearer })).status).toBe(404);
  });
});

describe("with commands as they are", { timeout: 120_000 }, () => {
  let real: Served;
  beforeAll(async () => {
    const { directories, ask, view, run } = dashboardParts(made.install);
    real = await serve({ directories, ask, view, run });
  });
  afterAll(() => real.close());
  const asks = async (method: string, path: string, body?: unknown) => {
    const answered = await real.ask(method, api(path), { bearer: real.bearer("viewer"), body });
    expect([path, answered.status, answered.text.slice(0, 400)]).toEqual([
      ...[path, 200, expect.anything()],
    ]);
    held(path.split("?")[0] ?? "", method, answered);
    return answered.json as Record<string, unknown>;
  };

  it("checks the whole log with its progress", async () => {
    await asks("POST", "/log/checks", { what: "verify" });
    const state = async () =>
      ((await asks("GET", "/log/checks"))["checks"] as { what: string; state: string }[]).find(
        ({ what }) => what === "verify",
      );
    await until("verify ends", async () => (await state())?.state !== "running", {
      withinMs: 60_000,
      everyMs: 200,
    });
    expect(await state()).toMatchObject({ problem: null, state: "whole", faults: [] });
    expect(await state()).toMatchObject({ done: 17, of: 17 });
  });
  it("lists questions, and answers one", async () => {
    const { items } = await asks("GET", "/queries");
    expect(items).toContainEqual(expect.objectContaining({ id: "denied-by-tool" }));
    expect(await asks("GET", "/queries/denied-by-tool")).toMatchObject({
      columns: ["tool", "denied"],
      rows: [["Bash", 1]],
    });
  });
  it("judges a recorded command as of now", async () => {
    const now = await asks("GET", "/events/6/judged-now");
    expect(["deny", "ask"]).toContain(now["verdict"]);
    expect(now["effects"]).toContainEqual(expect.objectContaining({ kind: "egress" }));
  });
});
