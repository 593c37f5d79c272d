// Canned answers about named questions and checks of the log.
import { HOSTILE } from "./overview.ts";

const check = (what: string, more: object = {}) => ({
  what,
  state: "none",
  startedMs: null,
  endedMs: null,
  done: null,
  of: null,
  faults: [],
  faultsOmitted: 0,
  notes: [],
  problem: null,
  ...more,
});

export const logAnswers = {
  "GET /queries": {
    command: "sallyport log query",
    items: [
      { id: "who-pushed", title: "Who pushed where", takes: ["branch"], over: "the last 7 days" },
      { id: "denied-by-tool", title: `What was refused, by tool ${HOSTILE}`, takes: [] },
    ],
  },
  "GET /queries/denied-by-tool": {
    command: "sallyport log query denied-by-tool",
    columns: ["tool", "last_ms", "denied"],
    rows: [
      [`Bash ${HOSTILE}`, Date.UTC(2026, 2, 9), 12],
      ["=1+1", Date.UTC(2026, 2, 8), 3],
    ],
    notes: ["sallyport: no daemon runs: the whole log was read instead"],
    isCut: false,
  },
  "GET /queries/who-pushed": {
    command: "sallyport log query who-pushed --branch=main",
    columns: [],
    rows: [],
    notes: [],
    isCut: false,
  },
  "GET /log/checks": {
    command: "sallyport log verify",
    checks: [
      check("verify", {
        state: "running",
        startedMs: Date.now() - 4_000,
        done: 420_000,
        of: 1_000_000,
      }),
      check("fsck", {
        state: "faults",
        startedMs: Date.UTC(2026, 2, 9),
        endedMs: Date.UTC(2026, 2, 9) + 9_000,
        faults: [`tile/0/${HOSTILE} was altered`],
        notes: ["1000000 entries were read"],
      }),
    ],
  },
};
