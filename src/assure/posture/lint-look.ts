// Checks that settings lint makes already: its findings of some ids are the faults.
import type { CheckId } from "#govern/settings/lint/checks.ts";
import { placeIn } from "#govern/settings/json-text.ts";
import type { LintDocument } from "#govern/settings/lint/document.ts";
import { rulesOf } from "#govern/settings/lint/rule-text.ts";
import { type Fault, type Look, notApplicable, verdict } from "./check.ts";
import { lineOf } from "./redacted-line.ts";

/** A check that fails where lint has one of these findings. */
export function lintLook(ids: readonly CheckId[]): Look {
  const wanted = new Set<string>(ids);
  return ({ lint, settings, settingsFiles }) => {
    const lookedAt = settingsFiles.map(({ shown }) => shown);
    const texts = new Map(settings.map(({ file, text }) => [file, text]));
    const found = lint.filter(({ id }) => wanted.has(id));
    const allowed = new Set(settings.flatMap(allowPlaces));
    if (found.length === 0 && lookedAt.length === 0)
      return notApplicable("there are no settings here");
    const faults = found.map(
      ({ id, file, line, column, message, fix }): Fault => ({
        ...{ file, line, column, message, fix },
        // WHY: a variable in settings may be a secret, so that its line is never shown.
        evidence: id.startsWith("variable/") ? "" : lineOf(texts.get(file), line),
        // An allow that matches nothing opens nothing: people are asked, and that is all.
        ...(IDLE.test(id) && allowed.has(`${file}:${line}:${column}`) ? LOW : {}),
      }),
    );
    // Leftovers that no rule was meant by are dropped by the client, and open nothing.
    const kept = faults.filter(
      ({ severity }, at) => !LEFTOVER.test(found[at]?.id ?? "") || severity === undefined,
    );
    return verdict(lookedAt, kept);
  };
}

const LOW = { severity: "low" } as const;
/** What lint says of rules that match nothing. */
const IDLE = /^rule\/(?:path-of-wrong-tool|alternation|url|no-domain|malformed|spaces)$/;
/** Of those, what an agreed call leaves behind and the client cannot read again. */
const LEFTOVER = /^rule\/(?:malformed|spaces)$/;

/** Places of the allow rules of a file, as lint gives them. */
function allowPlaces(document: LintDocument): readonly string[] {
  return rulesOf(document).rules.flatMap(({ list, start }) => {
    if (list !== "allow") return [];
    const { line, column } = placeIn(document.text, start);
    return [`${document.file}:${line}:${column}`];
  });
}
