// Python, read lightly: imports, opens, file functions, programs and connections with literal arguments.
import { textOf } from "../../shell/values/text.ts";
import {
  takesRights,
  copies,
  asksFor,
  contacts,
  doingsOfPaths,
  hardLinks,
  links,
  readsEnvironment,
  readsFile,
  kills,
  changesMode,
  makesScratch,
  readsVariable,
  removes,
  runsShell,
  writesFile,
} from "./evaluation/call-effects.ts";
import {
  type Call,
  type CallEffect,
  doings,
  type Language,
  type Prepared,
  printedBy,
} from "./evaluation/program.ts";
import type { Observations } from "./evaluation/observations.ts";
import {
  type Lexed,
  type Lexicon,
  match,
  readString,
  type Spot,
  type Token,
  words,
} from "./evaluation/tokens.ts";
import { pythonValues } from "./python-values.ts";

const PREFIXED = /[rRbBuUfF]{0,2}(?="|')/y;

const lexicon: Lexicon = {
  space: /(?:[ \t\r\n\f]|\\\r?\n|#[^\n]*)+/y,
  name: /[\p{L}_][\p{L}\p{N}_]*/uy,
  special: stringAt,
};

function stringAt(spot: Spot): Lexed | "none" {
  const { code, at } = spot;
  const prefix = (match(PREFIXED, code, at) ?? "").toLowerCase();
  const start = at + prefix.length;
  const quote = code[start];
  if (quote !== '"' && quote !== "'") return "none";
  const triple = code.startsWith(quote.repeat(3), start);
  const close = triple ? quote.repeat(3) : quote;
  return readString(spot, start + close.length, {
    close,
    escapes: prefix.includes("r") ? "few" : "all",
    ...(prefix.includes("f") ? { computed: "{" } : {}),
  });
}

const KEYWORDS = words(
  "False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield match case self cls",
);

/** Everything that Python defines without an import; other names are the program's own. */
const BUILTINS = words(
  "ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError BrokenPipeError BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError ConnectionResetError DeprecationWarning EOFError Ellipsis EncodingWarning EnvironmentError Exception ExceptionGroup FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError ImportError ImportWarning IndentationError IndexError InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError ModuleNotFoundError NameError NotADirectoryError NotImplemented NotImplementedError OSError OverflowError PendingDeprecationWarning PermissionError ProcessLookupError RecursionError ReferenceError ResourceWarning RuntimeError RuntimeWarning StopAsyncIteration StopIteration SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning UserWarning ValueError Warning ZeroDivisionError",
  "__build_class__ __builtins__ __debug__ __doc__ __import__ __loader__ __name__ __package__ __spec__ __file__ __cached__ abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex copyright credits delattr dict dir divmod enumerate eval exec execfile exit file filter float format frozenset getattr globals hasattr hash help hex id input int isinstance issubclass iter len license list locals long map max memoryview min next object oct open ord pow print property quit range raw_input reduce reload repr reversed round set setattr slice sorted staticmethod str sum super tuple type unichr unicode vars xrange zip __unknown_part__",
);

const HARMLESS = new Set([
  ...[...BUILTINS].filter((name) =>
    /(Error|Exception|Warning|Exit|Interrupt|Iteration|Group)$/.test(name),
  ),
  ...words(
    "Ellipsis NotImplemented __debug__ __name__ abs all any ascii bin bool bytearray bytes callable chr classmethod complex dict divmod enumerate exit quit filter float format frozenset hash hex id int isinstance issubclass iter len list map max memoryview min next object oct ord pow print property range repr reversed round set slice sorted staticmethod str sum super tuple type zip",
    "input sys.stdin sys.stdout sys.stderr sys.argv sys.exit sys.version sys.version_info sys.platform sys.maxsize sys.executable sys.path sys.prefix sys.byteorder sys.getsizeof sys.getdefaultencoding sys.implementation sys.implementation.name sys.float_info",
    "tomllib.load tomllib.loads tomllib.TOMLDecodeError importlib.metadata.version importlib.metadata.PackageNotFoundError difflib.get_close_matches json.loads json.load json.dumps json.dump json.JSONDecodeError math.* cmath.* itertools.* time.time time.sleep time.strftime time.perf_counter time.monotonic time.localtime time.gmtime time.time_ns time.ctime",
    "re.compile re.match re.search re.sub re.subn re.findall re.finditer re.split re.escape re.fullmatch re.I re.M re.S re.X re.IGNORECASE re.MULTILINE re.DOTALL re.VERBOSE",
    "datetime.datetime datetime.datetime.now datetime.datetime.utcnow datetime.datetime.fromisoformat datetime.datetime.strptime datetime.datetime.fromtimestamp datetime.date datetime.date.today datetime.date.fromisoformat datetime.timedelta datetime.timezone datetime.timezone.utc datetime.UTC",
    "random.random random.randint random.choice random.choices random.sample random.shuffle random.uniform random.seed random.randrange string.ascii_letters string.ascii_lowercase string.ascii_uppercase string.digits string.punctuation string.hexdigits string.capwords",
    "collections.Counter collections.defaultdict collections.OrderedDict collections.deque collections.namedtuple functools.reduce functools.partial functools.lru_cache functools.cache operator.itemgetter operator.add operator.mul operator.sub textwrap.dedent textwrap.fill textwrap.wrap textwrap.indent",
    "base64.b64encode base64.b64decode base64.urlsafe_b64encode base64.urlsafe_b64decode base64.b32encode base64.b32decode hashlib.md5 hashlib.sha1 hashlib.sha256 hashlib.sha512 hashlib.new binascii.hexlify binascii.unhexlify zlib.compress zlib.decompress zlib.crc32 struct.pack struct.unpack struct.calcsize",
    "statistics.mean statistics.median statistics.stdev statistics.mode statistics.pstdev decimal.Decimal fractions.Fraction uuid.uuid4 uuid.uuid1 uuid.UUID secrets.token_hex secrets.token_urlsafe secrets.token_bytes platform.system platform.machine platform.python_version platform.platform platform.release",
    "pprint.pprint pprint.pformat html.escape html.unescape urllib.parse.quote urllib.parse.unquote urllib.parse.urlparse urllib.parse.urlencode urllib.parse.quote_plus urllib.parse.parse_qs urllib.parse.urlsplit urllib.parse.urljoin csv.reader csv.writer csv.DictReader csv.DictWriter io.StringIO io.BytesIO shlex.quote shlex.split",
    "os.getcwd os.sep os.linesep os.name os.getpid os.getppid os.getuid os.cpu_count os.uname os.path.join os.path.exists os.path.isfile os.path.isdir os.path.basename os.path.dirname os.path.abspath os.path.splitext os.path.getsize os.path.realpath os.path.expanduser os.path.getmtime os.path.islink os.path.normpath os.path.relpath os.stat os.devnull os.listdir os.scandir os.walk os.get_terminal_size glob.glob glob.iglob shutil.which shutil.disk_usage shutil.get_terminal_size",
    "pathlib.Path.home pathlib.Path.cwd ast.* configparser.ConfigParser configparser.RawConfigParser configparser.Error tempfile.gettempdir signal.SIGKILL signal.SIGTERM signal.SIGINT signal.SIGHUP os.O_RDONLY os.O_WRONLY os.O_RDWR os.O_CREAT os.O_TRUNC os.O_APPEND os.O_EXCL os.read os.write os.close os.lseek os.fsync os.path.commonpath os.path.samefile os.path.split os.path.isabs os.environb.get shutil.copyfileobj tokenize.generate_tokens tokenize.tokenize inspect.cleandoc timeit.default_timer getpass.getuser stat.S_ISDIR stat.S_ISREG contextlib.suppress contextlib.closing contextlib.nullcontext dataclasses.dataclass dataclasses.field dataclasses.asdict abc.ABC string.Template string.Formatter locale.getlocale zoneinfo.ZoneInfo ipaddress.ip_address ipaddress.ip_network ipaddress.IPv4Address colorsys.*",
    "time.perf_counter_ns time.monotonic_ns time.process_time time.process_time_ns time.thread_time time.mktime time.asctime time.strptime time.tzname time.timezone time.daylight datetime.datetime.today datetime.datetime.combine datetime.datetime.min datetime.datetime.max datetime.time",
    "sys.base_prefix sys.exec_prefix sys.base_exec_prefix sys.hexversion sys.api_version sys.copyright sys.flags sys.thread_info sys.hash_info sys.int_info sys.getrecursionlimit sys.getfilesystemencoding sys.builtin_module_names sys.stdlib_module_names sys.platlibdir sys.orig_argv sys.dont_write_bytecode sys.intern sys.getrefcount",
    "ssl.OPENSSL_VERSION ssl.OPENSSL_VERSION_INFO ssl.OPENSSL_VERSION_NUMBER ssl.HAS_TLSv1_3 ssl.HAS_SNI ssl.HAS_ALPN sysconfig.get_path sysconfig.get_paths sysconfig.get_config_var sysconfig.get_platform sysconfig.get_python_version sysconfig.get_scheme_names site.getsitepackages site.getusersitepackages site.getuserbase locale.getpreferredencoding locale.getencoding",
    "platform.node platform.version platform.uname platform.python_implementation platform.python_version_tuple platform.python_compiler socket.gethostname email.utils.formatdate email.utils.parseaddr email.utils.format_datetime email.utils.parsedate_to_datetime inspect.signature inspect.getdoc inspect.isfunction inspect.isclass",
    "random.gauss random.getrandbits random.normalvariate random.triangular string.printable string.whitespace string.octdigits collections.ChainMap functools.wraps functools.cmp_to_key functools.total_ordering hashlib.sha224 hashlib.sha384 hashlib.blake2b hashlib.blake2s hashlib.sha3_256 hashlib.sha3_512 hashlib.algorithms_available hashlib.algorithms_guaranteed base64.b16encode base64.b16decode base64.b85encode base64.b85decode textwrap.shorten struct.unpack_from struct.iter_unpack binascii.crc32 zlib.adler32",
    "statistics.variance statistics.pvariance statistics.quantiles statistics.fmean statistics.multimode statistics.harmonic_mean statistics.geometric_mean secrets.choice secrets.randbelow uuid.uuid3 uuid.uuid5 uuid.NAMESPACE_DNS uuid.NAMESPACE_URL ipaddress.ip_interface ipaddress.IPv6Address ipaddress.IPv4Network ipaddress.IPv6Network difflib.context_diff fnmatch.filter fnmatch.fnmatchcase fnmatch.translate heapq.heapify heapq.merge bisect.bisect_right bisect.insort_left bisect.insort_right types.SimpleNamespace errno.errorcode",
    "urllib.parse.urlunparse urllib.parse.urlunsplit urllib.parse.unquote_plus urllib.parse.parse_qsl urllib.parse.urldefrag csv.QUOTE_ALL csv.QUOTE_MINIMAL csv.QUOTE_NONE os.path.commonprefix os.path.normcase os.path.lexists os.path.getctime os.path.getatime os.getgid os.geteuid os.getegid os.getloadavg os.curdir os.pardir os.pathsep os.extsep os.fspath os.times",
    "subprocess.PIPE subprocess.DEVNULL subprocess.STDOUT typing.* enum.Enum enum.auto copy.copy copy.deepcopy calendar.month calendar.monthrange calendar.isleap difflib.unified_diff difflib.SequenceMatcher difflib.ndiff fnmatch.fnmatch ast.literal_eval unicodedata.name unicodedata.normalize unicodedata.category bisect.bisect bisect.bisect_left bisect.insort heapq.heappush heapq.heappop heapq.nlargest heapq.nsmallest keyword.kwlist keyword.iskeyword",
  ),
]);

const METHODS = words(
  "strip lstrip rstrip split rsplit splitlines join replace startswith endswith upper lower title capitalize swapcase casefold find rfind index rindex count encode decode format zfill ljust rjust center isdigit isalpha isalnum isspace isupper islower isnumeric isdecimal isidentifier partition rpartition expandtabs translate removeprefix removesuffix hex",
  "append extend insert pop remove clear sort reverse copy keys values items get setdefault update add discard union intersection difference symmetric_difference issubset issuperset most_common elements popitem appendleft popleft rotate",
  "read readline readlines write writelines close flush seek tell buffer isoformat strftime timestamp date time year month day hour minute second total_seconds days seconds weekday isoweekday astimezone group groups groupdict start end span sub subn match search findall finditer fullmatch pattern",
  "cursor fetchall fetchone fetchmany commit rowcount lastrowid row_factory namelist infolist getnames getmembers filename file_size hexdigest digest real imag conjugate numerator denominator bit_length is_integer as_integer_ratio to_bytes from_bytes fromhex path scheme netloc query fragment hostname port params stdout stderr returncode args major minor micro name st_size st_mtime st_mode __name__ is_dir is_file __class__ writerow writerows writeheader fieldnames quantize int bytes sections options has_section has_option getint getfloat getboolean communicate poll glob rglob iterdir relative_to with_suffix with_name joinpath resolve absolute expanduser is_absolute match parent parents name suffixes parts anchor walk fileno isatty readinto writable readable total casefold maketrans status headers status_code text json content reason ok url",
);

const modeOf = (call: Call, position: number): string | undefined => {
  const arg = call.args[position] ?? call.named.get("mode");
  return arg === undefined ? "r" : arg.text;
};

function opens(position = 0): CallEffect {
  return (call, seen) => {
    const path = (call.args[position] ?? call.named.get("file"))?.texts;
    const mode = modeOf(call, position + 1);
    if (call.named.has("opener")) seen.cannotTell();
    if (path === undefined) return isNumber(call, position);
    if (mode === undefined || /r|\+/.test(mode)) seen.read(path);
    if (mode === undefined || /[wax+]/.test(mode))
      seen.write(path, mode?.includes("a") === true ? "append" : "create");
    return mode !== undefined;
  };
}

function isNumber(call: Call, position: number): boolean {
  const tokens = call.args[position]?.tokens ?? [];
  return tokens.length === 1 && tokens[0]?.kind === "number";
}

const QUIET_ARGUMENTS =
  /^(capture_output|text|check|stdout|stderr|timeout|universal_newlines|encoding|errors|bufsize|close_fds|input|stdin|start_new_session)$/;

/** `subprocess.run` and its relatives: a list is a program and its words; a text is a program, or for the shell. */
const runs: CallEffect = (call, seen) => {
  const what = call.args[0] ?? call.named.get("args");
  const inShell = call.named.get("shell");
  const shell = inShell !== undefined && !isFalse(inShell.tokens);
  const isText = what?.value?.kind === "text";
  const texts = isText ? what.texts : undefined;
  const [directory, ...others] = call.named.get("cwd")?.texts ?? [];
  const isPlaced =
    others.length === 0 && directory !== undefined && textOf(directory) !== undefined;
  const place = isPlaced ? directory : undefined;
  for (const argv of what?.argvs ?? []) {
    if (shell) seen.shell(argv.slice(0, 1), place);
    else seen.run(argv, place);
  }
  if (texts !== undefined && shell) seen.shell(texts, place);
  else for (const text of texts ?? []) seen.run([text], place);
  const plain = [...call.named.keys()].every(
    (name) =>
      /^(?:shell|args)$/.test(name) || (name === "cwd" && isPlaced) || QUIET_ARGUMENTS.test(name),
  );
  return (texts !== undefined || what?.argvs !== undefined) && plain && call.args.length <= 1;
};

function isFalse(tokens: readonly Token[]): boolean {
  const [only] = tokens;
  return tokens.length === 1 && only?.kind === "name" && only.text === "False";
}

const executes: CallEffect = (call, seen) => {
  const [program] = call.args[0]?.texts ?? [];
  const argvs = call.args[1]?.argvs;
  const rest = call.args.slice(2).flatMap((arg) => arg.texts?.slice(0, 1) ?? []);
  if (program !== undefined)
    for (const argv of argvs ?? [[program, ...rest]]) seen.run([program, ...argv.slice(1)]);
  return program !== undefined && argvs !== undefined && call.args.length === 2;
};

const connects: CallEffect = (call, seen) => {
  const [pair] = call.args[0]?.argvs ?? [];
  const [host, port] = pair ?? [];
  const name = host === undefined ? undefined : textOf(host);
  seen.contact(name === undefined ? "" : `${name}:${textOf(port ?? []) ?? ""}`, "tcp");
  return name !== undefined;
};

/** `config.read(path)` opens files; `file.read(12)` does not. */
const readsNamed: CallEffect = (call, seen) => {
  const texts = call.args[0]?.texts;
  if (texts !== undefined) seen.read(texts);
  return texts !== undefined || call.args.length === 0 || isNumber(call, 0);
};

/** `os.open(path, flags)`: without flags that are read here it is taken to write. */
const opensDescriptor: CallEffect = (call, seen) => {
  const path = call.args[0]?.texts;
  const flags = call.args[1]?.tokens ?? [];
  if (path === undefined) return false;
  const readsOnly = flags.some((token) => token.kind === "name" && token.text === "O_RDONLY");
  seen.read(path);
  if (!readsOnly || flags.length > 3) seen.write(path, "create");
  return true;
};

/** Methods of `pathlib` paths, and what each does to every path that the program makes. */
const PATHS = doingsOfPaths({
  constructors: "pathlib.Path pathlib.PurePath pathlib.PosixPath",
  reads: "read_text read_bytes open",
  writes:
    "write_text write_bytes mkdir touch chmod open rename replace symlink_to hardlink_to link_to",
  deletes: "unlink rmdir rename replace",
});

/** A statement of a database that is open, which names no file of its own. */
const asksDatabase: CallEffect = (call) => {
  const statement = call.args[0]?.text;
  return (
    statement !== undefined &&
    !/\b(?:attach|vacuum|pragma|load_extension|into\s*['"])/i.test(statement)
  );
};

/** An archive: one that is only looked into, or one that is made. */
const readsArchive: CallEffect = (call, seen) => {
  const path = (call.args[0] ?? call.named.get("name") ?? call.named.get("file"))?.texts;
  if (path === undefined || !/^r(?::\w*)?$/.test(modeOf(call, 1) ?? "")) {
    if (path !== undefined && /^[wxa]/.test(modeOf(call, 1) ?? "w")) seen.write(path, "create");
    return false;
  }
  seen.read(path);
  return true;
};

/** Entries of an archive are written below a directory; where each of them leads is not known. */
function unpacks(position: number, name: string): CallEffect {
  return (call, seen) => {
    const to = (call.args[position] ?? call.named.get(name))?.texts;
    seen.write(to ?? ".", "create", "tree");
    return false;
  };
}

/** A file that is written, where it is named; more may happen. */
function alsoWrites(position: number, name: string): CallEffect {
  return (call, seen) => {
    const path = (call.args[position] ?? call.named.get(name))?.texts;
    if (path !== undefined) seen.write(path, "change");
    return false;
  };
}

const CALLS: Language["calls"] = {
  ...doings(
    [opens(), "open io.open codecs.open os.fdopen gzip.open bz2.open lzma.open"],
    [readsNamed, ".read .read_file"],
    [opensDescriptor, "os.open"],
    [
      makesScratch,
      "tempfile.mkdtemp tempfile.mkstemp tempfile.NamedTemporaryFile tempfile.TemporaryDirectory tempfile.TemporaryFile tempfile.SpooledTemporaryFile",
    ],
    [kills, "os.kill os.killpg signal.pidfd_send_signal"],
    [changesMode(1, 0), "os.chmod os.lchmod"],
    [
      takesRights,
      "os.setuid os.seteuid os.setreuid os.setresuid os.setgid os.setegid os.setregid os.setresgid",
    ],
    [readsFile(), "os.readlink linecache.getlines linecache.getline runpy.run_path"],
    [removes("entry"), "os.remove os.unlink os.rmdir os.removedirs"],
    [removes("tree"), "shutil.rmtree"],
    [
      writesFile(0, "change"),
      "os.mkdir os.makedirs os.chown os.truncate os.utime os.mkfifo os.mknod",
    ],
    [copies("moves", "tree", "as-named"), "os.rename os.replace os.renames"],
    [copies("moves", "tree"), "shutil.move"],
    [copies("copies"), "shutil.copy shutil.copy2"],
    [copies("copies", "entry", "as-named"), "shutil.copyfile"],
    [copies("copies", "tree", "as-named"), "shutil.copytree"],
    [links, "os.symlink"],
    [hardLinks, "os.link"],
    [unpacks(0, "path"), ".extractall"],
    [unpacks(1, "path"), ".extract"],
    [unpacks(1, "extract_dir"), "shutil.unpack_archive"],
    [alsoWrites(0, "base_name"), "shutil.make_archive"],
    [alsoWrites(0, "files"), "fileinput.input fileinput.FileInput"],
    [alsoWrites(9, "filename"), "logging.basicConfig"],
    [alsoWrites(0, "filename"), "logging.FileHandler shelve.open dbm.open"],
    [runsShell(), "os.system os.popen subprocess.getoutput subprocess.getstatusoutput"],
    [
      runs,
      "subprocess.run subprocess.call subprocess.check_call subprocess.check_output subprocess.Popen pty.spawn",
    ],
    [executes, "os.execv os.execvp os.execl os.execlp os.execve os.execvpe"],
    [asksFor, "urllib.request.urlopen requests.get requests.head httpx.get httpx.head"],
    [
      contacts(),
      "requests.post requests.put requests.delete requests.patch httpx.post urllib2.urlopen",
    ],
    [
      contacts(),
      "http.client.HTTPSConnection http.client.HTTPConnection smtplib.SMTP smtplib.SMTP_SSL ftplib.FTP",
    ],
    [connects, "socket.create_connection .connect .connect_ex"],
    [readsVariable, "os.environ.get os.getenv"],
    [readsEnvironment, "os.environ.copy os.environ.items os.environ.keys os.environ.values"],
  ),
  "urllib.request.urlretrieve": (call, seen) => {
    const [known, path] = [contacts()(call, seen), call.args[1]?.texts];
    if (path !== undefined) seen.write(path, "create");
    return known && path !== undefined;
  },
  "sqlite3.connect": (call, seen) => {
    const path = call.args[0]?.texts;
    if (path !== undefined && call.args[0]?.text !== ":memory:") {
      seen.read(path);
      seen.write(path, "change");
    }
    return path !== undefined && [...call.named.keys()].every((name) => name === "timeout");
  },
  ".execute": asksDatabase,
  "zipfile.ZipFile": readsArchive,
  "tarfile.open": readsArchive,
  "importlib.util.find_spec": (call) => /^\w+$/.test(call.args[0]?.text ?? ""),
  ...PATHS.calls,
};

export const python: Language = {
  name: "python code",
  lexicon,
  keywords: KEYWORDS,
  harmless: HARMLESS,
  methods: new Set([...[...METHODS].filter((name) => name !== "__class__"), ...PATHS.methods]),
  // Frames and functions lead back to modules.
  attributes:
    /^(?!(?:tb|gi|cr|ag|f|func|im|co)_|(?:os|sys|io|modules?|mro|builtins|loader|subprocess|shutil|socket|importlib|pathlib|posix|pty|ctypes|runpy|imp|pkgutil|multiprocessing|asyncio|signal|tempfile|glob|codecs|linecache)$|(?:spawn|posix_spawn|exec|eval|compile|fork|import_|load_))[a-z][a-z0-9_]*$/,
  calls: CALLS,
  environment: new Set(["os.environ", "os.environb"]),
  access: new Set(["."]),
  unknownNames: "unless-global",
  globals: BUILTINS,
  bareArguments: false,
  suspicious: new Set(["${"]),
  values: pythonValues,
  evaluates: new Set(["exec", "eval"]),
  settable: new Set(["sys.stdout", "sys.stderr", "sys.stdin", "sys.tracebacklimit"]),
  prepare,
};

/** Modules that a proven program may import; all of the standard library. */
const MODULES = words(
  "ssl sysconfig site email email.utils tomllib importlib.metadata importlib.util zipfile tarfile json re math cmath sys os os.path datetime time random string collections itertools functools operator textwrap base64 hashlib hmac pathlib statistics decimal fractions uuid csv io pprint platform subprocess shutil glob urllib urllib.request urllib.parse urllib.error socket http http.client tempfile html unicodedata typing dataclasses enum copy calendar zlib struct binascii secrets bisect heapq difflib shlex fnmatch ast keyword abc codecs linecache sqlite3 configparser signal tokenize contextlib inspect timeit getpass stat locale zoneinfo ipaddress colorsys errno warnings traceback logging argparse types numbers array queue threading gzip bz2 lzma",
);

/** Names of files and folders that, in the working directory, take the place of the library's own modules. */
export const PYTHON_LIBRARY = words(
  "_bisect _blake2 _bz2 _collections_abc _compression _csv _datetime _decimal _hashlib _heapq _json _lzma _opcode _posixsubprocess _random _sha512 _sitebuiltins _socket _sqlite3 _ssl _statistics _struct _typing _uuid _weakrefset abc argparse array ast base64 binascii bisect bz2 calendar cmath codecs collections compileall contextlib copy copyreg csv dataclasses datetime decimal difflib dis email encodings enum errno fcntl filecmp fnmatch fractions functools genericpath gettext glob grp hashlib heapq hmac html http importlib inspect io ipaddress json keyword linecache locale lzma math mimetypes ntpath numbers opcode operator os pathlib platform posixpath pprint pwd py_compile queue quopri random re reprlib resource runpy secrets select selectors shlex shutil signal site socket socketserver sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string stringprep struct subprocess sysconfig tarfile tempfile textwrap threading timeit token tokenize tomllib traceback types typing unicodedata urllib uuid venv warnings weakref zipfile zipimport zlib logging zoneinfo _strptime _pydecimal",
);

/** Takes the import statements out: what remains speaks of modules by the names that they got. */
function prepare(given: readonly Token[], seen: Observations): Prepared {
  const tokens = asIdentified(given, seen);
  if (tokens.some((token) => token.kind === "name" && token.text === "__unknown_part__"))
    seen.cannotTell();
  const aliases = new Map<string, string>();
  const rest: Token[] = [];
  let at = 0;
  const word = (): string => {
    const token = tokens[at];
    return token?.kind === "name" || token?.kind === "op" ? token.text : "";
  };
  const dotted = (): string => {
    let name = "";
    while (/^(\w+|\.)$/.test(word()) && !/^(import|as)$/.test(word())) {
      name += word();
      at += 1;
      if (word() !== "." && !name.endsWith(".")) break;
    }
    return name;
  };
  const renamed = (): string | undefined => {
    if (word() !== "as") return undefined;
    at += 1;
    const name = word();
    at += 1;
    return name;
  };
  const known = (module: string): void => {
    if (!MODULES.has(module)) seen.cannotTell();
    seen.imports();
  };
  while (at < tokens.length) {
    const token = tokens[at];
    const before = tokens[at - 1];
    const starts =
      before === undefined ||
      before.kind === "end" ||
      (before.kind === "op" && before.text === ":");
    if (token?.kind === "name" && token.text === "import" && starts) {
      do {
        at += 1;
        const module = dotted();
        const name = renamed();
        known(module);
        const root = module.split(".")[0] ?? "";
        aliases.set(name ?? root, name === undefined ? root : module);
      } while (word() === ",");
    } else if (token?.kind === "name" && token.text === "from" && starts) {
      at += 1;
      const module = dotted();
      known(module);
      if (word() !== "import") seen.cannotTell();
      do {
        at += 1;
        while (word() === "(" || tokens[at]?.kind === "end") {
          if (tokens[at]?.kind === "end" && word() === "") break;
          at += 1;
        }
        const name = word();
        if (name === "*") {
          seen.cannotTell();
          for (const member of membersOf(module)) aliases.set(member, `${module}.${member}`);
        }
        at += 1;
        aliases.set(renamed() ?? name, `${module}.${name}`);
      } while (word() === ",");
      if (word() === ")") at += 1;
    } else if (
      isBuiltins(token) &&
      tokens[at + 1]?.kind === "op" &&
      tokens[at + 2]?.kind === "name"
    ) {
      // `builtins.exec` is `exec`.
      seen.cannotTell();
      at += 2;
    } else if (token !== undefined) {
      rest.push(token);
      at += 1;
    }
  }
  return { tokens: rest, aliases };
}

/**
 * Names as Python takes them: it normalises each (PEP 3131), so `ºpen` is `open`. WHY nothing is proven then: nobody writes so
 * who does not hide something, and what may be part of a name is told by a list of its own.
 */
function asIdentified(tokens: readonly Token[], seen: Observations): readonly Token[] {
  return tokens.map((token): Token => {
    if ((token.kind !== "name" && token.kind !== "op") || !/[^\0-\x7f]/.test(token.text))
      return token;
    const text = token.text.normalize("NFKC");
    if (token.kind === "op" || text !== token.text) seen.cannotTell();
    return { ...token, text };
  });
}

/** Functions of a module that are known: what `from module import *` brings among others. */
function membersOf(module: string): readonly string[] {
  return Object.keys(python.calls).flatMap((path) => {
    const member = path.slice(module.length + 1);
    return path.startsWith(`${module}.`) && /^\w+$/.test(member) ? [member] : [];
  });
}

function isBuiltins(token: Token | undefined): boolean {
  return token?.kind === "name" && /^(?:builtins|__builtins__|__builtin__)$/.test(token.text);
}

/** What a program that only prints one text prints. */
export const printedByPython = printedBy(python, new Set(["print"]), "\n");
