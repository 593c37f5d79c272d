// What of a repository's settings comes with a clone, and how checks look at it.
import { type Fault, type Look, notApplicable, unseen, verdict } from "../../check.ts";
import { spotFault, spotsAt } from "../../looking.ts";
import type { AuditInputs } from "../../inputs/audit-inputs.ts";
import { variableClass, type VariableClass } from "../../inputs/variable-classes.ts";
import { variablesOf } from "../../variables.ts";

/**
 * Layers that come with a repository. A local file comes along where git follows it or nothing keeps it out; where it is
 * ignored it is the person's own.
 */
export function clonedLayers(auditInputs: AuditInputs): readonly ("project" | "local")[] {
  const path = ".claude/settings.local.json";
  const git = auditInputs.git.kind === "seen" ? auditInputs.git.value : undefined;
  const isFollowed = git?.tracked(path) === true;
  const isKeptOut =
    auditInputs.isIgnored(path) ||
    git?.ignoresLocalSettings === true ||
    isIgnoredByPerson(auditInputs, path);
  return isFollowed || !isKeptOut ? ["project", "local"] : ["project"];
}

/** The client itself writes such a line into the person's own ignore file. */
function isIgnoredByPerson({ home }: AuditInputs, path: string): boolean {
  const name = path.replace(/^.*\//, "");
  return [".config/git/ignore", ".gitignore_global", ".gitignore"].some((own) =>
    (home.files.get(own)?.text ?? "").split(/\r?\n/).some((line) => line.trim().endsWith(name)),
  );
}

/** The repair of what no repository should bring. */
export const TAKE_OUT = "take it out, or put it into managed settings";

/** A check of settings that come with the repository. */
export function ofProject(find: (auditInputs: AuditInputs) => readonly Fault[]): Look {
  return (auditInputs) => {
    const layers = clonedLayers(auditInputs);
    const documents = auditInputs.settings.filter(({ layer }) =>
      (layers as readonly string[]).includes(layer),
    );
    const files = auditInputs.settingsFiles.filter(
      ({ path, place }) =>
        place === "repository" && (path === ".claude/settings.json" || layers.includes("local")),
    );
    if (files.length === 0 && documents.length === 0)
      return notApplicable("the repository brings no settings");
    const faults = find(auditInputs);
    if (faults.length === 0 && documents.length === 0)
      return unseen(`${files.map(({ shown }) => shown).join(", ")} could not be read`);
    return verdict(
      files.map(({ shown }) => shown),
      faults,
    );
  };
}

/** A check of variables of one class that the repository sets. */
export function ofVariables(wanted: VariableClass, message: string): Look {
  return ofProject((auditInputs) =>
    variablesOf(auditInputs, clonedLayers(auditInputs))
      .filter(({ name, value = "" }) => variableClass(name, value) === wanted)
      // What the installed client does not take from there changes nothing.
      .filter(({ name }) => !auditInputs.isIgnoredVariable(name))
      .map(({ name, fault }) => fault(`the repository sets \`${name}\`: ${message}`, TAKE_OUT)),
  );
}

/** A check of keys by which the repository names a command. */
export function ofKeys(keys: readonly string[], message: string): Look {
  return ofProject((auditInputs) =>
    keys.flatMap((key) =>
      spotsAt(auditInputs, [key], clonedLayers(auditInputs)).map((spot) =>
        spotFault(spot, `by \`${key}\` ${message}`, { fix: TAKE_OUT }),
      ),
    ),
  );
}
