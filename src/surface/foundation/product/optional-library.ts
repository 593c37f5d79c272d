// Loads a library when it is used first; it is installed beside sallyport by those who need it.

/** Resolves to the library. Where it is not installed it rejects with what `refuse` makes of the words that say how to install it. */
export async function loadOptional<Library>(
  packages: readonly string[],
  load: () => Promise<Library>,
  refuse: (how: string) => Error,
): Promise<Library> {
  try {
    return await load();
  } catch (cause) {
    if (!isAbsent(cause)) throw cause;
    throw refuse(
      `\`npm install ${packages.join(" ")}\` where sallyport is installed (\`-g\` for both, or for neither)`,
    );
  }
}

/** What node says of a module that is not there: imported, or required by a program that was compiled ahead. */
function isAbsent(cause: unknown): boolean {
  return (
    cause instanceof Error &&
    "code" in cause &&
    (cause.code === "ERR_MODULE_NOT_FOUND" || cause.code === "MODULE_NOT_FOUND")
  );
}
