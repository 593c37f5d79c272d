// Variables that make other programs run code or load it: setting one is more than setting a variable.
import { type TextSet, textsOf } from "../shell/text.ts";

/** Names whose value is run or loaded by common programs. Patterns are anchored at both ends. */
const EXECUTING: readonly RegExp[] = [
  /^LD_(PRELOAD|LIBRARY_PATH|AUDIT)$/,
  /^DYLD_.*$/,
  /^(BASH_ENV|ENV|PROMPT_COMMAND|ZDOTDIR)$/,
  /^GIT_(SSH|SSH_COMMAND|EXTERNAL_DIFF|PAGER|EDITOR|SEQUENCE_EDITOR|ASKPASS|PROXY_COMMAND|EXEC_PATH|TEMPLATE_DIR|CONFIG.*|ALLOW_PROTOCOL)$/,
  /^(PAGER|MANPAGER|EDITOR|VISUAL|BROWSER|SSH_ASKPASS|LESSOPEN|LESSCLOSE|RSYNC_RSH|SUDO_ASKPASS|FCEDIT)$/,
  /^(NODE_OPTIONS|PERL5OPT|PERL5LIB|RUBYOPT|RUBYLIB|PYTHONSTARTUP|PYTHONHOME|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS)$/,
  /^(CURL_HOME|WGETRC|NPM_CONFIG_.*|npm_config_.*|PIP_.*INDEX_URL|GREP_COLORS_PROGRAM)$/,
  /^BASH_FUNC_.*$/,
];

/** Values that turn such a variable off or name a program that only prints. */
const HARMLESS = new Set([
  "",
  "cat",
  "/bin/cat",
  "/usr/bin/cat",
  "true",
  "/bin/true",
  "less",
  ":",
  "0",
  "1",
]);

/** Whether a variable with one of these values may make a program run or load code. */
export function makesProgramsRunCode(name: string, values: TextSet): boolean {
  if (name === "PS4") return textsOf(values)?.every((value) => !/[$`]/.test(value)) !== true;
  if (!EXECUTING.some((pattern) => pattern.test(name))) return false;
  const known = textsOf(values);
  if (known === undefined) return true;
  if (name === "NODE_OPTIONS")
    return known.some((value) => !/^(--max[-_]old[-_]space[-_]size=\d+\s*)?$/.test(value));
  return known.some((value) => !HARMLESS.has(value));
}
