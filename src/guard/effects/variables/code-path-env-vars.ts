// Variables whose values are followed where they are known: commands, options, and places of code by their paths.
import { joinPath } from "#base/path.ts";
import { type TextSet, textsOf } from "../../shell/values/text.ts";
import { runsValueOf } from "./inherited.ts";
import { takesOptionsFrom } from "./option-env-vars.ts";

/** Variables whose values are whole lines, to which programs add no words that could be files to change. */
const WHOLE_LINE =
  /^(?:(?:\w+_|MAN)?PAGER|LESSOPEN|LESSCLOSE|PROMPT_COMMAND|RSYNC_RSH|RSYNC_CONNECT_PROG)$/;

/** Options that bash takes from its environment and that are followed; the others change what text means. */
const PLAIN_OPTIONS =
  /^(?:xtrace|errexit|nounset|verbose|pipefail|noglob|noclobber|allexport|braceexpand|hashall|interactive-comments|extglob|globstar|nullglob|dotglob|failglob|nocaseglob|:)+$/;

/**
 * Programs that read no configuration and start nothing but what they are told by their words: they heed none of the
 * variables that make programs run code, but for those of the loader of programs.
 */
const PLAIN_PROGRAMS =
  /^(?:basename|cat|chgrp|chmod|chown|cksum|cmp|comm|cp|cut|date|df|dirname|du|echo|env|expand|expr|false|fmt|fold|head|hostname|id|install|join|ln|ls|md5sum|mkdir|mkfifo|mktemp|mv|nice|nl|nohup|nproc|od|paste|printenv|printf|pwd|readlink|realpath|rev|rm|rmdir|seq|sha1sum|sha256sum|sha512sum|shuf|sleep|sort|split|stat|stdbuf|sum|sync|tac|tail|tee|test|timeout|touch|tr|true|truncate|tsort|tty|uname|unexpand|uniq|wc|whoami|xxd|yes|cal|column|cmp|diff|grep|egrep|fgrep|tree|which|file)$/;
const OF_LOADER = /^(?:LD_|DYLD_|GCONV_PATH$|GLIBC_TUNABLES$|BASH_FUNC_)/;

/** Variables of the loader that only say what it prints, and where. */
const PRINTED_BY_LOADER = /^LD_(?:BIND_NOW|DEBUG(?:_OUTPUT)?|SHOW_AUXV|VERBOSE|WARN)$/;

/** Whether what a program makes of a variable is followed, or is nothing. `values`: what the variable holds. */
export function isFollowed(program: string, variable: string, values: TextSet): boolean {
  if (PLAIN_PROGRAMS.test(program) && !OF_LOADER.test(variable)) return true;
  const known = textsOf(values);
  if (known === undefined) return false;
  if (PRINTED_BY_LOADER.test(variable)) return true;
  if (/^GIT_CONFIG_(?:COUNT|KEY_\d+|VALUE_\d+|PARAMETERS)$/.test(variable))
    return program === "git";
  // Its model reads that file.
  if (variable === "BASH_ENV") return program === "bash";
  if (variable === "RSYNC_PARTIAL_DIR") return program === "rsync";
  if (variable === "SHELLOPTS" || variable === "BASHOPTS")
    return program === "bash" && known.every((value) => PLAIN_OPTIONS.test(value));
  if (runsValueOf(variable, program))
    return /^(?:git|crontab)$/.test(program) || WHOLE_LINE.test(variable);
  return takesOptionsFrom(variable, program, values);
}

/** Variables whose value is a file or folder, or a list of them, with code or with a configuration that names code. */
const PLACES =
  /^(?:BASH_ENV|ENV|ZDOTDIR|HOME|XDG_(?:CONFIG|DATA)_(?:HOME|DIRS)|INPUTRC|FPATH|PYTHON(?:STARTUP|HOME|USERBASE|PATH)|PERL5?LIB|RUBYLIB|LUA_C?PATH|PHPRC|PHP_INI_SCAN_DIR|AWK(?:LIB)?PATH|R_(?:PROFILE|PROFILE_USER|ENVIRON_USER)|LD_(?:PRELOAD|LIBRARY_PATH|AUDIT)|GCONV_PATH|OPENSSL_(?:CONF|MODULES|ENGINES)|MAKEFILES|LESSKEY(?:IN)?|RIPGREP_CONFIG_PATH|HGRCPATH|MYVIMRC|VIM|VIMRUNTIME|EMACSLOADPATH|GNUPGHOME|PSQLRC|PGSERVICEFILE|MYSQL_HOME|WGETRC|CURL_HOME|TF_CLI_CONFIG_FILE|GIT_(?:CONFIG(?:_GLOBAL|_SYSTEM)?|DIR|COMMON_DIR|WORK_TREE|TEMPLATE_DIR|EXEC_PATH|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES)|NPM_CONFIG_(?:SCRIPT_SHELL|USERCONFIG|GLOBALCONFIG|PREFIX|CACHE|INIT_MODULE))$/i;

/** A value that is nothing but paths. */
const PATHS = /^[\w./~@%+,?*:; -]+$/;

/** The places that such a variable names, where its value is known and nothing but paths; undefined otherwise. */
export function placesOfCode(
  variable: string,
  value: string | undefined,
  directory: string,
): readonly string[] | undefined {
  if (value === undefined || !PLACES.test(variable) || !PATHS.test(value)) return undefined;
  if (value.startsWith("~") || value.startsWith("-")) return undefined;
  // A name without a folder is looked for elsewhere.
  if (/^npm_config_script_shell$/i.test(variable) && !value.includes("/")) return undefined;
  const pieces = value.split(/[:; ]+/).filter((piece) => piece !== "");
  return pieces.map((piece) => joinPath(piece.startsWith("/") ? "/" : directory, folderOf(piece)));
}

/** A path without the first part that is a pattern, and what lies below. */
function folderOf(path: string): string {
  const at = path.search(/[?*]/);
  return at < 0 ? path : path.slice(0, path.lastIndexOf("/", at) + 1);
}
