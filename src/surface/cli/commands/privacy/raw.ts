// `sallyport raw`: raw texts of calls, kept only while somebody approved it, read only with a reason and on record.
import { randomBytes } from "node:crypto";
import { defineCommand } from "citty";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import {
  isInForce,
  RAW_APPROVAL_DAYS_MAX,
  RAW_DAYS_DEFAULT,
  RAW_DAYS_MAX,
  type RawApproval,
  rawApprovalSchema,
} from "#govern/exceptions/raw-approval.ts";
import { userName } from "#platform/user.ts";
import { openRawStore } from "#record/store/raw-store.ts";
import { giveOrder } from "../../../services/daemon-process/daemon-client.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { openRawApprovals } from "../../../services/exceptions/raw-approvals.ts";
import { openRaw } from "../../../services/raw/read-raw.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { refused, requireInstall, startDaemon } from "../../operator/operator-orders.ts";
import { isTyped, tell } from "../../../foundation/terminal/outcome.ts";
import { print } from "../../../foundation/terminal/terminal.ts";

const DAY_MS = 86_400_000;
const APPROVAL_DAYS_DEFAULT = 30;

type EnableArguments = {
  readonly reason?: string | undefined;
  readonly owner?: string | undefined;
  readonly readers?: string | undefined;
  readonly days?: string | undefined;
  readonly "for-days"?: string | undefined;
  readonly secrets?: boolean | undefined;
};

/** The approval that was asked for. Throws a Failure `usage` that says what is missing. */
export function approvalOf(
  args: EnableArguments,
  by: { readonly approver: string; readonly nowMs: number },
): RawApproval {
  const { reason, owner = by.approver, readers = by.approver } = args;
  if (!reason) throw new Failure("usage", "`--reason` is missing: say why");
  const forDays = Number(args["for-days"] ?? APPROVAL_DAYS_DEFAULT);
  const approval = v.safeParse(rawApprovalSchema, {
    id: randomBytes(8).toString("hex"),
    reason,
    owner,
    approver: by.approver,
    createdMs: by.nowMs,
    expiresMs: by.nowMs + forDays * DAY_MS,
    days: Number(args.days ?? RAW_DAYS_DEFAULT),
    readers: readers.split(",").map((name) => name.trim()),
    keepsSecrets: args.secrets === true,
  });
  if (approval.success) return approval.output;
  throw new Failure(
    "usage",
    `texts stay 1 to ${RAW_DAYS_MAX} days, an approval counts 1 to ${RAW_APPROVAL_DAYS_MAX}; reason, owner and readers have at most 300 characters`,
  );
}

function linesOf(approval: RawApproval): readonly string[] {
  const { days, readers, keepsSecrets, expiresMs, reason } = approval;
  return [
    `  commands and inputs of calls, for ${days} days each, until ${new Date(expiresMs).toISOString().slice(0, 10)}`,
    `  secrets ${keepsSecrets ? "AS THEY ARE" : "replaced"}; read by ${readers.join(", ")}`,
    `  because: ${reason}`,
  ].map(printable);
}

export const enableCommand = defineCommand({
  meta: {
    name: "enable",
    description: `keep raw texts of calls from now on; typed at a terminal, signed, on record

  sallyport raw enable --reason "incident 12" --readers ada,bob
  sallyport raw enable --reason "incident 12" --days 3 --for-days 7 --secrets`,
  },
  args: {
    reason: { type: "string", valueHint: "TEXT", description: "why; kept sealed in the log" },
    readers: { type: "string", valueHint: "USERS", description: "who may read (default: you)" },
    owner: { type: "string", valueHint: "NAME", description: "who answers for it (default: you)" },
    days: {
      type: "string",
      valueHint: "N",
      description: `days that a text stays (default ${RAW_DAYS_DEFAULT})`,
    },
    "for-days": {
      type: "string",
      valueHint: "N",
      description: `days that the approval counts (default ${APPROVAL_DAYS_DEFAULT})`,
    },
    secrets: { type: "boolean", description: "keep secrets in the texts too" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const install = requireInstall(directories);
    const approval = approvalOf(args, { approver: userName(), nowMs: Date.now() });
    const lines = ["sallyport keeps raw texts from now on:", ...linesOf(approval)];
    if (!(await isTyped(args, lines))) return;
    const receipt = openRawApprovals(directories).sign(approval);
    await startDaemon(install);
    const answer = await giveOrder(install, { order: "raw", receipt });
    if (answer.kind !== "raw") throw refused(answer);
    await tell(
      args,
      { outcome: "on", approval },
      `on until ${new Date(approval.expiresMs).toISOString()}: ${approval.id}`,
    );
  },
});

export const disableCommand = defineCommand({
  meta: {
    name: "disable",
    description:
      "Keep no raw texts any more and remove those that are there, unless a legal hold keeps them. Example: sallyport raw disable",
  },
  args: { ...dataOption, ...jsonOption },
  async run({ args }) {
    const install = requireInstall(directoriesIn(args.data ?? dataDirectory()));
    await startDaemon(install);
    const answer = await giveOrder(install, { order: "raw-off" });
    if (answer.kind !== "raw") throw refused(answer);
    await tell(args, { outcome: "off" }, "off");
  },
});

export const readCommand = defineCommand({
  meta: {
    name: "read",
    description: `show the raw text of a call; typed at a terminal, on record with your name and reason

  sallyport raw read 0197... --reason "incident 12"`,
  },
  args: {
    id: { type: "positional", required: true, description: "id of the decision's event" },
    reason: { type: "string", valueHint: "TEXT", description: "why" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const reader = { user: userName(), reason: args.reason ?? "", nowMs: Date.now() };
    const lines = [`sallyport shows the raw text of \`${printable(args.id)}\``];
    if (!(await isTyped(args, lines))) return;
    const read = await openRaw(directories, reader, { what: "read", event: args.id });
    const text = await read(args.id);
    if (text === undefined) process.exitCode = 1;
    const words = text === undefined ? "no raw text of this event is here" : printable(text);
    await tell(args, { event: args.id, text: text ?? null }, words);
  },
});

export const statusCommand = defineCommand({
  meta: {
    name: "status",
    description:
      "Whether raw texts are kept, by whose approval, and how many lie here. Example: sallyport raw status --json",
  },
  args: { ...dataOption, ...jsonOption },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const approval = openRawApprovals(directories).latest()?.approval;
    const sum = await openRawStore(directories.raw).sum();
    const isOn = approval !== undefined && isInForce(approval, Date.now());
    if (isOn) process.exitCode = 1;
    if (args.json === true)
      return print(printableJson({ on: isOn, approval: approval ?? null, ...sum }));
    await print(isOn ? "on" : "off");
    if (approval !== undefined) await print(linesOf(approval).join("\n"));
    await print(`${sum.texts} texts of ${sum.days} days, ${sum.bytes} bytes`);
  },
});
