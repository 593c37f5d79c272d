// Which label of the personal set each detector speaks of, so that a date found as a telephone number is no success.

/** Detectors that are called otherwise than the label. */
const KINDS: Readonly<Record<string, string>> = {};

/** The label that a detector's findings stand for: its own id unless the table says otherwise. */
export function kindOfDetector(detector: string): string {
  return KINDS[detector] ?? detector;
}
