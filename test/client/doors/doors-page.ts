// What was found at the doors, as a page and as a line.
import type { Door } from "./door.ts";
import type { DoorOutcome, HarmlessOutcome } from "./run-door.ts";
import type { Column, Rows } from "./try-column.ts";

const HEADS = { none: "alone", init: "guarded", user: "guarded, user scope", managed: "managed" };

/** A column in a line: what stands open, what of the everyday uses does not work. */
export function summary(column: Column): string {
  const found = Object.values(column.doors);
  const open = found.filter(({ kind }) => kind === "open").length;
  const uses = Object.values(column.harmless);
  const broken = uses.filter(({ kind }) => kind === "broken").length;
  const rest = [
    ...(column.skipped.length > 0 ? [`${column.skipped.length} skipped`] : []),
    ...(column.failed.length > 0 ? [`${column.failed.length} failed`] : []),
  ];
  return [
    `${column.version} ${HEADS[column.guard]}: ${open} of ${found.length} doors open`,
    `${uses.length - broken} of ${uses.length} everyday uses work`,
    ...rest,
  ].join(", ");
}

/** The page. */
export function doorsPage(rows: Rows, columns: readonly Column[]): string {
  const heads = columns.map(({ version, guard }) => `${version} ${HEADS[guard]}`);
  const head = (first: string, last: readonly string[]) =>
    `| id | ${first} | ${[...heads, ...last].join(" | ")} |\n|${"---|".repeat(2 + heads.length + last.length)}`;
  const doorLines = rows.doors.map((door) => {
    const cells = columns.map((column) => doorCell(column, door));
    return `| \`${door.id}\` | ${title(door)} | ${cells.join(" | ")} | ${whoClosed(door, columns)} |`;
  });
  const useLines = rows.harmless.map(({ id, title: what }) => {
    const cells = columns.map(({ harmless }) => useCell(harmless[id]));
    return `| \`${id}\` | ${escaped(what)} | ${cells.join(" | ")} |`;
  });
  const failed = columns.flatMap(({ version, guard, failed: why }) =>
    why.map((text) => `- ${version} ${HEADS[guard]}: ${escaped(text).slice(0, 160)}`),
  );
  return `# Doors

Ways by which a repository, a home, a plugin, a server or a prompt brings text to the model, or a command to run, **without a tool call that a hook
judges**. Each was tried in the real client, headless, with everything allowed that its row names. This page is generated:
\`npm run doors -- --write\` (root; \`npm run doors -- --help\` tries some of it).

- *alone*: a trusted folder with nothing of ours. *guarded*: a project as \`sallyport init\` leaves it; the files of the row come afterwards, as a \`git pull\`
  would bring them. *user scope*: \`init --scope user\`. *managed*: settings compiled from the policy \`team\`.
- **leaks**: the secret stood in a request to the API, as it is or encoded. **runs**: the planted command left its trace.
- *hook*: an answer of ours refused. *rule*: the client refused by a rule of its settings, and said so. *absent*: the secret is not there and nobody says why; where the same
  row leaks *alone*, a native rule left it out, else the client does not follow it (*closed by the client*).
- The last column is what the newest guarded session said, for the first refusal in it.

${columns.map((column) => `- ${summary(column)}`).join("\n")}

## Doors

${head("door", ["closed by"])}
${doorLines.join("\n")}

## Everyday uses

Inline shell of the last commit's everyday kind has to go on working. *refused* is a fault of ours unless the column *alone* says it too.

${head("use", [])}
${useLines.join("\n")}
${failed.length === 0 ? "" : `\n## Not measured\n\n${failed.join("\n")}\n`}`;
}

function title({ title: what, mode, scope, invoker }: Door): string {
  const marks = [
    ...(scope === "project" ? [] : [scope]),
    ...(invoker === "user" || invoker === "start" ? [] : [`by ${invoker}`]),
    ...(mode === undefined ? [] : [mode]),
  ];
  return `${escaped(what)}${marks.length === 0 ? "" : ` (${marks.join(", ")})`}`;
}

function doorCell(column: Column, door: Door): string {
  const outcome = column.doors[door.id];
  if (outcome === undefined) return "not measured";
  if (outcome.kind === "open") return door.brings === "command" ? "**runs**" : "**leaks**";
  if (column.guard === "none") return "closed by the client";
  return outcome.by === "silence" ? "absent" : outcome.by;
}

/** What the guarded session of the newest client says; alone it is the client's doing. */
function whoClosed(door: Door, columns: readonly Column[]): string {
  const alone = columns.find(({ guard }) => guard === "none")?.doors[door.id];
  const guarded = columns.find(({ guard }) => guard !== "none")?.doors[door.id];
  if (alone?.kind === "closed") return "client";
  return guarded === undefined ? "" : layerWords(guarded);
}

function layerWords(outcome: DoorOutcome): string {
  if (outcome.kind === "open") return "**nothing**";
  if (outcome.by === "hook") {
    return `hook ${outcome.event}${outcome.rule === undefined ? "" : ` \`${outcome.rule}\``}`;
  }
  return outcome.by === "rule"
    ? `native rule: ${escaped(outcome.words ?? "")}`
    : "native rule, silently";
}

function useCell(outcome: HarmlessOutcome | undefined): string {
  if (outcome === undefined) return "not measured";
  if (outcome.kind === "works") return "works";
  const rule = outcome.rule === undefined ? "" : ` \`${outcome.rule}\``;
  return outcome.by === "silence" ? "**other output**" : `**refused** (${outcome.by}${rule})`;
}

/** WHY: reasons hold places of a session, which differ each time. */
function escaped(text: string): string {
  return text
    .replaceAll(/\/[\w./-]*\/(?:project|shop)\b/g, "<project>")
    .replaceAll("|", "\\|")
    .replaceAll("\n", " ");
}
