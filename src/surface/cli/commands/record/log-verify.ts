// `sallyport log verify`: re-derives the whole log, or checks one proof file without any log.
import { readFile } from "node:fs/promises";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { countCosignatures, type WitnessVerifier } from "#record/log/cosignature.ts";
import { type NoteVerifier, parseNote } from "#record/log/note.ts";
import type { LogFault, LogReport } from "#record/log/report.ts";
import { readVerifier } from "#record/store/keys.ts";
import { checkLog } from "#record/store/log-check.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { faultText } from "../../log/log-fault-text.ts";
import {
  checkedIndex,
  indexJson,
  indexLines,
  isIndexEdited,
} from "../../../services/log/checked-index.ts";
import { tellWaiting } from "../../../services/log/opened-log.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { checkProof } from "../../log/proof-check.ts";
import { progressOf, progressOption } from "../../log/tell-progress.ts";
import { createSend, fetchLast } from "../../../services/witness/ask-witness.ts";
import { checkUrl } from "../../../services/witness/witness-list.ts";
import { takeSpooled } from "../../../services/log/spooled-events.ts";
import {
  readHistoryFile,
  readLogKey,
  readNoteFile,
  readQuorum,
  readWitnessKeys,
} from "../../log/trust-files.ts";

/** Bytes of the largest proof file: an entry of full size in base64, hashes, a checkpoint. */
const PROOF_BYTES_MAX = 256 * 1024;

/** `sallyport log verify`. */
export const verifyCommand = defineCommand({
  meta: {
    name: "verify",
    description:
      "Re-derives the whole log and names what was changed, or checks one proof file anywhere. Examples: sallyport log verify --trusted checkpoint-of-last-month; sallyport log verify --proof event.tlog-proof --key KEY",
  },
  args: {
    key: {
      type: "string",
      valueHint: "KEY",
      description: "verifier key, or a file that holds it (default: the key store's)",
    },
    "key-history": {
      type: "string",
      valueHint: "FILE",
      description:
        "with --proof, of a log that changed its key: what `sallyport log keys` wrote; KEY may be any of its keys",
    },
    trusted: {
      type: "string",
      valueHint: "FILE",
      description: "an earlier checkpoint of this log that was kept elsewhere, by you or a witness",
    },
    "witness-key": {
      type: "string",
      valueHint: "KEYS",
      description: "keys of witnesses, separated by commas, or a file with one a line",
    },
    witnesses: {
      type: "string",
      valueHint: "N",
      description: "how many of them must have cosigned (default: 1 when keys are named)",
    },
    witness: {
      type: "string",
      valueHint: "URL",
      description: "ask this witness for the checkpoint that it cosigned last, and compare",
    },
    proof: {
      type: "string",
      valueHint: "FILE",
      description: "a proof file; nothing else is read, no log is needed",
    },
    ...progressOption,
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const { keys: store } = directoriesIn(args.data ?? dataDirectory());
    const verifier =
      args.key === undefined ? await readVerifier(store) : await readLogKey(args.key);
    if (verifier === undefined) {
      throw new Failure(
        "key-missing",
        `there is no verifier key in \`${store}\`: name one with \`--key\``,
      );
    }
    const witnessKeys = args["witness-key"];
    const witnesses = witnessKeys === undefined ? [] : await readWitnessKeys(witnessKeys);
    const quorum = readQuorum(args.witnesses, witnesses.length);
    const demand = { witnesses, ...(quorum === undefined ? {} : { quorum }) };
    const json = args.json === true;
    if (args.proof === undefined && args["key-history"] !== undefined)
      throw new Failure("usage", "`--key-history` goes with `--proof`: a log has its own");
    if (args.proof !== undefined) {
      const text = await readProofFile(args.proof);
      const history = args["key-history"];
      const keys = history === undefined ? verifier : await readHistoryFile(history, verifier);
      const { isGood, lines, said } = checkProof(text, { keys, ...demand });
      await print(json ? printableJson(said) : lines.join("\n"));
      if (!isGood) process.exitCode = 1;
      return;
    }
    const directories = directoriesIn(args.data ?? dataDirectory());
    await takeSpooled(directories);
    const trusted = args.trusted === undefined ? undefined : await readNoteFile(args.trusted);
    await tellWaiting(directories.log);
    const kept =
      args.witness === undefined ? [] : [await askLast(args.witness, verifier.name, witnesses)];
    const report = await checkLog({
      log: directories.log,
      keys: args.key === undefined ? directories.keys : undefined,
      verifier,
      ...(trusted === undefined ? {} : { trusted }),
      kept,
      ...demand,
      ...progressOf(args),
    });
    const index = await checkedIndex(directories);
    await print(
      json
        ? printableJson({ ...reportJson(report, verifier), index: indexJson(index) })
        : [reportText(report, verifier), ...indexLines(index).map((line) => printable(line))].join(
            "\n",
          ),
    );
    if (report.faults.length > 0 || isIndexEdited(index)) process.exitCode = 1;
  },
});

/** The checkpoint that a witness cosigned last. It must be by one of the keys named: an address proves nothing. */
async function askLast(
  url: string,
  origin: string,
  witnesses: readonly WitnessVerifier[],
): Promise<{ readonly bytes: Buffer; readonly by: "witnesses" }> {
  if (witnesses.length === 0)
    throw new Failure("usage", "name the witness's key with `--witness-key`");
  const reply = await fetchLast(checkUrl(url), origin, createSend());
  if (reply?.status !== 200)
    throw new Failure(
      "witness",
      reply?.status === 404
        ? `\`${printable(url)}\` has cosigned no checkpoint of this log`
        : `\`${printable(url)}\` does not answer: try again, or name the checkpoint that it kept with \`--trusted\``,
    );
  const bytes = Buffer.from(reply.body, "utf8");
  const note = parseNote(bytes);
  if (note !== undefined && countCosignatures(note, witnesses).cosigned.length > 0)
    return { bytes, by: "witnesses" };
  throw new Failure(
    "witness",
    `what \`${printable(url)}\` sent was not cosigned by a key named here`,
  );
}

async function readProofFile(path: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new Failure("usage", `cannot read \`${printable(path)}\`: name a proof file`, { cause });
  });
  if (bytes.length > PROOF_BYTES_MAX)
    throw new Failure("usage", `\`${printable(path)}\` is too large for a proof file`);
  return bytes.toString("utf8");
}

function reportJson(report: LogReport, verifier: NoteVerifier): { readonly [key: string]: Json } {
  const { checkpoint, entries, faults, faultsOmitted, pruned, witnessed, keyStatements } = report;
  const head =
    checkpoint === undefined
      ? null
      : { size: checkpoint.size, root: Buffer.from(checkpoint.root).toString("base64") };
  const told = faults.map((fault) => ({ ...definedOnly(fault), message: faultText(fault) }));
  return {
    whole: faults.length === 0,
    key: verifier.text,
    checkpoint: head,
    entries,
    pruned,
    keyStatements,
    waiting: report.waiting ?? null,
    witnessed:
      witnessed === undefined
        ? null
        : { size: witnessed.size, cosigned: witnessed.cosigned.map((item) => ({ ...item })) },
    faults: told,
    faultsOmitted,
  };
}

function definedOnly(fault: LogFault): { [key: string]: Json } {
  const members = Object.entries(fault).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    members.map(([name, value]) => [name, typeof value === "number" ? value : String(value)]),
  );
}

function reportText(report: LogReport, verifier: NoteVerifier): string {
  const { checkpoint, entries, faults, faultsOmitted } = report;
  if (faults.length === 0) {
    const root = Buffer.from(checkpoint?.root ?? []).toString("base64");
    const whole = `OK: log intact, ${entries} entries, root ${root}, signed by ${printable(verifier.name)}`;
    return [whole, ...limitsText(report)].join("\n");
  }
  const lines = faults.map((fault) => `fault: ${printable(faultText(fault))}`);
  if (faultsOmitted > 0) lines.push(`and ${faultsOmitted} more`);
  return lines.join("\n");
}

/** What holds beyond the log's own signature, and what can no longer be checked. */
function limitsText({ pruned, witnessed, waiting }: LogReport): readonly string[] {
  const unfinished = waiting?.unfinishedBytes ?? 0;
  const behind =
    unfinished === 0
      ? []
      : [
          `the writer was stopped while it wrote: ${waiting?.entries ?? 0} whole entries and ${unfinished} bytes of one that was not finished wait behind that; the next start of the daemon takes in the entries and records the rest (\`sallyport daemon --ensure\`)`,
        ];
  const removed =
    pruned === 0
      ? []
      : [
          `not checkable any more: entries 0 to ${pruned - 1} were removed on record; their hashes are here and hold`,
        ];
  const seen = (witnessed?.cosigned ?? []).map(
    ({ name, timeS }) =>
      `cosigned up to entry ${(witnessed?.size ?? 0) - 1} by ${printable(name)} at ${new Date(timeS * 1_000).toISOString()}`,
  );
  return [...removed, ...seen, ...behind];
}
