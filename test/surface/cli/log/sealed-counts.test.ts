// Counting by what is sealed: hosts, branches, paths and what was said, from a log on the disk.
import { describe, expect, it } from "vitest";
import { decisionEvent } from "#record/event/call-events.ts";
import { viewLog } from "#record/store/log-view.ts";
import { countSealed } from "#surface/cli/log/sealed-counts.ts";
import { allPlaces, entriesAt } from "#surface/services/log/opened-places.ts";
import {
  bashCall,
  decisionOf,
  effect,
  pathTarget,
  policy,
  session,
} from "../../../record/event/samples.ts";
import { withLog, withLogDirectories } from "../../../record/store/temporary-log.ts";

const contacts = (...hosts: readonly string[]) =>
  hosts.map((host) =>
    effect({ kind: "egress", destination: { host, port: 443, scheme: "https" }, carries: [] }),
  );
const CALLS = [
  { command: "curl one", effects: contacts("one.example") },
  { command: "curl both", effects: contacts("one.example", "two.example") },
  { command: "cat a", effects: [effect({ kind: "read", target: pathTarget("/home/ada/shop/a") })] },
] as const;

async function withCalls(
  look: (view: Awaited<ReturnType<typeof viewLog>>) => Promise<void>,
  requires: NonNullable<typeof policy.requires> = [],
): Promise<void> {
  await withLogDirectories(async (options) => {
    await withLog(options, async (log) => {
      for (const { command, effects } of CALLS)
        await log.append(
          decisionEvent(log.stamp("hook"), {
            call: bashCall(command),
            decision: decisionOf(effects),
            session,
            durationMs: 1,
            policy: { ...policy, requires },
          }),
          { durable: true },
        );
    });
    await look(await viewLog(options.log, options.keys));
  });
}

describe("events counted by what is sealed", () => {
  it("count for each host that they contact, with when it was seen first and last", () =>
    withCalls(async (view) => {
      const { columns, rows } = await countSealed(view, [0, 1, 2], { by: ["host"], limit: 10 });
      expect(columns).toEqual(["host", "events", "first_ms", "last_ms"]);
      expect(rows.map((row) => row.slice(0, 2))).toEqual([
        ["one.example", 2],
        ["two.example", 1],
      ]);
      const [, , first, last] = rows[0] ?? [];
      expect(Number(first)).toBeLessThanOrEqual(Number(last));
    }));

  it("are joined with fields of the index", () =>
    withCalls(async (view) => {
      const by = ["user", "said", "rule"] as const;
      const { rows } = await countSealed(view, [2, 0], { by, limit: 10 });
      expect(
        rows.map((row) => row.slice(0, 4).join(" ")).toSorted((a, b) => (a < b ? -1 : 1)),
      ).toEqual([
        "ada cat a builtin:team/secret-read 1",
        "ada curl one builtin:team/secret-read 1",
      ]);
    }));

  it("are cut at the limit, and say so", () =>
    withCalls(async (view) => {
      const table = await countSealed(view, [0, 1], { by: ["host"], limit: 1 });
      expect([table.rows.length, table.isCut]).toEqual([1, true]);
    }));

  it("count for nothing where a policy has no text kept", () =>
    withCalls(
      async (view) => {
        const { rows } = await countSealed(view, [0, 1, 2], { by: ["host"], limit: 10 });
        expect(rows).toEqual([]);
      },
      ["record-words"],
    ));

  it("are read once each, in the order of the log", () =>
    withCalls(async (view) => {
      const found: number[] = [];
      for await (const { index } of entriesAt(view, [2, 0, 2])) found.push(index);
      expect(found).toEqual([0, 2]);
    }));
});

describe("places, page by page", () => {
  it("are all of them, or as many as are opened", async () => {
    const all = Array.from({ length: 25_000 }, (_, at) => 25_000 - at);
    const search = async ({ limit, before }: { limit: number; before: number | null }) =>
      all.filter((place) => before === null || place < before).slice(0, limit);
    expect(await allPlaces(search)).toEqual({ places: all, isCut: false });
    const cut = await allPlaces(search, 12_000);
    expect([cut.places.length, cut.isCut]).toEqual([12_000, true]);
  });
});
