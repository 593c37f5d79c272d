// Imports between folders that close a cycle: each is to be turned, none may be added.

/** As `arrowName` writes them; `folder/*` are the files beside its folders. An entry that closes no cycle any more has to go. */
export const ALLOWED_CYCLES: readonly string[] = [];
