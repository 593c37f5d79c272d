// Whose settings git may write by what it was told to do.

/** Those of the repository, or only those of its submodules, where it moves or makes their working trees. */
export type GitSettings = "repository" | "modules";
