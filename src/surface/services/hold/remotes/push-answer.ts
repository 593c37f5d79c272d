// The answer to a push that is refused before a server hears of it, in the form in which servers say so: git prints it as one of theirs.
import type { PushRequest } from "./push-request.ts";

const BAND_BYTES_MAX = 900;
const WHY_CHARS_MAX = 400;

/** The bytes for git; undefined where it did not ask for such an answer. `reasons` are in the order of the commands. */
export function refusalOf(
  { commands, capabilities }: PushRequest,
  reasons: readonly string[],
): Buffer | undefined {
  if (!capabilities.some((one) => /^report-status(?:-v2)?$/.test(one))) return undefined;
  const report = [
    line("unpack ok\n"),
    ...commands.map(({ name }, at) =>
      line(`ng ${name} ${(reasons[at] ?? "refused").slice(0, WHY_CHARS_MAX)}\n`),
    ),
    FLUSH,
  ];
  const bytes = Buffer.concat(report);
  if (!capabilities.some((one) => /^side-band(?:-64k)?$/.test(one))) return bytes;
  const bands: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += BAND_BYTES_MAX)
    bands.push(line(Buffer.concat([BAND, bytes.subarray(at, at + BAND_BYTES_MAX)])));
  return Buffer.concat([...bands, FLUSH]);
}

const FLUSH = Buffer.from("0000");
const BAND = Buffer.from([1]);

function line(content: string | Buffer): Buffer {
  const body = Buffer.from(content as string);
  return Buffer.concat([Buffer.from((body.length + 4).toString(16).padStart(4, "0")), body]);
}
