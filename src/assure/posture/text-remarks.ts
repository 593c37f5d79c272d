// Remarks on a text for the model as faults at its lines.
import type { Fault } from "./check.ts";
import type { SeenFile } from "./inputs/audit-inputs.ts";
import type { TextRemark } from "./inputs/instruction-text.ts";
import { lineFault } from "./looking.ts";

/** What `remarks` says of a file, each at its line and as bad as it says. */
export function remarkFaults(
  file: SeenFile,
  remarks: (text: string) => readonly TextRemark[],
  fix: string,
): readonly Fault[] {
  return remarks(file.text ?? "").map(({ line, message, severity }) => ({
    ...lineFault(file, line, message, fix),
    ...(severity === undefined ? {} : { severity }),
  }));
}
