// Python, read lightly: imports, opens, file functions, programs and connections with literal arguments.
import type { Language } from "../evaluation/language.ts";
import { printedBy } from "../evaluation/printed-by.ts";
import {
  type Lexed,
  type Lexicon,
  match,
  readString,
  type Spot,
  words,
} from "../evaluation/tokens.ts";
import { pythonValues } from "./python-values.ts";
import { PATHS, CALLS } from "./python-calls.ts";
import { prepare } from "./python-imports.ts";

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

/** What a program that only prints one text prints. */
export const printedByPython = printedBy(python, new Set(["print"]), "\n");
