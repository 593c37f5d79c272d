// Canned answers of a fleet.
import { HOSTILE } from "./overview.ts";

const nowMs = Date.UTC(2026, 2, 9, 12);
const folder = "/srv/fleet";
const line = (words: string) => `sallyport fleet ${words} --fleet ${folder}`;
const evidence = {
  machines: 30,
  online: 28,
  adopted: 28,
  unverified: 1,
  drifted: 1,
  calls: 5_987,
  asked: 540,
};
const action = (label: string, words: string) => ({ label, line: line(words) });
const release = (name: string, standing: string, more: object) => ({
  name,
  standing,
  reason: "",
  percent: 10,
  stage: "observe",
  sinceMs: nowMs,
  evidence,
  due: "wait",
  reasons: [],
  actions: [],
  ...more,
});
const criterion = (text: string, isMet: boolean) => ({ text, isMet, why: `it is 2 ${HOSTILE}` });
const step = (number: number, title: string, isMet: boolean) => ({
  number,
  id: `step-${number}`,
  title,
  owner: "platform team",
  isMet,
  about: `Do ${title}.`,
  commands: ["sallyport fleet inventory"],
  criteria: [criterion(`figure ${number}`, isMet)],
});
const sums = {
  machines: 30,
  calls: 1_000,
  asked: 90,
  allowed: 60,
  declined: 20,
  refused: 5,
  overrides: 1,
  failures: 0,
  waitedMs: 480_000,
  sessions: 60,
  spared: 180,
  added: 30,
  left: 12,
};
const exception = (id: string, ends: string, more: object = {}) => ({
  policy: "strict",
  file: "policies/strict.yaml",
  id,
  rules: ["egress/any"],
  owner: "ada",
  approver: "grace",
  expires: "2026-12-05",
  ends,
  remarks: [`it ends ${HOSTILE}`],
  used: 0,
  next: line("release strict --key fleet.key"),
  ...more,
});
const task = (id: string, state: string, next: string) => ({
  id,
  title: `Do ${id}`,
  every: "week",
  owner: `security ${HOSTILE}`,
  state,
  next,
  dueMs: nowMs,
  doneMs: nowMs,
  commands: ["sallyport log summary --since 1d"],
});

export const fleetAnswers = {
  "GET /fleet": {
    command: line("status"),
    folder,
    name: `acme ${HOSTILE}`,
    moreTracks: 0,
    tiers: [
      { tier: "ci", machines: 30, online: 25, current: 24, verified: 23, drifted: 2 },
      { tier: "regulated", machines: 30, online: 30, current: 30, verified: 27, drifted: 3 },
    ],
    tracks: [
      release("baseline/ci", "complete", {}),
      release("baseline/low-risk", "running", { reasons: ["2 of 7 days have passed"] }),
      release("strict/regulated", "held", {
        reason: `9.0 questions per hundred calls, where 5 is the limit ${HOSTILE}`,
        actions: [action("Let it go on", 'resume strict/regulated --reason "..."')],
      }),
    ],
    without: ["runner-1"],
    moreWithout: 0,
    publish: line("publish /srv/www/fleet"),
  },
  "GET /fleet/steps": {
    command: line("plan"),
    folder,
    next: "step-2",
    steps: [step(1, "Know what is there", true), step(2, "Put into tiers", false)],
  },
  "GET /fleet/friction": {
    command: line("friction --by tier --last 7"),
    folder,
    all: sums,
    moreBy: 0,
    moreUnmet: 2,
    harm: [{ kind: `read ${HOSTILE}`, refused: 41 }],
    unmet: [`deploy/any ${HOSTILE}`],
    by: [{ key: `regulated ${HOSTILE}`, sums }],
    rules: [
      {
        rule: "egress/any",
        asked: 90,
        allowed: 60,
        refused: 0,
        machines: 20,
        replayed: 90,
        freed: 90,
        advice: `Without the question: 9.00 fewer questions per hundred calls ${HOSTILE}`,
      },
    ],
  },
  "GET /fleet/ends": {
    command: line("exceptions"),
    calendarCommand: "sallyport calendar list",
    folder,
    moreExceptions: 0,
    ofPeople: 16,
    usesSince: "2026-10-21",
    exceptions: [
      exception("payments-2026", "soon", { used: 1_204 }),
      exception("ledger", "later"),
      exception("vault", "later", { used: null }),
    ],
    tasks: [
      task("review-log", "overdue", 'sallyport calendar done review-log --note "..."'),
      task("train-team", "open", 'sallyport calendar done train-team --note "..."'),
    ],
  },
};

/** No fleet was named. */
export const NO_FLEET = {
  "GET /fleet": {
    ...fleetAnswers["GET /fleet"],
    folder: null,
    tiers: [],
    tracks: [],
    without: [],
    command: "sallyport fleet init fleet --name acme",
  },
};
