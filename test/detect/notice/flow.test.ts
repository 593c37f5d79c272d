// What a channel says at once, what it holds back, and that nothing is lost of a storm.
import { describe, expect, it } from "vitest";
import { LEVELS } from "#detect/detection/detection.ts";
import { dueSteps, stepsFor } from "#detect/notice/escalation.ts";
import { admit, emptyFlow, type FlowLimits, QUEUE_MAX, summarise } from "#detect/notice/flow.ts";
import { flowFrom, flowRecord } from "#detect/notice/flow-record.ts";
import { escalatedNotice, incidentNotice } from "#detect/notice/notice.ts";
import { noticeText } from "#detect/notice/notice-text.ts";
import { NOON_MS, sampleIncident, sampleNotice } from "./sample-notice.ts";

const MINUTE_MS = 60_000;
const LIMITS: FlowLimits = {
  quiet: undefined,
  windowMinutes: 15,
  most: { notices: 5, minutes: 10 },
  isMachine: false,
};
const NIGHT_MS = NOON_MS + 8 * 60 * MINUTE_MS;
const NIGHTLY: FlowLimits = {
  ...LIMITS,
  quiet: (nowMs) => (nowMs < NIGHT_MS ? NIGHT_MS : undefined),
};

describe("a channel", () => {
  it("says the same once within its window, and counts the rest for one summary", () => {
    const flow = emptyFlow("chat");
    const said = [1, 2, 3, 4].map((number) => admit(flow, sampleNotice(number), LIMITS, NOON_MS));
    expect(said).toEqual(["queued", "held", "held", "held"]);
    expect(summarise(flow, LIMITS, NOON_MS + 14 * MINUTE_MS)).toBeUndefined();
    const summary = summarise(flow, LIMITS, NOON_MS + 15 * MINUTE_MS);
    expect(summary).toMatchObject({
      kind: "summary",
      count: 3,
      level: "high",
      matter: sampleNotice(1).matter,
      title: "3 more of the same: Many files were deleted (impact/mass-deletion)",
    });
    expect(admit(flow, sampleNotice(5), LIMITS, NOON_MS + 16 * MINUTE_MS)).toBe("queued");
  });

  it("says it again when it is graver, and never takes one id twice", () => {
    const flow = emptyFlow("chat");
    expect(admit(flow, sampleNotice(1, "medium"), LIMITS, NOON_MS)).toBe("queued");
    expect(admit(flow, sampleNotice(2, "high"), LIMITS, NOON_MS)).toBe("queued");
    expect(admit(flow, sampleNotice(3, "medium"), LIMITS, NOON_MS)).toBe("held");
    expect(admit(flow, sampleNotice(2, "high"), LIMITS, NOON_MS)).toBe("known");
    expect(flow.taken).toBe(3);
  });

  it("is quiet at night but for what is critical, and sums the night up", () => {
    const flow = emptyFlow("chat");
    expect(admit(flow, sampleNotice(1, "high", "a"), NIGHTLY, NOON_MS)).toBe("held");
    expect(admit(flow, sampleNotice(2, "critical", "b"), NIGHTLY, NOON_MS)).toBe("queued");
    expect(admit(flow, sampleNotice(3, "low", "c"), NIGHTLY, NOON_MS)).toBe("held");
    expect(summarise(flow, NIGHTLY, NIGHT_MS - 1)).toBeUndefined();
    expect(summarise(flow, NIGHTLY, NIGHT_MS)).toMatchObject({ count: 2, level: "high" });
  });

  it("tells of repeats of what is critical at night too", () => {
    const flow = emptyFlow("chat");
    admit(flow, sampleNotice(1, "critical"), NIGHTLY, NOON_MS);
    admit(flow, sampleNotice(2, "critical"), NIGHTLY, NOON_MS);
    expect(summarise(flow, NIGHTLY, NOON_MS + 15 * MINUTE_MS)).toMatchObject({ count: 1 });
  });

  it("says no more than it may within its minutes", () => {
    const flow = emptyFlow("chat");
    const said = Array.from({ length: 8 }, (_, number) =>
      admit(flow, sampleNotice(number, "high", `rule-${number}`), LIMITS, NOON_MS + number),
    );
    expect(said.filter((one) => one === "queued")).toHaveLength(5);
    expect(summarise(flow, LIMITS, NOON_MS + 10 * MINUTE_MS)).toMatchObject({
      count: 3,
      title: `3 notices since ${new Date(NOON_MS + 5).toISOString()}`,
    });
    expect(flow.queue).toHaveLength(6);
  });

  it("lets a system know that something is over, whatever its limits", () => {
    const closed = incidentNotice({ ...sampleIncident("closed"), level: "low" }, "closed");
    const machine = { ...NIGHTLY, isMachine: true };
    expect(admit(emptyFlow("pager"), closed, machine, NOON_MS)).toBe("queued");
    expect(admit(emptyFlow("chat"), closed, NIGHTLY, NOON_MS)).toBe("held");
  });

  it("loses nothing of a storm of 100,000 and stays small", () => {
    const flow = emptyFlow("chat");
    let summaries = 0;
    let summed = 0;
    let told = 0;
    const drain = (): void => {
      told += flow.queue.filter(({ notice }) => notice.kind !== "summary").length;
      flow.queue = [];
    };
    for (let number = 0; number < 100_000; number += 1) {
      const nowMs = NOON_MS + number * 10;
      const level = LEVELS[number % LEVELS.length] ?? "low";
      admit(flow, sampleNotice(number, level, `rule-${number % 500}`), LIMITS, nowMs);
      const summary = summarise(flow, LIMITS, nowMs);
      if (summary !== undefined) {
        summaries += 1;
        summed += summary.count;
        expect(summary.details.length).toBeLessThanOrEqual(12);
      }
      if (number % 100 === 0) drain();
    }
    const last = summarise(flow, LIMITS, NOON_MS + 24 * 60 * MINUTE_MS);
    drain();
    expect(told + summed + (last?.count ?? 0)).toBe(100_000);
    // 16 minutes and 40 seconds: five messages in ten minutes, and a summary for each ten.
    expect(told + summaries).toBeLessThanOrEqual(15);
    expect(JSON.stringify(flowRecord(flow)).length).toBeLessThan(256 * 1024);
  });

  it("holds back what its queue has no room for", () => {
    const limits = { ...LIMITS, most: { notices: 500, minutes: 10 } };
    const flow = emptyFlow("chat");
    for (let number = 0; number < 300; number += 1)
      admit(flow, sampleNotice(number, "high", `rule-${number}`), limits, NOON_MS);
    expect(flow.queue).toHaveLength(QUEUE_MAX);
    expect(flow.held?.total).toBe(300 - QUEUE_MAX);
    expect(summarise(flow, limits, NOON_MS + 60 * MINUTE_MS)).toBeUndefined();
  });

  it("names the most frequent kinds of a summary, and counts the others", () => {
    const flow = emptyFlow("chat");
    for (let number = 0; number < 200; number += 1) {
      const rule = number < 100 ? `rule-${number}` : "rule-7";
      admit(flow, sampleNotice(number, "low", rule), NIGHTLY, NOON_MS);
    }
    const summed = { ...sampleNotice(900, "low", "rule-8"), count: 50 };
    admit(flow, summed, NIGHTLY, NOON_MS);
    const summary = summarise(flow, NIGHTLY, NIGHT_MS);
    expect(summary).toMatchObject({ count: 250, detailsOmitted: 64 - 12 + 1 });
    expect(summary?.details.slice(0, 3).map(({ count }) => count)).toEqual([101, 51, 1]);
    expect(noticeText(summary ?? sampleNotice(1)).details.at(-1)).toBe("and 53 more kinds");
  });

  it("comes back from disk as it was, and not from anything else", () => {
    const flow = emptyFlow("chat");
    for (let number = 0; number < 20; number += 1)
      admit(flow, sampleNotice(number, "high", `rule-${number % 7}`), LIMITS, NOON_MS);
    flow.deliveredMs = NOON_MS;
    const written = JSON.stringify(flowRecord(flow));
    expect(flowFrom("chat", JSON.parse(written))).toEqual(flow);
    expect(flowFrom("chat", { ...flowRecord(flow), more: 1 })).toBeUndefined();
    expect(flowFrom("chat", null)).toBeUndefined();
  });
});

describe("escalation", () => {
  const steps = [
    { minutes: 30, to: ["boss"] },
    { levels: ["critical" as const], minutes: 5, to: ["pager"] },
  ];
  it("takes the steps of a level in their order, each once", () => {
    const watched = {
      notice: sampleNotice(1, "critical"),
      sinceMs: NOON_MS,
      steps: 0,
      isAnswered: false,
    };
    expect(stepsFor("critical", steps).map(({ to }) => to[0])).toEqual(["pager", "boss"]);
    expect(dueSteps(watched, steps, NOON_MS + 4 * MINUTE_MS)).toEqual([]);
    expect(dueSteps(watched, steps, NOON_MS + 5 * MINUTE_MS).map(({ to }) => to)).toEqual([
      ["pager"],
    ]);
    const one = { ...watched, steps: 1 };
    expect(dueSteps(one, steps, NOON_MS + 29 * MINUTE_MS)).toEqual([]);
    expect(dueSteps(one, steps, NOON_MS + 30 * MINUTE_MS).map(({ to }) => to)).toEqual([["boss"]]);
    expect(dueSteps({ ...one, isAnswered: true }, steps, NOON_MS + 90 * MINUTE_MS)).toEqual([]);
    expect(stepsFor("low", steps).map(({ to }) => to[0])).toEqual(["boss"]);
  });

  it("is another notice for each step", () => {
    const notice = sampleNotice(1, "critical");
    expect(escalatedNotice(notice, 1, NOON_MS).key).not.toBe(
      escalatedNotice(notice, 2, NOON_MS).key,
    );
  });
});
