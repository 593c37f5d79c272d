// Whose settings git may write by what it was told to do.

/**
 * Those of the repository, or only those of its submodules, where it moves or makes their working trees. `hooks:FOLDER`: code of the
 * project is to have it look for hooks in there, which a person is asked about.
 */
export type GitSettings = "repository" | "modules" | `hooks:${string}`;
