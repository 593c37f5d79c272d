// What the client told, held against what hooks recorded: calls without hooks, against refusals, and events that never came.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readExport } from "#record/otlp/export-request.ts";
import { createSequenceBook, GAP_GRACE_MS } from "#surface/services/telemetry/sequences.ts";
import { HOOK_GRACE_MS } from "#surface/services/telemetry/join.ts";
import { createUsageBook } from "#surface/services/telemetry/usage.ts";
import { clientRecord, logsRequest, otlpAttributes } from "../../../record/otlp/client-records.ts";
import { openIntake } from "./telemetry-stand.ts";

const SESSION = "d9a1a44c-a97e-40ee-924a-2d779921e5eb";
const records = (...made: readonly object[]) => {
  const read = readExport("logs", "json", Buffer.from(JSON.stringify(logsRequest(made))));
  if (read.kind !== "export") throw new Error("it was not read");
  return read.items;
};
const result = (sequence: number, call: string, success = "true") =>
  clientRecord("tool_result", sequence, { tool_name: "Bash", tool_use_id: call, success });
const decision = (sequence: number, call: string, said: string) =>
  clientRecord("tool_decision", sequence, { tool_name: "Bash", tool_use_id: call, decision: said });

describe("a call that the client told of", () => {
  const told = async (
    opened: ReturnType<typeof openIntake>,
    made: readonly object[],
  ): Promise<readonly object[]> => {
    await opened.intake.takeLogs(records(...made));
    await opened.intake.look();
    opened.time.nowMs += HOOK_GRACE_MS;
    await opened.intake.look();
    return opened.of("discrepancy");
  };
  it("and that was judged is nothing to tell", async () => {
    const opened = openIntake();
    opened.join.noteHook(SESSION, { id: "t1", record: "judged" });
    expect(await told(opened, [decision(0, "t1", "accept"), result(1, "t1")])).toEqual([]);
  });
  it("whose hook record comes within its time is nothing to tell", async () => {
    const opened = openIntake();
    await opened.intake.takeLogs(records(result(0, "t1")));
    opened.join.noteHook(SESSION, { id: "t1", record: "judged" });
    opened.time.nowMs += HOOK_GRACE_MS;
    await opened.intake.look();
    expect(opened.of("discrepancy")).toEqual([]);
  });
  it("and nobody was asked about, in a session that has hooks, is told", async () => {
    const opened = openIntake();
    opened.join.noteHook(SESSION);
    expect(await told(opened, [result(0, "t1"), result(1, "t2", "false")])).toMatchObject([
      { what: "call-without-hook", call: "call/t1", outcome: "success", certain: true },
      { what: "call-without-hook", call: "call/t2", outcome: "failure" },
    ]);
  });
  it("in a session without any hook is told once for all of them", async () => {
    const found = await told(openIntake(), [result(0, "t1"), result(1, "t2")]);
    expect(found).toMatchObject([{ what: "session-without-hooks", certain: true }]);
  });
  it("is looked up in the log, where an earlier daemon may have judged it", async () => {
    const made = [result(0, "t1")];
    expect(
      await told(
        openIntake(async () => "judged"),
        made,
      ),
    ).toEqual([]);
    expect(
      await told(
        openIntake(async () => "refused"),
        made,
      ),
    ).toMatchObject([{ what: "ran-after-deny" }]);
    expect(
      await told(
        openIntake(async () => "session-known"),
        made,
      ),
    ).toMatchObject([{ what: "call-without-hook" }]);
    expect(
      await told(
        openIntake(async () => "unknown"),
        made,
      ),
    ).toMatchObject([{ what: "session-without-hooks", certain: false }]);
  });
  it("and that we refused is told when it was accepted, and when it ran", async () => {
    const opened = openIntake();
    opened.join.noteHook(SESSION, { id: "t1", record: "refused" });
    const made = [decision(0, "t1", "accept"), result(1, "t1")];
    expect(await told(opened, made)).toMatchObject([
      { what: "accepted-after-deny" },
      { what: "ran-after-deny" },
    ]);
  });
  it("and that was rejected as we said is nothing to tell", async () => {
    const opened = openIntake();
    opened.join.noteHook(SESSION, { id: "t1", record: "refused" });
    expect(await told(opened, [decision(0, "t1", "reject"), result(1, "t1", "false")])).toEqual([]);
  });
});

describe("names and ids of others", () => {
  it("become words of our own lists, and content no part of anything", async () => {
    const opened = openIntake();
    const foreign = "zircon\u001b[31m";
    const taken = await opened.intake.takeLogs(
      records(
        clientRecord("user_prompt", 0, { prompt: "zircon", prompt_length: "6" }),
        clientRecord("zircon", 1, { tool_name: "zircon", model: "zircon", source: "zircon" }),
        clientRecord("tool_result", 2, { tool_use_id: foreign, error_type: foreign, success: "x" }),
        clientRecord("plugin_loaded", 3, { "plugin.name": "zircon rocks" }),
        clientRecord(foreign, 4),
        clientRecord("tool_result", -1),
        clientRecord("tool_result", 6, { "session.id": "" }),
      ),
    );
    expect(taken.rejected).toBe(3);
    const text = JSON.stringify(opened.events.map(({ metadata, sealed }) => [metadata, sealed]));
    expect(text.replaceAll("call/zircon\\u001b[31m", "")).not.toContain("zircon");
    expect(opened.of("telemetry")[1]).toMatchObject({ event: "other", tool: "other" });
    expect(opened.of("discrepancy")).toMatchObject([{ what: "content", code: "prompts" }]);
  });
});

describe("numbers of events", () => {
  const AFTER = 1_000_000;
  it("that come in any order, some of them twice, are each taken once and nothing is missing", () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...Array(40).keys()], { minLength: 40 }),
        fc.array(fc.nat(39), { maxLength: 20 }),
        (order, again) => {
          let now = 0;
          const book = createSequenceBook(-AFTER, () => now);
          const taken = order.filter((number) => book.take("s", number, 1_000));
          expect(taken).toEqual(order);
          expect(again.filter((number) => book.take("s", number, 1_000))).toEqual([]);
          now += 10 * GAP_GRACE_MS;
          expect(book.gaps(now)).toEqual([]);
        },
      ),
      { numRuns: 100 },
    );
  });
  it("that never come are told once, after their time", () => {
    let now = 0;
    const book = createSequenceBook(-AFTER, () => now);
    for (const number of [0, 1, 5, 6, 9]) book.take("s", number, 1_000 + number);
    now = GAP_GRACE_MS - 1;
    expect(book.gaps(now)).toEqual([]);
    now = GAP_GRACE_MS;
    expect(book.gaps(now)).toEqual([{ session: "s", first: 2, count: 3 }]);
    now *= 2;
    expect(book.gaps(now)).toEqual([{ session: "s", first: 7, count: 2 }]);
    expect(book.gaps(now * 3)).toEqual([]);
  });
  it("begin again with another process of the session", () => {
    const book = createSequenceBook(-AFTER, () => 0);
    expect([0, 1, 2].map((number) => book.take("s", number, 1_000 + number))).not.toContain(false);
    expect(book.take("s", 0, 5_000)).toBe(true);
    expect(book.take("s", 0, 1_000)).toBe(false);
    expect(book.take("s", 1, 5_001)).toBe(true);
  });
  it("of a session that was there before the daemon have no beginning to miss", () => {
    const book = createSequenceBook(1_000_000, () => 0);
    book.take("old", 70, 900_000);
    book.take("late", 3, 2_000_000);
    expect(book.gaps(GAP_GRACE_MS)).toEqual([{ session: "late", first: 0, count: 3 }]);
  });
  it("as large as there are cost no time", () => {
    const book = createSequenceBook(-AFTER, () => 0);
    book.take("s", 0, 1);
    book.take("s", Number.MAX_SAFE_INTEGER, 2);
    expect(book.gaps(GAP_GRACE_MS)).toMatchObject([{ first: 1 }]);
    book.giveBack("s", 0);
    expect(book.take("s", 0, 1)).toBe(false);
  });
});

describe("sums", () => {
  const points = (value: number, isDelta: boolean, at: number, start = 1) => {
    const attributes = otlpAttributes({ type: "input", model: "claude-opus-5-5" });
    const sum = {
      aggregationTemporality: isDelta ? 1 : 2,
      dataPoints: [
        {
          attributes,
          asDouble: value,
          startTimeUnixNano: `${start}000000`,
          timeUnixNano: `${1_795_243_331_000 + at}000000`,
        },
      ],
    };
    const resource = { attributes: otlpAttributes({ "service.name": "claude-code" }) };
    const metrics = [{ name: "claude_code.token.usage", sum }];
    const request = { resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] };
    const read = readExport("metrics", "json", Buffer.from(JSON.stringify(request)));
    if (read.kind !== "export") throw new Error("it was not read");
    return read.items;
  };
  const sumOf = (all: readonly ReturnType<typeof points>[]) => {
    const book = createUsageBook();
    for (const point of all.flat()) book.addPoint(point);
    return book.usage().days["2026-11-21"];
  };
  it("of what came since, and of what came since the start, are the same", () => {
    const deltas = [points(5, true, 1, 1), points(7, true, 2, 2)];
    const sum = { "tokens.input": 12 };
    expect(sumOf(deltas)).toEqual({ sums: sum, models: { "claude-opus-5-5": sum } });
    expect(sumOf([points(5, false, 1), points(12, false, 2)])?.sums).toEqual(sum);
  });
  it("count what is sent again once", () => {
    expect(sumOf([points(5, true, 1), points(5, true, 1)])?.sums).toEqual({ "tokens.input": 5 });
  });
  it("take no number that is none, and no name of somebody's own", () => {
    const book = createUsageBook();
    const [point] = points(1, true, 1);
    if (point === undefined) throw new Error("there is no point");
    for (const value of [Number.NaN, -1, Number.POSITIVE_INFINITY])
      book.addPoint({ ...point, value });
    book.addPoint({ ...point, name: "__proto__" });
    book.addPoint({
      ...point,
      attributes: new Map([
        ["type", "zircon"],
        ["model", "__proto__"],
      ]),
    });
    expect(book.usage().days["2026-11-21"]).toEqual({
      sums: { "tokens.other": 1 },
      models: { other: { "tokens.other": 1 } },
    });
    expect(book.usage().counts.unknownMetrics).toBe(1);
  });
});
