// What detecting costs: events a second of one core with every detection that ships, JSON parsing included, beside JSON.parse alone.
import { joinRules } from "#detect/correlation/ruleset.ts";
import { openStream } from "#detect/correlation/stream.ts";
import { type OpenedPart, withSealedFields } from "#detect/detection/fields.ts";
import type { JsonObject } from "#record/log/leaf.ts";
import { loadLists, loadRules } from "#surface/foundation/product/shipped-data.ts";
import { ordinaryDay } from "../detect/examples/ordinary.ts";
import { sessionFigures } from "./detect-sessions.ts";
import { atLeast, type BenchOptions, type Figure, median, type Suite } from "./figures.ts";

const DAYS = 20;
const REPEATS = 2;
const ROUNDS = 3;
const DAY_MS = 86_400_000;
const GOAL_PER_S = 60_000;

/** An event as text, and what a key would open of it. */
type Line = { readonly timeMs: number; readonly text: string; readonly opened: OpenedPart };

/** Ordinary days, one behind another, as a reader of the log meets them. */
export async function measureDetect({ calls }: BenchOptions): Promise<Suite> {
  const days = Array.from({ length: DAYS }, (_, seed) => ordinaryDay(seed));
  const lines: readonly Line[] = Array.from({ length: REPEATS }).flatMap((_, repeat) =>
    days.flatMap((day, place) =>
      day.map(({ timeMs, event }) => ({
        timeMs: timeMs + (repeat * DAYS + place) * DAY_MS,
        text: JSON.stringify(event.metadata),
        opened: { sealed: event.sealed, isForged: false },
      })),
    ),
  );
  const ruleset = joinRules(loadRules(loadLists()).map(({ rule }) => rule));
  const rates = {
    floor: [] as number[],
    clear: [] as number[],
    keyed: [] as number[],
    rules: [] as number[],
  };
  const parsed = lines.map(({ text }) => JSON.parse(text) as JsonObject);
  let found = 0;
  for (let round = 0; round <= ROUNDS; round += 1) {
    const floor = rateOf(lines, () => {
      for (const { text } of lines) if (JSON.parse(text) === null) throw new Error("no event");
    });
    const clear = rateOf(lines, () => {
      const stream = openStream(ruleset);
      for (const [index, { timeMs, text }] of lines.entries()) {
        const fields = JSON.parse(text) as JsonObject;
        found += stream.take({ index, id: "", timeMs, fields, isOpened: false }).length;
      }
      found += stream.end().length;
    });
    const keyed = rateOf(lines, () => {
      const stream = openStream(ruleset);
      for (const [index, { timeMs, text, opened }] of lines.entries()) {
        const fields = withSealedFields(JSON.parse(text) as JsonObject, opened);
        found += stream.take({ index, id: "", timeMs, fields, isOpened: true }).length;
      }
      found += stream.end().length;
    });
    const rules = rateOf(lines, () => {
      const stream = openStream(ruleset);
      for (const [index, { timeMs }] of lines.entries()) {
        const fields = parsed[index] ?? {};
        found += stream.take({ index, id: "", timeMs, fields, isOpened: false }).length;
      }
      found += stream.end().length;
    });
    // The first round warms up.
    if (round === 0) continue;
    rates.floor.push(floor);
    rates.clear.push(clear);
    rates.keyed.push(keyed);
    rates.rules.push(rules);
  }
  const bytes = lines.reduce((sum, { text }) => sum + text.length, 0) / lines.length;
  const figures: readonly Figure[] = [
    { name: "JSON.parse alone", value: median(rates.floor), unit: "/s" },
    atLeast(
      `${ruleset.rules.length} detections, clear metadata`,
      median(rates.clear),
      "/s",
      GOAL_PER_S,
    ),
    atLeast("with sealed fields, opened before", median(rates.keyed), "/s", GOAL_PER_S),
    { name: "detections alone, parsed before", value: median(rates.rules), unit: "/s" },
    { name: "bytes of an event", value: bytes, unit: "B" },
    { name: "matches a round of all", value: found / ((ROUNDS + 1) * 3), unit: "" },
  ];
  const sessions = await sessionFigures({ sessions: calls, events: calls * 10 });
  return {
    figures: [...figures, ...sessions],
    method: `${lines.length} events of ${DAYS * REPEATS} made-up ordinary days, median of ${ROUNDS} rounds taken in turns, processor time of one core. The floor only parses. The graph is fed with acts that fetch, write, run, read a secret and start agents, and the looks are at the end of its longest session. Events for alerts come at their pace and are looked at in turns as long as the daemon's; reading them from disk is left out.`,
  };
}

/** Events a second of processor time. */
function rateOf(lines: readonly Line[], act: () => void): number {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return lines.length / ((user + system) / 1e6);
}
