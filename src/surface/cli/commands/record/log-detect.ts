// `sallyport log detect`: runs the detections over the log and names the events that somebody should look at.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import type { Target } from "#detect/conversion/conversion.ts";
import { joinRules } from "#detect/correlation/ruleset.ts";
import { openStream, type StreamStatus } from "#detect/correlation/stream.ts";
import { LEVELS, type RuleMeta } from "#detect/detection/detection.ts";
import { withSealedFields } from "#detect/detection/fields.ts";
import type { ReadEntry, ViewedEntry } from "#record/store/log-view.ts";
import { dataDirectory } from "../../../foundation/files/directories.ts";
import type { RuleSource } from "../../../foundation/product/shipped-data.ts";
import { readDetections } from "../../../services/log/detections.ts";
import { openView } from "../../../services/log/opened-log.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { convertedText, readTarget, TARGET_NAMES } from "../../log/detection-convert.ts";
import { explainLines, listLines } from "../../log/detection-list.ts";
import { openReport } from "../../log/detection-report.ts";
import { isWithinPeriod, periodOptions, readPeriod } from "../../log/period.ts";

/** `sallyport log detect`. */
export const detectCommand = defineCommand({
  meta: {
    name: "detect",
    description:
      "Events of the log that somebody should look at, told once for each session. Examples: sallyport log detect --since 7d; sallyport log detect --explain impact/mass-deletion; sallyport log detect --convert sqlite",
  },
  args: {
    rule: {
      type: "string",
      valueHint: "ID",
      description:
        "only this detection, by its UUID or its name such as defense-evasion/log-recovered",
    },
    list: { type: "boolean", description: "list the detections, the gravest first" },
    explain: {
      type: "string",
      valueHint: "NAME",
      description: "one detection: what it looks for, its runbook, its lists",
    },
    convert: {
      type: "string",
      valueHint: "TARGET",
      description: `say the detections for another system that holds what was exported: ${TARGET_NAMES.join(", ")}; with --rule one of them`,
    },
    ...periodOptions,
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const site = readDetections(args.data ?? dataDirectory());
    const asJson = args.json === true;
    if (args.explain !== undefined) {
      for (const line of explainLines(chosen(site.rules, args.explain), site, asJson))
        await print(line);
      return;
    }
    const only = args.rule === undefined ? undefined : chosen(site.rules, args.rule).rule.meta;
    if (args.convert !== undefined) {
      await convertAll(site.rules, { only, target: readTarget(args.convert), asJson });
      return;
    }
    const ruleset = joinRules(
      site.rules.map(({ rule }) => rule),
      only,
    );
    if (args.list === true) {
      const order = (level: (typeof LEVELS)[number]) => -LEVELS.indexOf(level);
      const rules = ruleset.rules.toSorted((one, other) => order(one.level) - order(other.level));
      for (const line of listLines(rules, asJson)) await print(line);
      return;
    }
    const period = readPeriod(args, Date.now());
    const spansMs = ruleset.correlations.map(({ correlation }) => correlation.timespanMs);
    // What several events are together may have begun before the period.
    const before = { ...period, sinceMs: period.sinceMs - Math.max(0, ...spansMs) };
    const view = await openView(args.data);
    const stream = openStream(ruleset);
    const report = openReport();
    const keyed = ruleset.rules.filter(({ requiresKey }) => requiresKey).length;
    let [matches, faults, looked, unopened, textless] = [0, 0, 0, 0, 0];
    const tell = async (found: ReturnType<typeof stream.take>, session?: unknown) => {
      for (const one of found) {
        if (!isWithinPeriod(one.timeMs, period)) continue;
        matches += 1;
        if (!asJson) {
          report.add(one, session);
          continue;
        }
        const { index, id, timeMs } = one;
        const { id: rule, name, title, level } = one.rule;
        const more =
          one.kind === "event"
            ? {}
            : { group: one.group, value: one.value, events: [...one.events] };
        await print(printableJson({ rule, name, title, level, index, id, timeMs, ...more }));
      }
    };
    const size = await view.size();
    for await (const entry of keyed > 0 ? view.entries(0, size) : view.leaves(0, size)) {
      const { index, leaf } = entry;
      if (leaf.kind === "fault") {
        faults += 1;
        continue;
      }
      if (!isWithinPeriod(leaf.timeMs, before)) continue;
      const isAsked = isWithinPeriod(leaf.timeMs, period);
      if (isAsked) looked += 1;
      const opened = openedOf(entry);
      const isOpened = leaf.sections.length === 0 || opened.sealed !== undefined || opened.isForged;
      if (isAsked && keyed > 0 && !isOpened) unopened += 1;
      if (isAsked && isTextClosed(entry)) textless += 1;
      const fields =
        keyed > 0 && isOpened ? withSealedFields(leaf.metadata, opened) : leaf.metadata;
      await tell(
        stream.take({
          index,
          id: leaf.id,
          timeMs: leaf.timeMs,
          fields,
          isOpened: keyed > 0 && isOpened,
        }),
        leaf.metadata["session"],
      );
    }
    await tell(stream.end());
    if (faults > 0) {
      process.stderr.write(
        `sallyport: ${faults} entries cannot be read by this version and were not looked at; \`sallyport log verify\` tells whether they were altered\n`,
      );
    }
    if (unopened > 0)
      process.stderr.write(
        `sallyport: ${unopened} events could not be opened, their key is not here: ${keyed} detections that ask what is sealed did not look at them\n`,
      );
    if (textless > 0)
      process.stderr.write(
        `sallyport: ${textless} events have no text any more, or its key is not here: detections that ask what was said did not find it there\n`,
      );
    for (const line of limitsOf(stream.status())) process.stderr.write(`sallyport: ${line}\n`);
    if (!asJson) {
      for await (const text of report.texts(view)) await print(text);
      await print(
        `${matches} found in ${looked} events by ${ruleset.rules.length} detections${matches > 0 ? "; `sallyport log show INDEX` has more of one" : ""}`,
      );
    }
    if (matches > 0 || faults > 0) process.exitCode = 1;
  },
});

function isTextClosed(entry: ReadEntry | ViewedEntry): boolean {
  return "isForged" in entry && ["expired", "missing"].includes(entry.text.kind);
}

/** Prints each detection for a target. What the target cannot say is named on stderr, or thrown where it is the only one. */
async function convertAll(
  sources: readonly RuleSource[],
  options: {
    readonly only: RuleMeta | undefined;
    readonly target: Target;
    readonly asJson: boolean;
  },
): Promise<void> {
  const { only, target, asJson } = options;
  const rules = sources.map(({ rule }) => rule);
  joinRules(rules, only);
  let impossible = 0;
  for (const rule of rules) {
    if (only !== undefined && rule.meta.id !== only.id) continue;
    const converted = convertedText(rule, rules, { target, asJson });
    if (converted.kind === "said") await print(converted.text);
    else if (only !== undefined) throw converted.failure;
    else {
      impossible += 1;
      if (asJson) await print(converted.text);
      else process.stderr.write(`sallyport: ${converted.text}\n`);
    }
  }
  if (impossible > 0) process.exitCode = 1;
}

/** What a key opened of an entry; nothing where nobody tried. */
function openedOf(entry: ReadEntry | ViewedEntry): Pick<ViewedEntry, "sealed" | "isForged"> {
  return "isForged" in entry ? entry : { sealed: undefined, isForged: false };
}

/** What correlations could not count. */
function limitsOf(status: StreamStatus): readonly string[] {
  const { late, restarts, groupsDropped, groupsOmitted, leftOut } = status;
  return [
    ...(late > 0 ? [`${late} events came more than 10 minutes late and were not correlated`] : []),
    ...(restarts > 0
      ? [`the clock was wrong ${restarts} times: what was counted before it began anew`]
      : []),
    ...(groupsDropped + groupsOmitted > 0
      ? [
          `${groupsDropped + groupsOmitted} groups of correlations were given up, there were too many at once`,
        ]
      : []),
    ...(leftOut > 0
      ? [`sums left out ${leftOut} events, there were too many within one timespan`]
      : []),
  ];
}

function chosen(rules: readonly RuleSource[], asked: string): RuleSource {
  const one = rules.find(
    ({ rule: { meta } }) => meta.id === asked.toLowerCase() || meta.name === asked,
  );
  if (one !== undefined) return one;
  throw new Failure(
    "usage",
    `there is no detection \`${printable(asked)}\`: use ${rules.map(({ rule }) => rule.meta.name).join(", ")}`,
  );
}
