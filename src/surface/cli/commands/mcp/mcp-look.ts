// `sallyport mcp list`, `inspect`, `diff`, `scan` and `lists`: they show, and approve nothing.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { scanContracts, type NamedContract } from "#assure/mcp/scan-contracts.ts";
import { type ContractChange, changeLines, contractChanges } from "#govern/mcp/contract-diff.ts";
import {
  type Contract,
  type ContractDigests,
  contractDigests,
  isAsPinned,
} from "#govern/mcp/contract.ts";
import { wordsThrough } from "#govern/mcp/wrapped.ts";
import { identityDigest, identityWords, unpinnedPackage } from "#govern/mcp/identity.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { shownFile } from "../../../services/mcp/configured-servers.ts";
import { listItem } from "../../../services/mcp/denied-settings.ts";
import type { Inspection } from "../../../services/mcp/inspect-server.ts";
import { lastContract, serverState } from "../../../services/mcp/server-state.ts";
import {
  lookAt,
  lookOptions,
  namedServer,
  placeOption,
  serverContext,
  type ServerContext,
} from "./server-context.ts";

const nameArgument = {
  name: {
    type: "positional",
    required: true,
    description:
      "the server as the client names it; `plugin:<plugin>:<server>` for one of a plugin",
  },
} as const;

/** `sallyport mcp list`. */
export const listCommand = defineCommand({
  meta: {
    name: "list",
    description: `the MCP servers that the client's files name here, who each is, and what is approved of it

  sallyport mcp list
  sallyport mcp list --json`,
  },
  args: { ...placeOption, ...dataOption, ...jsonOption },
  async run({ args }) {
    const context = serverContext(args);
    const rows = rowsOf(context);
    if (rows.some(({ state }) => state !== "approved") || context.inventory.unread.length > 0)
      process.exitCode = exitCodes.found;
    if (args.json === true)
      return print(printableJson({ servers: rows, unread: context.inventory.unread }));
    // WHY each line by itself: a name or an argument with a line end would make lines that nobody wrote.
    const shown = (lines: readonly string[]): string => lines.map(printable).join("\n");
    const unread = context.inventory.unread.map(({ file }) =>
      shown([file, "  cannot be read, so its servers are not known: correct it"]),
    );
    const lines = rows.map((row) =>
      shown([
        `${row.name}  ${row.state}${row.state === "approved" && !row.isPinned ? ", not pinned" : ""}`,
        `  ${row.identity}`,
        `  ${row.file === null ? "named by no file here" : `named by ${row.file} (${row.from})`}`,
        ...(row.given.length === 0 ? [] : [`  gets ${row.given.join(", ")}`]),
        ...row.remarks.map((remark) => `  ${remark}`),
      ]),
    );
    if (lines.length + unread.length === 0) return print("no file of the client names a server");
    return print([...lines, ...unread].join("\n\n"));
  },
});

function rowsOf({ inventory, entries, catalog, root, home, nowMs }: ServerContext) {
  const rows = inventory.servers.map((server) => {
    const { state, found, seen } = serverState(server, entries, catalog);
    const loose = unpinnedPackage(server.identity);
    return {
      name: server.name,
      state,
      isPinned: (found?.entry.pin ?? null) !== null,
      identity: identityWords(server.identity),
      from: server.from as string,
      file: shownFile(server.file, { root, home }) as string | null,
      given: server.given,
      ...catalogFigures(found, seen),
      remarks: [
        ...(server.isBehindGateway ? ["behind the gateway"] : []),
        ...(loose === undefined ? [] : [`the package ${loose} has no fixed version`]),
        ...(found === undefined ? [] : entryRemarks(found, nowMs)),
      ],
    };
  });
  const shown = new Set(inventory.servers.map(({ identity }) => identityDigest(identity)));
  const others = entries.filter(({ identity }) => !shown.has(identity));
  return [
    ...rows,
    ...others.map((found) => ({
      name: found.entry.name,
      isPinned: found.entry.pin !== null,
      state: found.isInForce ? ("approved" as const) : ("approval over" as const),
      identity: identityWords(found.entry.identity),
      from: "catalog",
      file: null,
      given: [],
      ...catalogFigures(found, catalog.seen(found.entry.identity)),
      remarks: entryRemarks(found, nowMs),
    })),
  ];
}

/** What programs sort and compare by. */
function catalogFigures(
  found: ServerContext["entries"][number] | undefined,
  seen: ReturnType<ServerContext["catalog"]["seen"]>,
) {
  const statement = found?.status.receipt.statement;
  return {
    owner: statement?.owner ?? null,
    untilMs: statement?.expiresMs ?? null,
    pin: found?.entry.pin?.whole ?? null,
    seenMs: seen === undefined || seen === "unreadable" ? null : seen.atMs,
  };
}

function entryRemarks(
  { entry, status }: ServerContext["entries"][number],
  nowMs: number,
): readonly string[] {
  const { statement } = status.receipt;
  const { baa, data, quota, inputs, pin } = entry;
  return [
    `${entry.purpose}; ${entry.capability}, ${data} data; owner ${statement.owner}, approved ${day(statement.createdMs)} by ${statement.approver}, until ${day(statement.expiresMs)} (${status.state})`,
    ...(pin === null || pin.resources !== undefined
      ? []
      : ["pinned without its resources, which pass as they are: `sallyport mcp pin` counts them"]),
    ...(pin === null || pin.skills !== undefined
      ? []
      : ["pinned without skills, none of which pass: `sallyport mcp pin` shows and counts them"]),
    ...(baa === null
      ? []
      : [
          `business associate agreement with ${baa.party} until ${day(baa.untilMs)}${baa.untilMs <= nowMs ? ", which is over" : ""}`,
        ]),
    ...(quota === null
      ? []
      : [`at most ${quota.calls} calls of a session in ${quota.minutes} minutes`]),
    ...Object.entries(inputs).map(
      ([tool, policy]) => `${tool} may be given ${JSON.stringify(policy)}`,
    ),
  ];
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** `sallyport mcp inspect`. */
export const inspectCommand = defineCommand({
  meta: {
    name: "inspect",
    description: `start or connect to a server and show what it says of itself; what was pinned is compared with it

  sallyport mcp inspect tracker
  sallyport mcp inspect docs --network   an npx server that has to be downloaded

A server that is started gets no variable of its entry, cannot write, and reaches no network. What it says is kept: where it
differs from what was pinned, its tools are refused from the next call on.`,
  },
  args: { ...nameArgument, ...placeOption, ...lookOptions, ...dataOption, ...jsonOption },
  async run({ args }) {
    const context = serverContext(args);
    const server = namedServer(context, args.name);
    const found = await lookAt(server, context, args);
    const { digests, changes } = kept(context, server, found);
    const findings = scanContracts([{ server: server.name, contract: found.contract }]);
    if (changes.length > 0 || findings.length > 0) process.exitCode = exitCodes.found;
    const { contract, ...about } = found;
    if (args.json === true)
      return print(printableJson({ ...about, digest: digests.whole, contract, changes, findings }));
    const lines = [
      `${found.server} (protocol ${found.era}, isolation ${found.isolation})`,
      `SHA-256 ${digests.whole}`,
      `${contract.tools.length} tools, ${contract.prompts.length} prompts, ${contract.templates.length} templates, ${contract.resources?.length ?? 0} resources, ${contract.skills?.length ?? 0} skills`,
      ...(contract.instructions === null ? [] : [`instructions: ${contract.instructions}`]),
      ...contract.tools.map(
        ({ name, description }) =>
          `  ${name}: ${typeof description === "string" ? description : ""}`,
      ),
      ...skillLines(contract),
      ...findings.map(({ gravity, part, message }) => `${gravity}: ${part}: ${message}`),
      ...(changes.length === 0 ? [] : ["changed since it was pinned:", ...changeLines(changes)]),
    ];
    return print(lines.map(printable).join("\n"));
  },
});

/** Skills for a person who is to read them: what each is for, and its whole text as the model gets it. Those that were pinned as they are are left out. */
export function skillLines(contract: Contract, pin?: ContractDigests | null): readonly string[] {
  const { skills = [], texts = {} } = contract;
  const { skills: now = {} } = contractDigests(contract);
  const unread = skills.filter(({ uri }) => pin?.skills?.[uri] !== now[uri]);
  return unread.flatMap(({ uri, frontmatter: { name, description } }) => [
    `  skill ${name}: ${typeof description === "string" ? description : ""}`,
    ...(texts[uri] === undefined
      ? ["    its text was not given as its digest says, or is too long to show"]
      : texts[uri].split("\n").map((line) => `    ${line}`)),
  ]);
}

function kept(
  { catalog, nowMs }: ServerContext,
  { identity, entry }: ReturnType<typeof namedServer>,
  { contract }: Inspection,
) {
  const digests = catalog.keepSeen(identity, contract, nowMs);
  const pin = entry?.entry.pin ?? null;
  const before = pin === null || isAsPinned(pin, digests) ? undefined : catalog.contract(pin.whole);
  const changes: readonly ContractChange[] =
    before === undefined ? [] : contractChanges(before, contract);
  return { digests, changes };
}

/** `sallyport mcp diff`. */
export const diffCommand = defineCommand({
  meta: {
    name: "diff",
    description: `what a server said of itself when it was pinned, and what it said last. Example: sallyport mcp diff tracker`,
  },
  args: { ...nameArgument, ...placeOption, ...dataOption, ...jsonOption },
  async run({ args }) {
    const context = serverContext(args);
    const { entry, identity } = namedServer(context, args.name);
    const pin = entry?.entry.pin ?? null;
    if (pin === null)
      throw new Failure("usage", "this server is not pinned: `sallyport mcp pin` pins it");
    const seen = context.catalog.seen(identity);
    if (seen === "unreadable")
      throw new Failure(
        "mcp-catalog",
        "what it said last cannot be read: `sallyport mcp inspect` looks again",
      );
    const before = context.catalog.contract(pin.whole);
    const after = seen === undefined ? before : context.catalog.contract(seen.digests.whole);
    if (before === undefined || after === undefined)
      throw new Failure("mcp-catalog", "a contract that was kept is gone: pin the server again");
    const changes = contractChanges(before, after);
    if (changes.length > 0) process.exitCode = exitCodes.found;
    if (args.json === true) return print(printableJson(changes));
    if (changes.length === 0) return print("it says of itself what it said when it was pinned");
    return print(changeLines(changes).map(printable).join("\n"));
  },
});

/** Servers that are looked at at once. */
const AT_ONCE = 8;

/** `sallyport mcp scan`. */
export const scanCommand = defineCommand({
  meta: {
    name: "scan",
    description: `look at every server here and say what is suspicious in what they say of themselves

  sallyport mcp scan
  sallyport mcp scan --kept   without starting any: what was seen last

Found are instructions to the model, characters that nobody sees, orders about another server's tools, names that look alike,
parameters that ask for what is private, and tools that run whatever they are told.`,
  },
  args: {
    ...placeOption,
    ...lookOptions,
    kept: { type: "boolean", description: "take what was seen last, and start nothing" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const context = serverContext(args);
    const waiting = [
      ...new Map(
        context.inventory.servers.map((one) => [identityDigest(one.identity), one]),
      ).values(),
    ];
    const contracts: NamedContract[] = [];
    const failed: { readonly server: string; readonly why: string }[] = [];
    const changed: string[] = [];
    const one = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const { name: server, identity } = next;
        try {
          if (args.kept === true) {
            const seen = context.catalog.seen(identity);
            const contract = lastContract({ seen }, context.catalog);
            if (contract === undefined) failed.push({ server, why: "it was never looked at" });
            else contracts.push({ server, contract });
            continue;
          }
          const found = await lookAt({ identity, configured: next }, context, args);
          context.catalog.keepSeen(identity, found.contract, context.nowMs);
          contracts.push({ server, contract: found.contract });
          const entry = context.entries.find((of) => of.identity === identityDigest(identity));
          const pin = entry?.entry.pin ?? null;
          if (pin !== null && !isAsPinned(pin, contractDigests(found.contract)))
            changed.push(server);
        } catch (cause) {
          if (!(cause instanceof Failure)) throw cause;
          failed.push({ server, why: cause.message });
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));
    const findings = scanContracts(contracts.toSorted((a, b) => (a.server < b.server ? -1 : 1)));
    if (findings.length + failed.length + changed.length > 0) process.exitCode = exitCodes.found;
    if (args.json === true)
      return print(printableJson({ scanned: contracts.length, findings, changed, failed }));
    const lines = [
      ...findings.map(
        ({ gravity, kind, server, part, message }) =>
          `${gravity}  ${kind}  ${server}, ${part}: ${message}`,
      ),
      ...changed.map(
        (server) => `high  changed  ${server}: \`sallyport mcp diff ${server}\` shows it`,
      ),
      ...failed.map(({ server, why }) => `not looked at  ${server}: ${why}`),
      `${contracts.length} servers looked at, ${findings.length} findings`,
    ];
    return print(lines.map(printable).join("\n"));
  },
});

/** `sallyport mcp lists`. */
export const listsCommand = defineCommand({
  meta: {
    name: "lists",
    description: `the client's own lists, made of what is approved: for managed settings, by command or address and never by name

  sallyport mcp lists
  sallyport mcp lists --json > managed-settings.d/50-mcp.json`,
  },
  args: { ...placeOption, ...dataOption, ...jsonOption },
  async run({ args }) {
    const { entries, inventory } = serverContext(args);
    const wrapped = new Set(
      inventory.servers
        .filter(({ isBehindGateway }) => isBehindGateway)
        .map(({ identity }) => identityDigest(identity)),
    );
    const [inForce, over] = [true, false].map((wanted) =>
      entries
        .filter(({ isInForce }) => isInForce === wanted)
        .flatMap(({ entry, identity }) => [
          listItem(entry.identity),
          // What the client starts of one behind the gateway.
          ...(wrapped.has(identity) ? [{ serverCommand: wordsThrough(entry.identity) }] : []),
        ]),
    );
    const lists = {
      // WHY both: without the first a person's own settings add to the list.
      allowManagedMcpServersOnly: true,
      allowedMcpServers: inForce ?? [],
      // WHY: no pin holds skills of a server that the client reaches without the gateway.
      ...(entries.every(({ isInForce, identity }) => !isInForce || wrapped.has(identity))
        ? {}
        : { disableDirectMcpSkills: true }),
      ...((over ?? []).length === 0 ? {} : { deniedMcpServers: over }),
      enableAllProjectMcpServers: false,
    };
    return print(printableJson(lists, 2));
  },
});
