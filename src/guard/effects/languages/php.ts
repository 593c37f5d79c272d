// PHP, read lightly: functions by name, streams, texts that hold variables.
import { known, knownPrefix, type Text, textOf } from "../../shell/values/text.ts";
import {
  takesRights,
  changesMode,
  contacts,
  copies,
  kills,
  hardLinks,
  links,
  readsVariable,
  removes,
  runsShell,
  writesFile,
} from "./evaluation/call-effects.ts";
import { type CallEffect, doings, type Language, type Prepared } from "./evaluation/language.ts";
import { printedBy } from "./evaluation/printed-by.ts";
import type { Observations } from "./evaluation/observations.ts";
import {
  type Lexed,
  type Lexicon,
  readQuoted,
  type Spot,
  type Token,
  words,
} from "./evaluation/tokens.ts";
import { phpValues } from "./php-values.ts";

const VARIABLE = /\{\$[^}]*\}|\$\{[^}]*\}|\$\w+(?:\[[^\]]*\]|->\w+)?/y;

const lexicon: Lexicon = {
  space: /(?:\s|(?:\/\/|#(?!\[))(?:(?!\?>)[^\n])*|\/\*[\s\S]*?\*\/|<\?php|<\?=?|\?>\s*$)+/y,
  name: /\$*[\p{L}_][\p{L}\p{N}_]*/uy,
  special: quoteAt,
};

function quoteAt(spot: Spot): Lexed | "none" {
  const { code, at } = spot;
  const char = code[at] ?? "";
  if (/["'`]/.test(char)) return readQuoted(spot, VARIABLE);
  if (code.startsWith("/*", at)) return undefined;
  if (code.startsWith("<<<", at) || code.startsWith("?>", at))
    return { tokens: [{ kind: "op", text: "heredoc" }], end: at + 2 };
  return "none";
}

const KEYWORDS = words(
  "and array as break case const continue declare default do echo else elseif empty endfor endforeach endif endswitch endwhile exit die fn for foreach function global if instanceof int float string bool isset list match null NULL or print return static switch true false TRUE FALSE try catch finally throw unset use while xor",
);

const HARMLESS = words(
  "abs acos array_chunk array_column array_combine array_count_values array_diff array_diff_key array_fill array_flip array_intersect array_key_exists array_key_first array_key_last array_keys array_merge array_pad array_pop array_product array_push array_rand array_reverse array_search array_shift array_slice array_splice array_sum array_unique array_unshift array_values arsort asort base64_decode base64_encode basename bin2hex bindec boolval ceil chr chunk_split count crc32 ctype_alnum ctype_alpha ctype_digit ctype_lower ctype_upper current date date_default_timezone_get date_default_timezone_set dechex decbin decoct dirname end explode extension_loaded file_exists filemtime filesize floatval floor fmod function_exists get_debug_type getcwd getmypid gettype hash hash_algos hex2bin hexdec html_entity_decode htmlspecialchars http_build_query hypot implode in_array intdiv intval is_array is_bool is_dir is_file is_float is_int is_null is_numeric is_string join json_decode json_encode json_last_error_msg key krsort ksort lcfirst log log10 ltrim max mb_strlen mb_strtolower mb_strtoupper mb_substr md5 memory_get_usage microtime min mktime mt_rand nl2br number_format octdec ord parse_str parse_url php_sapi_name php_uname phpversion pi pow preg_grep preg_match preg_match_all preg_quote preg_replace preg_split print_r printf rand random_bytes random_int range rawurldecode rawurlencode realpath round rsort rtrim serialize sha1 shuffle sleep sort sprintf sqrt str_contains str_ends_with str_pad str_repeat str_replace str_split str_starts_with str_word_count strcmp strip_tags stripos strlen strpos strrev strrpos strstr strtolower strtotime strtoupper substr substr_count time trim ucfirst ucwords uniqid urldecode urlencode usleep var_dump var_export version_compare vsprintf wordwrap get_loaded_extensions PHP_VERSION PHP_EOL PHP_OS PHP_INT_MAX STDIN STDOUT STDERR stream_get_contents feof fgets fgetcsv fclose fwrite fputs fputcsv scandir",
);

const GLOBALS = words(
  "eval include include_once require require_once assert new class interface trait enum extends namespace goto usort uasort uksort preg_replace_callback register_shutdown_function create_function compact extract putenv ini_set dl __unknown_part__ $GLOBALS $_ENV $_SERVER",
);

/** A name of a stream: files, filters over files, addresses. */
function stream(how: "read" | "write" | "mode"): CallEffect {
  return (call, seen) => {
    const paths = call.args[0]?.texts;
    const mode = how === "mode" ? call.args[1]?.text : how === "read" ? "r" : "w";
    const known = (paths ?? []).map((text) => opensStream(text, mode, seen));
    return paths !== undefined && known.every((one) => one);
  };
}

function opensStream(text: Text, mode: string | undefined, seen: Observations): boolean {
  const path = knownPrefix(text);
  if (/^php:\/\/(stdin|stdout|stderr|memory|temp|output|input)/i.test(path)) return true;
  if (/^(https?|ftps?|ssl|tls|tcp|udp):\/\//i.test(path)) {
    seen.contact(text, "https");
    return true;
  }
  const isWhole = textOf(text) !== undefined;
  const named =
    /^php:\/\/filter\/.*resource=(.*)$/is.exec(path)?.[1] ??
    /^(?:file|compress\.zlib|glob):\/\/(.*)$/is.exec(path)?.[1];
  const isStream = /^[a-z.]+:\/\//i.test(named ?? path);
  const file = named === undefined ? [text] : known(named);
  if (mode === undefined || /r|\+/.test(mode)) seen.read(file);
  if (mode === undefined || /[waxc+]/.test(mode))
    seen.write(file, mode?.includes("a") === true ? "append" : "create");
  return mode !== undefined && !isStream && (isWhole || named === undefined);
}

/** Functions that call the one that their first word names, with each item or with the words behind. */
const callsBack: CallEffect = (call, seen) => {
  const [name, ...rest] = call.args;
  const path = name?.text ?? "";
  const doing = Object.hasOwn(CALLS, path) ? CALLS[path] : undefined;
  doing?.({ ...call, path, args: rest }, seen);
  return false;
};

const CALLS: Language["calls"] = doings(
  [
    stream("read"),
    "file_get_contents file readfile md5_file sha1_file parse_ini_file show_source highlight_file php_strip_whitespace gzfile readgzfile opendir exif_read_data simplexml_load_file",
  ],
  [stream("write"), "file_put_contents"],
  [stream("mode"), "fopen gzopen"],
  [writesFile(0, "change"), "mkdir touch chown chgrp"],
  [changesMode(1, 0), "chmod"],
  [kills, "posix_kill"],
  [takesRights, "posix_setuid posix_seteuid posix_setgid"],
  [removes("entry"), "unlink rmdir"],
  [copies("moves", "tree", "as-named"), "rename move_uploaded_file"],
  [copies("copies", "entry", "as-named"), "copy"],
  [links, "symlink"],
  [hardLinks, "link"],
  [runsShell(), "system exec shell_exec passthru popen proc_open"],
  [contacts(), "fsockopen pfsockopen stream_socket_client curl_init get_headers"],
  [callsBack, "array_map array_walk array_filter call_user_func call_user_func_array"],
  [contacts(0, "dns"), "gethostbyname dns_get_record checkdnsrr"],
  [getsVariable, "getenv"],
  [environment, "phpinfo"],
);

export const php: Language = {
  name: "PHP code",
  lexicon,
  keywords: KEYWORDS,
  harmless: HARMLESS,
  methods: new Set(),
  calls: CALLS,
  environment: new Set(["$_ENV", "$_SERVER"]),
  access: new Set(["->", "::", "?->"]),
  unknownNames: "unless-called",
  globals: GLOBALS,
  bareArguments: false,
  suspicious: new Set(["heredoc", "${", "computed-call"]),
  values: phpValues,
  evaluates: new Set(["eval", "assert"]),
  settable: new Set(),
  prepare,
};

function environment(_call: Parameters<CallEffect>[0], seen: Observations): boolean {
  seen.read("/proc/self/environ");
  return true;
}

function getsVariable(call: Parameters<CallEffect>[0], seen: Observations): boolean {
  // Without a name it gives all of them.
  return call.args.length === 0 ? environment(call, seen) : readsVariable(call, seen);
}

function prepare(tokens: readonly Token[], seen: Observations): Prepared {
  const rest: Token[] = [];
  tokens.forEach((token, at) => {
    const next = tokens[at + 1];
    const called = next?.kind === "op" && next.text === "(";
    // A value that is called runs the function that it names.
    const value =
      token.kind === "string" ||
      (token.kind === "name" && token.text.startsWith("$")) ||
      (token.kind === "op" && /^[\])}]$/.test(token.text));
    const block = token.kind === "op" && /^[)}]$/.test(token.text) && !called;
    if (called && value && !block) seen.cannotTell();
    if (
      token.kind === "name" &&
      /^(class|namespace|trait|enum|new|include|include_once|require|require_once|eval)$/i.test(
        token.text,
      )
    )
      seen.cannotTell();
    if (token.kind === "name" && /^(use)$/.test(token.text)) seen.cannotTell();
    rest.push(token);
  });
  return { tokens: rest, aliases: new Map() };
}

/** What a program that only prints one text prints. */
export const printedByPhp = printedBy(php, new Set(["echo", "print"]), "", true);
