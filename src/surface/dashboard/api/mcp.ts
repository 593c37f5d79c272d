// Endpoints of MCP servers: those that files name for a project and what is approved of each, what is suspicious in what they said, and how one changed.
import * as v from "valibot";
import { nameInTools } from "#govern/mcp/identity.ts";
import { shellWord } from "../../foundation/terminal/shell-word.ts";
import { readAnswer } from "../context/own-command.ts";
import { endpoint } from "./endpoint.ts";
import { command, folderText } from "./fields.ts";
import { guardedRoot } from "./policy.ts";

/** Findings and changes that a page shows; the rest are counted. */
const SHOWN_MAX = 200;
/** Characters of one piece of a definition on each side of a change. */
const PIECE_CHARS_MAX = 8_000;

const state = v.picklist([
  ...["approved", "not approved", "has the name of an approved one", "approval over"],
  "changed since it was pinned",
] as const);
type State = v.InferOutput<typeof state>;
const row = {
  name: v.string(),
  state,
  isPinned: v.boolean(),
  identity: v.string(),
  from: v.string(),
  file: v.nullable(v.string()),
  given: v.array(v.string()),
  remarks: v.array(v.string()),
  owner: v.nullable(v.string()),
  untilMs: v.nullable(v.number()),
  pin: v.nullable(v.string()),
  seenMs: v.nullable(v.number()),
};
const listed = v.object({
  servers: v.array(v.object(row)),
  unread: v.array(v.object({ file: v.string() })),
});
const finding = v.object({
  kind: v.string(),
  gravity: v.string(),
  server: v.string(),
  part: v.string(),
  message: v.string(),
});
const scanned = v.object({ findings: v.array(finding) });
const change = v.object({
  part: v.string(),
  name: v.string(),
  how: v.string(),
  pieces: v.array(v.object({ piece: v.string(), before: v.string(), after: v.string() })),
});

/** A server as the client names it. WHY anything: a name of a file is foreign, and it is one word after `--`. */
const serverText = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(512),
  v.check((text) => !text.includes("\0"), "a name has no null character"),
);

export const mcpEndpoints = [
  endpoint({
    method: "GET",
    path: "/mcp",
    about:
      "The MCP servers that files of the client name for a project and those of the catalog, with what is suspicious in what they said of themselves last; none is started.",
    role: "viewer",
    input: v.strictObject({ project: folderText }),
    answer: v.object({
      command,
      servers: v.array(
        v.object({ ...row, next: v.string(), inTools: v.string(), pinCommand: command }),
      ),
      unread: v.array(v.string()),
      findings: v.array(finding),
      moreFindings: v.number(),
    }),
    async work(parts, { input: { project }, signal }) {
      const cwd = guardedRoot(parts, project);
      const [list, scan] = await Promise.all(
        [["list"], ["scan", "--kept"]].map((words) =>
          parts.run(["mcp", ...words, "--project", cwd, "--json"], { cwd, signal }),
        ),
      );
      if (list === undefined || scan === undefined) throw new Error("two commands were run");
      const { servers, unread } = readAnswer(list, listed);
      const { findings } = readAnswer(scan, scanned);
      return {
        command: `sallyport mcp list --project ${shellWord(cwd)}`,
        servers: servers.map((one) => ({
          ...one,
          next: nextFor(one, cwd),
          inTools: nameInTools(one.name),
          pinCommand: commandFor("pin", one.name, cwd, '--reason "..."'),
        })),
        unread: unread.map(({ file }) => file),
        findings: findings.slice(0, SHOWN_MAX),
        moreFindings: Math.max(0, findings.length - SHOWN_MAX),
      };
    },
  }),
  endpoint({
    method: "GET",
    path: "/mcp/changes",
    about: "What an MCP server said of itself when it was pinned, and what it said last.",
    role: "viewer",
    input: v.strictObject({ project: folderText, server: serverText }),
    answer: v.object({ command, items: v.array(change), more: v.number() }),
    async work(parts, { input: { project, server }, signal }) {
      const cwd = guardedRoot(parts, project);
      const args = ["mcp", "diff", "--project", cwd, "--json", "--", server];
      const changes = readAnswer(await parts.run(args, { cwd, signal }), v.array(change));
      const cut = (text: string) =>
        text.length > PIECE_CHARS_MAX ? `${text.slice(0, PIECE_CHARS_MAX)} …` : text;
      return {
        command: commandFor("diff", server, cwd),
        items: changes.slice(0, SHOWN_MAX).map(({ pieces, ...one }) => ({
          ...one,
          pieces: pieces.map(({ piece, before, after }) => ({
            piece,
            before: cut(before),
            after: cut(after),
          })),
        })),
        more: Math.max(0, changes.length - SHOWN_MAX),
      };
    },
  }),
];

function nextFor(
  { name, state: is, isPinned }: { name: string; state: State; isPinned: boolean },
  cwd: string,
): string {
  switch (is) {
    case "approved":
      return isPinned ? "" : commandFor("pin", name, cwd, '--reason "..."');
    case "changed since it was pinned":
      return commandFor("diff", name, cwd);
    case "not approved":
    case "has the name of an approved one":
      return commandFor("inspect", name, cwd);
    case "approval over":
      return commandFor(
        ...(["approve", name, cwd] as const),
        '--purpose "..." --capability read --data-class internal --reason "..."',
      );
    default:
      return is satisfies never;
  }
}

function commandFor(what: string, name: string, cwd: string, more = ""): string {
  const options = [`--project ${shellWord(cwd)}`, ...(more === "" ? [] : [more])].join(" ");
  const dashes = name.startsWith("-") ? "-- " : "";
  return `sallyport mcp ${what} ${options} ${dashes}${shellWord(name)}`;
}
