// `sallyport log detect`: runs the detections over the log and names the events that somebody should look at.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import type { Detection } from "#detect/detection/detection.ts";
import { describeEvent } from "#record/event/describe.ts";
import { loadDetections } from "../../../foundation/product/shipped-data.ts";
import { openView } from "../../../services/log/opened-log.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { isWithinPeriod, periodOptions, readPeriod } from "../../log/period.ts";

/** `sallyport log detect`. */
export const detectCommand = defineCommand({
  meta: {
    name: "detect",
    description:
      "Events of the log that somebody should look at. Example: sallyport log detect --since 2026-03-01",
  },
  args: {
    rule: {
      type: "string",
      valueHint: "ID",
      description:
        "only this detection, by its UUID or its name such as defense-evasion/log-recovered",
    },
    ...periodOptions,
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const detections = chosen(loadDetections(), args.rule);
    const period = readPeriod(args);
    const view = await openView(args.data);
    const size = await view.size();
    let [matches, faults, looked] = [0, 0, 0];
    for await (const { index, leaf } of view.leaves(0, size)) {
      if (leaf.kind === "fault") {
        faults += 1;
        continue;
      }
      if (!isWithinPeriod(leaf.timeMs, period)) continue;
      looked += 1;
      for (const detection of detections) {
        if (!detection.matches(leaf.metadata)) continue;
        matches += 1;
        const { name, title, level, id: rule } = detection;
        await print(
          args.json === true
            ? printableJson({ rule, name, title, level, index, id: leaf.id, timeMs: leaf.timeMs })
            : `${level.padEnd(13)}  ${title} [${name}]\n  ${index}  ${describeEvent(leaf, undefined)}`,
        );
      }
    }
    if (faults > 0) {
      process.stderr.write(
        `sallyport: ${faults} entries cannot be read by this version and were not looked at; \`sallyport log verify\` tells whether they were altered\n`,
      );
    }
    if (args.json !== true) {
      await print(
        `${matches} found in ${looked} events by ${detections.length} detections${matches > 0 ? "; `sallyport log show INDEX` has more of one" : ""}`,
      );
    }
    if (matches > 0 || faults > 0) process.exitCode = 1;
  },
});

function chosen(detections: readonly Detection[], rule: string | undefined): readonly Detection[] {
  if (rule === undefined) return detections;
  const one = detections.filter(({ id, name }) => id === rule.toLowerCase() || name === rule);
  if (one.length > 0) return one;
  throw new Failure(
    "usage",
    `there is no detection \`${printable(rule)}\`: use ${detections.map(({ name }) => name).join(", ")}`,
  );
}
