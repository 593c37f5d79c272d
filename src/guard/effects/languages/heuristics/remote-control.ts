// Whether a program of any language lets whoever is on the network say what runs: a reverse shell, or fetched code that is run.
import { searchableText } from "./searchable-text.ts";

/** A connection is opened or awaited. */
const CONNECTS =
  /\bsocket\b|\bSocket(?:\(|::)|\b(?:TCP(?:Socket|Server)|UDPSocket|WebSocket|fsockopen|pfsockopen|stream_socket_(?:client|server)|socket_create|create_connection|create_server|open_connection|start_server)\b|['"](?:node:)?net['"]|\bDeno\.(?:connect|listen)\b|['"](?:node:)?https?['"]\)?\.createServer\b|\bnet\.(?:Dial|Listen)\(|\bTcp(?:Stream|Listener)::|\bTcpClient\b|\bIO::Socket\b|\bsocketConnection\(|\bgen_(?:tcp|udp)\b|\b(?:ThreadedServer|OneShotServer|ForkingServer|SlaveService)\b|\bXMLRPCServer\b|\bPyro[45]\b|\bzmq\.(?:Context|REP|SUB|PULL)\b|\bparamiko\.|\bfabric\.|\bmqtt\.Client\(|\bmake-network-process\b|\/inet[46]?\/(?:tcp|udp)\/|\bSimpleXMLRPCServer\b|\b(?:HTTPServer|ThreadingTCPServer|TCPServer)\(|\busing\s+Sockets\b|['"]ws['"]|\bBun\.(?:connect|listen|serve)\b|['"](?:node:)?dgram['"]|\bNet\.Sockets\b|\bTCPClient\b|\bnew\s+Socket\b|\bnew_tcp\(|\bztcp\b/;

/** Something is fetched from an address. */
const FETCHES =
  /\brequire\s*\(?\s*["'](?:socket\.https?|ssl\.https|http\.request|resty\.http)["']|\bdownload\(\s*["']https?:|\b(?:urlopen|urlretrieve|curl_exec|curl_init|LWP|open-uri|URI\.open|copy-file "https?)\b|\bfetch\(|['"](?:node:)?https?['"]\)?\.(?:get|request)\(|\bcopy\(\s*['"]https?:|\brequests\.(?:get|post|request)\b|\bhttpx\.\w|\bhttp\.client\b|\bhttps?\.get\b|\bNet::HTTP\b|\bHTTP::Tiny\b|\bget\(\s*['"]https?:|\bfile_get_contents\(\s*['"](?:https?|ftp):|\bget(?:store)?\s*\(?\s*['"]https?:|\burl\(\s*['"]https?:|\bdownload\.file\(|\bDownloads\.download\(|\b(?:HTTPoison|Req|Tesla)\.get|:httpc\.request\(|\bURL\(\s*['"]https?:|\b(?:aiohttp|urllib3)\.\w|\bgeturl\s|\bhttp\.request\(|\bfetch\.get\(|\bURI\(\s*['"]https?:|['"`]\s*(?:curl|wget)\s[^'"`\n]{0,400}https?:/;

/** Something is fetched and run by one and the same call, whatever the language. */
const RUNS_ADDRESS =
  /\bsource_(?:url|gist)\(\s*['"]|\bhttpimport\b|\bMix\.install\([^)]{0,400}\b(?:git|github|url):|\binclude\(\s*(?:Downloads\.)?download\(|\beval\(\s*['"]\?>['"]\s*\.\s*(?:file_get_contents|curl_exec)|\[?scriptblock\]?::Create\([^;\n]{0,400}\b(?:iwr|irm|curl|wget|DownloadString|Invoke-WebRequest|Invoke-RestMethod)\b|\b(?:SlaveService|start_remote_debugger|pdb_attach\.listen|debugpy\.listen\(\s*\(?\s*["'](?:0\.0\.0\.0|::)|set_trace\(\s*host\s*=|RemotePdb\(\s*["']0\.0\.0\.0|embed_kernel\(\s*ip)|\bsource\s+https?:|\bDRb\.start_service\b|\b(?:source|include|include_once|import|load|require|require_once|evaluate)(?:\(|\s)\s*(?:download\(\s*)?['"]https?:|\b(?:iex|Invoke-Expression)\b[^;\n]{0,400}\b(?:iwr|irm|curl|wget|DownloadString|Invoke-WebRequest|Invoke-RestMethod)\b|\b(?:iwr|irm|DownloadString|Invoke-WebRequest|Invoke-RestMethod)\b[^;\n]{0,400}\|\s*(?:iex|Invoke-Expression)\b/i;

/** A shell is joined to an address, in whatever language the line is written. */
const JOINED_SHELL =
  /\b(?:ba|z|da|k|a)?sh\b[^;\n]{0,40}[<>&]\s*\/dev\/(?:tcp|udp)\/|\b(?:nc|ncat|netcat)\b['",\s]{1,8}(?:[^;\n]{0,80}?['",\s]{1,4})?-[ec]['",\s]{1,8}(?:\/(?:usr\/)?bin\/)?(?:ba|z|da|k|a)?sh\b/;

/** A path is written down, and a shell is given the same one further on. */
const SAME_PATH =
  /['"]((?:\.?\/)?[\w./-]{1,200})['"][^]{0,2000}?(?:['"][^'"\n]{0,80}\b(?:ba|z|da|k|a)?sh\s+(?:-\w+\s+)?\1['"\s]|(?:\b(?:ba|z|da|k|a)?sh['"]\s*,\s*|\b(?:require|dofile|source|include|include_once|load|runpy\.run_path)\(?\s*|\bdo\s+)['"]\1['"])/;

/** A module is written down, and imported by its name further on. */
const SAME_MODULE = /\bopen\(\s*['"](\w{1,80})\.py['"][^]{0,2000}?\bimport\s+\1\b/;

/** A shell that takes what it does from its input: named in a text of its own. */
const OPEN_SHELL =
  /(['"`])(?:\/(?:usr\/)?bin\/)?(?:ba|z|da|k|a)?sh(?:[ \t]+-[il]{1,2}){0,3}(?:[ \t]+[<>&\d \t]{1,40})?\1/;

const NO_LITERAL = "(?!['\"`[{)\\s])";
/** Code or a program runs, and which is not written where it runs. */
const RUNS_WHATEVER = [
  `(?<![.\\w$@-]|->)(?:exec|eval|system|popen|passthru|shell_exec|proc_open|getoutput)(?:\\(\\s*|\\s+)${NO_LITERAL}`,
  `\\b(?:os\\.(?:system|popen)|io\\.popen|os\\.execute|subprocess\\.\\w+|commands\\.getoutput)\\(\\s*${NO_LITERAL}`,
  `\\bchild_process['"]?\\)?\\.(?:exec|spawn)\\w*\\(\\s*${NO_LITERAL}`,
  `\\b(?:new\\s+Function|runIn\\w*Context)\\(\\s*${NO_LITERAL}`,
  `\\[\\s*['"](?:/(?:usr/)?bin/)?(?:ba|z|da)?sh['"]\\s*,\\s*${NO_LITERAL}`,
  // The function itself is handed on, to be called with what comes.
  "[(,=]\\s*(?:eval|exec|execSync|os\\.(?:system|popen)|subprocess\\.\\w+)\\s*[,)]",
  "\\brequire\\(\\s*['\"](?:node:)?child_process['\"]\\s*\\)\\.(?:exec|spawn)\\w*\\(\\s*(?!['\"`])",
  "`\\s*\\\\?\\$\\w[^`]{0,80}`|`[^`\\n]{0,80}#\\{|`\\s*\\{|\\bsystem\\s*\\$_|\\bqx\\W\\s*\\$\\w",
  "\\b(?:IO\\.popen|Open3\\.\\w+)\\(?\\s*(?!['\"`[{)\\s])",
  "(?:\\bos:cmd|:os\\.cmd|\\bSystem\\.shell)\\(\\s*(?!['\"~])",
  "\\bCode\\.(?:eval|compile)_\\w+\\(\\s*(?!['\"~])|\\berl_eval:|\\bload-string\\s+\\(|\\(eval\\s+\\((?:read|load)|\\bunserialize\\(\\s*(?!['\"])|\\bMarshal\\.load\\(|\\byaml\\.(?:unsafe_)?load\\([^)]*(?:Unsafe)?Loader|\\bmarshal\\.loads\\(|\\bdill\\.loads?\\(|\\bassert\\(\\s*\\$",
  '\\bshell-command(?:-to-string)?\\s+(?!")|\\(system\\s+\\(',
  `\\.(?:getoutput|getstatusoutput|check_output)\\(\\s*${NO_LITERAL}`,
  "\\w\\s*\\|&?\\s*getline\\b",
  "\\brun\\(\\s*pipeline\\(",
  "\\b(?:[iI][eE][xX]|Invoke-Expression)\\s*[($]|\\.execute\\(\\)|\\b(?:eval|exec)\\s+(?:\\[|\\{\\*\\}|\\$)",
  "\\bcode\\.interact\\(|['\"](?:node:)?repl['\"]\\)?\\.start\\(|\\bpickle\\.loads?\\(|\\beval\\(\\s*parse\\(",
  "\\bload(?:string)?\\(\\s*(?:\\w+:receive|io\\.popen)\\(|\\b(?:instance_)?eval\\s*\\(?\\s*(?:`[^`]{0,80}\\b(?:curl|wget)\\b|URI\\b)",
  "\\bimport\\(\\s*(?:['\"`]data:[^'\"`]*['\"`]\\s*[+,]|`data:[^`]*\\$\\{|URL\\.createObjectURL)|\\b_compile\\(\\s*(?!['\"`])|\\bvm['\"]?\\)?\\.(?:Script|SourceTextModule|compileFunction)\\)?\\s*\\(\\s*(?!['\"`])|\\beval\\s*:\\s*true\\b|\\bWebAssembly\\.(?:instantiate|compile|Module)\\w*\\(",
  `\\b(?:instance|class|module)_(?:eval|exec)(?:\\(\\s*|\\s+)${NO_LITERAL}|\\bInstructionSequence\\.(?:compile|new|load_from_binary)\\(\\s*${NO_LITERAL}`,
  `\\bloadstring\\s*\\(\\s*${NO_LITERAL}|\\brequire\\s*\\(?\\s*['"](?:socket\\.https?|ssl\\.https|http\\.request|resty\\.http)['"][^]{0,800}\\bload\\s*\\(\\s*${NO_LITERAL}`,
  `\\brunpy\\.run_(?:path|module)\\(\\s*${NO_LITERAL}|\\binclude_string\\(|\\bevaluate\\(\\s*new\\s+URL\\b|\\bEVAL(?:\\s+|\\(\\s*)${NO_LITERAL}`,
  "\\b(?:include|require)(?:_once)?[\\s(]*(?:['\"]data:[^'\"]*['\"]\\s*\\.|\\$\\w+[\\s);]*$)",
].map((source) => new RegExp(source));

/**
 * Whether the code may run what the network tells it to. A look at words, not a proof: it says nothing of a program in which
 * the words are hidden, and such a program is unbounded anyway.
 */
export function obeysNetwork(code: string): boolean {
  const text = searchableText(code);
  if (RUNS_ADDRESS.test(text) || JOINED_SHELL.test(text)) return true;
  const runsWhatever = (): boolean => RUNS_WHATEVER.some((pattern) => pattern.test(text));
  if (CONNECTS.test(text)) return OPEN_SHELL.test(text) || runsWhatever();
  return FETCHES.test(text) && (runsWhatever() || SAME_PATH.test(text) || SAME_MODULE.test(text));
}
