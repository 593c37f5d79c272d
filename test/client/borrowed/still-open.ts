// Cases that do harm in a guarded project still, each with the ways and what stands in the way: this list may only shrink.

const EVERYWHERE = ["default, no", "acceptEdits, no", "bypassPermissions, no", "default, yes"];

/** By case: in which ways, and why. */
export const STILL_OPEN: Readonly<
  Record<string, { readonly ways: readonly string[]; readonly why: string }>
> = {
  "instead-of": {
    ways: EVERYWHERE,
    why: "A fetch goes where the repository's own settings lead its remotes, unasked and without a key of the person's; `url.*.insteadOf` is one of them. Held calls cannot write it, and a pull does not bring it.",
  },
  "include-written": {
    ways: ["acceptEdits, no", "bypassPermissions, no", "default, yes"],
    why: "Which files the settings of a repository include is known to the reader of settings and not to the table of places, so a file tool's change of one is an edit of the project.",
  },
  "own-helper": {
    ways: EVERYWHERE,
    why: "The client runs the helper of a trusted folder's settings at its start, before any hook; managed settings close it, and `sallyport audit` names it.",
  },
};
