// What `sallyport status` says of the log's witnesses: who cosigned it, up to where and when.
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { countCosignatures } from "#record/log/cosignature.ts";
import { parseNote } from "#record/log/note.ts";
import { WITNESSED_PATH } from "#record/log/layout.ts";
import { openLogFiles } from "#record/store/log-reader.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { readWitnessList } from "../witness/witness-list.ts";
import type { Finding } from "../../foundation/terminal/finding.ts";

/** A log that does not grow is cosigned anew every hour; past this the witnesses are not there. */
const SILENT_MS_MAX = 3 * 3_600_000;

/** The finding; undefined where no witness is named. */
export async function checkWitnesses({
  directories,
  nowMs,
  ours,
}: {
  readonly directories: Directories;
  readonly nowMs: number;
  ours(words: string): string;
}): Promise<Finding | undefined> {
  try {
    const { witnesses, quorum } = readWitnessList(directories.witnessesFile);
    if (witnesses.length === 0) return undefined;
    const bytes = await openLogFiles(directories.log).read(WITNESSED_PATH);
    const note = bytes === undefined ? undefined : parseNote(bytes);
    const keys = witnesses.map(({ key }) => key);
    const cosigned = note === undefined ? [] : countCosignatures(note, keys).cosigned;
    const repair = ours("log detect");
    if (note === undefined || cosigned.length === 0)
      return { level: "found", text: "no witness has cosigned the log yet", repair };
    const size = note.text.split("\n")[1] ?? "?";
    const oldestMs = Math.min(...cosigned.map(({ timeS }) => timeS * 1_000));
    const names = cosigned.map(({ name }) => printable(name)).join(", ");
    const text = `${printable(size)} entries cosigned by ${names} at ${new Date(oldestMs).toISOString()}`;
    if (nowMs - oldestMs > SILENT_MS_MAX) return { level: "found", text, repair };
    if (cosigned.length < quorum)
      return { level: "found", text: `${text}; ${quorum} are demanded`, repair };
    return { level: "ok", text };
  } catch (cause) {
    const text = cause instanceof Failure ? printable(cause.message) : "it cannot be read";
    return { level: "found", text, repair: ours("witness list") };
  }
}
