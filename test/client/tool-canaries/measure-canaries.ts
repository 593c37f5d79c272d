// `npm run tool-canaries -- [--client VERSION] [--mode MODE[,MODE]] [--stand bare|ruled|guarded[,...]] [--brief] [--only TOOL,TOOL] [--write]`: tries canary files in every field of every tool of the client.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { testCacheDirectory } from "../../../scripts/pinned-package.ts";
import { scriptArguments, wrongArguments } from "../../../scripts/script-arguments.ts";
import { findClient, newestClient, pinnedClient } from "../client-binary.ts";
import { formatTable, mergeTable, parseTable, type TableLine } from "../table-page.ts";
import type { StandName } from "./canary-stands.ts";
import { KNOWN_TOOLS } from "./known-tools.ts";
import { isHardLink, type Trial, type Tried, tryCanaries } from "./try-canaries.ts";

const PAGE = join(
  fileURLToPath(new URL("../../..", import.meta.url)),
  "docs/reference/tools-and-doors.md",
);
const MODES = ["default", "acceptEdits", "auto", "bypassPermissions", "plan", "dontAsk"];
const STANDS: readonly StandName[] = ["bare", "ruled", "guarded"];

/** The executable of a release: the pinned one, the newest of the registry, or one that the cache has. */
async function clientOf(version: string): Promise<string> {
  const kept = join(testCacheDirectory(), `claude-code-${version}`, pinnedClient.program);
  if (version !== pinnedClient.version && existsSync(kept)) return kept;
  const found = await (version === pinnedClient.version ? findClient() : newestClient());
  if (found.kind === "missing") throw new Error(found.reason);
  if (!found.path.includes(`-${version}/`))
    throw new Error(`version ${version} is neither pinned, nor newest, nor in the cache`);
  return found.path;
}

function lineOf(version: string, { mode, stand, isBrief }: Trial, tried: Tried): TableLine {
  const id = `${version.replaceAll(".", "-")}-${mode.toLowerCase()}-${stand}`;
  const told = (isLinked: boolean) => {
    const counts = new Map<string, number>();
    for (const { call, kind } of tried.leaks) {
      if (isHardLink(call) !== isLinked) continue;
      const name = `\`${call.tool}.${call.field}\` by ${kind === "hook" ? "whether a hook is asked" : "its words"}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return [...counts].map(([name, count]) => `${name}: ${count}`).join("; ") || "none";
  };
  const cells = [
    ...[`\`${id}\``, version, mode, stand, isBrief ? "part" : "all"],
    ...[String(tried.tools.length), String(tried.fields), String(tried.calls.length)],
    ...[told(false), told(true), String(tried.seconds)],
  ];
  return { id, cells };
}

function pageText(rows: readonly TableLine[]): string {
  const tools = Object.entries(KNOWN_TOOLS).map(([name, { files, texts }]) => {
    const list = (fields: readonly string[]) => fields.map((one) => `\`${one}\``).join(", ") || "–";
    return `| \`${name}\` | ${list(files)} | ${list(texts)} |`;
  });
  const calls = rows.reduce((sum, { cells }) => sum + Number(cells[7]), 0);
  return `# Tools and doors

What the model can learn from a file by naming it in a call, before any hook is asked. Every tool that the client offers was called with the
path of a canary file in each of its fields, in pairs of sessions of the real client that differ only in the content of the canaries: a secret
of eleven characters, in eight formats, in the project, outside of it and in the home. A guess of the first secret, each choice and a number
were put beside the path. Every call was refused by a hook that remembers whether it was asked. What then differs between the two
sessions, the words of an answer or whether the hook was asked at all, depends on the content and was judged by nobody.
This page is generated: \`npm run tool-canaries -- --write\`, with \`--client\`, \`--mode\` and \`--stand\` for some rows.

- **bare**: no settings but that hook. **ruled**: with the rules that \`init\` writes by the policy \`team\`, and nothing else of ours. **guarded**: a
  project that \`init\` guards; calls of file tools are left to its own hooks.
- \`Edit\` is answered "String to replace not found" before a hook is asked, and asks the hook when the guess is right. \`Workflow\` prints the line
  that it cannot parse. In \`bypassPermissions\` both do so for any file of the machine, else for those of the project.
- With \`Read\` denied by a rule of the client, \`Edit\` says the same of a right and a wrong guess, and \`Workflow\` of any content; a link, a linked
  directory, \`/proc/self/cwd\` and a doubled slash change nothing. With \`Read\` under \`ask\`, \`Edit\`, \`Write\` and \`Workflow\` want the file
  to be read first. With \`Edit\` denied, \`Edit\` is silent and \`Workflow\` is not.
- \`permissions.blockReadsOutsideWorkingDirectories\` closes what is outside of the project too, and with it \`Read\`, \`cat\`, \`head\` and \`ls\` of
  \`/usr/include\`, of logs in the home and of \`/tmp\`, also where a hook allows them. \`disableWorkflows\` takes the tool away.
  \`Workflow(...)\` with a path does nothing in \`deny\`. None of the three is needed for what a policy refuses to have read.
- So \`init\` writes what the policy refuses to read and to write into \`permissions.deny\`, and what it asks about before it is read into
  \`permissions.ask\`. Of the latter \`/proc/self/environ\` was seen: in \`bypassPermissions\` \`Workflow\` parses the client's own environment unless
  a rule stands in its way; \`Read\` and \`Edit\` refuse such files by themselves. What is asked about before it is written needs no rule: the
  hook is called in time.
- **What stays open**: files that no rule names. In \`bypassPermissions\` \`Workflow\` and \`Edit\` speak of files outside of the project that the policy
  lets \`Read\` have: the model learns no more than by a call of \`Read\`, but no decision is on record. Tried and left: \`ask\` and \`deny\` of
  \`Workflow(...)\` with a path or \`scriptPath:*\` and \`ask\` of the whole tool, which do nothing before the file is read. A hard link of another name is
  such a file; making one is judged.

Of ${rows.length} runs with ${calls} pairs of calls:

| run | client | mode | stand | calls | tools | text fields | pairs | differ unjudged | hard link of another name | seconds |
|---|---|---|---|---|---|---|---|---|---|---|
${formatTable(rows)}

## Fields

A field of the second column had the path in every place, format and spelling, and guesses beside it. Those of the third column had it once.

| tool | may name a file | takes any text |
|---|---|---|
${tools.join("\n")}
`;
}

async function main(): Promise<void> {
  const { values } = scriptArguments(import.meta.url, {
    options: {
      client: { type: "string", default: pinnedClient.version },
      mode: { type: "string", default: MODES.join(",") },
      stand: { type: "string", default: STANDS.join(",") },
      brief: { type: "boolean", default: false },
      only: { type: "string" },
      write: { type: "boolean", default: false },
    },
  });
  const version = values.client;
  const only = values.only?.split(",");
  const stands = values.stand.split(",");
  const stray = [
    ...values.mode.split(",").filter((one) => !MODES.includes(one)),
    ...stands.filter((one) => !STANDS.some((known) => known === one)),
  ];
  if (stray.length > 0)
    wrongArguments(import.meta.url, `\`${stray[0]}\` is neither a mode nor a stand`);
  const client = await clientOf(version);
  let text = existsSync(PAGE) ? readFileSync(PAGE, "utf8") : "";
  for (const mode of values.mode.split(","))
    for (const stand of STANDS.filter((one) => stands.includes(one))) {
      const trial: Trial = {
        client,
        mode,
        stand,
        isBrief: values.brief,
        ...(only === undefined ? {} : { only }),
      };
      const tried = await tryCanaries(trial);
      const line = lineOf(version, trial, tried);
      process.stdout.write(`${line.cells.join(" | ")}\n`);
      for (const { call, first, second } of tried.leaks.slice(0, 3))
        process.stdout.write(
          `  ${call.tool}.${call.field} ${call.names} ${call.beside ?? ""}\n    ${first.slice(0, 200)}\n    ${second.slice(0, 200)}\n`,
        );
      if (tried.unknown.length > 0) {
        process.stdout.write(
          `unknown, classify them in known-tools.ts: ${tried.unknown.join(" ")}\n`,
        );
        process.exitCode = 1;
      }
      if (stand !== "bare" && tried.leaks.some(({ call }) => !isHardLink(call)))
        process.exitCode = 1;
      if (!values.write || only !== undefined) continue;
      const order = [...new Set([...parseTable(text).map(({ id }) => id), line.id])].sort();
      text = pageText(mergeTable(text, [line], order));
      writeFileSync(PAGE, text);
    }
}

await main();
