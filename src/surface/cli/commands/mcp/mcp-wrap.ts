// `sallyport mcp wrap` and `unwrap`: the gateway put before servers in the client's own files, and taken out to the very same text.
import { join } from "node:path";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { edited, type EntryEdits, unwrapEdits, wrapEdits } from "#govern/mcp/wrapped.ts";
import { readBelow, realFolder, replaceBelow } from "#govern/settings/deploy.ts";
import { type JsonNode, memberOf, parseJsonText } from "#govern/settings/json-text.ts";
import { unifiedDiff } from "#govern/settings/unified-diff.ts";
import { homeDirectory } from "#platform/user.ts";
import { changeRequest, seekConsent } from "../../../foundation/terminal/consent.ts";
import { consentOptions, dataOption } from "../../../foundation/terminal/options.ts";
import { openTerminal } from "../../../foundation/terminal/terminal.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { placeOption, projectDirectory } from "./server-context.ts";

const args = {
  name: {
    type: "positional",
    required: false,
    description: "servers as the file names them (more may follow)",
  },
  all: { type: "boolean", description: "all servers of the file" },
  user: {
    type: "boolean",
    description:
      "those of your own configuration (`~/.claude.json`), in place of the project's `.mcp.json`",
  },
  ...placeOption,
  ...consentOptions,
  ...dataOption,
} as const;

/** `sallyport mcp wrap`. */
export const wrapCommand = defineCommand({
  meta: {
    name: "wrap",
    description: `put the gateway before servers: their entries in the client's file start \`sallyport mcp gateway\` from then on

  sallyport mcp wrap tracker
  sallyport mcp wrap --all --yes
  sallyport mcp wrap --user tracker --dry-run

Approve and pin them first: the gateway lets nothing of other servers through. \`sallyport\` has to be on PATH where the client runs. A
server that you log in to through the client (OAuth) cannot be led through it.`,
  },
  args,
  run: ({ args: given }) => change(given, { word: "wrapped", editsOf: wrapEdits }),
});

/** `sallyport mcp unwrap`. */
export const unwrapCommand = defineCommand({
  meta: {
    name: "unwrap",
    description: `take the gateway out again; the file is what it was before \`wrap\`, to the byte

  sallyport mcp unwrap tracker
  sallyport mcp unwrap --all --yes`,
  },
  args,
  run: ({ args: given }) => change(given, { word: "unwrapped", editsOf: unwrapEdits }),
});

type Given = Parameters<typeof changeRequest>[0] & {
  readonly _: readonly string[];
  readonly all?: boolean | undefined;
  readonly user?: boolean | undefined;
  readonly project?: string | undefined;
};

async function change(
  given: Given,
  how: {
    readonly word: "wrapped" | "unwrapped";
    readonly editsOf: (text: string, entry: JsonNode) => EntryEdits;
  },
): Promise<void> {
  const request = changeRequest(given, openTerminal());
  if ((given._.length === 0) === (given.all !== true))
    throw new Failure("usage", "name servers, or all of them with `--all`");
  const project = projectDirectory(given);
  const folder = await realFolder(given.user === true ? homeDirectory() : project);
  const name = given.user === true ? ".claude.json" : ".mcp.json";
  const path = join(folder, name);
  const stored = await readBelow(folder, path);
  if (stored === undefined)
    throw new Failure("usage", `there is no \`${printable(path)}\`, so it names no servers`);
  const root = parseJsonText(stored.text, path);
  const lists = [
    memberOf(root, "mcpServers"),
    ...(given.user === true
      ? [memberOf(memberOf(memberOf(root, "projects"), project), "mcpServers")]
      : []),
  ];
  const entries = lists.flatMap((list) => (list?.kind === "object" ? list.members : []));
  const missing = given._.filter((one) => !entries.some(({ key }) => key === one));
  if (missing.length > 0)
    throw new Failure(
      "usage",
      `\`${printable(path)}\` names no server \`${printable(missing.join("`, `"))}\``,
    );
  const meant = entries.filter(({ key }) => given.all === true || given._.includes(key));
  const found = meant.map(({ key, value }) => ({ key, edits: how.editsOf(stored.text, value) }));
  const left = found.flatMap(({ key, edits }) =>
    typeof edits === "object" && "fault" in edits ? [{ server: key, why: edits.fault }] : [],
  );
  for (const { server, why } of left)
    request.terminal.warn(`sallyport: ${printable(server)} is left as it is: ${printable(why)}`);
  const changed = found.flatMap(({ key, edits }) =>
    typeof edits === "object" && !("fault" in edits) ? [{ key, edits }] : [],
  );
  if (left.length > 0) process.exitCode = 1;
  const servers = changed.map(({ key }) => key);
  const told = { file: path, servers, left };
  if (changed.length === 0)
    return tell(given, { outcome: "nothing", ...told }, "nothing to change");
  const text = edited(
    stored.text,
    changed.flatMap(({ edits }) => [...edits]),
  );
  const diff = unifiedDiff(stored.text, text, name);
  const consent = await seekConsent(request, { diff, notes: [] });
  if (consent === "declined") process.exitCode = 1;
  if (consent !== "given") return tell(given, { outcome: consent, ...told });
  await replaceBelow(folder, path, { expected: stored, text });
  await tell(
    given,
    { outcome: how.word, ...told },
    `${how.word}: ${servers.map(printable).join(", ")}; start Claude Code anew`,
  );
}
