// `sallyport mcp approve`, `pin` and `revoke`: what a person decides about a server; signed, on record.
import { readFileSync } from "node:fs";
import { defineCommand } from "citty";
import * as v from "valibot";
import { parse as parseYaml } from "yaml";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { scanContracts } from "#assure/mcp/scan-contracts.ts";
import { changeLines, contractChanges } from "#govern/mcp/contract-diff.ts";
import { contractDigests } from "#govern/mcp/contract.ts";
import { CAPABILITIES, DATA_CLASSES, entrySchema, type ServerEntry } from "#govern/mcp/entry.ts";
import { identityWords, nameInTools, unpinnedPackage } from "#govern/mcp/identity.ts";
import { userName } from "#platform/user.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { isTyped, tell } from "../../../foundation/terminal/outcome.ts";
import { giveOrder } from "../../../services/daemon-process/daemon-client.ts";
import {
  type DeniedSettings,
  denyInSettings,
  listItem,
} from "../../../services/mcp/denied-settings.ts";
import { filesOf } from "../../../services/mcp/pinned-files.ts";
import { machinePlaces } from "../../../services/deploy/deployment-plan.ts";
import { refused, requireInstall, startDaemon } from "../../operator/operator-orders.ts";
import { linesOf, statementOf } from "../../operator/statements.ts";
import {
  lookAt,
  lookOptions,
  namedServer,
  placeOption,
  serverContext,
  type ServerContext,
} from "./server-context.ts";
import { skillLines } from "./mcp-look.ts";

const nameArgument = {
  name: { type: "positional", required: true, description: "the server as the client names it" },
} as const;
const INPUTS_CHARS_MAX = 256 * 1024;

/** `sallyport mcp approve`. */
export const approveCommand = defineCommand({
  meta: {
    name: "approve",
    description: `enter a server into the catalog, by its exact command or address; typed at a terminal, signed, on record

  sallyport mcp approve tracker --purpose "tickets of the team" --capability saas --data-class internal --reason "vetted, SEC-12"
  sallyport mcp approve files --purpose "documents" --capability read --data-class personal --inputs files.yaml --reason "SEC-13"

\`--inputs\` names a file with what each tool may be given: \`read_file: { paths: ["<project>/docs"] }\`. Then pin it:
\`sallyport mcp pin\`. A server of the same name with another command or address is refused from then on.`,
  },
  args: {
    ...nameArgument,
    purpose: { type: "string", valueHint: "TEXT", description: "what it is for" },
    capability: {
      type: "string",
      valueHint: CAPABILITIES.join("|"),
      description: "what it can do at most",
    },
    "data-class": {
      type: "string",
      valueHint: DATA_CLASSES.join("|"),
      description: "the gravest data that it is given",
    },
    credentials: {
      type: "string",
      valueHint: "NAMES",
      description:
        "variables with credentials that it gets, with commas (default: all of its entry)",
    },
    baa: {
      type: "string",
      valueHint: "PARTY",
      description: "with whom a business associate agreement stands",
    },
    "baa-until": { type: "string", valueHint: "YYYY-MM-DD", description: "until when it stands" },
    inputs: {
      type: "string",
      valueHint: "FILE",
      description: "what each tool may be given (YAML or JSON)",
    },
    quota: {
      type: "string",
      valueHint: "CALLS/MINUTES",
      description: "calls of a session: 100/10",
    },
    unpinned: {
      type: "boolean",
      description: "approve a package without a fixed version all the same",
    },
    for: { type: "string", default: "180d", valueHint: "TIME", description: "how long: 30d, 366d" },
    reason: { type: "string", valueHint: "TEXT", description: "why; kept sealed in the log" },
    owner: { type: "string", valueHint: "NAME", description: "who answers for it (default: you)" },
    everywhere: { type: "boolean", description: "in every project, not in this one alone" },
    ...placeOption,
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const context = serverContext(args);
    const { identity, configured, entry: before } = namedServer(context, args.name);
    const loose = unpinnedPackage(identity);
    if (loose !== undefined && args.unpinned !== true)
      throw new Failure(
        "usage",
        `the package \`${printable(loose)}\` has no fixed version, so anybody who publishes it changes the server: write \`${printable(loose)}@1.2.3\` into its entry, or give \`--unpinned\``,
      );
    const entry = v.safeParse(entrySchema, {
      version: 1,
      name: args.name,
      identity,
      purpose: args.purpose,
      capability: args.capability,
      data: args["data-class"],
      credentials: args.credentials?.split(",").map((one) => one.trim()) ?? configured?.given ?? [],
      baa: baaOf(args.baa, args["baa-until"]),
      pin: before?.entry.pin ?? null,
      files: before?.entry.files ?? [],
      inputs: args.inputs === undefined ? (before?.entry.inputs ?? {}) : inputsOf(args.inputs),
      quota: args.quota === undefined ? (before?.entry.quota ?? null) : quotaOf(args.quota),
    });
    if (!entry.success)
      throw new Failure(
        "usage",
        `the entry is not whole: \`--purpose\`, \`--capability\` (${CAPABILITIES.join(", ")}) and \`--data-class\` (${DATA_CLASSES.join(", ")}) are needed${args.inputs === undefined ? "" : ", and `--inputs` has to name tools with `paths`, `hosts`, `arguments` or `onlyArguments`"}`,
      );
    if (args["data-class"] === "health" && identity.kind === "url" && args.baa === undefined)
      throw new Failure(
        "usage",
        "a server elsewhere that is given health data needs `--baa` and `--baa-until`",
      );
    await enter(context, entry.output, {
      ...args,
      scope: args.everywhere === true ? { of: "all" } : { of: "project", path: context.root },
      word: "approved",
    });
  },
});

/** `sallyport mcp pin`. */
export const pinCommand = defineCommand({
  meta: {
    name: "pin",
    description: `look at an approved server and agree to what it says of itself now; typed at a terminal, signed, on record

  sallyport mcp pin tracker --reason "read all descriptions"

From then on a tool whose name, description, schema or annotations differ is refused, as is every tool when the instructions
differ, and every tool that was not there. Files that its command names are pinned with it. Skills are shown with their text,
and are pinned with the digests of their files.`,
  },
  args: {
    ...nameArgument,
    for: { type: "string", default: "180d", valueHint: "TIME", description: "how long: 30d, 366d" },
    reason: { type: "string", valueHint: "TEXT", description: "why; kept sealed in the log" },
    owner: { type: "string", valueHint: "NAME", description: "who answers for it (default: you)" },
    ...lookOptions,
    ...placeOption,
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const context = serverContext(args);
    const server = namedServer(context, args.name);
    const { entry: found, identity } = server;
    if (found?.isInForce !== true)
      throw new Failure(
        "usage",
        "this server is not approved: `sallyport mcp approve` comes first",
      );
    const { contract } = await lookAt(server, context, args);
    const digests = contractDigests(contract);
    const before =
      found.entry.pin === null ? undefined : context.catalog.contract(found.entry.pin.whole);
    const findings = scanContracts([{ server: server.name, contract }]);
    const shown = [
      ...(before === undefined
        ? contract.tools.map(
            ({ name, description }) =>
              `  ${name}: ${typeof description === "string" ? description : ""}`,
          )
        : changeLines(contractChanges(before, contract))),
      ...skillLines(contract, found.entry.pin),
      ...findings.map(({ gravity, part, message }) => `${gravity}: ${part}: ${message}`),
    ];
    const { scope } = found.status.receipt.statement;
    const entry = { ...found.entry, pin: digests, files: filesOf(identity, context.root) };
    const isPinned = await enter(context, entry, { ...args, scope, word: "pinned", shown });
    if (isPinned) context.catalog.keepSeen(identity, contract, context.nowMs);
  },
});

type How = {
  readonly for: string;
  readonly reason?: string | undefined;
  readonly owner?: string | undefined;
  readonly data?: string | undefined;
  readonly json?: boolean | undefined;
  readonly scope: Parameters<typeof statementOf>[0]["scope"];
  readonly word: "approved" | "pinned";
  readonly shown?: readonly string[];
};

/** Has a person type it, keeps the entry, and puts the statement on record and in force; the one before is withdrawn. */
async function enter(
  { directories, catalog, statements, entries, nowMs }: ServerContext,
  entry: ServerEntry,
  how: How,
): Promise<boolean> {
  const install = requireInstall(directories);
  const digest = catalog.keepEntry(entry);
  const statement = statementOf(
    {
      kind: "server",
      for: how.for,
      owner: how.owner,
      reason: how.reason,
      scope: how.scope,
      about: `${entry.name}: ${identityWords(entry.identity)}`.slice(0, 300),
      digest,
    },
    { approver: userName(), nowMs },
  );
  const lines = [
    `The MCP server ${entry.name} is ${how.word}:`,
    `  ${identityWords(entry.identity)}`,
    `  ${entry.purpose}; ${entry.capability}, ${entry.data} data`,
    ...(entry.pin === null ? [] : [`  what it says of itself: SHA-256 ${entry.pin.whole}`]),
    ...(how.shown ?? []),
    ...linesOf(statement),
  ];
  if (!(await isTyped(how, lines.map(printable)))) return false;
  await startDaemon(install);
  const answer = await giveOrder(install, { order: "state", receipt: statements.sign(statement) });
  if (answer.kind !== "stated") throw refused(answer);
  // WHY after: between the two an older approval counts, and never none.
  const old = entries.filter(
    (one) => one.isInForce && identityWords(one.entry.identity) === identityWords(entry.identity),
  );
  for (const { status } of old)
    await giveOrder(install, { order: "withdraw", id: status.receipt.statement.id });
  await tell(
    how,
    {
      outcome: how.word,
      id: statement.id,
      name: entry.name,
      digest,
      pin: entry.pin?.whole ?? null,
    },
    `${how.word}: ${entry.name} (${statement.id})`,
  );
  return true;
}

/** `sallyport mcp revoke`. WHY without a question: it only refuses, and must work from a script in an incident. */
export const revokeCommand = defineCommand({
  meta: {
    name: "revoke",
    description: `cut a server off: its approval is withdrawn, its calls are refused in every session, and the client may not start it

  sallyport mcp revoke tracker --reason "incident inc-01k7"

With \`--managed\` the client's managed settings are written too, which takes the administrator; without it the entry is shown. \`sallyport block remove\` takes
the refusal back, and the server has to be approved again.`,
  },
  args: {
    ...nameArgument,
    reason: { type: "string", valueHint: "TEXT", description: "why; kept sealed in the log" },
    managed: {
      type: "boolean",
      description: "write it into the client's managed settings as well",
    },
    ...placeOption,
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    if (!args.reason) throw new Failure("usage", "`--reason` is missing: say why");
    const context = serverContext(args);
    const install = requireInstall(context.directories);
    const { identity, entry } = namedServer(context, args.name);
    await startDaemon(install);
    const by = userName() || "unknown";
    const blocked = await giveOrder(install, {
      order: "block",
      kind: "server",
      name: nameInTools(args.name),
      by,
      reason: args.reason,
    });
    if (blocked.kind !== "blocked") throw refused(blocked);
    const withdrawn = entry?.isInForce === true ? entry.status.receipt.statement.id : undefined;
    if (withdrawn !== undefined) await giveOrder(install, { order: "withdraw", id: withdrawn });
    const settings =
      args.managed === true ? await denyInSettings(identity, machinePlaces()) : undefined;
    const told = settingsInWords(settings, listItem(identity));
    await tell(
      args,
      {
        outcome: "revoked",
        block: blocked.id,
        withdrawn: withdrawn ?? null,
        settings: settings ?? null,
      },
      [`revoked: ${args.name} (block ${blocked.id})`, told].map(printable).join("\n"),
    );
  },
});

function settingsInWords(settings: DeniedSettings | undefined, item: unknown): string {
  if (settings === undefined)
    return `for managed settings (\`--managed\` writes it): ${JSON.stringify({ deniedMcpServers: [item] })}`;
  const { path, state } = settings;
  return {
    written: `${path} denies it`,
    there: `${path} denies it already`,
    "no-rights": `managed settings are the administrator's: ${path} was not written`,
    foreign: `${path} is somebody else's file and was left alone: add the server to \`deniedMcpServers\``,
  }[state];
}

function baaOf(party: string | undefined, until: string | undefined): ServerEntry["baa"] {
  if (party === undefined && until === undefined) return null;
  const untilMs = Date.parse(`${until ?? ""}T23:59:59Z`);
  if (party === undefined || !Number.isFinite(untilMs))
    throw new Failure("usage", "an agreement needs `--baa PARTY` and `--baa-until YYYY-MM-DD`");
  return { party, untilMs };
}

function quotaOf(text: string): ServerEntry["quota"] {
  const [, calls, minutes] = /^(\d{1,7})\/(\d{1,4})$/.exec(text) ?? [];
  if (calls === undefined || minutes === undefined)
    throw new Failure("usage", "`--quota` is calls and minutes: 100/10");
  return { calls: Number(calls), minutes: Number(minutes) };
}

function inputsOf(file: string): unknown {
  try {
    const text = readFileSync(file, "utf8");
    if (text.length > INPUTS_CHARS_MAX) throw new Error("it is too long");
    return parseYaml(text, { schema: "core", maxAliasCount: 0 });
  } catch (cause) {
    throw new Failure("usage", `\`${printable(file)}\` cannot be read as YAML or JSON`, { cause });
  }
}
