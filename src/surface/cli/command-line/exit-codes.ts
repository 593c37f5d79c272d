// What exit codes mean: for every command alike, and in the words of one.
import type { CommandEntry, CommandTable } from "./entry.ts";

/** The exit codes that every command shares, in words. */
export const EXIT_CODE_WORDS = [
  ["0", "done: all is well, or nothing was found"],
  ["1", "done: something was found, or the answer is no"],
  ["2", "not done: wrong usage, or it could not be done"],
  ["3-5", "one command's own, told in its help"],
  ["70", "a defect of sallyport"],
] as const;

const SHARED = { 0: "done", 2: "wrong usage, or it could not be done" } as const;

/** What each exit code of a command means, lowest first. A command that never answers 1 has no word for it. */
export function exitMeanings({
  exits,
  load,
}: CommandEntry): readonly (readonly [string, string])[] {
  const shared =
    load === undefined ? { ...SHARED, 1: "something was found, or you answered no" } : SHARED;
  return Object.entries({ ...shared, ...exits }).sort(
    ([one], [other]) => Number(one) - Number(other),
  );
}

/** The page that names the exit codes of every command. */
export function exitCodePage(commands: CommandTable): string {
  const rows = rowsBelow("", commands).map(
    ([name, meanings]) =>
      `| \`${name}\` | ${[0, 1, 2].map((code) => meanings.get(String(code)) ?? "").join(" | ")} | ${others(meanings)} |`,
  );
  return [
    "# Exit codes",
    "",
    "Written by `UPDATE=1 npx vitest run test/surface/cli/command-line/exit-codes.test.ts`.",
    "",
    '0, 1 and 2 mean the same for every command. A script that only asks "is all well?" needs nothing else.',
    "",
    "| code | means |",
    "|---|---|",
    ...EXIT_CODE_WORDS.map(([code, words]) => `| ${code} | ${words} |`),
    "",
    "Three programs end with codes of others: `secrets exec` with that of the program it runs, `git-hooks run` with that of a hook that was",
    "there before, and `hook` with 0 or 2 alone, because the client lets a call run on any other code.",
    "",
    "| command | 0 | 1 | 2 | others |",
    "|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

type Meanings = ReadonlyMap<string, string>;

function rowsBelow(
  words: string,
  commands: CommandTable,
): readonly (readonly [name: string, meanings: Meanings])[] {
  return Object.entries(commands).flatMap(([name, entry]) => {
    const title = `${words}${name}`;
    const own = entry.load === undefined ? [] : [[title, new Map(exitMeanings(entry))] as const];
    return [...own, ...rowsBelow(`${title} `, entry.commands ?? {})];
  });
}

function others(meanings: Meanings): string {
  return [...meanings]
    .filter(([code]) => Number(code) > 2)
    .map(([code, words]) => `${code}: ${words}`)
    .join("; ");
}
