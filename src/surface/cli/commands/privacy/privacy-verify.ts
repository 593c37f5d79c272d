// `sallyport privacy verify`: whether the certificate of an erasure holds here.
import { readFileSync } from "node:fs";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { oneKey } from "#record/log/key-history.ts";
import { NOTE_BYTES_MAX } from "#record/log/note.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import {
  type CertificateReport,
  verifyCertificate,
  verifySignature,
} from "../../../services/privacy/verify-certificate.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { readHistoryFile, readLogKey } from "../../log/trust-files.ts";
import { takeSpooled } from "../../../services/log/spooled-events.ts";

/** `sallyport privacy verify`. */
export const verifyCommand = defineCommand({
  meta: {
    name: "verify",
    description: `check the certificate of an erasure: signed by the log, told in it, the log's root unchanged, the keys gone

  sallyport privacy verify erasure-2026-03-01.json
  sallyport privacy verify erasure-2026-03-01.json --key log.key     with the certificate and the log's key alone

With --key nothing but the two files is read: that the log signed it is checked, and what needs the log itself is named.`,
  },
  args: {
    certificate: { type: "positional", required: true, description: "the certificate's file" },
    key: {
      type: "string",
      valueHint: "KEY",
      description: "the log's verifier key, or a file that holds it; no data directory is needed",
    },
    "key-history": {
      type: "string",
      valueHint: "FILE",
      description: "with --key, of a log that changed its key: what `sallyport log keys` wrote",
    },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const report = await reportOn(args);
    if (report.checks.some(({ holds }) => !holds)) process.exitCode = 1;
    if (args.json === true) {
      await print(printableJson(report));
      return;
    }
    for (const { what, holds } of report.checks) await print(`${holds ? "yes" : "NO "}  ${what}`);
    for (const what of report.unchecked) await print(`-    ${what}: needs the log, not checked`);
    const { certificate } = report;
    if (certificate === undefined) return;
    await print(
      `${new Date(certificate.timeMs).toISOString()}  ${certificate.events} entries; ${certificate.residue} files of the data directory still named the person`,
    );
    for (const { store, removed, rewritten, left } of certificate.stores)
      await print(`${printable(store)}: ${removed} removed, ${rewritten} rewritten, ${left} left`);
  },
});

async function reportOn(args: {
  readonly certificate: string;
  readonly data?: string | undefined;
  readonly key?: string | undefined;
  readonly "key-history"?: string | undefined;
}): Promise<CertificateReport> {
  const bytes = readSmall(args.certificate);
  const history = args["key-history"];
  if (args.key !== undefined) {
    if (args.data !== undefined)
      throw new Failure(
        "usage",
        "name either `--key` or `--data`: with a key nothing else is read",
      );
    const verifier = await readLogKey(args.key);
    const keys =
      history === undefined ? oneKey(verifier) : await readHistoryFile(history, verifier);
    return verifySignature(bytes, keys);
  }
  if (history !== undefined) throw new Failure("usage", "`--key-history` goes with `--key`");
  const directories = directoriesIn(args.data ?? dataDirectory());
  await takeSpooled(directories);
  return verifyCertificate(bytes, directories);
}

function readSmall(path: string): Buffer {
  try {
    const bytes = readFileSync(path);
    if (bytes.length <= NOTE_BYTES_MAX) return bytes;
  } catch {
    // Said below.
  }
  throw new Failure("usage", `\`${printable(path)}\` is no certificate that can be read`);
}
