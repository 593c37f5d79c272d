// What functions of node, Deno and Bun do: files, programs, connections and modules that are loaded.
import { append, hole, textOf } from "../../../shell/values/text.ts";
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
  loadsFile,
  readsFile,
  removes,
  runsShell,
  writesFile,
} from "../evaluation/call-effects.ts";
import { type Call, type CallEffect, doings, type Language } from "../evaluation/language.ts";
import type { Observations } from "../evaluation/observations.ts";
import { isOperator } from "../evaluation/tokens.ts";

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

/** What known functions do, by their dotted names. */
export const CALLS: Language["calls"] = {
  ...doings(
    [readsFile(), `${each("readFile", "readlink")} fs.createReadStream fs.openAsBlob`],
    [writesFile(), `${each("writeFile")} fs.createWriteStream`],
    [writesFile(0, "append"), each("appendFile")],
    [writesFile(0, "change"), each("mkdir", "chown", "truncate", "utimes")],
    [makesNamed, each("mkdtemp")],
    [changesMode(1, 0), each("chmod")],
    [kills, "process.kill"],
    [loadsFile, "process.loadEnvFile"],
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
