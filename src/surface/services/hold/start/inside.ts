// Where a held call finds what belongs to it.

/** WHY below `/run`: it is empty in every profile, and nobody else's. */
export const INSIDE = "/run/sallyport";
