// What an incident leaves undone, in words: nothing that was done is named, and nothing that was not is left out.
import { expect, it } from "vitest";
import type { Incident } from "#detect/incident/incident.ts";
import { stillOpen } from "#surface/services/incidents/still-open.ts";

const ID = "inc-01k7zq4m8n5p6r7s8t9v0w1x2y";
const incident = (more: Partial<Incident> = {}): Incident => ({
  id: ID,
  openedMs: 1,
  updatedMs: 1,
  level: "high",
  state: "open",
  title: "A secret left",
  owner: undefined,
  alerts: [],
  alertsOmitted: 0,
  actions: [],
  ...more,
});
const nothing = { sessions: [], held: [], blocks: [] };
const done = { atMs: 1, by: "ada" };

it("names all of a new one", () => {
  expect(stillOpen(incident(), nothing)).toEqual([
    "Nobody has it.",
    "It was not contained.",
    "Its evidence was not taken.",
  ]);
});

it("names the next step of a playbook, a review, and what stays held or cut off by it alone", () => {
  const begun = incident({
    owner: "ada",
    state: "contained",
    actions: [
      { ...done, what: "bundle" },
      { ...done, what: "review" },
    ],
    playbooks: [
      {
        playbook: "no-playbook-of-ours",
        startedMs: 1,
        by: "ada",
        steps: ["look", "revoke"],
        done: [{ ...done, step: "look" }],
      },
    ],
  });
  expect(
    stillOpen(begun, {
      sessions: ["s1"],
      held: [{ sessionId: "s1" }, { sessionId: "other" }],
      blocks: [
        { kind: "host", name: "drop.example", reason: `incident ${ID}` },
        { kind: "host", name: "another.example", reason: "a person's" },
      ],
    }),
  ).toEqual([
    "no-playbook-of-ours: 1 of 2 steps not done. Next: revoke",
    "The policy was to be read again; nobody said what came of it.",
    "1 session held until released.",
    "Cut off because of it: drop.example.",
  ]);
});

it("is empty where all was done", () => {
  const all = incident({
    owner: "ada",
    state: "closed",
    actions: [{ ...done, what: "bundle" }],
  });
  expect(stillOpen(all, nothing)).toEqual([]);
});
