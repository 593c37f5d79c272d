// How a policy goes on: nothing unknown lets it, figures over a limit hold it, and figures far over take it back.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Limits } from "#assure/rollout/fleet-file.ts";
import {
  endOf,
  judgeTrack,
  nextOf,
  placeOf,
  type RingEvidence,
  ringOf,
  type Track,
  wantedIn,
} from "#assure/rollout/progress.ts";

const DAY_MS = 86_400_000;
const RINGS = [1, 10, 50, 100];
const name = (version: number) => ({ version, content: String(version).padStart(64, "0") });
const track: Track = {
  policy: "baseline",
  tier: "low-risk",
  before: name(1),
  ring: 0,
  stage: "observe",
  release: { stages: { observe: name(2), ask: name(3), enforce: name(4) }, back: name(5) },
  sinceMs: 0,
  standing: "running",
  reason: "",
};
const limits: Limits = {
  questionsPerHundred: 5,
  failuresPerHundred: 0.5,
  overridesPerHundred: 1,
  driftPercent: 5,
  unverifiedPercent: 5,
  onlinePercent: 60,
  adoptedPercent: 95,
  days: 7,
  calls: 200,
  backAt: 3,
};
const good: RingEvidence = {
  machines: 100,
  online: 90,
  adopted: 90,
  unverified: 0,
  drifted: 0,
  refused: 0,
  calls: 5_000,
  asked: 100,
  failures: 0,
  overrides: 0,
};
const judged = (change: Partial<RingEvidence>, on: Partial<Track> = {}, days = 7) =>
  judgeTrack(
    { ...track, ...on },
    { ...good, ...change },
    { limits, rings: RINGS, nowMs: days * DAY_MS },
  );

describe("a track", () => {
  test("goes on when its days have passed and every figure holds", () => {
    expect(judged({})).toEqual({ kind: "advance", to: { ring: 0, stage: "ask" } });
  });
  test.each([
    ["days", {}, 6, /6 of 7 days/],
    ["calls", { calls: 199, asked: 1 }, 7, /199 of 200 calls/],
    ["machines", { online: 59, adopted: 59 }, 7, /59 of 100 machines/],
    ["a ring of which half is offline", { online: 50, adopted: 50 }, 7, /50 of 100 machines/],
    ["the policy on them", { adopted: 80 }, 7, /80 of 90 machines have the policy/],
  ] as const)("waits for %s", (_, change, days, words) => {
    const move = judged(change, {}, days);
    expect(move.kind).toBe("wait");
    expect(move.kind === "wait" && move.reasons.join()).toMatch(words);
  });
  test.each([
    ["questions", { asked: 300 }, /6.0 questions per hundred calls, where 5 is the limit/],
    ["calls that nobody could judge", { failures: 40 }, /0.8 calls that could not be judged/],
    ["people who set it aside", { overrides: 80 }, /1.6 times that people set the guard aside/],
    ["probes that are not held", { unverified: 12 }, /13.3 % of the machines do not hold/],
    ["drift", { drifted: 12 }, /13.3 % of the machines differ/],
    ["machines that refuse it", { refused: 12 }, /13.3 % of the machines refuse the policy/],
  ] as const)("is held by %s", (_, change, words) => {
    const move = judged(change);
    expect(move.kind).toBe("hold");
    expect("reasons" in move && move.reasons.join()).toMatch(words);
  });
  test("is taken back by three times a limit, and at once, before its days have passed", () => {
    expect(judged({ failures: 100 }, {}, 0)).toMatchObject({ kind: "take-back" });
    expect(judged({ unverified: 40 }, {}, 0)).toMatchObject({ kind: "take-back" });
  });
  test.each([
    ["a handful of calls", { calls: 20, asked: 20 }, /20 in 20 calls/],
    ["one machine", { machines: 1, online: 1, adopted: 1, unverified: 1 }, /1 of 1/],
    [
      "three of thirty-seven",
      { machines: 40, online: 37, adopted: 37, drifted: 3 },
      /8.1 % .*3 of 37/,
    ],
  ] as const)("waits, and is neither held nor taken back, by %s", (_, change, words) => {
    const move = judged(change);
    expect(move.kind).toBe("wait");
    expect(move.kind === "wait" && move.reasons.join()).toMatch(words);
  });
  test("that is held stays so until somebody resumes it", () => {
    expect(judged({}, { standing: "held", reason: "drift" })).toMatchObject({
      kind: "wait",
      reasons: ["it is held: drift"],
    });
  });
  test("never passes a ring without machines, however long it waits", () => {
    const none = { machines: 0, online: 0, adopted: 0, calls: 0, asked: 0 };
    const move = judged(none, {}, 0);
    expect(move).toMatchObject({ kind: "wait", reasons: [expect.stringMatching(/no machine/)] });
  });
  test("passes every stage in every ring, and ends", () => {
    const seen: string[] = [];
    let at: { ring: number; stage: Track["stage"] } | undefined = { ring: 0, stage: "observe" };
    while (at !== undefined) {
      seen.push(`${at.ring} ${at.stage}`);
      at = nextOf(at, RINGS);
    }
    expect(seen).toHaveLength(12);
    expect(seen.slice(2, 4)).toEqual(["0 enforce", "1 observe"]);
  });
  test("never goes on where a figure is over its limit", () => {
    const count = fc.integer({ min: 0, max: 200 });
    const evidence = fc.record({
      machines: count,
      online: count,
      adopted: count,
      unverified: count,
      drifted: count,
      refused: count,
      calls: fc.integer({ min: 0, max: 5_000 }),
      asked: count,
      failures: count,
      overrides: count,
    });
    fc.assert(
      fc.property(evidence, (one) => {
        const { kind } = judged(one);
        const isOver =
          one.calls >= 50 &&
          (one.asked / one.calls > 0.05 ||
            one.failures / one.calls > 0.005 ||
            one.overrides / one.calls > 0.01);
        expect(kind === "advance" && isOver).toBe(false);
      }),
    );
  });
});

describe("rings", () => {
  test("are filled as they say, and grow around those before", () => {
    const places = Array.from({ length: 20_000 }, (_, index) => placeOf("p", `m${index}`));
    for (const percent of RINGS)
      expect(Math.abs(places.filter((one) => one < percent).length / 200 - percent)).toBeLessThan(
        1,
      );
    expect(ringOf("p", "m1", [100])).toBe(0);
  });
  test("put a machine elsewhere for another policy", () => {
    const rings = Array.from({ length: 50 }, (_, index) => [
      ringOf("p", `m${index}`, RINGS),
      ringOf("q", `m${index}`, RINGS),
    ]);
    expect(rings.some(([one, other]) => one !== other)).toBe(true);
  });
});

describe("what a machine is to have", () => {
  test("is the stage in its ring, all of it in rings before, and what was there in rings to come", () => {
    const on = { ...track, ring: 1, stage: "ask" } as const;
    expect([0, 1, 2].map((ring) => wantedIn(on, ring))).toEqual([
      { ...name(4), stage: "enforce" },
      { ...name(3), stage: "ask" },
      { ...name(1), stage: "enforce" },
    ]);
  });
  test("is what was there before with a higher version when it was taken back", () => {
    const back = { ...track, standing: "taken-back" } as const;
    expect(wantedIn(back, 3)).toEqual({ ...name(5), stage: "enforce" });
    expect(endOf(back)).toEqual({ bundle: name(5) });
    expect(
      wantedIn({ ...back, release: { ...track.release, back: undefined } }, 0),
    ).toBeUndefined();
  });
  test("is all of it everywhere in the end", () => {
    const complete = { ...track, standing: "complete" } as const;
    expect(wantedIn(complete, 3)).toEqual({ ...name(4), stage: "enforce" });
    expect(endOf(track)).toBeUndefined();
  });
});
