// Loads the library of a database or message server when it is used first; it is installed beside sallyport by those who need it.
import { Failure } from "#base/failure.ts";
import { isAbsentLibrary } from "../absent-library.ts";

/** Resolves to the library. Rejects with a Failure `fleet-setup` that says what to install. */
export async function loadLibrary<Library>(
  packages: readonly string[],
  load: () => Promise<Library>,
): Promise<Library> {
  try {
    return await load();
  } catch (cause) {
    if (!isAbsentLibrary(cause)) throw cause;
    throw new Failure(
      "fleet-setup",
      `a library is not installed: \`npm install ${packages.join(" ")}\` where sallyport is installed (\`-g\` for both, or for neither)`,
    );
  }
}
