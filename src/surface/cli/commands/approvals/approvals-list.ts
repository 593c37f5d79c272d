// `sallyport approvals list` and `show`: calls that wait for another person, and what became of them.
import { resolve } from "node:path";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { writeNewFile } from "../../../foundation/files/new-file.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { type ApprovalStatus, openApprovals } from "../../../services/approvals/approval-book.ts";
import { requireInstall } from "../../operator/operator-orders.ts";
import { requestLines } from "./request-lines.ts";

/** `sallyport approvals list`. */
export const listCommand = defineCommand({
  meta: {
    name: "list",
    description: `calls that wait for another person, and approvals that count

  sallyport approvals list
  sallyport approvals list --all --json`,
  },
  args: {
    all: { type: "boolean", description: "also those that are over" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const { all, damaged } = bookOf(args.data).all(Date.now());
    const shown = all.filter(
      ({ state }) => args.all === true || state === "open" || state === "approved",
    );
    for (const file of damaged)
      process.stderr.write(
        `sallyport: \`${printable(file)}\` is not ours and counts for nothing\n`,
      );
    if (args.json === true) await print(printableJson(shown.map(asShown)));
    else if (shown.length === 0) await print("no call waits for another person");
    else
      for (const one of shown)
        await print([`${one.state}`, ...requestLines(one.entry.request)].join("\n"));
    if (damaged.length > 0 || shown.some(({ state }) => state === "open"))
      process.exitCode = exitCodes.found;
  },
});

/** `sallyport approvals show`. */
export const showCommand = defineCommand({
  meta: {
    name: "show",
    description: `one request; with --export the file that goes to the other person

  sallyport approvals show ap-0011223344556677
  sallyport approvals show ap-0011223344556677 --export request.json`,
  },
  args: {
    id: { type: "positional", required: true, description: "its id, as the refusal names it" },
    export: { type: "string", valueHint: "FILE", description: "write the request into a new file" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const found = bookOf(args.data).find(args.id, Date.now());
    if (found === undefined)
      throw new Failure("approvals", `there is no request \`${printable(args.id)}\``);
    if (args.export !== undefined) {
      const text = `${JSON.stringify(found.entry.request, undefined, 2)}\n`;
      await writeNewFile(resolve(args.export), text);
    }
    if (args.json === true) return print(printableJson(asShown(found)));
    const { approved } = found.entry;
    const who = approved.map(
      ({ answer }) =>
        found.entry.request.approvers.find(({ key }) => key === answer.key)?.name ?? "?",
    );
    return print(
      [
        found.state,
        ...requestLines(found.entry.request),
        ...(who.length === 0 ? [] : [`  approved by ${printable(who.join(", "))}`]),
        ...(args.export === undefined
          ? []
          : [
              `written to ${printable(args.export)}: the other person runs \`sallyport approvals approve\` on it`,
            ]),
      ].join("\n"),
    );
  },
});

function bookOf(data: string | undefined) {
  const directories = directoriesIn(data ?? dataDirectory());
  // WHY: without the operator's secret nothing could be told to be ours.
  requireInstall(directories);
  return openApprovals(directories);
}

function asShown({ entry, state }: ApprovalStatus) {
  return { ...entry.request, state, approved: entry.approved.map(({ answer }) => answer) };
}
