// What is kept of a person, handed over: everything of that one, nothing of the others, and the inventory of what lies where.
import { tmpdir } from "node:os";
import { afterAll, beforeAll, expect, it } from "vitest";
import { viewLog } from "#record/store/log-view.ts";
import { recordDisclosure } from "#surface/services/privacy/disclosure.ts";
import { takeInventory } from "#surface/services/privacy/inventory.ts";
import { exportPerson } from "#surface/services/privacy/person-export.ts";
import { takeSpooled } from "#surface/services/log/spooled-events.ts";
import { makeWorld, type World, worldFolder } from "./world.ts";

let folder: ReturnType<typeof worldFolder>;
let world: World;
beforeAll(async () => {
  folder = worldFolder(tmpdir());
  world = await makeWorld(folder.path, 3, 3);
});
afterAll(() => folder.remove());

it("has events, files and rows of the person, in one timeline, and of nobody else", async () => {
  const [, one, other] = world.people;
  if (one === undefined || other === undefined) throw new Error("there are people");
  const made = await exportPerson(world.request(one), 0);
  expect(made.log.events.length).toBe(10);
  expect(new Set(made.log.events.map(({ sealed }) => sealed["user"]))).toEqual(new Set([one.user]));
  expect(made.person.sessions).toEqual(one.sessions);
  const held = new Map(made.places.map((place) => [place.place, place.held.length]));
  expect([...held.keys()]).toEqual([
    "client",
    "engram",
    "obsidian-1",
    "folder-1",
    "export-1",
    "own",
  ]);
  expect([...held.values()].slice(0, 4).every((files) => files > 0)).toBe(true);
  const times = made.timeline.map(({ time }) => time);
  expect(times.length).toBeGreaterThan(20);
  expect(times).toEqual([...times].sort());
  const rows = JSON.stringify(made.places.filter(({ place }) => place !== "obsidian-1"));
  const strangers = [other.mail, ...other.sessions].filter((text) => rows.includes(text));
  // Notes in Markdown and JSON are given whole: what stands beside the person belongs to the note.
  expect(strangers.filter((text) => text !== other.mail)).toEqual([]);
});

it("that it was written is an event that says nothing of the person", async () => {
  const { directories } = world;
  await recordDisclosure(directories, { events: 10, places: 4 });
  await takeSpooled(directories);
  const view = await viewLog(directories.log, directories.keys);
  const found: unknown[] = [];
  for await (const { leaf } of view.leaves(0, await view.size()))
    if (leaf.kind === "leaf" && leaf.metadata["kind"] !== "session")
      found.push({ ...leaf.metadata, sections: leaf.sections.length });
  expect(found).toEqual([
    {
      kind: "disclosure",
      product: expect.any(String),
      submitter: "cli",
      events: 10,
      places: 4,
      sections: 0,
    },
  ]);
});

it("the inventory counts files, bytes, rights and says of each disk what is known", () => {
  const [one] = world.people;
  if (one === undefined) throw new Error("there are people");
  const items = takeInventory(world.request(one).where);
  const kinds = items.map(({ owner, what }) => `${owner} ${what}`);
  for (const kind of [
    "client transcripts",
    "client history of prompts",
    "sallyport log",
    "engram memory",
    "obsidian notes of a vault",
  ])
    expect(kinds).toContain(kind);
  const log = items.find(({ owner, what }) => owner === "sallyport" && what === "log");
  expect(log).toMatchObject({ sealed: true, open: 0 });
  expect(log?.bytes).toBeGreaterThan(0);
  expect(items.every(({ disk }) => disk.by !== "")).toBe(true);
  expect(items.find(({ what }) => what === "transcripts")?.files).toBe(12);
});
