// JavaScript as node runs it, read lightly: modules, file functions, child processes and connections.
import type { Language } from "../evaluation/language.ts";
import { printedBy } from "../evaluation/printed-by.ts";
import { words } from "../evaluation/tokens.ts";
import { javascriptValues } from "./javascript-values.ts";
import { prepare } from "./javascript-modules.ts";
import { lexicon } from "./javascript-lexicon.ts";
import { CALLS } from "./javascript-calls.ts";
import { GLOBALS } from "./javascript-globals.ts";

const KEYWORDS = words(
  "break case catch class const continue debugger default delete do else extends export finally for function if in instanceof let new return super switch throw try typeof var void while with yield async await of static get set true false null undefined NaN Infinity arguments from as",
);

const HARMLESS = words(
  "Array Array.from Array.isArray Array.of BigInt Boolean Buffer Buffer.from Buffer.alloc Buffer.concat Buffer.byteLength Buffer.compare Date Date.now Date.parse Date.UTC Error Map Math.* Number Number.* Object.keys Object.values Object.entries Object.freeze Object.fromEntries Object.is Promise Promise.all Promise.resolve Promise.reject Promise.race Promise.allSettled RangeError RegExp Set String String.fromCharCode String.raw String.fromCodePoint Symbol Symbol.iterator SyntaxError TextDecoder TextEncoder TypeError URL URLSearchParams WeakMap WeakSet Uint8Array Uint16Array Uint32Array Int32Array Float64Array Intl.NumberFormat Intl.DateTimeFormat",
  "JSON.parse JSON.stringify atob btoa clearInterval clearTimeout console console.* decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape isFinite isNaN parseFloat parseInt performance.now perf_hooks.performance perf_hooks.performance.now queueMicrotask setImmediate setInterval setTimeout structuredClone __dirname __filename",
  "process.argv process.arch process.cwd process.exit process.exitCode process.hrtime process.hrtime.bigint process.memoryUsage process.nextTick process.pid process.platform process.release process.release.name process.stdin process.stdout process.stderr process.stdout.write process.stderr.write process.uptime process.version process.versions process.versions.* process.env.* process.on process.execPath process.title process.features Deno.args Deno.cwd Deno.exit Deno.version Deno.build Deno.pid Deno.stdout Deno.stdin Deno.stderr Deno.statSync Deno.readDirSync Bun.version Bun.argv Bun.inspect",
  "path path.* path.posix.* os.EOL os.arch os.cpus os.freemem os.homedir os.hostname os.loadavg os.platform os.release os.tmpdir os.totalmem os.type os.uptime os.version os.availableParallelism util.inspect util.format util.isDeepStrictEqual util.types.* url.parse url.format url.URL url.fileURLToPath url.pathToFileURL querystring.*",
  "crypto.createHash crypto.createHmac crypto.randomBytes crypto.randomUUID crypto.randomInt crypto.getHashes crypto.getCiphers crypto.timingSafeEqual zlib.gzipSync zlib.gunzipSync zlib.deflateSync zlib.inflateSync assert assert.* fs.existsSync fs.statSync fs.lstatSync fs.readdirSync fs.readdir fs.promises.readdir fs.promises.stat fs.promises.lstat fs.promises.access fs.promises.realpath fs.realpathSync fs.accessSync fs.constants.* module.builtinModules",
);

const METHODS = words(
  "length map filter forEach reduce reduceRight join split slice splice push pop shift unshift concat includes indexOf lastIndexOf find findIndex findLast some every sort reverse flat flatMap fill at keys values entries toString toSorted toReversed toFixed toPrecision toLocaleString toISOString toJSON getTime getFullYear getMonth getDate getDay getHours getMinutes getSeconds toUpperCase toLowerCase trim trimStart trimEnd replaceAll replace match matchAll search startsWith endsWith padStart padEnd repeat charAt charCodeAt codePointAt substring substr localeCompare normalize test exec lastIndex source flags",
  "has set get add delete clear size then catch finally update digest write end on once setEncoding isFile isDirectory mtime mtimeMs mode name message stack code version versions description scripts dependencies devDependencies main type engines license id key value data text json status ok headers pathname hostname host port protocol searchParams resolvedOptions timeZone locale hash href origin items count total results result error errors title url readUInt8 readUInt32BE byteLength buffer raw index input groups format toLocaleDateString toLocaleTimeString",
);

export const javascript: Language = {
  name: "JavaScript code",
  lexicon,
  keywords: KEYWORDS,
  harmless: HARMLESS,
  methods: METHODS,
  attributes:
    /^(?!(?:constructor|prototype|mainModule|require|process|env|caller|callee|arguments|binding|global|globalThis|self|window|module|exports|children|parent|loaded|paths)$)[a-zA-Z][a-zA-Z0-9]*$/,
  calls: CALLS,
  environment: new Set(["process.env"]),
  access: new Set([".", "?."]),
  unknownNames: "unless-global",
  globals: GLOBALS,
  bareArguments: false,
  suspicious: new Set(["tagged", "subscript", "#", "@", "\\"]),
  values: javascriptValues,
  evaluates: new Set([
    ...["eval", "Function", "vm.runInThisContext", "vm.runInNewContext", "vm.runInContext"],
    ...["vm.Script", "vm.compileFunction", "Worker", "worker_threads.Worker"],
  ]),
  settable: new Set(["process.exitCode", "process.title", "module.exports"]),
  prepare,
};

/** What a program that only prints one text prints. */
export const printedByNode = printedBy(javascript, new Set(["console.log"]), "\n");
