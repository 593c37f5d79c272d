// JavaScript as node runs it, read lightly: modules, file functions, child processes and connections.
import { append, hole, textOf } from "../../shell/values/text.ts";
import {
  takesRights,
  changesMode,
  asksFor,
  contacts,
  copies,
  kills,
  readsEnvironment,
  readsVariable,
  hardLinks,
  links,
  readsFile,
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
  isName,
  isOperator,
  type Lexed,
  type Lexicon,
  match,
  readString,
  type Spot,
  type Token,
  words,
} from "./evaluation/tokens.ts";
import { plainForms } from "./javascript-forms.ts";
import { javascriptValues } from "./javascript-values.ts";

const PATTERN = /\/(?:[^/\\[\n]|\\[^\n]|\[(?:[^\]\\\n]|\\[^\n])*\])+\/[a-z]*/y;

const lexicon: Lexicon = {
  space: /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/|^#![^\n]*)+/y,
  name: /[\p{L}_$][\p{L}\p{N}_$]*/uy,
  special: literalAt,
};

function literalAt(spot: Spot): Lexed | "none" {
  const { code, at, previous } = spot;
  const char = code[at] ?? "";
  if (char === '"' || char === "'")
    return readString(spot, at + 1, { close: char, escapes: "all" });
  if (char === "`") {
    const text = readString(spot, at + 1, { close: "`", escapes: "all", computed: "${" });
    // A template after a name or a bracket is a call of it.
    const tagged =
      previous?.kind === "name" || (previous?.kind === "op" && /^[\])]$/.test(previous.text));
    return tagged && text !== undefined
      ? { ...text, tokens: [{ kind: "op", text: "tagged" }, ...text.tokens] }
      : text;
  }
  // Comments that only old scripts know.
  if (code.startsWith("<!--", at) || code.startsWith("-->", at)) return undefined;
  if (char !== "/") return "none";
  if (code[at + 1] === "*") return undefined;
  const pattern = match(PATTERN, code, at);
  // WHY: after some tokens a slash may divide or start a pattern. Where the readings could hide code, neither is taken.
  const either =
    (previous?.kind === "op" && /^(?:[)}]|\+\+|--)$/.test(previous.text)) ||
    (previous?.kind === "name" &&
      /^(of|yield|await|async|let|static|get|set)$/.test(previous.text));
  if (either && pattern !== undefined && /["'`]|\/\*|\/\/|\(/.test(pattern.slice(1)))
    return undefined;
  if (either || isValue(previous)) return "none";
  if (pattern === undefined) return "none";
  return { tokens: [{ kind: "pattern", inner: [] }], end: at + pattern.length };
}

function isValue(token: Token | undefined): boolean {
  if (token === undefined || token.kind === "end") return false;
  if (token.kind === "op") return /^[\])}]$/.test(token.text);
  return (
    token.kind !== "name" ||
    !/^(return|typeof|case|in|do|else|void|delete|throw|new|const|var)$/.test(token.text)
  );
}

const KEYWORDS = words(
  "break case catch class const continue debugger default delete do else extends export finally for function if in instanceof let new return super switch throw try typeof var void while with yield async await of static get set true false null undefined NaN Infinity arguments from as",
);

/** Modules of node; in `-e` and `-p` they are names of their own. */
const MODULES = words(
  "assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain events fs http http2 https inspector module net os path perf_hooks process punycode querystring readline repl sea sqlite stream string_decoder sys test timers tls trace_events tty url util v8 vm wasi worker_threads zlib",
);

const GLOBALS = new Set([
  ...MODULES,
  ...words(
    "AbortController AbortSignal AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Blob Boolean BroadcastChannel Buffer DataView Date DOMException Error EvalError Event EventSource EventTarget File FinalizationRegistry Float32Array Float64Array FormData Function GLOBAL Headers Int16Array Int32Array Int8Array Intl Iterator JSON Map Math MessageChannel Navigator Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Request Response Set SharedArrayBuffer Storage String Symbol SyntaxError TextDecoder TextEncoder TypeError URIError URL URLSearchParams Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet WebAssembly WebSocket Worker",
    "atob btoa clearImmediate clearInterval clearTimeout decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval exports fetch gc global globalThis import isFinite isNaN localStorage module navigator parseFloat parseInt performance queueMicrotask require root sessionStorage setImmediate setInterval setTimeout structuredClone unescape Deno Bun constructor prototype __proto__ __defineGetter__ __defineSetter__ __lookupGetter__ __dirname __filename this __unknown_part__",
  ),
]);

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

const FILES = (prefix: string): string =>
  [`fs.${prefix}`, `fs.${prefix}Sync`, `fs.promises.${prefix}`].join(" ");
const each = (...names: string[]): string => names.map(FILES).join(" ");

/** `spawn(program, [words], options)`; options may turn a shell on. */
const spawns: CallEffect = (call, seen) => {
  const [program] = call.args[0]?.texts ?? [];
  const argvs = call.args[1]?.argvs;
  const plain = call.args.length === 1 || argvs !== undefined;
  const options = call.args.slice(argvs === undefined ? 1 : 2).flatMap((arg) => arg.tokens);
  const quiet = options.every(
    (token) =>
      token.kind !== "name" || /^(stdio|encoding|utf8|inherit|timeout|maxBuffer)$/.test(token.text),
  );
  if (program !== undefined) {
    for (const words of argvs ?? [[]]) {
      const argv = [program, ...words];
      if (quiet) seen.run(argv);
      else seen.shell(argv.map((word) => textOf(word) ?? "").join(" "));
    }
  }
  return program !== undefined && plain && quiet;
};

/** `exec(text, options, callback)`. */
const runsText: CallEffect = (call, seen) => {
  runsShell()({ ...call, named: new Map() }, seen);
  const names = call.args
    .slice(1)
    .flatMap((arg) => arg.tokens)
    .flatMap((token) => (token.kind === "name" ? [token.text] : []));
  return (
    call.args[0]?.texts !== undefined &&
    !names.some((name) => /^(cwd|env|shell|uid|gid)$/.test(name))
  );
};

const connects: CallEffect = (call, seen) => {
  const [first, second] = call.args;
  const named =
    first?.tokens.findIndex(
      (token) => token.kind === "name" && /^(host|hostname)$/.test(token.text),
    ) ?? -1;
  const host = named < 0 ? second?.text : first?.tokens[named + 2];
  const text = typeof host === "string" ? host : host?.kind === "string" ? host.text : first?.text;
  seen.contact(text ?? "", "tcp");
  return text !== undefined;
};

/** `Bun.spawn(["cat", "x"])`, `new Deno.Command("cat", { args: ["x"] })`. */
const runsList: CallEffect = (call, seen) => {
  const [first] = call.args;
  const program = first?.value?.kind === "text" ? first.texts : undefined;
  for (const argv of first?.argvs ?? []) seen.run(argv);
  for (const text of program ?? []) seen.run([text]);
  return first?.argvs !== undefined && call.args.length === 1;
};

/** A file of the project that is loaded as a module runs; one that is data is read. */
const requires: CallEffect = (call, seen) => {
  const path = call.args[0]?.text;
  if (path === undefined || !/^\.{0,2}\//.test(path)) return false;
  seen.read(path);
  return path.endsWith(".json");
};

/** A folder whose name begins as the argument says. */
const makesNamed: CallEffect = (call, seen) => {
  const texts = call.args[0]?.texts;
  const end = hole("dynamic-path", { like: "??????", splits: false });
  if (texts !== undefined)
    seen.write(
      texts.map((text) => append(text, [end])),
      "create",
    );
  return texts !== undefined;
};

const CALLS: Language["calls"] = {
  ...doings(
    [readsFile(), `${each("readFile", "readlink")} fs.createReadStream fs.openAsBlob`],
    [writesFile(), `${each("writeFile")} fs.createWriteStream`],
    [writesFile(0, "append"), each("appendFile")],
    [writesFile(0, "change"), each("mkdir", "chown", "truncate", "utimes")],
    [makesNamed, each("mkdtemp")],
    [changesMode(1, 0), each("chmod")],
    [kills, "process.kill"],
    [takesRights, "process.setuid process.seteuid process.setgid process.setegid"],
    [removes("tree"), each("rm", "rmdir")],
    [removes("entry"), each("unlink")],
    [copies("moves", "tree", "as-named"), each("rename")],
    [copies("copies", "entry", "as-named"), each("copyFile")],
    [copies("copies", "tree", "as-named"), each("cp")],
    [links, each("symlink")],
    [hardLinks, each("link")],
    [opensFile, each("open")],
    [runsText, "child_process.execSync child_process.exec"],
    [
      spawns,
      "child_process.spawn child_process.spawnSync child_process.execFile child_process.execFileSync",
    ],
    [asksFor, "fetch https.get"],
    [contacts(), "WebSocket EventSource http.get http.request https.request"],
    [
      readsFile(),
      "Deno.readTextFile Deno.readTextFileSync Deno.readFile Deno.readFileSync Bun.file",
    ],
    [
      writesFile(),
      "Deno.writeTextFile Deno.writeTextFileSync Deno.writeFile Deno.writeFileSync Bun.write",
    ],
    [writesFile(0, "change"), "Deno.mkdir Deno.mkdirSync Deno.truncate Deno.chmod Deno.chmodSync"],
    [removes("tree"), "Deno.remove Deno.removeSync"],
    [copies("moves", "tree", "as-named"), "Deno.rename Deno.renameSync"],
    [copies("copies", "entry", "as-named"), "Deno.copyFile Deno.copyFileSync"],
    [runsList, "Bun.spawn Bun.spawnSync Deno.Command"],
    [connects, "Deno.connect Deno.connectTls Bun.connect"],
    [readsVariable, "Deno.env.get"],
    [readsEnvironment, "Deno.env.toObject"],
    [connects, "net.connect net.createConnection tls.connect http2.connect"],
    [resolves, "dns.lookup dns.resolve dns.resolveTxt dns.promises.lookup dns.promises.resolve"],
    [requires, "require import"],
    [fillsNew, "Object.assign"],
  ),
};

/** What a module holds may be given another meaning; an object of the program's own may not matter. */
function fillsNew(call: Call): boolean {
  const first = call.args[0]?.tokens[0];
  return isOperator(first, "{") || isOperator(first, "[");
}

function opensFile(call: Call, seen: Observations): boolean {
  const [path, mode] = [call.args[0]?.texts, call.args[1]?.text];
  if (path === undefined) return false;
  seen.read(path);
  if (mode !== "r" && call.args.length > 1) seen.write(path, "change");
  return true;
}

function resolves(call: Call, seen: Observations): boolean {
  const name = call.args[0]?.text;
  seen.contact(name ?? "", "dns");
  return name !== undefined;
}

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

function prepare(tokens: readonly Token[], seen: Observations): Prepared {
  // Fields of the global object under other names.
  if (tokens.some((token) => token.kind === "name" && token.text === "__proto__"))
    seen.cannotTell();
  if (tokens.some((token, at) => namesAwait(token, tokens[at - 1], tokens[at + 1])))
    seen.cannotTell();
  if (tokens.some((token, at) => isFrom(token, tokens[at - 1]) && loadsOther(tokens, at + 1)))
    seen.cannotTell();
  const aliases = new Map<string, string>();
  const named = markSubscripts(joinModules(plainForms(tokens)));
  const dropped = new Set<number>();
  const drop = (from: number, to: number): void => {
    for (let at = from; at < to; at += 1) dropped.add(at);
  };
  named.forEach((token, at) => {
    if (token.kind !== "name") return;
    const path = memberPath(named, at + 2);
    const next = named[at + 1];
    const before = named[at - 1];
    const declared = before?.kind === "name" && /^(const|let|var|import|as)$/.test(before.text);
    const module = path.split(".")[0] ?? "";
    if (declared && isOperator(next, "=") && MODULES.has(module) && path !== "") {
      aliases.set(token.text, path);
      drop(at, at + 1 + path.split(".").length * 2);
    }
    // `import fs from "fs"`, `import * as fs from "fs"`
    const source = named[at + 2];
    if (declared && next?.kind === "name" && next.text === "from" && source?.kind === "name") {
      aliases.set(token.text, source.text);
      drop(at, at + 3);
    }
  });
  for (const [name, path] of destructured(named, drop)) aliases.set(name, path);
  for (const [name, path] of promised(named, drop)) aliases.set(name, path);
  // What is left of an import statement whose names are told.
  named.forEach((token, at) => {
    if (token.kind !== "name" || token.text !== "import") return;
    const isAll = isOperator(named[at + 1], "*") && isName(named[at + 2], "as");
    const end = isAll ? at + 3 : at + 1;
    if (dropped.has(end)) drop(at, end);
  });
  return { tokens: named.filter((_, at) => !dropped.has(at)), aliases };
}

function isFrom(token: Token, before: Token | undefined): boolean {
  return isName(token, "from") && !isOperator(before, ".") && !isOperator(before, "?.");
}

/** `from "./x.mjs"`, of an import or of an export: the module runs, unless it is one of node's own. */
function loadsOther(tokens: readonly Token[], start: number): boolean {
  let at = start;
  while (tokens[at]?.kind === "end") at += 1;
  const source = tokens[at];
  return source?.kind === "string" && moduleOf(source.text) === undefined;
}

/** `require("node:fs")`, `await import("fs")` and `from "fs"` become the name of the module. */
function joinModules(tokens: readonly Token[]): readonly Token[] {
  const joined: Token[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    const [open, text, close] = [tokens[at + 1], tokens[at + 2], tokens[at + 3]];
    const loads =
      token.kind === "name" &&
      /^(require|import)$/.test(token.text) &&
      !isOperator(tokens[at - 1], ".");
    const module =
      loads && isOperator(open, "(") && isOperator(close, ")") && text?.kind === "string"
        ? moduleOf(text.text)
        : undefined;
    const from =
      token.kind === "name" && token.text === "from" && open?.kind === "string"
        ? moduleOf(open.text)
        : undefined;
    if (module !== undefined) {
      if (joined[joined.length - 1]?.kind === "name" && lastText(joined) === "await") joined.pop();
      joined.push(...module);
      at += 3;
      // `(await import("fs")).readFileSync`
      const opener = joined[joined.length - module.length - 1];
      if (isOperator(opener, "(") && isOperator(tokens[at + 1], ")")) {
        joined.splice(joined.length - module.length - 1, 1);
        at += 1;
      }
    } else if (from !== undefined) {
      joined.push(token, ...from);
      at += 1;
    } else joined.push(token);
  }
  return joined.filter((token, at) => !awaits(token, joined[at - 1], joined[at + 1]));
}

/** What is waited for is what there is afterwards: `await readdir("src")` gives the names. */
function awaits(token: Token, before: Token | undefined, next: Token | undefined): boolean {
  return (
    token.kind === "name" &&
    token.text === "await" &&
    !isOperator(before, ".") &&
    (next?.kind === "name" || isOperator(next, "("))
  );
}

/** Whether `await` is the name of something here, which it may be in a script, and stands in no place of the operator. */
function namesAwait(token: Token, before: Token | undefined, next: Token | undefined): boolean {
  if (token.kind !== "name" || token.text !== "await" || isOperator(before, ".")) return false;
  const isDeclared =
    before?.kind === "name" && /^(?:const|let|var|function|class|async|as)$/.test(before.text);
  const isGenerator = isOperator(before, "*") && isOperator(next, "(");
  const isFollowed = next === undefined || next.kind === "end" || next.kind === "op";
  return (
    isDeclared ||
    isGenerator ||
    (isFollowed && !(next?.kind === "op" && /^(?:[([{!+~-]|\.\.\.)$/.test(next.text))) ||
    (next?.kind === "name" && /^(?:of|in|instanceof)$/.test(next.text))
  );
}

function lastText(tokens: readonly Token[]): string {
  const last = tokens[tokens.length - 1];
  return last?.kind === "name" ? last.text : "";
}

function moduleOf(name: string | undefined): readonly Token[] | undefined {
  const [root = "", member] = name?.replace(/^node:/, "").split("/") ?? [];
  if (!MODULES.has(root)) return undefined;
  if (member === undefined) return [{ kind: "name", text: root }];
  return [
    { kind: "name", text: root },
    { kind: "op", text: "." },
    { kind: "name", text: member },
  ];
}

/** Marks `value[...]` with anything but a number or a plain literal: it may reach members that no name shows. */
function markSubscripts(tokens: readonly Token[]): readonly Token[] {
  return tokens.flatMap((token, at): readonly Token[] => {
    if (!isOperator(token, "[") && !isOperator(token, "{") && !isOperator(token, ","))
      return [token];
    const before = tokens[at - 1];
    if (!isOperator(token, "[")) return [token];
    const [inside, close, after] = [tokens[at + 1], tokens[at + 2], tokens[at + 3]];
    const key = isOperator(before, "{") || isOperator(before, ",");
    if (key)
      return closesWithColon(tokens, at) ? [{ kind: "op", text: "subscript" }, token] : [token];
    if (!isValue(before)) return [token];
    const literal =
      isOperator(close, "]") &&
      (inside?.kind === "number" ||
        (inside?.kind === "string" &&
          inside.text !== undefined &&
          !GLOBALS.has(inside.text) &&
          !isOperator(after, "(")));
    return literal ? [token] : [{ kind: "op", text: "subscript" }, token];
  });
}

function closesWithColon(tokens: readonly Token[], start: number): boolean {
  let depth = 0;
  for (let at = start; at < tokens.length; at += 1) {
    if (isOperator(tokens[at], "[")) depth += 1;
    if (isOperator(tokens[at], "]")) depth -= 1;
    if (depth === 0) return isOperator(tokens[at + 1], ":") || isOperator(tokens[at + 1], "(");
  }
  return true;
}

function memberPath(tokens: readonly Token[], start: number): string {
  const parts: string[] = [];
  for (let at = start; ; at += 2) {
    const token = tokens[at];
    // A name of a module's member is short.
    if (token?.kind !== "name" || parts.length > 8) return "";
    parts.push(token.text);
    if (!isOperator(tokens[at + 1], ".")) {
      const next = tokens[at + 1];
      return next === undefined || next.kind === "end" || isOperator(next, ",")
        ? parts.join(".")
        : "";
    }
  }
}

/** `const { readFileSync: r } = fs` and `import { r } from "fs"`. */
function destructured(
  tokens: readonly Token[],
  drop: (from: number, to: number) => void,
): readonly (readonly [string, string])[] {
  const found: (readonly [string, string])[] = [];
  tokens.forEach((token, at) => {
    if (!isOperator(token, "}")) return;
    const next = tokens[at + 1];
    const from = isOperator(next, "=") || (next?.kind === "name" && next.text === "from");
    const path = from ? memberPath(tokens, at + 2) : "";
    if (!MODULES.has(path.split(".")[0] ?? "")) return;
    let back = at - 1;
    while (back > 0 && !isOperator(tokens[back], "{")) back -= 1;
    const names = tokens.slice(back + 1, at);
    drop(back, at + 2 + path.split(".").length * 2 - 1);
    for (const [local, member] of namesWithin(names)) found.push([local, `${path}.${member}`]);
  });
  return found;
}

/** `readFileSync: r, x as y, z`: the names of the program, each with the member that it stands for. */
function namesWithin(names: readonly Token[]): readonly (readonly [string, string])[] {
  const found: (readonly [string, string])[] = [];
  for (let at = 0; at < names.length; at += 1) {
    const name = names[at];
    if (name?.kind !== "name") continue;
    const separator = names[at + 1];
    const renamed = isOperator(separator, ":") || isName(separator, "as");
    const local = renamed ? names[at + 2] : name;
    if (local?.kind === "name") found.push([local.text, name.text]);
    if (renamed) at += 2;
  }
  return found;
}

/** `import("fs").then((fs) => …)` and `.then(({ rmSync: r }) => …)`: what the function is given is the module. */
function promised(
  tokens: readonly Token[],
  drop: (from: number, to: number) => void,
): readonly (readonly [string, string])[] {
  return tokens.flatMap((token, at): readonly (readonly [string, string])[] => {
    if (!isName(token, "then") || !isOperator(tokens[at - 1], ".")) return [];
    let root = at - 2;
    while (isOperator(tokens[root - 1], ".") && tokens[root - 2]?.kind === "name") root -= 2;
    const path = tokens
      .slice(root, at - 1)
      .map((one) => (one.kind === "name" ? one.text : "."))
      .join("");
    if (!MODULES.has(path.split(".")[0] ?? "") || !isOperator(tokens[at + 1], "(")) return [];
    let start = at + 2;
    while (isName(tokens[start], "async") || isName(tokens[start], "function")) start += 1;
    const inner = isOperator(tokens[start], "(") ? start + 1 : start;
    const first = tokens[inner];
    if (first?.kind === "name") {
      const end = inner === start ? inner + 1 : inner + 2;
      drop(root, at + 1);
      drop(start, isOperator(tokens[end], "=>") ? end + 1 : end);
      return [[first.text, path]];
    }
    if (!isOperator(first, "{")) return [];
    const close = tokens.findIndex((one, place) => place > inner && isOperator(one, "}"));
    if (close < 0) return [];
    drop(root, at + 1);
    drop(start, close + (inner === start ? 1 : 2) + (isOperator(tokens[close + 2], "=>") ? 1 : 0));
    return namesWithin(tokens.slice(inner + 1, close)).map(([local, member]) => [
      local,
      `${path}.${member}`,
    ]);
  });
}

/** What a program that only prints one text prints. */
export const printedByNode = printedBy(javascript, new Set(["console.log"]), "\n");
