// `sallyport log fsck`: derives the whole log anew and says what does not fit; with --repair makes damaged tiles anew.
import { join } from "node:path";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { readVerifier } from "#record/store/keys.ts";
import { type FsckReport, fsckLog, repairTiles } from "#record/store/fsck.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import {
  checkedIndex,
  indexJson,
  indexLines,
  isIndexEdited,
} from "../../../services/log/checked-index.ts";
import { faultText } from "../../log/log-fault-text.ts";
import { progressOf, progressOption } from "../../log/tell-progress.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";

/** `sallyport log fsck`. */
export const fsckCommand = defineCommand({
  meta: {
    name: "fsck",
    description: `derive tiles, root, checkpoint and proofs anew from the entries, look at journal, spool and index

  sallyport log fsck
  sallyport log fsck --repair     after \`sallyport daemon stop\`

Changes nothing. With --repair, hash tiles that are damaged are made anew where the entries make the signed root; what lay there is
kept beside the log. Entries cannot be made anew from anything.`,
  },
  args: {
    repair: {
      type: "boolean",
      description: "write the tiles that are shown; stop the daemon first",
    },
    ...progressOption,
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const { log, keys, spool, root } = directories;
    const verifier = await readVerifier(keys);
    if (verifier === undefined)
      throw new Failure("key-missing", `there is no verifier key in \`${keys}\`: restore it`);
    const options = { log, keys, verifier, ...progressOf(args) };
    const report = await fsckLog(options, spool);
    const { faults } = report.verified;
    const index = await checkedIndex(directories);
    await print(
      args.json === true
        ? printableJson({ ...toJson(report), index: indexJson(index) })
        : [fsckText(report), ...indexLines(index).map((line) => printable(line))].join("\n"),
    );
    if (isIndexEdited(index)) process.exitCode = 1;
    if (args.repair === true && report.damagedTiles.length > 0) {
      const evidence = join(root, `damaged-tiles-${Date.now()}`);
      const written = await repairTiles(options, evidence);
      await print(`made anew: ${written.length} tiles; the altered ones are kept in ${evidence}`);
      const again = await fsckLog(options, spool);
      await print(fsckText(again));
      if (again.verified.faults.length > 0) process.exitCode = 1;
      return;
    }
    if (faults.length > 0 || report.proofs.failed > 0 || report.spool.damaged > 0)
      process.exitCode = 1;
  },
});

function fsckText(report: FsckReport): string {
  const { verified, damagedTiles, entriesHold, firstBad, proofs, journal, spool } = report;
  const size = verified.checkpoint?.size ?? 0;
  return [
    `entries: ${verified.entries} of ${size} read${verified.pruned > 0 ? `, ${verified.pruned} removed on record` : ""}; they ${entriesHold ? "make" : "do not make"} the signed root`,
    ...(firstBad === undefined ? [] : [`first bad entry: ${firstBad}`]),
    ...verified.faults.map((fault) => `fault: ${printable(faultText(fault))}`),
    ...damagedTiles.map(
      ({ path, state }) => `tile: ${printable(path)} is ${state}; it can be made anew (--repair)`,
    ),
    `proofs: ${proofs.tried - proofs.failed} of ${proofs.tried} hold`,
    `journal: ${journal.entries} entries wait for a checkpoint, ${journal.tornBytes} bytes make no entry${(verified.waiting?.unfinishedBytes ?? 0) > 0 ? " (the writer was stopped while it wrote: the daemon settles that when it starts)" : ""}`,
    `spool: ${spool.waiting} files wait, ${spool.damaged} are damaged`,
  ].join("\n");
}

function toJson(report: FsckReport) {
  const { verified, damagedTiles, entriesHold, firstBad, proofs, journal, spool } = report;
  return {
    whole: verified.faults.length === 0 && proofs.failed === 0,
    size: verified.checkpoint?.size ?? null,
    entries: verified.entries,
    pruned: verified.pruned,
    entriesHold,
    firstBad: firstBad ?? null,
    faults: verified.faults.map((fault) => printable(faultText(fault))),
    damagedTiles: damagedTiles.map((item) => ({ ...item })),
    proofs,
    journal,
    spool,
  };
}
