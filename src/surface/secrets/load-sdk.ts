// Loads a vendor's own library when it is used first; it is installed beside sallyport by those who need it.
import { secretFailure } from "#govern/secrets/provider.ts";
import { isAbsentLibrary } from "../absent-library.ts";

/** Resolves to the library. Rejects with `secret-setup` that says what to install. */
export async function loadSdk<Sdk>(
  packages: readonly string[],
  load: () => Promise<Sdk>,
): Promise<Sdk> {
  try {
    return await load();
  } catch (cause) {
    if (!isAbsentLibrary(cause)) throw cause;
    throw secretFailure(
      "secret-setup",
      `the vendor's library is not installed: \`npm install ${packages.join(" ")}\` where sallyport is installed (\`-g\` for both, or for neither)`,
    );
  }
}
