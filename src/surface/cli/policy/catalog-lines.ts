// A row of the catalog of extensions as lines for people. Not printable yet: names, paths and texts are somebody else's.
import { counted } from "#base/counted.ts";
import type { Deeds } from "../../services/extensions/deeds.ts";
import type { CatalogRow } from "../../services/extensions/extension-catalog.ts";
import { ITEM_VERDICTS } from "../../services/extensions/judged.ts";

/** Places of one kind, and of what was not read, that are named; `--json` has all. */
const NAMED_MAX = 6;
const ORIGINS: Readonly<Record<CatalogRow["origin"], string>> = {
  project: "of the repository",
  home: "of your own",
  plugin: "of a marketplace",
  session: "written by the client in a session",
  managed: "of an administrator",
};
const KINDS = [
  ["secrets", "secrets: "],
  ["code", "runs, and nobody can say what it does: "],
  ["hosts", "contacts "],
  ["writes", "writes "],
  ["deletes", "deletes "],
  ["reads", "reads "],
  ["other", ""],
] as const;

/** The verdict and why, what it can do, how it is pinned, what it did, and what was not looked into. */
export function linesOfRow(row: CatalogRow): readonly string[] {
  const { verdict, name, kind, origin, isLoaded, because, where, how, can, notRead, place } = row;
  const state = isLoaded ? "" : "; not loaded here";
  return [
    `${verdict.padEnd(8)}${name}  ${kind} ${ORIGINS[origin]}${state}`,
    `  ${"why".padEnd(8)}${because}`,
    `  ${"where".padEnd(8)}${where ?? place}${how === null ? "" : ` (${how})`}`,
    ...KINDS.flatMap(([key, words]) =>
      can[key].length === 0 ? [] : [`  ${"can".padEnd(8)}${words}${listed(can[key])}`],
    ),
    `  ${"pin".padEnd(8)}${pinWords(row)}`,
    ...(row.pin.changes ?? [])
      .slice(0, NAMED_MAX)
      .map(({ what, how: change }) => `          ${change}: ${what}`),
    `  ${"so far".padEnd(8)}${row.did === null ? UNCOUNTED[kind] : deedsWords(row.did)}`,
    ...notRead
      .slice(0, NAMED_MAX)
      .map(({ what, why }) => `  ${"unread".padEnd(8)}${what}, because ${why}`),
    ...(notRead.length > NAMED_MAX
      ? [`  ${"unread".padEnd(8)}and ${notRead.length - NAMED_MAX} more`]
      : []),
  ];
}

const UNCOUNTED: Readonly<Record<CatalogRow["kind"], string>> = {
  skill: "no use of it is on the log",
  command: "no use of it is on the log",
  agent: "no call of it is on the log",
  server: "no call of its tools is on the log",
  plugin: "counted by the skills, agents and servers that it brings",
};

function pinWords({ pin }: CatalogRow): string {
  const since = pin.sinceMs === null ? "" : ` since ${day(pin.sinceMs)}`;
  const changed = pin.changedMs === null ? "" : `; last change ${day(pin.changedMs)}`;
  const unkept = pin.changes === null ? "; what changed was not kept" : "";
  return `${pin.state}${since}${changed}${unkept}`;
}

function deedsWords({ calls, allowed, asked, refused, left, lastMs }: Deeds): string {
  const counts = [
    [allowed, "allowed"],
    [asked, "asked about"],
    [refused, "refused"],
    [left, "left to the client or typed"],
  ] as const;
  const parts = counts.flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`]));
  return `${counted(calls, "call")}: ${parts.join(", ")}${lastMs === null ? "" : `; last ${day(lastMs)}`}`;
}

/** How many there are of each verdict. */
export function summaryLine(rows: readonly Pick<CatalogRow, "verdict">[]): string {
  if (rows.length === 0) return "no plugin, skill, agent, command or MCP server is here";
  const counts = ITEM_VERDICTS.map((verdict) => {
    const count = rows.filter((one) => one.verdict === verdict).length;
    return `${count} ${verdict}`;
  });
  return `${rows.length} here: ${counts.join(", ")}`;
}

function listed(words: readonly string[]): string {
  const shown = words.slice(0, NAMED_MAX).join(", ");
  return words.length > NAMED_MAX ? `${shown} and ${words.length - NAMED_MAX} more` : shown;
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
