// Who is told of what: rules from level, kind, source, team and project to channels.
import type { Level } from "../detection/detection.ts";
import type { Notice, NoticeKind, NoticeSource } from "./notice.ts";

/** A rule fits a notice that each of its lists holds; a list that is missing fits everything. */
export type Route = {
  readonly levels?: readonly Level[] | undefined;
  readonly kinds?: readonly NoticeKind[] | undefined;
  readonly sources?: readonly NoticeSource[] | undefined;
  readonly teams?: readonly string[] | undefined;
  readonly projects?: readonly string[] | undefined;
  readonly to: readonly string[];
};

export type Routing = {
  readonly rules: readonly Route[];
  /** Where a notice goes that no rule fits. */
  readonly otherwise: readonly string[];
};

/** The channels of a notice: those of every rule that fits, each once, in the order of the rules. */
export function channelsFor(notice: Notice, { rules, otherwise }: Routing): readonly string[] {
  const fitting = rules.filter((rule) => fits(rule, notice));
  return [...new Set(fitting.length === 0 ? otherwise : fitting.flatMap(({ to }) => to))];
}

function fits({ levels, kinds, sources, teams, projects }: Route, notice: Notice): boolean {
  return (
    holds(levels, notice.level) &&
    holds(kinds, notice.kind) &&
    holds(sources, notice.source) &&
    holds(teams, notice.team) &&
    holds(projects, notice.project)
  );
}

function holds<Item>(list: readonly Item[] | undefined, item: Item | undefined): boolean {
  return list === undefined || (item !== undefined && list.includes(item));
}
