// What a call does with signatures of version control.

/** It makes commits, or tags with a text of their own, which people may sign; or it looks whether signatures are good. */
export type SignatureUse = "commit" | "tag" | "look";
