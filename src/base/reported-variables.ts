// Which variables of the client's environment the guard is told: those by which a name, a file or the shell comes to mean something else.
import { redirectionOf } from "./redirecting-variables.ts";

/** Names that redirect nothing by themselves and change how a command is read, or stand in commands and rules as values. */
const READ_BY_COMMANDS = new Set([
  "CI",
  // The client's own name with its version, as it gives it to hooks and commands.
  "AI_AGENT",
  ...["SHLVL", "CDPATH", "POSIXLY_CORRECT", "TMPDIR", "VIRTUAL_ENV"],
  ...["GREP_OPTIONS", "LS_OPTIONS", "XZ_DEFAULTS", "XZ_OPT", "UNZIP", "UNZIPOPT", "ZIPOPT"],
  ...["BAT_CONFIG_PATH", "FD_CONFIG_PATH", "KUBECTL_EXTERNAL_DIFF", "GOPATH", "CARGO_HOME"],
  ...["PGHOST", "PGSERVICE", "MYSQL_HOST", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"],
]);

/** Names whose values are keys, whatever they redirect: not even their presence is told. */
const CREDENTIAL =
  /TOKEN|SECRET|PASSW|CREDENTIAL|API_?KEY|PRIVATE_?KEY|_AUTH(?:_|$)|AUTHTOKEN|CUSTOM_HEADERS|^SALLYPORT_/;

const SETTING_FAMILY = /^(?:NPM_CONFIG_|YARN_|PNPM_|GIT_CONFIG)/;

/** Whether a variable of this name is told, where it is set. */
export function isReported(name: string): boolean {
  const upper = name.toUpperCase();
  if (CREDENTIAL.test(upper)) return false;
  if (SETTING_FAMILY.test(upper)) return true;
  return READ_BY_COMMANDS.has(name) || redirectionOf(name, "some/value") !== undefined;
}
