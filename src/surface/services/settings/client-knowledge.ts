// What is known of the client that runs: which variables of a repository it takes nothing from, and how its version stands to those proven.
import { isIgnoredFromRepository, releaseStanding } from "#govern/settings/client-releases.ts";
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

/** How a version of the client stands to those that this program was proven with, for the record. */
export function clientProof(version: string): string {
  return releaseStanding(loadCatalogue(), version).kind;
}
