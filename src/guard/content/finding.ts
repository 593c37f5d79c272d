// Findings of the content stage: where a text holds a secret or personal data, never what it says.

/**
 * One finding. `place` is the part of the call (`command`, `content`), `start`/`end` are UTF-16 offsets in it. `tier`: how
 * sure it is that the text holds what the detector is named after.
 */
export type Finding = {
  readonly detector: string;
  readonly tier: "high" | "medium" | "low";
  readonly place: string;
  readonly start: number;
  readonly end: number;
};
