// Which variables of a repository's settings the running client is known to take nothing from, by the releases that were read.
import { isIgnoredFromRepository } from "#govern/settings/client-releases.ts";
import { loadCatalogue } from "../../foundation/product/shipped-data.ts";

/** Asks by name. WHY a function for the version: it and the catalogue are looked at only where a name is in doubt. */
export function ignoredBy(
  clientVersion: () => string | undefined = () => undefined,
): (name: string) => boolean {
  return (name) => {
    const version = clientVersion();
    return version !== undefined && isIgnoredFromRepository(loadCatalogue(), name, version);
  };
}
