// How node says that a library is not installed, imported or required.

/** Whether an error says that what was loaded is not installed. */
export function isAbsentLibrary(cause: unknown): boolean {
  return (
    cause instanceof Error &&
    "code" in cause &&
    (cause.code === "ERR_MODULE_NOT_FOUND" || cause.code === "MODULE_NOT_FOUND")
  );
}
