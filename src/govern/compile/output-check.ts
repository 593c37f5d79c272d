// Settings that were compiled, held against what the client reads before anybody writes them: one bad entry voids a file.
import type { Catalogue } from "#govern/settings/catalogue.ts";
import type { LintFinding } from "#govern/settings/lint/document.ts";
import { lintSettings } from "#govern/settings/lint/lint.ts";
import type { Scope } from "./target.ts";

/** What lint finds in the text of a settings file for which it must not be written. */
export function outputFaults(
  text: string,
  scope: Scope,
  catalogue: Catalogue,
): readonly LintFinding[] {
  const source = {
    file: "the compiled settings",
    layer: scope === "system" ? "managed" : scope,
    text,
    bytes: Buffer.byteLength(text),
    isLink: false,
  } as const;
  return lintSettings([source], catalogue).filter(
    // What the client drops in managed settings costs nobody else anything, but it was meant to hold.
    ({ severity, id }) => severity === "error" || id === "value/dropped",
  );
}
