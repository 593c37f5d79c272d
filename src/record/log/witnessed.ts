// The checkpoint with cosignatures that lies beside a log: whether it is the log's, and which witnesses signed it.
import { type Checkpoint, parseCheckpoint } from "./checkpoint.ts";
import { countCosignatures, type WitnessVerifier } from "./cosignature.ts";
import { judgeNote, type KeyHistory } from "./key-history.ts";
import { WITNESSED_PATH } from "./layout.ts";
import { type Note, parseNote } from "./note.ts";
import type { LogFault, LogFiles, LogReport } from "./report.ts";

export type Witnessed = {
  readonly checkpoint: Checkpoint;
  readonly standing: NonNullable<LogReport["witnessed"]>;
};

/**
 * Reads it and reports what does not hold: that it is not this log's, too few witnesses, a line that is not what its witness
 * signed. Without witnesses to trust, their lines cannot be judged and are passed over.
 */
export async function readWitnessed(
  files: LogFiles,
  keys: KeyHistory,
  {
    witnesses = [],
    quorum,
  }: {
    readonly witnesses?: readonly WitnessVerifier[];
    readonly quorum?: number;
  },
  report: (fault: LogFault) => void,
): Promise<Witnessed | undefined> {
  const demanded = quorum ?? (witnesses.length > 0 ? 1 : 0);
  const bytes = await files.read(WITNESSED_PATH);
  const few = (cosigned: number): void => {
    if (cosigned < demanded) report({ kind: "too-few-witnesses", cosigned, demanded });
  };
  if (bytes === undefined) {
    few(0);
    return undefined;
  }
  const note = parseNote(bytes);
  const checkpoint = note === undefined ? undefined : parseCheckpoint(note.text);
  if (note === undefined || checkpoint === undefined) {
    report({ kind: "witnessed-unusable", why: "malformed" });
    return undefined;
  }
  const { size } = checkpoint;
  const standing = judgeNote(note, keys, { size, exact: false });
  if (standing !== "signed" || checkpoint.origin !== keys.name) {
    report({ kind: "witnessed-unusable", why: standing === "signed" ? "origin" : standing });
    return undefined;
  }
  const { cosigned, invalid } = countCosignatures(note, witnesses);
  for (const witness of invalid) report({ kind: "cosignature-invalid", witness });
  few(cosigned.length);
  if (witnesses.length > 0 && hasStrangers(note, keys, size, witnesses))
    report({ kind: "witnessed-unusable", why: "foreign line" });
  return { checkpoint, standing: { size, cosigned } };
}

/** WHY a fault: the daemon stores lines of the log and of its witnesses only, each once, in one order. */
function hasStrangers(
  note: Note,
  keys: KeyHistory,
  size: number,
  witnesses: readonly WitnessVerifier[],
): boolean {
  const known = [...keys.keysAt(size).allowed, ...witnesses.toSorted(inOrder)].map(idOf);
  const lines = note.signatures.map(idOf);
  const expected = [...new Set(known)].filter((id) => lines.includes(id));
  return lines.join("\n") !== expected.join("\n");
}

type Line = { readonly name: string; readonly keyId: number };

/** The order in which cosignatures are stored: by name, then by key id. */
export function inOrder(left: Line, right: Line): number {
  if (left.name !== right.name)
    return Buffer.compare(Buffer.from(left.name), Buffer.from(right.name));
  return left.keyId - right.keyId;
}

function idOf({ name, keyId }: Line): string {
  return `${name}+${keyId}`;
}
