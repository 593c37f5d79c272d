// What a program tells a forge to do, in words for a person.
import type { ForgeAct } from "../vocabulary/effect.ts";

/** Acts on a request or an issue, by the words of the program; `N` is its number. */
const ACTS: Readonly<Record<string, string>> = {
  "pr merge": "merges pull request N into its base branch",
  "mr merge": "merges merge request N into its target branch",
  "pr revert": "opens a request that takes pull request N back",
  "pr comment": "comments on pull request N",
  "pr review": "reviews pull request N",
  "pr edit": "changes pull request N",
  "pr close": "closes pull request N",
  "pr reopen": "opens pull request N again",
  "pr ready": "marks pull request N as ready",
  "pr lock": "locks pull request N",
  "pr unlock": "unlocks pull request N",
  "pr update-branch": "brings the branch of pull request N up to date",
  "issue create": "opens an issue",
  "issue comment": "comments on issue N",
  "issue close": "closes issue N",
  "issue reopen": "opens issue N again",
  "issue edit": "changes issue N",
  "issue delete": "deletes issue N",
  "issue transfer": "moves issue N elsewhere",
  "release create": "publishes a release",
  "release upload": "adds files to a release",
  "release edit": "changes a release",
  "release delete": "deletes a release",
  "gist create": "publishes a gist",
  "repo create": "makes a repository",
  "repo fork": "makes a fork",
  "repo sync": "updates a branch from its source",
  "repo delete": "deletes a repository",
  "repo edit": "changes settings of a repository",
  "repo rename": "renames a repository",
};
const MORE: Readonly<Record<string, string>> = {
  squash: "squashed",
  admin: "past what its branch requires",
  auto: "as soon as its checks pass",
};

/** The rest of a sentence that begins with "this". `host` is where the forge is, `things` what is made or changed of the account's own. */
export function forgeInWords(
  { verb, number, repository, options }: ForgeAct,
  host: string,
  things?: string,
): string {
  const what = (things ?? ACTS[verb] ?? `does \`${verb}\``).replace(
    / N\b/,
    number === undefined ? " of this branch" : ` ${number}`,
  );
  const more = options.flatMap((one) => MORE[one] ?? []);
  const where = `\`${repository === undefined ? host : `${host}/${repository}`}\``;
  const gone = options.includes("delete-branch") ? ", and deletes the branch" : "";
  return `${what} at ${where}${more.length === 0 ? "" : ` (${more.join(", ")})`}${gone}`;
}
