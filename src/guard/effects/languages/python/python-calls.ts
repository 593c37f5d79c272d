// What functions of Python's library do: files, programs, connections, databases and archives.
import { textOf } from "../../../shell/values/text.ts";
import {
  takesRights,
  copies,
  asksFor,
  contacts,
  doingsOfPaths,
  hardLinks,
  links,
  loadsFile,
  readsEnvironment,
  readsFile,
  kills,
  changesMode,
  makesScratch,
  readsVariable,
  removes,
  runsShell,
  writesFile,
} from "../evaluation/call-effects.ts";
import { type Call, type CallEffect, doings, type Language } from "../evaluation/language.ts";
import type { Token } from "../evaluation/tokens.ts";

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
export const PATHS = doingsOfPaths({
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

/** What known functions do, by their dotted names. */
export const CALLS: Language["calls"] = {
  ...doings(
    [opens(), "open io.open codecs.open os.fdopen gzip.open bz2.open lzma.open"],
    [readsNamed, ".read .read_file"],
    [loadsFile, "dotenv.load_dotenv dotenv.main.load_dotenv"],
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
