// Loads a vendor's own library.
import { secretFailure } from "#govern/secrets/provider.ts";
import { loadOptional } from "../../foundation/product/optional-library.ts";

/** Resolves to the library. Rejects with `secret-setup` that says what to install. */
export function loadSdk<Sdk>(packages: readonly string[], load: () => Promise<Sdk>): Promise<Sdk> {
  return loadOptional(packages, load, (how) =>
    secretFailure("secret-setup", `the vendor's library is not installed: ${how}`),
  );
}
