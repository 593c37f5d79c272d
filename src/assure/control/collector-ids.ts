// What is collected of a log beside counts, by name: a control says which of them speak of it.

export const COLLECTORS = [
  "coverage",
  "completeness",
  "guard",
  "policy",
  "exceptions",
  "approvals",
  "content",
  "incidents",
  "record",
  "requests",
  "processors",
  "retention",
] as const;
/** Name of a collector. */
export type Collector = (typeof COLLECTORS)[number];
