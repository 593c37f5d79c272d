// `sallyport log summary`: what calls did day by day, by class, verdict and kind of effect; nothing sealed is opened.
import { defineCommand } from "citty";
import { printableJson } from "#base/printable.ts";
import {
  COUNTED_CLASSES,
  type CountedClass,
  type DailyActivity,
  startDailyTally,
} from "#assure/activity/daily.ts";
import { EFFECT_KINDS } from "#guard/vocabulary/effect.ts";
import { VERDICTS_BY_STRICTNESS, type Verdict } from "#guard/policy/decision.ts";
import { openView } from "../../../services/log/opened-log.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { isWithinPeriod, periodOptions, readPeriod } from "../../log/period.ts";

const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  deny: "refused",
  ask: "asked",
  abstain: "left to the client",
  allow: "allowed",
};

/** `sallyport log summary`. */
export const summaryCommand = defineCommand({
  meta: {
    name: "summary",
    description:
      "Judged calls day by day (UTC): how many of each class, how they were judged, and how many had each kind of effect. Example: sallyport log summary --since 2026-03-01",
  },
  args: { ...periodOptions, ...jsonOption, ...dataOption },
  async run({ args }) {
    const period = readPeriod(args);
    const view = await openView(args.data);
    const size = await view.size();
    const tally = startDailyTally();
    let faults = 0;
    for await (const { leaf } of view.leaves(0, size)) {
      if (leaf.kind === "fault") faults += 1;
      else if (isWithinPeriod(leaf.timeMs, period)) tally.add(leaf.metadata, leaf.timeMs);
    }
    const days = tally.result();
    if (args.json === true) for (const day of days) await print(printableJson(day));
    else await print(days.length === 0 ? "no calls were judged" : days.map(pageOf).join("\n\n"));
    if (faults === 0) return;
    process.stderr.write(
      `sallyport: ${faults} entries cannot be read by this version and were not counted; \`sallyport log verify\` tells whether they were altered\n`,
    );
    process.exitCode = 1;
  },
});

/** A day for people. */
function pageOf({ day, calls, classes, effects }: DailyActivity): string {
  const rows = COUNTED_CLASSES.flatMap((name: CountedClass) => {
    const verdicts = classes[name];
    if (verdicts === undefined) return [];
    const shares = VERDICTS_BY_STRICTNESS.flatMap((verdict) => {
      const count = verdicts[verdict];
      return count === undefined ? [] : [{ count, text: `${VERDICT_WORDS[verdict]} ${count}` }];
    });
    const sum = shares.reduce((total, { count }) => total + count, 0);
    const words = shares.map(({ text }) => text).join(", ");
    return [`  ${name.padEnd(13)}  ${String(sum).padStart(6)}  ${words}`];
  });
  const kinds = EFFECT_KINDS.flatMap((kind) => {
    const count = effects[kind];
    return count === undefined ? [] : [`${kind} ${count}`];
  });
  const effectsLine = kinds.length === 0 ? [] : [`  calls that ${kinds.join(", ")}`];
  return [`${day}  ${calls} ${calls === 1 ? "call" : "calls"}`, ...rows, ...effectsLine].join("\n");
}
