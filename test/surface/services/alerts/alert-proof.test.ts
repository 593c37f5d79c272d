// Probes prove that alerts come: each kind by itself, of one session, and nobody is told.
import { writeFileSync } from "node:fs";
import { afterEach, expect, it } from "vitest";
import type { ViewedEntry } from "#record/store/log-view.ts";
import { createAlertWatch } from "#surface/services/alerts/alert-watch.ts";
import {
  keepProof,
  PROOFS,
  proofOf,
  proofRules,
  provenBy,
} from "#surface/services/alerts/alert-proof.ts";
import { checkAlerts } from "#surface/services/status/alerts.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";

const made: { remove(): void }[] = [];
afterEach(() => {
  for (const one of made.splice(0)) one.remove();
});
function stand() {
  const directory = freshDirectory();
  made.push(directory);
  const directories = directoriesIn(directory.path);
  const around = { directories, ours: (words: string) => `sallyport ${words}` };
  return { file: directories.alertProofFile, around };
}

const probe = (index: number, verdict: string, more: object = {}): ViewedEntry =>
  ({
    index,
    leaf: {
      kind: "leaf",
      id: `e${index}`,
      timeMs: index * 1_000,
      metadata: { kind: "decision", verdict, canary: true, session: "s" },
      sections: [],
    },
    sealed: { sessionId: "canary-1", readable: { reads: ["/p/.env"] } },
    isForged: false,
    ...more,
  }) as unknown as ViewedEntry;
async function* of(...entries: readonly ViewedEntry[]) {
  yield* entries;
}
/** A probe that reads nothing. */
const LOOK = probe(1, "allow", { sealed: { sessionId: "canary-1" } });
async function heard(...entries: readonly ViewedEntry[]) {
  const watch = createAlertWatch(proofRules(), { begin: 0, nowMs: () => 0 });
  return [...(await watch.take(of(...entries))), ...watch.passed()];
}

it("two probes give an alert of each kind, and none of them is for anybody", async () => {
  const alerts = await heard(LOOK, probe(2, "deny"));
  expect(new Set(alerts.map(proofOf))).toEqual(new Set(PROOFS));
  expect(alerts).toHaveLength(PROOFS.length);
  expect(alerts.map(({ place }) => place.session)).toEqual(PROOFS.map(() => "canary-1"));
});

it("each kind is missed by itself: what no key opens, and what does not come twice", async () => {
  const closed = { sealed: undefined };
  const shut = await heard(probe(1, "allow", closed), probe(2, "deny", closed));
  expect(shut.map(proofOf)).not.toContain("sealed");
  const once = await heard(probe(2, "deny"));
  expect(new Set(once.map(proofOf))).toEqual(new Set(["event", "sealed"]));
});

it("status waits for the alerts of its own probes, and names the kinds that did not come", async () => {
  const { file, around } = stand();
  const alerts = await heard(LOOK, probe(2, "deny"));
  const waiting = checkAlerts("canary-1", around);
  for (const alert of alerts) keepProof(file, alert, proofOf(alert) ?? "event");
  expect(await waiting).toMatchObject({ level: "ok" });
  const other = await checkAlerts("canary-2", around, 0);
  expect(other).toMatchObject({ level: "found", repair: expect.stringContaining("daemon") });
  expect(other.text).toContain("what a key opens");
});

it("a list that is none proves nothing", () => {
  const { file } = stand();
  expect(provenBy(file, "canary-1").size).toBe(0);
  writeFileSync(file, '{"version":1,"heard":[{"session":"canary-1"}]}', { mode: 0o600 });
  expect(provenBy(file, "canary-1").size).toBe(0);
});
