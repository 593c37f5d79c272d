// A request for approval in words, for whoever asks and for whoever answers, and the file in which it goes from one to the other.
import { resolve } from "node:path";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { type ApprovalRequest, requestSchema } from "#govern/approvals/request.ts";
import { readRegularFile } from "../../../foundation/files/regular-file.ts";
import { requestDigest } from "../../../services/approvals/approver-key.ts";

/** Bytes of a request or a receipt as a file. */
const FILE_BYTES_MAX = 64 * 1024;

/** What is asked, by whom, where and until when. Foreign text: each line is made printable. */
export function requestLines(request: ApprovalRequest): readonly string[] {
  const { id, tool, root, rules, what, call, requester, approvers, people, single } = request;
  const [, ...more] = call?.split("\n") ?? [];
  return [
    `${id}: ${requester.user} asks for a call of ${tool} in ${root}`,
    ...what.map((line) => `  ${line}`),
    ...(call === undefined
      ? []
      : [`  the call: ${call.split("\n")[0]}`, ...more.map((line) => `            ${line}`)]),
    `  by the ${rules.length === 1 ? "rule" : "rules"} ${rules.join(", ")}`,
    `  ${people === 2 ? "one" : people - 1} of ${approvers.map(({ name }) => name).join(", ")} may approve ${single ? "this one call" : "this call, as often as it comes"}`,
    `  until ${new Date(request.expiresMs).toISOString()}; digest ${requestDigest(request).slice(0, 16)}`,
  ].map(printable);
}

/** Reads a request from the file in which it came. Throws a Failure `usage`. */
export async function readRequest(file: string): Promise<ApprovalRequest> {
  const text = Buffer.from(await readWhole(file)).toString("utf8");
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), requestSchema), text);
  if (parsed.success) return parsed.output;
  throw new Failure(
    "usage",
    `\`${printable(file)}\` is no request: take the file that \`sallyport approvals show ID --export FILE\` wrote`,
  );
}

/** The bytes of a small file. Throws a Failure `usage` for anything else. */
export async function readWhole(file: string): Promise<Uint8Array> {
  const read = await readRegularFile(resolve(file), FILE_BYTES_MAX);
  if (read?.complete === true) return read.bytes;
  throw new Failure("usage", `\`${printable(file)}\` is no small file that can be read`);
}
