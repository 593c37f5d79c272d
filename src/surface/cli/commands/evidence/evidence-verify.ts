// `sallyport evidence verify`: what a stranger can check of a pack, with nothing but the log's key.
import { join } from "node:path";
import { defineCommand } from "citty";
import { counted } from "#base/counted.ts";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import type { NoteVerifier } from "#record/log/note.ts";
import { readVerifier } from "#record/store/keys.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { readRegularFile } from "../../../foundation/files/regular-file.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { PACK_BYTES_MAX } from "../../../services/evidence/collect-evidence.ts";
import { checkAgainstLog, checkPack } from "../../../services/evidence/verify-pack.ts";
import { readLogKey } from "../../log/trust-files.ts";

/** `sallyport evidence verify`. */
export const verifyCommand = defineCommand({
  meta: {
    name: "verify",
    description: `check a pack anywhere: every digest, the signature, each proof against the signed head of the log, each sample against its query,
each control's status against the facts beside it

  sallyport evidence verify q1.tar --key KEY                 with the log's verifier key, or a file that holds it
  sallyport evidence verify q1.tar --key KEY --log DIR       also: is the log that the pack was made of the beginning of this one?
  sallyport evidence verify q1.tar                           with the key of the installation here

Take the key from elsewhere than from whoever gave you the pack. The verifier in Python does the same: docs/guide/evidence.md.`,
  },
  args: {
    file: { type: "positional", required: true, description: "the pack" },
    key: {
      type: "string",
      valueHint: "KEY",
      description: "the log's verifier key, or a file that holds it (default: the one here)",
    },
    log: { type: "string", valueHint: "DIR", description: "a log directory, or a copy of it" },
    digest: {
      type: "string",
      valueHint: "DIGEST",
      description: "the digest that was told when it was collected",
    },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const given = args.digest?.toLowerCase();
    if (given !== undefined && !/^[0-9a-f]{64}$/.test(given))
      throw new Failure("usage", "`--digest` has 64 hexadecimal digits");
    const keys = await keyOf(args.key, args.data);
    const checked = checkPack(await readPack(args.file), keys);
    const { manifest, digest } = checked;
    const faults = [...checked.faults];
    if (given !== undefined && given !== digest)
      faults.push({ name: "", fault: "changed", why: `its digest is ${digest ?? "none"}` });
    if (args.log !== undefined && manifest !== undefined) {
      const why = await checkAgainstLog(join(args.log), manifest, { keys, files: checked.files });
      if (why !== undefined) faults.push({ name: "log", fault: "changed", why });
    }
    if (faults.length > 0) process.exitCode = 1;
    const outcome = faults.length === 0 ? "whole" : "faults";
    const said = manifest === undefined ? [] : aboutLines(manifest);
    await tell(
      args,
      {
        outcome,
        digest: digest ?? null,
        framework: manifest?.framework ?? null,
        period: manifest?.period ?? null,
        log: manifest?.log ?? null,
        proofs: checked.proofs,
        isLogCompared: args.log !== undefined,
        faults,
      },
      [
        ...faults.map(({ name, fault, why }) => `${fault}: ${name || "the archive"}: ${why}`),
        ...said,
        `${counted(checked.proofs, "proof")} held under the head of the log`,
        faults.length === 0
          ? `whole: signed by this log, nothing in it was changed since, and each status is what its own facts give${args.log === undefined ? "; whoever holds the log's key can have left facts out: compare with a copy of the log (`--log`) and the digest that was told" : ""}`
          : `${counted(faults.length, "fault")}: do not rely on it`,
      ]
        .map((line) => printable(line))
        .join("\n"),
    );
  },
});

function aboutLines({
  title,
  period,
  collected,
  log,
}: NonNullable<ReturnType<typeof checkPack>["manifest"]>): readonly string[] {
  return [
    `${title}, ${period.from} to ${period.to}, collected ${collected}`,
    `made of ${log.size} entries of ${log.origin}${log.rederived === "yes" ? "" : ", of which older ones were removed on record"}`,
  ];
}

async function keyOf(named: string | undefined, data: string | undefined): Promise<NoteVerifier> {
  if (named !== undefined) return readLogKey(named);
  const own = await readVerifier(directoriesIn(data ?? dataDirectory()).keys).catch(
    () => undefined,
  );
  if (own !== undefined) return own;
  throw new Failure("usage", "there is no log here: name the log's verifier key with `--key`");
}

/** The bytes of a pack. Throws a Failure `usage` for what is no file of that size. */
export async function readPack(path: string): Promise<Buffer> {
  const read = await readRegularFile(path, PACK_BYTES_MAX);
  if (read === undefined)
    throw new Failure("usage", `cannot read \`${printable(path)}\`: name an evidence pack`);
  if (!read.complete)
    throw new Failure("usage", `\`${printable(path)}\` is too large for an evidence pack`);
  return Buffer.from(read.bytes);
}
