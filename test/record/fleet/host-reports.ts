// Reports of machines for tests.
import type { HostDay, HostReport } from "#record/fleet/host-report.ts";

export const DAY = "2026-11-26";

/** A day of a machine. */
export function hostDay(changes: Partial<HostDay> = {}): HostDay {
  return {
    day: DAY,
    calls: 100,
    sessions: 3,
    asked: 4,
    refused: 1,
    allowed: 3,
    declined: 1,
    waitedMs: 9_000,
    overrides: 0,
    failures: 0,
    spared: 20,
    added: 2,
    left: 5,
    rules: [
      { rule: "builtin:team/secrets", asked: 3, refused: 1, allowed: 2, replayed: 4, freed: 3 },
    ],
    exceptions: [{ exception: "payments-2026", used: 2 }],
    ...changes,
  };
}

/** A report that holds nothing strange. */
export function hostReport(changes: Partial<HostReport> = {}): HostReport {
  return {
    format: 1,
    atMs: Date.parse(`${DAY}T10:00:00Z`),
    product: "0.1.0",
    client: "2.1.328",
    system: "linux",
    bundle: { version: 7, content: "a".repeat(64), stage: "ask" },
    trouble: "",
    canary: "held",
    drift: 0,
    held: true,
    mcp: { servers: 2, approved: 1 },
    exceptions: 1,
    repositories: ["git.example.com/acme/shop"],
    days: [hostDay()],
    ...changes,
  };
}
