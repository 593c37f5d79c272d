// The dashboard of a team over a real PostgreSQL: what its pages are answered, by whom, and what it has not.
import { request as askTls } from "node:https";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ENDPOINTS } from "../../../../src/surface/dashboard/api/endpoints.ts";
import { ROLES } from "../../../../src/surface/dashboard/access/roles.ts";
import {
  createLiveHub,
  type LiveItem,
} from "../../../../src/surface/dashboard/context/live-hub.ts";
import {
  followTeam,
  openTeamSource,
} from "../../../../src/surface/dashboard/context/team-source.ts";
import { until } from "../../../until.ts";
import { certifyIn } from "../../services/fleet/certificates.ts";
import { POSTGRES_MISSING, postgresPrograms } from "../../services/fleet/postgres-cluster.ts";
import {
  openStoredTeam,
  OWN_SESSION,
  type StoredTeam,
  TEAM_NOW_MS,
} from "../../services/fleet/stored-team.ts";
import { api, controlOf, OPERATOR_SECRET, serve, type Served } from "../served.ts";

describe("the dashboard of a team", () => {
  let team: StoredTeam;
  let served: Served;
  beforeEach((ctx) => {
    if (postgresPrograms() === undefined) ctx.skip(POSTGRES_MISSING);
  });
  beforeAll(async () => {
    if (postgresPrograms() === undefined) return;
    team = await openStoredTeam();
    const run = () => Promise.reject(new Error("no command is asked"));
    served = await serve({ team: team.store, nowMs: () => TEAM_NOW_MS, run });
  });
  afterAll(async () => {
    await served?.close();
    await team?.close();
  });
  const get = async (path: string, role: (typeof ROLES)[number] = "viewer") => {
    const answered = await served.ask("GET", api(path), { bearer: served.bearer(role) });
    return { status: answered.status, json: answered.json as Record<string, unknown> };
  };

  it("says whose it is to whoever is logged in", async () => {
    expect((await get("/me")).json).toMatchObject({ team: "acme", role: "viewer" });
  });
  it.each(
    ENDPOINTS.filter(({ of }) => of === "machine").map(
      (one) => [`${one.method} ${one.path}`, one] as const,
    ),
  )("has no %s, whose data are on each machine", async (_name, { method, path }) => {
    const bearer = served.bearer("administrator");
    const body = method === "POST" ? {} : undefined;
    const session = served.logins.find(bearer);
    served.logins.confirm(session?.id ?? "", { isRight: true });
    const where = api(path.replaceAll(/:\w+/g, "x"));
    const answered = await served.ask(method, where, { bearer, body });
    expect([answered.status, answered.json]).toEqual([
      404,
      expect.objectContaining({ error: expect.objectContaining({ code: "not-found" }) }),
    ]);
  });
  it.each(
    ENDPOINTS.filter(({ of, role }) => of !== "machine" && role === "viewer").map(
      (one) => [`${one.method} ${one.path}`, one] as const,
    ),
  )("%s answers nobody who is not logged in", async (_name, { method, path }) => {
    const body = method === "POST" ? {} : undefined;
    const where = api(path.replaceAll(/:\w+/g, "x"));
    expect((await served.ask(method, where, { body })).status).toBe(401);
  });

  it("has an overview of all machines: verdicts, reasons, alerts, and what machines report", async () => {
    for (const role of ROLES) expect((await get("/overview", role)).status).toBe(200);
    const { json } = await get("/overview");
    const sinceMs = TEAM_NOW_MS - 23.5 * 3_600_000;
    const decided = team.events.filter(
      ({ event: { timeMs, word, canary } }) =>
        word.kind === "decision" &&
        !canary &&
        timeMs >= sinceMs &&
        timeMs < TEAM_NOW_MS + 30 * 60_000,
    );
    const verdicts = json["verdicts"] as readonly Record<string, number>[];
    const sum = (name: string) => verdicts.reduce((all, row) => all + (row[name] ?? 0), 0);
    for (const verdict of ["allow", "ask", "deny"])
      expect([verdict, sum(verdict)]).toEqual([
        verdict,
        decided.filter(({ event }) => event.word.verdict === verdict).length,
      ]);
    expect(json).toMatchObject({
      team: { logs: 2, machines: 3, online: 2, unverified: 1, drifted: 1, alerts: 2 },
      approvals: null,
      posture: null,
      isNew: false,
      log: { events: team.events.length },
      drift: [{ what: "changed", count: 1 }],
    });
    expect(json["reasons"]).toContainEqual({
      rule: "builtin:team/secret-leaves",
      verdict: "deny",
      count: expect.any(Number),
    });
  });

  it("has the log, the newest first, with whose event it is, page by page", async () => {
    const filter = encodeURIComponent(`session:${OWN_SESSION}`);
    const first = (await get(`/events?filter=${filter}&limit=3`)).json;
    const items = first["items"] as readonly Record<string, unknown>[];
    expect(items.map(({ kind, machine }) => [kind, machine])).toEqual([
      ["alert", "db-2"],
      ["result", "db-2"],
      ["decision", "db-2"],
    ]);
    const rest = (await get(`/events?filter=${filter}&limit=3&before=${String(first["next"])}`))
      .json;
    const others = rest["items"] as readonly Record<string, unknown>[];
    expect(others.map(({ line }) => line)).toEqual([
      "egress/other x2  [builtin:team/secret-leaves] (ends secret-leaves)",
      "UserPromptSubmit",
    ]);
    expect(rest["next"]).toBeNull();
    const deny = others[0] ?? {};
    const one = (await get(`/events/${String(deny["index"])}`)).json;
    expect(one).toMatchObject({
      command: "sallyport log show 1",
      event: { machine: "db-2", verdict: "deny", rule: "builtin:team/secret-leaves" },
      entry: { metadata: { effects: { "egress/other": 2 }, chains: ["secret-leaves"] } },
      proof: null,
    });
    expect((await get("/events/99999999")).status).toBe(404);
    expect((await get("/events?before=x")).status).toBe(400);
    expect((await get("/events?before=5")).status).toBe(400);
    expect((await get("/events?filter=nonsense%3A1")).status).toBe(400);
    const counted = (await get("/events/count?by=verdict&filter=kind%3Adecision")).json;
    expect((counted["rows"] as readonly unknown[]).length).toBeGreaterThan(2);
  });

  it("has sessions with their machines, and one session as a timeline and a graph", async () => {
    const { json } = await get("/sessions?limit=5&project=db-2");
    expect(json).toMatchObject({ projects: ["db-2", "web-1"], next: null });
    expect(json["items"]).toEqual([
      expect.objectContaining({
        id: OWN_SESSION,
        machine: "db-2",
        user: "u:0123456789ab",
        calls: 2,
        failed: 1,
        chains: 1,
        place: null,
      }),
    ]);
    const paged = (await get("/sessions?limit=2")).json;
    const after = (await get(`/sessions?limit=2&before=${String(paged["next"])}`)).json;
    const ids = [paged, after].flatMap((page) =>
      (page["items"] as readonly { id: string }[]).map(({ id }) => id),
    );
    expect(new Set(ids).size).toBe(4);
    expect((await get(`/sessions/${OWN_SESSION}`)).json).toMatchObject({
      session: {
        machine: "db-2",
        user: "u:0123456789ab",
        calls: 2,
        refused: 1,
        failed: 1,
        requests: 1,
      },
    });
    const timeline = (await get(`/sessions/${OWN_SESSION}/timeline`)).json;
    expect(
      (timeline["items"] as readonly Record<string, unknown>[]).map(({ what, outcome }) => [
        what,
        outcome,
      ]),
    ).toEqual([
      ["prompt", null],
      ["call", "did not run"],
      ["call", "failure"],
      ["finding", null],
    ]);
    expect((await get(`/sessions/${OWN_SESSION}/graph`)).status).toBe(200);
    expect((await get("/sessions/nobody")).status).toBe(404);
  });

  it("has alerts by detection, with the words of those that it knows", async () => {
    const { json } = await get("/alerts?period=24h");
    expect(json["items"]).toEqual([
      expect.objectContaining({ rule: "acme/own-detection", title: null, level: null, count: 1 }),
      expect.objectContaining({
        rule: "exfiltration/secret-leaves",
        count: 1,
        title: expect.stringMatching(/\w{4}/),
        level: expect.stringMatching(/^(?:high|critical)$/),
      }),
    ]);
  });

  it("has machines as they reported last, those first that want a look", async () => {
    const { json } = await get("/fleet");
    expect(json["machines"]).toEqual([
      expect.objectContaining({
        machine: "db-2",
        canary: "failed",
        drift: 2,
        trouble: "bundle-expired",
        isThere: true,
      }),
      expect.objectContaining({ machine: "old-3", policy: null, isThere: false }),
      expect.objectContaining({
        machine: "web-1",
        policy: { version: 7, stage: "ask" },
        isThere: true,
      }),
    ]);
    expect(json["moreMachines"]).toBe(0);
  });

  it("bears hostile texts in every question: nothing of ours fails, and nothing is found by them", async () => {
    const hostile = [
      "\0",
      "'; DROP TABLE sallyport.event; --",
      "$1",
      "%",
      "\u202e",
      "x".repeat(3_000),
    ];
    for (const text of hostile)
      for (const query of [
        "events?filter=",
        "events/count?by=rule&filter=",
        "sessions?person=",
        "sessions?project=",
        "sessions/",
        "events?before=",
        "alerts?period=",
      ]) {
        const { status, json } = await get(`/${query}${encodeURIComponent(text)}`);
        expect([query, text.slice(0, 30), status]).not.toEqual([query, text.slice(0, 30), 500]);
        expect([query, text.slice(0, 30), status]).not.toEqual([query, text.slice(0, 30), 503]);
        if (status === 200 && query.startsWith("sessions?")) expect(json["items"]).toEqual([]);
      }
    expect((await get("/overview")).json).toMatchObject({ log: { events: team.events.length } });
  });

  it("puts looks at what is sensitive on record", () => {
    expect(served.notes).toContainEqual({
      what: "view",
      role: "viewer",
      page: "/events",
      count: 1,
    });
    expect(served.notes).toContainEqual({
      what: "view",
      role: "viewer",
      page: "/sessions/:id",
      count: 1,
    });
  });

  it("tells of a decision soon after it came into the store", async () => {
    const hub = createLiveHub(
      (onItem, signal) => followTeam(team.store, onItem, signal),
      () => team.store.size().then(() => true),
    );
    const told: LiveItem[] = [];
    const stop = hub.subscribe((item) => told.push(item));
    await until("it follows the store", () => told.some(({ event }) => event === "daemon"));
    const metadata = {
      kind: "decision",
      verdict: "ask",
      tool: "Bash",
      session: "db-session-0002",
      rules: ["builtin:team/live"],
    };
    let timeMs = TEAM_NOW_MS;
    await until(
      "a decision is told",
      async () => {
        if (told.some(({ event }) => event === "decision")) return true;
        await team.add([[(timeMs += 1), metadata]]);
        return false;
      },
      { withinMs: 30_000, everyMs: 900 },
    );
    stop?.();
    hub.close();
    const first = told.find(({ event }) => event === "decision");
    expect(first?.data).toMatchObject({
      project: "db-2",
      verdict: "ask",
      tool: "Bash",
      rule: "builtin:team/live",
    });
  });

  it("is reached by others under its own name alone, with TLS, and takes no order there", async () => {
    const { cert: ca } = certifyIn(served.root, "ca", "/CN=authority");
    const name = "sallyport.example.com";
    const tls = certifyIn(served.root, "web", `/CN=${name}`, `subjectAltName=DNS:${name}\n`);
    const url = new URL("https://sallyport.example.com:8443/");
    const open = await serve(
      { team: team.store, nowMs: () => TEAM_NOW_MS },
      { url, host: "127.0.0.1", port: 0, tls },
    );
    const ask = (path: string, host: string, bearer: string, method = "GET") =>
      new Promise<number>((resolve, reject) => {
        const asked = askTls(
          {
            host: "127.0.0.1",
            port: open.publicPort,
            path,
            method,
            ca,
            servername: name,
            headers: {
              host,
              authorization: `Bearer ${bearer}`,
              "content-type": "application/json",
            },
          },
          (response) => {
            response.resume();
            resolve(response.statusCode ?? 0);
          },
        );
        asked.on("error", reject);
        asked.end(method === "POST" ? '{"what":"code"}' : undefined);
      });
    const bearer = open.bearer("viewer");
    expect(await ask(api("/me"), url.host, bearer)).toBe(200);
    expect(await ask(api("/me"), `127.0.0.1:${open.port}`, bearer)).toBe(403);
    expect(await ask(api("/control"), url.host, OPERATOR_SECRET, "POST")).toBe(401);
    expect(await ask(api(`/control/challenge?nonce=${"0a".repeat(32)}`), url.host, bearer)).toBe(
      404,
    );
    const here = await open.ask("POST", api("/control"), {
      headers: await controlOf(open),
      body: { what: "code" },
    });
    expect(here.status).toBe(200);
    await open.close();
  });

  it("says so when PostgreSQL is away, and works again when it is back", async () => {
    await expect(
      openTeamSource({ url: "postgresql://nobody@127.0.0.1:1/postgres" }),
    ).rejects.toMatchObject({ code: "fleet-store" });
    const source = await openTeamSource({ url: team.cluster.url("sallyport_reader_acme") });
    await source.close();
    const away = await serve({ team: source.store, nowMs: () => TEAM_NOW_MS });
    const answered = await away.ask("GET", api("/overview"), { bearer: away.bearer("viewer") });
    expect(answered.status).toBe(503);
    expect(answered.text).toContain("is PostgreSQL there");
    await away.close();
  });
});
