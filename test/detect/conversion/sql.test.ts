// Converted SQL on real engines: for every detection the same matches as the stream gives, to the event, the group and the value.
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { convertRule } from "#detect/conversion/conversion.ts";
import { clickhouse } from "#detect/conversion/sql/clickhouse.ts";
import { postgresql } from "#detect/conversion/sql/postgresql.ts";
import { sqlite } from "#detect/conversion/sql/sqlite.ts";
import type { Rule } from "#detect/correlation/rule-file.ts";
import { extendLists } from "#detect/detection/lists.ts";
import { loadLists, loadRules } from "#surface/foundation/product/shipped-data.ts";
import { isWhole, sampled } from "../../sampled.ts";
import { mixedEvents } from "./corpus.ts";
import { type Engine, ENGINES } from "./engines.ts";
import { correlationSamples, hostileEvents, hostileRules, randomEvents } from "./samples.ts";
import { type Event, linesOf, toldByRows, toldByStream } from "./told.ts";

const DIALECTS = { sqlite, postgresql, clickhouse } as const;
/** So that engines which try a part try different parts. */
const ENGINES_IN_TURN = ENGINES.map(({ target }) => target);
const SITE = "lists:\n  migration_programs: [moveit]\n";
const shipped = loadRules(extendLists(loadLists(), SITE, "lists.yml")).map(({ rule }) => rule);
const open = shipped.filter(({ meta }) => !meta.requiresKey);
const events = mixedEvents([3, 8]);
const expected = toldByStream(open, events);

describe.each(ENGINES)("converted for $target", ({ target, missing, open: openEngine }) => {
  let why: string | undefined;
  let engine: Engine | undefined;
  beforeEach((ctx) => {
    if (why !== undefined) ctx.skip(why);
  });
  beforeAll(async () => {
    why = missing();
    if (why === undefined) engine = await openEngine();
  }, 400_000);
  afterAll(() => engine?.close());
  const load = async (of: readonly string[]) => engine?.load(of);

  const differences = async (rules: readonly Rule[], of: readonly Event[]) => {
    const stream = toldByStream(rules, of);
    const wrong: unknown[] = [];
    let told = 0;
    for (const rule of rules) {
      const { queries } = convertRule(rule, rules, target);
      const rows = (await engine?.ask(queries[0] ?? "")) ?? [];
      const own = stream.get(rule.meta.name) ?? [];
      const given = toldByRows(rule, rows);
      told += own.length;
      if (JSON.stringify(own) !== JSON.stringify(given))
        wrong.push({ rule: rule.meta.name, stream: own, [target]: given });
    }
    return { wrong, told };
  };

  it("finds what the stream finds, by every detection that asks nothing sealed", async () => {
    await load(linesOf(events));
    const { wrong, told } = await differences(open, events);
    expect(wrong).toEqual([]);
    expect(told).toBeGreaterThan(open.length);
  }, 300_000);

  it("slides every kind of window with every event, whatever the bounds", async () => {
    for (const seed of isWhole ? [1, 2] : [1 + (ENGINES_IN_TURN.indexOf(target) % 2)]) {
      const random = randomEvents(seed);
      await load(linesOf(random));
      const { wrong, told } = await differences(correlationSamples, random);
      expect(wrong, `seed ${seed}`).toEqual([]);
      expect(told).toBeGreaterThan(100);
    }
  }, 300_000);

  it("finds a hostile value, and nothing else", async () => {
    await load(linesOf(hostileEvents));
    const rules = sampled(hostileRules, 4, ENGINES_IN_TURN.indexOf(target));
    const { wrong, told } = await differences(rules, hostileEvents);
    expect(wrong).toEqual([]);
    expect(told).toBeGreaterThanOrEqual(rules.length);
  });

  it("writes any text as a literal that is exactly that text", async () => {
    const signs = fc.string({
      unit: fc.constantFrom(..."'\"\\`$%_{}[]()|;-/*\n\t\u001b\u202eaN\u00e9x"),
      maxLength: 12,
    });
    const texts = fc
      .sample(fc.oneof(signs, fc.string({ unit: "binary", maxLength: 12 })), {
        numRuns: 400,
        seed: 7,
      })
      .map((text) => text.replaceAll("\0", ""));
    for (let at = 0; at < texts.length; at += 40) {
      const some = texts.slice(at, at + 40);
      const columns = some.map((text, index) => `${DIALECTS[target].text(text)} AS c${index}`);
      expect(await engine?.ask(`SELECT ${columns.join(", ")}`)).toEqual([some]);
    }
  });

  it("counts an event once that was delivered twice", async () => {
    const twice = linesOf(events);
    await load([...twice, ...twice.slice(0, 500)]);
    const { wrong } = await differences(open.slice(0, 20), events);
    expect(wrong).toEqual([]);
  }, 300_000);
});

describe("the corpus of these tests", () => {
  it("trips every detection that asks nothing sealed", () => {
    expect(
      open.filter(({ meta }) => !expected.has(meta.name)).map(({ meta }) => meta.name),
    ).toEqual([]);
  });

  it("makes every sample of a correlation true", () => {
    const told = new Set(
      [1, 2].flatMap((seed) => [...toldByStream(correlationSamples, randomEvents(seed)).keys()]),
    );
    const silent = correlationSamples.filter(({ meta }) => !told.has(meta.name));
    expect(silent.map(({ meta }) => meta.name)).toEqual([]);
  });
});
