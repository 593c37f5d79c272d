// The words of orders about incidents and blocks: apart from what carries them out, because every command knows them.

/** What a person may do about an incident. */
export const INCIDENT_ORDERS = [
  "take",
  "note",
  "contain",
  "quarantine",
  "close",
  "reopen",
  /** Begins a playbook, checks a step of one off, makes an incident up to practise, says that a bundle was made. */
  "playbook",
  "step",
  "drill",
  "bundle",
] as const;

/** What can be cut off. */
export const BLOCK_KINDS = ["host", "server"] as const;
export type BlockKind = (typeof BLOCK_KINDS)[number];
