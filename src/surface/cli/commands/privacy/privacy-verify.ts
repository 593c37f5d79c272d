// `sallyport privacy verify`: whether the certificate of an erasure holds here.
import { readFileSync } from "node:fs";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { NOTE_BYTES_MAX } from "#record/log/note.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { verifyCertificate } from "../../../services/privacy/verify-certificate.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { takeSpooled } from "../../../services/log/spooled-events.ts";

/** `sallyport privacy verify`. */
export const verifyCommand = defineCommand({
  meta: {
    name: "verify",
    description: `check the certificate of an erasure: signed by the log, told in it, the log's root unchanged, the keys gone

  sallyport privacy verify erasure-2026-03-01.json`,
  },
  args: {
    certificate: { type: "positional", required: true, description: "the certificate's file" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    await takeSpooled(directories);
    const report = await verifyCertificate(readSmall(args.certificate), directories);
    if (report.checks.some(({ holds }) => !holds)) process.exitCode = 1;
    if (args.json === true) {
      await print(printableJson(report));
      return;
    }
    for (const { what, holds } of report.checks) await print(`${holds ? "yes" : "NO "}  ${what}`);
    const { certificate } = report;
    if (certificate === undefined) return;
    await print(
      `${new Date(certificate.timeMs).toISOString()}  ${certificate.events} entries; ${certificate.residue} files of the data directory still named the person`,
    );
    for (const { store, removed, rewritten, left } of certificate.stores)
      await print(`${printable(store)}: ${removed} removed, ${rewritten} rewritten, ${left} left`);
  },
});

function readSmall(path: string): Buffer {
  try {
    const bytes = readFileSync(path);
    if (bytes.length <= NOTE_BYTES_MAX) return bytes;
  } catch {
    // Said below.
  }
  throw new Failure("usage", `\`${printable(path)}\` is no certificate that can be read`);
}
