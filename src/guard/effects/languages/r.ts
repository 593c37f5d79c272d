// R, read lightly: files by the functions that open them, programs, addresses, code in texts.
import { knownPrefix } from "../../shell/values/text.ts";
import {
  contacts,
  copies,
  readsEnvironment,
  runsShell,
  seesVariable,
  writesFile,
} from "./evaluation/call-effects.ts";
import {
  type Argument,
  type Call,
  type CallEffect,
  doings,
  type Language,
  type Prepared,
} from "./evaluation/language.ts";
import { printedBy } from "./evaluation/printed-by.ts";
import type { Observations } from "./evaluation/observations.ts";
import { rValues } from "./r-values.ts";
import {
  type Lexed,
  type Lexicon,
  match,
  readString,
  type Spot,
  type Token,
  words,
} from "./evaluation/tokens.ts";
import { expandHome, textsOfValue } from "./evaluation/value.ts";

const RAW = /[rR]["']-*[([{]/y;

const lexicon: Lexicon = {
  space: /(?:\s|#[^\n]*)+/y,
  name: /(?:[A-Za-z]|\.(?![0-9]))[A-Za-z0-9._]*/y,
  special: textAt,
};

function textAt(spot: Spot): Lexed | "none" {
  const { code, at } = spot;
  const char = code[at] ?? "";
  if (match(RAW, code, at) !== undefined) return undefined;
  if (char === '"' || char === "'")
    return readString(spot, at + 1, { close: char, escapes: "all" });
  if (char === "`") {
    const end = code.indexOf("`", at + 1);
    return end < 0
      ? undefined
      : { tokens: [{ kind: "name", text: code.slice(at + 1, end) }], end: end + 1 };
  }
  const operator = match(/<<?-|\|>|%[^%\n]*%|->>?/y, code, at);
  if (operator === undefined) return "none";
  const text = operator === "<<-" ? "<-" : operator;
  return { tokens: [{ kind: "op", text }], end: at + operator.length };
}

const KEYWORDS = words(
  "if else repeat while function for in next break TRUE FALSE NULL NA Inf NaN T F",
);

const HARMLESS = words(
  "abs all any anyNA aperm append apply array as.character as.Date as.double as.factor as.integer as.list as.logical as.matrix as.numeric as.vector basename bitwAnd c cbind ceiling character colMeans colnames colSums complete.cases cor crossprod cumprod cumsum cut data.frame date det diag diff difftime dim dimnames dir.exists dirname double droplevels duplicated emptyenv endsWith exp expand.grid factor file.exists file.info file.path file.size Filter floor for format formatC gamma getwd grepl gregexpr gsub head identical ifelse integer interaction intersect invisible is.character is.data.frame is.element is.function is.list is.na is.null is.numeric isTRUE jitter lapply length letters LETTERS levels list list.dirs list.files dir lm log log10 log1p log2 logical lower.tri ls make.names Map mapply match matrix max mean median merge message min month.abb month.name names nchar ncol NCOL nlevels nrow NROW numeric numeric_version order outer packageVersion paste paste0 pi pmatch pmax pmin pnorm predict print prod qnorm quantile quit q R.version R.version.string range rank rapply rbind rbinom regexpr regmatches rep rev rnorm round rowMeans rownames rowSums rpois runif sample sapply scale sd seq seq_along seq_len set.seed setdiff sign signif sin solve sort split sprintf sqrt stop stopifnot str strsplit strtoi structure sub subset substr substring sum summary suppressMessages suppressWarnings Sys.Date Sys.info Sys.sleep Sys.time table tail tan tapply tolower toupper trimws tryCatch typeof union unique unlist unsplit upper.tri utf8ToInt vapply var vector warning which which.max which.min with within xor version sessionInfo nlevels mtcars iris airquality cars women t sets stdin stdout stderr stats utils methods base tools normalizePath path.expand Sys.glob intToUtf8 rawToChar chartr",
);

const GLOBALS = words(
  "eval evalq parse do.call match.fun get get0 mget assign attach library require loadNamespace requireNamespace source sys.source system system2 shell shell.exec dyn.load Reduce environment globalenv new.env as.environment sys.function sys.call match.call Recall body formals as.function expression quote bquote substitute deparse delayedAssign makeActiveBinding setClass R6Class UseMethod on.exit Sys.setenv Sys.unsetenv setwd options connect .Call .External .C .Internal .Primitive .GlobalEnv baseenv topenv parent.frame parent.env pskill setTimeLimit Sys.umask Sys.setFileTime Sys.setlocale browseURL make.socket edit file.edit untar unzip zip tar Rprof savehistory loadhistory data example demo vignette help environmentName lockBinding unlockBinding trace untrace debug browser undebug Negate Vectorize __unknown_part__",
);

/** Every path may begin with the home directory's short name. */
function homed(doing: CallEffect): CallEffect {
  return (call, seen) => doing({ ...call, args: call.args.map((arg) => atHome(arg, seen)) }, seen);
}

function atHome(arg: Argument, seen: Observations): Argument {
  if (arg.value?.kind !== "text") return arg;
  const value = expandHome(arg.value, seen.values);
  return { ...arg, value, texts: textsOfValue(value) };
}

/** Where functions take their file from: a position, or names. */
function named(call: Call, position: number, names: string): Argument | undefined {
  const byName = names.split(" ").flatMap((name) => call.named.get(name) ?? []);
  return byName[0] ?? call.args[position];
}

/** A file that is opened, or an address; a number or another connection is neither. */
function reads(position: number, names = "file con path"): CallEffect {
  return (call, seen) => {
    const given = named(call, position, names);
    if (given === undefined) return true;
    const { texts } = atHome(given, seen);
    if (texts === undefined) return isConnection(given);
    for (const path of texts) {
      if (/^(?:https?|ftp):/.test(knownPrefix(path))) seen.contact(path, "https");
      else seen.read([path]);
    }
    return true;
  };
}

function writes(position: number, names = "file con path", append = false): CallEffect {
  return (call, seen) => {
    const given = named(call, position, names);
    if (given === undefined) return true;
    const { texts } = atHome(given, seen);
    if (texts === undefined) return isConnection(given);
    if (texts.every((text) => text.length > 0)) seen.write(texts, append ? "append" : "create");
    return true;
  };
}

/** A connection that another call made, which says what it opens. */
function isConnection(given: Argument): boolean {
  const [first] = given.tokens;
  return (
    first?.kind === "name" &&
    /^(?:stdin|stdout|stderr|file|url|gzfile|textConnection|con)$/.test(first.text)
  );
}

/** `file(path, mode)`. */
const opens: CallEffect = (call, seen) => {
  const given = named(call, 0, "description");
  const mode = named(call, 1, "open");
  const how = mode === undefined ? "r" : mode.text;
  const texts = given === undefined ? undefined : atHome(given, seen).texts;
  if (texts === undefined) return given === undefined;
  if (given?.text === "stdin" || given?.text === "") return true;
  for (const path of texts) {
    if (/^(?:https?|ftp):/.test(knownPrefix(path))) seen.contact(path, "https");
    else if (knownPrefix(path).startsWith("clipboard")) return false;
    else {
      if (how === undefined || /r|\+|^$/.test(how)) seen.read([path]);
      if (how === undefined || /[wa+]/.test(how)) seen.write([path], "create");
    }
  }
  return how !== undefined;
};

/** `cat(…, file = path)` and other functions that write only where they are told to. */
const writesWhereTold: CallEffect = (call, seen) => {
  const given = call.named.get("file");
  return given === undefined || writes(-1)(call, seen);
};

const removesFiles: CallEffect = (call, seen) => {
  const given = named(call, 0, "x");
  const texts = given === undefined ? undefined : atHome(given, seen).texts;
  // What `unlink` is given may be a pattern.
  if (texts !== undefined) seen.remove(texts, call.path === "unlink" ? "tree" : "entry");
  return texts !== undefined;
};

/** `system2("cat", c("a", "b"))`: the words are put together for a shell. */
const runsWords: CallEffect = (call, seen) => {
  const program = call.args[0]?.text;
  const rest = named(call, 1, "args");
  const [argv = rest?.texts?.slice(0, 1) ?? []] = rest?.argvs ?? [];
  const parts = [
    program,
    ...argv.map((word) =>
      word.every((piece) => piece.kind === "text") ? knownPrefix(word) : undefined,
    ),
  ];
  if (parts.every((part) => part !== undefined)) seen.shell(parts.join(" "));
  return (
    program !== undefined && (rest === undefined || parts.length > 1) && !parts.includes(undefined)
  );
};

const downloads: CallEffect = (call, seen) => {
  const reached = contacts()(call, seen);
  return writes(1, "destfile")(call, seen) && reached;
};

/** The file is code and runs. */
const runsFile: CallEffect = (call, seen) => {
  reads(0, "file")(call, seen);
  return false;
};

const installs: CallEffect = (call, seen) => {
  const packages = call.args[0]?.texts?.map((text) => knownPrefix(text)) ?? ["?"];
  seen.add({
    kind: "effect",
    effect: { kind: "install", manager: "R", packages, runsScripts: true },
  });
  return false;
};

const looksAtVariable: CallEffect = (call, seen) => {
  const name = call.args[0];
  if (name?.texts === undefined) return readsEnvironment(call, seen);
  seesVariable(name.text, seen);
  return true;
};

export const r: Language = {
  name: "R code",
  lexicon,
  keywords: KEYWORDS,
  harmless: HARMLESS,
  methods: new Set(),
  calls: doings(
    [
      reads(0),
      "readLines readRDS read.csv read.csv2 read.table read.delim read.fwf scan readChar readBin load count.fields",
    ],
    [opens, "file gzfile bzfile xzfile"],
    [contacts(), "url"],
    [runsFile, "source sys.source"],
    [writes(1), "writeLines writeChar writeBin write write.csv write.csv2 write.table saveRDS"],
    [writes(0, "file"), "sink pdf png jpeg svg bmp tiff"],
    [writesWhereTold, "cat save save.image dput dump"],
    [removesFiles, "unlink file.remove"],
    [homed(copies("moves", "tree", "as-named")), "file.rename"],
    [homed(copies("copies", "tree")), "file.copy file.append"],
    [homed(writesFile(0, "change")), "dir.create file.create Sys.chmod"],
    [homed(copies("copies")), "file.symlink file.link"],
    [runsShell(), "system shell"],
    [runsWords, "system2"],
    [downloads, "download.file"],
    [contacts(0, "tcp"), "socketConnection"],
    [looksAtVariable, "Sys.getenv"],
    [installs, "install.packages remotes.install_github devtools.install_github"],
  ),
  environment: new Set(),
  access: new Set(["::", ":::"]),
  unknownNames: "unless-called",
  globals: GLOBALS,
  bareArguments: false,
  suspicious: new Set(["|>", "\\"]),
  values: rValues,
  evaluates: new Set(["parse", "str2lang", "str2expression"]),
  settable: new Set(),
  prepare,
};

const OWN =
  /^(?:stats|utils|methods|base|tools|graphics|grDevices|datasets|parallel|grid|splines|stats4)$/;

/** `utils::read.csv` is the function alone; `parse(text = …)` has its code by name. */
function prepare(tokens: readonly Token[], seen: Observations): Prepared {
  const rest: Token[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    const [next, after] = [tokens[at + 1], tokens[at + 2]];
    if (token.kind === "name" && next?.kind === "op" && /^:::?$/.test(next.text)) {
      if (!OWN.test(token.text)) seen.cannotTell();
      else {
        at += 1;
        continue;
      }
    }
    // `library(stats)`
    if (token.kind === "name" && /^(?:library|require)$/.test(token.text)) {
      const isOwn = next?.kind === "op" && after?.kind === "name" && OWN.test(after.text);
      if (isOwn) {
        at += 3;
        continue;
      }
    }
    if (
      token.kind === "op" &&
      token.text.startsWith("%") &&
      !/^%(?:%|in%|\/%|\*%|o%)$/.test(token.text)
    )
      seen.cannotTell();
    // A function by its name in a text.
    if (token.kind === "string" && next?.kind === "op" && next.text === "(") seen.cannotTell();
    // A column of a table; called, it may be anything.
    if (token.kind === "op" && /^[$@]$/.test(token.text) && next?.kind === "name") {
      if (after?.kind === "op" && after.text === "(") seen.cannotTell();
      at += 1;
      continue;
    }
    rest.push(token);
  }
  return { tokens: rest, aliases: new Map() };
}

/** What a program that only prints one text prints. */
export const printedByR = printedBy(r, new Set(["cat"]), "");
