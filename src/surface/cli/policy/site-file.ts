// The parameters of a site as commands take them: a file that is named, or those of a site that says nothing.
import { readFileSync } from "node:fs";
import { Failure } from "#base/failure.ts";
import { managedEnvironment } from "#govern/compile/environment.ts";
import { parsePlacedSite, PLAIN_SITE, type PlacedSite, type Site } from "#govern/compile/site.ts";

/** Reads the file. Throws a Failure where it cannot be read, or with the line and column of what is wrong in it. */
export function readSite(file: string | undefined): Site {
  return readPlacedSite(file).site;
}

/** The same with the place of each parameter. Throws as `readSite` does. */
export function readPlacedSite(file: string | undefined): PlacedSite {
  if (file === undefined) return { site: PLAIN_SITE, place: () => ({ file: "no file" }) };
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new Failure("site-unreadable", `the parameters \`${file}\` cannot be read`, { cause });
  }
  return parsePlacedSite(text, file);
}

/**
 * The variables that a managed deployment of a site sets in every session; undefined where no file is named. Throws as
 * `readSite` does.
 */
export function deployedVariables(
  file: string | undefined,
): Readonly<Record<string, string>> | undefined {
  return file === undefined ? undefined : managedEnvironment(readSite(file));
}
