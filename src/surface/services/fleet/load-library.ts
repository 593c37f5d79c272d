// Loads the library of a database or message server.
import { Failure } from "#base/failure.ts";
import { loadOptional } from "../../foundation/product/optional-library.ts";

/** Resolves to the library. Rejects with a Failure `fleet-setup` that says what to install. */
export function loadLibrary<Library>(
  packages: readonly string[],
  load: () => Promise<Library>,
): Promise<Library> {
  return loadOptional(
    packages,
    load,
    (how) => new Failure("fleet-setup", `a library is not installed: ${how}`),
  );
}
