// The script of a recipe: one POSIX file that needs `sh` and `awk`, reads standard input, answers in the client's form and fails closed.
import { createHash } from "node:crypto";
import { JSON_IN_AWK } from "./json-in-awk.ts";
import { CONTENT_IN_AWK, JUDGING_IN_AWK, REDACTION_IN_AWK } from "./judging-in-awk.ts";
import { ANSWERS_IN_AWK, RECORDS_IN_AWK } from "./answers-in-awk.ts";
import type { Recipe, RecipeRule } from "./recipe.ts";
import { SHELL_IN_AWK } from "./shell-in-awk.ts";

/** Where scripts write records unless they are told another folder: one that the agent's own user should only be able to add to. */
export const RECORD_FOLDER = "/var/log/claude-code";
const MARK = "# sallyport recipe";

/** What an installed script says of itself: its recipe, and whether it is as it was made. */
export type ScriptMark = { readonly id: string; readonly isAsMade: boolean };

/** The text of a recipe's script, always the same for the same recipe and folder. */
export function scriptOf(recipe: Recipe, recordFolder: string = RECORD_FOLDER): string {
  const body = recipe.script.rules.length > 0 ? judging(recipe) : recording(recipe, recordFolder);
  const digest = digestOf(body);
  return `#!/bin/sh
${MARK} ${recipe.id} ${digest}
# ${recipe.title}.
# Reads one hook event as JSON from standard input. Needs sh and awk. Whatever goes wrong ends with a refusal, never with exit 1.
# It reads words, not programs in other languages: \`sallyport init\` guards by what a command would do.
${body}`;
}

/** What a script of ours says of itself; undefined for any other file. */
export function markOf(script: string): ScriptMark | undefined {
  const [, mark = ""] = script.split("\n", 2);
  const [id, digest] = mark.startsWith(`${MARK} `) ? mark.slice(MARK.length + 1).split(" ") : [];
  if (id === undefined || digest === undefined) return undefined;
  const body = script.split("\n").slice(HEAD_LINES).join("\n");
  return { id, isAsMade: digestOf(body) === digest };
}

const HEAD_LINES = 5;

function digestOf(body: string): string {
  return createHash("sha256").update(body).digest("hex").slice(0, 16);
}

/** WHY the PATH: a project's `env` has a say in that of its hooks, and could put another `awk` first. */
const HEAD = `set -u
PATH=/usr/bin:/bin:/usr/local/bin:/run/current-system/sw/bin
LC_ALL=C
export PATH LC_ALL
`;

function judging(recipe: Recipe): string {
  const { rules, hooks } = recipe.script;
  const lines = rules.flatMap((rule, at) => ruleLines(rule, at + 1));
  const reasons = rules.map(({ reason }, at) => `reason|${at + 1}|${reason}`);
  const withholds = rules.some(({ verdict }) => verdict === "withhold");
  const refusal = withholds
    ? `printf '%s\\n' '{"continue":false,"stopReason":"${recipe.id}: the output cannot be looked through"}'
  exit 0`
    : `echo '${recipe.id}: refused, because this call cannot be judged' >&2
  exit 2`;
  return `${HEAD}
# verdict|kind|what|access|loopback|except|reason
RULES='${[...reasons, ...lines].join("\n")}'
EVENTS='${eventsOf(hooks)}'
export RULES EVENTS
refuse() {
  ${refusal}
}
answer=$(awk '${[
    `BEGIN { recipe = "${recipe.id}" }`,
    JSON_IN_AWK,
    SHELL_IN_AWK,
    JUDGING_IN_AWK,
    CONTENT_IN_AWK,
    ANSWERS_IN_AWK,
  ].join("")}') || refuse
if [ -n "$answer" ]; then printf '%s\\n' "$answer" || refuse; fi
exit 0
`;
}

function recording(recipe: Recipe, folder: string): string {
  const { record, hooks } = recipe.script;
  const streams = record.map(
    ({ file, tools, fields }) => `${file}|${tools.join(" ")}|${fields.join(" ")}`,
  );
  return `${HEAD}
umask 077
FOLDER=${quoted(folder)}
# file|tools (none: all)|fields
STREAMS='${streams.join("\n")}'
EVENTS='${eventsOf(hooks)}'
NOW=$(date -u +%Y-%m-%dT%H:%M:%SZ)
WHO=$(id -un)
export STREAMS EVENTS NOW WHO
refuse() {
  echo '${recipe.id}: refused, because this call cannot be recorded in '"$FOLDER" >&2
  exit 2
}
tab=$(printf '\\t')
records=$(awk '${[
    `BEGIN { recipe = "${recipe.id}"; version = "${digestOf(JSON.stringify(recipe.script))}" }`,
    JSON_IN_AWK,
    REDACTION_IN_AWK,
    RECORDS_IN_AWK,
  ].join("")}') || refuse
[ -n "$records" ] || exit 0
[ -d "$FOLDER" ] || mkdir -p "$FOLDER" || refuse
while IFS=$tab read -r file line; do
  printf '%s\\n' "$line" >>"$FOLDER/$file" || refuse
done <<END
$records
END
exit 0
`;
}

function eventsOf(hooks: Recipe["script"]["hooks"]): string {
  return [...new Set(hooks.map(({ event }) => event))].join(" ");
}

function ruleLines(rule: RecipeRule, reason: number): readonly string[] {
  const { verdict, access, exceptLoopback, exceptPaths } = rule;
  const line = (kind: string) => (what: string) =>
    [
      ...[verdict, kind, kind === "tool" ? what : what.toLowerCase(), access],
      exceptLoopback ? "1" : "0",
      ...[exceptPaths.join(" "), String(reason)],
    ].join("|");
  return [
    ...rule.programs.map(line("program")),
    ...rule.commands.map(line("command")),
    ...rule.tools.map(line("tool")),
    ...rule.paths.map(line("path")),
    ...rule.pathWords.map(line("pathword")),
    ...rule.content.map(line("content")),
    ...(rule.unread ? [line("unread")("")] : []),
    ...(rule.always ? [line("event")("")] : []),
  ];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
