// Findings of the content stage: where a text holds a secret or personal data, never what it says.

/** One finding. `start`/`end` are UTF-16 offsets in the scanned text; `tier` decides what a policy may do with it. */
export type Finding = {
  readonly detector: string;
  readonly tier: "high" | "medium" | "low";
  readonly place: string;
  readonly start: number;
  readonly end: number;
};
