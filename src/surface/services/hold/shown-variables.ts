// What a held call sees of secrets in the environment: values of the same shape, made by the shell that starts it.
import { programNeeds } from "#guard/hold/program-needs.ts";
import { ISSUED_BEGINNINGS } from "#guard/hold/views/disguise.ts";

/** Parts of names whose values are secrets, in capitals, and endings of such names. */
const PARTS =
  "TOKEN SECRET PASSW PASSPHRASE PASSCODE APIKEY API_KEY ACCESS_KEY ACCESSKEY PRIVATE_KEY SIGNING_KEY MASTER_KEY CREDENTIAL CUSTOM_HEADERS OTLP_HEADERS AUTHORIZATION WEBHOOK CONNECTION_STRING CONNECTIONSTRING".split(
    " ",
  );
const ENDINGS =
  "_KEY PASS _PWD _PW _PAT _AUTH _PSK _SALT _PEPPER _CREDS _COOKIE _JWT _PIN _OTP _SEED _MNEMONIC _DSN AUTHKEY AUTH_CONFIG".split(
    " ",
  );
/** What each of them has in it: names without are looked at once. */
const COARSE =
  "*TOKEN*|*SECRET*|*PASS*|*KEY*|*CRED*|*HEADERS|*AUTH*|*WEBHOOK*|*CONN*|*_P*|*_SALT|*_SEED|*_COOKIE|*_JWT|*_OTP|*_MNEMONIC|*_DSN";
/** Endings of names that are about a secret: where it is, how long it lasts, who asks for it. */
const ABOUT =
  "_FILE _PATH _DIR _NAME _SOCK _HOST _PORT _TYPE _EXPIRY _EXPIRES _EXPIRES_IN _TTL _COUNT _LENGTH _LIMIT _ENABLED _DISABLED _ALGORITHM _TIMEOUT _MS _METHOD _COMMAND _HELPER _PROGRAM _DESCRIPTOR _VERSION _TOKENS PUBLIC_KEY HOST_KEY SITE_KEY".split(
    " ",
  );
/** Values that are secrets whatever their name. */
const VALUES =
  "*-----BEGIN* *AccountKey=* *SharedAccessKey=* *[Pp]assword=?* *pwd=?* *hooks.slack.com/services/* [Bb]earer?* [Bb]asic?*".split(
    " ",
  );

/** Of our own, and what only the client's process has a use for. They are taken out. */
const OURS = ["SALLYPORT_HOOK_TOKEN", "CLAUDE_CODE_WEBSOCKET_AUTH_FILE_DESCRIPTOR"];

const patterns = (words: readonly string[], form: (word: string) => string): string =>
  words.map(form).join("|");

/** The names of all variables, for bash. */
const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"]
  .map((letter) => `"\${!${letter}@}"`)
  .join(" ");

/**
 * Lines of a shell that define `sallyport_shown`, which gives each variable that is a secret a value of the same shape. A
 * function `sallyport_kept` says of a name that it stays.
 *
 * WHY in the shell, and before anything is started: options of bubblewrap would leave the values in the environment of its own
 * first process, which the call can read (measured); and there stands what is in force for this very call.
 */
export const SHOWN_VARIABLES: readonly string[] = [
  "sallyport_shown() {",
  `  \\builtin unset ${OURS.join(" ")}`,
  '  if [ -n "${ZSH_VERSION-}" ]; then',
  "    \\builtin emulate -L zsh; sallyport_names=(${(k)parameters[(R)*export*]})",
  "  else \\builtin local IFS=' ' LC_ALL=C",
  // WHY the process's own first: other ways take longer than all the rest (measured, 2 to 5 ms). It has not what files of its start set.
  '    if [ -n "${BASH_ENV-}" ] || [ "${SHLVL:-0}" -lt 2 ] || ! \\builtin mapfile -d "" -t sallyport_names </proc/self/environ',
  `    then sallyport_names=(${LETTERS}); fi`,
  "  fi 2>/dev/null",
  "  \\builtin local sallyport_key sallyport_value sallyport_is sallyport_begin sallyport_end",
  // WHY at once: names are written in any style, and patterns of bash know no other way.
  '  [ -n "${ZSH_VERSION-}" ] || \\builtin shopt -s nocasematch',
  '  sallyport_secret=" "',
  '  for sallyport_key in "${sallyport_names[@]}"; do',
  "    sallyport_key=${sallyport_key%%=*}",
  '    if [ -n "${ZSH_VERSION-}" ]; then sallyport_value=${(U)sallyport_key}',
  "    else sallyport_value=$sallyport_key; fi",
  `    case $sallyport_value in ${COARSE})`,
  "      case $sallyport_value in",
  `        sallyport_*|SALLYPORT_*|${patterns(ABOUT, (word) => `*${word}`)}) ;;`,
  `        ${patterns(PARTS, (word) => `*${word}*`)}|${patterns(ENDINGS, (word) => `*${word}`)}|*[a-z]key)`,
  '          sallyport_secret="$sallyport_secret$sallyport_key " ;;',
  "      esac ;;",
  "    esac",
  "  done",
  '  [ -n "${ZSH_VERSION-}" ] || \\builtin shopt -u nocasematch',
  '  for sallyport_key in "${sallyport_names[@]}"; do',
  "    sallyport_key=${sallyport_key%%=*}",
  '    case $sallyport_key in ""|[0-9]*|*[!A-Za-z0-9_]*) continue ;; esac',
  '    if [ -n "${ZSH_VERSION-}" ]; then sallyport_value=${(P)sallyport_key}',
  "    else sallyport_value=${!sallyport_key}; fi",
  '    sallyport_is="" sallyport_begin="" sallyport_end=""',
  '    case $sallyport_secret in *" $sallyport_key "*) sallyport_is=1 ;; esac',
  "    case $sallyport_value in",
  // Counts, switches and files of this machine.
  '      ""|[0-9]|[0-9][0-9]|[0-9][0-9][0-9]|true|false|yes|no|on|off) continue ;;',
  '      [/~]*) [ -n "$sallyport_is" ] && [ ! -e "$sallyport_value" ] || continue ;;',
  '      ????????????*) ;; *) [ -n "$sallyport_is" ] || continue ;;',
  "    esac",
  "    case $sallyport_value in",
  "      *://*:*@*) sallyport_begin=${sallyport_value%%://*}:// sallyport_value=${sallyport_value#*://}",
  "        sallyport_end=@${sallyport_value##*@} sallyport_value=${sallyport_value%@*}",
  "        sallyport_begin=$sallyport_begin${sallyport_value%%:*}: sallyport_value=${sallyport_value#*:} sallyport_is=1 ;;",
  `      ${ISSUED_BEGINNINGS.map((prefix) => `${prefix}????????*`).join("|")}|${VALUES.join("|")}) sallyport_is=1 ;;`,
  "    esac",
  '    [ -n "$sallyport_is" ] || continue',
  '    ! sallyport_kept "$sallyport_key" || continue',
  "    case $sallyport_begin$sallyport_value in",
  ...ISSUED_BEGINNINGS.map(
    (prefix) =>
      `      ${prefix}*) sallyport_begin=${prefix} sallyport_value=\${sallyport_value#${prefix}} ;;`,
  ),
  "    esac",
  "    sallyport_value=${sallyport_value//[[:digit:]]/0} sallyport_value=${sallyport_value//[[:lower:]]/x}",
  "    sallyport_value=${sallyport_value//[[:upper:]]/X} sallyport_value=${sallyport_value//[^-0xX_.:=,\\/+ ]/x}",
  '    if [ -n "${ZSH_VERSION-}" ]; then \\builtin typeset -g "$sallyport_key=$sallyport_begin${sallyport_value:-x}$sallyport_end"',
  '    else \\builtin printf -v "$sallyport_key" %s "$sallyport_begin${sallyport_value:-x}$sallyport_end"; fi || \\builtin exit 126',
  "  done",
  "  \\builtin unset sallyport_names sallyport_secret",
  "}",
];

/** A name that a command writes with a dollar before it. */
const NAMED = /\$\{?([A-Za-z_]\w{0,127})/g;

/**
 * The line that defines which variables stay as they are: of a call that reaches hosts what its programs log in with, and what it names; but
 * for those whose true values are put in outside (`exchanged`).
 */
export function keptVariables(call: {
  readonly reachesHosts: boolean;
  readonly programs: readonly string[];
  readonly command: string;
  readonly exchanged: readonly string[];
}): string {
  if (!call.reachesHosts) return "sallyport_kept() { \\builtin return 1; }";
  const named = Array.from(call.command.matchAll(NAMED), ([, name = ""]) => name);
  const own = call.programs.flatMap((program) => programNeeds(program).variables ?? []);
  const all = [...new Set([...own, ...named])];
  const cases = all.length === 0 ? "" : ` ${all.join("|")}) \\builtin return 0 ;;`;
  const { exchanged } = call;
  const put = exchanged.length === 0 ? "" : ` ${exchanged.join("|")}) \\builtin return 1 ;;`;
  return `sallyport_kept() { case $1 in${put}${cases} *) \\builtin return 1 ;; esac; }`;
}
