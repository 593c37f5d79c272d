// Checks that settings lint makes already: its findings of some ids are the faults.
import type { CheckId } from "#govern/settings/lint/checks.ts";
import { type Look, notApplicable, verdict } from "./check.ts";
import { lineOf } from "./redacted-line.ts";

/** A check that fails where lint has one of these findings. */
export function lintLook(ids: readonly CheckId[]): Look {
  const wanted = new Set<string>(ids);
  return ({ lint, settings, settingsFiles }) => {
    const lookedAt = settingsFiles.map(({ shown }) => shown);
    const texts = new Map(settings.map(({ file, text }) => [file, text]));
    const found = lint.filter(({ id }) => wanted.has(id));
    if (found.length === 0 && lookedAt.length === 0)
      return notApplicable("there are no settings here");
    const faults = found.map(({ id, file, line, column, message, fix }) => ({
      ...{ file, line, column, message, fix },
      // WHY: a variable in settings may be a secret, so that its line is never shown.
      evidence: id.startsWith("variable/") ? "" : lineOf(texts.get(file), line),
    }));
    return verdict(lookedAt, faults);
  };
}
