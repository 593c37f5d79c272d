// Why a machine is out of policy: each reason, the gravest first, and none for one that is in order.
import { expect, it } from "vitest";
import type { SeenHost } from "#record/fleet/host-report.ts";
import { outOfPolicy } from "#surface/services/fleet/out-of-policy.ts";

const NOW_MS = Date.UTC(2026, 10, 30);
const DAY_MS = 86_400_000;
const seen = (report: Partial<SeenHost["report"]>, silentMs = 0) =>
  ({
    machine: "m-1",
    seenMs: NOW_MS - silentMs,
    skewMs: 0,
    report: { canary: "held", drift: 0, trouble: "", ...report },
  }) as SeenHost;

it("says nothing of a machine that is in order", () => {
  expect(outOfPolicy(seen({}), NOW_MS)).toEqual([]);
  expect(outOfPolicy(seen({ canary: "unknown" }, 7 * DAY_MS), NOW_MS)).toEqual([]);
});

it("says every reason, the gravest first", () => {
  expect(outOfPolicy(seen({ drift: 1 }), NOW_MS)).toEqual(["1 place differs"]);
  const all = seen({ canary: "failed", drift: 2, trouble: "expired" }, 8 * DAY_MS);
  expect(outOfPolicy(all, NOW_MS)).toEqual([
    "a probe was not refused",
    "its policy has a fault: expired",
    "2 places differ",
    "it has not reported for a week",
  ]);
});
