// `sallyport log detect`: runs the detections over the log and names the events that somebody should look at.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import type { Detection } from "#detect/detection/detection.ts";
import type { LogView } from "#record/store/log-view.ts";
import { loadDetections } from "../../../foundation/product/shipped-data.ts";
import { entryLine } from "../../../services/log/entry-text.ts";
import { openView } from "../../../services/log/opened-log.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { isWithinPeriod, periodOptions, readPeriod } from "../../log/period.ts";

/** `sallyport log detect`. */
export const detectCommand = defineCommand({
  meta: {
    name: "detect",
    description:
      "Events of the log that somebody should look at, told once for each session. Example: sallyport log detect --since 7d",
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
    const period = readPeriod(args, Date.now());
    const view = await openView(args.data);
    const size = await view.size();
    let [matches, faults, looked] = [0, 0, 0];
    const groups = new Map<string, Group>();
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
        if (args.json === true)
          await print(
            printableJson({ rule, name, title, level, index, id: leaf.id, timeMs: leaf.timeMs }),
          );
        else addTo(groups, detection, index, leaf.metadata["session"]);
      }
    }
    if (faults > 0) {
      process.stderr.write(
        `sallyport: ${faults} entries cannot be read by this version and were not looked at; \`sallyport log verify\` tells whether they were altered\n`,
      );
    }
    if (args.json !== true) {
      for (const group of groups.values()) await print(await groupText(group, view));
      await print(
        `${matches} found in ${looked} events by ${detections.length} detections${matches > 0 ? "; `sallyport log show INDEX` has more of one" : ""}`,
      );
    }
    if (matches > 0 || faults > 0) process.exitCode = 1;
  },
});

/** What one detection found in one session, or outside of any. */
type Group = { readonly detection: Detection; readonly first: number; last: number; count: number };

/** WHY by session: a doubt about a session stands in each of its events, and a list of a thousand alike lines is read by nobody. */
function addTo(
  groups: Map<string, Group>,
  detection: Detection,
  index: number,
  session: unknown,
): void {
  // Of what belongs to no session each is told by itself.
  const key = `${detection.name}\0${typeof session === "string" ? session : index}`;
  const group = groups.get(key);
  if (group === undefined) groups.set(key, { detection, first: index, last: index, count: 1 });
  else {
    group.count += 1;
    group.last = index;
  }
}

async function groupText({ detection, first, last, count }: Group, view: LogView): Promise<string> {
  const { level, title, name } = detection;
  const more = count === 1 ? "" : ` and ${count - 1} more of this session, up to ${last}`;
  const lines = [`${level.padEnd(13)}  ${title} [${name}]${more}`];
  for await (const entry of view.entries(first, first + 1)) lines.push(entryLine(entry));
  return lines.join("\n");
}

function chosen(detections: readonly Detection[], rule: string | undefined): readonly Detection[] {
  if (rule === undefined) return detections;
  const one = detections.filter(({ id, name }) => id === rule.toLowerCase() || name === rule);
  if (one.length > 0) return one;
  throw new Failure(
    "usage",
    `there is no detection \`${printable(rule)}\`: use ${detections.map(({ name }) => name).join(", ")}`,
  );
}
