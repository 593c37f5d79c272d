// `sallyport approvals approve | deny | revoke | import`: answers, typed by whoever gives them and taken in by who asked.
import { resolve } from "node:path";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { type ApprovalRequest } from "#govern/approvals/request.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { writeNewFile } from "../../../foundation/files/new-file.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { isTyped, tell } from "../../../foundation/terminal/outcome.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { openApprovals, type ReceiptFault } from "../../../services/approvals/approval-book.ts";
import {
  ownPublicKey,
  requestDigest,
  signAnswer,
} from "../../../services/approvals/approver-key.ts";
import { giveOrder } from "../../../services/daemon-process/daemon-client.ts";
import { refused, requireInstall, startDaemon } from "../../operator/operator-orders.ts";
import { readRequest, readWhole, requestLines } from "./request-lines.ts";

type Given = {
  readonly request: string;
  readonly data?: string | undefined;
  readonly json?: boolean | undefined;
  readonly export?: string | undefined;
  readonly note?: string | undefined;
};

const NOTE_CHARS_MAX = 300;
const answerOptions = {
  export: { type: "string", valueHint: "FILE", description: "the receipt, as a new file" },
  note: { type: "string", valueHint: "TEXT", description: "why; goes back with the answer" },
  ...dataOption,
  ...jsonOption,
} as const;

/** Signs an answer to a request that came as a file, after a person typed a word for it. */
async function answer(args: Given, what: "approve" | "deny"): Promise<void> {
  if (args.export === undefined || args.export === "")
    throw new Failure("usage", "`--export` is missing: name a file for the receipt");
  if ((args.note?.length ?? 0) > NOTE_CHARS_MAX)
    throw new Failure("usage", `a note has at most ${NOTE_CHARS_MAX} characters`);
  const request = await readRequest(args.request);
  const directories = directoriesIn(args.data ?? dataDirectory());
  refuseVain(request, ownPublicKey(directories));
  const head = what === "approve" ? "you approve this:" : "you deny this:";
  if (!(await isTyped(args, [head, ...requestLines(request)]))) return;
  const receipt = signAnswer(directories, {
    request: request.id,
    digest: requestDigest(request),
    answer: what,
    note: args.note ?? null,
    atMs: Date.now(),
  });
  await writeNewFile(resolve(args.export), `${JSON.stringify(receipt)}\n`);
  const done = what === "approve" ? "approved" : "denied";
  await tell(
    args,
    { outcome: done, id: request.id, receipt: args.export },
    `${done}: send ${printable(args.export)} back; it counts once \`sallyport approvals import\` took it in`,
  );
}

/** An answer that would not count is not signed. */
function refuseVain({ approvers, requester, expiresMs }: ApprovalRequest, key: string | undefined) {
  const refuse = (why: string): never => {
    throw new Failure("approvals", why);
  };
  if (key === undefined)
    refuse("you have no key to answer with: make one with `sallyport approvals key`");
  if (requester.key === key) refuse("you asked for this yourself: another person answers it");
  if (!approvers.some((one) => one.key === key))
    refuse("you are not among those who may answer this request");
  if (Date.now() >= expiresMs) refuse("this request has expired: let it be asked for again");
}

/** `sallyport approvals approve`. */
export const approveCommand = defineCommand({
  meta: {
    name: "approve",
    description: `approve what somebody else asks for: you read it, type a word, and send the receipt back

  sallyport approvals approve request.json --export receipt.json`,
  },
  args: {
    request: { type: "positional", required: true, description: "the file of the request" },
    ...answerOptions,
  },
  run: ({ args }) => answer(args, "approve"),
});

/** `sallyport approvals deny`. */
export const denyCommand = defineCommand({
  meta: {
    name: "deny",
    description: `deny what somebody else asks for, or end a request of this machine

  sallyport approvals deny request.json --export receipt.json --note "after the release"
  sallyport approvals deny ap-0011223344556677`,
  },
  args: {
    request: {
      type: "positional",
      required: true,
      description: "the file of the request, or the id of one of this machine",
    },
    ...answerOptions,
  },
  run: ({ args }) =>
    /^ap-[0-9a-f]{16}$/.test(args.request)
      ? end(args.request, "denied", args)
      : answer(args, "deny"),
});

/** `sallyport approvals revoke`. */
export const revokeCommand = defineCommand({
  meta: {
    name: "revoke",
    description:
      "end an approval before it is used. Example: sallyport approvals revoke ap-0011223344556677",
  },
  args: {
    id: { type: "positional", required: true, description: "the id of the request" },
    ...dataOption,
    ...jsonOption,
  },
  run: ({ args }) => end(args.id, "revoked", args),
});

/** Ends a request of this machine. WHY nobody types a word: it only ever takes something away. */
async function end(
  id: string,
  how: "denied" | "revoked",
  args: Pick<Given, "data" | "json">,
): Promise<void> {
  const directories = directoriesIn(args.data ?? dataDirectory());
  const install = requireInstall(directories);
  const none = () =>
    new Failure("approvals", `no request \`${printable(id)}\` waits or is approved here`);
  const state = openApprovals(directories).find(id, Date.now())?.state;
  if (state !== "open" && state !== "approved") throw none();
  await startDaemon(install);
  const answered = await giveOrder(install, { order: "approval-end", id, how });
  if (answered.kind !== "approval-ended") throw refused(answered);
  if (!answered.isKnown) throw none();
  await tell(args, { outcome: how, id }, `${how}: ${id}`);
}

/** `sallyport approvals import`. */
export const importCommand = defineCommand({
  meta: {
    name: "import",
    description:
      "take the other person's answer in. Example: sallyport approvals import receipt.json",
  },
  args: {
    receipt: { type: "positional", required: true, description: "the file that came back" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const install = requireInstall(directoriesIn(args.data ?? dataDirectory()));
    const text = Buffer.from(await readWhole(args.receipt)).toString("utf8");
    if (text.length > 16_384) throw new Failure("usage", "this file is too large for a receipt");
    await startDaemon(install);
    const taken = await giveOrder(install, { order: "approval-receipt", receipt: text });
    if (taken.kind === "approval-refused") {
      process.exitCode = exitCodes.found;
      const why = FAULTS[taken.fault as ReceiptFault] ?? "it cannot be read";
      return tell(args, { outcome: "refused", fault: taken.fault }, `it does not count: ${why}`);
    }
    if (taken.kind !== "approval-taken") throw refused(taken);
    const { what, id, approved, needed } = taken;
    const left = needed - approved;
    const words =
      what === "denied"
        ? `denied: ${id}`
        : left > 0
          ? `approved by ${approved} of ${needed}: ${id}`
          : `approved: ${id}; the agent asks for the very same call again`;
    return tell(args, { outcome: what, id, approved, needed }, words);
  },
});

const FAULTS: Readonly<Record<ReceiptFault, string>> = {
  unreadable: "it is no receipt",
  "bad-signature": "it was altered, or is not signed by the key that it names",
  "unknown-request": "there is no such request here",
  "other-request": "it answers another request, or the request was altered on its way",
  "not-listed": "its key is not among those who may approve",
  "same-person": "it comes from the person who asks",
  replayed: "it was taken in before",
  ended: "the request was answered, used or revoked before",
  expired: "the request has expired",
};
