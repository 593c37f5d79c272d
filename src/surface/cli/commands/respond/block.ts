// `sallyport block add | list | remove`: cutting a host or an MCP server off for every session, at once.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { userName } from "#platform/user.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { isTyped, tell } from "../../../foundation/terminal/outcome.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { giveOrder } from "../../../services/daemon-process/daemon-client.ts";
import { isName, openBlocks } from "../../../services/incidents/blocks.ts";
import { BLOCK_KINDS } from "../../../services/incidents/order-words.ts";
import { refused, requireInstall, startDaemon } from "../../operator/operator-orders.ts";

/** `sallyport block add`. WHY without a question: it only refuses, and must work from a script in an incident. */
export const addCommand = defineCommand({
  meta: {
    name: "add",
    description: `refuse what goes to a host, or every call of an MCP server, in all sessions from the next call on

  sallyport block add host drop.example.net --reason "incident inc-01k7"
  sallyport block add server tracker --reason "its tools changed"

A host stands for itself and its sub-domains, also as a remote of git. Calls that run already go on.`,
  },
  args: {
    kind: { type: "positional", required: true, description: BLOCK_KINDS.join(" or ") },
    name: {
      type: "positional",
      required: true,
      description: "the host without scheme, or the server as the client names it in its tools",
    },
    reason: { type: "string", valueHint: "TEXT", description: "why; kept sealed in the log" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const kind = BLOCK_KINDS.find((one) => one === args.kind);
    if (kind === undefined) throw new Failure("usage", `say what: ${BLOCK_KINDS.join(" or ")}`);
    const name = kind === "host" ? args.name.toLowerCase() : args.name;
    if (!isName(kind, name))
      throw new Failure("usage", `\`${printable(args.name)}\` is no name of a ${kind}`);
    if (!args.reason) throw new Failure("usage", "`--reason` is missing: say why");
    const install = requireInstall(directoriesIn(args.data ?? dataDirectory()));
    await startDaemon(install);
    const by = userName() || "unknown";
    const answer = await giveOrder(install, {
      order: "block",
      kind,
      name,
      by,
      reason: args.reason,
    });
    if (answer.kind !== "blocked") throw refused(answer);
    await tell(
      args,
      { outcome: "blocked", id: answer.id, kind, name },
      `blocked: ${kind} ${name}; \`sallyport block remove ${answer.id}\` takes it back`,
    );
  },
});

/** `sallyport block list`. */
export const listCommand = defineCommand({
  meta: {
    name: "list",
    description: "what is cut off, by whom and why. Example: sallyport block list --json",
  },
  args: { ...dataOption, ...jsonOption },
  async run({ args }) {
    const blocks = openBlocks(directoriesIn(args.data ?? dataDirectory())).all();
    for (const block of blocks) {
      const { id, kind, name, by, reason, atMs } = block;
      const day = new Date(atMs).toISOString().slice(0, 16).replace("T", " ");
      await print(
        args.json === true
          ? printableJson(block)
          : printable(`${id}  ${kind}  ${name}  since ${day} by ${by}: ${reason}`),
      );
    }
    if (blocks.length === 0 && args.json !== true) await print("nothing is blocked");
    if (blocks.length > 0) process.exitCode = 1;
  },
});

/** `sallyport block remove`. */
export const removeCommand = defineCommand({
  meta: {
    name: "remove",
    description:
      "take it back; typed at a terminal, never by the agent. Example: sallyport block remove 00112233445566aa",
  },
  args: {
    id: { type: "positional", required: true, description: "its id, as `list` shows it" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    if (!/^[0-9a-f]{16}$/.test(args.id)) throw new Failure("usage", "that is no id of a block");
    const directories = directoriesIn(args.data ?? dataDirectory());
    const install = requireInstall(directories);
    const found = openBlocks(directories)
      .all()
      .find(({ id }) => id === args.id);
    if (found === undefined) throw new Failure("usage", "there is no block of this id");
    const lines = [`sallyport lets ${found.kind} ${printable(found.name)} be reached again.`];
    if (!(await isTyped(args, lines))) return;
    await startDaemon(install);
    const by = userName() || "unknown";
    const answer = await giveOrder(install, { order: "unblock", id: args.id, by });
    if (answer.kind !== "unblocked") throw refused(answer);
    await tell(args, { outcome: "unblocked", id: args.id }, `${found.name}: open again`);
  },
});
