// Variables that start-up files of shells set for every program, in the forms of the shells: sh, fish, csh, PowerShell.
import { filesIn, lineFault, linesOf } from "./looking.ts";
import type { SeenFile, SeenTree, AuditInputs } from "./inputs/audit-inputs.ts";
import { START_FILES, SYSTEM_START_FILES } from "./inputs/start-files.ts";
import { hasAddressPassword, type SetVariable, variablesOf } from "./variables.ts";

const NAME = String.raw`([A-Za-z_]\w*)`;
/** Files in which each line is `NAME=value` by itself and needs no `export`. */
const PLAIN = /environment$|environment\.d\/|\.pam_environment$/;
const FORMS: readonly RegExp[] = [
  // sh: `export NAME=value`, `declare -x NAME=value`.
  new RegExp(String.raw`^\s*(?:export|(?:declare|typeset)\s+-\w*x\w*)\s+(?:-\w+\s+)*${NAME}=(.*)$`),
  // sh: `NAME=value; export NAME`.
  new RegExp(String.raw`^\s*${NAME}=(.*?)\s*(?:;|&&)\s*export\s+\1\b`),
  // fish: `set -gx NAME value`, `set --universal --export NAME value`.
  new RegExp(String.raw`^\s*set\s+(?=[^#]*(?:-\w*x|--export))(?:-[\w-]+\s+)+${NAME}\s+(.*)$`),
  // csh: `setenv NAME value`; macOS: `launchctl setenv NAME value`; Windows: `setx NAME value`.
  new RegExp(String.raw`^\s*(?:launchctl\s+)?(?:setenv|setx)\s+${NAME}\s+(.*)$`),
  // PowerShell: `$env:NAME = "value"`, `[Environment]::SetEnvironmentVariable("NAME", "value", ...)`.
  new RegExp(String.raw`^\s*\$env:${NAME}\s*=\s*(.*)$`, "i"),
  new RegExp(
    String.raw`\[(?:System\.)?Environment\]::SetEnvironmentVariable\(\s*["']${NAME}["']\s*,\s*("[^"]*"|'[^']*')`,
    "i",
  ),
];
const PLAIN_FORM = new RegExp(String.raw`^\s*${NAME}(?:=|\s+(?:DEFAULT|OVERRIDE)=)(.*)$`);

/** Where variables are looked for: settings, start-up files, and the environment where somebody told of it. */
export function placesOfVariables(auditInputs: AuditInputs): readonly string[] {
  const { settings, settingsFiles, home, system, environment } = auditInputs;
  const files = [
    ...settingsFiles,
    ...filesIn([home], START_FILES),
    ...filesIn([system], SYSTEM_START_FILES),
  ];
  return [
    ...new Set([...files.map(({ shown }) => shown), ...settings.map(({ file }) => file)]),
    ...(environment.kind === "seen" ? ["the environment"] : []),
  ];
}

/** What the files of a home and a system set. WHY remembered: a dozen checks ask, and each form is tried on each line. */
const SET = new WeakMap<SeenTree, WeakMap<SeenTree, readonly SetVariable[]>>();

/** Variables that every program of a shell gets; what is set only for one command is none. They count as the user's. */
export function startVariables({
  home,
  system,
}: Pick<AuditInputs, "home" | "system">): readonly SetVariable[] {
  const bySystem = SET.get(home) ?? new WeakMap<SeenTree, readonly SetVariable[]>();
  SET.set(home, bySystem);
  const set = bySystem.get(system) ?? setIn(home, system);
  bySystem.set(system, set);
  return set;
}

function setIn(home: SeenTree, system: SeenTree): readonly SetVariable[] {
  const files = [...filesIn([home], START_FILES), ...filesIn([system], SYSTEM_START_FILES)];
  return files.flatMap((file) => {
    const exported = new Set(
      [...(file.text ?? "").matchAll(/^[ \t]*export((?:\s+[A-Za-z_]\w*)+)\s*$/gm)].flatMap(
        ([, names = ""]) => names.trim().split(/\s+/),
      ),
    );
    return linesOf(file).flatMap(({ line, text }) => {
      const set = settingOf(text, file, exported);
      return set === undefined ? [] : [variableAt(file, line, set)];
    });
  });
}

/** Variables of settings, of the environment and of start-up files. */
export function everyVariable(auditInputs: AuditInputs): readonly SetVariable[] {
  return [...variablesOf(auditInputs), ...startVariables(auditInputs)];
}

function settingOf(text: string, file: SeenFile, exported: ReadonlySet<string>) {
  if (/^\s*(?:#|rem\b)/i.test(text)) return undefined;
  for (const form of FORMS) {
    const [, name, value] = form.exec(text) ?? [];
    if (name !== undefined) return { name, value: unquoted(value ?? "") };
  }
  const [, name, value] = PLAIN_FORM.exec(text) ?? [];
  return name !== undefined && (PLAIN.test(file.path) || exported.has(name))
    ? { name, value: unquoted(value ?? "") }
    : undefined;
}

/** The first word of what follows, without quotes; a command in its place stays one. */
function unquoted(text: string): string {
  const trimmed = text.trim();
  const quoted = /^"((?:[^"\\]|\\.)*)"|^'([^']*)'/.exec(trimmed);
  if (quoted !== null) return (quoted[1] ?? quoted[2] ?? "").trim();
  if (/^(?:\$\(|`|\()/.test(trimmed)) return "$(...)";
  return /^[^\s;#]*/.exec(trimmed)?.[0] ?? "";
}

function variableAt(
  file: SeenFile,
  line: number,
  { name, value }: { readonly name: string; readonly value: string },
): SetVariable {
  return {
    name,
    value,
    isEmpty: value === "",
    layer: "user",
    hasPassword: hasAddressPassword(value),
    fault: (message, fix) => ({ ...lineFault(file, line, message, fix), evidence: name }),
  };
}
