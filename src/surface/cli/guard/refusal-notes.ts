// What a person is told of the client's own refusals that guarding writes: rules of theirs that no longer allow, exceptions that count.
import { Failure } from "#base/failure.ts";
import { globsIntersect, hasMagic } from "#base/glob.ts";
import { printable } from "#base/printable.ts";
import { nodeAt } from "#govern/settings/json-edit.ts";
import { toJson } from "#govern/settings/json-text.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { refusalDrift } from "../../services/evaluation/client-refusals.ts";
import type { JudgingPolicy } from "../../services/evaluation/judging-policy.ts";
import { guardingOf } from "../../services/projects/guarded-project.ts";
import { documentsOf, type ProjectSettings } from "../../services/settings/project-settings.ts";

/** Rules of a person that are named. */
const NAMED_MAX = 3;

/** The notes. `rules` are those that are written. */
export function refusalNotes(
  settings: ProjectSettings,
  rules: readonly string[],
  { exceptions }: Pick<JudgingPolicy, "exceptions">,
): readonly string[] {
  if (rules.length === 0) return [];
  const silenced = documentsOf(settings).flatMap(({ document }) => {
    const node = nodeAt(document.root, ["permissions", "allow"]);
    const allowed = node === undefined ? [] : toJson(node);
    return (Array.isArray(allowed) ? allowed : [])
      .filter((text) => typeof text === "string" && rules.some((rule) => isSame(rule, text)))
      .map((text) => `\`${printable(String(text))}\` in \`${printable(document.file)}\``);
  });
  const more = silenced.length - NAMED_MAX;
  const opened = exceptions.some(({ answers }) => answers === undefined);
  return [
    ...(silenced.length === 0
      ? []
      : [
          `the policy refuses what your settings allow, and in the client a refusal stands above: ${silenced.slice(0, NAMED_MAX).join(", ")}${more > 0 ? ` and ${more} more` : ""}`,
        ]),
    ...(opened
      ? [
          "what exceptions open now is in no rule of the client; when one ends, `sallyport upgrade` or `sallyport init` writes the rules again",
        ]
      : []),
  ];
}

/** What to do where the client's own rules no longer fit what the policy and its exceptions say of a directory, as a line more. */
export async function renewalNote(directories: Directories, directory: string): Promise<string> {
  try {
    const entry = guardingOf(directories, directory)?.entry;
    const drift = entry === undefined ? undefined : await refusalDrift(entry, { directories });
    return drift === undefined
      ? ""
      : "\nthe client's own rules still say otherwise there: `sallyport upgrade` renews them";
  } catch (cause) {
    if (cause instanceof Failure) return "";
    throw cause;
  }
}

/** Whether an allow rule of a person names one place that a rule of ours refuses. */
function isSame(refused: string, allowed: string): boolean {
  const [, tool, pattern = ""] = /^(\w+)\((.+)\)$/.exec(refused) ?? [];
  const [, other, own = ""] = /^(\w+)\((.+)\)$/.exec(allowed) ?? [];
  if (tool === undefined || tool !== other) return false;
  if (tool === "WebFetch") return pattern === own;
  return (
    !hasMagic(own.replace(/^(?:\/\/)?\*\*\//, "")) && globsIntersect(placed(pattern), placed(own))
  );
}

/** A pattern of the client as an absolute glob, with a project and a home that stand for all. */
function placed(pattern: string): string {
  if (pattern.startsWith("//")) return pattern.slice(1);
  if (pattern.startsWith("~/")) return `/home/anybody/${pattern.slice(2)}`;
  const inside = pattern.replace(/^\.?\//, "");
  return pattern.startsWith("/") || pattern.startsWith("./")
    ? `/home/anybody/p/${inside}`
    : `/home/anybody/p/**/${inside.replace(/^(?:\*\*\/)+/, "")}`;
}
