// Cases that do harm in a guarded project still, each with the ways and what stands in the way: this list may only shrink.

const EVERYWHERE = ["default, no", "acceptEdits, no", "bypassPermissions, no", "default, yes"];

/** By case: in which ways, and why. */
export const STILL_OPEN: Readonly<
  Record<string, { readonly ways: readonly string[]; readonly why: string }>
> = {
  "own-helper": {
    ways: EVERYWHERE,
    why: "The client runs the helper of a trusted folder's settings at its start, before any hook; managed settings close it, and `sallyport audit` names it.",
  },
};
