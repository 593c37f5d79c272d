// Settings of git for one held call: counted variables behind those that the person has, above every file of git.
import { singleQuoted } from "#base/shell-quoting.ts";

/** Lines for the shell that starts the call. WHY there: only it knows how many such variables the person has. */
export function gitSettingLines(
  settings: readonly (readonly [key: string, value: string])[],
): readonly string[] {
  return [
    "sallyport_count=${GIT_CONFIG_COUNT:-0}",
    "case $sallyport_count in *[!0-9]*) ;; *)",
    ...settings.map(([key, value], at) => {
      const number = at === 0 ? "$sallyport_count" : `$((sallyport_count + ${at}))`;
      return `\\builtin export "GIT_CONFIG_KEY_${number}=${key}" "GIT_CONFIG_VALUE_${number}="${singleQuoted(value)}`;
    }),
    `\\builtin export "GIT_CONFIG_COUNT=$((sallyport_count + ${settings.length}))" ;; esac`,
  ];
}
