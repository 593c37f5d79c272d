// Hooks of git that stand in a list: what husky, lefthook, simple-git-hooks, CaptainHook and the like are told to run.
import { memberOf, type JsonNode, placeIn } from "#govern/settings/json-text.ts";
import { filesIn, linesOf, scalarOf } from "../../looking.ts";
import type { SeenFile, AuditInputs } from "../../inputs/audit-inputs.ts";

/** One command of such a list. `isForgiven`: the program is told to go on whatever comes of it. */
export type ListedHook = {
  readonly file: SeenFile;
  readonly line: number;
  readonly event: string;
  readonly command: string;
  readonly isForgiven: boolean;
};

const EVENT =
  /^(?:pre|post)-(?:commit|push|merge-commit|merge|checkout|rebase)$|^(?:prepare-)?commit-msg$/;
const FILES =
  /(?:^|\/)(?:package\.json|\.simple-git-hooks\.json|\.huskyrc(?:\.json)?|captainhook\.json|\.?lefthook(?:-local)?\.json)$/;
/** Keys of a `package.json` below which programs look for hooks. */
const KEYS = [
  "simple-git-hooks",
  "husky",
  "gitHooks",
  "git-hooks",
  "pre-commit",
  "ghooks",
] as const;

/** Commands of hooks in files of JSON. */
export function listedHooks({ repository, json }: AuditInputs): readonly ListedHook[] {
  return filesIn([repository], FILES).flatMap((file) => {
    const root = json(file);
    const parts = file.path.endsWith("package.json")
      ? KEYS.map((key) => memberOf(root, key))
      : [root];
    return parts.flatMap((part) => [
      ...ofEvents(file, part),
      ...ofEvents(file, memberOf(part, "hooks")),
    ]);
  });
}

function ofEvents(file: SeenFile, node: JsonNode | undefined): readonly ListedHook[] {
  if (node?.kind !== "object") return [];
  return node.members.flatMap(({ key, value }) =>
    EVENT.test(key)
      ? commandsIn(value, false).map(({ command, start, isForgiven }) => ({
          file,
          event: key,
          command,
          isForgiven,
          line: placeIn(file.text ?? "", start).line,
        }))
      : [],
  );
}

type Command = { readonly command: string; readonly start: number; readonly isForgiven: boolean };

/** Texts of an event, as a line, a list, or entries with their options. */
function commandsIn(node: JsonNode, isForgiven: boolean): readonly Command[] {
  if (node.kind === "scalar")
    return typeof node.value === "string"
      ? [{ command: node.value, start: node.start, isForgiven }]
      : [];
  if (node.kind === "array") return node.elements.flatMap((one) => commandsIn(one, isForgiven));
  const isNow =
    isForgiven ||
    scalarOf(memberOf(memberOf(node, "config"), "allow-failure")) === true ||
    scalarOf(memberOf(node, "skip")) === true;
  return node.members.flatMap(({ key, value }) =>
    /^(?:run|action|command|commands|actions|scripts|jobs)$/.test(key) ||
    value.kind === "object" ||
    value.kind === "array"
      ? commandsIn(value, isNow)
      : [],
  );
}

/** Lists of hooks in YAML and TOML, whose lines hold the commands. */
export const RUNNERS =
  /(?:^|\/)(?:\.?lefthook(?:-local)?\.(?:ya?ml|toml|json)|\.pre-commit-config\.yaml|\.overcommit\.yml|\.husky\.toml)$/;

/** Lines of such lists that run a command, with what is around it taken off. */
export function runnerLines(
  file: SeenFile,
): readonly { readonly line: number; readonly text: string }[] {
  return linesOf(file)
    .filter(({ text }) => !/^\s*#/.test(text))
    .map(({ line, text }) => ({
      line,
      text: text
        .replace(/^\s*(?:-\s+)?["']?(?:run|entry|command)["']?\s*[:=]\s*/, "")
        .replace(/^(["'])(.*)\1\s*,?$/, "$2"),
    }));
}
