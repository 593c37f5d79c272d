// Endpoints of isolation: the newest probe of this project alone, its tier, its mods, and container files by item.
import { afterAll, beforeAll, expect, it } from "vitest";
import { isolationEvent } from "#record/event/isolation-events.ts";
import { dashboardParts } from "#surface/dashboard/run-dashboard.ts";
import { type AskedCommands, serveCommands } from "../asked-commands.ts";
import { api } from "../served.ts";
import { HOSTILE_NAME, madeInstall, type MadeInstall } from "../told-sessions.ts";

let made: MadeInstall;
let commands: AskedCommands;
const root = "/home/ada/shop";
beforeAll(async () => {
  made = await madeInstall(async (log) => {
    const probe = (project: string, reachable: number) =>
      isolationEvent(log.stamp("cli"), {
        what: "broken",
        where: "inside",
        tier: "regulated",
        areas: ["sockets", "dns"],
        reachable,
        refused: 40,
        absent: 3,
        unknown: 0,
        root: project,
        user: "ada",
      });
    for (const [project, reachable] of [
      [root, 7],
      [root, 2],
      ["/home/ada/other", 9],
    ] as const)
      await log.append(probe(project, reachable), { durable: true });
  });
  const { directories, ask, view } = dashboardParts(made.install);
  commands = await serveCommands({ directories, ask, view }, root);
});
afterAll(async () => {
  await commands.close();
  made.remove();
});

const aMod = (name: string, more: object = {}) => ({
  name,
  origin: "project",
  folder: "/x",
  file: `/x/${HOSTILE_NAME}`,
  digest: "ab",
  isLoaded: true,
  isAgreed: false,
  ...more,
});

it("is the newest probe of this project, with mods as the command has them", async () => {
  const anExtension = (name: string, more: object = {}) => ({
    name,
    kind: "skill",
    origin: "home",
    place: "/x",
    brings: ["scripts"],
    digest: "cd",
    isLoaded: true,
    standing: "new",
    ...more,
  });
  commands.prints(() => ({
    mods: [
      aMod("status-line", { isAgreed: true }),
      aMod(HOSTILE_NAME, { uncounted: "it has links" }),
      ...Array.from({ length: 100 }, (_, place) => aMod(`m${place}`)),
    ],
    extensions: [
      anExtension(HOSTILE_NAME, { standing: "unlike-agreed" }),
      ...Array.from({ length: 100 }, (_, place) => anExtension(`e${place}`)),
    ],
  }));
  const answer = await commands.got(`/isolation?project=${root}`);
  expect(commands.asked.splice(0)).toEqual([
    ["mods", "list", "--all", "--project", root, "--json"],
  ]);
  expect(answer).toMatchObject({
    command: `sallyport sandbox probe --project ${root} --record`,
    probe: {
      index: 1,
      tier: "regulated",
      where: "inside",
      verdict: "broken",
      reachable: 2,
      areas: [
        { id: "dns", title: "names are resolved" },
        { id: "sockets", title: expect.stringContaining("engines") },
      ],
    },
    moreMods: 2,
    moreExtensions: 1,
  });
  expect((answer["extensions"] as object[])[0]).toEqual(
    expect.objectContaining({ name: HOSTILE_NAME, uncounted: null, standing: "unlike-agreed" }),
  );
  expect((answer["mods"] as object[]).slice(0, 2)).toMatchObject([
    { name: "status-line", uncounted: null, isAgreed: true },
    { name: HOSTILE_NAME, uncounted: "it has links", isAgreed: false },
  ]);
});

it("container files are told by item, and what cannot be read is told", async () => {
  commands.prints(() => ({
    containers: [
      {
        kind: "compose",
        file: "compose.yaml",
        line: 3,
        hasClient: true,
        items: [
          {
            item: "user",
            state: "not-met",
            file: "Dockerfile",
            line: 1,
            why: HOSTILE_NAME,
            fix: "USER node",
          },
          { item: "egress", state: "not-said", file: "compose.yaml", line: 3, why: "nothing" },
        ],
      },
    ],
    unreadable: [{ file: "b.yaml", line: 2, why: "no YAML" }],
    unseen: [{ what: "a link", why: "it leads out" }],
  }));
  const answer = await commands.got(`/isolation/containers?project=${root}`);
  expect(commands.asked.splice(0)).toEqual([["sandbox", "audit", root, "--json"]]);
  expect(answer).toMatchObject({
    containers: [
      {
        where: "compose.yaml:3",
        hasClient: true,
        items: [
          { title: "runs as a user that is not root", where: "Dockerfile:1", fix: "USER node" },
          { title: "reaches only what a list lets through", state: "not-said", fix: "" },
        ],
      },
    ],
    notSeen: [
      { what: "b.yaml:2", why: "no YAML" },
      { what: "a link", why: "it leads out" },
    ],
  });
});

it("extensions are told as the command tells them, so many at most", async () => {
  const row = (name: string) => ({
    name,
    kind: "skill",
    origin: "project",
    place: "/p/x",
    isLoaded: true,
    verdict: "unread",
    because: HOSTILE_NAME,
    where: null,
    how: null,
    rule: null,
    runs: 0,
    can: {
      secrets: [],
      code: [],
      hosts: [],
      writes: [],
      deletes: [],
      reads: [],
      other: [],
      more: 0,
    },
    notRead: [{ what: HOSTILE_NAME, why: "it is no file" }],
    pin: {
      state: "not pinned",
      isPinned: false,
      isChanged: false,
      sinceMs: null,
      changedMs: 7,
      digest: null,
      changes: null,
      moreChanges: 0,
    },
    did: null,
  });
  commands.prints(() => ({
    rows: Array.from({ length: 501 }, (_, place) => row(`s${place}`)),
    notRead: [],
    notes: [],
  }));
  const answer = await commands.got(`/isolation/extensions?project=${root}`);
  expect(commands.asked.splice(0)).toEqual([["mods", "catalog", "--project", root, "--json"]]);
  expect(answer).toMatchObject({
    command: `sallyport mods catalog --project ${root}`,
    moreRows: 1,
    rows: { 0: { name: "s0", verdict: "unread", because: HOSTILE_NAME, did: null } },
  });
  expect(answer["rows"]).toHaveLength(500);
});

it("nobody without a login, and no folder that is not guarded", async () => {
  for (const path of ["/isolation", "/isolation/containers", "/isolation/extensions"]) {
    expect((await commands.served.ask("GET", api(`${path}?project=${root}`))).status).toBe(401);
    const bearer = commands.served.bearer("viewer");
    const elsewhere = await commands.served.ask("GET", api(`${path}?project=/etc`), { bearer });
    expect(elsewhere.status).toBe(404);
  }
});
