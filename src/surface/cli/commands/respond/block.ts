// `sallyport block add | list | remove`: cutting something off for every session, having it asked about, or tightening a project, at once.
import { realpathSync } from "node:fs";
import { resolve } from "node:path";
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
import {
  ASKED_KINDS,
  BLOCK_KINDS,
  type BlockKind,
} from "../../../services/incidents/order-words.ts";
import { loadPack } from "../../../services/policy/policy-source.ts";
import { refused, requireInstall, startDaemon } from "../../operator/operator-orders.ts";

/** `sallyport block add`. WHY without a question: it only refuses, and must work from a script in an incident. */
export const addCommand = defineCommand({
  meta: {
    name: "add",
    description: `refuse or tighten something in all sessions, from the next call on

  sallyport block add host drop.example.net --reason "incident inc-01k7"
  sallyport block add server tracker --reason "its tools changed"
  sallyport block add tool mcp__tracker__comment --ask --reason "somebody has to see each"
  sallyport block add exception 01k7zq --reason "it was used for something else"
  sallyport block add project ~/shop --pack tier-regulated --reason "incident inc-01k7"

A host stands for itself and its sub-domains, also as a remote of git. A tool is refused whatever it would do; a call that would do
nothing at all goes on. An exception does not count until the block is removed. A project is judged by the pack as well as by its own
policy, with all that lies below. Calls that run already go on.`,
  },
  args: {
    kind: { type: "positional", required: true, description: BLOCK_KINDS.join(", ") },
    name: {
      type: "positional",
      required: true,
      description:
        "the host without scheme, server and tool as the client names them, the exception's id, the project's directory",
    },
    ask: {
      type: "boolean",
      description: "of a host, server or tool: ask a person about each call instead",
    },
    pack: {
      type: "string",
      valueHint: "NAME",
      description: "of a project: the pack that counts too",
    },
    reason: { type: "string", valueHint: "TEXT", description: "why; kept sealed in the log" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const kind = BLOCK_KINDS.find((one) => one === args.kind);
    if (kind === undefined) throw new Failure("usage", `say what: ${BLOCK_KINDS.join(", ")}`);
    const name = namedAs(kind, args.name);
    if (!isName(kind, name))
      throw new Failure("usage", `\`${printable(args.name)}\` is no name of a ${kind}`);
    const asks = args.ask === true;
    if (asks && !ASKED_KINDS.some((one) => one === kind))
      throw new Failure("usage", `\`--ask\` is for ${ASKED_KINDS.join(", ")}`);
    const pack = args.pack;
    if ((kind === "project") !== (pack !== undefined))
      throw new Failure(
        "usage",
        kind === "project"
          ? "`--pack` is missing: name the stricter pack, such as `tier-regulated`"
          : "`--pack` is for a project",
      );
    if (pack !== undefined) loadPack(pack);
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
      ...(asks ? { asks } : {}),
      ...(pack === undefined ? {} : { pack }),
    });
    if (answer.kind !== "blocked") throw refused(answer);
    await tell(
      args,
      { outcome: "blocked", id: answer.id, kind, name, ...(asks ? { asks } : {}), pack },
      `${doneWords({ kind, name, asks, pack })}; \`sallyport block remove ${answer.id}\` takes it back`,
    );
  },
});

/** WHY real: calls belong to a project by its real path. */
function namedAs(kind: BlockKind, name: string): string {
  if (kind === "host") return name.toLowerCase();
  if (kind !== "project") return name;
  try {
    return realpathSync(resolve(name));
  } catch {
    throw new Failure("usage", `there is no directory \`${printable(name)}\``);
  }
}

function doneWords({
  kind,
  name,
  asks,
  pack,
}: {
  readonly kind: BlockKind;
  readonly name: string;
  readonly asks: boolean;
  readonly pack: string | undefined;
}): string {
  if (kind === "project") return `stricter: ${name} is judged by ${pack ?? ""} as well`;
  if (kind === "exception") return `suspended: exception ${name}`;
  return asks ? `asked about from now on: ${kind} ${name}` : `blocked: ${kind} ${name}`;
}

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
      const { id, kind, name, by, reason, atMs, asks, pack } = block;
      const how = asks === true ? " asked" : pack === undefined ? "" : ` under ${pack}`;
      const day = new Date(atMs).toISOString().slice(0, 16).replace("T", " ");
      await print(
        args.json === true
          ? printableJson(block)
          : printable(`${id}  ${kind}  ${name}${how}  since ${day} by ${by}: ${reason}`),
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
    const lines = [
      found.kind === "project"
        ? `sallyport judges ${printable(found.name)} without ${printable(found.pack ?? "")} again.`
        : found.kind === "exception"
          ? `the exception ${printable(found.name)} counts again, if it is not over.`
          : `sallyport lets ${found.kind} ${printable(found.name)} be reached again.`,
    ];
    if (!(await isTyped(args, lines))) return;
    await startDaemon(install);
    const by = userName() || "unknown";
    const answer = await giveOrder(install, { order: "unblock", id: args.id, by });
    if (answer.kind !== "unblocked") throw refused(answer);
    await tell(args, { outcome: "unblocked", id: args.id }, `${found.name}: taken back`);
  },
});
