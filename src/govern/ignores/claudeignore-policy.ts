// A `.claudeignore` as rules of our own: what it names is not read, and changed only where a person agrees.
import { Failure } from "#base/failure.ts";
import { CLAUDEIGNORE_ENTRIES_MAX, CLAUDEIGNORE_WILDCARDS_MAX } from "#base/limits.ts";
import type { Policy, Rule } from "#guard/policy/policy.ts";
import { policyDigest } from "../digest/policy-digest.ts";
import { type IgnoreEntry, isCutIgnoreFile, parseIgnoreFile } from "./ignore-file.ts";

/** Its place in a repository. Those of deeper directories say nothing. */
export const CLAUDEIGNORE = ".claudeignore";

/**
 * The rules of such a file, as a layer of the project: it denies and asks and has no way to allow. By gitignore(5) the last entry that
 * matches counts, and nothing below an ignored directory comes back. Throws a Failure `policy-invalid` where the file is larger than
 * what is read of it: what stands behind would be in force for its author alone.
 */
export function claudeIgnorePolicy(text: string, file: string): Policy {
  const entries = parseIgnoreFile(text.replace(/^\uFEFF/, ""));
  const isTangled = entries.some(
    ({ pattern }) => (pattern.match(/[*?[]/g) ?? []).length > CLAUDEIGNORE_WILDCARDS_MAX,
  );
  if (entries.length > CLAUDEIGNORE_ENTRIES_MAX || isTangled || isCutIgnoreFile(text))
    throw new Failure(
      "policy-invalid",
      `\`${file}\` has more or longer lines than are read (${CLAUDEIGNORE_ENTRIES_MAX} entries of ${CLAUDEIGNORE_WILDCARDS_MAX} wildcards); shorten it`,
      { at: { file } },
    );
  const compiled = {
    id: "claudeignore",
    layer: "project" as const,
    version: "1" as const,
    automaticApproval: true as const,
    rules: blocksOf(entries).flatMap(rulesOf),
  };
  return { ...compiled, digest: policyDigest(compiled) };
}

/** Entries in a row that take, and all that later give back. */
type Block = { readonly taken: readonly IgnoreEntry[]; readonly given: readonly IgnoreEntry[] };

function blocksOf(entries: readonly IgnoreEntry[]): readonly Block[] {
  const blocks: { taken: IgnoreEntry[]; from: number }[] = [];
  entries.forEach((entry, index) => {
    if (entry.isNegated) return;
    const last = blocks.at(-1);
    if (last !== undefined && entries[index - 1]?.isNegated === false) last.taken.push(entry);
    else blocks.push({ taken: [entry], from: index });
  });
  return blocks.map(({ taken, from }) => ({
    taken,
    given: entries.slice(from).filter(({ isNegated }) => isNegated),
  }));
}

/** What an entry names, and what lies below it: the first may come back by itself, the second only with its directory. */
function rulesOf({ taken, given }: Block, index: number): readonly Rule[] {
  const own = taken.filter(({ isDirectory }) => !isDirectory).map(globOf);
  const below = taken
    .filter(({ pattern }) => !isWhole(pattern))
    .map((entry) => `${globOf(entry)}/**`);
  const back = given.filter(({ isDirectory }) => !isDirectory).map(globOf);
  const backBelow = given.map((entry) => `${globOf(entry)}/**`);
  return [
    ...pairOf(`claudeignore/${index + 1}`, own, back),
    ...pairOf(`claudeignore/${index + 1}-below`, below, backBelow),
  ];
}

function pairOf(
  id: string,
  paths: readonly string[],
  exceptPaths: readonly string[],
): readonly Rule[] {
  if (paths.length === 0) return [];
  const places = { paths, ...(exceptPaths.length === 0 ? {} : { exceptPaths }) };
  return [
    {
      id: `${id}-read`,
      verdict: "deny",
      when: { effects: ["read"], ...places },
      reason: "the project's `.claudeignore` keeps it from sessions",
      instead: "work without it, or ask the person for what is needed of it",
    },
    {
      id: `${id}-write`,
      verdict: "ask",
      when: { effects: ["write", "delete"], ...places, named: true },
      reason: "the project's `.claudeignore` keeps it from sessions",
      instead: "change what is not named there, or let the person agree",
    },
  ];
}

/** The glob of our paths. Two stars that are no whole part are one in gitignore(5). */
function globOf({ pattern, isAnchored }: IgnoreEntry): string {
  const glob = pattern
    .replace(/^(?:\*\*\/)+/, "")
    .split("/")
    .map((part) => (part === "**" ? part : part.replace(/\*{2,}/g, "*")))
    .join("/");
  return `<project>/${isAnchored && !pattern.startsWith("**/") ? "" : "**/"}${glob}`;
}

/** `name/**` speaks of what is below alone. */
function isWhole(pattern: string): boolean {
  return pattern === "**" || pattern.endsWith("/**");
}
