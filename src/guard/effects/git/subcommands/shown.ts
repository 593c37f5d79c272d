// What subcommands of git show of files and commits, and what they print.
import {
  hole,
  literal,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
} from "../../../shell/values/text.ts";
import { type Consequence } from "../../model/command-model.ts";
import { writes } from "../../model/consequences.ts";
import type { DataSource } from "../../../vocabulary/effect.ts";
import { fromDirectory, type GitCall, notModelled, readsFile } from "../call.ts";
import { namesFile, pathsAmong, revisionsAmong, showsCopies } from "../copies.ts";
import { shownOfCommits, shownOfDifferences } from "../commits.ts";
import { filesOfIndex } from "../files-of-index.ts";
import { namesOfSpecs, PATCHES, printsNames } from "../printed-names.ts";
import { readsPaths, readsRevision } from "../pathspecs.ts";

/** Formats of differences that show no line of a file. */
export const SUMMARIES = [
  ...["--name-only", "--name-status", "--stat", "--shortstat", "--numstat", "--summary", "--raw"],
  ...["-X", "-s", "--compact-summary", "--quiet", "-q"],
];

/** What a subcommand shows of files: their lines, lines where it is asked for them, or names alone. */
export type Shows = "patch" | "on-request" | "names";

/** What is shown of the files and commits that a call names. */
export function shown(call: GitCall, shows: Shows): readonly Consequence[] {
  if (!showsContent(call, shows)) return [];
  const { operands, afterDashes } = call;
  const count = operands.length - (afterDashes?.length ?? 0);
  const traced = call.values("-L").map((word) => fileOfRange(word));
  const words = operands.slice(0, count);
  const named = words.length > 0 && words.every((word) => namesFile(word));
  return [
    ...words.flatMap((word) => readsRevision(call, word)),
    ...readsPaths(call, [...traced, ...(afterDashes ?? [])]),
    ...(named && traced.length === 0 ? [] : copiesShown(call, traced)),
  ];
}

/** Whether lines of files are shown. */
export function showsContent(call: GitCall, shows: Shows): boolean {
  if (shows === "names") return false;
  const asks = call.has(...PATCHES);
  const summary = !asks && call.has(...SUMMARIES);
  return !summary && (shows !== "on-request" || asks);
}

/** The file of `-L 1,5:file` and `-L :function:file`. */
function fileOfRange(word: Text): Text {
  const given = textOf(word);
  return given === undefined ? word : literal(given.slice(given.lastIndexOf(":") + 1));
}

/** What is shown of commits, or of the differences between two states. */
export function copiesShown(call: GitCall, traced: readonly Text[] = []): readonly Consequence[] {
  const paths = [...pathsAmong(call, call.operands), ...traced];
  const named = revisionsAmong(call, call.operands);
  const isDifference =
    /^(?:diff|difftool|diff-files|diff-index)$/.test(call.name) ||
    (call.name === "diff-tree" && named.length > 1);
  const inModules = call.has("--submodule")
    ? [notModelled(call, "shows files of other repositories", "dynamic-path")]
    : [];
  const shown =
    traced.length > 0 || call.name === "range-diff"
      ? ({ kind: "tracked" } as const)
      : isDifference
        ? shownOfDifferences(call)
        : shownOfCommits(call);
  return [
    ...showsCopies(call, shown, paths),
    ...named.flatMap((word) => showsObject(call, word)),
    ...inModules,
  ];
}

/** Options of any of them that write a file or run a program. */
export function besides(call: GitCall): readonly Consequence[] {
  const found: Consequence[] = [];
  for (const path of call.values("--output"))
    found.push(writes(fromDirectory(call, path), "create"));
  if (call.name !== "grep" && call.has("-O"))
    for (const path of call.values("-O")) found.push(readsFile(call, path));
  if (call.has("--ext-diff", "--textconv", "--filters"))
    found.push(notModelled(call, "is told to run programs of the configuration", "dynamic-code"));
  return found;
}

/** What is printed: something made of the repository, and of what came in. */
export function output(call: GitCall): TextSet {
  const sources: DataSource[] = [
    { kind: "repository" },
    ...call.context.brought(),
    ...sourcesOf(call.stdin ?? []),
  ];
  if (!printsNames(call)) return [[hole("unmodelled", { sources })]];
  return (
    namesOfSpecs(call)?.map((like): Text => [hole("dynamic-path", { like, sources })]) ?? [
      [hole("unmodelled", { sources, within: "./**", listed: filesOfIndex(call) })],
    ]
  );
}

/** A file that is meant by the name of its object. */
export function showsObject(call: GitCall, word: Text): readonly Consequence[] {
  const given = textOf(word)?.toLowerCase();
  if (given === undefined || !/^[0-9a-f]{4,64}$/.test(given)) return [];
  return showsCopies(call, { kind: "objects", names: [given] });
}
