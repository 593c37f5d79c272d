// Small programs of other languages that need no sandbox: the few words, signs and modules that they may be made of.

/** What a plain program of one language may be made of. Lists are words of a line. */
export type PlainLanguage = {
  /** Its words, texts and signs; every group has its name. What none of them reads makes a program not plain. */
  readonly token: RegExp;
  readonly keywords: ReadonlySet<string>;
  /** Functions and values of the language that stand by themselves. */
  readonly names: ReadonlySet<string>;
  /** Those of them that stand for what lies behind their dot alone; what may stand there. */
  readonly qualified: ReadonlyMap<string, ReadonlySet<string>>;
  /** Those that open what their first argument names: it has to be written out. */
  readonly opens: ReadonlySet<string>;
  /** Those that ask a server for a page: one of this machine, written out. */
  readonly asks: ReadonlySet<string>;
  /** What may stand behind the dot of any other value. */
  readonly members: ReadonlySet<string>;
  /** Modules that it may load, and what may be taken of each. */
  readonly modules: ReadonlyMap<string, ReadonlySet<string>>;
  /** Names of the language that it may not use for its own values; undefined where it has no names of its own at all. */
  readonly reserved: ReadonlySet<string> | undefined;
  /** Own names have to be given a value by this form, whose first group has them: others would be calls. */
  readonly bound?: RegExp;
  /** How code stands within a text, by the sign that opens it. */
  readonly inText: (text: string) => "none" | "plain" | { readonly opening: string };
  /** After what a slash divides: a pattern could begin after anything but a name or a number. */
  readonly divides: "values" | "names";
  /** Whether an index may be any value; elsewhere members are reached by it, so that it is a number or a plain text. */
  readonly indexes: "any" | "plain";
  /** Texts that must not occur. */
  readonly never?: RegExp;
};

function list(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

function table(
  entries: Readonly<Record<string, string>>,
): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(Object.entries(entries).map(([name, words]) => [name, list(words)]));
}

const PYTHON_MODULES = table({
  json: "load loads dump dumps JSONDecodeError",
  sys: "stdin stdout version version_info path executable platform maxsize byteorder",
  re: "sub findall finditer match search split compile escape fullmatch I M S X IGNORECASE MULTILINE DOTALL",
  math: "sqrt floor ceil log log2 log10 exp pi e pow sin cos tan gcd inf isclose hypot factorial comb prod",
  statistics: "mean median stdev pstdev mode variance quantiles",
  collections: "Counter defaultdict OrderedDict deque namedtuple",
  csv: "reader DictReader writer DictWriter",
  datetime: "datetime timedelta timezone date time UTC",
  itertools:
    "chain islice cycle count groupby product combinations permutations zip_longest accumulate repeat",
  functools: "reduce",
  string: "ascii_lowercase ascii_uppercase ascii_letters digits punctuation",
  random: "random randint choice choices sample shuffle seed uniform",
  secrets: "token_hex token_urlsafe token_bytes choice randbelow",
  textwrap: "dedent fill indent shorten wrap",
  base64: "b64encode b64decode urlsafe_b64encode urlsafe_b64decode b32encode b32decode",
  hashlib: "sha256 sha1 md5 sha512",
  binascii: "hexlify unhexlify crc32",
  uuid: "uuid4 uuid1 UUID",
  time: "time ctime strftime perf_counter perf_counter_ns monotonic gmtime localtime time_ns",
  ast: "parse walk dump literal_eval FunctionDef AsyncFunctionDef ClassDef Import ImportFrom Call Name",
  tomllib: "load loads",
  platform: "platform python_version system machine node release processor",
  "urllib.request": "urlopen",
  argparse: "ArgumentParser",
  "urllib.parse":
    "quote unquote urlsplit urlparse parse_qs urlencode quote_plus unquote_plus parse_qsl",
  difflib: "unified_diff ndiff get_close_matches SequenceMatcher",
  zlib: "compress decompress crc32 adler32",
  ssl: "OPENSSL_VERSION",
  html: "escape unescape",
  pathlib: "Path",
  glob: "glob",
  os: "path getcwd walk listdir sep linesep cpu_count environ makedirs remove",
  shutil: "rmtree",
  decimal: "Decimal",
  fractions: "Fraction",
  struct: "pack unpack calcsize",
  unicodedata: "name normalize category",
  locale: "getpreferredencoding",
  sysconfig: "get_version",
  ipaddress: "ip_address ip_network",
  calendar: "month monthrange isleap",
  pprint: "pprint pformat",
});

/** Every builtin of Python that a plain program has no use for: none of them may be one of its own names. */
const PYTHON_RESERVED = list(`
  aiter anext breakpoint callable classmethod compile copyright credits delattr dir eval exec exit getattr globals hasattr
  help id input issubclass iter license locals memoryview object property quit setattr staticmethod super type vars
  class del global nonlocal async await yield self cls os sys
`);

const python: PlainLanguage = {
  token:
    /(?<space>[ \t]+|#(?![^\n]*coding)[^\n]*)|(?<line>\n)|(?<text>(?:[rR]|[fFbBuU])?(?:'''(?:[^\\]|\\[\s\S])*?'''|"""(?:[^\\]|\\[\s\S])*?"""|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"))|(?<name>[A-Za-z_]\w*)|(?<number>(?:0[xX][0-9a-fA-F]+|\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?)(?!\w))|(?<sign>\*\*|\/\/|==|!=|<=|>=|:=|->|[-+*/%|&]=|[-()[\]{},:.;=+*/%<>&|^~])/y,
  keywords: list(
    "False None True and as assert break continue def elif else except finally for from if import in is lambda not or pass raise return try while with",
  ),
  names: list(`
    abs all any ascii bin bool bytearray bytes chr complex dict divmod enumerate filter float format frozenset hash hex int
    isinstance len list map max min next oct open ord pow print range repr reversed round set slice sorted str sum tuple zip
    Exception ValueError KeyError TypeError IndexError FileNotFoundError
  `),
  qualified: new Map(),
  opens: list("open Path glob.glob os.walk os.listdir os.makedirs os.remove rmtree rglob"),
  asks: list("urlopen"),
  members: list(`
    split rsplit splitlines strip rstrip lstrip join lower upper title capitalize startswith endswith replace count find
    rfind index get items keys values append extend add update setdefault most_common insert sort reverse pop copy union
    intersection difference isdigit isalpha isalnum isspace isupper islower zfill ljust rjust center partition rpartition
    removeprefix removesuffix read readlines readline write writelines close read_text write_text read_bytes decode encode
    hexdigest digest hex isoformat strftime strptime now today fromtimestamp utcnow utc timestamp total_seconds weekday
    isoweekday isocalendar date year month day hour minute second days seconds group groups groupdict start end span name
    lineno body returns id args module names suffix stem exists is_file is_dir stat st_size st_mtime iterdir rglob glob
    getmtime getsize basename dirname splitext isfile isdir ratio fieldnames writerow writerows writeheader netloc hostname
    port query scheme path fragment translate casefold expandtabs format_map bit_length as_integer_ratio stdin buffer
    status major minor micro union body returns elements total parse_qs
  `),
  modules: PYTHON_MODULES,
  reserved: PYTHON_RESERVED,
  bound:
    /\bfor ([\w ,()]{1,120}?) in |\blambda ([\w ,]{0,120}):|\bas (\w{1,32})|\bdef (\w{1,32}) \(([\w ,=]{0,120})|\b((?:\w{1,32} , ){1,8}\w{1,32}) = |\b(\w{1,32}) (?:[-+*/%|&]?=|:=) /g,
  divides: "values",
  indexes: "any",
  inText: (text) =>
    /^[fF]/.test(text) ? { opening: "{" } : /^[bBrRuU]?['"]/.test(text) ? "plain" : "none",
};

const NODE_FILES =
  "readFileSync writeFileSync existsSync statSync readdirSync readFile readdir stat mkdirSync rmSync";
const NODE_MODULES = {
  fs: NODE_FILES,
  "fs/promises": "readFile readdir stat",
  path: "join basename dirname extname relative sep",
  os: "cpus totalmem freemem platform arch EOL loadavg uptime",
  crypto: "createHash randomBytes randomUUID",
  zlib: "gunzipSync gzipSync inflateSync deflateSync",
  util: "inspect format types",
  url: "URL URLSearchParams",
  querystring: "parse stringify",
} as const;

/** Names of JavaScript and of Node that a plain program has no use for. */
const JAVASCRIPT_RESERVED = list(`
  eval require process global globalThis window self module exports arguments this super constructor prototype
  crypto performance navigator structuredClone queueMicrotask setInterval setTimeout setImmediate clearInterval
  clearTimeout clearImmediate escape unescape atob btoa console async_hooks buffer child_process cluster constants dgram
  diagnostics_channel dns domain events http http2 https inspector net perf_hooks punycode readline repl stream
  string_decoder sys timers tls trace_events tty v8 vm wasi worker_threads localStorage sessionStorage sqlite test
  class with yield delete debugger enum export extends static get set
`);

/** What Node has of its own process, as programs name it. */
const NODE_PROCESS = "process";

const javascript: PlainLanguage = {
  token:
    /(?<space>[ \t]+)|(?<line>\n)|(?<text>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)|(?<pattern>(?<=(?:[(,=:[!&|?;]|=>)\s*|^\s*)\/(?![*/])(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[dgimsuy]*)|(?<name>[A-Za-z_$][\w$]*)|(?<number>(?:0[xX][0-9a-fA-F]+|\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?)n?(?!\w))|(?<sign>=>|\.\.\.|===|!==|==|!=|<=|>=|&&|\|\||\?\?|\?\.(?=[A-Za-z])|\+\+|--|\*\*|[-+*/%]=|<<|>>|[-()[\]{},:.;=+*/%<>!?|&])/y,
  keywords: list(
    "const let var if else for of in return function new typeof true false null undefined NaN Infinity try catch throw while break continue import from await async instanceof",
  ),
  names: list(`
    Number String Boolean Date Map Set RegExp Error BigInt URL URLSearchParams TextEncoder TextDecoder parseInt parseFloat
    isNaN isFinite encodeURIComponent decodeURIComponent encodeURI decodeURI fetch
  `),
  qualified: table({
    [NODE_PROCESS]:
      "platform arch version versions cwd argv memoryUsage uptime hrtime pid stdin stdout release exit env",
    console: "log error table info warn time timeEnd dir",
    JSON: "parse stringify",
    Object: "keys values entries fromEntries",
    Array: "from isArray of",
    Math: "max min round floor ceil abs sqrt pow random log log2 log10 sign trunc hypot PI E",
    Buffer: "from byteLength alloc concat",
    Intl: "NumberFormat DateTimeFormat RelativeTimeFormat PluralRules",
    crypto: "randomUUID randomBytes createHash",
    Deno: "version",
    Bun: "version",
    Promise: "all",
  }),
  opens: list("readFileSync writeFileSync readdirSync readFile readdir mkdirSync rmSync"),
  asks: list("fetch"),
  members: list(`
    split join trim trimStart trimEnd toLowerCase toUpperCase startsWith endsWith replace replaceAll indexOf lastIndexOf
    includes slice substring charAt charCodeAt codePointAt padStart padEnd repeat match matchAll test exec concat length
    size map filter forEach reduce some every find findIndex sort reverse flat flatMap push pop shift unshift splice keys
    values entries has add get set at fill toString toISOString toLocaleString toFixed getTime toJSON format resolve name
    version versions scripts dependencies devDependencies peerDependencies engines packages compilerOptions main type
    exports files bin message stack digest update hex node v8 write on stdin stdout log error then text json ok status heapUsed rss
    isDirectory isFile mtime toSorted toReversed now UTC getFullYear getMonth getDate getDay searchParams hostname pathname
    href origin host protocol id label title key value count total status data items description license author homepage
    repository keywords workspaces private resolved integrity lockfileVersion noUncheckedIndexedAccess strict target
    encode decode input index groups source flags readFileSync localeCompare normalize typescript vitest test build lint
    dev start check coverage typecheck include exclude extends paths baseUrl jsx lib rootDir outDir
  `),
  modules: new Map(
    [...table(NODE_MODULES)].flatMap(([name, words]) => [
      [name, words],
      [`node:${name}`, words],
    ]),
  ),
  reserved: JAVASCRIPT_RESERVED,
  bound:
    /\(([\w$ ,[\]{}:.=]{0,120})\) =>|\b([\w$]{1,32}) =>|\b(?:const|let|var) ([\w$ ,[\]{}:]{1,120}?) (?:=|of|in) |\bfunction ([\w$]{0,32}) \(([\w$ ,=]{0,120})\)|\bcatch \( (\w{1,32}) \)|\b([\w$]{1,32}) [-+*/]?= /g,
  divides: "names",
  indexes: "plain",
  inText: (text) => (text.startsWith("`") ? { opening: "${" } : "plain"),
  never: /constructor|prototype|__/,
};

const ruby: PlainLanguage = {
  token:
    /(?<space>[ \t]+)|(?<line>\n)|(?<text>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")|(?<pattern>(?<=(?:\bif|\bunless|[(,])\s*)\/(?:[^/\\#\n]|\\.)+\/[imx]*)|(?<name>[A-Za-z_]\w*[!?]?)|(?<number>\d[\d_]*(?:\.\d+)?(?!\w))|(?<variable>\$[._,;])|(?<sign>==|!=|<=|>=|&&|\|\||\.\.|\*\*|[-+*]=|&:(?=[a-z])|[-()[\]{},:.;=+*<>|])/y,
  keywords: list("if unless else end do true false nil and or not"),
  names: list(
    "puts p print pp require format Integer Float RUBY_VERSION RUBY_PLATFORM ENGINE ARGF",
  ),
  qualified: table({
    JSON: "parse pretty_generate generate",
    YAML: "load_file safe_load_file",
    CSV: "foreach read",
    File: "read write readlines extname basename size exist?",
    Dir: "glob",
    Time: "now at",
    Date: "today parse",
    Math: "sqrt log sin cos PI",
    SecureRandom: "hex uuid alphanumeric base64 urlsafe_base64 random_number",
  }),
  opens: list("load_file safe_load_file foreach read readlines glob write"),
  asks: new Set(),
  members: list(`
    keys values map select reject each each_with_index sort sort_by uniq size length count sum max min first last join
    split strip chomp upcase downcase capitalize upcase! downcase! reverse inspect to_s to_i to_f to_a to_h to_sym lines
    chars bytes include? start_with? end_with? empty? nil? any? all? flatten compact group_by tally zip each_slice
    each_line gsub sub match? round floor ceil abs year month day iso8601 strftime push dig fetch key? transform_values
    flat_map filter filter_map find reduce inject partition take drop times even? odd? digits center ljust rjust
  `),
  modules: table({ json: "", yaml: "", csv: "", set: "", time: "", date: "", securerandom: "" }),
  reserved: list(
    "p puts print system exec spawn fork open eval send binding load test select trap gets",
  ),
  divides: "names",
  indexes: "any",
  bound: /\|([a-z_, ]+)\||(?:^|[;\n])\s*([a-z_]+)\s*=(?![=~])/g,
  inText: (text) => (text.startsWith('"') ? { opening: "#{" } : "plain"),
};

const php: PlainLanguage = {
  token:
    /(?<space>[ \t]+|<\?php(?=\s))|(?<line>\n)|(?<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\$]|\\.)*")|(?<name>[A-Za-z_]\w*)|(?<variable>\$[a-z]\w*(?![\w(]|\s*\())|(?<number>\d+(?:\.\d+)?(?!\w))|(?<sign>=>|===|==|!==|!=|<=|>=|&&|\|\||\?\?|\*\*|[-()[\],:.;=+*/%<>])/y,
  keywords: list("echo print true false null if else foreach as return"),
  names: list(`
    print_r var_dump var_export json_encode json_decode file_get_contents file_put_contents array_keys array_values array_sum array_merge
    array_unique array_slice array_reverse array_column count strlen strrev strtoupper strtolower ucfirst trim implode
    explode str_replace str_repeat substr strpos number_format round floor ceil max min range sprintf date time md5 sha1
    hash base64_encode base64_decode bin2hex urlencode rawurlencode htmlspecialchars extension_loaded phpversion PHP_EOL
    random_bytes random_int uniqid PHP_VERSION PHP_OS PHP_OS_FAMILY PHP_INT_MAX JSON_PRETTY_PRINT sort in_array is_array intval gettype
  `),
  qualified: new Map(),
  opens: list("file_get_contents file_put_contents"),
  asks: new Set(),
  members: new Set(),
  modules: new Map(),
  reserved: undefined,
  divides: "values",
  indexes: "any",
  inText: () => "plain",
};

/** The languages, by the names that readings give them. */
export const PLAIN_LANGUAGES: ReadonlyMap<string, PlainLanguage> = new Map([
  ["python code", python],
  ["JavaScript code", javascript],
  ["ruby code", ruby],
  ["PHP code", php],
]);

/** A pattern of Perl without code or variables in it. */
const PATTERN = String.raw`(?:[^\\/$@\n(]|\\[^\n]|\((?!\?\??\{|\*)|\$(?=[/|)]))*`;
/** What a pattern is replaced by: groups alone are put in. */
const REPLACED = String.raw`(?:[^\\/$@\n]|\\[^\n]|\$\d)*`;
const SUBSTITUTION = `(?:s/${PATTERN}/${REPLACED}/[gimsx]*|tr/[^/\\\\$@\\n]*/[^/\\\\$@\\n]*/[dsr]*)`;
const PRINTED = String.raw`print(?: (?:"(?:[^"\\$@\n]|\\[nt]|\$(?:[._]|\d|ARGV\b)(?![[{(]))*"|\$(?:[_.\d]|F\[-?\d+\])))?`;
const CONSTANTS = String.raw`(?:print|say) ?\(?(?:(?:"(?:[^"\\$@\n]|\\[nt])*"|'[^'\\\n]*'|\d+(?:\.\d+)?)(?:\s*[-+*,.]\s*|\s*(?=[;)]|$)))+\)?`;
const WHERE = String.raw`(?: (?:if|unless) (?:/${PATTERN}/i?(?:\s*\.\.\.?\s*/${PATTERN}/i?)?|\d+\s*\.\.\s*\d+|\$F\[-?\d+\] (?:[<>]=?|==) \d+|\$\. (?:[<>]=?|==) \d+))?`;
const CLOSED = String.raw`(?:; ?close ARGV if eof)?`;

/** Whole programs of Perl: its grammar has no words that could be listed. */
export const PLAIN_PERL: readonly RegExp[] = [
  new RegExp(`^\\s*${SUBSTITUTION}(?:;\\s*${SUBSTITUTION}){0,8};?\\s*$`),
  new RegExp(`^\\s*${PRINTED}${WHERE}${CLOSED};?\\s*$`),
  new RegExp(`^\\s*${CONSTANTS};?\\s*$`),
  new RegExp(`^\\s*while ?\\(/${PATTERN}/[gims]*\\) ?\\{ ?${PRINTED};? ?\\}\\s*$`),
];

/** A program of any language that prints constants and nothing else. */
export const PLAIN_PRINT =
  /^\s*(?:print|puts|cat|echo|say|println)?[ (]*(?:(?:"[\w ,.:!?-]*"|'[\w ,.:!?-]*'|\d+(?:\.\d+)?|_VERSION)(?:\s*[-+*,]\s*|\s*(?=[);\s]|$)))+\)?;?\s*$/;

/** Variables of the environment that tell nobody anything. */
export const PLAIN_VARIABLES = list(
  "PORT HOST NODE_ENV CI HOME PATH USER SHELL LANG TZ TERM PWD EDITOR DEBUG LOG_LEVEL VIRTUAL_ENV PYTHONPATH",
);
