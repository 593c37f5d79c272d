// What `log detect` found, for people: once for each detection and session or group, with the lines of the entries that show it.
import { printable } from "#base/printable.ts";
import type { Found } from "#detect/correlation/stream.ts";
import type { RuleMeta } from "#detect/detection/detection.ts";
import type { LogView } from "#record/store/log-view.ts";
import { entryLine } from "../../services/log/entry-text.ts";

/** Matches, gathered. WHY by session: a doubt about a session stands in each of its events, and a list of a thousand alike lines is read by nobody. */
export type DetectionReport = {
  add(found: Found, session: unknown): void;
  /** Texts to print, in the order in which they were first found. */
  texts(view: LogView): AsyncGenerator<string>;
};

type Group = {
  readonly rule: RuleMeta;
  readonly first: number;
  readonly told: string;
  last: number;
  count: number;
};

/** Begins a report. */
export function openReport(): DetectionReport {
  const groups = new Map<string, Group>();
  return {
    add(found, session) {
      const { rule, index } = found;
      const within = found.kind === "correlation" ? found.group["session"] : session;
      // Of what belongs to no session each is told by itself.
      const key = `${rule.name}\0${typeof within === "string" ? within : index}`;
      const group = groups.get(key);
      if (group !== undefined) {
        group.count += 1;
        group.last = index;
        return;
      }
      const first = found.kind === "correlation" ? (found.events[0] ?? index) : index;
      groups.set(key, { rule, first, told: toldOf(found), last: index, count: 1 });
    },
    async *texts(view) {
      for (const group of groups.values()) yield await textOf(group, view);
    },
  };
}

/** What several events are together: how many, and which. */
function toldOf(found: Found): string {
  if (found.kind === "event") return "";
  const { value, events, group } = found;
  const by = Object.entries(group)
    .filter(([name]) => name !== "session")
    .map(([name, one]) => `, ${name} ${String(one)}`);
  const shown = events.slice(-8).join(", ");
  return printable(` ${value}${by.join("")}: events ${shown}`);
}

async function textOf({ rule, first, last, count, told }: Group, view: LogView): Promise<string> {
  const { level, title, name } = rule;
  const more = count === 1 ? "" : ` and ${count - 1} more of this session, up to ${last}`;
  const lines = [`${level.padEnd(13)}  ${title} [${name}]${told}${more}`];
  for await (const entry of view.entries(first, first + 1)) lines.push(entryLine(entry));
  return lines.join("\n");
}
